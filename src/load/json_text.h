// Valid JSON as text: what can be done with it without reading it into objects.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chemoterm::load {

// Without white space between tokens. Strings that begin with `from` as a whole URL segment begin
// with `to` in the result. Keys stay. `text` must be valid JSON.
std::string Minify(std::string_view text, std::string_view from, std::string_view to);

// Steps through minified, valid JSON; what is taken whole is not looked into.
class JsonSteps {
 public:
  explicit JsonSteps(std::string_view text) : text_(text) {}

  // What is next. Behind the text: '\0'.
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  // Goes into the object or array that is next.
  void Enter() { ++at_; }
  // To the next member or element of what was entered; false when there is none, and steps out of
  // it.
  bool Next();
  // The key of a member, without quotes and with its escapes; then its value is next.
  std::string_view Key();
  // The text of the value that is next.
  std::string_view Take();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// Members of a JSON object, minified, as (key without quotes, value), in order.
std::vector<std::pair<std::string_view, std::string_view>> MembersOf(std::string_view object);

}  // namespace chemoterm::load
