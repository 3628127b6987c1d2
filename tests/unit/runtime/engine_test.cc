// The engine as its callers hold it: opening, what its options do, giving up.
#include "chemoterm/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

namespace fs = std::filesystem;
using load::ContentDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// The values of one property, in order.
std::vector<std::string> ValuesOf(const Engine& engine, std::string_view code,
                                  std::string_view property) {
  const auto answer = engine.Run({}, LookupOf(code, property));
  std::vector<std::string> values;
  if (!answer.ok()) return {std::string(answer.status().message())};
  for (const auto& each : answer->value.properties) {
    if (each.code == property) values.emplace_back(each.value.text);
  }
  return values;
}

// --- Opening

TEST(EngineOpenTest, OpensASmallFolder) {
  ContentDir dir;
  dir.Write();
  const auto engine = OpenOrFail(OptionsFor(dir.path()));
  ASSERT_NE(engine, nullptr);
  const ContentInfo info = engine->Describe();
  EXPECT_EQ(info.version, "1.0.0");
  EXPECT_EQ(info.canonical_base, "https://mini.example/fhir");
  EXPECT_EQ(info.digest.size(), 64U);
  EXPECT_EQ(info.digest, *engine->Digest());
  EXPECT_EQ(info.reloads_ok, 1);
  EXPECT_EQ(info.reloads_failed, 0);
  EXPECT_TRUE(info.last_reload_ok);
  EXPECT_EQ(info.last_reload_error, "");
  EXPECT_GT(info.bytes, 0);
  EXPECT_GT(info.loaded_unix_seconds, 0);
  EXPECT_EQ(DisplayOf(*engine, "A1"), "First");
}

TEST(EngineOpenTest, OpensTheShippedContent) {
  const auto engine = OpenOrFail(OptionsFor(kShipped));
  ASSERT_NE(engine, nullptr);
  const auto systems = engine->Run({}, ListCodeSystemsRequest{});
  ASSERT_TRUE(systems.ok()) << systems.status();
  std::int64_t concepts = 0;
  for (const auto& system : systems->value.code_systems) {
    EXPECT_NE(system.url, "");
    concepts += system.concept_count;
  }
  EXPECT_EQ(engine->Describe().concepts, concepts);
  const auto answer = engine->Run({}, LookupOf("96413", "*", "http://www.ama-assn.org/go/cpt"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_GT(answer->value.properties.size(), 50U);
}

TEST(EngineOpenTest, TheSameContentHasTheSameDigestWhereverItLies) {
  ContentDir one, two, other;
  other.Replace("a.json", "First", "Erste");
  for (const ContentDir* dir : {&one, &two, &other}) dir->Write();
  const auto digest = [](const ContentDir& dir) {
    return OpenOrFail(OptionsFor(dir.path()))->Describe().digest;
  };
  EXPECT_EQ(digest(one), digest(two));
  EXPECT_NE(digest(one), digest(other));
}

struct BadFolder {
  std::string_view why;
  void (*spoil)(ContentDir&);
  std::vector<std::string_view> lines;  // each begins a line of the failure
};

TEST(EngineOpenTest, ABrokenFolderFailsWithEveryFaultNamed) {
  const BadFolder cases[] = {
      {"no manifest",
       [](ContentDir& dir) { fs::remove(dir.path() + "/manifest.json"); },
       {"manifest.json"}},
      {"a manifest that is no JSON",
       [](ContentDir& dir) { dir.WriteFile("manifest.json", "{\n\"version\""); },
       {"manifest.json:2"}},
      {"a listed file is missing",
       [](ContentDir& dir) { fs::remove(dir.path() + "/a.json"); },
       {"a.json"}},
      {"a file that differs from its sum",
       [](ContentDir& dir) { dir.WriteFile("map.json", dir.files().at("map.json") + "\n"); },
       {"map.json: differs from its sha256"}},
      {"faults in four files",
       [](ContentDir& dir) {
         dir.Replace("a.json", R"("code": "A2")", R"("code": "A1")");
         dir.Replace("rows.json", R"("property": "flag")", R"("property": "flog")");
         dir.Replace("figures.csv", "0.80", "much");
         dir.Replace("notes.json", "historic", "long ago");
         dir.Write();
       },
       {"a.json:5: ", "rows.json:5: ", "figures.csv:2: ", "notes.json:"}}};
  for (const BadFolder& bad : cases) {
    SCOPED_TRACE(bad.why);
    ContentDir dir;
    dir.Write();
    bad.spoil(dir);
    const auto engine = Engine::Open(OptionsFor(dir.path()));
    ASSERT_FALSE(engine.ok());
    const Failure failure = FailureOf(engine.status());
    EXPECT_EQ(InfoOf(failure.reason).name, InfoOf(Reason::kUnprocessable).name);
    const std::string text = "\n" + failure.text;
    for (const std::string_view line : bad.lines)
      EXPECT_THAT(text, HasSubstr(base::Concat({"\n", line})));
  }
}

TEST(EngineOpenTest, AFolderThatIsNotThereFails) {
  for (const std::string_view folder : {"/nowhere/at/all", "", "/dev/null"}) {
    const auto engine = Engine::Open(OptionsFor(folder));
    ASSERT_FALSE(engine.ok()) << folder;
    EXPECT_THAT(FailureOf(engine.status()).text, StartsWith("manifest.json")) << folder;
  }
}

// --- Options

TEST(EngineOptionsTest, TheClockDecidesWhichFiguresAreInForce) {
  ContentDir dir;
  MakeWorld(dir);
  EngineOptions options = OptionsFor(dir.path());
  std::string now = "2026-03-01";
  options.today = [&now] { return now; };
  const auto engine = OpenOrFail(std::move(options));
  ASSERT_NE(engine, nullptr);
  EXPECT_THAT(ValuesOf(*engine, "40115", "work"), ElementsAre("0.80"));
  now = "2026-07-01";
  EXPECT_THAT(ValuesOf(*engine, "40115", "work"), ElementsAre("0.90"));
  now = "2025-12-31";
  EXPECT_THAT(ValuesOf(*engine, "40115", "work"), IsEmpty()) << "before the first period";
  now = "2024-03-01";
  const auto late = engine->Run({}, LookupOf("40220", "work"));
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_THAT(Findings(late->issues), ElementsAre("information FIGURE_NOT_IN_FORCE"));
}

TEST(EngineOptionsTest, TheClockDecidesWhatIsStale) {
  ContentDir dir;
  MakeWorld(dir);
  for (const auto& [today, stale] :
       {std::pair("2025-12-01", false), std::pair(kToday.data(), true)}) {
    const auto engine = OpenOrFail(OptionsFor(dir.path(), today));
    ASSERT_NE(engine, nullptr);
    const auto note = engine->GetCoverageNote({}, "stale-1");
    ASSERT_TRUE(note.ok()) << note.status();
    EXPECT_EQ(note->value.stale, stale) << today;
  }
}

TEST(EngineOptionsTest, UnverifiedRowsCanBeHidden) {
  ContentDir dir;
  dir.Replace("relations.csv", "cpt,A1,beside,b,X1,,,,,,,,",
              "cpt,A1,beside,b,X1,,,,,,,,unverified");
  dir.Write();
  for (const bool hide : {false, true}) {
    SCOPED_TRACE(hide);
    EngineOptions options = OptionsFor(dir.path());
    options.hide_unverified = hide;
    const auto engine = OpenOrFail(std::move(options));
    ASSERT_NE(engine, nullptr);
    const std::vector<std::string> all = {"One.", "Two."};
    EXPECT_EQ(ValuesOf(*engine, "A1", "note"), hide ? std::vector<std::string>{"One."} : all);
    const auto related = engine->Run(
        {}, RelatedCodesRequest{std::string(kA), {}, "A1", {}, {"beside"}, {}, {}, {}, {}});
    ASSERT_TRUE(related.ok()) << related.status();
    EXPECT_EQ(related->value.related.size(), hide ? 0U : 1U);
    EXPECT_EQ(engine->GetCoverageNote({}, "beta-1").ok(), !hide);
  }
}

TEST(EngineOptionsTest, TheCanonicalBaseReplacesTheManifests) {
  ContentDir dir;
  dir.Write();
  EngineOptions options = OptionsFor(dir.path());
  options.canonical_base = "https://other.example/tx/";
  const auto engine = OpenOrFail(std::move(options));
  ASSERT_NE(engine, nullptr);
  EXPECT_EQ(engine->Describe().canonical_base, "https://other.example/tx");
  constexpr std::string_view kKinds = "/CodeSystem/relation-kind";
  EXPECT_TRUE(
      engine->Run({}, LookupOf("above", {}, base::Concat({"https://other.example/tx", kKinds})))
          .ok());
  EXPECT_FALSE(
      engine->Run({}, LookupOf("above", {}, base::Concat({"https://mini.example/fhir", kKinds})))
          .ok());
  const auto answer = engine->Run({}, LookupOf("A1", "*"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->value.used_supplements,
              ElementsAre("https://other.example/tx/CodeSystem/more|1.0.0"));
}

TEST(EngineOptionsTest, ForbiddenTextsAreRefusedWithTheirPlace) {
  ContentDir dir;
  dir.Replace("a.json", "Second", "The quick brown fox jumps again");
  dir.Write();
  EngineOptions options = OptionsFor(dir.path());
  options.forbidden_words_file = dir.path() + "/forbidden.txt";
  EXPECT_FALSE(Engine::Open(options).ok()) << "the list is not there";
  dir.WriteFile("forbidden.txt", "four words are fine\nA quick, brown fox jumps!\n");
  EXPECT_TRUE(Engine::Open(options).ok());
  dir.WriteFile("forbidden.txt", "four words are fine\nthe QUICK, brown fox jumps over\n");
  const auto refused = Engine::Open(options);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(FailureOf(refused.status()).text, StartsWith("a.json:5: "));
}

// --- Giving up

template <class Request>
std::string_view ReasonOf(const Engine& engine, const CallContext& call, const Request& request) {
  const auto answer = engine.Run(call, request);
  return answer.ok() ? "answered" : InfoOf(FailureOf(answer.status()).reason).name;
}

TEST(EngineBudgetTest, EveryOperationStopsForACallerWhoDoesNotWait) {
  ContentDir dir;
  dir.Write();
  const auto engine = OpenOrFail(OptionsFor(dir.path()));
  ASSERT_NE(engine, nullptr);
  const std::atomic<bool> gone = true;
  const std::atomic<bool> here = false;
  CallContext cancelled, late, good;
  cancelled.cancelled = &gone;
  late.deadline = std::chrono::steady_clock::now();
  good.cancelled = &here;
  good.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  const std::string a(kA);
  const auto check = [&](std::string_view operation, const auto& request) {
    EXPECT_EQ(ReasonOf(*engine, cancelled, request), "CANCELLED") << operation;
    EXPECT_EQ(ReasonOf(*engine, late, request), "DEADLINE_EXCEEDED") << operation;
    EXPECT_EQ(ReasonOf(*engine, good, request), "answered") << operation;
  };
  check("lookup", LookupOf("A1"));
  ValidateCodeRequest validate;
  validate.url = a;
  validate.code = "A1";
  check("validate", validate);
  check("subsumes", SubsumesRequest{"A1", "A2", a, {}, {}, {}});
  check("related", RelatedCodesRequest{a, {}, "A1", {}, {}, {}, {}, {}, {}});
  check("coverage", CoverageNotesRequest{a, {}, "A1", {}, {}, {}, {}, {}, {}, {}});
  check("search", SearchCodesRequest{"first", {}, {}, {}});
  check("read", ReadResourceRequest{"CodeSystem", "a"});
  check("find", SearchResourcesRequest{"CodeSystem", {}, 10, 0, ""});
}

}  // namespace
}  // namespace chemoterm::runtime
