#include "load/faults.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace chemoterm::load {

void Faults::Add(std::string_view file, int line, std::string reason) {
  ++count_;
  if (errors_.size() < kLimit) errors_.push_back({std::string(file), line, std::move(reason)});
}

std::vector<ContentError> Faults::Take(std::string_view whole) {
  std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  if (count_ > errors_.size()) {
    errors_.push_back({std::string(whole), 0,
                       base::Concat({base::ToText(count_ - errors_.size()), " more faults"})});
  }
  return std::move(errors_);
}

std::string ContentError::ToString() const {
  if (line == 0) return base::Concat({file, ": ", reason});
  return base::Concat({file, ":", base::ToText(line), ": ", reason});
}

}  // namespace chemoterm::load
