#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "chemoterm/reason.h"
#include "engine/operations.h"
#include "engine/view_memo.h"

namespace chemoterm::engine {
namespace {

using model::ConceptId;
using model::SystemId;
using model::TextField;
using testing::ElementsAre;

constexpr std::string_view kKnees = "http://example.org/knees";
constexpr std::string_view kPorts = "http://example.org/ports";
constexpr std::string_view kHidden = "http://example.org/hidden";

struct Row {
  std::string code, display, spanish;
};

std::unique_ptr<const model::CodeSystem> System(std::string_view url,
                                                const std::vector<Row>& rows) {
  model::CodeSystemBuilder builder;
  builder.info().url = url;
  builder.info().version = "1";
  builder.info().content = "complete";
  for (const Row& row : rows) {
    const ConceptId id = builder.Open();
    builder.SetCode(id, row.code);
    builder.SetDisplay(id, row.display);
    if (!row.spanish.empty()) builder.AddDesignation(id, "es", {}, row.spanish);
  }
  auto system = std::move(builder).Freeze();
  EXPECT_TRUE(system.ok()) << system.status();
  return std::make_unique<const model::CodeSystem>(*std::move(system));
}

// Two searched systems and one that is not; the first concept has a fact.
std::unique_ptr<model::Snapshot> World() {
  auto snapshot = std::make_unique<model::Snapshot>();
  snapshot->Add(
      System(kKnees, {{"K1", "Tap of the knee", "Punción de la rodilla"}, {"K2", "Scan", ""}}));
  snapshot->Add(System(kPorts, {{"P1", "Flush of a port at the knee", ""}}));
  snapshot->Add(System(kHidden, {{"H1", "Knee", ""}}));
  snapshot->facts.resize(3);
  snapshot->fact_properties.push_back({.code = "section-steps",
                                       .kind = ValueKind::kString,
                                       .group = model::FactGroup::kSections,
                                       .title = {},
                                       .description = {}});
  model::TextIndexBuilder builder({{"the", "of"}, {}});
  for (std::uint32_t s = 0; s < 2; ++s) {
    const model::CodeSystem& system = *snapshot->systems[s];
    for (std::uint32_t c = 0; c < system.size(); ++c) {
      builder.Open(SystemId{s}, ConceptId{c}, system.Code(ConceptId{c}), false);
      builder.Add(TextField::kDisplay, system.Display(ConceptId{c}));
      for (const auto& d : system.Designations(ConceptId{c}))
        builder.Add(TextField::kDesignation, system.Text(d));
      if (s == 0 && c == 0) builder.Add(TextField::kFact, "Draw the fluid off slowly.", 0);
    }
  }
  snapshot->text_index = std::move(builder).Freeze();
  return snapshot;
}

class SearchCodesTest : public testing::Test {
 protected:
  absl::StatusOr<SearchCodesResult> Search(const SearchCodesRequest& request) {
    const model::Catalog catalog(*snapshot_);
    Budget budget(call_, 1'000'000);
    ViewMemo memo;
    return SearchCodes({*snapshot_, catalog, call_, texts_, issues_, 20261122, budget, memo, 1'000},
                       request);
  }
  std::vector<std::string> Codes(const SearchCodesRequest& request) {
    const auto result = Search(request);
    EXPECT_TRUE(result.ok()) << result.status();
    std::vector<std::string> codes;
    if (!result.ok()) return codes;
    for (const auto& match : result->matches) codes.emplace_back(match.concept_coding.code);
    return codes;
  }

  std::unique_ptr<model::Snapshot> snapshot_ = World();
  CallContext call_;
  Texts texts_;
  Issues issues_;
};

TEST_F(SearchCodesTest, FindsOverAllIndexedSystems) {
  EXPECT_THAT(Codes({.text = "knee", .systems = {}, .count = {}, .display_language = {}}),
              ElementsAre("K1", "P1"));
}

TEST_F(SearchCodesTest, KeepsToTheNamedSystemAndCount) {
  EXPECT_THAT(
      Codes(
          {.text = "knee", .systems = {std::string(kPorts)}, .count = {}, .display_language = {}}),
      ElementsAre("P1"));
  EXPECT_THAT(Codes({.text = "knee",
                     .systems = {std::string(kPorts) + "|1", std::string(kKnees)},
                     .count = 1,
                     .display_language = {}}),
              ElementsAre("K1"));
}

TEST_F(SearchCodesTest, SaysWhereAndHowEachWordMatched) {
  const auto result =
      Search({.text = "tap knees slow", .systems = {}, .count = 1, .display_language = {}});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->matches.size(), 1U);
  const SearchMatch& match = result->matches[0];
  EXPECT_EQ(match.concept_coding.system, kKnees);
  EXPECT_EQ(match.concept_coding.version, "1");
  EXPECT_EQ(match.concept_coding.display, "Tap of the knee");
  std::vector<std::string> reasons;
  for (const auto& m : match.matched) {
    reasons.push_back(std::string(m.where) + " " + std::string(m.word) + " " + std::string(m.as));
  }
  EXPECT_THAT(reasons, ElementsAre("display tap exact", "display knees similar",
                                   "section-steps slow prefix"));
}

TEST_F(SearchCodesTest, ShowsTheDisplayInTheWantedLanguage) {
  const auto result = Search({.text = "K1", .systems = {}, .count = {}, .display_language = "es"});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->matches.at(0).concept_coding.display, "Punción de la rodilla");
  EXPECT_EQ(result->matches.at(0).score, "1");
}

TEST_F(SearchCodesTest, ScoresAreShortDecimalsInFallingOrder) {
  const auto result =
      Search({.text = "flush knee", .systems = {}, .count = {}, .display_language = {}});
  ASSERT_TRUE(result.ok()) << result.status();
  double last = 1;
  for (const auto& match : result->matches) {
    const std::string text(match.score);
    EXPECT_LE(text.size(), 5U);
    EXPECT_LE(std::stod(text), last);
    last = std::stod(text);
  }
}

TEST_F(SearchCodesTest, NoHitIsAnEmptyAnswer) {
  EXPECT_THAT(Codes({.text = "zebra", .systems = {}, .count = {}, .display_language = {}}),
              testing::IsEmpty());
}

struct BadCase {
  std::string why;
  SearchCodesRequest request;
  Reason reason;
  std::string where;
};

TEST_F(SearchCodesTest, BadRequestsFailWithReasonAndPlace) {
  const std::string hidden(kHidden);
  const std::vector<BadCase> cases = {
      {"no text", {"", {}, {}, ""}, Reason::kMissingParameter, "text"},
      {"blank text", {"  ", {}, {}, ""}, Reason::kMissingParameter, "text"},
      {"no letter", {"?!", {}, {}, ""}, Reason::kInvalidParameter, "text"},
      {"over-long", {std::string(1001, 'a'), {}, {}, ""}, Reason::kInvalidParameter, "text"},
      {"count 0", {"knee", {}, 0, ""}, Reason::kInvalidParameter, "count"},
      {"count 101", {"knee", {}, 101, ""}, Reason::kInvalidParameter, "count"},
      {"count below 0", {"knee", {}, -5, ""}, Reason::kInvalidParameter, "count"},
      {"unknown system",
       {"knee", {"http://example.org/none"}, {}, ""},
       Reason::kUnknownCodeSystem,
       "system"},
      {"unknown version",
       {"knee", {std::string(kKnees) + "|9"}, {}, ""},
       Reason::kUnknownVersion,
       "system"},
      {"not indexed", {"knee", {hidden}, {}, ""}, Reason::kUnprocessable, "system"},
      {"bad language", {"knee", {}, {}, "???"}, Reason::kInvalidParameter, "displayLanguage"},
  };
  for (const BadCase& bad : cases) {
    const auto result = Search(bad.request);
    ASSERT_FALSE(result.ok()) << bad.why;
    const Failure failure = FailureOf(result.status());
    EXPECT_EQ(InfoOf(failure.reason).name, InfoOf(bad.reason).name) << bad.why;
    EXPECT_EQ(failure.where, bad.where) << bad.why;
  }
}

TEST_F(SearchCodesTest, GivesUpAfterTheDeadline) {
  call_.deadline = std::chrono::steady_clock::time_point::min();
  const auto result = Search({.text = "knee", .systems = {}, .count = {}, .display_language = {}});
  EXPECT_EQ(FailureOf(result.status()).reason, Reason::kDeadlineExceeded);
}

}  // namespace
}  // namespace chemoterm::engine
