// The answer as a client sees it.
#include <algorithm>
#include <regex>
#include <set>

#include "hooks/card.h"
#include "hooks_fixture.h"

namespace chemoterm::hooks {
namespace {

using testing::HasSubstr;
using testing::Not;

// Fifteen minutes are no infusion; the third order is one of no concern.
std::string ShortInfusion(std::string_view minutes = "15") {
  return Bundle({Order("a", "96413", Minutes(minutes)), Order("b", "96415", Minutes("10"))});
}

TEST(Sign, HasACardForEachFinding) {
  const Json cards = Cards(SignCall(ShortInfusion()));
  EXPECT_THAT(RulesOf(cards), HasSubstr("infusion-short"));
  EXPECT_EQ(cards.At("/systemActions"), nullptr);
}

TEST(Sign, IsSilentWhereAllIsWell) {
  EXPECT_EQ(*Send(SignCall(Bundle({Order("a", "96413", Minutes("60"))}))), R"({"cards":[]})");
  EXPECT_EQ(*Send(SignCall(Bundle({}))), R"({"cards":[]})");
  EXPECT_EQ(*Send(SignCall(R"({"resourceType":"Bundle"})")), R"({"cards":[]})");
  EXPECT_EQ(*Send(SignCall(Bundle({R"({"resourceType":"NutritionOrder","id":"n"})"}))),
            R"({"cards":[]})");
}

TEST(Select, ShowsWhatTouchesTheSelected) {
  const std::string bundle =
      Bundle({Order("a", "96413", Minutes("15")), Order("b", "96413:59", Minutes("60")),
              R"({"resourceType":"NutritionOrder","id":"n"})"});
  const std::string short_one = RulesOf(Cards(SelectCall(bundle, R"(["ServiceRequest/a"])")));
  EXPECT_THAT(short_one, HasSubstr("infusion-short"));
  EXPECT_THAT(RulesOf(Cards(SelectCall(bundle, R"(["ServiceRequest/b"])"))),
              Not(HasSubstr("infusion-short")));
  EXPECT_THAT(RulesOf(Cards(SelectCall(bundle, R"(["ServiceRequest/a","ServiceRequest/b"])"))),
              HasSubstr("infusion-short"));
  EXPECT_EQ(*Send(SelectCall(bundle, R"(["NutritionOrder/n"])")), R"({"cards":[]})");
}

TEST(Select, UsesTheOtherOrdersAsContext) {
  const std::string bundle = Bundle({Order("a", "96413", Minutes("60")), Order("b", "96415")});
  const std::string alone = Bundle({Order("b", "96415")});
  EXPECT_EQ(RulesOf(Cards(SelectCall(bundle, R"(["ServiceRequest/b"])"))).find("add-on"),
            std::string::npos);
  EXPECT_NE(RulesOf(Cards(SelectCall(alone, R"(["ServiceRequest/b"])"))), "");
}

TEST(Card, HasWhatTheSpecificationAsks) {
  const Json cards = Cards(SignCall(ShortInfusion()));
  const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  std::set<std::string> uuids;
  ASSERT_GT(cards.Size("/cards"), 0U);
  for (std::size_t i = 0; i < cards.Size("/cards"); ++i) {
    const std::string at = "/cards/" + base::ToText(i);
    EXPECT_TRUE(std::regex_match(cards.Text(at + "/uuid"), uuid));
    EXPECT_TRUE(uuids.insert(cards.Text(at + "/uuid")).second);
    EXPECT_NE(cards.Text(at + "/summary"), "");
    EXPECT_LT(cards.Text(at + "/summary").size(), 140U);
    EXPECT_THAT(cards.Text(at + "/detail"), HasSubstr("Source: "));
    EXPECT_EQ(cards.Text(at + "/source/label"), "chemoterm order rules");
    EXPECT_EQ(cards.Text(at + "/source/topic/system"),
              "http://terminology.hl7.org/CodeSystem/cdshooks-card-type");
    EXPECT_EQ(cards.Text(at + "/source/topic/code"), "claim");
    EXPECT_EQ(cards.At(at + "/links"), nullptr);
    ASSERT_EQ(cards.Size(at + "/overrideReasons"), 5U);
    for (std::size_t r = 0; r < 5; ++r) {
      const std::string reason = at + "/overrideReasons/" + base::ToText(r);
      EXPECT_EQ(cards.Text(reason + "/system"),
                "https://chemoterm.example/fhir/CodeSystem/override-reason");
      EXPECT_NE(cards.Text(reason + "/code"), "");
      EXPECT_NE(cards.Text(reason + "/display"), "");
    }
  }
}

TEST(Card, SuggestsWhatMendsTheOrder) {
  const Json cards = Cards(SignCall(Bundle({Order("a", "96413", Minutes("15"))})));
  ASSERT_EQ(RulesOf(cards), "infusion-short");
  EXPECT_EQ(cards.Text("/cards/0/indicator"), "warning");
  EXPECT_EQ(cards.Text("/cards/0/selectionBehavior"), "at-most-one");
  EXPECT_EQ(cards.Text("/cards/0/extension/chemoterm/severity"), "error");
  EXPECT_EQ(cards.At("/cards/0/extension/chemoterm/lines/0")->GetInt(), 1);
  ASSERT_EQ(cards.Size("/cards/0/suggestions"), 1U);
  EXPECT_TRUE(cards.At("/cards/0/suggestions/0/isRecommended")->GetBool());
  EXPECT_EQ(cards.Text("/cards/0/suggestions/0/uuid").size(), 36U);
  EXPECT_EQ(cards.Text("/cards/0/suggestions/0/actions/0/type"), "update");
  EXPECT_EQ(cards.Text("/cards/0/suggestions/0/actions/0/resource/code/coding/0/code"), "96409");
  EXPECT_THAT(cards.Text("/cards/0/detail"), HasSubstr("line 1: 96413 (ServiceRequest/a)"));
}

TEST(Services, DifferBySetting) {
  const std::string call = SignCall(Bundle({Order("a", "96415", Minutes("60"))}));
  const std::string practitioner = RulesOf(Cards(call, "order-check"));
  EXPECT_NE(practitioner, "");
  const std::string surgery = SignCall(
      Bundle({Order("a", "96446",
                    R"(,"locationCode":[{"coding":[{"system":"https://www.cms.gov/Medicare/Coding/)"
                    R"(place-of-service-codes/Place_of_Service_Code_Set","code":"22"}]}])")}));
  EXPECT_NE(RulesOf(Cards(surgery, "order-check")),
            RulesOf(Cards(surgery, "order-check-facility")));
}

struct PrefetchCase {
  const char* name;
  std::string members;
  bool has_coverage_card;
};
void PrintTo(const PrefetchCase& each, std::ostream* out) { *out << each.name; }

std::string Prefetched(std::string_view coverage) {
  return base::Concat(
      {R"(,"prefetch":{"patient":{"resourceType":"Patient"},"coverage":)", coverage, "}"});
}
std::string Coverage(std::string_view members) {
  return base::Concat({R"({"resourceType":"Coverage","status":"active",)", members, "}"});
}

std::size_t CoverageCardsOf(const Json& cards) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < cards.Size("/cards"); ++i) {
    const std::string at = "/cards/" + base::ToText(i);
    count += cards.Text(at + "/source/topic/code") == "guideline" ? 1U : 0U;
  }
  return count;
}

class PrefetchTest : public testing::TestWithParam<PrefetchCase> {};
TEST_P(PrefetchTest, DecidesWhetherThePayerIsHeard) {
  const Json cards = Cards(SignCall(Bundle({Order("a", "96413")}), GetParam().members));
  EXPECT_EQ(CoverageCardsOf(cards), GetParam().has_coverage_card ? 1U : 0U);
  EXPECT_EQ(RulesOf(cards), RulesOf(Cards(SignCall(Bundle({Order("a", "96413")})))))
      << "a payer brings no finding";
}
INSTANTIATE_TEST_SUITE_P(
    All, PrefetchTest,
    testing::Values(
        PrefetchCase{"none", "", false}, PrefetchCase{"null", R"(,"prefetch":null)", false},
        PrefetchCase{"empty", R"(,"prefetch":{})", false},
        PrefetchCase{"null_data", Prefetched("null"), false},
        PrefetchCase{"failed", Prefetched(R"({"resourceType":"OperationOutcome"})"), false},
        PrefetchCase{"no_hits", Prefetched(Bundle({})), false},
        PrefetchCase{"unknown_payer",
                     Prefetched(Bundle({Coverage(R"("payor":[{"display":"Mutual of Nowhere"}])")})),
                     false},
        PrefetchCase{"by_display",
                     Prefetched(Bundle({Coverage(R"("payor":[{"display":"Aetna"}])")})), true},
        PrefetchCase{"single", Prefetched(Coverage(R"("payor":[{"display":"Aetna"}])")), true},
        PrefetchCase{
            "by_reference",
            Prefetched(Bundle({Coverage(R"("payor":[{"reference":"Organization/aetna"}])")})),
            true},
        PrefetchCase{
            "by_organization",
            Prefetched(Bundle({Coverage(R"("payor":[{"display":"?","reference":)"
                                        R"("Organization/7"}])"),
                               R"({"resourceType":"Organization","id":"7","name":"Aetna"})"})),
            true},
        PrefetchCase{"by_contained",
                     Prefetched(Bundle({Coverage(R"("payor":[{"reference":"#o"}],"contained":[)"
                                                 R"({"resourceType":"Organization","id":"o",)"
                                                 R"("name":"Aetna"}])")})),
                     true},
        PrefetchCase{"r5", Prefetched(Bundle({Coverage(R"("insurer":{"display":"Aetna"})")})),
                     true},
        PrefetchCase{"second_is_known",
                     Prefetched(Bundle({Coverage(R"("payor":[{"display":"Nobody"}])"),
                                        Coverage(R"("payor":[{"display":"Aetna"}])")})),
                     true},
        PrefetchCase{
            "plan_of_another",
            Prefetched(Bundle({Coverage(
                R"("payor":[{"display":"Aetna"}],"class":[{"type":{"coding":[{"code":"plan"}]},)"
                R"("value":"original-medicare"}])")})),
            true},
        PrefetchCase{
            "unknown_plan",
            Prefetched(Bundle({Coverage(
                R"("payor":[{"display":"Aetna"}],"class":[{"type":{"coding":[{"code":"plan"}]},)"
                R"("value":{"value":"GOLD"}}])")})),
            true}),
    [](const auto& info) { return info.param.name; });

TEST(CoverageCard, NamesCodeAndPayerAndLinksToTheNotesSources) {
  const Json cards = Cards(SignCall(Bundle({Order("a", "96413")}),
                                    Prefetched(Coverage(R"("payor":[{"display":"Aetna"}])"))));
  const std::size_t last = cards.Size("/cards") - 1;
  const std::string at = "/cards/" + base::ToText(last);
  EXPECT_THAT(cards.Text(at + "/summary"), testing::StartsWith("96413, Aetna: "));
  EXPECT_EQ(cards.Text(at + "/indicator"), "info");
  EXPECT_EQ(cards.Text(at + "/extension/chemoterm/payer"), "aetna");
  EXPECT_EQ(cards.At(at + "/suggestions"), nullptr);
  EXPECT_EQ(cards.At(at + "/overrideReasons"), nullptr);
  EXPECT_THAT(cards.Text(at + "/detail"), HasSubstr("Sources:"));
  ASSERT_GT(cards.Size(at + "/links"), 0U);
  EXPECT_EQ(cards.Text(at + "/links/0/type"), "absolute");
  EXPECT_THAT(cards.Text(at + "/links/0/url"), testing::StartsWith("http"));
}

TEST(CoverageCard, IsAboutThePlanWhereItIsKnown) {
  const auto plan_told = [](std::string_view value) {
    const Json cards = Cards(SignCall(
        Bundle({Order("a", "96413")}),
        Prefetched(Coverage(base::Concat(
            {R"("payor":[{"display":"Aetna"}],"class":[{"type":{"coding":[{"code":"group"}]},)",
             R"("value":"G1"},{"type":{"coding":[{"code":"plan"}]},"value":)", value, "}]"})))));
    return cards.Text("/cards/0/extension/chemoterm/plan");
  };
  EXPECT_EQ(plan_told(R"("aetna-commercial")"), "aetna-commercial");
  EXPECT_EQ(plan_told(R"({"value":"aetna-commercial"})"), "aetna-commercial");
  EXPECT_EQ(plan_told(R"("X1","name":"aetna-commercial")"), "aetna-commercial");
  EXPECT_EQ(plan_told(R"("original-medicare")"), "") << "a plan of another payer";
  EXPECT_EQ(plan_told(R"("GOLD")"), "");
}

struct ShortenCase {
  std::string text;
  std::size_t limit;
  std::string shortened;
};

TEST(Shorten, CutsAtAWord) {
  const std::vector<ShortenCase> rows = {{"one two", 8, "one two"},
                                         {"one two three", 13, "one two\u2026"},
                                         {"one two three", 12, "one two\u2026"},
                                         {"onetwothree", 8, "onet\u2026"},
                                         {"ä ö ü ß ñ", 10, "ä ö\u2026"}};
  for (const ShortenCase& row : rows) {
    EXPECT_EQ(Shorten(row.text, row.limit), row.shortened);
    EXPECT_LT(Shorten(row.text, row.limit).size(), row.limit);
  }
}

TEST(Markdown, IsEscaped) {
  EXPECT_EQ(Markdown("96413:59, 2 units."), "96413:59, 2 units.");
  EXPECT_EQ(Markdown("<b> *a* _b_ [c](d)\n# e"), R"(\<b> \*a\* \_b\_ \[c\](d) \# e)");
}

TEST(TextsOfTheClient, AreNoMarkupInCards) {
  const std::string call = SignCall(Bundle({Order("a", "96413:\\\"<b>", Minutes("60"))}));
  const Json cards = Cards(call);
  ASSERT_GT(cards.Size("/cards"), 0U);
  EXPECT_THAT(cards.Text("/cards/0/detail"), Not(HasSubstr(" <b>")));
}

}  // namespace
}  // namespace chemoterm::hooks
