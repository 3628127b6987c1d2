// Words -> concepts: a token-prefix inverted index over codes, displays, designations, definitions
// and facts.
//
// A concept has entries in several texts (its code, its display, each designation, each fact). A
// query word meets a token of a text exactly, as its prefix, by one edit, by a common stem or by a
// synonym. A concept's score is made of its best single text and of the best text for each word,
// weighed by field, rarity of the word and brevity of the text, with a bonus for words that stand
// side by side.
//
// A token knows its concepts only, as a list or, when it is common, as a bitmap; what it means in
// their texts is read from the texts themselves, and only for the few concepts that can become
// hits (see text_search.cc).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/csr.h"
#include "base/string_pool.h"
#include "model/ids.h"

namespace chemoterm::model {

// What part of a concept a text is; the earlier ones weigh more.
enum class TextField : std::uint8_t { kCode, kDisplay, kDesignation, kDefinition, kFact };

// How a word of the query met a word of the text. kSimilar: one edit apart, of the same stem, or a
// synonym.
enum class WordMatch : std::uint8_t { kExact, kPrefix, kSimilar };

// One reason for a hit. `fact_property` is set for kFact (into Snapshot::fact_properties).
struct TextReason {
  std::uint16_t query_word;  // into the query's words
  TextField field;
  std::uint16_t fact_property;
  WordMatch match;
};

struct TextHit {
  SystemId system;
  ConceptId concept_id;
  double score;                     // 0..1 against a perfect hit
  std::vector<TextReason> reasons;  // at most one a word: where it weighs most
};

// Words of the content that steer the search. All are folded when they are taken in.
struct SearchWords {
  std::vector<std::string> stop_words;                        // left out of questions
  std::vector<std::pair<std::string, std::string>> synonyms;  // hold in both directions
};

// Immutable once frozen; thread-safe. Sized for 100,000 concepts: a query of a few words stays far
// under a millisecond.
class TextIndex {
 public:
  static constexpr std::size_t kMaxHits = 100;
  static constexpr std::size_t kMaxQueryWords = 24;

  // The words a query is cut into: folded; stop words left out unless nothing else is left, or they
  // are written in capitals as an abbreviation ("IT chemo"). A piece with a digit that begins a
  // code keeps its signs ("Z51.11"); a piece of letters and signs that is a code stands whole
  // before its parts. Words after kMaxQueryWords are left out.
  std::vector<std::string> QueryWords(std::string_view query) const;

  // The best `count` hits (at most kMaxHits), in an order that does not depend on count: score,
  // then system, then code. Every word may be unfinished, a one- or two-letter word only as the
  // last one; words of 5 letters and more that are not known forgive one edit (insertion, deletion,
  // substitution, transposition). Codes forgive none. An exact code comes first. Near ties go to
  // active concepts and to systems that were loaded earlier. `wanted` restricts the systems; empty
  // = all.
  std::vector<TextHit> Search(const std::vector<std::string>& words,
                              const std::vector<SystemId>& wanted, std::size_t count) const;
  // The concepts of a system of so many that have each of the words as a part of some word of their
  // code, display or designations: a bit for each ConceptId. Words are folded and not empty.
  std::vector<std::uint64_t> Containing(const std::vector<std::string>& words, SystemId system,
                                        std::size_t concepts) const;
  // False for a system that was not indexed.
  bool Covers(SystemId system) const {
    return Index(system) < system_weights_.size() && system_weights_[Index(system)] > 0;
  }
  std::size_t token_count() const { return tokens_.size(); }
  std::size_t bytes() const;

 private:
  friend class TextIndexBuilder;
  class Query;
  class Matcher;

  struct Entry {  // a concept; ordered by system and code
    SystemId system{};
    ConceptId concept_id{};
    bool inactive = false;
  };
  struct Text {                    // ordered by entry
    std::uint32_t first_word = 0;  // into text_words_
    std::uint16_t fact_property = 0;
    TextField field = TextField::kCode;
    std::uint8_t weight = 0;  // field x brevity, in 255ths
  };
  struct DeletionKey {  // hash of a token without one of its bytes, or of the whole token
    std::uint32_t hash;
    std::uint32_t token;
  };
  // A token of a text that is two of its words written as one ("intraarterial" for
  // "intra-arterial").
  static constexpr std::uint32_t kJoined = 1U << 31;

  std::string_view Token(std::uint32_t token) const { return pool_[tokens_[token]]; }
  // Tokens from the first that is not less than `word`.
  std::uint32_t LowerBound(std::string_view word) const;
  // The words of a bitmap over the entries; a multiple of kLanes, which are worked on together.
  static constexpr std::size_t kLanes = 4;
  std::size_t block_count() const {
    return (entries_.size() + 64 * kLanes - 1) / (64 * kLanes) * kLanes;
  }
  // The concepts of a token that has no postings.
  std::span<const std::uint64_t> DenseBits(std::uint32_t token) const;
  // Adds the concepts of a token to a bitmap over the entries.
  void AddEntries(std::uint32_t token, std::span<std::uint64_t> bits) const;
  std::vector<std::uint64_t> EntriesOf(SystemId system) const;
  // A bit for each token that the part is in.
  std::vector<std::uint64_t> TokensWith(std::string_view part) const;
  // True when a code, display or designation of the entry has one of the tokens.
  bool IsNamed(std::uint32_t entry, const std::vector<std::uint64_t>& tokens) const;
  std::pair<std::uint32_t, std::uint32_t> PrefixRange(std::string_view prefix) const;
  bool IsStopWord(std::string_view word) const;
  bool IsCode(std::string_view piece) const;
  bool BeginsCode(std::string_view piece) const;
  // Tokens at most one edit away, sorted.
  std::vector<std::uint32_t> OneEditAway(std::string_view word) const;

  base::StringPool pool_;
  std::vector<base::StrRef> tokens_;                 // sorted by text
  std::array<std::uint32_t, 256> byte_counts_ = {};  // how often a byte stands in the tokens
  std::vector<std::uint32_t> text_counts_;           // token -> how many texts hold it
  base::Csr<std::uint32_t> postings_;        // token -> entries, ascending; none if it is dense
  std::vector<std::uint32_t> dense_tokens_;  // in so many entries that bits are smaller; sorted
  std::vector<std::uint64_t> dense_bits_;    // block_count() for each of them
  std::vector<std::uint8_t> token_flags_;    // 1 = is a code
  std::vector<Entry> entries_;
  std::vector<std::uint8_t> entry_weights_;  // the greatest of its texts, its code aside
  std::vector<std::uint32_t>
      first_texts_;                        // entry -> its first text; one more at the end as a stop
  std::vector<Text> texts_;                // one more at the end as a stop
  std::vector<std::uint32_t> text_words_;  // tokens of the texts in their order, some with kJoined
  // The same for each entry as a whole by token: what it is and in which of the entry's texts.
  std::vector<std::uint32_t> sorted_tokens_;
  std::vector<std::uint16_t> sorted_texts_;
  std::vector<DeletionKey> deletions_;                         // sorted
  std::vector<std::string> stop_words_;                        // sorted
  std::vector<std::pair<std::string, std::string>> synonyms_;  // both directions, sorted
  std::vector<float> system_weights_;  // by SystemId: earlier systems win near ties
};

// The mutable form: Open a concept, Add its texts, and so on; then Freeze. Not thread-safe.
class TextIndexBuilder {
 public:
  explicit TextIndexBuilder(const SearchWords& words);

  // Texts added from now on belong to this concept; its code is indexed as a whole.
  void Open(SystemId system, ConceptId concept_id, std::string_view code, bool inactive);
  // A text of the concept opened last. `fact_property` counts for kFact only. Add the better fields
  // first; no more than kMaxTexts are taken.
  void Add(TextField field, std::string_view text, std::uint16_t fact_property = 0);

  TextIndex Freeze() &&;

 private:
  static constexpr std::size_t kMaxTexts = 1U << 16;
  struct Pending {
    TextIndex::Entry entry;
    std::string code;
    std::uint32_t first_text;  // into texts_
  };
  std::uint32_t Intern(std::string_view token);
  void AddText(TextField field, std::uint16_t fact_property, std::size_t first_word,
               std::size_t length);
  std::vector<std::uint32_t> SortTokens(TextIndex& index) const;
  std::vector<std::uint32_t> ConceptOrder() const;
  static void IndexPostings(TextIndex& index,
                            std::vector<std::pair<std::uint32_t, std::uint32_t>> token_texts);
  static void SortWords(TextIndex& index);
  static void IndexDeletions(TextIndex& index);

  TextIndex index_;  // texts_ and text_words_ in order of adding, with tokens by first use
  std::vector<Pending> pending_;
  base::SymbolTable tokens_;
};

}  // namespace chemoterm::model
