// Dates and instants as FHIR writes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chemoterm::base {

// A calendar day as yyyymmdd, so that days compare as numbers. 0 = none.
using Day = std::int32_t;

// How many days from `from` to `to`; both must be real days.
int DaysBetween(Day from, Day to);
// The day `days` after `day`.
Day AddDays(Day day, int days);

// A FHIR date or dateTime: YYYY, YYYY-MM, YYYY-MM-DD, or with Thh:mm:ss(.fff)(Z|+hh:mm). Nothing
// for a text that is not one, or names a day that does not exist. The result is the first and the
// last day it can mean.
struct DayRange {
  Day first = 0;
  Day last = 0;
};
std::optional<DayRange> ParseDate(std::string_view text);

// Milliseconds since 1970 of a dateTime that has a time; nothing for another text.
std::optional<std::int64_t> ParseInstant(std::string_view text);

std::string FormatDay(Day day);  // "2026-11-22"
std::string FormatInstant(
    std::chrono::system_clock::time_point time);  // "2026-11-22T15:04:05.123Z"
Day Today();                                      // UTC

}  // namespace chemoterm::base
