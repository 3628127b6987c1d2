// The engine in process: the code index at 100,000 codes, and the operations on the shipped content
// through Engine::Run, over all CPT codes in turn. Every answer that is timed is also checked. The
// counter limit_ns is the limit of the time per iteration (docs/performance.md); tests/bench/run
// compares.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/string_pool.h"
#include "base/text.h"
#include "chemoterm/engine.h"
#include "model/code_index.h"

namespace chemoterm {
namespace {

using model::CodeIndex;
using model::ConceptId;

constexpr std::string_view kCpt = "http://www.ama-assn.org/go/cpt";
constexpr std::array<std::string_view, 24> kCodes = {
    "96401", "96402", "96405", "96406", "96409", "96411", "96413", "96415",
    "96416", "96417", "96420", "96422", "96423", "96425", "96440", "96446",
    "96450", "96521", "96522", "96523", "96542", "96547", "96548", "96549"};
constexpr std::string_view kGroups = "https://chemoterm.example/fhir/CodeSystem/chemo-group";

void Limit(benchmark::State& state, double nanos) { state.counters["limit_ns"] = nanos; }

// Codes shaped as those of a diagnosis classification, held as a code system holds them.
struct Codes {
  std::size_t size() const { return refs.size(); }
  std::string_view operator()(ConceptId id) const { return pool[refs[model::Index(id)]]; }

  base::StringPool pool;
  std::vector<base::StrRef> refs;
};

struct IndexQuestion {
  std::string code;
  std::optional<ConceptId> expected;
};

// One in ten is a code of the same shape that is not there.
void FindCode(benchmark::State& state) {
  constexpr std::uint32_t kSize = 100'000;
  std::mt19937_64 random(20261122);
  Codes codes;
  std::vector<IndexQuestion> questions;
  for (std::uint32_t i = 0; i < kSize; ++i) {
    const std::string tail = base::ToText(10'000 + i % 26'000);
    const std::string code =
        base::Concat({std::string(1, static_cast<char>('A' + i / 26'000)), tail.substr(0, 2), ".",
                      tail.substr(2), base::ToText(i % 7)});
    codes.refs.push_back(codes.pool.Add(code));
    const bool missing = random() % 10 == 0;
    questions.push_back({missing ? code + "X" : code,
                         missing ? std::nullopt : std::optional(static_cast<ConceptId>(i))});
  }
  std::optional<ConceptId> duplicate;
  const auto index = CodeIndex::Build(codes.size(), std::cref(codes), &duplicate);
  CHECK(!duplicate);
  std::shuffle(questions.begin(), questions.end(), random);
  std::size_t next = 0;
  for (auto _ : state) {
    const IndexQuestion& question = questions[next];
    if (++next == questions.size()) next = 0;
    CHECK(index.Find(question.code, std::cref(codes)) == question.expected);
  }
  state.counters["bytes_per_code"] =
      static_cast<double>(index.bytes()) / static_cast<double>(codes.size());
  Limit(state, 1'000);
}
BENCHMARK(FindCode);

const Engine& Shipped() {
  static const auto engine = [] {
    EngineOptions options;
    options.content_dir = CHEMOTERM_SOURCE_DIR "/terminology";
    auto opened = Engine::Open(std::move(options));
    if (!opened.ok()) std::fprintf(stderr, "%s\n", std::string(opened.status().message()).c_str());
    CHECK(opened.ok());
    return *std::move(opened);
  }();
  return *engine;
}

template <class Request>
auto Run(const Request& request) {
  auto answer = Shipped().Run(CallContext{}, request);
  CHECK(answer.ok());
  return *std::move(answer);
}

// Runs the requests in turn; `check(at, answer)` is part of the time.
template <class Request, class Check>
void Measure(benchmark::State& state, const std::vector<Request>& requests, double limit_nanos,
             Check check) {
  const Engine& engine = Shipped();
  const CallContext call;
  std::size_t next = 0;
  for (auto _ : state) {
    const auto answer = engine.Run(call, requests[next]);
    CHECK(answer.ok());
    check(next, *answer);
    if (++next == requests.size()) next = 0;
  }
  Limit(state, limit_nanos);
}

std::vector<LookupRequest> Lookups() {
  std::vector<LookupRequest> requests;
  for (const auto code : kCodes) {
    requests.emplace_back();
    requests.back().code = code;
    requests.back().system = kCpt;
  }
  return requests;
}

// The default set of properties.
void Lookup(benchmark::State& state) {
  const auto requests = Lookups();
  std::vector<std::size_t> properties;
  for (const auto& request : requests) {
    const auto answer = Run(request);
    properties.push_back(answer.value.properties.size());
    CHECK(properties.back() > 5 && !answer.value.designations.empty() && answer.issues.empty());
  }
  Measure(state, requests, 1'000, [&](std::size_t at, const Answer<LookupResult>& answer) {
    CHECK(answer.value.code == kCodes[at] && answer.value.system == kCpt);
    CHECK(!answer.value.display.empty() && answer.value.properties.size() == properties[at]);
  });
}
BENCHMARK(Lookup);

std::vector<ValidateCodeRequest> Validations(std::string_view display_suffix) {
  std::vector<ValidateCodeRequest> requests;
  for (const auto& lookup : Lookups()) {
    requests.emplace_back();
    requests.back().url = kCpt;
    requests.back().code = lookup.code;
    requests.back().display = base::Concat({Run(lookup).value.display, display_suffix});
  }
  return requests;
}

void ValidateCode(benchmark::State& state) {
  Measure(state, Validations(""), 500, [](std::size_t at, const Answer<ValidateCodeResult>& a) {
    CHECK(a.value.result && a.value.code == kCodes[at] && a.issues.empty());
  });
}
BENCHMARK(ValidateCode);

// No limit: what the texts of an issue cost. The display is not ours, so it is only remarked.
void ValidateCodeOtherDisplay(benchmark::State& state) {
  const auto requests = Validations(" in another arm");
  Measure(state, requests, 0, [](std::size_t at, const Answer<ValidateCodeResult>& a) {
    CHECK(a.value.result && a.value.code == kCodes[at] && a.issues.size() == 1);
    CHECK(a.issues[0].message_id == "OWN_WORDED_DISPLAY");
  });
}
BENCHMARK(ValidateCodeOtherDisplay);

RelatedCodesRequest Related(std::string_view code, std::vector<std::string> kinds) {
  RelatedCodesRequest request;
  request.system = kCpt;
  request.code = code;
  request.kinds = std::move(kinds);
  return request;
}

// All relations of 96413 must be what its kinds give one by one.
void RelatedCodesAll(benchmark::State& state) {
  const std::vector<RelatedCodesRequest> requests = {Related("96413", {})};
  const std::size_t expected = Run(requests[0]).value.related.size();
  std::vector<std::string> kinds;
  for (const RelatedCode& related : Run(requests[0]).value.related) {
    kinds.emplace_back(related.kind);
  }
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  std::size_t sum = 0;
  for (const auto& kind : kinds) sum += Run(Related("96413", {kind})).value.related.size();
  CHECK(kinds.size() > 1 && sum == expected);
  Measure(state, requests, 2'000, [&](std::size_t, const Answer<RelatedCodesResult>& a) {
    CHECK(a.value.related.size() == expected && !a.value.related.back().concept_coding.empty());
  });
  state.counters["related"] = static_cast<double>(expected);
}
BENCHMARK(RelatedCodesAll);

void RelatedCodesOneKind(benchmark::State& state) {
  const std::vector<RelatedCodesRequest> requests = {Related("96415", {"next-hour-of"})};
  Measure(state, requests, 2'000, [](std::size_t, const Answer<RelatedCodesResult>& a) {
    CHECK(a.value.related.size() == 2 && a.value.related[0].concept_coding.code == "96413" &&
          a.value.related[1].concept_coding.code == "96417");
  });
}
BENCHMARK(RelatedCodesOneKind);

// Both ways round, equal and apart.
void Subsumes(benchmark::State& state) {
  struct Case {
    std::string_view a, b, outcome;
  };
  constexpr std::array<Case, 4> kCases = {{
      {"route-device", "device-flush-alone", "subsumes"},
      {"device-flush-alone", "route-device", "subsumed-by"},
      {"route-cns", "route-cns", "equivalent"},
      {"route-intravenous", "cns-puncture", "not-subsumed"},
  }};
  std::vector<SubsumesRequest> requests;
  for (const Case& one : kCases) {
    requests.emplace_back();
    requests.back().code_a = one.a;
    requests.back().code_b = one.b;
    requests.back().system = kGroups;
  }
  Measure(state, requests, 0, [&](std::size_t at, const Answer<SubsumesResult>& a) {
    CHECK(a.value.outcome == kCases[at].outcome);
  });
}
BENCHMARK(Subsumes);

}  // namespace
}  // namespace chemoterm

BENCHMARK_MAIN();
