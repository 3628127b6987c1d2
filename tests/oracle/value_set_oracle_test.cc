// The engine against a naive reading of FHIR over random code systems and value sets.
//
// CHEMOTERM_ORACLE_SEED plays one seed or starts elsewhere; CHEMOTERM_ORACLE_CASES is how many are
// played. A failure prints its seed and the smallest world that was found to fail.
#include "oracle/value_set_oracle.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "chemoterm/engine.h"
#include "oracle/value_set_comparison.h"
#include "oracle/value_set_generator.h"
#include "oracle/value_set_shrinker.h"
#include "unit/load/content_dir.h"

namespace chemoterm::oracle {
namespace {

using load::ContentDir;

constexpr std::uint64_t kFirstSeed = 1;
constexpr std::uint64_t kCases = 2500;
constexpr int kFailuresShown = 3;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::unique_ptr<Engine> Open(const ContentDir& dir) {
  dir.Write();
  EngineOptions options;
  options.content_dir = dir.path();
  options.today = [] { return std::string("2026-11-22"); };
  auto engine = Engine::Open(std::move(options));
  if (engine.ok()) return *std::move(engine);
  ADD_FAILURE() << engine.status();
  return nullptr;
}

TEST(ValueSetOracleTest, AgreesOnRandomValueSets) {
  const ContentDir dir;
  const auto engine = Open(dir);
  ASSERT_NE(engine, nullptr);
  const std::uint64_t first = FromEnvironment("CHEMOTERM_ORACLE_SEED", kFirstSeed);
  const std::uint64_t cases = FromEnvironment("CHEMOTERM_ORACLE_CASES", kCases);
  int failures = 0;
  for (std::uint64_t seed = first; seed < first + cases && failures < kFailuresShown; ++seed) {
    World world = Generate(seed);
    if (FindDifference(*engine, world).empty()) continue;
    ++failures;
    world = Shrink(std::move(world),
                   [&](const World& smaller) { return !FindDifference(*engine, smaller).empty(); });
    ADD_FAILURE() << "seed " << seed << ": " << FindDifference(*engine, world) << "\n"
                  << ToText(world);
  }
}

// $subsumes knows loaded code systems only: many random ones are loaded together.
TEST(ValueSetOracleTest, AgreesOnSubsumptionInLoadedSystems) {
  const std::uint64_t first = FromEnvironment("CHEMOTERM_ORACLE_SEED", kFirstSeed);
  SCOPED_TRACE(testing::Message() << "seeds from " << first);
  ContentDir dir;
  std::vector<System> systems;
  for (std::uint64_t seed = first; systems.size() < 200; ++seed) {
    System system = Generate(seed).systems.front();
    system.url = "http://codes.example/loaded-" + std::to_string(seed);
    const std::string file = "loaded-" + std::to_string(seed) + ".json";
    dir.Set(file, ToJson(system));
    dir.AddEntry(file, "code-system", R"(, "verification": "sourced")");
    systems.push_back(std::move(system));
  }
  const auto engine = Open(dir);
  ASSERT_NE(engine, nullptr);
  for (const System& system : systems) {
    const NaiveSystem naive(system);
    for (const Concept& a : system.concepts) {
      for (const Concept& b : system.concepts) {
        SubsumesRequest request;
        request.system = system.url;
        request.code_a = a.code;
        request.code_b = b.code;
        const auto answer = engine->Run(CallContext{}, request);
        ASSERT_TRUE(answer.ok()) << answer.status();
        const std::string expected = a.code == b.code                   ? "equivalent"
                                     : naive.IsAncestor(a.code, b.code) ? "subsumes"
                                     : naive.IsAncestor(b.code, a.code) ? "subsumed-by"
                                                                        : "not-subsumed";
        EXPECT_EQ(answer->value.outcome, expected) << a.code << " " << b.code << "\n"
                                                   << ToJson(system);
      }
    }
  }
}

}  // namespace
}  // namespace chemoterm::oracle
