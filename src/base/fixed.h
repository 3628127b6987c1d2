// Decimal numbers as whole numbers of their last digit, so that sums of money are exact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chemoterm::base {

// "3.95" with two digits is 395. Nothing for a text that is no plain decimal number, has more
// digits behind the point, or does not fit.
std::optional<std::int64_t> ParseFixed(std::string_view text, int digits);
// 395 with two digits is "3.95".
std::string FormatFixed(std::int64_t number, int digits);
// `number` without its last `digits` digits, rounded half away from zero.
std::int64_t RoundFixed(std::int64_t number, int digits);

}  // namespace chemoterm::base
