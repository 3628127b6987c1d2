// Case and accent folding, and words, for search and display comparison. Backed by ICU.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::base {

// Lower case without accents ("Inyección" -> "inyeccion"); ASCII takes a fast path. Invalid UTF-8
// bytes are dropped.
std::string Fold(std::string_view text);

// Folded, with runs of white space as one blank and none at the ends: two displays that differ only
// so are the same.
std::string NormalizeDisplay(std::string_view text);

// The length of the separator of words at the start of `rest`, which is not empty; 0 when a letter
// or digit is there. Beyond ASCII the separators are Latin-1 signs (U+00A0 to U+00BF) and general
// punctuation (U+2000 to U+207F).
std::size_t SeparatorLength(std::string_view rest);

// The folded words (letters and digits) of a text, in order.
std::vector<std::string> Words(std::string_view text);

// True for a well-formed BCP 47 tag (shape only).
bool IsLanguageTag(std::string_view tag);

// One entry of an Accept-Language list.
struct LanguageRange {
  std::string_view tag;  // "*" for any
  int quality = 1000;    // thousandths; 0 = not wanted
};
// Best first; entries that are not well-formed make the list invalid (`ok` = false).
struct LanguageList {
  std::vector<LanguageRange> ranges;
  bool ok = true;
};
LanguageList ParseLanguages(std::string_view list);

// True when a text in `language` serves a wish for `range`: same tag, or the range is a prefix of
// it up to a hyphen.
bool LanguageMatches(std::string_view range, std::string_view language);

}  // namespace chemoterm::base
