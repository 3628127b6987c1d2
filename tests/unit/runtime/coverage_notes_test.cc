// Coverage notes of payers made to disagree, to be old, to have ended, to be silent.
#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

class CoverageTest : public WorldTest {
 protected:
  static CoverageNotesRequest Of(std::string_view payer, std::string_view code = "A1") {
    CoverageNotesRequest request;
    request.system = kA;
    request.code = code;
    request.payer = payer;
    return request;
  }
  template <class Answer>
  static std::vector<std::string> IdsOf(const Answer& answer) {
    std::vector<std::string> ids;
    for (const auto& note : answer.value.notes) ids.emplace_back(note.id);
    return ids;
  }
};

struct SummaryCase {
  std::string_view why, payer, plan;
  bool historic;
  std::vector<std::string_view> notes;  // in order
  std::string_view covered, pa_needed;
  bool conflict, stale;
  std::string_view date = {};
};

const SummaryCase kSummaries[] = {
    {"two that agree, the newer first",
     "agreed",
     "",
     false,
     {"agreed-2", "agreed-1"},
     "covered",
     "auth-needed",
     false,
     false},
    {"two that do not",
     "split",
     "",
     false,
     {"split-2", "split-1"},
     "conditional",
     "conditional",
     true,
     false},
    {"one of them alone, before the other's review is old",
     "split",
     "",
     false,
     {"split-2", "split-1"},
     "conditional",
     "conditional",
     true,
     false,
     "2024-06-01"},
    {"plans before their payer",
     "planned",
     "",
     false,
     {"planned-2", "planned-3", "planned-1"},
     "not-covered",
     "auth-needed",
     false,
     false},
    {"a plan that says something",
     "planned",
     "gold",
     false,
     {"planned-2", "planned-1"},
     "not-covered",
     "auth-needed",
     false,
     false},
    {"a plan that says nothing",
     "planned",
     "iron",
     false,
     {"planned-3", "planned-1"},
     "covered",
     "auth-needed",
     false,
     false},
    {"what is retired, historic, over or to come is left out",
     "ended",
     "",
     false,
     {},
     "",
     "",
     false,
     false},
    {"what is over was in force",
     "ended",
     "",
     false,
     {"ended-2"},
     "covered",
     "",
     false,
     true,
     "2026-10-31"},
    {"what is to come will be",
     "ended",
     "",
     false,
     {"ended-3"},
     "covered",
     "",
     false,
     false,
     "2027-01-01"},
    {"with history",
     "ended",
     "",
     true,
     {"ended-1", "ended-4", "ended-2"},
     "conditional",
     "",
     true,
     false},
    {"in force goes before history",
     "ended",
     "",
     true,
     {"ended-3", "ended-1", "ended-4", "ended-2"},
     "covered",
     "",
     false,
     false,
     "2027-01-01"},
    {"no date, nothing said", "undated", "", false, {"undated-1"}, "", "", false, false},
    {"a payer without notes", "silent", "", false, {}, "", "", false, false},
};

TEST_F(CoverageTest, TheNotesOfAPayerAreMerged) {
  for (const SummaryCase& each : kSummaries) {
    SCOPED_TRACE(each.why);
    CoverageNotesRequest request = Of(each.payer);
    request.plan = each.plan;
    request.include_historic = each.historic;
    request.date = each.date;
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_THAT(IdsOf(*answer), ElementsAreArray(each.notes));
    ASSERT_EQ(answer->value.summaries.size(), 1U);
    const CoverageSummary& summary = answer->value.summaries[0];
    EXPECT_EQ(summary.payer, each.payer);
    EXPECT_EQ(summary.covered, each.covered);
    EXPECT_EQ(summary.information, each.covered.empty() ? "no-info" : "");
    EXPECT_EQ(summary.pa_needed, each.pa_needed);
    EXPECT_EQ(summary.conflict, each.conflict);
    EXPECT_EQ(summary.stale, each.stale);
    EXPECT_EQ(static_cast<std::size_t>(summary.notes), each.notes.size());
  }
}

TEST_F(CoverageTest, LeftOutHistoryIsCounted) {
  const auto answer = Ask(Of("ended"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_THAT(Findings(answer->issues), ElementsAre("information HISTORIC_NOTES_LEFT_OUT"));
  EXPECT_EQ(answer->issues[0].text.substr(0, 2), "3 ");
  CoverageNotesRequest request = Of("ended");
  request.include_historic = true;
  EXPECT_THAT(Ask(request)->issues, IsEmpty());
}

TEST_F(CoverageTest, ANoteIsStaleAYearAfterItsReviewElseItsStart) {
  const struct {
    std::string_view date, payer;
    std::vector<bool> stale;  // of the newest note first
    bool all;
  } cases[] = {{"2026-11-20", "stale", {false, false}, false},
               {"2026-11-21", "stale", {false, true}, false},
               {"2026-11-22", "stale", {true, true}, true},
               {"2025-11-21", "stale", {false, false}, false},
               {"2030", "undated", {false}, false}};
  for (const auto& each : cases) {
    SCOPED_TRACE(base::Concat({each.payer, " on ", each.date}));
    CoverageNotesRequest request = Of(each.payer);
    request.date = each.date;
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    std::vector<bool> stale;
    for (const auto& note : answer->value.notes) {
      stale.push_back(note.stale);
      EXPECT_EQ(note.undated, each.payer == "undated");
    }
    EXPECT_EQ(stale, each.stale);
    ASSERT_EQ(answer->value.summaries.size(), 1U);
    EXPECT_EQ(answer->value.summaries[0].stale, each.all);
  }
}

TEST_F(CoverageTest, APayerIsKnownBySlugNameOrAlias) {
  for (const std::string_view name :
       {"agreed", "Payer agreed", "PAYER AGREED", "p agreed", " agreed "})
    EXPECT_EQ(FaultOf(Of(name)), "") << name;
  for (const std::string_view name : {"agree", "agreed,", "payer", "Payer  agreed"})
    EXPECT_EQ(FaultOf(Of(name)), "UNKNOWN_PAYER payer") << name;
}

TEST_F(CoverageTest, APlanBringsItsPayer) {
  const struct {
    std::string_view payer, plan, fault;
  } cases[] = {{"", "gold", ""},
               {"", "AU", ""},
               {"planned", "Gold", ""},
               {"split", "gold", "CONFLICTING_PARAMETERS plan"},
               {"", "silver", "UNKNOWN_PLAN plan"},
               {"nobody", "gold", "UNKNOWN_PAYER payer"}};
  for (const auto& each : cases) {
    SCOPED_TRACE(base::Concat({each.payer, "/", each.plan}));
    CoverageNotesRequest request = Of(each.payer);
    request.plan = each.plan;
    EXPECT_EQ(FaultOf(request), each.fault);
    if (!each.fault.empty()) continue;
    const auto answer = Ask(request);
    EXPECT_THAT(IdsOf(*answer), ElementsAre("planned-2", "planned-1"));
  }
}

TEST_F(CoverageTest, AStateAlsoGetsTheNotesOfTheCountry) {
  const struct {
    std::string_view place, code, payer, fault;
    std::vector<std::string_view> notes;
  } cases[] = {{"", "A1", "state", "", {"state-1"}},
               {"US-PA", "A1", "state", "", {"state-1"}},
               {"us-pa", "A1", "state", "", {"state-1"}},
               {"US-NY", "A1", "state", "", {}},
               {"US-NY", "A2", "state", "", {"state-2"}},
               {"US", "A1", "state", "", {}},
               {"US-NY", "A1", "agreed", "", {"agreed-2", "agreed-1"}},
               {"CA", "A1", "agreed", "", {}},
               {"PA", "A1", "state", "", {}},
               {"Pennsylvania", "A1", "state", "INVALID_PARAMETER jurisdiction", {}},
               {"US-P", "A1", "state", "INVALID_PARAMETER jurisdiction", {}},
               {"US_PA", "A1", "state", "INVALID_PARAMETER jurisdiction", {}}};
  for (const auto& each : cases) {
    SCOPED_TRACE(base::Concat({each.payer, " in ", each.place}));
    CoverageNotesRequest request = Of(each.payer, each.code);
    request.jurisdiction = each.place;
    EXPECT_EQ(FaultOf(request), each.fault);
    if (!each.fault.empty()) continue;
    const auto answer = Ask(request);
    EXPECT_THAT(IdsOf(*answer), ElementsAreArray(each.notes));
  }
}

TEST_F(CoverageTest, WithoutAPayerEachThatHasNotesIsSummarizedInTheOrderOfThePayers) {
  const auto answer = Ask(Of(""));
  ASSERT_TRUE(answer.ok()) << answer.status();
  std::vector<std::string_view> payers;
  for (const auto& summary : answer->value.summaries) payers.push_back(summary.payer);
  EXPECT_THAT(payers, ElementsAre("planned", "split", "agreed", "undated", "stale", "state"));
}

TEST_F(CoverageTest, TopicsNarrowAndModifiersDoNot) {
  CoverageNotesRequest request = Of("agreed");
  request.topics = {"nothing", "pump"};
  EXPECT_EQ(Ask(request)->value.notes.size(), 2U);
  request.topics = {"Pump"};
  EXPECT_THAT(Ask(request)->value.notes, IsEmpty());
  request = Of("agreed", "A1:25");
  EXPECT_EQ(Ask(request)->value.notes.size(), 2U);
  EXPECT_EQ(FaultOf(Of("agreed", "Z9")), "UNKNOWN_CODE code");
}

TEST_F(CoverageTest, ASystemWithoutNotesHasNone) {
  CoverageNotesRequest request = Of("", "Alpha");
  request.system = kC;
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->value.notes, IsEmpty());
  EXPECT_THAT(answer->value.summaries, IsEmpty());
  EXPECT_NE(answer->value.disclaimer, "");
}

}  // namespace
}  // namespace chemoterm::runtime
