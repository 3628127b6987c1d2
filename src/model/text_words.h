// How texts and queries are cut into words, the same way for both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::model {

// Is one word with the word behind it: "non-hormonal" and "non hormonal" must not be found by
// "hormonal".
inline constexpr std::string_view kNegation = "non";

struct TextWord {
  std::string text;     // folded
  bool joined = false;  // the two words before it, which a hyphen joins, written as one
};

// The words of a text in order; "intra-arterial" gives intra, arterial and, joined, intraarterial.
// "non-hormonal" gives nonhormonal only.
std::vector<TextWord> CutWords(std::string_view text);

bool HasDigit(std::string_view word);
// An ASCII character that is neither letter nor digit.
bool HasSign(std::string_view word);

// A hash of the word without its byte `skipped`; of the whole word when `skipped` is its size.
std::uint32_t HashWithout(std::string_view word, std::size_t skipped);

// True when one insertion, deletion, substitution or swap of neighbours (of bytes) makes them
// equal.
bool OneEditApart(std::string_view a, std::string_view b);

}  // namespace chemoterm::model
