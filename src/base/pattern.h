// Regular expressions for whole texts.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace chemoterm::base {

// A regular expression (RE2 syntax) that a whole text has to match, compiled once. Copies share it.
// Immutable and thread-safe.
class Pattern {
 public:
  Pattern() = default;  // empty
  explicit Pattern(std::string_view expression);

  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  // False for a text that is no regular expression, which matches nothing.
  bool is_valid() const { return compiled_ != nullptr; }
  bool Matches(std::string_view text) const;

 private:
  std::string text_;
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace chemoterm::base
