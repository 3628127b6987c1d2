#include "json/slice.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <array>

namespace chemoterm::json {
namespace {

// A set of bytes that is looked up by index.
using ByteSet = std::array<bool, 256>;
constexpr ByteSet SetOf(std::string_view bytes) {
  ByteSet set{};
  for (const char c : bytes) set[static_cast<unsigned char>(c)] = true;
  return set;
}
constexpr ByteSet kStringStops = SetOf("\"\\");
constexpr ByteSet kNestStops = SetOf("\"{}[]");
constexpr ByteSet kScalarStops = SetOf(",]} \n\r\t");

// The first byte of the set from `at` on; the size if there is none.
std::size_t Find(std::string_view text, std::size_t at, const ByteSet& set) {
  while (at < text.size() && !set[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::size_t SkipSpace(std::string_view text, std::size_t at) {
  while (at < text.size() && IsSpace(text[at])) ++at;
  return at;
}

// Behind the closing quote of the string that opens at `at`.
std::size_t EndOfString(std::string_view text, std::size_t at) {
  for (++at; (at = Find(text, at, kStringStops)) < text.size();
       at += 2) {  // 2: an escape and what it escapes
    if (text[at] == '"') return at + 1;
  }
  return text.size();
}

// Behind the value that starts at `at`.
std::size_t EndOfValue(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  if (text[at] == '"') return EndOfString(text, at);
  if (text[at] != '{' && text[at] != '[') return Find(text, at, kScalarStops);
  std::size_t depth = 0;
  while ((at = Find(text, at, kNestStops)) < text.size()) {
    if (text[at] == '"') {
      at = EndOfString(text, at);
      continue;
    }
    const bool opens = text[at] == '{' || text[at] == '[';
    depth = opens ? depth + 1 : depth - 1;
    ++at;
    if (depth == 0) return at;
  }
  return text.size();
}

// Behind the separator before the next item, or npos at the end. `at` is behind the bracket or the
// last value.
std::size_t StartOfItem(std::string_view text, std::size_t at, bool first) {
  at = SkipSpace(text, at);
  if (!first && at < text.size() && text[at] == ',') at = SkipSpace(text, at + 1);
  if (at >= text.size() || text[at] == '}' || text[at] == ']') return std::string_view::npos;
  return at;
}

struct StringHandler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, StringHandler> {
  bool String(const char* text, rapidjson::SizeType size, bool) {
    value.assign(text, size);
    return true;
  }
  std::string value;
};

}  // namespace

Members::Members(std::string_view object) {
  if (IsObject(object)) text_ = object;
}

bool Members::Next() {
  at_ = StartOfItem(text_, at_ == 0 ? 1 : at_, at_ == 0);
  if (at_ == std::string_view::npos || text_[at_] != '"') {
    text_ = {};
    at_ = 0;
    return false;
  }
  const std::size_t key_end = EndOfString(text_, at_);
  key_ = text_.substr(at_ + 1, key_end - at_ - 2);
  const std::size_t start = SkipSpace(text_, SkipSpace(text_, key_end) + 1);
  at_ = EndOfValue(text_, start);
  value_ = start < text_.size() ? text_.substr(start, at_ - start) : std::string_view();
  return true;
}

Elements::Elements(std::string_view array) {
  if (IsArray(array)) text_ = array;
}

bool Elements::Next() {
  at_ = StartOfItem(text_, at_ == 0 ? 1 : at_, at_ == 0);
  if (at_ == std::string_view::npos) {
    text_ = {};
    at_ = 0;
    return false;
  }
  const std::size_t start = at_;
  at_ = EndOfValue(text_, start);
  value_ = text_.substr(start, at_ - start);
  return true;
}

std::string_view Member(std::string_view object, std::string_view key) {
  for (Members members(object); members.Next();) {
    if (members.key() == key) return members.value();
  }
  return {};
}

std::string Unquote(std::string_view value) {
  if (value.size() < 2 || value.front() != '"') return {};
  const std::string_view inner = value.substr(1, value.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return std::string(inner);
  StringHandler handler;
  rapidjson::MemoryStream stream(value.data(), value.size());
  rapidjson::Reader reader;
  reader.Parse(stream, handler);
  return std::move(handler.value);
}

}  // namespace chemoterm::json
