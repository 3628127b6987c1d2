// From the words of a query to the tokens and texts that they meet: a part of TextIndex::Search.
#pragma once

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
// Bound of a code that must come first.
constexpr double kBeyondAll = 1e9;

class TextIndex::Matcher {
 public:
  struct Extra {
    std::uint32_t token;
    float quality;
  };
  // A word of the query: the tokens it can meet, a range and some single ones, and the texts where
  // it meets them.
  struct Word {
    std::uint32_t first = 0, last = 0;                // the range
    std::uint32_t prefix_first = 0, prefix_last = 0;  // the part of it that the word is a prefix of
    bool exact = false;                               // prefix_first is the word itself
    bool code = false;                                // and a code
    bool strict_code = false;                         // and cannot be meant as anything else
    std::vector<Extra> extras;
    float prefix_quality = 0;
    float size = 0;
    float weight = 0;  // by rarity

    // One token: its postings, all with one mark.
    std::span<const std::uint32_t> list;          // texts
    std::span<const std::uint32_t> list_entries;  // parallel
    std::span<const std::uint8_t> list_weights;   // parallel
    Mark list_mark = 0;
    std::size_t probed = 0;  // how far they were looked up
    // Several tokens: a mark for every text.
    std::vector<Mark> marks;
    // For every entry its best match times weight in 255ths, rounded up; also for long lists, which
    // are looked up often.
    std::vector<std::uint8_t> entry_weights;

    double bound = 0;  // what the word can add to a concept at most
    double step = 0;   // the same for each 255th of weight

    bool met() const { return !list.empty() || !marks.empty(); }
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
  void SetTexts(Word& word) const;
  void SetList(Word& word, std::uint32_t token) const;
  void AddMarks(Word& word, std::uint32_t token, std::size_t count) const;
  std::size_t FirstPosting(std::uint32_t token) const;

  const TextIndex& index_;
  const std::vector<std::string>& texts_;
};

}  // namespace chemoterm::model
