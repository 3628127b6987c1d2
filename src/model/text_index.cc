#include "model/text_index.h"

#include <algorithm>

#include "base/fold.h"
#include "base/text.h"
#include "model/text_words.h"

namespace chemoterm::model {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

// A piece of a query without the ASCII signs around it: "(IT)," gives IT.
std::string_view Strip(std::string_view piece) {
  const auto inner = [](char c) {
    return base::IsAlnum(c) || static_cast<unsigned char>(c) >= 0x80;
  };
  while (!piece.empty() && !inner(piece.front())) piece.remove_prefix(1);
  while (!piece.empty() && !inner(piece.back())) piece.remove_suffix(1);
  return piece;
}

std::vector<std::string_view> SplitAtBlanks(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    if (const auto piece = Strip(text.substr(0, end)); !piece.empty()) pieces.push_back(piece);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

// Two to four capitals among words that are not all capitals.
bool IsAbbreviation(std::string_view piece, bool has_lower_case) {
  return has_lower_case && piece.size() >= 2 && piece.size() <= 4 &&
         std::all_of(piece.begin(), piece.end(), IsUpper);
}

}  // namespace

std::vector<std::string> TextIndex::QueryWords(std::string_view query) const {
  struct Word {
    std::string text;
    bool kept;
  };
  const bool has_lower_case = std::any_of(query.begin(), query.end(), IsLower);
  std::vector<Word> words;
  const auto add = [&](std::string text, bool kept) {
    if (!words.empty() && words.back().text == kNegation) {
      words.back() = {std::string(kNegation) + text, true};
    } else {
      words.push_back({std::move(text), kept});
    }
  };
  for (const std::string_view piece : SplitAtBlanks(query)) {
    std::string folded = base::Fold(piece);
    if (HasDigit(folded) && BeginsCode(folded)) {
      add(std::move(folded), true);
      continue;
    }
    if (HasSign(folded) && IsCode(folded)) {
      add(std::move(folded), true);  // and its parts: "as-needed" may be meant as words too
    }
    const bool abbreviation = IsAbbreviation(piece, has_lower_case);
    for (TextWord& word : CutWords(piece)) {
      if (!word.joined) add(std::move(word.text), abbreviation || !IsStopWord(word.text));
    }
  }
  const bool any_kept =
      std::any_of(words.begin(), words.end(), [](const Word& word) { return word.kept; });
  std::vector<std::string> cut;
  for (Word& word : words) {
    if (any_kept && !word.kept) continue;
    if (cut.size() < kMaxQueryWords && std::find(cut.begin(), cut.end(), word.text) == cut.end()) {
      cut.push_back(std::move(word.text));
    }
  }
  return cut;
}

std::uint32_t TextIndex::LowerBound(std::string_view word) const {
  const auto found = std::lower_bound(
      tokens_.begin(), tokens_.end(), word,
      [&](base::StrRef token, std::string_view text) { return pool_[token] < text; });
  return static_cast<std::uint32_t>(found - tokens_.begin());
}

std::pair<std::uint32_t, std::uint32_t> TextIndex::PrefixRange(std::string_view prefix) const {
  const std::uint32_t first = LowerBound(prefix);
  const auto last =
      std::partition_point(tokens_.begin() + first, tokens_.end(),
                           [&](base::StrRef token) { return pool_[token].starts_with(prefix); });
  return {first, static_cast<std::uint32_t>(last - tokens_.begin())};
}

void TextIndex::AddEntries(std::uint32_t token, std::span<std::uint64_t> bits) const {
  const auto entries = postings_[token];
  for (const std::uint32_t entry : entries) bits[entry / 64] |= 1ULL << (entry % 64);
  if (!entries.empty()) return;
  const auto dense = DenseBits(token);
  for (std::size_t block = 0; block < bits.size(); ++block) bits[block] |= dense[block];
}

std::span<const std::uint64_t> TextIndex::DenseBits(std::uint32_t token) const {
  const auto found = std::lower_bound(dense_tokens_.begin(), dense_tokens_.end(), token);
  const auto row = static_cast<std::size_t>(found - dense_tokens_.begin());
  return std::span(dense_bits_).subspan(row * block_count(), block_count());
}

bool TextIndex::IsStopWord(std::string_view word) const {
  return std::binary_search(stop_words_.begin(), stop_words_.end(), word);
}

bool TextIndex::BeginsCode(std::string_view piece) const {
  const auto [first, last] = PrefixRange(piece);
  return std::any_of(token_flags_.begin() + first, token_flags_.begin() + last,
                     [](std::uint8_t flag) { return flag != 0; });
}

bool TextIndex::IsCode(std::string_view piece) const {
  const std::uint32_t token = LowerBound(piece);
  return token < tokens_.size() && Token(token) == piece && token_flags_[token] != 0;
}

std::vector<std::uint32_t> TextIndex::OneEditAway(std::string_view word) const {
  std::vector<std::uint32_t> near;
  for (std::size_t skipped = 0; skipped <= word.size(); ++skipped) {
    const std::uint32_t hash = HashWithout(word, skipped);
    auto key = std::lower_bound(
        deletions_.begin(), deletions_.end(), hash,
        [](const DeletionKey& d, std::uint32_t wanted) { return d.hash < wanted; });
    for (; key != deletions_.end() && key->hash == hash; ++key) {
      if (OneEditApart(word, Token(key->token))) near.push_back(key->token);
    }
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  return near;
}

std::size_t TextIndex::bytes() const {
  std::size_t total =
      pool_.bytes() + tokens_.capacity() * sizeof(base::StrRef) + postings_.bytes() +
      dense_bits_.capacity() * sizeof(std::uint64_t) + token_flags_.capacity() +
      entries_.capacity() * sizeof(Entry) + entry_weights_.capacity() +
      texts_.capacity() * sizeof(Text) +
      (text_counts_.capacity() + dense_tokens_.capacity() + first_texts_.capacity() +
       text_words_.capacity() + sorted_tokens_.capacity()) *
          sizeof(std::uint32_t) +
      sorted_texts_.capacity() * sizeof(std::uint16_t) +
      deletions_.capacity() * sizeof(DeletionKey);
  const std::size_t string_size = sizeof(std::string);
  for (const auto& word : stop_words_) total += string_size + word.capacity();
  for (const auto& [a, b] : synonyms_) total += 2 * string_size + a.capacity() + b.capacity();
  return total;
}

}  // namespace chemoterm::model
