#include "engine/budget.h"

#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

// With what RE2 needs beside, about 50 MB.
constexpr std::size_t kMaxInstructions = 100'000;

}  // namespace

absl::Status Budget::Look() {
  if (steps_ > max_steps_) {
    return Fail(Reason::kTooCostly,
                base::Concat({"The request needs more work than one is granted (",
                              base::ToText(max_steps_), " steps)"}));
  }
  if (call_.slice_steps != 0 && steps_ >= call_.slice_steps) {
    return Fail(Reason::kDeadlineExceeded, "The work is more than a slice");
  }
  next_ = steps_ + kStride;
  return CheckBudget(call_);
}

absl::Status Budget::AddRegex(std::size_t instructions) {
  instructions_ += instructions;
  if (instructions_ <= kMaxInstructions) return {};
  return Fail(Reason::kTooCostly, "The regular expressions of the value sets are too large");
}

}  // namespace chemoterm::engine
