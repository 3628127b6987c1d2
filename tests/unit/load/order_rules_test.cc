// The reader of the rules of orders and of the classes of drugs: what it takes, and every fault
// with its line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "load/loader.h"
#include "model/snapshot.h"
#include "unit/load/content_load.h"

namespace chemoterm::load {
namespace {

using model::OrderRule;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kFile = "rules/order-entry.json";
constexpr std::string_view kDrugs = "drugs.csv";

std::string Rule(std::string_view id, std::string_view predicate, std::string_view parameters,
                 std::string_view more = {}) {
  return base::Concat({R"({"id": ")", id,
                       R"(", "title": "T", "meaning": "M.", "severity": "warning", )",
                       R"("predicate": ")", predicate, R"(", "parameters": {)", parameters,
                       R"(}, "message": "{code}.", )", more, R"("fires": [], "silent": []})"});
}

// Each rule on a line of its own, from the third on.
class SmallContent : public ContentDir {
 public:
  SmallContent() {
    const std::string rules[] = {
        Rule("patterns", "code-malformed", R"("patterns": {"cpt": "[A-Z][0-9]", "b": "X.*"})",
             R"("setting": "facility", "period": {"start": "2026-01-01"}, )"),
        Rule("modifier", "modifier-unknown", R"("pattern": "[0-9]{2}", "matches": true)",
             R"("verification": "unverified", )"),
        Rule("barred", "modifier-barred",
             R"("modifiers": ["59"], "property": "rank", "values": ["1"])"),
        Rule("pair", "pair", R"("kinds": ["above", "beside"], "indicator": "0")",
             R"("yieldsTo": ["modifier", "barred"], )"),
        Rule("short", "minutes-outside",
             R"("codes": ["some"], "min": 16, "max": null, "replace": {"A1": "b|X1"})"),
        Rule("hours", "hours",
             R"("base": ["A1"], "hour": "A2", "first": 60, "threshold": 31, "step": 60, )"
             R"("when": "more")"),
        Rule("lesions", "lesions-outside", R"("ranges": {"A1": [1, 7], "A2": [8, null]})"),
        Rule("dates", "date-outside", R"("first": "1990-01-01", "days-ahead": 366)"),
        Rule("gone", "retired", R"("kind": "below")")};
    std::string text =
        "{\"source\": \"s\", \"verification\": \"sourced\",\n\"sets\": {\"some\": [\"A1\", "
        "\"A1-A5\", \"b|X*\"]}, \"rules\": [\n";
    for (const std::string& rule : rules) text += rule + (&rule == &rules[8] ? "\n]}\n" : ",\n");
    Set(std::string(kFile), std::move(text));
    AddEntry(kFile, "order-rules");
    Set(std::string(kDrugs),
        "system,code,class,source,as-of,verification\n"
        "b,X1,biologic,,,\n"
        "cpt,A1,hormonal,t,2026-01-01,unverified\n");
    AddEntry(kDrugs, "drugs", R"(, "verification": "sourced")");
    Replace("manifest.json", R"("systems": {)",
            R"("systems": {"order-rule": "https://mini.example/fhir/CodeSystem/order-rule", )");
  }
};

template <class Predicate>
const Predicate& PredicateOf(const model::Snapshot& snapshot, std::size_t at) {
  return std::get<Predicate>(snapshot.order_rules.rules.at(at).predicate);
}

class OrderRulesTest : public testing::Test {
 protected:
  void SetUp() override {
    snapshot_ = Load(dir_);
    ASSERT_NE(snapshot_, nullptr);
    ASSERT_EQ(snapshot_->order_rules.rules.size(), 9U);
  }
  model::SystemCode CodeOf(std::string_view system, std::string_view code) const {
    return {snapshot_->symbols.Find(system), snapshot_->symbols.Find(code)};
  }
  bool Holds(model::SetId set, std::string_view system, std::string_view code) const {
    return snapshot_->order_rules.sets.Of(CodeOf(system, code), code).test(Index(set));
  }

  SmallContent dir_;
  std::unique_ptr<const model::Snapshot> snapshot_;
};

constexpr std::string_view kA = "http://codes.example/a";
constexpr std::string_view kB = "http://codes.example/b";

TEST_F(OrderRulesTest, AnExpressionMatchesWholeTexts) {
  const auto& malformed = PredicateOf<model::order::CodeMalformed>(*snapshot_, 0);
  ASSERT_EQ(malformed.patterns.size(), 2U);
  for (const auto& [system, pattern] : malformed.patterns) {
    const bool is_a = snapshot_->Text(system) == kA;
    EXPECT_EQ(pattern.Matches("A1"), is_a);
    EXPECT_EQ(pattern.Matches("X123"), !is_a);
    EXPECT_FALSE(pattern.Matches("-X1"));
  }
  const auto& modifier = PredicateOf<model::order::ModifierUnknown>(*snapshot_, 1);
  EXPECT_TRUE(modifier.matches);
  EXPECT_TRUE(modifier.pattern.Matches("59"));
  EXPECT_FALSE(modifier.pattern.Matches("590"));
}

TEST_F(OrderRulesTest, ASettingAndAPeriodLimitARule) {
  const OrderRule& rule = snapshot_->order_rules.rules[0];
  EXPECT_EQ(rule.setting, "facility");
  EXPECT_FALSE(rule.period.Covers(20251231));
  EXPECT_TRUE(rule.period.Covers(20260101));
  EXPECT_TRUE(snapshot_->order_rules.rules[1].period.Covers(20251231));
}

TEST_F(OrderRulesTest, ASetHoldsCodesRangesAndPrefixes) {
  const auto& minutes = PredicateOf<model::order::MinutesOutside>(*snapshot_, 4);
  ASSERT_TRUE(minutes.which.set);
  EXPECT_TRUE(Holds(*minutes.which.set, kA, "A1"));
  EXPECT_TRUE(Holds(*minutes.which.set, kA, "A5")) << "in the range, though not a known code";
  EXPECT_FALSE(Holds(*minutes.which.set, kA, "A9"));
  EXPECT_TRUE(Holds(*minutes.which.set, kB, "X1"));
  EXPECT_FALSE(Holds(*minutes.which.set, kB, "A1"));
  EXPECT_EQ(minutes.min, 16);
  EXPECT_EQ(minutes.max, std::nullopt);
  EXPECT_THAT(minutes.replace, ElementsAre(testing::Pair(CodeOf(kA, "A1"), CodeOf(kB, "X1"))));
}

TEST_F(OrderRulesTest, AnOpenRangeHasNoMost) {
  const auto& lesions = PredicateOf<model::order::LesionsOutside>(*snapshot_, 6);
  ASSERT_EQ(lesions.ranges.size(), 2U);
  EXPECT_EQ(lesions.ranges[0].max, 7);
  EXPECT_EQ(lesions.ranges[1].min, 8);
  EXPECT_EQ(lesions.ranges[1].max, std::nullopt);
}

TEST_F(OrderRulesTest, UnitsOfFurtherHoursBeginAtTheThreshold) {
  const auto& hours = PredicateOf<model::order::Hours>(*snapshot_, 5);
  EXPECT_TRUE(hours.more);
  EXPECT_EQ(hours.UnitsFor(90), 0);
  EXPECT_EQ(hours.UnitsFor(91), 1);
  EXPECT_EQ(hours.UnitsFor(150), 1);
  EXPECT_EQ(hours.UnitsFor(151), 2);
}

TEST_F(OrderRulesTest, RulesYieldToThoseBefore) {
  EXPECT_THAT(snapshot_->order_rules.rules[3].yields_to, ElementsAre(1U, 2U));
}

TEST_F(OrderRulesTest, AHiddenRuleIsLeftOutAndNoFaultWhereOneYieldsToIt) {
  const auto hidden = Load(dir_, {.hide_unverified = true});
  ASSERT_NE(hidden, nullptr);
  const auto& rules = hidden->order_rules.rules;
  ASSERT_EQ(rules.size(), 8U);
  EXPECT_EQ(rules[2].id, "pair");
  EXPECT_THAT(rules[2].yields_to, ElementsAre(1U)) << "barred, which moved up";
  EXPECT_EQ(hidden->order_rules.drug_classes.size(), 1U);
}

TEST_F(OrderRulesTest, DrugsHaveTheirClass) {
  const auto& classes = snapshot_->order_rules.drug_classes;
  EXPECT_EQ(classes.at(KeyOf(CodeOf(kB, "X1"))), "biologic");
  EXPECT_EQ(classes.at(KeyOf(CodeOf(kA, "A1"))), "hormonal");
}

struct FaultCase {
  const char* name;
  const char* from;   // is replaced ...
  const char* to;     // ... by this
  const char* fault;  // behind the name of the file and a colon
  std::string_view file = kFile;
};

class OrderRuleFaultTest : public testing::TestWithParam<FaultCase> {};

TEST_P(OrderRuleFaultTest, IsReportedWithItsLine) {
  SmallContent dir;
  ASSERT_TRUE(dir.Replace(std::string(GetParam().file), GetParam().from, GetParam().to));
  dir.Write();
  EXPECT_THAT(FaultsOf(dir),
              Contains(HasSubstr(base::Concat({GetParam().file, ":", GetParam().fault}))));
}

INSTANTIATE_TEST_SUITE_P(
    Sets, OrderRuleFaultTest,
    testing::Values(FaultCase{"Name", "\"some\": [", "\"1\": [", "2: '1' is no name of a set"},
                    FaultCase{"UnknownCode", "[\"A1\", ", "[\"A7\", ",
                              "7: the code 'A7' of cpt is neither loaded"},
                    FaultCase{"UnknownSystem", "b|X*", "c|X*", "7: 'c' is neither an alias"},
                    FaultCase{"Range", "A1-A5", "A5-A1", "7: 'A5-A1' is no range of codes"},
                    FaultCase{"RangeOfTwoLengths", "A1-A5", "A1-A55",
                              "7: 'A1-A55' is no range of codes"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rules, OrderRuleFaultTest,
    testing::Values(FaultCase{"Member", "\"meaning\"", "\"sense\"",
                              "3: 'sense' is not a known member"},
                    FaultCase{"Id", "\"patterns\", ", "\"a b\", ", "3: 'id' must be a slug"},
                    FaultCase{"Twice", "\"id\": \"gone\"", "\"id\": \"pair\"",
                              "11: the rule 'pair' appears twice"},
                    FaultCase{"Severity", "\"warning\"", "\"fatal\"", "3: 'severity' is 'fatal'"},
                    FaultCase{"Setting", "\"facility\"", "\"home\"", "3: 'setting' is 'home'"},
                    FaultCase{"Date", "2026-01-01", "2026-02-30",
                              "3: 'start' is '2026-02-30', which is no date"},
                    FaultCase{"Message", "{code}.", "{code.",
                              "3: the braces of the message 'patterns' do not match"},
                    FaultCase{"Predicate", "\"code-malformed\"", "\"code-odd\"",
                              "3: 'code-odd' is no predicate"},
                    FaultCase{"YieldsToNone", "[\"modifier\", \"barred\"]", "[\"none\"]",
                              "6: 'yieldsTo' names 'none', which is no rule before this one"},
                    FaultCase{"YieldsToALater", "[\"modifier\", \"barred\"]", "[\"short\"]",
                              "6: 'yieldsTo' names 'short', which is no rule before this one"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Parameters, OrderRuleFaultTest,
    testing::Values(
        FaultCase{"NotAskedFor", "\"kind\": \"below\"", "\"kind\": \"below\", \"codes\": [\"A1\"]",
                  "11: the parameter 'codes' is not one that is asked for"},
        FaultCase{"NotAskedForObject", "\"kind\": \"below\"", "\"kind\": \"below\", \"by\": {}",
                  "11: the parameter 'by' is not one that is asked for"},
        FaultCase{"Missing", "\"kind\": \"below\"", "",
                  "11: the parameter 'kind' is missing or empty"},
        FaultCase{"Texts", "[\"59\"]", "[59]", "5: the parameter 'modifiers' must be texts"},
        FaultCase{"OneText", "\"indicator\": \"0\"", "\"indicator\": [\"0\", \"1\"]",
                  "6: the parameter 'indicator' must be one text"},
        FaultCase{"OneOf", "\"when\": \"more\"", "\"when\": \"often\"", "8: 'when' is 'often'"},
        FaultCase{"Number", "\"min\": 16", "\"min\": 1.5",
                  "7: the parameter 'min' must be a whole number"},
        FaultCase{"NoNumber", "\"first\": 60, ", "", "8: the parameter 'first' is missing"},
        FaultCase{"NotPositive", "\"step\": 60", "\"step\": 0",
                  "8: the parameter 'step' must be 1 or more"},
        FaultCase{"Date", "1990-01-01", "1990-13-01", "10: the parameter 'first' must be a date"},
        FaultCase{"NoCodes", "\"codes\": [\"some\"], ", "", "7: the parameter 'codes' is missing"},
        FaultCase{"Property", "\"rank\"", "\"rang\"", "5: the parameter 'property' is no property"},
        FaultCase{"Kind", "\"beside\"", "\"inside\"", "6: 'inside' is no kind of relation"},
        FaultCase{"Inverse", "\"kind\": \"below\"", "\"kind\": \"none\"",
                  "11: the parameter 'kind' is the inverse of no kind of relation"},
        FaultCase{"Expression", "[0-9]{2}", "[0-9", "4: the parameter 'pattern' must be a regular"},
        FaultCase{"ExpressionOfASystem", "X.*", "(X",
                  "3: the parameter 'patterns' must be a regular"},
        FaultCase{"TwoExpressions", "\"X.*\"", "[\"X\", \"Y\"]",
                  "3: the parameter 'patterns' must give one text for each system"},
        FaultCase{"Flag", "\"matches\": true", "\"matches\": \"true\"",
                  "4: the parameter 'matches' must be true or false"},
        FaultCase{"Replacement", "{\"A1\": \"b|X1\"}", "{\"A1\": [\"b|X1\", \"A2\"]}",
                  "7: the parameter 'replace' must give one code for each code"},
        FaultCase{"NoRanges", "{\"A1\": [1, 7], \"A2\": [8, null]}", "{}",
                  "9: the parameter 'ranges' is missing"},
        FaultCase{"Range", "[1, 7]", "[1]",
                  "9: the parameter 'ranges' must give [least, most or null] for each code"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Drugs, OrderRuleFaultTest,
    testing::Values(FaultCase{"Header", "class", "kind", "1: the header must be", kDrugs},
                    FaultCase{"Class", "biologic", "magic", "2: 'class' is 'magic'", kDrugs},
                    FaultCase{"System", "b,X1", "c,X1", "2: 'c' is neither an alias", kDrugs},
                    FaultCase{"Code", "b,X1", "b,X7", "2: the code 'X7' of b is neither loaded",
                              kDrugs},
                    FaultCase{"Twice", "cpt,A1,hormonal", "b,X1,hormonal",
                              "3: the drug X1 appears twice", kDrugs},
                    FaultCase{"Source", ",t,", ",nobody,",
                              "3: the source 'nobody' is not in the sources", kDrugs}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace chemoterm::load
