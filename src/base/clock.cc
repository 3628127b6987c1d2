#include "base/clock.h"

#include <cstdio>

#include "base/text.h"

namespace chemoterm::base {
namespace {

using std::chrono::year_month_day;

year_month_day ToYmd(Day day) {
  return {std::chrono::year(day / 10000),
          std::chrono::month(static_cast<unsigned>(day / 100 % 100)),
          std::chrono::day(static_cast<unsigned>(day % 100))};
}

Day FromYmd(year_month_day ymd) {
  return static_cast<int>(ymd.year()) * 10000 +
         static_cast<int>(static_cast<unsigned>(ymd.month())) * 100 +
         static_cast<int>(static_cast<unsigned>(ymd.day()));
}

// Exactly `digits` digits at `at`, as a number; -1 if they are not there.
int Digits(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  return ParseInt<int>(text.substr(at, digits)).value_or(-1);
}

// hh:mm:ss with optional fraction and a zone.
bool IsTime(std::string_view text) {
  const int hour = Digits(text, 0, 2);
  const int minute = Digits(text, 3, 2);
  const int second = Digits(text, 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  if (text[2] != ':' || text[5] != ':') return false;
  text.remove_prefix(8);
  if (!text.empty() && text[0] == '.') {
    std::size_t end = 1;
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (end == 1) return false;
    text.remove_prefix(end);
  }
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int zone_hour = Digits(text, 1, 2);
  const int zone_minute = Digits(text, 4, 2);
  return zone_hour >= 0 && zone_hour <= 14 && zone_minute >= 0 && zone_minute <= 59;
}

}  // namespace

int DaysBetween(Day from, Day to) {
  return static_cast<int>(
      (std::chrono::sys_days(ToYmd(to)) - std::chrono::sys_days(ToYmd(from))).count());
}

Day AddDays(Day day, int days) {
  return FromYmd(year_month_day(std::chrono::sys_days(ToYmd(day)) + std::chrono::days(days)));
}

std::optional<DayRange> ParseDate(std::string_view text) {
  const int year = Digits(text, 0, 4);
  if (year < 1 || text[0] == '-' || text[0] == '+') return std::nullopt;
  if (text.size() == 4) return DayRange{year * 10000 + 101, year * 10000 + 1231};
  const int month = text[4] == '-' ? Digits(text, 5, 2) : -1;
  if (month < 1 || month > 12 || !IsDigit(text[5])) return std::nullopt;
  if (text.size() == 7) {
    const auto last = std::chrono::year_month_day_last(
        std::chrono::year(year),
        std::chrono::month_day_last(std::chrono::month(static_cast<unsigned>(month))));
    return DayRange{year * 10000 + month * 100 + 1, FromYmd(year_month_day(last))};
  }
  const int day = text[7] == '-' ? Digits(text, 8, 2) : -1;
  if (day < 1 || !IsDigit(text[8])) return std::nullopt;
  const Day whole = year * 10000 + month * 100 + day;
  if (!ToYmd(whole).ok()) return std::nullopt;
  if (text.size() == 10 || (text[10] == 'T' && IsTime(text.substr(11))))
    return DayRange{whole, whole};
  return std::nullopt;
}

std::optional<std::int64_t> ParseInstant(std::string_view text) {
  const auto day = ParseDate(text);
  if (!day || text.size() < 20) return std::nullopt;
  const std::chrono::sys_days date(ToYmd(day->first));
  const int seconds = Digits(text, 11, 2) * 3600 + Digits(text, 14, 2) * 60 + Digits(text, 17, 2);
  int offset = 0;
  if (text.back() != 'Z') {
    const auto zone = text.substr(text.size() - 6);
    offset = (Digits(zone, 1, 2) * 60 + Digits(zone, 4, 2)) * (zone[0] == '-' ? -60 : 60);
  }
  std::int64_t millis = 0;
  if (text[19] == '.') {
    std::int64_t digit = 100;
    for (std::size_t at = 20; IsDigit(text[at]); ++at, digit /= 10)
      millis += digit * (text[at] - '0');
  }
  const auto days = std::chrono::seconds(date.time_since_epoch()).count();
  return (days + seconds - offset) * 1000 + millis;
}

std::string FormatDay(Day day) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", day / 10000 % 10000, day / 100 % 100,
                day % 100);
  return buffer;
}

std::string FormatInstant(std::chrono::system_clock::time_point time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - days));
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%sT%02d:%02d:%02d.%03dZ",
                FormatDay(FromYmd(year_month_day(days))).c_str(),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return buffer;
}

Day Today() {
  return FromYmd(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

}  // namespace chemoterm::base
