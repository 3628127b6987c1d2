#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"
#include "base/fold.h"
#include "model/text_index.h"
#include "model/text_words.h"

namespace chemoterm::model {
namespace {

// Texts of up to this many words are equally brief; longer ones weigh less, down to kLeastBrevity.
constexpr std::size_t kBriefWords = 4;
constexpr float kBrevityStep = 0.04F;
constexpr float kLeastBrevity = 0.6F;

// What each further system loses against the one before it.
constexpr float kSystemStep = 0.03F;
constexpr float kLeastSystemWeight = 0.85F;

// A token in more than one of so many concepts is kept as a bitmap: a bit for each concept is then
// less than four bytes for each of its own.
constexpr std::size_t kDenseShare = 32;

// Tokens whose deletions are indexed: a word of five letters may meet one of four.
constexpr std::size_t kShortestCorrected = 4;
constexpr std::size_t kLongestCorrected = 32;

float FieldWeight(TextField field) {
  switch (field) {
    case TextField::kCode:
    case TextField::kDisplay:
    case TextField::kDesignation:  // a synonym is as good a name as the display
      return 1.0F;
    case TextField::kDefinition:
      return 0.6F;
    case TextField::kFact:
      return 0.35F;
  }
  return 0;
}

float Brevity(std::size_t words) {
  if (words <= kBriefWords) return 1;
  return std::max(kLeastBrevity, 1 / (1 + kBrevityStep * static_cast<float>(words - kBriefWords)));
}

}  // namespace

TextIndexBuilder::TextIndexBuilder(const SearchWords& words) {
  for (const auto& word : words.stop_words) index_.stop_words_.push_back(base::Fold(word));
  std::sort(index_.stop_words_.begin(), index_.stop_words_.end());
  for (const auto& [a, b] : words.synonyms) {
    index_.synonyms_.emplace_back(base::Fold(a), base::Fold(b));
    index_.synonyms_.emplace_back(base::Fold(b), base::Fold(a));
  }
  std::sort(index_.synonyms_.begin(), index_.synonyms_.end());
}

std::uint32_t TextIndexBuilder::Intern(std::string_view token) {
  const auto id = static_cast<std::uint32_t>(tokens_.Intern(token));
  if (index_.token_flags_.size() <= id) index_.token_flags_.resize(id + 1);
  return id;
}

void TextIndexBuilder::AddText(TextField field, std::uint16_t fact_property, std::size_t first_word,
                               std::size_t length) {
  const auto weight =
      static_cast<std::uint8_t>(std::lround(FieldWeight(field) * Brevity(length) * 255));
  index_.texts_.push_back({static_cast<std::uint32_t>(first_word), fact_property, field, weight});
}

void TextIndexBuilder::Open(SystemId system, ConceptId concept_id, std::string_view code,
                            bool inactive) {
  const std::string folded = base::Fold(code);
  const auto first_text = static_cast<std::uint32_t>(index_.texts_.size());
  pending_.push_back({{system, concept_id, inactive}, std::string(code), first_text});
  const std::uint32_t token = Intern(folded);
  index_.token_flags_[token] = 1;
  AddText(TextField::kCode, 0, index_.text_words_.size(), 1);
  index_.text_words_.push_back(token);
  if (index_.system_weights_.size() <= Index(system))
    index_.system_weights_.resize(Index(system) + 1);
  index_.system_weights_[Index(system)] = 1;
}

void TextIndexBuilder::Add(TextField field, std::string_view text, std::uint16_t fact_property) {
  CHECK(!pending_.empty());
  if (index_.texts_.size() - pending_.back().first_text == kMaxTexts) return;
  // Stop words of long texts meet no question that kept its other words.
  const bool keep_stop_words = field <= TextField::kDesignation;
  const std::size_t first_word = index_.text_words_.size();
  std::size_t length = 0;
  for (const TextWord& word : CutWords(text)) {
    length += word.joined ? 0 : 1;
    if (!keep_stop_words && index_.IsStopWord(word.text)) continue;
    index_.text_words_.push_back(Intern(word.text) | (word.joined ? TextIndex::kJoined : 0));
  }
  if (index_.text_words_.size() > first_word) AddText(field, fact_property, first_word, length);
}

// Moves the tokens into the index in sorted order; the result maps provisional tokens to final
// ones.
std::vector<std::uint32_t> TextIndexBuilder::SortTokens(TextIndex& index) const {
  std::vector<std::uint32_t> order(tokens_.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto text = [&](std::uint32_t id) { return tokens_[base::Symbol{id}]; };
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return text(a) < text(b); });
  std::vector<std::uint32_t> final_id(order.size());
  std::vector<std::uint8_t> flags(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    final_id[order[i]] = i;
    index.tokens_.push_back(index.pool_.Add(text(order[i])));
    for (const char c : text(order[i])) ++index.byte_counts_[static_cast<std::uint8_t>(c)];
    flags[i] = order[i] < index.token_flags_.size() ? index.token_flags_[order[i]] : 0;
  }
  index.token_flags_ = std::move(flags);
  index.pool_.ShrinkToFit();
  index.tokens_.shrink_to_fit();
  return final_id;
}

void TextIndexBuilder::IndexDeletions(TextIndex& index) {
  for (std::uint32_t token = 0; token < index.tokens_.size(); ++token) {
    const std::string_view text = index.Token(token);
    if (text.size() < kShortestCorrected || text.size() > kLongestCorrected || HasDigit(text))
      continue;
    for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
      index.deletions_.push_back({HashWithout(text, skipped), token});
    }
  }
  const auto key = [](const TextIndex::DeletionKey& d) { return std::pair(d.hash, d.token); };
  std::sort(index.deletions_.begin(), index.deletions_.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  // "aab" without its first or its second letter is the same.
  const auto last = std::unique(index.deletions_.begin(), index.deletions_.end(),
                                [&](const auto& a, const auto& b) { return key(a) == key(b); });
  index.deletions_.erase(last, index.deletions_.end());
  index.deletions_.shrink_to_fit();
}

// From pairs of token and text to the concepts of each token. Texts are ordered by concept.
void TextIndexBuilder::IndexPostings(
    TextIndex& index, std::vector<std::pair<std::uint32_t, std::uint32_t>> token_texts) {
  std::vector<std::uint32_t> entry_of(index.texts_.size());
  for (std::uint32_t entry = 0; entry < index.entries_.size(); ++entry) {
    std::fill(entry_of.begin() + index.first_texts_[entry],
              entry_of.begin() + index.first_texts_[entry + 1], entry);
  }
  auto& pairs = token_texts;
  const auto drop_repeated = [&] {
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  };
  std::sort(pairs.begin(), pairs.end());
  drop_repeated();
  index.text_counts_.resize(index.tokens_.size());
  for (auto& [token, place] : pairs) {
    ++index.text_counts_[token];
    place = entry_of[place];
  }
  drop_repeated();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sparse;
  sparse.reserve(pairs.size());
  for (auto row = pairs.begin(); row != pairs.end();) {
    const auto end = std::find_if(
        row, pairs.end(), [token = row->first](const auto& pair) { return pair.first != token; });
    if (static_cast<std::size_t>(end - row) * kDenseShare <= index.entries_.size()) {
      sparse.insert(sparse.end(), row, end);
    } else {
      const std::size_t first_block = index.dense_bits_.size();
      index.dense_tokens_.push_back(row->first);
      index.dense_bits_.resize(first_block + index.block_count());
      for (auto pair = row; pair != end; ++pair) {
        index.dense_bits_[first_block + pair->second / 64] |= 1ULL << (pair->second % 64);
      }
    }
    row = end;
  }
  index.dense_tokens_.shrink_to_fit();
  index.dense_bits_.shrink_to_fit();
  index.postings_ = base::Csr<std::uint32_t>::FromPairs(index.tokens_.size(), sparse);
}

void TextIndexBuilder::SortWords(TextIndex& index) {
  index.sorted_tokens_.reserve(index.text_words_.size());
  index.sorted_texts_.reserve(index.text_words_.size());
  std::vector<std::pair<std::uint32_t, std::uint16_t>> words;  // token, text of the entry
  for (std::size_t entry = 0; entry < index.entries_.size(); ++entry) {
    words.clear();
    const std::uint32_t first_text = index.first_texts_[entry];
    for (std::uint32_t text = first_text; text < index.first_texts_[entry + 1]; ++text) {
      for (auto i = index.texts_[text].first_word; i < index.texts_[text + 1].first_word; ++i) {
        words.emplace_back(index.text_words_[i] & ~TextIndex::kJoined,
                           static_cast<std::uint16_t>(text - first_text));
      }
    }
    std::sort(words.begin(), words.end());
    for (const auto& [token, text] : words) {
      index.sorted_tokens_.push_back(token);
      index.sorted_texts_.push_back(text);
    }
  }
}

// Pending concepts in the order of the index: by system, then code.
std::vector<std::uint32_t> TextIndexBuilder::ConceptOrder() const {
  std::vector<std::uint32_t> order(pending_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) {
    const Pending& x = pending_[a];
    const Pending& y = pending_[b];
    return x.entry.system != y.entry.system ? x.entry.system < y.entry.system : x.code < y.code;
  });
  return order;
}

TextIndex TextIndexBuilder::Freeze() && {
  TextIndex index = std::move(index_);
  const std::vector<std::uint32_t> final_id = SortTokens(index);
  const auto texts = std::exchange(index.texts_, {});
  const auto words = std::exchange(index.text_words_, {});
  const auto end_of = [](const auto& rows, std::size_t next, auto first,
                         std::size_t end) -> std::size_t {
    return next < rows.size() ? first(rows[next]) : end;
  };
  std::vector<std::pair<std::uint32_t, std::uint32_t>> postings;
  postings.reserve(words.size());
  index.entries_.reserve(pending_.size());
  index.entry_weights_.reserve(pending_.size());
  index.first_texts_.reserve(pending_.size() + 1);
  index.texts_.reserve(texts.size() + 1);
  index.text_words_.reserve(words.size());
  for (const std::uint32_t from : ConceptOrder()) {
    const std::size_t texts_end =
        end_of(pending_, from + 1, [](const Pending& p) { return p.first_text; }, texts.size());
    index.entries_.push_back(pending_[from].entry);
    index.first_texts_.push_back(static_cast<std::uint32_t>(index.texts_.size()));
    std::uint8_t greatest_weight = 0;
    for (std::size_t t = pending_[from].first_text; t < texts_end; ++t) {
      const std::size_t words_end = end_of(
          texts, t + 1, [](const TextIndex::Text& text) { return text.first_word; }, words.size());
      const auto text_id = static_cast<std::uint32_t>(index.texts_.size());
      index.texts_.push_back(texts[t]);
      if (texts[t].field != TextField::kCode)
        greatest_weight = std::max(greatest_weight, texts[t].weight);
      index.texts_.back().first_word = static_cast<std::uint32_t>(index.text_words_.size());
      for (std::size_t w = texts[t].first_word; w < words_end; ++w) {
        const std::uint32_t token = final_id[words[w] & ~TextIndex::kJoined];
        index.text_words_.push_back(token | (words[w] & TextIndex::kJoined));
        postings.emplace_back(token, text_id);
      }
    }
    index.entry_weights_.push_back(greatest_weight);
  }
  index.first_texts_.push_back(static_cast<std::uint32_t>(index.texts_.size()));
  index.texts_.push_back({.first_word = static_cast<std::uint32_t>(index.text_words_.size())});
  IndexPostings(index, std::move(postings));
  SortWords(index);
  IndexDeletions(index);
  float next_weight = 1;
  for (float& weight : index.system_weights_) {
    if (weight == 0) continue;  // not searched
    weight = next_weight;
    next_weight = std::max(kLeastSystemWeight, next_weight - kSystemStep);
  }
  return index;
}

}  // namespace chemoterm::model
