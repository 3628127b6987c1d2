#include "fhir/version.h"

#include <gtest/gtest.h>

#include <string>

#include "chemoterm/ops/all_ops.h"

namespace chemoterm::fhir {
namespace {

struct TransformCase {
  const char* why;
  std::string stored;
  std::string at_4;
};

// Readable names in the output of a failing row.
void PrintTo(const TransformCase& row, std::ostream* out) { *out << row.why; }

class ToVersion4 : public testing::TestWithParam<TransformCase> {};

TEST_P(ToVersion4, Rewrites) {
  EXPECT_EQ(ToVersion(GetParam().stored, FhirVersion::kR4), GetParam().at_4);
}
TEST_P(ToVersion4, LeavesVersion5Alone) {
  EXPECT_EQ(ToVersion(GetParam().stored, FhirVersion::kR5), GetParam().stored);
}

#define HL7 "http://hl7.org/fhir/StructureDefinition/"

INSTANTIATE_TEST_SUITE_P(
    CodeSystem, ToVersion4,
    testing::Values(
        TransformCase{"nothing to change",
                      R"({"resourceType":"CodeSystem","id":"x","concept":[{"code":"a"}]})",
                      R"({"resourceType":"CodeSystem","id":"x","concept":[{"code":"a"}]})"},
        TransformCase{
            "metadata becomes extensions",
            R"({"resourceType":"CodeSystem","versionAlgorithmString":"semver","copyrightLabel":"All",)"
            R"("approvalDate":"2026-01-01","lastReviewDate":"2026-02","effectivePeriod":{"start":"2026"},)"
            R"("topic":[{"text":"a"},{"text":"b"}],"author":[{"name":"c"}],"status":"active"})",
            R"({"resourceType":"CodeSystem","status":"active","extension":[)"
            R"({"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-CanonicalResource.versionAlgorithm","valueString":"semver"},)"
            R"({"url":")" HL7 R"(artifact-copyrightLabel","valueString":"All"},)"
            R"({"url":")" HL7 R"(resource-approvalDate","valueDate":"2026-01-01"},)"
            R"({"url":")" HL7 R"(resource-lastReviewDate","valueDate":"2026-02"},)"
            R"({"url":")" HL7 R"(resource-effectivePeriod","valuePeriod":{"start":"2026"}},)"
            R"({"url":")" HL7 R"(artifact-topic","valueCodeableConcept":{"text":"a"}},)"
            R"({"url":")" HL7 R"(artifact-topic","valueCodeableConcept":{"text":"b"}},)"
            R"({"url":")" HL7 R"(artifact-author","valueContactDetail":{"name":"c"}}]})"},
        TransformCase{
            "into the extensions that are there",
            R"({"resourceType":"CodeSystem","extension":[{"url":"u","valueCode":"v"}],"copyrightLabel":"All"})",
            R"({"resourceType":"CodeSystem","extension":[{"url":"u","valueCode":"v"},)"
            R"({"url":")" HL7 R"(artifact-copyrightLabel","valueString":"All"}]})"},
        TransformCase{
            "related artifacts by their own rules",
            R"({"resourceType":"CodeSystem","relatedArtifact":[{"type":"part-of","publicationStatus":"active",)"
            R"("document":{"url":"u","size":"12","pages":3}}]})",
            R"({"resourceType":"CodeSystem","extension":[{"url":")" HL7
            R"(artifact-relatedArtifact","valueRelatedArtifact":{"type":"documentation",)"
            R"("document":{"url":"u","size":12}}}]})"},
        TransformCase{
            "a use for each designation, at any depth",
            R"({"resourceType":"CodeSystem","concept":[{"code":"a","concept":[{"code":"b","designation":[)"
            R"({"language":"en","use":{"code":"1"},"additionalUse":[{"code":"2"},{"code":"3"}],"value":"v"},)"
            R"({"value":"w"}]}]}]})",
            R"({"resourceType":"CodeSystem","concept":[{"code":"a","concept":[{"code":"b","designation":[)"
            R"({"language":"en","use":{"code":"1"},"value":"v"},{"language":"en","use":{"code":"2"},"value":"v"},)"
            R"({"language":"en","use":{"code":"3"},"value":"v"},{"value":"w"}]}]}]})"},
        TransformCase{
            "operators of filters",
            R"({"resourceType":"CodeSystem","filter":[{"code":"c","operator":["=","child-of","is-a"],"value":"x"}]})",
            R"({"resourceType":"CodeSystem","filter":[{"code":"c","operator":["=","is-a"],"value":"x"}]})"},
        TransformCase{
            "extensions of a primitive that goes",
            R"({"resourceType":"CodeSystem","copyrightLabel":"x","_copyrightLabel":{"id":"1"},"_title":{"id":"2"}})",
            R"({"resourceType":"CodeSystem","_title":{"id":"2"},"extension":[{"url":")" HL7
            R"(artifact-copyrightLabel","valueString":"x"}]})"}));

INSTANTIATE_TEST_SUITE_P(
    ConceptMap, ToVersion4,
    testing::Values(
        TransformCase{
            "scopes, identifier, properties",
            R"({"resourceType":"ConceptMap","identifier":[{"value":"1"},{"value":"2"}],"sourceScopeUri":"s",)"
            R"("targetScopeCanonical":"t","_sourceScopeUri":{"id":"x"},"property":[{"code":"p"}]})",
            R"({"resourceType":"ConceptMap","identifier":{"value":"1"},"sourceUri":"s",)"
            R"("targetCanonical":"t","_sourceUri":{"id":"x"}})"},
        TransformCase{
            "versions of a group",
            R"({"resourceType":"ConceptMap","group":[{"source":"http:\/\/s|1","target":"http://t"}]})",
            R"({"resourceType":"ConceptMap","group":[{"source":"http://s","sourceVersion":"1","target":"http://t"}]})"},
        TransformCase{
            "relationships",
            R"({"resourceType":"ConceptMap","group":[{"element":[{"code":"a","target":[)"
            R"({"code":"1","relationship":"related-to"},{"code":"2","relationship":"equivalent"},)"
            R"({"code":"3","relationship":"source-is-narrower-than-target","property":[{}]},)"
            R"({"code":"4","relationship":"source-is-broader-than-target"},)"
            R"({"code":"5","relationship":"not-related-to","valueSet":"v"}]},{"code":"b","noMap":true},)"
            R"({"code":"c","noMap":false,"target":[{"code":"6","relationship":"equivalent"}]}]}]})",
            R"({"resourceType":"ConceptMap","group":[{"element":[{"code":"a","target":[)"
            R"({"code":"1","equivalence":"relatedto"},{"code":"2","equivalence":"equivalent"},)"
            R"({"code":"3","equivalence":"wider"},)"
            R"({"code":"4","equivalence":"narrower"},)"
            R"({"code":"5","equivalence":"disjoint"}]},{"code":"b","target":[{"equivalence":"unmatched"}]},)"
            R"({"code":"c","target":[{"code":"6","equivalence":"equivalent"}]}]}]})"},
        TransformCase{
            "dependencies",
            R"({"resourceType":"ConceptMap","additionalAttribute":[{"code":"sex","uri":"http://sex"}],"group":[{)"
            R"("element":[{"code":"a","target":[{"relationship":"equivalent","dependsOn":[)"
            R"({"attribute":"sex","valueCoding":{"system":"s","code":"f","display":"F"}},)"
            R"({"attribute":"age","valueString":"12"},{"attribute":"old","valueBoolean":true},)"
            R"({"attribute":"q","valueQuantity":{"value":1}}],"product":[{"attribute":"q","valueQuantity":{}}]}]}]}]})",
            R"({"resourceType":"ConceptMap","group":[{)"
            R"("element":[{"code":"a","target":[{"equivalence":"equivalent","dependsOn":[)"
            R"({"property":"http://sex","system":"s","value":"f","display":"F"},)"
            R"({"property":"age","value":"12"},{"property":"old","value":"true"}]}]}]}]})"},
        TransformCase{
            "unmapped",
            R"({"resourceType":"ConceptMap","group":[{"unmapped":{"mode":"use-source-code","relationship":"equivalent"}},)"
            R"({"unmapped":{"mode":"other-map","otherMap":"m"}},{"unmapped":{"mode":"fixed","code":"c"}}]})",
            R"({"resourceType":"ConceptMap","group":[{"unmapped":{"mode":"provided"}},)"
            R"({"unmapped":{"mode":"other-map","url":"m"}},{"unmapped":{"mode":"fixed","code":"c"}}]})"}));

TEST(Version, RewritesConceptMapDependenciesOnce) {
  // A map without dependsOn entries that can be shown has no empty array.
  EXPECT_EQ(
      ToVersion(
          R"({"resourceType":"ConceptMap","group":[{"element":[{"target":[{"product":[]}]}]}]})",
          FhirVersion::kR4),
      R"({"resourceType":"ConceptMap","group":[{"element":[{"target":[{}]}]}]})");
}

INSTANTIATE_TEST_SUITE_P(
    Others, ToVersion4,
    testing::Values(
        TransformCase{
            "PlanDefinition",
            R"({"resourceType":"PlanDefinition","copyrightLabel":"c","lastReviewDate":"2026-01-01",)"
            R"("relatedArtifact":[{"type":"derived-from","document":{"url":"u"},"resourceReference":{"reference":"r"}}],)"
            R"("action":[{"linkId":"1","code":{"text":"c"},"description":"d","action":[{"code":{"text":"e"}}],)"
            R"("input":[{"title":"t","requirement":{"type":"Coverage"}},{"relatedData":"x"}],)"
            R"("relatedAction":[{"targetId":"2","relationship":"after","endRelationship":"before"}]}]})",
            R"({"resourceType":"PlanDefinition","lastReviewDate":"2026-01-01",)"
            R"("relatedArtifact":[{"type":"derived-from","document":{"url":"u"}}],)"
            R"("action":[{"code":[{"text":"c"}],"description":"d","action":[{"code":[{"text":"e"}]}],)"
            R"("input":[{"type":"Coverage"}],)"
            R"("relatedAction":[{"actionId":"2","relationship":"after"}]}],)"
            R"("extension":[{"url":")" HL7 R"(artifact-copyrightLabel","valueString":"c"}]})"},
        TransformCase{
            "OperationDefinition",
            R"({"resourceType":"OperationDefinition","copyright":"c","parameter":[{"name":"p","scope":["type"],)"
            R"("part":[{"name":"q","allowedType":["code"]}]}]})",
            R"({"resourceType":"OperationDefinition","parameter":[{"name":"p","part":[{"name":"q"}]}]})"},
        TransformCase{
            "TerminologyCapabilities",
            R"({"resourceType":"TerminologyCapabilities","codeSystem":[{"uri":"u","content":"fragment"}],"codeSearch":"in-compose"})",
            R"({"resourceType":"TerminologyCapabilities","codeSystem":[{"uri":"u"}],"codeSearch":"explicit"})"},
        TransformCase{
            "CapabilityStatement",
            R"({"resourceType":"CapabilityStatement","acceptLanguage":["en"],"rest":[{"resource":[{"type":"A","conditionalPatch":true}]}]})",
            R"({"resourceType":"CapabilityStatement","rest":[{"resource":[{"type":"A"}]}]})"},
        TransformCase{
            "ValueSet",
            R"({"resourceType":"ValueSet","scope":{},"compose":{"property":["p"],"include":[{"system":"s","copyright":"c"}]},)"
            R"("expansion":{"next":"n","total":1}})",
            R"({"resourceType":"ValueSet","compose":{"include":[{"system":"s"}]},"expansion":{"total":1}})"},
        TransformCase{
            "NamingSystem",
            R"({"resourceType":"NamingSystem","url":"u","version":"1","title":"t","experimental":false,"copyright":"c",)"
            R"("purpose":"p","identifier":[{"value":"1"},{"value":"2"}],"approvalDate":"2020",)"
            R"("uniqueId":[{"type":"uri","value":"v"},{"type":"iri-stem","value":"w","authoritative":true}]})",
            R"({"resourceType":"NamingSystem","uniqueId":[{"type":"uri","value":"v"},{"type":"other","value":"w"}],"extension":[)"
            R"({"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.url","valueUri":"u"},)"
            R"({"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.version","valueString":"1"},)"
            R"({"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.title","valueString":"t"},)"
            R"({"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.identifier","valueIdentifier":{"value":"1"}},)"
            R"({"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.identifier","valueIdentifier":{"value":"2"}},)"
            R"({"url":")" HL7 R"(resource-approvalDate","valueDate":"2020"}]})"},
        TransformCase{
            "Organization",
            R"({"resourceType":"Organization","description":"d","contact":[{"name":[{"text":"n"}],"telecom":[]}]})",
            R"({"resourceType":"Organization","contact":[{"name":{"text":"n"},"telecom":[]}]})"},
        TransformCase{"a type without rules", R"({"resourceType":"Patient","copyrightLabel":"x"})",
                      R"({"resourceType":"Patient","copyrightLabel":"x"})"}));

// A map in R4's shape is the same at R4, and R5 at R5.
class EarlierConceptMap : public testing::TestWithParam<TransformCase> {};

TEST_P(EarlierConceptMap, BecomesCurrent) {
  EXPECT_EQ(ToVersion(GetParam().at_4, FhirVersion::kR4), GetParam().at_4);
  EXPECT_EQ(ToVersion(GetParam().at_4, FhirVersion::kR5), GetParam().stored);
}

#define MAP(members) R"({"resourceType":"ConceptMap",)" members "}"
#define OLD                                      \
  "http://hl7.org/fhir/4.0/StructureDefinition/" \
  "extension-ConceptMap.group.element.target.equivalence"

INSTANTIATE_TEST_SUITE_P(
    Maps, EarlierConceptMap,
    testing::Values(
        TransformCase{
            "scopes and identifier",
            MAP(R"("identifier":[{"value":"1"}],"sourceScopeUri":"s","_sourceScopeUri":{"id":"x"},"targetScopeCanonical":"t")"),
            MAP(R"("identifier":{"value":"1"},"sourceUri":"s","_sourceUri":{"id":"x"},"targetCanonical":"t")")},
        TransformCase{
            "systems and versions",
            MAP(R"("group":[{"source":"http://s|1","target":"http://t","element":[{"code":"a","display":"A"}]}])"),
            MAP(R"("group":[{"source":"http://s","sourceVersion":"1","target":"http://t","element":[{"code":"a","display":"A"}]}])")},
        TransformCase{
            "equivalences, the wider new code with the old one beside it",
            MAP(R"("group":[{"element":[{"code":"a","target":[{"code":"1","relationship":"equivalent"},)"
                R"({"code":"2","relationship":"source-is-narrower-than-target","extension":[{"url":"e"},)"
                R"({"url":")" OLD R"(","valueCode":"subsumes"}]},)"
                R"({"code":"3","relationship":"source-is-broader-than-target"},)"
                R"({"code":"4","relationship":"not-related-to"},)"
                R"({"relationship":"related-to","extension":[{"url":")" OLD
                R"(","valueCode":"new"}]}]}]}])"),
            MAP(R"("group":[{"element":[{"code":"a","target":[{"code":"1","equivalence":"equivalent"},)"
                R"({"code":"2","equivalence":"subsumes","extension":[{"url":"e"}]},{"code":"3","equivalence":"narrower"},)"
                R"({"code":"4","equivalence":"disjoint"},{"equivalence":"new"}]}]}])")},
        TransformCase{
            "nothing to map to", MAP(R"("group":[{"element":[{"code":"a","noMap":true}]}])"),
            MAP(R"("group":[{"element":[{"code":"a","target":[{"equivalence":"unmatched","comment":"c"}]}]}])")},
        TransformCase{
            "dependencies",
            MAP(R"("group":[{"element":[{"target":[{"dependsOn":[{"attribute":"p","valueString":"v"}],)"
                R"("product":[{"attribute":"q","valueCoding":{"system":"s","code":"w","display":"W"}}],)"
                R"("relationship":"equivalent"}]}]}])"),
            MAP(R"("group":[{"element":[{"target":[{"equivalence":"equivalent","dependsOn":[{"property":"p","value":"v"}],)"
                R"("product":[{"property":"q","system":"s","value":"w","display":"W"}]}]}]}])")},
        TransformCase{
            "unmapped",
            MAP(R"("group":[{"unmapped":{"mode":"other-map","otherMap":"m"}},{"unmapped":{"mode":"use-source-code"}}])"),
            MAP(R"("group":[{"unmapped":{"mode":"other-map","url":"m"}},{"unmapped":{"mode":"provided"}}])")}));

TEST(Version, KeepsWhiteSpaceInsideWhatItCopies) {
  EXPECT_EQ(
      ToVersion("{ \"resourceType\" : \"CodeSystem\" ,\n \"text\" : { \"div\" : \"<x> </x>\" } }",
                FhirVersion::kR4),
      R"({"resourceType":"CodeSystem","text":{ "div" : "<x> </x>" }})");
}

TEST(Version, NamesBasesAndDefinitions) {
  EXPECT_EQ(InfoOf(FhirVersion::kR4).path, "r4");
  EXPECT_EQ(InfoOf(FhirVersion::kR5).full, "5.0.0");
  EXPECT_EQ(AllVersions().size(), 2u);
  EXPECT_EQ(DefinitionUrl(LookupOp::kInfo, "https://x/fhir"),
            "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup");
  EXPECT_EQ(DefinitionUrl(RelatedCodesOp::kInfo, "https://x/fhir"),
            "https://x/fhir/OperationDefinition/CodeSystem-related-codes");
  EXPECT_FALSE(LevelsOf(LookupOp::kInfo, FhirVersion::kR4).instance);
  EXPECT_TRUE(LevelsOf(LookupOp::kInfo, FhirVersion::kR5).instance);
  EXPECT_FALSE(Defines(FhirVersion::kR4, In::kR5));
  EXPECT_TRUE(Defines(FhirVersion::kR4, In::kBoth));
}

TEST(Version, RepeatsDesignationsOnlyWhereNeeded) {
  const std::vector<LookupDesignation> plain = {{"en", {"s", "", "1", ""}, {}, "v", {}}};
  const std::vector<LookupDesignation> several = {
      {"en", {"s", "", "1", ""}, {{"s", "", "2", ""}}, "v", {}}};
  EXPECT_FALSE(NeedsRepeat(FhirVersion::kR4, plain));
  EXPECT_FALSE(NeedsRepeat(FhirVersion::kR5, several));
  ASSERT_TRUE(NeedsRepeat(FhirVersion::kR4, several));
  const auto repeated = Repeated(several);
  ASSERT_EQ(repeated.size(), 2u);
  EXPECT_EQ(repeated[1].use.code, "2");
  EXPECT_TRUE(repeated[1].additional_uses.empty());
}

}  // namespace
}  // namespace chemoterm::fhir
