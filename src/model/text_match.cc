#include "model/text_match.h"

#include <algorithm>
#include <array>
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

// A word's tokens of neighbouring qualities share a tier up to one in so many of its texts.
constexpr std::size_t kTierShare = 8;

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
  if (word.prefix_last - word.prefix_first <= 1) return;
  for (std::size_t size = text.size(); size < word.prefix_marks.size(); ++size)
    word.prefix_marks[size] = PrefixMark(word, size);
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
  SetTiers(word);
  return word;
}

// The concepts of the word's tokens by quality, and by the number of their texts the weight.
void TextIndex::Matcher::SetTiers(Word& word) const {
  std::array<std::size_t, kMarkSteps + 1> texts_of{};  // by quality
  std::size_t all_texts = 0;
  const auto for_each_token = [&](const auto& found) {
    for (const Extra& extra : word.extras) found(extra.token, MarkOf(word, extra.token) >> 2);
    for (std::uint32_t token = word.first; token < word.last; ++token)
      found(token, RangeMark(word, token) >> 2);
  };
  for_each_token([&](std::uint32_t token, unsigned quality) {
    texts_of[quality] += index_.text_counts_[token];
    all_texts += index_.text_counts_[token];
    word.meets_codes = word.meets_codes || index_.token_flags_[token] != 0;
  });
  const auto texts = static_cast<float>(index_.texts_.size());
  word.weight = 1 + std::log1p(texts / (1 + static_cast<float>(all_texts)));
  const double full_bound = word.weight * (word.code ? kExactCode : 1);

  std::array<std::size_t, kMarkSteps + 1> tier_of{};  // by quality
  std::size_t texts_in_tier = 0;
  for (unsigned quality = kMarkSteps + 1; quality-- > 0;) {
    if (texts_of[quality] == 0) continue;
    if (word.tiers.empty() || std::max(texts_in_tier, texts_of[quality]) * kTierShare > all_texts) {
      word.tiers.push_back({{}, full_bound * quality / kMarkSteps});
      texts_in_tier = 0;
    }
    texts_in_tier += texts_of[quality];
    tier_of[quality] = word.tiers.size() - 1;
  }
  if (word.last - word.first + word.extras.size() == 1) {
    const std::uint32_t token = word.extras.empty() ? word.first : word.extras.front().token;
    if (index_.postings_[token].empty()) {
      word.tiers.front().bits = index_.DenseBits(token);
      return;
    }
  }
  const std::size_t blocks = index_.block_count();
  word.tier_bits.resize(word.tiers.size() * blocks);
  const auto bits_of = [&](std::size_t tier) {
    return std::span(word.tier_bits).subspan(tier * blocks, blocks);
  };
  for_each_token([&](std::uint32_t token, unsigned quality) {
    index_.AddEntries(token, bits_of(tier_of[quality]));
  });
  for (std::size_t tier = 0; tier < word.tiers.size(); ++tier)
    word.tiers[tier].bits = bits_of(tier);
}

Mark TextIndex::Matcher::PrefixMark(const Word& word, std::size_t token_size) const {
  if (token_size < word.prefix_marks.size() && word.prefix_marks[token_size] != 0)
    return word.prefix_marks[token_size];
  const float share = word.size / static_cast<float>(token_size);
  return MakeMark(word.prefix_quality * (kShareFloor + (1 - kShareFloor) * share),
                  WordMatch::kPrefix);
}

// Of a token in the word's range, extras aside.
Mark TextIndex::Matcher::RangeMark(const Word& word, std::uint32_t token) const {
  if (token < word.prefix_first || token >= word.prefix_last)
    return MakeMark(kStem, WordMatch::kSimilar);
  if (word.exact && token == word.prefix_first) return MakeMark(1, WordMatch::kExact);
  return PrefixMark(word, index_.tokens_[token].size);
}

Mark TextIndex::Matcher::MarkOf(const Word& word, std::uint32_t token) const {
  Mark best = token >= word.first && token < word.last ? RangeMark(word, token) : Mark{0};
  if (word.exact && token == word.prefix_first) return best;
  for (const Extra& extra : word.extras) {
    if (extra.token == token) best = std::max(best, MakeMark(extra.quality, WordMatch::kSimilar));
  }
  return best;
}

}  // namespace chemoterm::model
