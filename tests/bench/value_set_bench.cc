// Value sets in process, through Engine::Run: membership beside a look into the code system, pages
// of large expansions beside those of small ones. Every answer that is timed is also checked.
// tests/bench/run compares (docs/performance.md).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "chemoterm/engine.h"
#include "unit/load/content_dir.h"

namespace chemoterm {
namespace {

constexpr std::string_view kCpt = "http://www.ama-assn.org/go/cpt";
constexpr std::string_view kValueSets = "https://chemoterm.example/fhir/ValueSet/";
constexpr std::int32_t kPage = 100;

std::unique_ptr<Engine> Open(std::string_view folder) {
  EngineOptions options;
  options.content_dir = folder;
  auto opened = Engine::Open(std::move(options));
  if (!opened.ok()) std::fprintf(stderr, "%s\n", std::string(opened.status().message()).c_str());
  CHECK(opened.ok());
  return *std::move(opened);
}

const Engine& Shipped() {
  static const auto engine = Open(CHEMOTERM_SOURCE_DIR "/terminology");
  return *engine;
}

template <class Request>
auto Run(const Engine& engine, const Request& request) {
  auto answer = engine.Run(CallContext{}, request);
  CHECK(answer.ok());
  return *std::move(answer);
}

ExpandRequest ExpandOf(std::string_view url) {
  ExpandRequest request;
  request.url = url;
  return request;
}

// The codes of a value set, with their displays.
std::vector<std::pair<std::string, std::string>> CodesOf(std::string_view value_set) {
  std::vector<std::pair<std::string, std::string>> codes;
  const auto answer = Run(Shipped(), ExpandOf(value_set));
  for (const auto& contained : answer.value.contains) {
    codes.emplace_back(contained.code, contained.display);
  }
  CHECK(!codes.empty());
  return codes;
}

// Asks in turn; each answer says yes and no more.
template <class Request>
void AskInTurn(benchmark::State& state, const std::vector<Request>& requests) {
  std::size_t next = 0;
  for (auto _ : state) {
    const auto answer = Run(Shipped(), requests[next]);
    CHECK(answer.value.result && answer.issues.empty());
    if (++next == requests.size()) next = 0;
  }
}

// What membership is compared with: the same codes, asked of their code system.
void InCodeSystem(benchmark::State& state) {
  std::vector<ValidateCodeRequest> requests;
  for (const auto& [code, display] : CodesOf(base::Concat({kValueSets, "chemo-administration"}))) {
    requests.emplace_back();
    requests.back().url = kCpt;
    requests.back().code = code;
    requests.back().display = display;
  }
  AskInTurn(state, requests);
}
BENCHMARK(InCodeSystem);

void InValueSet(benchmark::State& state, std::string_view id) {
  const std::string url = base::Concat({kValueSets, id});
  std::vector<ValidateValueSetCodeRequest> requests;
  for (const auto& [code, display] : CodesOf(url)) {
    requests.emplace_back();
    requests.back().url = url;
    requests.back().system = kCpt;
    requests.back().code = code;
    requests.back().display = display;
  }
  AskInTurn(state, requests);
}
BENCHMARK_CAPTURE(InValueSet, Listed, "chemo-administration");
BENCHMARK_CAPTURE(InValueSet, Filtered, "chemo-intravenous");

void ExpandAll(benchmark::State& state) {
  const auto request = ExpandOf(base::Concat({kValueSets, "chemo-administration"}));
  for (auto _ : state) {
    const auto answer = Run(Shipped(), request);
    CHECK(answer.value.total == 24 && answer.value.contains.size() == 24);
  }
}
BENCHMARK(ExpandAll);

// A code system of `count` concepts, ten below each one that has any, and its value sets: all, and
// those below the root.
class Nested {
 public:
  explicit Nested(std::int64_t count) : left_(count) {
    text_ = R"({"resourceType": "CodeSystem", "id": "n", "url": "http://codes.example/n",
"version": "1", "name": "N", "title": "N", "status": "active", "content": "complete",
"caseSensitive": true, "hierarchyMeaning": "is-a", "concept": [)";
    AddConcept(count);
    text_ += "]}\n";
    dir_.Set("n.json", text_);
    dir_.AddEntry("n.json", "code-system", R"(, "verification": "sourced")");
    AddValueSet("all", "");
    AddValueSet("below",
                R"(, "filter": [{"property": "concept", "op": "is-a", "value": "N000000"}])");
    dir_.Write();
    engine_ = Open(dir_.path());
  }
  const Engine& engine() const { return *engine_; }

 private:
  // A concept with what is below it: `size` in all, or what is left.
  void AddConcept(std::int64_t size) {
    constexpr std::int64_t kChildren = 10;
    std::string number = base::ToText(next_++);
    number.insert(0, 6 - number.size(), '0');
    --left_;
    text_ += base::Concat({R"({"code": "N)", number, R"(", "display": "Concept )", number, "\""});
    const std::int64_t below = (size - 1 + kChildren - 1) / kChildren;
    if (below > 0 && left_ > 0) {
      text_ += ", \"concept\": [";
      for (std::int64_t i = 0; i < kChildren && left_ > 0; ++i) {
        if (i > 0) text_ += ",\n";
        AddConcept(std::min(below, left_));
      }
      text_ += "]";
    }
    text_ += "}";
  }
  void AddValueSet(std::string_view id, std::string_view filter) {
    const std::string file = base::Concat({"valueset-", id, ".json"});
    dir_.Set(file, base::Concat({R"({"resourceType": "ValueSet", "id": ")", id,
                                 R"(", "url": "http://codes.example/ValueSet/)", id,
                                 R"(", "status": "active", "compose": {"include": [)",
                                 R"({"system": "http://codes.example/n")", filter, "}]}}\n"}));
    dir_.AddEntry(file, "value-set", R"(, "verification": "sourced")");
  }

  load::ContentDir dir_;
  std::string text_;
  std::int64_t next_ = 0;
  std::int64_t left_;
  std::unique_ptr<Engine> engine_;
};

// A page from the middle.
void ExpandPage(benchmark::State& state, std::string_view id, std::int64_t count) {
  static std::map<std::int64_t, std::unique_ptr<Nested>> made;
  auto& nested = made[count];
  if (nested == nullptr) nested = std::make_unique<Nested>(count);
  auto request = ExpandOf(base::Concat({"http://codes.example/ValueSet/", id}));
  request.count = kPage;
  request.offset = static_cast<std::int32_t>(count / 2);
  for (auto _ : state) {
    const auto answer = Run(nested->engine(), request);
    CHECK(answer.value.total == count);
    CHECK(answer.value.contains.size() == static_cast<std::size_t>(kPage));
  }
}
BENCHMARK_CAPTURE(ExpandPage, WholeOf1000, "all", 1'000);
BENCHMARK_CAPTURE(ExpandPage, WholeOf100000, "all", 100'000);
BENCHMARK_CAPTURE(ExpandPage, BelowOf1000, "below", 1'000);
BENCHMARK_CAPTURE(ExpandPage, BelowOf100000, "below", 100'000);

}  // namespace
}  // namespace chemoterm

BENCHMARK_MAIN();
