#include "base/fixed.h"

#include "base/text.h"

namespace chemoterm::base {
namespace {

std::int64_t PowerOfTen(int digits) {
  std::int64_t power = 1;
  for (; digits > 0; --digits) power *= 10;
  return power;
}

}  // namespace

std::optional<std::int64_t> ParseFixed(std::string_view text, int digits) {
  const auto [whole, fraction] = SplitOnce(text, '.');
  if (whole.empty() || fraction.size() > static_cast<std::size_t>(digits)) return std::nullopt;
  if (text.ends_with('.') || whole.starts_with('+')) return std::nullopt;
  std::string all = Concat({whole, fraction});
  all.append(static_cast<std::size_t>(digits) - fraction.size(), '0');
  return ParseInt<std::int64_t>(all);
}

std::string FormatFixed(std::int64_t number, int digits) {
  if (digits <= 0) return ToText(number);
  std::string text = ToText(number < 0 ? -number : number);
  const auto size = static_cast<std::size_t>(digits);
  if (text.size() <= size) text.insert(0, size + 1 - text.size(), '0');
  text.insert(text.size() - size, 1, '.');
  return number < 0 ? "-" + text : text;
}

std::int64_t RoundFixed(std::int64_t number, int digits) {
  const std::int64_t unit = PowerOfTen(digits);
  const std::int64_t half = number < 0 ? -unit / 2 : unit / 2;
  return (number + half) / unit;
}

}  // namespace chemoterm::base
