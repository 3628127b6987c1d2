// Orders in process, through Engine::Run, with as many NCCI pairs as the tables of CMS have.
// CHEMOTERM_BENCH_CONTENT names the content, which tests/bench/run makes
// (tests/support/ncci_table.py). Every answer that is timed is also checked; tests/bench/run
// compares (docs/performance.md).
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "chemoterm/engine.h"

namespace chemoterm {
namespace {

constexpr std::string_view kCpt = "http://www.ama-assn.org/go/cpt";
constexpr std::string_view kHcpcs = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets";
constexpr std::string_view kDiagnoses = "http://hl7.org/fhir/sid/icd-10-cm";

const Engine& Opened() {
  static const auto engine = [] {
    const char* content = std::getenv("CHEMOTERM_BENCH_CONTENT");
    CHECK(content != nullptr);
    EngineOptions options;
    options.content_dir = content;
    auto opened = Engine::Open(std::move(options));
    if (!opened.ok()) std::fprintf(stderr, "%s\n", std::string(opened.status().message()).c_str());
    CHECK(opened.ok());
    return *std::move(opened);
  }();
  return *engine;
}

OrderLine LineOf(std::string_view system, std::string_view code, std::int32_t units = 1) {
  OrderLine line;
  line.coding = Coding{std::string(system), {}, std::string(code), {}};
  line.units = units;
  return line;
}

OrderLine Infusion(std::string_view code, std::int32_t minutes, std::string_view drug) {
  OrderLine line = LineOf(kCpt, code);
  line.minutes = minutes;
  line.drug = Value{ValueKind::kCoding, {}, Coding{std::string(kHcpcs), {}, std::string(drug), {}}};
  return line;
}

// A day of two infusions and a push with their drugs and a visit: ten lines that are right
// together.
CheckOrderRequest TenLines() {
  CheckOrderRequest order;
  order.lines = {Infusion("96413", 150, "J9263"), LineOf(kCpt, "96415"),
                 Infusion("96417", 45, "J9045"),  Infusion("96411", 5, "J9190"),
                 LineOf(kCpt, "99213:25"),        LineOf(kHcpcs, "J9263:JZ", 200),
                 LineOf(kHcpcs, "J9045:JZ", 9),   LineOf(kHcpcs, "J9190", 2),
                 LineOf(kCpt, "10000"),           LineOf(kCpt, "18000")};
  order.date = "2026-11-20";
  order.place_of_service = "11";
  order.diagnoses = {Coding{std::string(kDiagnoses), {}, "Z51.11", {}},
                     Coding{std::string(kDiagnoses), {}, "C18.9", {}}};
  return order;
}

void CheckTenLines(benchmark::State& state) {
  const CheckOrderRequest order = TenLines();
  const Engine& engine = Opened();
  const CallContext call;
  for (auto _ : state) {
    const auto answer = engine.Run(call, order);
    CHECK(answer.ok() && answer->value.verdict != "reject");
  }
  constexpr double kLimit = 10'000;
  state.counters["limit_ns"] = kLimit;
}
BENCHMARK(CheckTenLines);

// What is wrong costs its messages.
void CheckTenLinesWithFindings(benchmark::State& state) {
  CheckOrderRequest order = TenLines();
  order.lines[1].units = 3;
  order.lines[4] = LineOf(kCpt, "99213");
  const Engine& engine = Opened();
  const CallContext call;
  for (auto _ : state) {
    const auto answer = engine.Run(call, order);
    CHECK(answer.ok() && answer->value.verdict == "reject");
  }
}
BENCHMARK(CheckTenLinesWithFindings);

// The payer's notes on each line as well.
void CheckTenLinesWithCoverage(benchmark::State& state) {
  CheckOrderRequest order = TenLines();
  order.payer = "tricare";
  const Engine& engine = Opened();
  const CallContext call;
  for (auto _ : state) {
    const auto answer = engine.Run(call, order);
    CHECK(answer.ok() && answer->value.coverages.size() == order.lines.size());
  }
}
BENCHMARK(CheckTenLinesWithCoverage);

}  // namespace
}  // namespace chemoterm

BENCHMARK_MAIN();
