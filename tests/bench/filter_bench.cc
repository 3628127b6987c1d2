// The text filter of $expand over a whole code system, through Engine::Run: a page of what has the
// words of a name, whole or in part, and how many there are. CHEMOTERM_BENCH_CONTENT names the
// content, CHEMOTERM_BENCH_SYSTEM its code system: tests/bench/run has ICD-10-CM imported. Every
// answer that is timed is also checked; tests/bench/run compares (docs/performance.md).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/fold.h"
#include "base/text.h"
#include "chemoterm/engine.h"

namespace chemoterm {
namespace {

constexpr std::size_t kQuestions = 4000;
constexpr std::int32_t kPage = 20;

std::string Setting(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) std::fprintf(stderr, "%s is not set\n", name);
  CHECK(value != nullptr);
  return value;
}

const Engine& Opened() {
  static const auto engine = [] {
    EngineOptions options;
    options.content_dir = Setting("CHEMOTERM_BENCH_CONTENT");
    auto opened = Engine::Open(std::move(options));
    if (!opened.ok()) std::fprintf(stderr, "%s\n", std::string(opened.status().message()).c_str());
    CHECK(opened.ok());
    return *std::move(opened);
  }();
  return *engine;
}

ExpandRequest PageOf(std::int32_t offset, std::int32_t count) {
  ExpandRequest request;
  request.value_set = base::Concat(
      {R"({"resourceType":"ValueSet","status":"active","compose":{"include":[{"system":")",
       Setting("CHEMOTERM_BENCH_SYSTEM"), R"("}]}})"});
  request.offset = offset;
  request.count = count;
  return request;
}

std::int32_t SizeOfSystem() {
  const auto answer = Opened().Run(CallContext{}, PageOf(0, 0));
  CHECK(answer.ok());
  return answer->value.total.value_or(0);
}

struct Question {
  ExpandRequest request;
  std::string code;  // of a concept that must be among the hits
};

// One to three words of a display, every other question with one of them cut to three letters or
// more.
std::vector<Question> MakeQuestions() {
  const std::int32_t size = SizeOfSystem();
  std::mt19937_64 random(20261127);
  std::vector<Question> questions;
  while (questions.size() < kQuestions) {
    const auto at = static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(size));
    const auto answer = Opened().Run(CallContext{}, PageOf(at, 1));
    CHECK(answer.ok() && answer->value.contains.size() == 1);
    const auto words = base::Words(answer->value.contains[0].display);
    if (words.empty()) continue;
    std::vector<std::string> asked;
    for (std::size_t count = 1 + random() % 3; count > 0; --count) {
      asked.push_back(words[random() % words.size()]);
    }
    if (questions.size() % 2 == 1) {
      std::string& cut = asked[random() % asked.size()];
      if (cut.size() > 3) cut.resize(3 + random() % (cut.size() - 3));
    }
    questions.push_back({PageOf(0, kPage), std::string(answer->value.contains[0].code)});
    questions.back().request.filter = base::Join(asked, " ");
  }
  return questions;
}

// Processor time of this thread: what the answer costs, however busy the machine is.
double ThreadMicros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// On the page every concept has the words; so has the concept that they were taken from, which is
// on the page when the page is all there is.
void CheckAnswer(const Question& question, const ExpandResult& result) {
  CHECK(result.total.value_or(0) > 0 && !result.contains.empty());
  bool is_there = *result.total > kPage;
  for (const auto& contained : result.contains) {
    is_there = is_there || contained.code == question.code;
  }
  CHECK(is_there);
}

void Filter(benchmark::State& state) {
  const auto questions = MakeQuestions();
  std::vector<double> micros;
  std::size_t next = 0;
  for (auto _ : state) {
    const Question& question = questions[next++ % questions.size()];
    const double start = ThreadMicros();
    const auto answer = Opened().Run(CallContext{}, question.request);
    micros.push_back(ThreadMicros() - start);
    CHECK(answer.ok());
    CheckAnswer(question, answer->value);
  }
  std::sort(micros.begin(), micros.end());
  const auto at = [&](double share) {
    return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  state.counters["p50_us"] = at(0.5);
  state.counters["p99_us"] = at(0.99);
  state.counters["max_us"] = at(1);
  state.counters["concepts"] = SizeOfSystem();
}
BENCHMARK(Filter)->Iterations(8000);

}  // namespace
}  // namespace chemoterm

BENCHMARK_MAIN();
