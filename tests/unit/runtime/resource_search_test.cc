// Searches of terminology resources, as the tables of R4 and R5 have their parameters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "chemoterm/engine.h"
#include "support/tgz.h"
#include "unit/load/content_dir.h"

namespace chemoterm {
namespace {

using testing::ElementsAreArray;

constexpr std::string_view kUseContext = R"("useContext":[
{"code":{"system":"http://t","code":"focus"},"valueCodeableConcept":{"coding":[{"system":"http://s","code":"onc"}],"text":"Oncology"}},
{"code":{"system":"http://t","code":"age"},"valueQuantity":{"value":18.5,"system":"http://u","code":"a"}},
{"code":{"system":"http://t","code":"weight"},"valueRange":{"low":{"value":40,"system":"http://u","code":"kg"},"high":{"value":90}}}],)";
constexpr std::string_view kRelated = R"("relatedArtifact":[
{"type":"derived-from","resource":"http://old.example/x|1"},{"type":"predecessor","resource":"http://past.example/x"}],
"effectivePeriod":{"start":"2024-01-01","end":"2024-12-31"},"topic":[{"coding":[{"system":"http://s","code":"top"}]}],)";

// Two of each type: "one" has everything, "two" little.
const Engine& TheEngine() {
  static const Engine* const engine = [] {
    static load::ContentDir content;
    content.Write();
    content.WriteFile(
        "p/p.tgz",
        testing_support::Tgz(
            {testing_support::PackageJson("p", "1"),
             {"package/CodeSystem-1.json",
              base::Concat(
                  {R"({"resourceType":"CodeSystem","id":"one","url":"http://x.example/cs","version":"1.2","name":"OneSystem",
 "title":"The One","status":"active","date":"2024-05-06","publisher":"Acme Press","description":"All of it",
 "identifier":[{"system":"urn:i","value":"77"}],"jurisdiction":[{"coding":[{"system":"urn:iso","code":"US"}]}],)",
                   kUseContext, kRelated,
                   R"("content":"complete","concept":[{"code":"c1","designation":[{"language":"de","value":"Eins"}]}]})"})},
             {"package/CodeSystem-2.json",
              R"({"resourceType":"CodeSystem","id":"two","url":"http://x.example/cs2","status":"draft","content":"supplement",
 "supplements":"http://x.example/cs|1.2","concept":[{"code":"c1"}]})"},
             {"package/ValueSet-1.json",
              base::Concat(
                  {R"({"resourceType":"ValueSet","id":"one","url":"http://x.example/vs","version":"1","name":"OneSet","status":"active",)",
                   kUseContext, kRelated,
                   R"("compose":{"include":[{"system":"http://x.example/cs","concept":[{"code":"c1"}]}]}})"})},
             {"package/ValueSet-2.json",
              R"({"resourceType":"ValueSet","id":"two","url":"http://x.example/vs2","status":"retired",
 "expansion":{"identifier":"urn:uuid:e","contains":[{"system":"http://x.example/cs","code":"c8","contains":[{"code":"c9"}]}]}})"},
             {"package/ConceptMap-1.json",
              R"({"resourceType":"ConceptMap","id":"one","url":"http://x.example/cm","status":"active","sourceScopeCanonical":"http://x.example/vs|1",
 "targetScopeUri":"http://y.example/vs","property":[{"code":"p","uri":"http://x.example/p","type":"string"}],
 "group":[{"source":"http://x.example/cs|1.2","target":"http://y.example/cs",
 "element":[{"code":"c1","target":[{"code":"t1","relationship":"equivalent","dependsOn":[{"attribute":"dep","valueCode":"v"}],
 "product":[{"attribute":"pro","valueCode":"v"}]}]}],"unmapped":{"mode":"other-map","otherMap":"http://x.example/other"}}]})"},
             {"package/ConceptMap-2.json",
              R"({"resourceType":"ConceptMap","id":"two","url":"http://x.example/cm2","status":"active","sourceUri":"http://x.example/vs2",
 "targetCanonical":"http://y.example/vs2","group":[{"source":"http://x.example/cs3","sourceVersion":"1","target":"http://y.example/cs3",
 "element":[{"code":"d1","target":[{"code":"t2","equivalence":"wider","dependsOn":[{"property":"http://dep2","value":"v"}]}]}],
 "unmapped":{"mode":"other-map","url":"http://x.example/other2"}}]})"},
             {"package/NamingSystem-1.json",
              base::Concat(
                  {R"({"resourceType":"NamingSystem","id":"one","url":"http://x.example/ns","version":"1","name":"OneName","status":"active",
 "kind":"codesystem","date":"2024-05-06","publisher":"Acme","responsible":"Acme House","description":"Names",
 "contact":[{"name":"Jo Doe","telecom":[{"system":"email","value":"jo@x.example"}]}],"type":{"coding":[{"system":"http://v2","code":"TAX"}]},)",
                   kUseContext, kRelated,
                   R"("uniqueId":[{"type":"oid","value":"1.2.3","period":{"start":"2020-01-01"}},{"type":"uri","value":"http://x.example/cs"}]})"})},
             {"package/NamingSystem-2.json",
              R"({"resourceType":"NamingSystem","id":"two","name":"TwoName","status":"draft","kind":"identifier","date":"2010",
 "uniqueId":[{"type":"uuid","value":"u-u"}]})"}}));
    EngineOptions options;
    options.content_dir = content.path();
    options.packages_dir = content.path() + "/p";
    auto opened = Engine::Open(std::move(options));
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? opened->release() : nullptr;
  }();
  return *engine;
}

struct Search {
  const char* type;
  const char* criterion;  // "name:modifier=value"
  std::vector<std::string> ids;
};

// Readable names in the output of a failing row.
void PrintTo(const Search& row, std::ostream* out) { *out << row.type << "?" << row.criterion; }

class ResourceSearch : public testing::TestWithParam<Search> {};

TEST_P(ResourceSearch, Finds) {
  const auto [head, value] = base::SplitOnce(GetParam().criterion, '=');
  const auto [name, modifier] = base::SplitOnce(head, ':');
  SearchResourcesRequest request;
  request.type = GetParam().type;
  request.criteria.push_back({std::string(name), std::string(modifier), {std::string(value)}});
  const auto answer = TheEngine().Run(CallContext{}, request);
  ASSERT_TRUE(answer.ok()) << GetParam().criterion << ": " << answer.status();
  std::vector<std::string> ids;
  for (const ResourceView& view : answer->value.resources) ids.emplace_back(view.id);
  EXPECT_THAT(ids, ElementsAreArray(GetParam().ids))
      << GetParam().type << "?" << GetParam().criterion;
}

INSTANTIATE_TEST_SUITE_P(
    CodeSystems, ResourceSearch,
    testing::Values(Search{"CodeSystem", "url=http://x.example/cs", {"one"}},
                    Search{"CodeSystem", "url:below=http://x.example", {"one", "two"}},
                    Search{"CodeSystem", "system=http://x.example/cs2", {"two"}},
                    Search{"CodeSystem", "version=1.2", {"one"}},
                    Search{"CodeSystem", "name=onesys", {"one"}},
                    Search{"CodeSystem", "title:contains=ONE", {"one"}},
                    Search{"CodeSystem", "status=draft", {"two"}},
                    Search{"CodeSystem", "publisher=acme", {"one"}},
                    Search{"CodeSystem", "description=all", {"one"}},
                    Search{"CodeSystem", "date=2024-05", {"one"}},
                    Search{"CodeSystem", "date=lt2024-05", {}},
                    Search{"CodeSystem", "identifier=urn:i|77", {"one"}},
                    Search{"CodeSystem", "jurisdiction=urn:iso|US", {"one"}},
                    Search{"CodeSystem", "code=c1", {"one", "two"}},
                    Search{"CodeSystem", "code=http://x.example/cs|c1", {"one"}},
                    Search{"CodeSystem", "code=c2", {}},
                    Search{"CodeSystem", "content-mode=supplement", {"more", "two"}},
                    Search{"CodeSystem", "language=de", {"one"}},
                    Search{"CodeSystem", "supplements=http://x.example/cs", {"two"}},
                    Search{"CodeSystem", "derived-from=http://old.example/x", {"one"}},
                    Search{"CodeSystem", "predecessor=http://past.example/x", {"one"}},
                    Search{"CodeSystem", "predecessor=http://old.example/x", {}},
                    Search{"CodeSystem", "effective=2024", {"one"}},
                    Search{"CodeSystem", "topic=http://s|top", {"one"}}));

INSTANTIATE_TEST_SUITE_P(
    UseContexts, ResourceSearch,
    testing::Values(Search{"CodeSystem", "context=http://s|onc", {"one"}},
                    Search{"CodeSystem", "context-type=focus", {"one"}},
                    Search{"ValueSet", "context-type-value=focus$onc", {"one"}},
                    Search{"ValueSet", "context-type-value=http://t|focus$http://s|onc", {"one"}},
                    Search{"ValueSet", "context-type-value=http://t|age$http://s|onc", {}},
                    Search{"ValueSet", "context-quantity=18.5", {"one"}},
                    Search{"ValueSet", "context-quantity=18.5||a", {"one"}},
                    Search{"ValueSet", "context-quantity=18.5|http://other|a", {}},
                    Search{"ValueSet", "context-quantity=18.50", {"one"}},
                    Search{"ValueSet", "context-quantity=18", {}},
                    Search{"ValueSet", "context-quantity=gt80|http://u|kg", {"one"}},
                    Search{"ValueSet", "context-quantity=gt95", {}},
                    Search{"NamingSystem", "context-type-quantity=age$lt19", {"one"}},
                    Search{"NamingSystem", "context-type-quantity=http://t|weight$lt19", {}}));

INSTANTIATE_TEST_SUITE_P(
    ValueSets, ResourceSearch,
    testing::Values(Search{"ValueSet", "reference=http://x.example/cs", {"one"}},
                    Search{"ValueSet", "code=c1", {"one"}},
                    Search{"ValueSet", "code=http://x.example/cs|c1", {"one"}},
                    Search{"ValueSet", "code=http://y.example|c1", {}},
                    Search{"ValueSet", "code=c9", {"two"}},
                    Search{"ValueSet", "expansion=urn:uuid:e", {"two"}},
                    Search{"ValueSet", "status:not=active", {"two"}},
                    Search{"ValueSet", "name:missing=true", {"two"}},
                    Search{"ValueSet", "derived-from=http://old.example/x|1", {"one"}}));

INSTANTIATE_TEST_SUITE_P(
    ConceptMaps, ResourceSearch,
    testing::Values(Search{"ConceptMap", "source-code=c1", {"one"}},
                    Search{"ConceptMap", "target-code=t2", {"two"}},
                    Search{"ConceptMap", "source=http://x.example/vs", {"one"}},
                    Search{"ConceptMap", "source-scope=http://x.example/vs|1", {"one"}},
                    Search{"ConceptMap", "source-uri=http://x.example/vs2", {"two"}},
                    Search{"ConceptMap", "source-scope-uri=http://x.example/vs2", {"two"}},
                    Search{"ConceptMap", "target-scope=http://y.example/vs2", {"two"}},
                    Search{"ConceptMap", "target=http://y.example/vs2", {"two"}},
                    Search{"ConceptMap", "target-uri=http://y.example/vs", {"one"}},
                    Search{"ConceptMap", "target-scope-uri=http://y.example/vs", {"one"}},
                    Search{"ConceptMap", "source-system=http://x.example/cs", {"one"}},
                    Search{"ConceptMap", "source-group-system=http://x.example/cs3", {"two"}},
                    Search{"ConceptMap", "target-system=http://y.example/cs3", {"two"}},
                    Search{"ConceptMap", "target-group-system=http://y.example/cs", {"one"}},
                    Search{"ConceptMap", "other=http://x.example/other2", {"two"}},
                    Search{"ConceptMap", "other-map=http://x.example/other", {"one"}},
                    Search{"ConceptMap", "dependson=dep", {"one"}},
                    Search{"ConceptMap", "dependson=http://dep2", {"two"}},
                    Search{"ConceptMap", "product=pro", {"one"}},
                    Search{"ConceptMap", "mapping-property=http://x.example/p", {"one"}}));

INSTANTIATE_TEST_SUITE_P(NamingSystems, ResourceSearch,
                         testing::Values(Search{"NamingSystem", "value=1.2.3", {"one"}},
                                         Search{"NamingSystem", "id-type=uuid", {"two"}},
                                         Search{"NamingSystem", "kind=identifier", {"two"}},
                                         Search{"NamingSystem", "type=http://v2|TAX", {"one"}},
                                         Search{"NamingSystem", "period=2021", {}},
                                         Search{"NamingSystem", "period=ge2021", {"one"}},
                                         Search{"NamingSystem", "responsible=acme", {"one"}},
                                         Search{"NamingSystem", "contact=jo", {"one"}},
                                         Search{
                                             "NamingSystem", "telecom=email|jo@x.example", {"one"}},
                                         Search{"NamingSystem", "name=two", {"two"}},
                                         Search{"NamingSystem", "date=2010", {"two"}},
                                         Search{"NamingSystem", "status=active", {"one"}},
                                         Search{"NamingSystem", "url=http://x.example/ns", {"one"}},
                                         Search{"NamingSystem", "version=1", {"one"}},
                                         Search{"NamingSystem", "topic=top", {"one"}},
                                         Search{"NamingSystem", "description=names", {"one"}}));

class BadSearch : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BadSearch, IsRefused) {
  SearchResourcesRequest request;
  request.type = "ValueSet";
  request.criteria.push_back({GetParam().first, "", {GetParam().second}});
  const auto answer = TheEngine().Run(CallContext{}, request);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(FailureOf(answer.status()).reason, Reason::kInvalidParameter);
}

INSTANTIATE_TEST_SUITE_P(Values, BadSearch,
                         testing::Values(std::pair{"context-quantity", "much"},
                                         std::pair{"context-quantity", "xx5"},
                                         std::pair{"context-quantity", "|http://u|a"},
                                         std::pair{"context-type-value", "focus"},
                                         std::pair{"context-type-value", "$onc"},
                                         std::pair{"context-type-quantity", "age$old"},
                                         std::pair{"source-code", "c1"},
                                         std::pair{"date", "yesterday"}));

}  // namespace
}  // namespace chemoterm
