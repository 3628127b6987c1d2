// TextIndex::Search. The words are taken from the rarest to the most common one; each adds, for every text and every
// concept, its best match. Sums live in arrays that a thread keeps, marked by the number of the query, so that a query
// pays only for what it touches.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <tuple>

#include "base/text.h"
#include "model/text_index.h"
#include "model/text_words.h"

namespace chemoterm::model {
namespace {

// How much a match is worth beside an exact one.
constexpr float kPrefixOfLast = 1.0F;   // the word is being typed; times the share of the token that is typed
constexpr float kPrefixOfOther = 0.9F;
constexpr float kShareFloor = 0.75F;
constexpr float kInflected = 0.9F;      // without its plural ending
constexpr float kSynonym = 0.8F;
constexpr float kOneEdit = 0.75F;
constexpr float kStem = 0.65F;

constexpr std::size_t kShortestStemmed = 6;    // letters of a word that may lose its ending
constexpr std::size_t kShortestStem = 5;
constexpr std::size_t kLongestEnding = 3;
constexpr std::size_t kShortestCorrected = 5;
constexpr std::size_t kShortestPrefix = 3;     // of a word that is not the last one
constexpr std::size_t kShortestStrictCode = 4;  // shorter codes ("25") are numbers in a sentence

constexpr float kShareOfBestText = 0.6F;  // the rest of a score is the best text of each word
constexpr float kShareOfPhrase = 0.1F;    // of the final score, when there are several words
constexpr float kInactive = 0.85F;

constexpr std::size_t kPool = 128;                 // concepts whose phrases are looked at; more than kMaxHits
constexpr std::size_t kCommonWord = 4096;          // postings from which a word no longer brings in new concepts
constexpr std::size_t kProbeCost = 8;              // of a binary search, beside reading one word
constexpr std::size_t kPostingsPerWord = 1U << 16;  // a shorter prefix than this serves is cut off

struct TextSum {
  std::uint32_t query = 0;
  std::uint32_t word = 0;
  float last = 0;  // of `word`
  float sum = 0;
};

struct EntrySum {
  std::uint32_t query = 0;
  std::uint32_t word = 0;
  float last = 0;
  float sum = 0;
  float best = 0;  // sum of the best text
  std::uint32_t best_text = 0;
  bool exact_code = false;
};

// Kept by a thread over its queries, of whatever index.
struct Sums {
  std::vector<TextSum> texts;
  std::vector<EntrySum> entries;
  std::vector<std::uint32_t> touched;  // entries
  std::uint32_t query = 0;

  void Start(std::size_t text_count, std::size_t entry_count) {
    if (texts.size() < text_count) texts.resize(text_count);
    if (entries.size() < entry_count) entries.resize(entry_count);
    touched.clear();
    if (++query == 0) {  // wrapped: old marks would look new
      std::fill(texts.begin(), texts.end(), TextSum{});
      std::fill(entries.begin(), entries.end(), EntrySum{});
      query = 1;
    }
  }
};

Sums& SumsOfThread() {
  thread_local Sums sums;
  return sums;
}

std::string_view StemOf(std::string_view word) {
  if (word.size() < kShortestStemmed || HasDigit(word)) return {};
  return word.substr(0, std::max(kShortestStem, word.size() - kLongestEnding));
}

}  // namespace

// One search.
class TextIndex::Query {
 public:
  Query(const TextIndex& index, const std::vector<std::string>& words, const std::vector<SystemId>& wanted)
      : index_(index), words_(words), sums_(SumsOfThread()) {
    sums_.Start(index.texts_.size(), index.entries_.size());
    wanted_.assign(index.system_count_, wanted.empty());
    for (const SystemId system : wanted) {
      if (Index(system) < wanted_.size()) wanted_[Index(system)] = true;
    }
  }

  std::vector<TextHit> Run(std::size_t count) {
    for (std::size_t i = 0; i < words_.size(); ++i) plans_.push_back(PlanOf(i));
    std::vector<std::size_t> order(plans_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return plans_[a].postings < plans_[b].postings; });
    for (const std::size_t i : order) AddWord(static_cast<std::uint32_t>(i), plans_[i]);
    std::vector<Ranked> ranked = Rank();
    ranked.resize(std::min({ranked.size(), count, kMaxHits}));
    std::vector<TextHit> hits;
    for (const Ranked& r : ranked) {
      const Entry& entry = index_.entries_[r.entry];
      hits.push_back({entry.system, entry.concept_id, std::min(1.0, static_cast<double>(r.score)), ReasonsOf(r.entry)});
    }
    return hits;
  }

 private:
  struct Extra {
    std::uint32_t token;
    float quality;
  };
  // What a word of the query can meet: a range of tokens and some single ones.
  struct Plan {
    std::uint32_t first = 0, last = 0;                // the range
    std::uint32_t prefix_first = 0, prefix_last = 0;  // the part of it that the word is a prefix of
    bool exact = false;                               // prefix_first is the word itself
    std::vector<Extra> extras;
    float prefix_quality = 0;
    float size = 0;
    float weight = 0;  // by rarity
    std::size_t postings = 0;
  };
  struct Ranked {
    float score;
    std::uint32_t entry;
  };

  std::size_t PostingsOf(std::uint32_t token) const { return index_.postings_[token].size(); }

  void AddExtra(Plan& plan, std::string_view word, float quality) const {
    const std::uint32_t token = index_.LowerBound(word);
    if (token < index_.tokens_.size() && index_.Token(token) == word) plan.extras.push_back({token, quality});
  }

  void AddSynonyms(Plan& plan, std::string_view word) const {
    const auto first = std::lower_bound(index_.synonyms_.begin(), index_.synonyms_.end(), word,
                                        [](const auto& row, std::string_view text) { return row.first < text; });
    for (auto row = first; row != index_.synonyms_.end() && row->first == word; ++row) {
      AddExtra(plan, row->second, kSynonym);
    }
  }

  // The range of tokens: those that the word begins and those of its stem.
  void SetRange(Plan& plan, std::string_view word, bool is_last) const {
    const auto [first, last] = index_.PrefixRange(word);
    plan.exact = first < last && index_.Token(first) == word;
    // A short word begins too many tokens, unless it is all there is to go by.
    const bool unfinished =
        word.size() >= kShortestPrefix || (is_last && (!plan.exact || words_.size() == 1));
    plan.prefix_first = first;
    plan.prefix_last = unfinished ? last : first + (plan.exact ? 1 : 0);
    plan.first = plan.prefix_first;
    plan.last = plan.prefix_last;
    if (const auto stem = StemOf(word); !stem.empty()) std::tie(plan.first, plan.last) = index_.PrefixRange(stem);
  }

  Plan PlanOf(std::size_t word_index) const {
    const std::string_view word = words_[word_index];
    const bool is_last = word_index + 1 == words_.size();
    Plan plan;
    plan.size = static_cast<float>(word.size());
    plan.prefix_quality = is_last ? kPrefixOfLast : kPrefixOfOther;
    SetRange(plan, word, is_last);
    AddSynonyms(plan, word);
    if (!HasDigit(word)) {
      if (word.size() > kShortestPrefix && word.ends_with('s')) {
        const auto singular = word.substr(0, word.size() - 1);
        AddExtra(plan, singular, kInflected);
        AddSynonyms(plan, singular);
        if (singular.ends_with('e')) AddExtra(plan, singular.substr(0, singular.size() - 1), kInflected);
      }
      if (word.size() >= kShortestCorrected && plan.prefix_first == plan.prefix_last) {
        for (const std::uint32_t token : index_.OneEditAway(word)) plan.extras.push_back({token, kOneEdit});
      }
    }
    for (std::uint32_t token = plan.first; token < plan.last; ++token) plan.postings += PostingsOf(token);
    for (const Extra& extra : plan.extras) plan.postings += PostingsOf(extra.token);
    const auto texts = static_cast<float>(index_.texts_.size());
    plan.weight = 1 + std::log1p(texts / (1 + static_cast<float>(plan.postings)));
    return plan;
  }

  // Of a token in the range.
  float QualityInRange(const Plan& plan, std::uint32_t token) const {
    if (token < plan.prefix_first || token >= plan.prefix_last) return kStem;
    if (plan.exact && token == plan.prefix_first) return 1;
    const float share = plan.size / static_cast<float>(index_.tokens_[token].size);
    return plan.prefix_quality * (kShareFloor + (1 - kShareFloor) * share);
  }

  // Of any token; 0 = no match.
  float Quality(const Plan& plan, std::uint32_t token) const {
    float best = token >= plan.first && token < plan.last ? QualityInRange(plan, token) : 0;
    for (const Extra& extra : plan.extras) {
      if (extra.token == token) best = std::max(best, extra.quality);
    }
    return best;
  }

  void AddWord(std::uint32_t word, const Plan& plan) {
    const bool only_known = plan.postings > kCommonWord && sums_.touched.size() >= kPool;
    std::size_t budget = kPostingsPerWord;
    const auto add = [&](std::uint32_t token, float quality, bool exact) {
      const auto postings = index_.postings_[token];
      const std::size_t taken = std::min(budget, postings.size());
      budget -= taken;
      AddPostings(word, postings.first(taken), plan.weight * quality, exact && IsStrictCode(word, token), only_known);
    };
    for (const Extra& extra : plan.extras) add(extra.token, extra.quality, false);
    for (std::uint32_t token = plan.prefix_first; token < plan.prefix_last; ++token) {
      add(token, QualityInRange(plan, token), plan.exact && token == plan.prefix_first);
    }
    for (std::uint32_t token = plan.first; token < plan.prefix_first; ++token) add(token, kStem, false);
    for (std::uint32_t token = plan.prefix_last; token < plan.last; ++token) add(token, kStem, false);
  }

  // True for a code that a query can only mean as one.
  bool IsStrictCode(std::uint32_t word, std::uint32_t token) const {
    if (index_.token_flags_[token] == 0) return false;
    return words_.size() == 1 || (words_[word].size() >= kShortestStrictCode && HasDigit(words_[word]));
  }

  void AddPostings(std::uint32_t word, std::span<const std::uint32_t> postings, float worth, bool strict_code,
                   bool only_known) {
    const std::uint32_t query = sums_.query;
    for (const std::uint32_t text_id : postings) {
      const Text& text = index_.texts_[text_id];
      EntrySum& entry = sums_.entries[text.entry];
      if (entry.query != query) {
        if (only_known || !wanted_[Index(index_.entries_[text.entry].system)]) continue;
        entry = {.query = query, .word = word};
        sums_.touched.push_back(text.entry);
      }
      const float value = worth * text.weight;
      if (entry.word != word) {
        entry.word = word;
        entry.last = 0;
      }
      if (value > entry.last) {
        entry.sum += value - entry.last;
        entry.last = value;
      }
      entry.exact_code = entry.exact_code || (strict_code && text.field == TextField::kCode);
      TextSum& sum = sums_.texts[text_id];
      if (sum.query != query) sum = {.query = query, .word = word};
      if (sum.word != word) {
        sum.word = word;
        sum.last = 0;
      }
      if (value <= sum.last) continue;
      sum.sum += value - sum.last;
      sum.last = value;
      if (sum.sum > entry.best) {
        entry.best = sum.sum;
        entry.best_text = text_id;
      }
    }
  }

  // The best kPool concepts, best first.
  std::vector<Ranked> Rank() const {
    float perfect = 0;
    for (const Plan& plan : plans_) perfect += plan.weight;
    std::vector<Ranked> ranked;
    ranked.reserve(sums_.touched.size());
    for (const std::uint32_t id : sums_.touched) {
      const EntrySum& entry = sums_.entries[id];
      ranked.push_back({(kShareOfBestText * entry.best + (1 - kShareOfBestText) * entry.sum) / perfect, id});
    }
    const auto better = [&](const Ranked& a, const Ranked& b) {
      if (a.score != b.score) return a.score > b.score;
      const bool a_inactive = index_.entries_[a.entry].inactive;
      const bool b_inactive = index_.entries_[b.entry].inactive;
      return a_inactive != b_inactive ? b_inactive : a.entry < b.entry;
    };
    const auto finish = [&](Ranked& r) {
      if (words_.size() > 1) r.score *= 1 - kShareOfPhrase + kShareOfPhrase * PhraseShare(sums_.entries[r.entry]);
      if (index_.entries_[r.entry].inactive) r.score *= kInactive;
      if (sums_.entries[r.entry].exact_code) r.score += 1;
    };
    if (ranked.size() > kPool) {
      // An exact code must stay in: it cannot be judged by its unfinished score.
      const auto first_other = std::partition(ranked.begin(), ranked.end(), [&](const Ranked& r) {
        return sums_.entries[r.entry].exact_code;
      });
      if (const auto pool_end = ranked.begin() + kPool; first_other < pool_end) {
        std::nth_element(first_other, pool_end, ranked.end(), better);
      }
      ranked.resize(kPool);
    }
    std::for_each(ranked.begin(), ranked.end(), finish);
    std::sort(ranked.begin(), ranked.end(), better);
    return ranked;
  }

  // The share of neighbouring query words that are neighbours in the concept's best text (one word may stand between).
  float PhraseShare(const EntrySum& entry) const {
    const Text& text = index_.texts_[entry.best_text];
    const std::size_t end = (&text + 1)->first_word;
    std::vector<std::size_t> last_seen(plans_.size(), 0);  // position + 1
    std::vector<bool> pair_met(plans_.size(), false);
    std::size_t position = 0;
    for (std::size_t i = text.first_word; i < end; ++i) {
      if ((index_.text_words_[i] & kJoined) != 0) continue;
      ++position;
      for (std::size_t word = 0; word < plans_.size(); ++word) {
        if (Quality(plans_[word], index_.text_words_[i]) == 0) continue;
        last_seen[word] = position;
        if (word > 0 && last_seen[word - 1] != 0 && last_seen[word - 1] != position &&
            position - last_seen[word - 1] <= 2) {
          pair_met[word] = true;
        }
      }
    }
    const auto met = std::count(pair_met.begin(), pair_met.end(), true);
    return static_cast<float>(met) / static_cast<float>(plans_.size() - 1);
  }

  // Where a word of the query weighs most in a concept.
  struct Best {
    float value = 0;
    std::uint32_t token = 0;
    std::uint32_t text = 0;
  };

  void Consider(std::size_t word, std::uint32_t token, std::uint32_t text, Best& best) const {
    const float value = Quality(plans_[word], token) * index_.texts_[text].weight;
    if (value > best.value) best = {value, token, text};
  }

  // Looks a word's tokens up in the postings: for words of few tokens.
  void FindByPostings(std::size_t word, std::uint32_t first_text, std::uint32_t last_text, Best& best) const {
    const auto probe = [&](std::uint32_t token) {
      const auto postings = index_.postings_[token];
      auto text = std::lower_bound(postings.begin(), postings.end(), first_text);
      for (; text != postings.end() && *text < last_text; ++text) Consider(word, token, *text, best);
    };
    for (std::uint32_t token = plans_[word].first; token < plans_[word].last; ++token) probe(token);
    for (const Extra& extra : plans_[word].extras) probe(extra.token);
  }

  // Reads the texts of the concept: for words of more tokens than the concept has.
  void FindByReading(std::size_t word, std::uint32_t first_text, std::uint32_t last_text, Best& best) const {
    for (std::uint32_t text = first_text; text < last_text; ++text) {
      if (best.value >= index_.texts_[text].weight) continue;
      for (std::size_t i = index_.texts_[text].first_word; i < index_.texts_[text + 1].first_word; ++i) {
        Consider(word, index_.text_words_[i] & ~kJoined, text, best);
      }
    }
  }

  // For each word that the concept met, the text where it weighs most, in the order of the words.
  std::vector<TextReason> ReasonsOf(std::uint32_t entry) const {
    const std::uint32_t first_text = index_.entries_[entry].first_text;
    const std::uint32_t last_text = index_.entries_[entry + 1].first_text;
    const std::uint32_t size = index_.texts_[last_text].first_word - index_.texts_[first_text].first_word;
    std::vector<TextReason> reasons;
    for (std::size_t word = 0; word < plans_.size(); ++word) {
      const Plan& plan = plans_[word];
      Best best;
      if (kProbeCost * (plan.last - plan.first + plan.extras.size()) < size) {
        FindByPostings(word, first_text, last_text, best);
      } else {
        FindByReading(word, first_text, last_text, best);
      }
      if (best.value == 0) continue;
      const Text& text = index_.texts_[best.text];
      reasons.push_back({static_cast<std::uint16_t>(word), text.field, text.fact_property, MatchOf(plan, best.token)});
    }
    return reasons;
  }

  static WordMatch MatchOf(const Plan& plan, std::uint32_t token) {
    if (token < plan.prefix_first || token >= plan.prefix_last) return WordMatch::kSimilar;
    return plan.exact && token == plan.prefix_first ? WordMatch::kExact : WordMatch::kPrefix;
  }

  const TextIndex& index_;
  const std::vector<std::string>& words_;
  std::vector<bool> wanted_;  // by system
  Sums& sums_;
  std::vector<Plan> plans_;
};

std::vector<TextHit> TextIndex::Search(const std::vector<std::string>& words, const std::vector<SystemId>& wanted,
                                       std::size_t count) const {
  if (words.empty() || entries_.empty()) return {};
  return Query(*this, words, wanted).Run(count);
}

}  // namespace chemoterm::model
