// Closure tables: what each call tells, what is remembered, and what goes when there is no room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/view_memo.h"
#include "runtime/closure_store.h"
#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kGroups = "https://chemoterm.example/fhir/CodeSystem/chemo-group";

ClosureRequest Named(std::string_view name, const std::vector<std::string>& codes = {},
                     std::string_view version = {}) {
  ClosureRequest request;
  request.name = name;
  for (const auto& code : codes) request.concepts.push_back({std::string(kGroups), {}, code, {}});
  request.version = version;
  return request;
}

class ClosureTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { engine_ = OpenOrFail(OptionsFor(kShipped)); }
  static void TearDownTestSuite() { engine_.reset(); }
  void SetUp() override { ASSERT_NE(engine_, nullptr); }

  // "version: source<target ..." of the answer, or the name of the reason.
  static std::string Call(const ClosureRequest& request) {
    const auto answer = engine_->Run({}, request);
    if (!answer.ok()) return std::string(InfoOf(FailureOf(answer.status()).reason).name);
    std::string text = base::Concat({answer->value.version, ":"});
    for (const auto& entry : answer->value.entries) {
      EXPECT_EQ(entry.relationship, "source-is-narrower-than-target");
      EXPECT_EQ(entry.source.system, kGroups);
      EXPECT_FALSE(entry.source.version.empty());
      text += base::Concat({" ", entry.source.code, "<", entry.target.code});
    }
    return text;
  }
  static inline std::unique_ptr<Engine> engine_;
};

TEST_F(ClosureTest, TellsOnlyWhatIsNew) {
  EXPECT_EQ(Call(Named("t")), "1:");
  EXPECT_EQ(Call(Named("t", {"route-device"})), "2:");
  EXPECT_EQ(Call(Named("t", {"device-flush-alone"})), "3: device-flush-alone<route-device");
  EXPECT_EQ(Call(Named("t", {"device-flush-alone"})), "3:") << "it has that one";
  EXPECT_EQ(Call(Named("t", {"route-injection"})), "4:");
}

TEST_F(ClosureTest, ComparesTheConceptsOfOneCallToo) {
  Call(Named("one-call"));
  EXPECT_EQ(Call(Named("one-call", {"device-flush-alone", "route-device"})),
            "2: device-flush-alone<route-device");
}

TEST_F(ClosureTest, TellsAgainWhatCameAfterAVersion) {
  Call(Named("again"));
  Call(Named("again", {"route-device"}));
  Call(Named("again", {"device-flush-alone"}));
  Call(Named("again", {"device-refill-portable"}));
  EXPECT_EQ(Call(Named("again", {}, "3")), "4: device-refill-portable<route-device");
  EXPECT_EQ(Call(Named("again", {}, "1")),
            "4: device-flush-alone<route-device device-refill-portable<route-device");
  EXPECT_EQ(Call(Named("again", {}, "4")), "4:");
  EXPECT_EQ(Call(Named("again", {}, "5")), "UNPROCESSABLE") << "it never had that version";
}

TEST_F(ClosureTest, StartsAnewByNameAlone) {
  Call(Named("anew"));
  Call(Named("anew", {"route-device"}));
  EXPECT_EQ(Call(Named("anew")), "1:");
  EXPECT_EQ(Call(Named("anew", {"device-flush-alone"})), "2:") << "route-device is gone";
}

TEST_F(ClosureTest, AFailureChangesNothing) {
  Call(Named("whole"));
  EXPECT_EQ(Call(Named("whole", {"route-device", "no-such-code"})), "UNKNOWN_CODE");
  EXPECT_EQ(Call(Named("whole", {"device-flush-alone"})), "2:") << "route-device did not go in";
  ClosureRequest foreign = Named("whole");
  foreign.concepts.push_back({"http://unknown.example/s", {}, "x", {}});
  EXPECT_EQ(Call(foreign), "UNKNOWN_CODE_SYSTEM");
  foreign.concepts[0].system.clear();
  EXPECT_EQ(Call(foreign), "MISSING_PARAMETER");
}

TEST_F(ClosureTest, TablesDoNotMix) {
  Call(Named("mine"));
  Call(Named("yours"));
  Call(Named("mine", {"route-device"}));
  EXPECT_EQ(Call(Named("yours", {"device-flush-alone"})), "2:");
}

TEST_F(ClosureTest, TellsAClientWhoseTableIsGoneToStartAnew) {
  const auto answer = engine_->Run({}, Named("never", {"route-device"}));
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(FailureOf(answer.status()).text, HasSubstr("must be reinitialized"));
}

TEST_F(ClosureTest, TakesConceptsOfManyThreads) {
  Call(Named("threads"));
  const std::vector<std::string> codes = {"route-device", "device-flush-alone",
                                          "device-refill-portable", "device-refill-implanted"};
  std::vector<std::thread> threads;
  for (const auto& code : codes) {
    threads.emplace_back([&code] { Call(Named("threads", {code})); });
  }
  for (auto& thread : threads) thread.join();
  const auto answer = engine_->Run({}, Named("threads", {}, "1"));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->value.version, "5");
  EXPECT_EQ(answer->value.entries.size(), 3u);
}

// The store alone, under small limits and a clock of the test's.
class ClosureStoreTest : public testing::Test {
 protected:
  std::string Apply(ClosureStore& store, const ClosureRequest& request) {
    Answer<ClosureResult> answer;
    const model::Catalog catalog(snapshot_);
    const CallContext call;
    engine::Budget budget(call, 1'000'000);
    engine::ViewMemo memo;
    const engine::Scope scope{snapshot_, catalog, call, answer.texts, answer.issues,
                              0,         budget,  memo, 1'000};
    const auto change = store.Apply(scope, request);
    return change.ok() ? "ok" : std::string(InfoOf(FailureOf(change.status()).reason).name);
  }
  std::string Ask(ClosureStore& store, std::string_view name) {
    return Apply(store, Named(name, {}, "1"));
  }
  model::Snapshot snapshot_;
  ClosureStore::Clock::time_point now_;
};

TEST_F(ClosureStoreTest, KeepsTheTablesUsedLast) {
  ClosureStore store({.tables = 2});
  Apply(store, Named("a"));
  Apply(store, Named("b"));
  EXPECT_EQ(Ask(store, "a"), "ok");
  Apply(store, Named("c"));
  EXPECT_EQ(Ask(store, "a"), "ok");
  EXPECT_EQ(Ask(store, "b"), "UNPROCESSABLE");
  EXPECT_EQ(Ask(store, "c"), "ok");
}

TEST_F(ClosureStoreTest, KeepsNoMoreThanItsBytes) {
  ClosureStore store({.bytes = 1});
  Apply(store, Named("a"));
  EXPECT_EQ(Ask(store, "a"), "UNPROCESSABLE");
}

TEST_F(ClosureStoreTest, ForgetsWhatIsNotUsed) {
  ClosureStore store({.age = std::chrono::seconds(10)}, [this] { return now_; });
  Apply(store, Named("a"));
  now_ += std::chrono::seconds(9);
  EXPECT_EQ(Ask(store, "a"), "ok");
  now_ += std::chrono::seconds(9);
  EXPECT_EQ(Ask(store, "a"), "ok") << "using it counts";
  now_ += std::chrono::seconds(11);
  EXPECT_EQ(Ask(store, "a"), "UNPROCESSABLE");
}

TEST_F(ClosureStoreTest, RefusesNamesThatAreTooLong) {
  ClosureStore store;
  EXPECT_EQ(Apply(store, Named(std::string(257, 'n'))), "INVALID_PARAMETER");
  EXPECT_EQ(Apply(store, Named("")), "MISSING_PARAMETER");
}

TEST(ClosureReload, AConceptThatIsNoLongerLoadedEndsTheTable) {
  load::ContentDir dir;
  MakeWorld(dir);
  const auto engine = OpenOrFail(OptionsFor(dir.path()));
  ASSERT_NE(engine, nullptr);
  ClosureRequest request;
  request.name = "t";
  ASSERT_TRUE(engine->Run({}, request).ok());
  request.concepts.push_back({std::string(kC), "1.9", "Alpha", {}});
  ASSERT_TRUE(engine->Run({}, request).ok());
  dir.Replace("c-old.json", "Alpha", "Omega");
  dir.Write();
  ASSERT_TRUE(engine->Reload().ok());
  request.concepts = {{std::string(kC), "1.10", "Alpha", {}}};
  const auto answer = engine->Run({}, request);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(FailureOf(answer.status()).reason, Reason::kUnprocessable);
}

}  // namespace
}  // namespace chemoterm::runtime
