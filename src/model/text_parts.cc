// TextIndex::Containing: concepts by parts of words.
#include <algorithm>
#include <bit>
#include <cstring>

#include "model/text_index.h"

namespace chemoterm::model {
namespace {

void Set(std::vector<std::uint64_t>& bits, std::size_t at) { bits[at / 64] |= 1ULL << (at % 64); }
bool Has(const std::vector<std::uint64_t>& bits, std::size_t at) {
  return (bits[at / 64] >> (at % 64) & 1) != 0;
}

template <class F>
void ForEach(const std::vector<std::uint64_t>& set, F&& f) {
  for (std::size_t block = 0; block < set.size(); ++block) {
    for (auto bits = set[block]; bits != 0; bits &= bits - 1) {
      f(static_cast<std::uint32_t>(block * 64) +
        static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }
}

}  // namespace

// The tokens stand one behind the other in the pool, so that one pass finds the part in all of
// them; what it finds across the end of a token is none of them. It looks for the rarest byte of
// the part, which memchr finds faster than memmem a text.
std::vector<std::uint64_t> TextIndex::TokensWith(std::string_view part) const {
  std::vector<std::uint64_t> tokens(tokens_.size() / 64 + 1);
  if (tokens_.empty()) return tokens;
  const auto rarest = std::ranges::min_element(
      part, {}, [&](char c) { return byte_counts_[static_cast<std::uint8_t>(c)]; });
  const auto before = static_cast<std::size_t>(rarest - part.begin());
  const char* const begin = pool_[{0, 0}].data();
  const char* const end = begin + tokens_.back().offset + tokens_.back().size;
  std::uint32_t token = 0;
  for (const char* at = begin; at < end;) {
    const auto* found =
        static_cast<const char*>(std::memchr(at, *rarest, static_cast<std::size_t>(end - at)));
    if (found == nullptr) break;
    at = found + 1;
    const auto offset = static_cast<std::size_t>(found - begin);
    if (offset < before || offset - before + part.size() > static_cast<std::size_t>(end - begin) ||
        std::memcmp(found - before, part.data(), part.size()) != 0) {
      continue;
    }
    while (tokens_[token].offset + tokens_[token].size <= offset - before) ++token;
    const std::uint32_t token_end = tokens_[token].offset + tokens_[token].size;
    if (offset - before + part.size() > token_end) continue;
    Set(tokens, token);
    at = begin + token_end;
  }
  return tokens;
}

bool TextIndex::IsNamed(std::uint32_t entry, const std::vector<std::uint64_t>& tokens) const {
  for (std::uint32_t text = first_texts_[entry]; text < first_texts_[entry + 1]; ++text) {
    if (texts_[text].field > TextField::kDesignation) return false;  // the better fields are first
    for (auto word = texts_[text].first_word; word < texts_[text + 1].first_word; ++word) {
      if (Has(tokens, text_words_[word] & ~kJoined)) return true;
    }
  }
  return false;
}

std::vector<std::uint64_t> TextIndex::EntriesOf(SystemId system) const {
  const auto [first, last] =
      std::equal_range(entries_.begin(), entries_.end(), Entry{.system = system},
                       [](const Entry& a, const Entry& b) { return a.system < b.system; });
  const auto begin = static_cast<std::size_t>(first - entries_.begin());
  const auto end = static_cast<std::size_t>(last - entries_.begin());
  std::vector<std::uint64_t> entries(block_count());
  // All bits from `at` on, in its block.
  const auto from = [](std::size_t at) { return ~std::uint64_t{0} << (at % 64); };
  std::fill(entries.begin() + static_cast<std::ptrdiff_t>(begin / 64),
            entries.begin() + static_cast<std::ptrdiff_t>(end / 64), ~std::uint64_t{0});
  if (begin < end) entries[begin / 64] &= from(begin);
  if (end % 64 != 0)
    entries[end / 64] |= begin / 64 == end / 64 ? from(begin) & ~from(end) : ~from(end);
  return entries;
}

std::vector<std::uint64_t> TextIndex::Containing(const std::vector<std::string>& words,
                                                 SystemId system, std::size_t concepts) const {
  std::vector<std::vector<std::uint64_t>> tokens;
  std::vector<std::uint64_t> met = EntriesOf(system);
  std::vector<std::uint64_t> entries;
  for (const std::string& word : words) {
    entries.assign(block_count(), 0);
    ForEach(tokens.emplace_back(TokensWith(word)),
            [&](std::uint32_t token) { AddEntries(token, entries); });
    for (std::size_t block = 0; block < met.size(); ++block) met[block] &= entries[block];
  }
  std::vector<std::uint64_t> found(concepts / 64 + 1);
  ForEach(met, [&](std::uint32_t entry) {
    const bool only_names = texts_[first_texts_[entry + 1] - 1].field <= TextField::kDesignation;
    if (only_names || std::all_of(tokens.begin(), tokens.end(),
                                  [&](const auto& with) { return IsNamed(entry, with); })) {
      Set(found, Index(entries_[entry].concept_id));
    }
  });
  return found;
}

}  // namespace chemoterm::model
