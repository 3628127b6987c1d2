// Tokens that were accepted and could be sent again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace chemoterm::hooks {

// Keeps each until its time is over, and no more than a bound: what does not fit is not taken, as
// nothing may be forgotten. Thread-safe.
class SeenTokens {
 public:
  explicit SeenTokens(std::size_t bound) : bound_(bound) {}
  SeenTokens(const SeenTokens&) = delete;
  SeenTokens& operator=(const SeenTokens&) = delete;

  enum class Found : std::uint8_t { kNew, kSeen, kFull };
  // Takes a token that is new. Times are seconds: it is kept while `now` is less than `until`.
  Found Add(std::string key, std::int64_t until, std::int64_t now);

 private:
  using Entry = std::pair<std::int64_t, const std::string*>;  // until when, which
  void DropOver(std::int64_t now);

  const std::size_t bound_;
  std::mutex mutex_;
  std::unordered_set<std::string> keys_;  // where an element stays
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> by_time_;  // the next to go first
};

}  // namespace chemoterm::hooks
