// The reader of the administration rules: what it takes, and every fault with its line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/loader.h"
#include "model/snapshot.h"
#include "unit/load/content_load.h"

namespace chemoterm::load {
namespace {

using model::administration::Step;
using testing::Contains;
using testing::HasSubstr;

constexpr std::string_view kFile = "rules/administration.json";

// The smallest file without a fault: two codes, one row of what is not coded, the coder's rules.
std::string SmallRules() {
  std::string text = R"({"source": "s", "verification": "sourced",
"codes": [
{"route": ["iv"], "technique": ["push"], "class": ["biologic"], "role": "initial", "code": "A1", "rule": "lead"},
{"route": ["sc"], "concurrent": [true], "lesions": [1, null], "role": "each", "code": "A2", "rule": "shot"}
], "uncoded": [
{"route": ["oral"], "payer": ["acme", ""], "reason": "R.", "likely": ["A9", "b|X1"], "rule": "swallowed"}
], "outside": [
{"what": "W", "likely": ["A1-A9"], "reason": "R.", "source": "t"}
], "rules": [
{"id": "lead", "title": "T", "meaning": "M.", "message": "{drug} leads."},
{"id": "shot", "title": "T", "meaning": "M.", "message": "A shot.", "verification": "unverified"},
{"id": "swallowed", "title": "T", "meaning": "M.", "message": "-", "when": {"purpose": [""]}, "severity": "warning"},
{"id": "one-drug-one-service", "title": "T", "meaning": "M.", "message": "-", "verification": "unverified"},
{"id": "another-encounter", "title": "T", "meaning": "M.", "message": "-", "severity": "warning", "parameters": {"gap-minutes": 240}},
{"id": "over-a-day", "title": "T", "meaning": "M.", "message": "-", "severity": "error", "parameters": {"max-minutes": 1440, "techniques": ["push"]}},
{"id": "flush-only", "title": "T", "meaning": "M.", "message": "-", "parameters": {"beside-routes": ["oral"]}},
{"id": "prolonged-pump", "title": "T", "meaning": "M.", "message": "-", "parameters": {"over-minutes": 480}},
{"id": "short-infusion", "title": "T", "meaning": "M.", "message": "-", "parameters": {"max-minutes": 15}},
{"id": "extra-hours", "title": "T", "meaning": "M.", "message": "-", "parameters": {"first": 60, "threshold": 31, "step": 60}},
{"id": "second-site", "title": "T", "meaning": "M.", "message": "-", "severity": "warning", "parameters": {"modifier": "59"}},
{"id": "hipec-first", "title": "T", "meaning": "M.", "message": "-", "parameters": {"min-minutes": 31}},
{"id": "hipec-further", "title": "T", "meaning": "M.", "message": "-", "parameters": {"first": 60, "threshold": 16, "step": 30}})";
  for (const char* id :
       {"nothing-fits", "clock-backwards", "running-time-unknown", "flush-included",
        "refill-with-start", "class-unknown", "no-planned-time", "pump-too-short", "item-missing",
        "past-midnight", "long-push", "interrupted", "concurrent-infusion", "overlapping-times",
        "hipec-under-half-hour"}) {
    text +=
        base::Concat({",\n{\"id\": \"", id,
                      R"(", "title": "T", "meaning": "M.", "message": "-", "severity": "error"})"});
  }
  return text + "\n]}\n";
}

class SmallContent : public ContentDir {
 public:
  SmallContent() {
    Set(std::string(kFile), SmallRules());
    AddEntry(kFile, "administration-rules");
    Replace("manifest.json", R"("systems": {)",
            R"("systems": {"order-rule": "https://mini.example/fhir/CodeSystem/order-rule", )");
  }
};

TEST(AdministrationRulesTest, RowsAndRulesAreTakenAsTheyStand) {
  SmallContent dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const auto& rules = snapshot->administration_rules;
  ASSERT_EQ(rules.codes.size(), 2U);
  EXPECT_EQ(snapshot->Text(rules.codes[1].code.code), "A2");
  EXPECT_EQ(rules.rules[rules.codes[1].rule].id, "shot");
  ASSERT_EQ(rules.uncoded.size(), 1U);
  EXPECT_EQ(rules.uncoded[0].likely.size(), 2U);
  EXPECT_EQ(rules.rules.size(), 28U);
  EXPECT_EQ(rules.limits.encounter_gap, 240);
  EXPECT_EQ(rules.limits.hours.For(90), 0);
  EXPECT_EQ(rules.limits.hours.For(91), 1);
  EXPECT_EQ(rules.limits.hipec_further.For(106), 2);
  EXPECT_TRUE(rules.rules[2].when.has_value());
}

TEST(AdministrationRulesTest, AHiddenRuleHidesTheRowsThatNameItButNotItsPlaceInTheSteps) {
  SmallContent dir;
  dir.Replace(std::string(kFile), R"("parameters": {"max-minutes": 15})",
              R"("parameters": {"max-minutes": 15}, "verification": "unverified")");
  const auto snapshot = Load(dir, {.hide_unverified = true});
  ASSERT_NE(snapshot, nullptr);
  const auto& rules = snapshot->administration_rules;
  ASSERT_EQ(rules.codes.size(), 1U);
  EXPECT_EQ(rules.rules[rules.codes[0].rule].id, "lead");
  EXPECT_EQ(rules.steps[Index(Step::kShortInfusion)], std::nullopt);
  EXPECT_EQ(rules.limits.short_infusion, 15);
  EXPECT_TRUE(rules.steps[Index(Step::kNothingFits)].has_value());
}

TEST(AdministrationRulesTest, RulesAreCodesOfTheSystemOfRules) {
  SmallContent dir;
  const auto snapshot = Load(dir, {.hide_unverified = true});
  ASSERT_NE(snapshot, nullptr);
  const std::string_view url = "https://mini.example/fhir/CodeSystem/order-rule";
  EXPECT_TRUE(snapshot->Find(url, "lead"));
  EXPECT_TRUE(snapshot->Find(url, "nothing-fits"));
  EXPECT_FALSE(snapshot->Find(url, "shot")) << "it is hidden";
}

TEST(AdministrationRulesTest, ASecondFileIsAFault) {
  SmallContent dir;
  dir.Set("more.json", SmallRules());
  dir.AddEntry("more.json", "administration-rules");
  dir.Write();
  EXPECT_THAT(FaultsOf(dir), Contains(HasSubstr("there is another file of administration rules")));
}

struct FaultCase {
  const char* name;
  const char* from;   // is replaced ...
  const char* to;     // ... by this
  const char* fault;  // behind "rules/administration.json:"
};

class AdministrationFaultTest : public testing::TestWithParam<FaultCase> {};

TEST_P(AdministrationFaultTest, IsReportedWithItsLine) {
  SmallContent dir;
  ASSERT_TRUE(dir.Replace(std::string(kFile), GetParam().from, GetParam().to));
  dir.Write();
  EXPECT_THAT(FaultsOf(dir), Contains(HasSubstr(base::Concat({kFile, ":", GetParam().fault}))));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AdministrationFaultTest,
    testing::Values(
        FaultCase{"Member", "\"role\"", "\"roll\"", "3: 'roll' is not a known member"},
        FaultCase{"Route", "[\"iv\"]", "[\"vein\"]", "3: 'vein' is not known as 'route'"},
        FaultCase{"Technique", "[\"push\"], \"class\"", "[\"shove\"], \"class\"",
                  "3: 'shove' is not known as 'technique'"},
        FaultCase{"Class", "biologic", "toxic", "3: 'toxic' is not known as 'class'"},
        FaultCase{"Role", "\"initial\"", "\"first\"",
                  "3: 'role' is 'first', but must be one of initial"},
        FaultCase{"Code", "\"A1\"", "\"A7\"",
                  "3: the code 'A7' of cpt is neither loaded nor in external-codes"},
        FaultCase{"Rule", "\"rule\": \"lead\"", "\"rule\": \"led\"",
                  "3: 'led' is no rule of this file"},
        FaultCase{"NoRule", ", \"rule\": \"lead\"", "", "3: 'rule' is missing"},
        FaultCase{"EmptyCondition", "[\"iv\"]", "[]", "3: 'route' is an empty list"},
        FaultCase{"NoList", "[\"iv\"]", "\"iv\"", "3: 'route' must be a list"},
        FaultCase{"NumberForCode", "[\"iv\"]", "[4]", "3: '4' is not known as 'route'"},
        FaultCase{"Boolean", "[true]", "[\"true\"]", "4: 'true' is not known as 'concurrent'"},
        FaultCase{"Range", "[1, null]", "[8, 1]", "4: 'lesions' must be [least, most or null]"},
        FaultCase{"OpenRange", "[1, null]", "[1]", "4: 'lesions' must be [least, most or null]"},
        FaultCase{"Payer", "\"acme\"", "\"omega\"", "6: 'omega' is not known as 'payer'"},
        FaultCase{"Likely", "b|X1", "b|X7",
                  "6: the code 'X7' of b is neither loaded nor in external-codes"},
        FaultCase{"Reason", "\"reason\": \"R.\", \"likely\": [\"A9\"", "\"likely\": [\"A9\"",
                  "6: 'reason' is missing"},
        FaultCase{"Source", "\"source\": \"t\"", "\"source\": \"u\"",
                  "8: the source 'u' is not in the sources"}),
    [](const testing::TestParamInfo<FaultCase>& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Rules, AdministrationFaultTest,
    testing::Values(
        FaultCase{"Id", "{\"id\": \"lead\"", "{\"id\": \"Lead\"", "10: 'id' must be a slug"},
        FaultCase{"Twice", "{\"id\": \"shot\"", "{\"id\": \"lead\"",
                  "11: the rule 'lead' appears twice"},
        FaultCase{"Braces", "{drug} leads", "{drug leads", "10: the braces of the message 'lead'"},
        FaultCase{"Severity", "\"severity\": \"warning\"}", "\"severity\": \"grave\"}",
                  "12: 'severity' is 'grave', but must be one of error"},
        FaultCase{"WhenWithoutSeverity", ", \"severity\": \"warning\"}", "}",
                  "12: a rule with 'when' needs a 'severity'"},
        FaultCase{"When", "{\"purpose\": [\"\"]}", "{\"purpose\": [\"fun\"]}",
                  "12: 'fun' is not known as 'purpose'"},
        FaultCase{"FindingWithoutSeverity",
                  "\"severity\": \"warning\", \"parameters\": {\"gap-minutes\": 240}",
                  "\"parameters\": {\"gap-minutes\": 240}",
                  "14: the rule 'another-encounter' makes findings and needs a 'severity'"},
        FaultCase{"NoParameter", "\"gap-minutes\": 240", "",
                  "14: the parameter 'gap-minutes' is missing"},
        FaultCase{"OtherParameter", "\"gap-minutes\"", "\"gap-hours\"",
                  "14: the parameter 'gap-hours' is not one that is asked for"},
        FaultCase{"ParameterOfNoStep", "\"message\": \"A shot.\"",
                  "\"message\": \"A shot.\", \"parameters\": {\"most\": 1}",
                  "11: the parameter 'most' is not one that is asked for"},
        FaultCase{"NotPositive", "\"step\": 30", "\"step\": 0",
                  "22: the parameter 'step' must be 1 or more"},
        FaultCase{"ParameterCode", "\"techniques\": [\"push\"]", "\"techniques\": [\"drip\"]",
                  "15: 'techniques' is 'drip', but must be one of push"},
        FaultCase{"StepLeftOut", "{\"id\": \"nothing-fits\"", "{\"id\": \"something-fits\"",
                  " the rule 'nothing-fits', which the coder needs, is missing"},
        FaultCase{"UnverifiedEnd", "{\"id\": \"nothing-fits\"",
                  "{\"verification\": \"unverified\", \"id\": \"nothing-fits\"",
                  "23: the rule 'nothing-fits' leaves administrations uncoded and must not be "
                  "unverified"}),
    [](const testing::TestParamInfo<FaultCase>& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace chemoterm::load
