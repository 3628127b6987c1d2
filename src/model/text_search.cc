// TextIndex::Search: sums of bounds, bit by bit, for all concepts at once.
//
// What a concept can score at most follows from which words it meets, how well these can be met
// (Matcher::Tier) and the weight of its best text. The sums over the words, rounded up to few
// steps, are kept as bit planes: plane i holds bit i of the sum of every concept, so that a machine
// word adds or compares 64 concepts. Passes then take the concepts from the highest sums down. The
// worst of the best concepts so far sets a threshold: only who can reach it is scored, by reading
// its texts, and when nothing that is left can, the search ends. The result is the same as without
// pruning, so the first hits are the same however many are asked for.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "model/text_index.h"
#include "model/text_match.h"

namespace chemoterm::model {
namespace {

constexpr float kShareOfBestText = 0.6F;  // the rest of a score is the best text of each word
constexpr double kShareOfPhrase = 0.1;    // of the final score, when there are several words
constexpr float kInactive = 0.85F;

constexpr std::size_t kPlanes = 7;
constexpr std::size_t kMostSteps = (1U << kPlanes) - 1;
// How far a pass goes down, as a share of the highest sum.
constexpr double kPassShare = 0.15;
constexpr float kScoreSteps = 10'000;  // scores are equal when they round to the same step
constexpr double kSlack = 0.000003;    // more than floats lose

}  // namespace

// One search.
class TextIndex::Query {
 public:
  Query(const TextIndex& index, const std::vector<std::string>& words,
        const std::vector<SystemId>& wanted)
      : index_(index), matcher_(index, words) {
    wanted_.assign(index.system_weights_.size(), wanted.empty());
    for (const SystemId system : wanted) {
      if (Index(system) < wanted_.size()) wanted_[Index(system)] = true;
    }
    words_.reserve(words.size());
    met_tokens_.resize(index.tokens_.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
      words_.push_back(matcher_.WordOf(i));
      perfect_ += words_.back().weight;
      NoteTokens(words_.back());
      const double share =
          words.size() == 1 ? 1 : static_cast<double>(i) / static_cast<double>(words.size() - 1);
      phrase_factors_.push_back(1 - kShareOfPhrase + kShareOfPhrase * share);
    }
    SetBounds();
    AddBounds();
  }

  std::vector<TextHit> Run(std::size_t count) {
    for (double least = highest_; least > 0 && least > threshold_;) {
      least -= highest_ * kPassShare;
      Pass(least, count);
    }
    std::sort(best_.begin(), best_.end(),
              [&](const auto& a, const auto& b) { return IsBetter(a, b); });
    std::vector<TextHit> hits;
    for (const Candidate& candidate : best_) {
      const Entry& entry = index_.entries_[candidate.entry];
      hits.push_back({entry.system, entry.concept_id,
                      std::min(1.0, static_cast<double>(candidate.score) / kScoreSteps),
                      ReasonsOf(candidate.entry)});
    }
    return hits;
  }

 private:
  using Word = Matcher::Word;
  struct Candidate {
    int score;  // in steps
    std::uint32_t entry;
  };
  using Lanes = std::array<std::uint64_t, kLanes>;
  using Planes = std::array<Lanes, kPlanes>;  // of one group of entries

  // --- Before the passes.

  void NoteTokens(const Word& word) {
    std::fill(met_tokens_.begin() + word.first, met_tokens_.begin() + word.last, true);
    for (const auto& extra : word.extras) met_tokens_[extra.token] = true;
  }

  void SetBounds() {
    std::size_t found = 0;
    for (Word& word : words_) {
      if (word.tiers.empty()) continue;
      // Worth more than all words together, whatever the phrase.
      if (word.strict_code) word.tiers.front().bound += perfect_ / phrase_factors_.front();
      highest_ += word.tiers.front().bound;
      ++found;
    }
    if (found == 0) return;
    step_ = highest_ / static_cast<double>(kMostSteps - (found - 1));  // each may be rounded up
    for (Word& word : words_) {
      for (auto& tier : word.tiers)
        tier.steps = static_cast<unsigned>(std::ceil(tier.bound / step_ * (1 - kSlack)));
    }
  }

  void AddBounds() {
    planes_.resize(index_.block_count() / kLanes);
    left_.resize(index_.block_count(), ~0ULL);
    for (const Word& word : words_) {
      if (word.tiers.empty()) continue;
      for (std::size_t group = 0; group < planes_.size(); ++group)
        Add(StepsOf(word, group), planes_[group]);
    }
  }

  static Planes StepsOf(const Word& word, std::size_t group) {
    Planes steps{};
    Lanes taken{};
    for (const auto& tier : word.tiers) {
      Lanes here;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        here[lane] = tier.bits[group * kLanes + lane] & ~taken[lane];
        taken[lane] |= here[lane];
      }
      for (std::size_t plane = 0; plane < kPlanes; ++plane) {
        if ((tier.steps >> plane & 1) == 0) continue;
        for (std::size_t lane = 0; lane < kLanes; ++lane) steps[plane][lane] |= here[lane];
      }
    }
    return steps;
  }

  static void Add(const Planes& steps, Planes& sums) {
    Lanes carry{};
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const std::uint64_t a = sums[plane][lane];
        const std::uint64_t b = steps[plane][lane];
        sums[plane][lane] = a ^ b ^ carry[lane];
        carry[lane] = (a & b) | (carry[lane] & (a ^ b));
      }
    }
  }

  // The entries of a group whose sum is at least so many steps.
  static Lanes AtLeast(std::size_t steps, const Planes& sums) {
    Lanes greater{};
    Lanes equal;
    equal.fill(~0ULL);
    for (std::size_t plane = kPlanes; plane-- > 0;) {
      if ((steps >> plane & 1) != 0) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) equal[lane] &= sums[plane][lane];
        continue;
      }
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        greater[lane] |= equal[lane] & sums[plane][lane];
        equal[lane] &= ~sums[plane][lane];
      }
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) greater[lane] |= equal[lane];
    return greater;
  }

  // --- From words to concepts.

  // Keeps the best of the concepts that can reach `least`, but for those of earlier passes.
  void Pass(double least, std::size_t count) {
    double needed = 0;  // and in steps, which take long to compute
    std::size_t steps = 1;
    for (std::size_t group = 0; group < planes_.size(); ++group) {
      const std::size_t block = group * kLanes;
      const double now_needed = std::max(least, block * 64 > worst_entry_ ? tie_end_ : threshold_);
      if (now_needed != needed) {
        needed = now_needed;
        steps =
            static_cast<std::size_t>(std::max(1.0, std::ceil(needed / step_ * (1 - 2 * kSlack))));
      }
      if (steps > kMostSteps) continue;
      const Lanes reaching = AtLeast(steps, planes_[group]);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        for (auto bits = reaching[lane] & left_[block + lane]; bits != 0; bits &= bits - 1) {
          if (Try(block + lane, bits & -bits, least, count)) left_[block + lane] &= ~(bits & -bits);
        }
      }
    }
  }

  // False for an entry that a later pass must look at again. `bit` is its place in the block.
  bool Try(std::size_t block, std::uint64_t bit, double least, std::size_t count) {
    const auto entry =
        static_cast<std::uint32_t>(block * 64) + static_cast<std::uint32_t>(std::countr_zero(bit));
    const double weight = index_.entry_weights_[entry] / 255.0;
    double most = 0;
    std::size_t met = 0;
    for (const Word& word : words_) {
      for (const auto& tier : word.tiers) {
        if ((tier.bits[block] & bit) == 0) continue;
        most += tier.bound * (word.meets_codes ? 1 : weight);
        ++met;
        break;
      }
    }
    if (!CanReach(most, met, entry)) return true;
    if (most < least) return false;
    if (wanted_[Index(index_.entries_[entry].system)]) Keep(Score(entry), count);
    return true;
  }

  // `most` = what the words that a concept may meet add at most, `met` = how many these are.
  bool CanReach(double most, std::size_t met, std::uint32_t entry) const {
    most *= phrase_factors_[met - 1];
    return most >= threshold_ && (most >= tie_end_ || entry < worst_entry_);
  }

  // --- From concepts to scores.

  // Notes where the entry has tokens of a range, which the word meets.
  void MarkTokens(std::uint32_t entry, std::size_t word, std::uint32_t first, std::uint32_t last) {
    const auto at = [&](std::uint32_t text) {
      return index_.sorted_tokens_.begin() + index_.texts_[text].first_word;
    };
    const auto end = at(index_.first_texts_[entry + 1]);
    for (auto token = std::lower_bound(at(index_.first_texts_[entry]), end, first);
         token != end && *token < last; ++token) {
      const auto place = static_cast<std::size_t>(token - index_.sorted_tokens_.begin());
      const std::size_t text = index_.sorted_texts_[place];
      Mark& best = marks_[text * words_.size() + word];
      best = std::max(best, matcher_.MarkOf(words_[word], *token));
      text_met_[text] = 1;
    }
  }

  // Sets marks_ to how each text of the entry meets the words at best.
  void MarkTexts(std::uint32_t entry) {
    const std::size_t texts = index_.first_texts_[entry + 1] - index_.first_texts_[entry];
    marks_.assign(texts * words_.size(), 0);
    text_met_.assign(texts, 0);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const Word& word = words_[i];
      const bool met = std::any_of(word.tiers.begin(), word.tiers.end(), [&](const auto& tier) {
        return (tier.bits[entry / 64] >> (entry % 64) & 1) != 0;
      });
      if (!met) continue;
      if (word.first < word.last) MarkTokens(entry, i, word.first, word.last);
      for (const auto& extra : word.extras) MarkTokens(entry, i, extra.token, extra.token + 1);
    }
  }

  // Calls `found(word, text, mark)` for each meeting of them in the entry, text by text.
  template <class Found>
  void ForEachMeeting(std::uint32_t entry, const Found& found) {
    MarkTexts(entry);
    const std::uint32_t first = index_.first_texts_[entry];
    for (std::size_t text = 0; text < text_met_.size(); ++text) {
      if (text_met_[text] == 0) continue;
      const Mark* marks = &marks_[text * words_.size()];
      for (std::size_t word = 0; word < words_.size(); ++word) {
        if (marks[word] != 0) found(word, first + static_cast<std::uint32_t>(text), marks[word]);
      }
    }
  }

  Candidate Score(std::uint32_t entry_id) {
    const Entry& entry = index_.entries_[entry_id];
    best_values_.assign(words_.size(), 0.0F);
    float text_sum = 0;
    float best_sum = 0;
    std::uint32_t text_of_sum = 0;
    std::uint32_t best_text = 0;
    bool is_code = false;
    ForEachMeeting(entry_id, [&](std::size_t word, std::uint32_t text, Mark mark) {
      const float value = Value(words_[word], text, mark);
      text_sum = text == text_of_sum ? text_sum + value : value;
      text_of_sum = text;
      if (text_sum > best_sum) {
        best_sum = text_sum;
        best_text = text;
      }
      best_values_[word] = std::max(best_values_[word], value);
      is_code = is_code || (words_[word].strict_code && IsCode(words_[word], text, mark));
    });
    const float sum = std::accumulate(best_values_.begin(), best_values_.end(), 0.0F);
    float score = (kShareOfBestText * best_sum + (1 - kShareOfBestText) * sum) / perfect_;
    score *= index_.system_weights_[Index(entry.system)] * (entry.inactive ? kInactive : 1);
    if (words_.size() > 1 && (is_code || score * perfect_ >= threshold_))
      score *= static_cast<float>(phrase_factors_[Pairs(best_text)]);
    return {static_cast<int>(std::lround((score + (is_code ? 1 : 0)) * kScoreSteps)), entry_id};
  }

  bool IsCode(const Word& word, std::uint32_t text, Mark mark) const {
    return word.code && MatchOf(mark) == WordMatch::kExact &&
           index_.texts_[text].field == TextField::kCode;
  }

  float Value(const Word& word, std::uint32_t text, Mark mark) const {
    const float value =
        word.weight * QualityOf(mark) * static_cast<float>(index_.texts_[text].weight) / 255;
    return IsCode(word, text, mark) ? value * kExactCode : value;
  }

  bool IsBetter(const Candidate& a, const Candidate& b) const {
    if (a.score != b.score) return a.score > b.score;
    const bool a_inactive = index_.entries_[a.entry].inactive;
    const bool b_inactive = index_.entries_[b.entry].inactive;
    return a_inactive != b_inactive ? b_inactive : a.entry < b.entry;
  }

  // Keeps the candidate if it is among the best `count`, and sets the threshold.
  void Keep(const Candidate& candidate, std::size_t count) {
    const auto worst_on_top = [&](const Candidate& a, const Candidate& b) {
      return IsBetter(a, b);
    };
    if (best_.size() == count) {
      if (!IsBetter(candidate, best_.front())) return;
      std::pop_heap(best_.begin(), best_.end(), worst_on_top);
      best_.pop_back();
    }
    best_.push_back(candidate);
    std::push_heap(best_.begin(), best_.end(), worst_on_top);
    if (best_.size() < count) return;
    const Candidate& worst = best_.front();
    const double step = static_cast<double>(perfect_) / kScoreSteps;
    threshold_ = (worst.score - 0.5) * step - kSlack * perfect_;
    // Who is as good as the worst gets in only if it stands before it, or it is retired.
    tie_end_ =
        index_.entries_[worst.entry].inactive ? 0 : (worst.score + 0.5) * step - kSlack * perfect_;
    worst_entry_ = worst.entry;
  }

  // How many neighbours in the query are neighbours in the text too (one word may stand between).
  std::size_t Pairs(std::uint32_t text) {
    last_seen_.assign(words_.size(), 0);
    pair_met_.assign(words_.size(), 0);
    std::uint32_t position = 0;  // from 1; 0 = not seen
    for (std::size_t i = index_.texts_[text].first_word; i < index_.texts_[text + 1].first_word;
         ++i) {
      const std::uint32_t token = index_.text_words_[i];
      if ((token & kJoined) != 0) continue;
      ++position;
      if (!met_tokens_[token]) continue;
      for (std::size_t word = 0; word < words_.size(); ++word) {
        if (matcher_.MarkOf(words_[word], token) == 0) continue;
        last_seen_[word] = position;
        const std::uint32_t before = word > 0 ? last_seen_[word - 1] : 0;
        if (before != 0 && before != position && position - before <= 2) pair_met_[word] = 1;
      }
    }
    return static_cast<std::size_t>(std::count(pair_met_.begin(), pair_met_.end(), 1));
  }

  // For each word that the concept met, the text where it weighs most, in the order of the words.
  std::vector<TextReason> ReasonsOf(std::uint32_t entry) {
    std::vector<TextReason> best(words_.size());
    best_values_.assign(words_.size(), 0.0F);
    ForEachMeeting(entry, [&](std::size_t word, std::uint32_t text, Mark mark) {
      const float value = Value(words_[word], text, mark);
      if (value <= best_values_[word]) return;
      best_values_[word] = value;
      best[word] = {static_cast<std::uint16_t>(word), index_.texts_[text].field,
                    index_.texts_[text].fact_property, MatchOf(mark)};
    });
    std::vector<TextReason> reasons;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (best_values_[i] > 0) reasons.push_back(best[i]);
    }
    return reasons;
  }

  const TextIndex& index_;
  Matcher matcher_;
  std::vector<bool> wanted_;  // by system
  std::vector<Word> words_;
  std::vector<bool> met_tokens_;  // by some word
  float perfect_ = 0;
  std::vector<double> phrase_factors_;  // of a score, by how many neighbours of the query are
                                        // neighbours in the text
  double highest_ = 0;                  // sum of bounds
  double step_ = 0;                     // of the sums in planes_
  std::vector<Planes> planes_;          // by group of entries
  std::vector<std::uint64_t> left_;     // entries that are not done with
  double threshold_ = -1;               // of the sum of the words' values
  double tie_end_ = 0;                  // below it, only earlier entries are better than the worst
  std::uint32_t worst_entry_ = 0;
  std::vector<Candidate> best_;  // a heap, the worst on top
  // Of the concept being scored.
  std::vector<Mark> marks_;               // by text, then word
  std::vector<std::uint8_t> text_met_;    // by text: some word meets it
  std::vector<float> best_values_;        // by word
  std::vector<std::uint32_t> last_seen_;  // by word
  std::vector<std::uint8_t> pair_met_;    // by word
};

std::vector<TextHit> TextIndex::Search(const std::vector<std::string>& words,
                                       const std::vector<SystemId>& wanted,
                                       std::size_t count) const {
  if (words.empty() || entries_.empty() || count == 0) return {};
  if (words.size() > kMaxQueryWords)
    return Search({words.begin(), words.begin() + kMaxQueryWords}, wanted, count);
  return Query(*this, words, wanted).Run(std::min(count, kMaxHits));
}

}  // namespace chemoterm::model
