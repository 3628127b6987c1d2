// TextIndex::Search: word by word over the postings, with MaxScore pruning.
//
// The words, heaviest first, bring in the concepts that they meet. The worst of the best concepts so far sets a
// threshold: a concept is scored only if what its words can weigh reaches it, and once all words that are left cannot
// reach it together, the search ends. The result is the same as without pruning, so the first hits are the same however
// many are asked for.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <tuple>

#include "model/text_index.h"
#include "model/text_words.h"

namespace chemoterm::model {
namespace {

// How much a match is worth beside an exact one.
constexpr float kPrefixOfLast = 1.0F;  // the word is being typed; times the share of the token that is typed
constexpr float kPrefixOfOther = 0.9F;
constexpr float kShareFloor = 0.75F;
constexpr float kInflected = 0.9F;  // without its plural ending
constexpr float kSynonym = 0.8F;
constexpr float kOneEdit = 0.75F;
constexpr float kStem = 0.65F;
constexpr float kExactCode = 1.5F;  // over a number that only happens to be a code

constexpr std::size_t kShortestStemmed = 6;  // letters of a word that may lose its ending
constexpr std::size_t kShortestStem = 5;
constexpr std::size_t kLongestEnding = 3;
constexpr std::size_t kShortestCorrected = 5;
constexpr std::size_t kShortestPrefix = 3;      // of a word that is not the last one
constexpr std::size_t kShortestStrictCode = 4;  // shorter codes ("25") are numbers in a sentence

constexpr float kShareOfBestText = 0.6F;  // the rest of a score is the best text of each word
constexpr double kShareOfPhrase = 0.1F;    // of the final score, when there are several words
constexpr float kInactive = 0.85F;

constexpr std::size_t kPostingsOfRange = 32768;  // what is read of the tokens that a short prefix begins
constexpr std::size_t kLongList = 1024;          // postings
constexpr std::size_t kLookUpCost = 8;           // of one look-up in a list, beside spreading out one posting
constexpr double kBeyondAll = 1e9;               // bound of a code that must come first
constexpr float kScoreSteps = 10'000;            // scores are equal when they round to the same step
constexpr double kSlack = 0.00001;               // more than floats lose
constexpr std::uint32_t kNone = ~0U;

// A match in one byte: quality in 63 steps above the two bits of its kind; 0 = no match. The better is the greater.
using Mark = std::uint8_t;
constexpr float kMarkSteps = 63;

Mark MakeMark(float quality, WordMatch match) {
  return static_cast<Mark>((static_cast<unsigned>(std::lround(quality * kMarkSteps)) << 2) |
                           static_cast<unsigned>(match));
}
float QualityOf(Mark mark) { return static_cast<float>(mark >> 2) / kMarkSteps; }
WordMatch MatchOf(Mark mark) { return static_cast<WordMatch>(mark & 3); }

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

std::string_view StemOf(std::string_view word) {
  if (word.size() < kShortestStemmed || HasDigit(word)) return {};
  return word.substr(0, std::max(kShortestStem, word.size() - kLongestEnding));
}

}  // namespace

// One search.
class TextIndex::Query {
 public:
  Query(const TextIndex& index, const std::vector<std::string>& words, const std::vector<SystemId>& wanted)
      : index_(index), texts_(words) {
    wanted_.assign(index.system_weights_.size(), wanted.empty());
    for (const SystemId system : wanted) {
      if (Index(system) < wanted_.size()) wanted_[Index(system)] = true;
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
      words_.push_back(WordOf(i));
      perfect_ += words_.back().weight;
    }
  }

  std::vector<TextHit> Run(std::size_t count) {
    Collect(count);
    std::sort(best_.begin(), best_.end(), [&](const auto& a, const auto& b) { return IsBetter(a, b); });
    std::vector<TextHit> hits;
    for (const Candidate& candidate : best_) {
      const Entry& entry = index_.entries_[candidate.entry];
      hits.push_back({entry.system, entry.concept_id, std::min(1.0, static_cast<double>(candidate.score) / kScoreSteps),
                      ReasonsOf(candidate.entry)});
    }
    return hits;
  }

 private:
  struct Extra {
    std::uint32_t token;
    float quality;
  };
  // A word of the query: the tokens it can meet, a range and some single ones, and the texts where it meets them.
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
    std::span<const std::uint32_t> list;            // texts
    std::span<const std::uint32_t> list_entries;    // parallel
    std::span<const std::uint8_t> list_weights;     // parallel
    Mark list_mark = 0;
    std::size_t probed = 0;  // how far they were looked up
    // Several tokens: a mark for every text.
    std::vector<Mark> marks;
    // For every entry its best match times weight in 255ths, rounded up; also for long lists, which are looked up often.
    std::vector<std::uint8_t> entry_weights;

    double bound = 0;        // what the word can add to a concept at most
    double step = 0;         // the same for each 255th of weight

    bool met() const { return !list.empty() || !marks.empty(); }
  };
  struct Candidate {
    int score;  // in steps
    std::uint32_t entry;
  };

  // --- From a word to its tokens and texts.

  void AddExtra(Word& word, std::string_view text, float quality) const {
    const std::uint32_t token = index_.LowerBound(text);
    if (token < index_.tokens_.size() && index_.Token(token) == text) word.extras.push_back({token, quality});
  }

  void AddSynonyms(Word& word, std::string_view text) const {
    const auto first = std::lower_bound(index_.synonyms_.begin(), index_.synonyms_.end(), text,
                                        [](const auto& row, std::string_view wanted) { return row.first < wanted; });
    for (auto row = first; row != index_.synonyms_.end() && row->first == text; ++row) {
      AddExtra(word, row->second, kSynonym);
    }
  }

  // The range of tokens: those that the word begins and those of its stem.
  void SetRange(Word& word, std::string_view text, bool is_last) const {
    const auto [first, last] = index_.PrefixRange(text);
    word.exact = first < last && index_.Token(first) == text;
    word.code = word.exact && index_.token_flags_[first] != 0;
    word.strict_code = word.code && (texts_.size() == 1 || (text.size() >= kShortestStrictCode && HasDigit(text)));
    // A short word begins too many tokens, unless it is all there is to go by.
    const bool unfinished = text.size() >= kShortestPrefix || (is_last && (!word.exact || texts_.size() == 1));
    word.prefix_first = first;
    word.prefix_last = unfinished ? last : first + (word.exact ? 1 : 0);
    word.first = word.prefix_first;
    word.last = word.prefix_last;
    if (const auto stem = StemOf(text); !stem.empty()) std::tie(word.first, word.last) = index_.PrefixRange(stem);
  }

  Word WordOf(std::size_t position) const {
    const std::string_view text = texts_[position];
    const bool is_last = position + 1 == texts_.size();
    Word word;
    word.size = static_cast<float>(text.size());
    word.prefix_quality = is_last ? kPrefixOfLast : kPrefixOfOther;
    SetRange(word, text, is_last);
    AddSynonyms(word, text);
    if (!HasDigit(text)) {
      if (text.size() > kShortestPrefix && text.ends_with('s')) {
        const auto singular = text.substr(0, text.size() - 1);
        AddExtra(word, singular, kInflected);
        AddSynonyms(word, singular);
        if (singular.ends_with('e')) AddExtra(word, singular.substr(0, singular.size() - 1), kInflected);
      }
      if (text.size() >= kShortestCorrected && word.prefix_first == word.prefix_last) {
        for (const std::uint32_t token : index_.OneEditAway(text)) word.extras.push_back({token, kOneEdit});
      }
    }
    SetTexts(word);
    return word;
  }

  // The texts of the word's tokens, and by their number its weight.
  void SetTexts(Word& word) const {
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

  std::size_t FirstPosting(std::uint32_t token) const {
    return static_cast<std::size_t>(index_.postings_[token].data() - index_.postings_.values().data());
  }

  void SetList(Word& word, std::uint32_t token) const {
    word.list = index_.postings_[token];
    word.list_entries = std::span(index_.posting_entries_).subspan(FirstPosting(token), word.list.size());
    word.list_weights = std::span(index_.posting_weights_).subspan(FirstPosting(token), word.list.size());
    word.list_mark = MarkOf(word, token);
  }

  void AddMarks(Word& word, std::uint32_t token, std::size_t count) const {
    const Mark mark = MarkOf(word, token);
    const float quality = QualityOf(mark);
    const auto texts = index_.postings_[token];
    const std::size_t first = FirstPosting(token);
    for (std::size_t i = 0; i < count; ++i) {
      word.marks[texts[i]] = std::max(word.marks[texts[i]], mark);
      const float weight = std::ceil(quality * static_cast<float>(index_.posting_weights_[first + i]));
      auto& best = word.entry_weights[index_.posting_entries_[first + i]];
      best = std::max(best, static_cast<std::uint8_t>(weight));
    }
  }

  // How a word meets a token; no match for one that is not among its tokens.
  Mark MarkOf(const Word& word, std::uint32_t token) const {
    Mark best = 0;
    if (token >= word.prefix_first && token < word.prefix_last) {
      if (word.exact && token == word.prefix_first) return MakeMark(1, WordMatch::kExact);
      const float share = word.size / static_cast<float>(index_.tokens_[token].size);
      best = MakeMark(word.prefix_quality * (kShareFloor + (1 - kShareFloor) * share), WordMatch::kPrefix);
    } else if (token >= word.first && token < word.last) {
      best = MakeMark(kStem, WordMatch::kSimilar);
    }
    for (const Extra& extra : word.extras) {
      if (extra.token == token) best = std::max(best, MakeMark(extra.quality, WordMatch::kSimilar));
    }
    return best;
  }

  // --- From words to concepts.

  bool IsCode(const Word& word, std::uint32_t text, Mark mark) const {
    return word.code && MatchOf(mark) == WordMatch::kExact && index_.texts_[text].field == TextField::kCode;
  }

  float Value(const Word& word, std::uint32_t text, Mark mark) const {
    const float value = word.weight * QualityOf(mark) * static_cast<float>(index_.texts_[text].weight) / 255;
    return IsCode(word, text, mark) ? value * kExactCode : value;
  }

  // Moves `word.probed` to its first posting of the entry or of a later one; it must not stand behind it.
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
      for (std::size_t i = word.probed; i < word.list.size() && word.list_entries[i] == entry; ++i) {
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
      for (; i < word.list.size() && word.list_entries[i] == entry; ++i) best = std::max(best, word.list_weights[i]);
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
      score *= static_cast<float>(PhraseFactor(Pairs(text)));
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
    const auto worst_on_top = [&](const Candidate& a, const Candidate& b) { return IsBetter(a, b); };
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
    tie_end_ = index_.entries_[worst.entry].inactive ? 0 : (worst.score + 0.5) * step - kSlack * perfect_;
    worst_entry_ = worst.entry;
  }

  // Makes a list cheap to look up, if it is long and will be looked up `times` times.
  void SpreadOut(Word& word, std::size_t times) const {
    if (!word.marks.empty() || word.list.size() < kLongList || word.list.size() > times * kLookUpCost) return;
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
    std::stable_sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->bound > b->bound; });
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
    most *= PhraseFactor(static_cast<double>(met - 1));
    return most >= threshold_ && (most >= tie_end_ || entry < worst_entry_);
  }

  // For a concept that the word `order[driver]` meets: false when it cannot reach the threshold, is not wanted, or was
  // brought in by an earlier word. `most` is what that word adds and what the later words may add.
  bool CanGetIn(std::uint32_t entry, const std::vector<Word*>& order, std::size_t driver, double most) const {
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

  // What a score is multiplied by when `pairs` neighbours of the query are neighbours in the text.
  double PhraseFactor(double pairs) const {
    if (words_.size() == 1) return 1;
    return 1 - kShareOfPhrase + kShareOfPhrase * pairs / static_cast<double>(words_.size() - 1);
  }

  // How many neighbours in the query are neighbours in the text too (one word may stand between).
  double Pairs(std::uint32_t text) {
    last_seen_.assign(words_.size(), 0);
    pair_met_.assign(words_.size(), 0);
    std::uint32_t position = 0;  // from 1; 0 = not seen
    for (std::size_t i = index_.texts_[text].first_word; i < index_.texts_[text + 1].first_word; ++i) {
      if ((index_.text_words_[i] & kJoined) != 0) continue;
      ++position;
      for (std::size_t word = 0; word < words_.size(); ++word) {
        if (MarkOf(words_[word], index_.text_words_[i]) == 0) continue;
        last_seen_[word] = position;
        const std::uint32_t before = word > 0 ? last_seen_[word - 1] : 0;
        if (before != 0 && before != position && position - before <= 2) pair_met_[word] = 1;
      }
    }
    return static_cast<double>(std::count(pair_met_.begin(), pair_met_.end(), 1));
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
  const std::vector<std::string>& texts_;
  std::vector<bool> wanted_;  // by system
  std::vector<Word> words_;
  float perfect_ = 0;
  double threshold_ = -1;         // of the sum of the words' values
  double tie_end_ = 0;            // below it, only earlier entries are better than the worst
  std::uint32_t worst_entry_ = 0;
  std::vector<Candidate> best_;   // a heap, the worst on top
  // Of the concept being scored.
  std::vector<float> text_sums_;
  std::vector<std::uint32_t> last_seen_;  // by word
  std::vector<std::uint8_t> pair_met_;    // by word
};

std::vector<TextHit> TextIndex::Search(const std::vector<std::string>& words, const std::vector<SystemId>& wanted,
                                       std::size_t count) const {
  if (words.empty() || entries_.empty() || count == 0) return {};
  return Query(*this, words, wanted).Run(std::min(count, kMaxHits));
}

}  // namespace chemoterm::model
