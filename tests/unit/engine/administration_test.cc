// The coder on a handful of rows: requests that cannot be, and what it does where rows are missing.
// What it codes is in the golden cases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/administered.h"
#include "engine/operations.h"
#include "engine/view_memo.h"

namespace chemoterm::engine {
namespace {

using model::administration::Names;
using model::administration::Role;
using model::administration::Route;
using model::administration::Step;
using model::administration::Technique;
using testing::ElementsAre;

constexpr std::string_view kCodes = "http://example.org/codes";

// Every rule of the steps; infusions by vein alone have codes, and no others.
std::unique_ptr<model::Snapshot> World() {
  auto snapshot = std::make_unique<model::Snapshot>();
  auto& rules = snapshot->administration_rules;
  snapshot->sources.push_back({.id = "s", .citation = "S", .url = {}, .as_of = {}, .licence = {}});
  for (const std::string_view id : Names<Step>::kAll) {
    rules.steps[rules.rules.size()] = static_cast<model::RuleIndex>(rules.rules.size());
    rules.rules.push_back({.id = std::string(id),
                           .title = base::Concat({"Title of ", id}),
                           .meaning = {},
                           .message = base::Concat({"{drug}: ", id}),
                           .severity = Severity::kWarning,
                           .when = {},
                           .provenance = {}});
  }
  const auto add = [&](Role role, std::string_view code) {
    model::CodeRow row;
    row.conditions.route.Add(Route::kIv);
    row.conditions.technique.Add(Technique::kInfusion);
    row.role = role;
    row.code = {snapshot->symbols.Intern(kCodes), snapshot->symbols.Intern(code)};
    row.rule = *rules.steps[Index(Step::kProlongedPump)];
    rules.codes.push_back(row);
  };
  add(Role::kInitial, "I");
  add(Role::kSequential, "S");
  rules.limits.short_infusion = 15;
  rules.limits.day = 1440;
  rules.limits.hours = {60, 31, 60};
  return snapshot;
}

Administration Infusion(std::string_view drug, std::int32_t minutes) {
  Administration administration;
  administration.drug = Value{ValueKind::kString, std::string(drug), {}};
  administration.drug_class = "chemotherapy";
  administration.route = "iv";
  administration.minutes = minutes;
  return administration;
}

class AdministrationTest : public testing::Test {
 protected:
  absl::StatusOr<CodeAdministrationResult> Code(const CodeAdministrationRequest& request) {
    const model::Catalog catalog(*snapshot_);
    Budget budget(call_, 1'000'000);
    ViewMemo memo;
    return CodeAdministration(
        {*snapshot_, catalog, call_, texts_, issues_, 20261122, budget, memo, 1'000}, request);
  }

  // "INVALID_PARAMETER administration[0].route"; empty when the request is answered.
  std::string FaultOf(const CodeAdministrationRequest& request) {
    const auto result = Code(request);
    if (result.ok()) return {};
    const Failure failure = FailureOf(result.status());
    return base::Concat({InfoOf(failure.reason).name, " ", failure.where});
  }

  std::unique_ptr<model::Snapshot> snapshot_ = World();
  CallContext call_;
  Texts texts_;
  Issues issues_;
};

TEST_F(AdministrationTest, ARequestThatCannotBeNamesItsParameter) {
  using Request = CodeAdministrationRequest;
  const struct {
    std::string_view fault;
    std::function<void(Request& request)> change;
  } cases[] = {
      {"", [](Request&) {}},
      {"MISSING_PARAMETER administration", [](Request& r) { r.administrations.clear(); }},
      {"INVALID_PARAMETER administration",
       [](Request& r) { r.administrations.resize(kMaxAdministrations + 1, r.administrations[0]); }},
      {"INVALID_PARAMETER date", [](Request& r) { r.date = "2026-02-29"; }},
      {"INVALID_PARAMETER setting", [](Request& r) { r.setting = "home"; }},
      {"MISSING_PARAMETER administration[1].route",
       [](Request& r) { r.administrations[1].route.clear(); }},
      {"INVALID_PARAMETER administration[1].route",
       [](Request& r) { r.administrations[1].route = "vein"; }},
      {"INVALID_PARAMETER administration[1].technique",
       [](Request& r) { r.administrations[1].technique = "drip"; }},
      {"INVALID_PARAMETER administration[1].drugClass",
       [](Request& r) { r.administrations[1].drug_class = "toxic"; }},
      {"INVALID_PARAMETER administration[1].approach",
       [](Request& r) { r.administrations[1].approach = "tunnel"; }},
      {"INVALID_PARAMETER administration[1].device",
       [](Request& r) { r.administrations[1].device = "pole"; }},
      {"INVALID_PARAMETER administration[1].pumpOwner",
       [](Request& r) { r.administrations[1].pump_owner = "patient"; }},
      {"INVALID_PARAMETER administration[1].purpose",
       [](Request& r) { r.administrations[1].purpose = "fun"; }},
      {"INVALID_PARAMETER administration[1].start",
       [](Request& r) { r.administrations[1].start = "2026-11-20T25:00:00Z"; }},
      {"INVALID_PARAMETER administration[1].stop",
       [](Request& r) { r.administrations[1].stop = "noon"; }},
      {"INVALID_PARAMETER administration[1].minutes",
       [](Request& r) { r.administrations[1].minutes = -1; }},
      {"INVALID_PARAMETER administration[1].plannedMinutes",
       [](Request& r) { r.administrations[1].planned_minutes = -1; }},
      {"INVALID_PARAMETER administration[1].lesions",
       [](Request& r) { r.administrations[1].lesions = -1; }},
      {"INVALID_PARAMETER administration[1].concurrentWith",
       [](Request& r) { r.administrations[1].concurrent_with = 2; }},
      {"INVALID_PARAMETER administration[1].concurrentWith",
       [](Request& r) { r.administrations[1].concurrent_with = 3; }},
      {"INVALID_PARAMETER administration[1].concurrentWith",
       [](Request& r) { r.administrations[1].concurrent_with = 0; }},
      {"MISSING_PARAMETER administration[1].drug",
       [](Request& r) { r.administrations[1].drug = Value{ValueKind::kCoding, {}, {}}; }},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.fault);
    Request request;
    request.administrations = {Infusion("a", 60), Infusion("b", 60)};
    each.change(request);
    EXPECT_EQ(FaultOf(request), each.fault);
  }
}

TEST_F(AdministrationTest, WithoutRulesThereIsNoAnswer) {
  snapshot_->administration_rules = {};
  EXPECT_EQ(FaultOf({.administrations = {Infusion("a", 60)},
                     .date = {},
                     .setting = {},
                     .payer = {},
                     .diagnoses = {}}),
            "UNPROCESSABLE ");
}

// 142 of them make 10,011 pairs.
TEST_F(AdministrationTest, TooManyOverlapsAreTooCostly) {
  CodeAdministrationRequest request;
  for (int i = 0; i < 142; ++i) {
    Administration& infusion = request.administrations.emplace_back(Infusion(base::ToText(i), 60));
    infusion.start = "2026-11-20T09:00:00Z";
    infusion.stop = "2026-11-20T10:00:00Z";
  }
  EXPECT_EQ(FaultOf(request), "TOO_COSTLY administration");
  request.administrations.pop_back();
  EXPECT_EQ(FaultOf(request), "");
}

TEST_F(AdministrationTest, ALineNamesItsRuleAndSaysItOfEachDrug) {
  CodeAdministrationRequest request;
  request.administrations = {Infusion("Alpha", 60), Infusion("Beta", 60), Infusion("gamma", 60),
                             Infusion(" beta", 30)};
  const auto result = Code(request);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->lines.size(), 2U);
  const CodedLine& further = result->lines[1];
  EXPECT_EQ(further.coding.code, "S");
  EXPECT_EQ(further.units, 2);
  EXPECT_THAT(further.administrations, ElementsAre(2, 3, 4));
  EXPECT_THAT(further.rules, ElementsAre("prolonged-pump", "interrupted"));
  EXPECT_EQ(further.explanation, "Beta: prolonged-pump gamma: prolonged-pump Beta: interrupted");
}

// A short infusion counts as a push, for which this content has no row.
TEST_F(AdministrationTest, AServiceWithoutARowForItsRoleIsLeftUncoded) {
  CodeAdministrationRequest request;
  request.administrations = {Infusion("a", 60), Infusion("b", 10), Infusion("b", 5)};
  const auto result = Code(request);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->lines.size(), 1U);
  EXPECT_THAT(result->lines[0].administrations, ElementsAre(1));
  ASSERT_EQ(result->uncoded.size(), 2U);
  EXPECT_EQ(result->uncoded[0].administration, 2);
  EXPECT_EQ(result->uncoded[1].administration, 3);
  EXPECT_EQ(result->uncoded[0].rule, "nothing-fits");
  EXPECT_EQ(result->uncoded[0].reason, "Title of nothing-fits");
}

TEST_F(AdministrationTest, WithoutARowForHoursThereAreNone) {
  CodeAdministrationRequest request;
  request.administrations = {Infusion("a", 600)};
  const auto result = Code(request);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->lines.size(), 1U);
  EXPECT_EQ(result->lines[0].coding.code, "I");
  EXPECT_TRUE(result->uncoded.empty());
}

TEST_F(AdministrationTest, ARuleThatIsLeftOutIsNeitherNamedNorFound) {
  snapshot_->administration_rules.steps[Index(Step::kInterrupted)].reset();
  CodeAdministrationRequest request;
  request.administrations = {Infusion("a", 60), Infusion("a", 60)};
  const auto result = Code(request);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->lines.size(), 1U);
  EXPECT_THAT(result->lines[0].administrations, ElementsAre(1, 2));
  EXPECT_THAT(result->lines[0].rules, ElementsAre("prolonged-pump"));
  EXPECT_TRUE(result->findings.empty());
}

}  // namespace
}  // namespace chemoterm::engine
