#include "base/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace chemoterm::base {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string FoldUnicode(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfkd = icu::Normalizer2::getNFKDInstance(status);
  CHECK(U_SUCCESS(status));
  auto source = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  source.foldCase();
  const icu::UnicodeString decomposed = nfkd->normalize(source, status);
  if (U_FAILURE(status)) return {};
  icu::UnicodeString kept;
  for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const UChar32 c = decomposed.char32At(i);
    if (u_charType(c) != U_NON_SPACING_MARK && c != 0xFFFD) kept.append(c);
  }
  std::string folded;
  kept.toUTF8String(folded);
  return folded;
}

bool IsAlphaTag(std::string_view part) { return std::all_of(part.begin(), part.end(), IsAlnum); }

// "0.8" in thousandths, -1 if it is not a quality value.
int ParseQuality(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return -1;
  int quality = (text[0] - '0') * 1000;
  if (text.size() == 1) return quality;
  if (text[1] != '.' || text.size() > 5) return -1;
  int unit = 100;
  for (const char c : text.substr(2)) {
    if (!IsDigit(c)) return -1;
    quality += (c - '0') * unit;
    unit /= 10;
  }
  return quality <= 1000 ? quality : -1;
}

}  // namespace

std::string Fold(std::string_view text) {
  return IsAscii(text) ? ToLower(text) : FoldUnicode(text);
}

std::string NormalizeDisplay(std::string_view text) {
  const std::string folded = Fold(text);
  std::string normal;
  for (const char c : folded) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      normal += c;
    } else if (!normal.empty() && normal.back() != ' ') {
      normal += ' ';
    }
  }
  if (!normal.empty() && normal.back() == ' ') normal.pop_back();
  return normal;
}

std::size_t SeparatorLength(std::string_view rest) {
  const auto byte = [&](std::size_t i) {
    return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U;
  };
  if (byte(0) < 0x80) return IsAlnum(rest[0]) ? 0 : 1;
  if (byte(0) == 0xC2 && byte(1) >= 0xA0) return 2;
  if (byte(0) == 0xE2 && (byte(1) == 0x80 || byte(1) == 0x81))
    return std::min<std::size_t>(3, rest.size());
  return 0;
}

std::vector<std::string> Words(std::string_view text) {
  const std::string folded = Fold(text);
  std::string_view rest = folded;
  std::vector<std::string> words;
  while (!rest.empty()) {
    std::size_t length = 0;
    while (length < rest.size() && SeparatorLength(rest.substr(length)) == 0) ++length;
    if (length > 0) words.emplace_back(rest.substr(0, length));
    rest.remove_prefix(length);
    if (!rest.empty()) rest.remove_prefix(SeparatorLength(rest));
  }
  return words;
}

bool IsLanguageTag(std::string_view tag) {
  if (tag.empty() || tag.size() > 80) return false;
  const auto parts = Split(tag, '-');
  const auto first = parts.front();
  if (first.size() < 2 || first.size() > 8 || !std::none_of(first.begin(), first.end(), IsDigit)) {
    if (first != "x" && first != "i") return false;
  }
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part.size() <= 8 && IsAlphaTag(part);
  });
}

LanguageList ParseLanguages(std::string_view list) {
  LanguageList parsed;
  if (Trim(list).empty()) return parsed;
  for (const auto entry : Split(list, ',')) {
    const auto [tag_part, parameter] = SplitOnce(entry, ';');
    LanguageRange range{Trim(tag_part)};
    if (range.tag != "*" && !IsLanguageTag(range.tag)) parsed.ok = false;
    if (const auto weight = Trim(parameter); !weight.empty()) {
      range.quality = weight.starts_with("q=") ? ParseQuality(Trim(weight.substr(2))) : -1;
      if (range.quality < 0) parsed.ok = false;
    }
    parsed.ranges.push_back(range);
  }
  std::stable_sort(
      parsed.ranges.begin(), parsed.ranges.end(),
      [](const LanguageRange& a, const LanguageRange& b) { return a.quality > b.quality; });
  return parsed;
}

bool LanguageMatches(std::string_view range, std::string_view language) {
  if (range == "*") return true;
  if (!EqualsIgnoringCase(range, language.substr(0, range.size()))) return false;
  return language.size() == range.size() || language[range.size()] == '-';
}

}  // namespace chemoterm::base
