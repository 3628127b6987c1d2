#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "fhir/parameters.h"

namespace chemoterm::fhir {
namespace {

constexpr auto k4 = FhirVersion::kR4;
constexpr auto k5 = FhirVersion::kR5;

TEST(WriteResult, WritesNothingForNothing) {
  EXPECT_EQ(WriteResult<SubsumesOp>({}, k5), R"({"resourceType":"Parameters"})");
}

TEST(WriteResult, WritesALookupByItsTable) {
  Answer<LookupResult> answer;
  answer.value.name = "N";
  answer.value.display = "a \"b\"";
  answer.value.code = "c";
  answer.value.abstract = false;
  answer.value.designations = {{"en", {"s", "", "u", "d"}, {}, "v", {}}};
  answer.value.properties = {
      {"rvu",
       {ValueKind::kDecimal, "0.80", {}},
       "",
       "http://x|1",
       {{"as-of", {ValueKind::kDate, "2026-01", {}}, "t"}}},
      {"absent", {}, "known to be absent", "", {}},
      {"flag", {ValueKind::kBoolean, "true", {}}, "", "", {}},
      {"n", {ValueKind::kInteger, "-3", {}}, "", "", {}},
      {"group", {ValueKind::kCoding, "", {"s", "1", "c", ""}}, "", "", {}},
      {"url", {ValueKind::kUri, "http://u", {}}, "", "", {}},
      {"when", {ValueKind::kDateTime, "2026", {}}, "", "", {}},
      {"empty", {ValueKind::kString, "", {}}, "", "", {}},
  };
  answer.value.used_supplements = {"http://x|1", "http://y"};
  const std::string expected =
      R"({"resourceType":"Parameters","parameter":[{"name":"name","valueString":"N"},)"
      R"({"name":"display","valueString":"a \"b\""},{"name":"code","valueCode":"c"},{"name":"abstract","valueBoolean":false},)"
      R"({"name":"designation","part":[{"name":"language","valueCode":"en"},)"
      R"({"name":"use","valueCoding":{"system":"s","code":"u","display":"d"}},{"name":"value","valueString":"v"}]},)"
      R"({"name":"property","part":[{"name":"code","valueCode":"rvu"},{"name":"value","valueDecimal":0.80},)"
      R"({"name":"source","valueCanonical":"http://x|1"},{"name":"subproperty","part":[{"name":"code","valueCode":"as-of"},)"
      R"({"name":"value","valueDate":"2026-01"},{"name":"description","valueString":"t"}]}]},)"
      R"({"name":"property","part":[{"name":"code","valueCode":"absent"},{"name":"description","valueString":"known to be absent"}]},)"
      R"({"name":"property","part":[{"name":"code","valueCode":"flag"},{"name":"value","valueBoolean":true}]},)"
      R"({"name":"property","part":[{"name":"code","valueCode":"n"},{"name":"value","valueInteger":-3}]},)"
      R"({"name":"property","part":[{"name":"code","valueCode":"group"},{"name":"value","valueCoding":{"system":"s","version":"1","code":"c"}}]},)"
      R"({"name":"property","part":[{"name":"code","valueCode":"url"},{"name":"value","valueUri":"http://u"}]},)"
      R"({"name":"property","part":[{"name":"code","valueCode":"when"},{"name":"value","valueDateTime":"2026"}]},)"
      R"({"name":"property","part":[{"name":"code","valueCode":"empty"}]},)"
      R"({"name":"used-supplement","valueCanonical":"http://x|1"},{"name":"used-supplement","valueCanonical":"http://y"}]})";
  EXPECT_EQ(WriteResult<LookupOp>(answer, k5), expected);
  EXPECT_EQ(WriteResult<LookupOp>(answer, k4), expected);
}

TEST(WriteResult, RepeatsADesignationWhereItsUseIsSingle) {
  Answer<LookupResult> answer;
  answer.value.designations = {{"", {"s", "", "1", ""}, {{"s", "", "2", ""}}, "v", {}}};
  EXPECT_EQ(
      WriteResult<LookupOp>(answer, k5),
      R"({"resourceType":"Parameters","parameter":[{"name":"designation","part":[)"
      R"({"name":"use","valueCoding":{"system":"s","code":"1"}},{"name":"additionalUse","valueCoding":{"system":"s","code":"2"}},)"
      R"({"name":"value","valueString":"v"}]}]})");
  EXPECT_EQ(
      WriteResult<LookupOp>(answer, k4),
      R"({"resourceType":"Parameters","parameter":[{"name":"designation","part":[)"
      R"({"name":"use","valueCoding":{"system":"s","code":"1"}},{"name":"value","valueString":"v"}]},)"
      R"({"name":"designation","part":[)"
      R"({"name":"use","valueCoding":{"system":"s","code":"2"}},{"name":"value","valueString":"v"}]}]})");
}

TEST(WriteResult, LeavesEmptyGroupsOut) {
  Answer<LookupResult> answer;
  answer.value.designations = {{}, {"en", {}, {}, "", {}}, {}};
  EXPECT_EQ(
      WriteResult<LookupOp>(answer, k5),
      R"({"resourceType":"Parameters","parameter":[{"name":"designation","part":[{"name":"language","valueCode":"en"}]}]})");
}

TEST(WriteResult, CarriesIssuesAndTheConceptOfTheRequest) {
  const CodeableConcept value{{{"s", "", "c", ""}, {"", "", "d", "e"}}, "t"};
  Answer<ValidateCodeResult> answer;
  answer.value.result = false;
  answer.value.codeable_concept = &value;
  answer.value.inactive = true;
  answer.value.caused_by_unknown_systems = {"http://x"};
  answer.issues = {{Severity::kError, "code-invalid", "invalid-code", "Unknown_Code_in_Version",
                    "No \"c\".", "Coding.code"},
                   {Severity::kInformation, "business-rule", "", "", "Note.", ""}};
  EXPECT_EQ(
      WriteResult<ValidateCodeOp>(answer, k4),
      R"({"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":false},)"
      R"({"name":"codeableConcept","valueCodeableConcept":{"coding":[{"system":"s","code":"c"},{"code":"d","display":"e"}],"text":"t"}},)"
      R"({"name":"inactive","valueBoolean":true},{"name":"x-caused-by-unknown-system","valueCanonical":"http://x"},)"
      R"({"name":"issues","resource":{"resourceType":"OperationOutcome","issue":[{"extension":[{)"
      R"("url":"http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id","valueString":"Unknown_Code_in_Version"}],)"
      R"("severity":"error","code":"code-invalid","details":{"coding":[{"system":"http://hl7.org/fhir/tools/CodeSystem/tx-issue-type",)"
      R"("code":"invalid-code"}],"text":"No \"c\"."},"expression":["Coding.code"]},)"
      R"({"severity":"information","code":"business-rule","details":{"text":"Note."}}]}}]})");
}

TEST(WriteResult, WritesPeriodsReferencesAndNumbers) {
  Answer<CoverageNotesResult> answer;
  answer.value.notes.resize(1);
  answer.value.notes[0].id = "n";
  answer.value.notes[0].effective = {"2026-01", ""};
  answer.value.notes[0].reference = "PlanDefinition/n";
  answer.value.notes[0].doc_needed = {"clinical", "admin"};
  answer.value.summaries = {{"p", "P", "", "no-info", "", false, true, 3}};
  EXPECT_EQ(
      WriteResult<CoverageNotesOp>(answer, k5),
      R"({"resourceType":"Parameters","parameter":[{"name":"note","part":[{"name":"id","valueId":"n"},)"
      R"({"name":"docNeeded","valueCode":"clinical"},{"name":"docNeeded","valueCode":"admin"},)"
      R"({"name":"effective","valuePeriod":{"start":"2026-01"}},{"name":"stale","valueBoolean":false},)"
      R"({"name":"undated","valueBoolean":false},{"name":"reference","valueReference":{"reference":"PlanDefinition/n"}}]},)"
      R"({"name":"summary","part":[{"name":"payer","valueCode":"p"},{"name":"payerName","valueString":"P"},)"
      R"({"name":"information","valueCode":"no-info"},{"name":"conflict","valueBoolean":false},)"
      R"({"name":"stale","valueBoolean":true},{"name":"notes","valueInteger":3}]}]})");
  Answer<SearchCodesResult> search;
  search.value.matches = {{{"s", "", "c", "d"}, "0.95", {{"display", "w", "exact"}}}};
  EXPECT_EQ(
      WriteResult<SearchCodesOp>(search, k5),
      R"({"resourceType":"Parameters","parameter":[{"name":"match","part":[)"
      R"({"name":"concept","valueCoding":{"system":"s","code":"c","display":"d"}},{"name":"score","valueDecimal":0.95},)"
      R"({"name":"matched","part":[{"name":"where","valueCode":"display"},{"name":"word","valueString":"w"},)"
      R"({"name":"as","valueCode":"exact"}]}]}]})");
}

// What one side writes the other must be able to read.
TEST(WriteResult, IsReadableAsParameters) {
  Answer<RelatedCodesResult> answer;
  answer.value.related.resize(2);
  answer.value.related[0].kind = "add-on-of";
  answer.value.related[1].concept_coding = {"s", "", "c", "d\n\x01"};
  answer.value.related[1].concept_coding.display = "d\n\\";
  const std::string body = WriteResult<RelatedCodesOp>(answer, k5);
  const auto list = ReadBody(body);
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->parameters.size(), 2u);
  EXPECT_EQ(list->parameters[1].parts[0].coding.display, "d\n\\");
}

}  // namespace
}  // namespace chemoterm::fhir
