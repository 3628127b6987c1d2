// The closure tables of clients, by the names that they chose.
#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chemoterm/ops/closure.h"
#include "engine/closure.h"

namespace chemoterm::runtime {

using ClosurePtr = std::shared_ptr<const engine::Closure>;

// A table after a request, and the version behind which its entries are the answer.
struct ClosureChange {
  ClosurePtr closure;
  std::uint32_t since = 0;
};

struct ClosureLimits {
  std::size_t tables = 1'000;
  std::size_t bytes = std::size_t{32} * 1024 * 1024;
  std::chrono::seconds age = std::chrono::hours(24);  // since a table was last used
};

// Thread-safe: calls on one table run one after the other, those on others do not wait. What was
// used longest ago goes when a limit is reached; its client is then told to start anew.
class ClosureStore {
 public:
  using Clock = std::chrono::steady_clock;
  // `now`: for tests.
  explicit ClosureStore(ClosureLimits limits = {},
                        std::function<Clock::time_point()> now = &Clock::now)
      : limits_(limits), now_(std::move(now)) {}

  // Starts, extends or reads the table that the request names. A failure changes nothing.
  absl::StatusOr<ClosureChange> Apply(const engine::Scope& scope, const ClosureRequest& request);

 private:
  // A table and its lock; it may outlive its place in the store.
  struct Table {
    std::mutex mutex;
    ClosurePtr closure;
  };
  struct Place {
    std::string name;
    std::shared_ptr<Table> table;
    std::size_t bytes = 0;
    Clock::time_point used;
  };
  using Places = std::list<Place>;

  std::shared_ptr<Table> Find(std::string_view name);
  ClosureChange Start(std::string_view name);
  // Counts the bytes of a table that has changed, if it is still kept.
  void Recount(std::string_view name, const std::shared_ptr<Table>& table, std::size_t bytes);
  void EvictOverLimits();  // mutex_ is held
  void Erase(Places::iterator place);

  const ClosureLimits limits_;
  const std::function<Clock::time_point()> now_;
  std::mutex mutex_;  // never held while a table's own is waited for
  Places places_;     // the one used last is the first
  std::unordered_map<std::string_view, Places::iterator> by_name_;
  std::size_t bytes_ = 0;
};

}  // namespace chemoterm::runtime
