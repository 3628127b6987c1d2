#include "gateway/conditional.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"

namespace chemoterm::gateway {
namespace {

constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

// FNV-1a, 64 bits: short input, and the same result in every build, which std::hash does not
// promise.
constexpr std::uint64_t kHashStart = 0xcbf29ce484222325U;
std::uint64_t Mix(std::uint64_t hash, std::string_view text) {
  constexpr std::uint64_t kPrime = 0x100000001b3U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return (hash ^ 0x1F) * kPrime;  // a separator, so that {"a", "bc"} and {"ab", "c"} differ
}

void AppendPadded(std::string& out, int number, int width) {
  std::string digits = base::ToText(number);
  out.append(static_cast<std::size_t>(std::max(0, width - static_cast<int>(digits.size()))), '0');
  out += digits;
}

std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  const std::string_view part = text.substr(at, count);
  if (!std::all_of(part.begin(), part.end(), base::IsDigit)) return std::nullopt;
  return base::ParseInt<int>(part);
}

struct Clock {
  int year, month, day, hour, minute, second;
};

// Unix seconds of a time that exists; nothing for 30 February or 25:00.
std::optional<std::int64_t> UnixSeconds(const Clock& clock) {
  using std::chrono::year_month_day;
  const year_month_day day{std::chrono::year(clock.year),
                           std::chrono::month(static_cast<unsigned>(clock.month)),
                           std::chrono::day(static_cast<unsigned>(clock.day))};
  if (!day.ok() || clock.hour > 23 || clock.minute > 59 || clock.second > 60) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(day).time_since_epoch().count();
  return ((days * 24 + clock.hour) * 60 + clock.minute) * 60 + clock.second;
}

// "2026-11-22T15:04:05", then ".fff"?, then "Z" or "+hh:mm".
std::optional<std::int64_t> ParseInstant(std::string_view text) {
  const auto year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  const auto hour = Digits(text, 11, 2), minute = Digits(text, 14, 2), second = Digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const auto local = UnixSeconds({*year, *month, *day, *hour, *minute, *second});
  const auto zone = text.find_first_of("Z+-", 19);
  if (!local || zone == std::string_view::npos) return std::nullopt;
  if (text[zone] == 'Z') return local;
  const auto offset_hours = Digits(text, zone + 1, 2), offset_minutes = Digits(text, zone + 4, 2);
  if (!offset_hours || !offset_minutes) return std::nullopt;
  const int offset = (*offset_hours * 60 + *offset_minutes) * 60;
  return *local - (text[zone] == '+' ? offset : -offset);
}

}  // namespace

std::string WeakTag(std::string_view version) { return base::Concat({"W/\"", version, "\""}); }

std::string AnswerTag(std::string_view digest, std::initializer_list<std::string_view> seeds) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::size_t kDigestPrefix = 12;
  std::uint64_t hash = Mix(kHashStart, digest);
  for (const auto seed : seeds) hash = Mix(hash, seed);
  std::array<char, 16> hex;
  for (char& c : hex) {
    c = kHex[hash >> 60];
    hash <<= 4;
  }
  return base::Concat(
      {"W/\"", digest.substr(0, kDigestPrefix), "-", {hex.data(), hex.size()}, "\""});
}

bool NamesTag(std::string_view if_none_match, std::string_view tag) {
  if (base::Trim(if_none_match) == "*") return !tag.empty();
  const auto opaque = [](std::string_view text) {
    return text.starts_with("W/") ? text.substr(2) : text;
  };
  // Our tags hold no comma, so a list splits at each of them.
  while (!if_none_match.empty()) {
    const auto [first, rest] = base::SplitOnce(if_none_match, ',');
    if (opaque(base::Trim(first)) == opaque(tag)) return true;
    if_none_match = rest;
  }
  return false;
}

std::string HttpDate(std::string_view instant) {
  const auto seconds = ParseInstant(instant);
  if (!seconds) return {};
  const std::chrono::sys_seconds time{std::chrono::seconds(*seconds)};
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(time - days);
  const auto weekday = std::chrono::weekday(days).c_encoding();
  std::string text;
  text.reserve(29);
  text += kDays.substr(weekday * 3, 3);
  text += ", ";
  AppendPadded(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  text += ' ';
  text += kMonths.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3);
  text += ' ';
  AppendPadded(text, static_cast<int>(date.year()), 4);
  text += ' ';
  AppendPadded(text, static_cast<int>(clock.hours().count()), 2);
  text += ':';
  AppendPadded(text, static_cast<int>(clock.minutes().count()), 2);
  text += ':';
  AppendPadded(text, static_cast<int>(clock.seconds().count()), 2);
  text += " GMT";
  return text;
}

std::optional<std::int64_t> ParseHttpDate(std::string_view text) {
  text = base::Trim(text);
  if (text.size() != 29 || !text.ends_with(" GMT") || text.substr(3, 2) != ", ")
    return std::nullopt;
  const auto day = Digits(text, 5, 2), year = Digits(text, 12, 4), hour = Digits(text, 17, 2),
             minute = Digits(text, 20, 2), second = Digits(text, 23, 2);
  const auto month = kMonths.find(text.substr(8, 3));
  if (!day || !year || !hour || !minute || !second) return std::nullopt;
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return UnixSeconds({*year, static_cast<int>(month / 3) + 1, *day, *hour, *minute, *second});
}

}  // namespace chemoterm::gateway
