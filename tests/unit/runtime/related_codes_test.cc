// Walking the relations: depth, direction, kinds, dates, cycles.
#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

struct RelatedCase {
  std::string_view why, code;
  std::vector<std::string> kinds;
  std::string_view direction;
  std::optional<std::int32_t> depth;
  std::vector<std::string_view> related;  // "kind code depth direction"
  std::string_view date = {};
};

class RelatedTest : public WorldTest {
 protected:
  static RelatedCodesRequest RequestFor(const RelatedCase& each) {
    RelatedCodesRequest request;
    request.system = kA;
    request.code = each.code;
    request.kinds = each.kinds;
    request.direction = each.direction;
    request.depth = each.depth;
    request.date = each.date;
    return request;
  }
  static void Check(const RelatedCase& each) {
    SCOPED_TRACE(each.why);
    const auto answer = Ask(RequestFor(each));
    ASSERT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> related;
    for (const RelatedCode& row : answer->value.related) {
      related.push_back(base::Concat({row.kind, " ", row.concept_coding.code, " ",
                                      base::ToText(row.depth), " ", row.direction}));
    }
    EXPECT_THAT(related, ElementsAreArray(each.related));
    EXPECT_NE(answer->value.disclaimer, "");
  }
};

TEST_F(RelatedTest, DepthFollowsTransitiveKindsOnly) {
  const RelatedCase cases[] = {
      {"one step by default",
       "D1",
       {"part-of"},
       "",
       {},
       {"part-of D2 1 from", "part-of D3 1 from"}},
      {"one step", "D4", {"has-part"}, "", 1, {"has-part D2 1 to", "has-part D3 1 to"}},
      {"to the end", "D2", {"part-of"}, "", 2, {"part-of D4 1 from", "part-of D5 2 from"}},
      {"further than the end",
       "D2",
       {"part-of"},
       "",
       10,
       {"part-of D4 1 from", "part-of D5 2 from"}},
      {"a diamond's end once",
       "D1",
       {"part-of"},
       "",
       3,
       {"part-of D2 1 from", "part-of D3 1 from", "part-of D4 2 from", "part-of D5 3 from"}},
      {"a walk does not turn round",
       "D2",
       {},
       "",
       10,
       {"part-of D4 1 from", "has-part D1 1 to", "part-of D5 2 from"}},
      {"a kind that is not transitive",
       "40115",
       {"above"},
       "",
       10,
       {"above 40151 1 from"},
       "2026-03-01"},
  };
  for (const RelatedCase& each : cases) Check(each);
}

TEST_F(RelatedTest, ACycleIsWalkedOnceAndNeverComesBack) {
  const RelatedCase cases[] = {
      {"one step", "40115", {"part-of"}, "", 1, {"part-of 40151 1 from"}},
      {"round", "40115", {"part-of"}, "", 2, {"part-of 40151 1 from", "part-of 40220 2 from"}},
      {"and round", "40115", {"part-of"}, "", 10, {"part-of 40151 1 from", "part-of 40220 2 from"}},
      {"the other way",
       "40115",
       {"has-part"},
       "",
       10,
       {"has-part 40220 1 to", "has-part 40151 2 to"}},
      {"both ways",
       "40220",
       {"part-of", "has-part"},
       "",
       10,
       {"part-of 40115 1 from", "has-part 40151 1 to", "part-of 40151 2 from",
        "has-part 40115 2 to"}},
  };
  for (const RelatedCase& each : cases) Check(each);
}

TEST_F(RelatedTest, DirectionSaysAtWhichEndOfARowTheCodeStands) {
  const RelatedCase cases[] = {
      {"from", "40151", {"above", "below"}, "from", {}, {"above 40220 1 from"}, "2026-03-01"},
      {"to", "40151", {"above", "below"}, "to", {}, {"below 40115 1 to"}, "2026-03-01"},
      {"both",
       "40151",
       {"above", "below"},
       "both",
       {},
       {"above 40220 1 from", "below 40115 1 to"},
       "2026-03-01"},
      {"both by default",
       "40151",
       {"above", "below"},
       "",
       {},
       {"above 40220 1 from", "below 40115 1 to"},
       "2026-03-01"},
      {"a kind that only comes in from the other end", "40220", {"above"}, "", {}, {}},
      {"the kind of the other end", "40220", {"below"}, "from", {}, {}},
      {"a symmetric row, whatever the direction",
       "A2",
       {"beside"},
       "from",
       {},
       {"beside 40115 1 to"}},
      {"from its other end", "40115", {"beside"}, "to", {}, {"beside A2 1 from"}},
      {"depth with a direction", "D1", {}, "to", 10, {}},
      {"depth with the other", "D4", {}, "from", 10, {"part-of D5 1 from"}},
  };
  for (const RelatedCase& each : cases) Check(each);
}

TEST_F(RelatedTest, ADateOutsideThePeriodHidesARow) {
  const auto above = [](std::string_view date, std::vector<std::string_view> related) {
    Check({date, "40115", {"above"}, "", {}, std::move(related), date});
  };
  above("2025-12-31", {});
  above("2026-01-01", {"above 40151 1 from"});
  above("2026", {"above 40151 1 from"});
  above("2026-06-30", {"above 40151 1 from"});
  above("2026-07-01", {});
  above("2026-07", {});
  above("", {});  // today
  Check({"open start", "40220", {"beside"}, "", {}, {"beside 40151 1 from"}, "1990"});
  Check({"its last day, a leap day",
         "40220",
         {"beside"},
         "",
         {},
         {"beside 40151 1 from"},
         "2024-02-29"});
  Check({"the day after", "40220", {"beside"}, "", {}, {}, "2024-03-01"});
  Check({"open at both ends", "40151", {"above"}, "", {}, {"above 40220 1 from"}, "1990"});
}

TEST_F(RelatedTest, BadRequestsFailWithReasonAndPlace) {
  const struct {
    RelatedCase asked;
    std::string_view fault;
  } cases[] = {
      {{"unknown kind", "A1", {"cousin"}, "", {}, {}}, "UNKNOWN_RELATION_KIND kind"},
      {{"one unknown kind among known ones", "A1", {"above", "cousin"}, "", {}, {}},
       "UNKNOWN_RELATION_KIND kind"},
      {{"kinds know their case", "A1", {"Above"}, "", {}, {}}, "UNKNOWN_RELATION_KIND kind"},
      {{"an empty kind", "A1", {""}, "", {}, {}}, "UNKNOWN_RELATION_KIND kind"},
      {{"unknown direction", "A1", {}, "up", {}, {}}, "INVALID_PARAMETER direction"},
      {{"direction in capitals", "A1", {}, "FROM", {}, {}}, "INVALID_PARAMETER direction"},
      {{"depth 0", "A1", {}, "", 0, {}}, "INVALID_PARAMETER depth"},
      {{"depth below 0", "A1", {}, "", -1, {}}, "INVALID_PARAMETER depth"},
      {{"depth 11", "A1", {}, "", 11, {}}, "INVALID_PARAMETER depth"},
      {{"a code that nothing names", "Z9", {}, "", {}, {}}, "UNKNOWN_CODE code"},
      {{"a listed code of others that no row names", "A9", {}, "", {}, {}}, "UNKNOWN_CODE code"},
      {{"good", "A1", {}, "", 10, {}}, ""}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.asked.why);
    EXPECT_EQ(FaultOf(RequestFor(each.asked)), each.fault);
  }
  const auto answer = Ask(RequestFor(cases[0].asked));
  EXPECT_THAT(FailureOf(answer.status()).text, HasSubstr("above, below"));
}

TEST_F(RelatedTest, ACodeWithoutRelationsHasNone) {
  Check({"loaded, not related", "70001", {}, "", {}, {}});
}

TEST_F(RelatedTest, TheEndOutsideTheContentIsACodeWithoutAName) {
  RelatedCodesRequest request;
  request.system = kA;
  request.code = "A1";
  request.kinds = {"beside"};
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->value.related.size(), 1U);
  EXPECT_EQ(answer->value.related[0].concept_coding.system, kB);
  EXPECT_EQ(answer->value.related[0].concept_coding.code, "X1");
  EXPECT_EQ(answer->value.related[0].concept_coding.display, "");
}

TEST_F(RelatedTest, ARowCarriesWhatItsSourceSays) {
  RelatedCodesRequest request;
  request.system = kA;
  request.code = "A1";
  request.kinds = {"above"};
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->value.related.size(), 1U);
  const RelatedCode& row = answer->value.related[0];
  EXPECT_EQ(row.description, "a, b");
  EXPECT_EQ(row.indicator, "0");
  EXPECT_EQ(row.setting, "practitioner");
  EXPECT_EQ(row.citation, "Source S");
  EXPECT_EQ(row.citation_url, "https://s.example");
  EXPECT_EQ(row.as_of, "2026");
  EXPECT_EQ(row.verification, "derived");
  EXPECT_EQ(row.period.start, "2026-01-01");
  EXPECT_EQ(row.period.end, "");
}

}  // namespace
}  // namespace chemoterm::runtime
