// Pieces of JSON text that is known to be valid (it was read before): members and elements as
// slices, for copying and small changes without building anything.
//
//   for (json::Members m(object); m.Next();) if (m.key() == "id") id = json::Unquote(m.value());
//
// On text that is not valid JSON the iteration ends early; nothing outside the text is read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chemoterm::json {

// The members of an object, in order.
class Members {
 public:
  // `object`: the text from '{' to '}'; anything else has no members.
  explicit Members(std::string_view object);
  // Steps to the next member; false after the last.
  bool Next();
  std::string_view key() const { return key_; }      // as written, without quotes, escapes kept
  std::string_view value() const { return value_; }  // without white space around it

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view key_;
  std::string_view value_;
};

// The elements of an array, in order.
class Elements {
 public:
  explicit Elements(std::string_view array);
  bool Next();
  std::string_view value() const { return value_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view value_;
};

inline bool IsObject(std::string_view value) { return value.starts_with('{'); }
inline bool IsArray(std::string_view value) { return value.starts_with('['); }

// The value of a member; empty if absent.
std::string_view Member(std::string_view object, std::string_view key);

// The text of a JSON string with its escapes decoded; empty for another value.
std::string Unquote(std::string_view value);

}  // namespace chemoterm::json
