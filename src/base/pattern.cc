#include "base/pattern.h"

#include <re2/re2.h>

namespace chemoterm::base {

Pattern::Pattern(std::string_view expression) : text_(expression) {
  auto compiled = std::make_shared<const re2::RE2>(text_, re2::RE2::Quiet);
  if (compiled->ok()) compiled_ = std::move(compiled);
}

bool Pattern::Matches(std::string_view text) const {
  return compiled_ != nullptr &&
         re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace chemoterm::base
