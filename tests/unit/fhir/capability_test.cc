#include "fhir/capability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "chemoterm/ops/all_ops.h"
#include "fhir/op_definition.h"
#include "json/slice.h"

namespace chemoterm::fhir {
namespace {

using json::Member;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr std::string_view kTypes[] = {"CodeSystem", "PlanDefinition"};
constexpr SearchParamInfo kParams[] = {
    {"CodeSystem", "url", SearchKind::kUri, "The canonical.", 3},
    {"CodeSystem", "topic", SearchKind::kToken, "The topic.", 2}};
std::span<const SearchParamInfo> ParamsOf(std::string_view type) {
  if (type != "CodeSystem") return {};
  return kParams;
}

ServerFacts Facts() {
  return {"http://h/r4", "https://x/fhir", "0.1.0", "2026-11-22", true, {kTypes, ParamsOf}};
}

ContentInfo Content() {
  ContentInfo content;
  content.digest = "abc";
  content.version = "2026.1";
  content.loaded_at = "2026-11-22T10:00:00.000Z";
  return content;
}

CodeSystemSummary Summary(std::string_view url, std::string_view version,
                          std::string_view content) {
  CodeSystemSummary summary;
  summary.url = url;
  summary.version = version;
  summary.content = content;
  return summary;
}

TEST(CapabilityStatement, HasWhatHl7sCaseWants) {
  const std::string text = WriteCapabilityStatement(Facts(), Content(), FhirVersion::kR4);
  EXPECT_THAT(
      text,
      HasSubstr(
          R"("instantiates":["http://hl7.org/fhir/CapabilityStatement/terminology-server"])"));
  EXPECT_THAT(
      text,
      HasSubstr(R"("software":{"name":"chemoterm","version":"0.1.0","releaseDate":"2026-11-22"})"));
  EXPECT_THAT(text, HasSubstr(R"("fhirVersion":"4.0.1","format":["application/fhir+json"])"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"({"name":"versions","definition":"http://hl7.org/fhir/OperationDefinition/CapabilityStatement-versions")"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"({"name":"lookup","definition":"http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup")"));
  EXPECT_LT(text.find("FeatureDefinition/test-version"),
            text.find("FeatureDefinition/CodeSystemAsParameter"));
  EXPECT_THAT(text, HasSubstr(R"("security":{"cors":true)"));
  EXPECT_THAT(text, HasSubstr(R"("name":"batch-validate-code")"));
  EXPECT_THAT(text, Not(HasSubstr("Organization"))) << "only what is there";
}

TEST(CapabilityStatement, ListsSearchParametersOfTheVersion) {
  EXPECT_THAT(WriteCapabilityStatement(Facts(), Content(), FhirVersion::kR4),
              Not(HasSubstr(R"("name":"topic")")));
  const std::string text = WriteCapabilityStatement(Facts(), Content(), FhirVersion::kR5);
  EXPECT_THAT(text, HasSubstr(R"({"name":"topic","type":"token","documentation":"The topic."})"));
  EXPECT_THAT(text, HasSubstr(R"("fhirVersion":"5.0.0")"));
}

TEST(TerminologyCapabilities, ListsEachSystemOnceWithItsVersions) {
  ListCodeSystemsResult list;
  list.code_systems = {Summary("http://a", "1", "fragment"), Summary("http://b", "9", "complete"),
                       Summary("http://a", "2", "complete")};
  constexpr std::string_view kOps[] = {"=", "in"};
  list.code_systems[0].compositional = true;
  list.code_systems[0].is_default = true;
  list.code_systems[0].filters = {{"p", kOps}};
  list.code_systems[1].is_default = true;
  list.code_systems[1].has_hierarchy = true;
  list.code_systems[1].languages = {"en", "es"};
  list.code_systems[1].properties = {"p"};
  const std::string text = WriteTerminologyCapabilities(Facts(), Content(), list, FhirVersion::kR5);
  EXPECT_EQ(
      Member(text, "codeSystem"),
      R"([{"uri":"http://a","version":[{"code":"1","isDefault":true,"compositional":true,)"
      R"("filter":[{"code":"p","op":["=","in"]}]},)"
      R"({"code":"2","isDefault":false,"compositional":false}],"content":"fragment","subsumption":false},)"
      R"({"uri":"http://b","version":[{"code":"9","isDefault":true,"compositional":false,"language":["en","es"],)"
      R"("property":["p"]}],"content":"complete","subsumption":true}])");
  EXPECT_THAT(WriteTerminologyCapabilities(Facts(), Content(), list, FhirVersion::kR4),
              Not(HasSubstr(R"("content")")));
}

TEST(TerminologyCapabilities, SaysWhatExpandDoesWithEachOfItsParameters) {
  const std::string text = WriteTerminologyCapabilities(Facts(), Content(), {}, FhirVersion::kR5);
  const std::string_view expansion = Member(text, "expansion");
  for (const std::string_view flag :
       {R"("hierarchical":true)", R"("paging":true)", R"("incomplete":false)", "\"textFilter\":"}) {
    EXPECT_THAT(expansion, HasSubstr(flag));
  }
  ForEachParam<ExpandRequest>([&](const auto& param) {
    EXPECT_FALSE(param.doc.empty()) << param.name;
    const std::string row =
        base::Concat({"\"name\":\"", param.name, "\",\"documentation\":\"", param.doc, "\""});
    EXPECT_THAT(expansion, HasSubstr(row));
  });
  EXPECT_EQ(Member(text, "codeSearch"), "\"in-compose\"");
  EXPECT_EQ(Member(text, "validateCode"), "{\"translations\":true}");
}

TEST(Versions, NameTheOneOfTheBase) {
  EXPECT_EQ(
      WriteVersions(FhirVersion::kR4),
      R"({"resourceType":"Parameters","parameter":[{"name":"version","valueCode":"4.0"},{"name":"default","valueCode":"4.0"}]})");
}

TEST(OperationDefinitions, DescribeOurOwnOperationsOnly) {
  const auto definitions =
      OperationDefinitions({"https://x/fhir", "0.1.0", "2026-11-22"}, FhirVersion::kR4);
  std::vector<std::string> ids;
  for (const OperationDefinition& each : definitions) ids.push_back(each.id);
  EXPECT_THAT(ids, UnorderedElementsAre("CodeSystem-coverage-notes", "CodeSystem-related-codes",
                                        "CodeSystem-search-codes", "check-coverage", "check-order",
                                        "code-administration", "estimate-order"));
  const auto found = std::find_if(definitions.begin(), definitions.end(), [](const auto& each) {
    return each.id == "CodeSystem-related-codes";
  });
  ASSERT_NE(found, definitions.end());
  const OperationDefinition& related = *found;
  EXPECT_EQ(related.url, "https://x/fhir/OperationDefinition/CodeSystem-related-codes");
  EXPECT_EQ(related.name, "RelatedCodes");
  EXPECT_EQ(Member(related.json, "code"), R"("related-codes")");
  EXPECT_EQ(Member(related.json, "resource"), R"(["CodeSystem"])");
  EXPECT_THAT(related.json,
              HasSubstr(R"({"name":"kind","use":"in","min":0,"max":"*","documentation":)"));
  EXPECT_THAT(
      related.json,
      HasSubstr(
          R"("name":"related","use":"out","min":0,"max":"*","documentation":"One per relation in force.","part":[{"name":"kind","use":"out","min":1,"max":"1")"));
}

TEST(OperationsMarkdown, HasARowForEveryParameterOfEveryOperation) {
  const std::string page = OperationsMarkdown();
  EXPECT_THAT(page, HasSubstr("| [lookup](#lookup) | `CodeSystem/$lookup` | "
                              "`TerminologyService.LookupCode` | `lookup` |\n"));
  EXPECT_THAT(page,
              HasSubstr("| `designation.additionalUse` | Coding | - | 0..* | Further uses. |\n"));
  EXPECT_THAT(page, HasSubstr("level in 4.0.1: type; level in 5.0.0: type, instance"));
  EXPECT_THAT(
      page,
      HasSubstr(
          "| `match.matched.word` | string | 1..1 | 1..1 | The word of the query that matched. |"));
}

}  // namespace
}  // namespace chemoterm::fhir
