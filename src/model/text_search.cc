// TextIndex::Search: word by word over the postings, with MaxScore pruning.
//
// The words, heaviest first, bring in the concepts that they meet. The worst of the best concepts
// so far sets a threshold: a concept is scored only if what its words can weigh reaches it, and
// once all words that are left cannot reach it together, the search ends. The result is the same as
// without pruning, so the first hits are the same however many are asked for.

#include <algorithm>
#include <cmath>
#include <cstring>

#include "model/text_index.h"
#include "model/text_match.h"

namespace chemoterm::model {
namespace {

constexpr float kShareOfBestText = 0.6F;  // the rest of a score is the best text of each word
constexpr double kShareOfPhrase = 0.1;    // of the final score, when there are several words
constexpr float kInactive = 0.85F;

constexpr std::size_t kLongList = 1024;  // postings
// Of one look-up in a list, beside spreading out one posting.
constexpr std::size_t kLookUpCost = 8;
constexpr float kScoreSteps = 10'000;  // scores are equal when they round to the same step
constexpr double kSlack = 0.00001;     // more than floats lose
constexpr std::uint32_t kNone = ~0U;

// The first place from `at` on with a byte that is not 0; kNone if there is none.
std::uint32_t NextNonZero(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  while (at + sizeof(std::uint64_t) <= bytes.size()) {  // eight at a time
    std::uint64_t eight;
    std::memcpy(&eight, bytes.data() + at, sizeof eight);
    if (eight != 0) break;
    at += sizeof eight;
  }
  while (at < bytes.size() && bytes[at] == 0) ++at;
  return at < bytes.size() ? static_cast<std::uint32_t>(at) : kNone;
}

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
    for (std::size_t i = 0; i < words.size(); ++i) {
      words_.push_back(matcher_.WordOf(i));
      perfect_ += words_.back().weight;
      const double share =
          words.size() == 1 ? 1 : static_cast<double>(i) / static_cast<double>(words.size() - 1);
      phrase_factors_.push_back(1 - kShareOfPhrase + kShareOfPhrase * share);
    }
  }

  std::vector<TextHit> Run(std::size_t count) {
    Collect(count);
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

  // --- From words to concepts.

  bool IsCode(const Word& word, std::uint32_t text, Mark mark) const {
    return word.code && MatchOf(mark) == WordMatch::kExact &&
           index_.texts_[text].field == TextField::kCode;
  }

  float Value(const Word& word, std::uint32_t text, Mark mark) const {
    const float value =
        word.weight * QualityOf(mark) * static_cast<float>(index_.texts_[text].weight) / 255;
    return IsCode(word, text, mark) ? value * kExactCode : value;
  }

  // Moves `word.probed` to its first posting of the entry or of a later one; it must not stand
  // behind it.
  static void Advance(Word& word, std::uint32_t entry) {
    const auto& list = word.list_entries;
    std::size_t low = word.probed;
    if (low == list.size() || list[low] >= entry) return;
    std::size_t step = 1;
    while (low + step < list.size() && list[low + step] < entry) {
      low += step;
      step *= 2;
    }
    const auto begin = list.begin() + static_cast<std::ptrdiff_t>(low + 1);
    const auto end = list.begin() + static_cast<std::ptrdiff_t>(std::min(low + step, list.size()));
    word.probed = static_cast<std::size_t>(std::lower_bound(begin, end, entry) - list.begin());
  }

  // Calls `found(text, mark)` for each text of the entry that the word meets.
  template <class Found>
  void ForEachHit(Word& word, std::uint32_t entry, const Found& found) const {
    if (word.marks.empty()) {
      Advance(word, entry);
      for (std::size_t i = word.probed; i < word.list.size() && word.list_entries[i] == entry;
           ++i) {
        found(word.list[i], word.list_mark);
      }
      return;
    }
    const std::uint32_t last = index_.first_texts_[entry + 1];
    for (std::uint32_t text = index_.first_texts_[entry]; text < last; ++text) {
      if (word.marks[text] != 0) found(text, word.marks[text]);
    }
  }

  // The most that the word adds to a concept, which it need not meet.
  static double MostIn(Word& word, std::uint32_t entry) {
    if (!word.entry_weights.empty()) return word.step * word.entry_weights[entry];
    Advance(word, entry);
    std::uint8_t best = 0;
    for (std::size_t i = word.probed; i < word.list.size() && word.list_entries[i] == entry; ++i) {
      best = std::max(best, word.list_weights[i]);
    }
    return word.step * best;
  }

  // Calls `found(entry, most)` for each entry that the word meets, in order.
  template <class Found>
  static void ForEachEntry(const Word& word, const Found& found) {
    if (!word.marks.empty()) {
      for (auto entry = NextNonZero(word.entry_weights, 0); entry != kNone;
           entry = NextNonZero(word.entry_weights, entry + 1)) {
        found(entry, word.step * word.entry_weights[entry]);
      }
      return;
    }
    for (std::size_t i = 0; i < word.list.size();) {
      const std::uint32_t entry = word.list_entries[i];
      std::uint8_t best = 0;
      for (; i < word.list.size() && word.list_entries[i] == entry; ++i)
        best = std::max(best, word.list_weights[i]);
      found(entry, word.step * best);
    }
  }

  // Concepts must come in rising order.
  Candidate Score(std::uint32_t entry_id) {
    const Entry& entry = index_.entries_[entry_id];
    const std::uint32_t first = index_.first_texts_[entry_id];
    const std::uint32_t last = index_.first_texts_[entry_id + 1];
    text_sums_.assign(last - first, 0);
    float sum = 0;
    bool is_code = false;
    for (Word& word : words_) {
      float best = 0;
      ForEachHit(word, entry_id, [&](std::uint32_t text, Mark mark) {
        const float value = Value(word, text, mark);
        text_sums_[text - first] += value;
        best = std::max(best, value);
        is_code = is_code || (word.strict_code && IsCode(word, text, mark));
      });
      sum += best;
    }
    const auto best_text = std::max_element(text_sums_.begin(), text_sums_.end());
    float score = (kShareOfBestText * *best_text + (1 - kShareOfBestText) * sum) / perfect_;
    score *= index_.system_weights_[Index(entry.system)] * (entry.inactive ? kInactive : 1);
    if (words_.size() > 1 && (is_code || score * perfect_ >= threshold_)) {
      const auto text = first + static_cast<std::uint32_t>(best_text - text_sums_.begin());
      score *= static_cast<float>(phrase_factors_[Pairs(text)]);
    }
    return {static_cast<int>(std::lround((score + (is_code ? 1 : 0)) * kScoreSteps)), entry_id};
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

  // Makes a list cheap to look up, if it is long and will be looked up `times` times.
  void SpreadOut(Word& word, std::size_t times) const {
    if (!word.marks.empty() || word.list.size() < kLongList ||
        word.list.size() > times * kLookUpCost)
      return;
    word.entry_weights.resize(index_.entries_.size());
    for (std::size_t i = 0; i < word.list.size(); ++i) {
      auto& best = word.entry_weights[word.list_entries[i]];
      best = std::max(best, word.list_weights[i]);
    }
  }

  // Fills best_ with the best `count` concepts.
  void Collect(std::size_t count) {
    std::vector<Word*> order;  // heaviest first
    for (Word& word : words_) {
      if (word.met()) order.push_back(&word);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](auto* a, auto* b) { return a->bound > b->bound; });
    std::vector<double> rest(order.size() + 1, 0);  // bounds of the words from there on
    for (std::size_t i = order.size(); i > 0; --i) rest[i - 1] = rest[i] + order[i - 1]->bound;
    for (std::size_t i = 1; i < order.size(); ++i) SpreadOut(*order[i], order.front()->list.size());
    for (std::size_t i = 0; i < order.size() && rest[i] >= threshold_; ++i) {
      for (Word& word : words_) word.probed = 0;
      ForEachEntry(*order[i], [&](std::uint32_t entry, double most) {
        if (CanGetIn(entry, order, i, most + rest[i + 1])) Keep(Score(entry), count);
      });
    }
  }

  // `most` = what the words that a concept may meet add at most, `met` = how many these are.
  bool CanReach(double most, std::size_t met, std::uint32_t entry) const {
    most *= phrase_factors_[met - 1];
    return most >= threshold_ && (most >= tie_end_ || entry < worst_entry_);
  }

  // For a concept that the word `order[driver]` meets: false when it cannot reach the threshold, is
  // not wanted, or was brought in by an earlier word. `most` is what that word adds and what the
  // later words may add.
  bool CanGetIn(std::uint32_t entry, const std::vector<Word*>& order, std::size_t driver,
                double most) const {
    std::size_t met = order.size() - driver;
    if (!CanReach(most, met, entry)) return false;
    for (std::size_t i = driver + 1; i < order.size(); ++i) {
      const double added = MostIn(*order[i], entry);
      most += added - order[i]->bound;
      met -= added > 0 ? 0 : 1;
      if (!CanReach(most, met, entry)) return false;
    }
    return wanted_[Index(index_.entries_[entry].system)] &&
           std::none_of(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(driver),
                        [&](Word* word) { return MostIn(*word, entry) > 0; });
  }

  // How many neighbours in the query are neighbours in the text too (one word may stand between).
  std::size_t Pairs(std::uint32_t text) {
    last_seen_.assign(words_.size(), 0);
    pair_met_.assign(words_.size(), 0);
    std::uint32_t position = 0;  // from 1; 0 = not seen
    for (std::size_t i = index_.texts_[text].first_word; i < index_.texts_[text + 1].first_word;
         ++i) {
      if ((index_.text_words_[i] & kJoined) != 0) continue;
      ++position;
      for (std::size_t word = 0; word < words_.size(); ++word) {
        if (matcher_.MarkOf(words_[word], index_.text_words_[i]) == 0) continue;
        last_seen_[word] = position;
        const std::uint32_t before = word > 0 ? last_seen_[word - 1] : 0;
        if (before != 0 && before != position && position - before <= 2) pair_met_[word] = 1;
      }
    }
    return static_cast<std::size_t>(std::count(pair_met_.begin(), pair_met_.end(), 1));
  }

  // For each word that the concept met, the text where it weighs most, in the order of the words.
  std::vector<TextReason> ReasonsOf(std::uint32_t entry) {
    std::vector<TextReason> reasons;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      float best = 0;
      TextReason reason{static_cast<std::uint16_t>(i), TextField::kCode, 0, WordMatch::kExact};
      words_[i].probed = 0;
      ForEachHit(words_[i], entry, [&](std::uint32_t text, Mark mark) {
        const float value = Value(words_[i], text, mark);
        if (value <= best) return;
        best = value;
        reason.field = index_.texts_[text].field;
        reason.fact_property = index_.texts_[text].fact_property;
        reason.match = MatchOf(mark);
      });
      if (best > 0) reasons.push_back(reason);
    }
    return reasons;
  }

  const TextIndex& index_;
  Matcher matcher_;
  std::vector<bool> wanted_;  // by system
  std::vector<Word> words_;
  float perfect_ = 0;
  std::vector<double> phrase_factors_;  // of a score, by how many neighbours of the query are
                                        // neighbours in the text
  double threshold_ = -1;               // of the sum of the words' values
  double tie_end_ = 0;                  // below it, only earlier entries are better than the worst
  std::uint32_t worst_entry_ = 0;
  std::vector<Candidate> best_;  // a heap, the worst on top
  // Of the concept being scored.
  std::vector<float> text_sums_;
  std::vector<std::uint32_t> last_seen_;  // by word
  std::vector<std::uint8_t> pair_met_;    // by word
};

std::vector<TextHit> TextIndex::Search(const std::vector<std::string>& words,
                                       const std::vector<SystemId>& wanted,
                                       std::size_t count) const {
  if (words.empty() || entries_.empty() || count == 0) return {};
  return Query(*this, words, wanted).Run(std::min(count, kMaxHits));
}

}  // namespace chemoterm::model
