// From the words of a query to the tokens and texts that they meet: a part of TextIndex::Search.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/text_index.h"

namespace chemoterm::model {

// A match in one byte: quality in 63 steps above the two bits of its kind; 0 = no match. The better
// is the greater.
using Mark = std::uint8_t;
constexpr unsigned kMarkSteps = 63;

inline Mark MakeMark(float quality, WordMatch match) {
  return static_cast<Mark>((static_cast<unsigned>(std::lround(quality * kMarkSteps)) << 2) |
                           static_cast<unsigned>(match));
}
inline float QualityOf(Mark mark) { return static_cast<float>(mark >> 2) / kMarkSteps; }
inline WordMatch MatchOf(Mark mark) { return static_cast<WordMatch>(mark & 3); }

constexpr float kExactCode = 1.5F;  // over a number that only happens to be a code

class TextIndex::Matcher {
 public:
  struct Extra {
    std::uint32_t token;
    float quality;
  };
  // Concepts that the word meets about equally well: a bit for each entry.
  struct Tier {
    std::span<const std::uint64_t> bits;
    double bound = 0;    // what the word can add to one of them at most
    unsigned steps = 0;  // the same in whole steps of the search, rounded up
  };
  // A word of the query: the tokens it can meet, a range and some single ones, and the concepts
  // that have them.
  struct Word {
    Word() = default;
    Word(Word&&) noexcept = default;  // not copied: tiers point into tier_bits

    std::uint32_t first = 0, last = 0;                // the range
    std::uint32_t prefix_first = 0, prefix_last = 0;  // the part of it that the word is a prefix of
    bool exact = false;                               // prefix_first is the word itself
    bool code = false;                                // and a code
    bool strict_code = false;                         // and cannot be meant as anything else
    bool meets_codes = false;                         // some of the tokens are codes
    std::vector<Extra> extras;
    float prefix_quality = 0;
    float size = 0;
    std::array<Mark, 64> prefix_marks{};  // by length of a token that the word begins; 0 = not set
    float weight = 0;                     // by rarity
    std::vector<Tier> tiers;  // the best first; a concept may be in several. Empty = not found
    std::vector<std::uint64_t> tier_bits;  // of tiers that are not in the index
  };

  // `texts` are the words of the query.
  Matcher(const TextIndex& index, const std::vector<std::string>& texts)
      : index_(index), texts_(texts) {}

  // The word at a position of the query.
  Word WordOf(std::size_t position) const;
  // How a word meets a token; 0 for one that is not among its tokens.
  Mark MarkOf(const Word& word, std::uint32_t token) const;

 private:
  void AddExtra(Word& word, std::string_view text, float quality) const;
  void AddSynonyms(Word& word, std::string_view text) const;
  void AddInflections(Word& word, std::string_view text) const;
  void SetRange(Word& word, std::string_view text, bool is_last) const;
  void SetTiers(Word& word) const;
  Mark PrefixMark(const Word& word, std::size_t token_size) const;
  Mark RangeMark(const Word& word, std::uint32_t token) const;

  const TextIndex& index_;
  const std::vector<std::string>& texts_;
};

}  // namespace chemoterm::model
