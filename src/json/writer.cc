#include "json/writer.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>

#include <array>
#include <charconv>
#include <cstring>

namespace chemoterm::json {
namespace {

// For each byte: 0 = as it is, 'u' = \u00XX, else the letter after the backslash.
constexpr std::array<char, 256> kEscape = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

// True when one of the eight bytes is a control character, a quote or a backslash. Bytes over 0x7F
// may say yes wrongly only together with a true hit, by the borrow of a lower byte, so the caller
// looks again byte by byte.
bool NeedsEscape(const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = kOnes * 0x80;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  return (((word - kOnes * 0x20) & ~word) | ((quote - kOnes) & ~quote) |
          ((backslash - kOnes) & ~backslash)) &
         kHigh;
}

void AppendEscaped(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";  // as rapidjson writes it
  out += '"';
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char escape = kEscape[byte];
    if (escape == 0) continue;
    out.append(text, run, i - run);
    run = i + 1;
    out += '\\';
    out += escape;
    if (escape != 'u') continue;
    out += "00";
    out += kHex[byte >> 4];
    out += kHex[byte & 0xF];
  }
  out.append(text, run, text.size() - run);
  out += '"';
}

}  // namespace

void AppendString(std::string& out, std::string_view text) {
  std::size_t first = 0;
  while (first + 8 <= text.size() && !NeedsEscape(text.data() + first)) first += 8;
  while (first < text.size() && kEscape[static_cast<unsigned char>(text[first])] == 0) ++first;
  if (first < text.size()) return AppendEscaped(out, text);
  // Both quotes at once, then the text between them.
  const std::size_t at = out.size();
  out.append(text.size() + 2, '"');
  text.copy(out.data() + at + 1, text.size());
}

void Scope::Key(std::string_view key) {
  // Quotes, colon and comma at once, then the key between them; keys are ours and need no escapes.
  const std::size_t at = out_->size() + (first_ ? 0 : 1);
  out_->append(key.size() + (first_ ? 3 : 4), '"');
  char* start = out_->data() + at;
  if (!first_) start[-1] = ',';
  first_ = false;
  key.copy(start + 1, key.size());
  start[key.size() + 2] = ':';
}

void Object::Text(std::string_view key, std::string_view value) {
  if (value.empty()) return;
  Key(key);
  AppendString(*out_, value);
}

void Object::Bool(std::string_view key, bool value) {
  Key(key);
  *out_ += value ? "true" : "false";
}

void Object::Int(std::string_view key, std::int64_t value) {
  Key(key);
  char buffer[24];
  out_->append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void Object::Raw(std::string_view key, std::string_view value) {
  if (value.empty()) return;
  Key(key);
  *out_ += value;
}

Object Object::Sub(std::string_view key) {
  Key(key);
  return Object(out_);
}

Array Object::List(std::string_view key) {
  Key(key);
  return Array(out_);
}

void Array::Text(std::string_view value) {
  Next();
  AppendString(*out_, value);
}

void Array::Raw(std::string_view value) {
  if (value.empty()) return;
  Next();
  *out_ += value;
}

Object Array::Sub() {
  Next();
  return Object(out_);
}

Array Array::List() {
  Next();
  return Array(out_);
}

bool IsNumber(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const bool zero = i < text.size() && text[i] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

namespace {

// RapidJSON 1.1.0 writes raw numbers with quotes.
class Indenter : public rapidjson::PrettyWriter<rapidjson::StringBuffer> {
 public:
  using PrettyWriter::PrettyWriter;
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return RawValue(text, size, rapidjson::kNumberType);
  }
};

}  // namespace

std::string Pretty(std::string_view text) {
  rapidjson::StringBuffer buffer;
  Indenter writer(buffer);
  writer.SetIndent(' ', 2);
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  reader.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag>(stream,
                                                                                       writer);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace chemoterm::json
