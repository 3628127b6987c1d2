// Search over 100,000 concepts with names like those of a diagnosis classification.
// Every answer that is timed is also checked, so that a search that finds the wrong thing cannot
// look fast. The counter limit_p99_us is the limit of docs/performance.md; tests/bench/run
// compares.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "model/text_index.h"

namespace chemoterm {
namespace {

using model::ConceptId;
using model::SystemId;
using model::TextField;
using model::TextIndex;

constexpr std::uint32_t kConcepts = 100'000;
constexpr std::size_t kRareWords = 12'000;

constexpr std::array<std::string_view, 24> kCommon = {
    "unspecified", "other",   "initial",  "encounter",  "closed",    "open",
    "left",        "right",   "fracture", "disorder",   "due",       "malignant",
    "neoplasm",    "chronic", "acute",    "subsequent", "displaced", "sequela",
    "routine",     "healing", "injury",   "disease",    "poisoning", "specified"};
constexpr std::array<std::string_view, 40> kBones = {
    "femur",    "tibia",  "fibula",   "radius",    "ulna",   "humerus", "clavicle", "scapula",
    "sternum",  "rib",    "vertebra", "sacrum",    "pelvis", "patella", "ankle",    "wrist",
    "hand",     "finger", "thumb",    "toe",       "skull",  "orbit",   "maxilla",  "mandible",
    "nose",     "eye",    "ear",      "lung",      "heart",  "liver",   "kidney",   "bladder",
    "pancreas", "spleen", "stomach",  "intestine", "colon",  "rectum",  "breast",   "skin"};
constexpr std::array<std::string_view, 30> kSyllables = {
    "ar",  "the", "ri", "os",  "car",  "di",  "neu", "ro",  "gas",  "tro",
    "hep", "a",   "ne", "phr", "der",  "ma",  "my",  "o",   "cys",  "ti",
    "pul", "mo",  "en", "ce",  "phal", "col", "pan", "cre", "sple", "no"};

// Names drawn with a skew: few words in most of them, most words in few.
class Names {
 public:
  Names() {
    while (rare_.size() < kRareWords) {
      std::string word;
      const std::size_t syllables = 2 + random_() % 3;
      for (std::size_t i = 0; i < syllables; ++i) word += kSyllables[random_() % kSyllables.size()];
      rare_.push_back(word + (random_() % 2 == 0 ? "itis" : "osis"));
    }
  }
  std::vector<std::string> Draw() {
    std::vector<std::string> words;
    const std::size_t length = 3 + random_() % 9;
    for (std::size_t i = 0; i < length; ++i) words.push_back(Word());
    return words;
  }
  std::size_t Below(std::size_t limit) { return random_() % limit; }

 private:
  std::string Word() {
    const auto kind = random_() % 10;
    if (kind < 5) return std::string(kCommon[random_() % kCommon.size()]);
    if (kind < 8) return std::string(kBones[random_() % kBones.size()]);
    const double skewed = std::uniform_real_distribution<>(0, 1)(random_);
    return rare_[static_cast<std::size_t>(skewed * skewed * static_cast<double>(kRareWords - 1))];
  }

  std::mt19937_64 random_{20261122};
  std::vector<std::string> rare_;
};

struct World {
  TextIndex index;
  std::vector<std::vector<std::string>> names;  // by ConceptId
};

World MakeWorld() {
  World world;
  Names names;
  model::TextIndexBuilder builder(
      {{"the", "of", "is", "what"}, {{"cancer", "neoplasm"}, {"broken", "fracture"}}});
  for (std::uint32_t i = 0; i < kConcepts; ++i) {
    builder.Open(SystemId{0}, ConceptId{i}, "X" + base::ToText(kConcepts + i), false);
    world.names.push_back(names.Draw());
    builder.Add(TextField::kDisplay, base::Join(world.names.back(), " "));
  }
  world.index = std::move(builder).Freeze();
  return world;
}

const World& Shared() {
  static const auto* world = new World(MakeWorld());
  return *world;
}

struct Question {
  std::string text;
  ConceptId meant;
  std::size_t words;
};

// One to four words of a name; `shape` 0 = whole words, 1 = the last one cut to 2-6 letters, 2 =
// one letter wrong in the longest.
std::vector<Question> MakeQuestions(int shape) {
  Names names;
  std::vector<Question> questions;
  while (questions.size() < 4000) {
    const std::size_t at = names.Below(kConcepts);
    const auto& name = Shared().names[at];
    const std::size_t count = std::min(name.size(), 1 + names.Below(4));
    const std::size_t first = names.Below(name.size() - count + 1);
    std::vector<std::string> words(name.begin() + static_cast<long>(first),
                                   name.begin() + static_cast<long>(first + count));
    if (shape == 1) words.back().resize(std::min(words.back().size(), 2 + names.Below(5)));
    if (shape == 2) {
      auto& longest =
          *std::max_element(words.begin(), words.end(),
                            [](const auto& a, const auto& b) { return a.size() < b.size(); });
      longest[names.Below(longest.size())] = 'x';
    }
    questions.push_back({base::Join(words, " "), static_cast<ConceptId>(at), count});
  }
  return questions;
}

// Every hit of whole words holds at least one of them, and the best hit of several holds them all.
void CheckAnswer(const std::vector<std::string>& words, const std::vector<model::TextHit>& hits,
                 int shape) {
  CHECK(shape != 0 || !hits.empty());
  for (const auto& hit : hits) CHECK(!hit.reasons.empty() && hit.score > 0 && hit.score <= 1);
  if (shape == 0) CHECK(hits.front().reasons.size() == words.size());
}

// Processor time of this thread: what the search costs, however busy the machine is.
double ThreadMicros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void Search(benchmark::State& state) {
  const int shape = static_cast<int>(state.range(0));
  const auto& index = Shared().index;
  const auto questions = MakeQuestions(shape);
  std::vector<double> micros;
  std::size_t next = 0;
  for (auto _ : state) {
    const Question& question = questions[next++ % questions.size()];
    const double start = ThreadMicros();
    const auto words = index.QueryWords(question.text);
    const auto hits = index.Search(words, {}, 20);
    micros.push_back(ThreadMicros() - start);
    CheckAnswer(words, hits, shape);
  }
  std::sort(micros.begin(), micros.end());
  const auto at = [&](double share) {
    return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  state.counters["p50_us"] = at(0.5);
  state.counters["p99_us"] = at(0.99);
  state.counters["max_us"] = at(1);
  state.counters["limit_p99_us"] = 500;
  state.counters["index_MB"] = static_cast<double>(index.bytes()) / (1 << 20);
  state.counters["tokens"] = static_cast<double>(index.token_count());
}
BENCHMARK(Search)->ArgName("whole0_prefix1_typo2")->Arg(0)->Arg(1)->Arg(2)->Iterations(8000);

void Build(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(MakeWorld());
}
BENCHMARK(Build)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace chemoterm

BENCHMARK_MAIN();
