// Text helpers on std::string_view, and the one bridge to Abseil's own string_view (Debian 12
// builds Abseil with its own type, so std::string_view arguments do not convert by themselves).
#pragma once

#include <absl/strings/string_view.h>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chemoterm::base {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view FromAbsl(absl::string_view text) { return {text.data(), text.size()}; }

std::string Concat(std::initializer_list<std::string_view> parts);

// "1234" of any integer.
template <std::integral Int>
std::string ToText(Int number) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return {buffer, end};
}

// The whole text as a decimal integer, else nothing.
template <std::integral Int>
std::optional<Int> ParseInt(std::string_view text) {
  Int number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// Splits at each separator; an empty text gives one empty part.
std::vector<std::string_view> Split(std::string_view text, char separator);
// Splits once at the first separator; without one the second part is empty.
std::pair<std::string_view, std::string_view> SplitOnce(std::string_view text, char separator);
// Parts joined with a separator.
template <class Range>
std::string Join(const Range& parts, std::string_view separator) {
  std::string joined;
  for (const auto& part : parts) {
    if (!joined.empty()) joined += separator;
    joined += part;
  }
  return joined;
}

// Without ASCII white space at both ends.
std::string_view Trim(std::string_view text);
// ASCII only; other bytes stay.
std::string ToLower(std::string_view text);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);
bool IsDigit(char c);
bool IsAlnum(char c);
bool IsValidUtf8(std::string_view text);
// At most `limit` bytes, cut at a character boundary, with an ellipsis when cut: for echoing input
// in messages.
std::string Clip(std::string_view text, std::size_t limit);

}  // namespace chemoterm::base
