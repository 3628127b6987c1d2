// Coverage on two payers: requests that cannot be, days at the edges of a period, and who is asked
// at all. What notes say together is in tests/e2e/coverage_invariants_test.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/coverage_merge.h"
#include "engine/operations.h"
#include "engine/view_memo.h"

namespace chemoterm::engine {
namespace {

using model::Note;
using testing::ElementsAre;

constexpr std::string_view kCodes = "http://example.org/codes";

Note NoteOf(std::string_view id, std::uint32_t payer, std::string_view covered) {
  Note note;
  note.id = id;
  note.title = id;
  note.payer = payer;
  note.covered = covered;
  note.codes = {"1"};
  note.status = "active";
  note.jurisdictions = {"US"};
  return note;
}

// Payer "one" with plan "gold" and a note for June 2026; payer "two" with plan "silver" and a note
// of Pennsylvania.
std::unique_ptr<model::Snapshot> World() {
  auto snapshot = std::make_unique<model::Snapshot>();
  model::CoverageBuilder builder;
  builder.SetSystem(std::string(kCodes));
  for (const std::string slug : {"one", "two"}) {
    builder.AddPayer({.slug = slug,
                      .name = "Payer " + slug,
                      .type = {},
                      .url = {},
                      .aliases = {},
                      .jurisdictions = {}});
  }
  builder.AddPlan(
      {.slug = "gold", .name = "Gold", .line_of_business = {}, .payer = 0, .aliases = {}});
  builder.AddPlan(
      {.slug = "silver", .name = "Silver", .line_of_business = {}, .payer = 1, .aliases = {}});
  Note june = NoteOf("june", 0, "covered");
  june.start = june.reviewed_on = 20260601;
  june.end = 20260630;
  builder.AddNote(june);
  Note state = NoteOf("state", 1, "not-covered");
  state.jurisdictions = {"US-PA"};
  builder.AddNote(state);
  snapshot->coverage = std::move(builder).Freeze();
  return snapshot;
}

OrderLine Line(std::string_view code, std::string_view date = {}) {
  OrderLine line;
  line.coding = Coding{
      .system = std::string(kCodes), .version = {}, .code = std::string(code), .display = {}};
  line.date = date;
  return line;
}

class CheckCoverageTest : public testing::Test {
 protected:
  absl::StatusOr<CheckCoverageResult> Check(const CheckCoverageRequest& request) {
    const model::Catalog catalog(*snapshot_);
    Budget budget(call_, 1'000'000);
    ViewMemo memo;
    return CheckCoverage(
        {*snapshot_, catalog, call_, texts_, issues_, 20260615, budget, memo, 1'000}, request);
  }

  // "1 one covered" for each; "no-info" where nothing is known, "!" behind what has ended.
  std::vector<std::string> Answers(const CheckCoverageRequest& request) {
    const auto result = Check(request);
    if (!result.ok()) return {result.status().ToString()};
    std::vector<std::string> answers;
    for (const OrderCoverage& each : result->coverages) {
      answers.push_back(base::Concat({base::ToText(each.line), " ", each.payer, " ", each.covered,
                                      each.information, each.historic ? "!" : ""}));
    }
    return answers;
  }

  std::unique_ptr<model::Snapshot> snapshot_ = World();
  CallContext call_;
  Texts texts_;
  Issues issues_;
};

CheckCoverageRequest Ask(std::vector<OrderLine> lines, std::string_view payer = {}) {
  CheckCoverageRequest request;
  request.lines = std::move(lines);
  request.payer = payer;
  return request;
}

TEST_F(CheckCoverageTest, ARequestThatCannotBeNamesItsParameter) {
  using Request = CheckCoverageRequest;
  const struct {
    std::string_view fault;
    std::function<void(Request& request)> change;
  } cases[] = {
      {"", [](Request&) {}},
      {"MISSING_PARAMETER line", [](Request& r) { r.lines.clear(); }},
      {"INVALID_PARAMETER line", [](Request& r) { r.lines.resize(1001, r.lines[0]); }},
      {"", [](Request& r) { r.lines.resize(1000, r.lines[0]); }},
      {"MISSING_PARAMETER line[0].coding", [](Request& r) { r.lines[0].coding.reset(); }},
      {"MISSING_PARAMETER line[0].coding.system",
       [](Request& r) { r.lines[0].coding->system = ""; }},
      {"INVALID_PARAMETER line[0].date", [](Request& r) { r.lines[0].date = "2026-02-29"; }},
      {"INVALID_PARAMETER date", [](Request& r) { r.date = "yesterday"; }},
      {"UNKNOWN_PAYER payer", [](Request& r) { r.payer = "three"; }},
      {"UNKNOWN_PAYER payer", [](Request& r) { r.payer = "InsurancePlan/gold"; }},
      {"", [](Request& r) { r.payer = " PAYER One "; }},
      {"", [](Request& r) { r.payer = "http://a.example/Organization/one"; }},
      {"UNKNOWN_PLAN plan", [](Request& r) { r.plan = "bronze"; }},
      {"CONFLICTING_PARAMETERS plan", [](Request& r) { r.payer = "one", r.plan = "silver"; }},
      {"", [](Request& r) { r.plan = "InsurancePlan/silver"; }},
      {"", [](Request& r) { r.jurisdiction = "us-pa"; }},
      {"INVALID_PARAMETER jurisdiction", [](Request& r) { r.jurisdiction = "US-P"; }},
      {"INVALID_PARAMETER jurisdiction", [](Request& r) { r.jurisdiction = "US_PA"; }},
      {"INVALID_PARAMETER jurisdiction", [](Request& r) { r.jurisdiction = "PAUSE"; }},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.fault);
    Request request = Ask({Line("1")});
    each.change(request);
    const auto result = Check(request);
    const Failure failure = result.ok() ? Failure{} : FailureOf(result.status());
    EXPECT_EQ(result.ok() ? "" : base::Concat({InfoOf(failure.reason).name, " ", failure.where}),
              each.fault);
  }
}

TEST_F(CheckCoverageTest, AskedOfOnePayerEachLineHasAnAnswer) {
  OrderLine other = Line("1");
  other.coding->system = "http://example.org/others";
  EXPECT_THAT(Answers(Ask({Line("1"), Line("2"), other}, "one")),
              ElementsAre("1 one covered", "2 one no-info", "3 one no-info"));
}

TEST_F(CheckCoverageTest, AskedOfAllThoseWithANoteAnswer) {
  EXPECT_THAT(Answers(Ask({Line("2"), Line("1")})),
              ElementsAre("2 one covered", "2 two not-covered"));
}

TEST_F(CheckCoverageTest, APlanAsksItsPayer) {
  CheckCoverageRequest request = Ask({Line("1")});
  request.plan = "gold";
  EXPECT_THAT(Answers(request), ElementsAre("1 one covered"));
}

TEST_F(CheckCoverageTest, BothEndsOfAPeriodBelongToIt) {
  EXPECT_THAT(Answers(Ask({Line("1", "2026-05-31"), Line("1", "2026-06-01"),
                           Line("1", "2026-06-30"), Line("1", "2026-07-01"), Line("1")},
                          "one")),
              ElementsAre("1 one no-info", "2 one covered", "3 one covered", "4 one covered!",
                          "5 one covered"));
}

TEST_F(CheckCoverageTest, AStateIsPartOfTheCountry) {
  for (const auto& [place, answers] :
       std::initializer_list<std::pair<std::string_view, std::vector<std::string>>>{
           {"", {"1 one covered", "1 two not-covered"}},
           {"US", {"1 one covered"}},
           {"US-PA", {"1 one covered", "1 two not-covered"}},
           {"us-pa", {"1 one covered", "1 two not-covered"}},
           {"US-NY", {"1 one covered"}},
           {"CA", {}}}) {
    SCOPED_TRACE(place);
    CheckCoverageRequest request = Ask({Line("1")});
    request.jurisdiction = place;
    EXPECT_EQ(Answers(request), answers);
  }
}

// What ranks before what: notes in force before those that have ended, then those of a plan.
TEST(CoverageMergeTest, TheBestNotesThatSaySomethingDecide) {
  constexpr base::Day kDay = 20260615;
  Note payer = NoteOf("payer", 0, "covered");
  Note plan = NoteOf("plan", 0, "not-covered");
  plan.plan = 0;
  Note ended = NoteOf("ended", 0, "not-covered");
  ended.end = kDay - 1;
  Note ended_plan = plan;
  ended_plan.status = "retired";
  Note other_plan = plan;
  other_plan.covered = "covered";
  Note silent = NoteOf("silent", 0, "");
  silent.plan = 0;
  const struct {
    std::string_view why;
    std::vector<const Note*> notes;
    std::string_view value;
    std::vector<const Note*> used;
    bool conflict = false;
  } cases[] = {
      {"no note", {}, "", {}},
      {"no note that says it", {&silent}, "", {}},
      {"the plan's before the payer's", {&payer, &plan}, "not-covered", {&plan}},
      {"what is in force before what has ended", {&ended, &payer}, "covered", {&payer}},
      {"also where the plan's has ended", {&ended_plan, &payer}, "covered", {&payer}},
      {"of ended ones the plan's", {&ended, &ended_plan}, "not-covered", {&ended_plan}},
      {"a silent note leaves it to the next", {&silent, &payer}, "covered", {&payer}},
      {"equals that disagree are conditional",
       {&plan, &payer, &other_plan},
       "conditional",
       {&plan, &other_plan},
       true},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    const MergedNotes merged = Merge(each.notes, &Note::covered, kDay);
    EXPECT_EQ(merged.value, each.value);
    EXPECT_EQ(merged.notes, each.used);
    EXPECT_EQ(merged.conflict, each.conflict);
  }
}

TEST(CoverageMergeTest, ANoteIsStaleAfterAYear) {
  Note note;
  EXPECT_FALSE(IsStale(note, 20260615)) << "undated";
  note.reviewed_on = 20250615;
  EXPECT_FALSE(IsStale(note, 20260615)) << "365 days";
  EXPECT_TRUE(IsStale(note, 20260616)) << "366 days";
  EXPECT_FALSE(IsStale(note, 20250101)) << "asked of the time before";
}

}  // namespace
}  // namespace chemoterm::engine
