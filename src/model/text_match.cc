#include "model/text_match.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "model/text_words.h"

namespace chemoterm::model {
namespace {

// How much a match is worth beside an exact one.
// The last word may be just being typed. Both times the share of the token that is there.
constexpr float kPrefixOfLast = 1.0F;
constexpr float kPrefixOfOther = 0.9F;
constexpr float kShareFloor = 0.75F;
constexpr float kInflected = 0.9F;  // without its plural ending
constexpr float kSynonym = 0.8F;
constexpr float kOneEdit = 0.75F;
constexpr float kStem = 0.65F;

constexpr std::size_t kShortestStemmed = 6;  // letters of a word that may lose its ending
constexpr std::size_t kShortestStem = 5;
constexpr std::size_t kLongestEnding = 3;
constexpr std::size_t kShortestCorrected = 5;
constexpr std::size_t kShortestPrefix = 3;      // of a word that is not the last one
constexpr std::size_t kShortestStrictCode = 4;  // shorter codes ("25") are numbers in a sentence

// What is read of the tokens that a short prefix begins.
constexpr std::size_t kPostingsOfRange = 32768;

std::string_view StemOf(std::string_view word) {
  if (word.size() < kShortestStemmed || HasDigit(word)) return {};
  return word.substr(0, std::max(kShortestStem, word.size() - kLongestEnding));
}

}  // namespace

void TextIndex::Matcher::AddExtra(Word& word, std::string_view text, float quality) const {
  const std::uint32_t token = index_.LowerBound(text);
  if (token < index_.tokens_.size() && index_.Token(token) == text)
    word.extras.push_back({token, quality});
}

void TextIndex::Matcher::AddSynonyms(Word& word, std::string_view text) const {
  const auto first =
      std::lower_bound(index_.synonyms_.begin(), index_.synonyms_.end(), text,
                       [](const auto& row, std::string_view wanted) { return row.first < wanted; });
  for (auto row = first; row != index_.synonyms_.end() && row->first == text; ++row) {
    AddExtra(word, row->second, kSynonym);
  }
}

// Without its plural ending, and with one edit when no token begins with it.
void TextIndex::Matcher::AddInflections(Word& word, std::string_view text) const {
  if (text.size() > kShortestPrefix && text.ends_with('s')) {
    const auto singular = text.substr(0, text.size() - 1);
    AddExtra(word, singular, kInflected);
    AddSynonyms(word, singular);
    if (singular.ends_with('e')) {
      AddExtra(word, singular.substr(0, singular.size() - 1), kInflected);
    }
  }
  if (text.size() < kShortestCorrected || word.prefix_first != word.prefix_last) return;
  for (const std::uint32_t token : index_.OneEditAway(text)) {
    word.extras.push_back({token, kOneEdit});
  }
}

// The range of tokens: those that the word begins and those of its stem.
void TextIndex::Matcher::SetRange(Word& word, std::string_view text, bool is_last) const {
  const auto [first, last] = index_.PrefixRange(text);
  word.exact = first < last && index_.Token(first) == text;
  word.code = word.exact && index_.token_flags_[first] != 0;
  word.strict_code = word.code && (texts_.size() == 1 || (text.size() >= kShortestStrictCode &&
                                                          (HasDigit(text) || HasSign(text))));
  // A short word begins too many tokens, unless it is all there is to go by.
  const bool unfinished =
      text.size() >= kShortestPrefix || (is_last && (!word.exact || texts_.size() == 1));
  word.prefix_first = first;
  word.prefix_last = unfinished ? last : first + (word.exact ? 1 : 0);
  word.first = word.prefix_first;
  word.last = word.prefix_last;
  if (const auto stem = StemOf(text); !stem.empty())
    std::tie(word.first, word.last) = index_.PrefixRange(stem);
}

TextIndex::Matcher::Word TextIndex::Matcher::WordOf(std::size_t position) const {
  const std::string_view text = texts_[position];
  const bool is_last = position + 1 == texts_.size();
  Word word;
  word.size = static_cast<float>(text.size());
  word.prefix_quality = is_last ? kPrefixOfLast : kPrefixOfOther;
  SetRange(word, text, is_last);
  AddSynonyms(word, text);
  if (!HasDigit(text)) AddInflections(word, text);
  SetTexts(word);
  return word;
}

// The texts of the word's tokens, and by their number its weight.
void TextIndex::Matcher::SetTexts(Word& word) const {
  std::size_t postings = 0;
  if (word.last - word.first + word.extras.size() == 1) {
    SetList(word, word.extras.empty() ? word.first : word.extras.front().token);
    postings = word.list.size();
  } else if (word.last > word.first || !word.extras.empty()) {
    word.marks.resize(index_.texts_.size());
    word.entry_weights.resize(index_.entries_.size());
    std::size_t budget = kPostingsOfRange;
    const auto add = [&](std::uint32_t token, bool limited) {
      const std::size_t all = index_.postings_[token].size();
      const std::size_t taken = limited ? std::min(budget, all) : all;
      postings += all;
      budget -= limited ? taken : 0;
      AddMarks(word, token, taken);
    };
    for (const Extra& extra : word.extras) add(extra.token, false);
    for (std::uint32_t token = word.prefix_first; token < word.prefix_last; ++token) {
      add(token, !word.exact || token != word.prefix_first);
    }
    for (std::uint32_t token = word.first; token < word.prefix_first; ++token) add(token, true);
    for (std::uint32_t token = word.prefix_last; token < word.last; ++token) add(token, true);
  }
  const auto texts = static_cast<float>(index_.texts_.size());
  word.weight = 1 + std::log1p(texts / (1 + static_cast<float>(postings)));
  word.bound = word.strict_code ? kBeyondAll : word.weight * (word.code ? kExactCode : 1);
  word.step = word.bound * (word.marks.empty() ? QualityOf(word.list_mark) : 1) / 255;
}

std::size_t TextIndex::Matcher::FirstPosting(std::uint32_t token) const {
  return static_cast<std::size_t>(index_.postings_[token].data() -
                                  index_.postings_.values().data());
}

void TextIndex::Matcher::SetList(Word& word, std::uint32_t token) const {
  word.list = index_.postings_[token];
  word.list_entries =
      std::span(index_.posting_entries_).subspan(FirstPosting(token), word.list.size());
  word.list_weights =
      std::span(index_.posting_weights_).subspan(FirstPosting(token), word.list.size());
  word.list_mark = MarkOf(word, token);
}

void TextIndex::Matcher::AddMarks(Word& word, std::uint32_t token, std::size_t count) const {
  const Mark mark = MarkOf(word, token);
  const unsigned quality = mark >> 2;
  const auto texts = index_.postings_[token];
  const std::size_t first = FirstPosting(token);
  for (std::size_t i = 0; i < count; ++i) {
    word.marks[texts[i]] = std::max(word.marks[texts[i]], mark);
    const unsigned weight =
        (quality * index_.posting_weights_[first + i] + kMarkSteps - 1) / kMarkSteps;
    auto& best = word.entry_weights[index_.posting_entries_[first + i]];
    best = std::max(best, static_cast<std::uint8_t>(weight));
  }
}

Mark TextIndex::Matcher::MarkOf(const Word& word, std::uint32_t token) const {
  Mark best = 0;
  if (token >= word.prefix_first && token < word.prefix_last) {
    if (word.exact && token == word.prefix_first) return MakeMark(1, WordMatch::kExact);
    const float share = word.size / static_cast<float>(index_.tokens_[token].size);
    best = MakeMark(word.prefix_quality * (kShareFloor + (1 - kShareFloor) * share),
                    WordMatch::kPrefix);
  } else if (token >= word.first && token < word.last) {
    best = MakeMark(kStem, WordMatch::kSimilar);
  }
  for (const Extra& extra : word.extras) {
    if (extra.token == token) best = std::max(best, MakeMark(extra.quality, WordMatch::kSimilar));
  }
  return best;
}

}  // namespace chemoterm::model
