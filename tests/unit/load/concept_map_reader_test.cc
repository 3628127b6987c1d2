// ConceptMaps of requests: R4 and R5 spellings become one model, and what cannot be used is
// refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "load/inline_reader.h"

namespace chemoterm::load {
namespace {

using model::MapGroup;
using model::Relationship;
using model::Unmapped;

std::string MapWith(std::string_view members) {
  return base::Concat(
      {R"({"resourceType":"ConceptMap","url":"http://m","version":"1",)", members, "}"});
}

std::string GroupWith(std::string_view members) {
  return MapWith(
      base::Concat({R"("group":[{"source":"http://s","target":"http://t",)", members, "}]"}));
}

std::shared_ptr<const model::ConceptMap> Read(std::string_view json) {
  const auto read = ReadInline(json, "conceptMap");
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() ? read->concept_map : nullptr;
}

std::string FaultOf(std::string_view json) {
  const auto read = ReadInline(json, "conceptMap");
  return read.ok() ? "" : FailureOf(read.status()).text;
}

TEST(ConceptMapReader, TakesSystemsWithVersionsInBothSpellings) {
  for (const std::string_view group :
       {R"({"source":"http://s|1","target":"http://t|2"})",
        R"({"source":"http://s","sourceVersion":"1","target":"http://t","targetVersion":"2"})"}) {
    const auto map = Read(MapWith(base::Concat({R"("group":[)", group, "]"})));
    ASSERT_NE(map, nullptr);
    const MapGroup& read = map->groups.at(0);
    EXPECT_EQ(read.source + " " + read.source_version, "http://s 1");
    EXPECT_EQ(read.target + " " + read.target_version, "http://t 2");
  }
}

TEST(ConceptMapReader, TakesScopesInEverySpelling) {
  for (const std::string_view key :
       {"sourceUri", "sourceCanonical", "sourceScopeUri", "sourceScopeCanonical"}) {
    EXPECT_EQ(Read(MapWith(base::Concat({"\"", key, R"(":"http://v")"})))->source_scope, "http://v")
        << key;
  }
  for (const std::string_view key :
       {"targetUri", "targetCanonical", "targetScopeUri", "targetScopeCanonical"}) {
    EXPECT_EQ(Read(MapWith(base::Concat({"\"", key, R"(":"http://v")"})))->target_scope, "http://v")
        << key;
  }
}

TEST(ConceptMapReader, TakesEquivalencesOfR4AsRelationships) {
  const std::pair<std::string_view, Relationship> cases[] = {
      {"relatedto", Relationship::kRelatedTo},    {"inexact", Relationship::kRelatedTo},
      {"equivalent", Relationship::kEquivalent},  {"equal", Relationship::kEquivalent},
      {"wider", Relationship::kNarrower},         {"subsumes", Relationship::kNarrower},
      {"narrower", Relationship::kBroader},       {"specializes", Relationship::kBroader},
      {"unmatched", Relationship::kNotRelatedTo}, {"disjoint", Relationship::kNotRelatedTo}};
  for (const auto& [equivalence, relationship] : cases) {
    const auto map = Read(
        GroupWith(base::Concat({R"("element":[{"code":"a","target":[{"code":"A","equivalence":")",
                                equivalence, R"("}]}])"})));
    ASSERT_NE(map, nullptr);
    EXPECT_EQ(map->groups[0].TargetsOf(0)[0].relationship, relationship) << equivalence;
  }
}

TEST(ConceptMapReader, TakesAnUnmatchedTargetWithoutCodeAsNoMap) {
  const auto map =
      Read(GroupWith(R"("element":[{"code":"a","target":[{"equivalence":"unmatched"}]}])"));
  EXPECT_TRUE(map->groups[0].element(0).no_map);
  EXPECT_TRUE(map->groups[0].TargetsOf(0).empty());
}

TEST(ConceptMapReader, GivesAttributesTheirUris) {
  const auto map = Read(MapWith(
      R"("property":[{"code":"p","uri":"http://p"}],"additionalAttribute":[{"code":"sex","uri":"http://sex"}],)"
      R"("group":[{"source":"http://s","target":"http://t","element":[{"code":"a","target":[{"code":"A",)"
      R"("relationship":"equivalent","property":[{"code":"p","valueInteger":3}],)"
      R"("dependsOn":[{"attribute":"sex","valueCode":"f"},{"attribute":"age","valueSet":"http://vs"}],)"
      R"("product":[{"attribute":"sex","valueCoding":{"system":"http://c","code":"x"}}]}]}]}])"));
  const MapGroup& group = map->groups[0];
  const auto& details = *group.DetailsOf(group.TargetsOf(0)[0]);
  EXPECT_EQ(details.properties[0].name, "http://p");
  EXPECT_EQ(details.properties[0].value.text, "3");
  EXPECT_EQ(details.depends_on[0].name, "http://sex");
  EXPECT_EQ(details.depends_on[0].value.text, "f");
  EXPECT_EQ(details.depends_on[1].name, "age");
  EXPECT_EQ(details.depends_on[1].value_set, "http://vs");
  EXPECT_EQ(details.products[0].value.coding.code, "x");
}

TEST(ConceptMapReader, TakesDependenciesOfR4) {
  const auto map = Read(GroupWith(
      R"("element":[{"code":"a","target":[{"code":"A","equivalence":"equal","dependsOn":[)"
      R"({"property":"http://sex","system":"http://c","value":"f","display":"F"},{"property":"http://age","value":"3"}]}]}])"));
  const MapGroup& group = map->groups[0];
  const auto& depends = group.DetailsOf(group.TargetsOf(0)[0])->depends_on;
  EXPECT_EQ(depends[0].value.coding.system + "|" + depends[0].value.coding.code, "http://c|f");
  EXPECT_EQ(depends[1].value.text, "3");
}

struct UnmappedCase {
  std::string_view json;
  Unmapped::Mode mode;
  Relationship relationship;
};

TEST(ConceptMapReader, TakesEveryModeOfUnmapped) {
  using Mode = Unmapped::Mode;
  const UnmappedCase cases[] = {
      {R"({"mode":"use-source-code"})", Mode::kSourceCode, Relationship::kEquivalent},
      {R"({"mode":"provided"})", Mode::kSourceCode, Relationship::kEquivalent},
      {R"({"mode":"fixed","code":"x"})", Mode::kFixed, Relationship::kRelatedTo},
      {R"({"mode":"fixed","code":"x","relationship":"source-is-narrower-than-target"})",
       Mode::kFixed, Relationship::kNarrower},
      {R"({"mode":"other-map","otherMap":"http://o"})", Mode::kOtherMap, Relationship::kRelatedTo},
      {R"({"mode":"other-map","url":"http://o"})", Mode::kOtherMap, Relationship::kRelatedTo}};
  for (const auto& [json, mode, relationship] : cases) {
    const auto map = Read(GroupWith(base::Concat({R"("unmapped":)", json})));
    ASSERT_NE(map, nullptr) << json;
    EXPECT_EQ(map->groups[0].unmapped.mode, mode) << json;
    EXPECT_EQ(map->groups[0].unmapped.relationship, relationship) << json;
    if (mode == Mode::kOtherMap) {
      EXPECT_EQ(map->groups[0].unmapped.other_map, "http://o");
    }
  }
}

TEST(ConceptMapReader, PassesOverUnknownMembersAndGroupsWithoutSystem) {
  EXPECT_EQ(FaultOf(MapWith(R"("colour":"red","group":[{"element":[{"code":"a","weight":3}]}])")),
            "");
}

TEST(ConceptMapReader, RefusesWhatCannotBeUsed) {
  const std::pair<std::string, std::string_view> cases[] = {
      {MapWith(R"("group":{})"), "'group' must be a list"},
      {MapWith(R"("group":[3])"), "'group' must be a list of objects"},
      {GroupWith(R"("element":[{}])"), "an element without 'code'"},
      {GroupWith(R"("element":[{"code":3}])"), "'code' must be a text"},
      {GroupWith(R"("element":[{"code":"a","noMap":"yes"}])"), "'noMap' must be true or false"},
      {GroupWith(R"("element":[{"code":"a","target":[{"relationship":"equivalent"}]}])"),
       "a target without 'code'"},
      {GroupWith(R"("element":[{"code":"a","target":[{"code":"A"}]}])"),
       "a target without 'relationship'"},
      {GroupWith(R"("element":[{"code":"a","target":[{"code":"A","relationship":"same"}]}])"),
       "'relationship' is 'same'"},
      {GroupWith(R"("element":[{"code":"a","target":[{"code":"A","equivalence":"same"}]}])"),
       "'same' is not an equivalence"},
      {GroupWith(
           R"("element":[{"code":"a","noMap":true,"target":[{"code":"A","relationship":"equivalent"}]}])"),
       "'noMap' and a target exclude each other"},
      {GroupWith(R"("unmapped":{})"), "'unmapped' without a mode"},
      {GroupWith(R"("unmapped":{"mode":"fixed"})"), "mode fixed without 'code'"},
      {GroupWith(R"("unmapped":{"mode":"other-map"})"), "mode other-map without 'otherMap'"},
      {GroupWith(
           R"("element":[{"code":"a","target":[{"code":"A","relationship":"equivalent","dependsOn":[{}]}]}])"),
       "without a name"},
  };
  for (const auto& [json, fault] : cases) {
    EXPECT_THAT(FaultOf(json), testing::HasSubstr(fault)) << json;
  }
}

}  // namespace
}  // namespace chemoterm::load
