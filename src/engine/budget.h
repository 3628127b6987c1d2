// What one request may cost.
#pragma once

#include <absl/status/status.h>

#include <algorithm>
#include <cstddef>

#include "chemoterm/answer.h"

namespace chemoterm::engine {

// Counts the work of a call, on one thread. A step is what takes well under a microsecond: a
// concept that is looked at, an include or filter that is asked, a text that is compared.
class Budget {
 public:
  Budget(const CallContext& call, std::size_t max_steps)
      : call_(call),
        max_steps_(max_steps),
        next_(call.slice_steps == 0 ? kStride : std::min(kStride, call.slice_steps)) {}

  // Counts; who loops asks Check from time to time.
  void Count(std::size_t steps = 1) { steps_ += steps; }
  // Fails with kTooCostly when there were too many steps; looks at the caller's time and presence
  // each kStride steps (resolve.h, CheckBudget).
  absl::Status Check() {
    if (steps_ < next_) [[likely]]
      return {};
    return Look();
  }
  absl::Status Spend(std::size_t steps = 1) {
    Count(steps);
    return Check();
  }

  // A regular expression of so many instructions; fails with kTooCostly when all that the request
  // has brought are too large together.
  absl::Status AddRegex(std::size_t instructions);

 private:
  static constexpr std::size_t kStride = 1024;
  absl::Status Look();

  const CallContext& call_;
  const std::size_t max_steps_;
  std::size_t steps_ = 0;
  std::size_t next_;
  std::size_t instructions_ = 0;
};

}  // namespace chemoterm::engine
