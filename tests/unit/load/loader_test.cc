#include "load/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chemoterm/engine.h"
#include "load/json_text.h"
#include "load/search_values.h"
#include "model/catalog.h"
#include "unit/load/content_load.h"

namespace chemoterm::load {
namespace {

using model::ConceptId;
using model::Fact;
using model::Snapshot;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kA = "http://codes.example/a";

// "property=value" of each fact of a code, with what else is set.
std::vector<std::string> FactsOf(const Snapshot& snapshot, std::string_view code) {
  const auto system = *snapshot.FindSystem(kA, "");
  const auto id = *snapshot.System(system).Find(code);
  std::vector<std::string> facts;
  for (const Fact& fact : snapshot.Facts(system).Of(id)) {
    std::string text =
        base::Concat({snapshot.fact_properties[fact.property].code, "=",
                      fact.kind == ValueKind::kNone ? "none" : snapshot.Text(fact.value)});
    for (const auto symbol :
         {fact.coding_system, fact.setting, fact.period.start, fact.period.end}) {
      if (!snapshot.Text(symbol).empty()) text += base::Concat({" ", snapshot.Text(symbol)});
    }
    facts.push_back(base::Concat({text, " [", snapshot.SourceOf(fact.provenance).id, " ",
                                  snapshot.Text(fact.provenance.as_of), " ",
                                  snapshot.Text(fact.provenance.verification), " ",
                                  snapshot.Text(fact.provenance.licence), "]"}));
  }
  return facts;
}

std::string JsonOf(const Snapshot& snapshot, std::string_view type, std::string_view id) {
  const auto* resource = snapshot.resources.Find(type, id);
  return resource == nullptr ? "no such resource" : resource->json;
}

// The values of a search parameter: "system|value".
std::vector<std::string> ValuesOf(const Snapshot& snapshot, std::string_view type,
                                  std::string_view id, std::string_view param) {
  std::vector<std::string> values;
  const auto* resource = snapshot.resources.Find(type, id);
  if (resource == nullptr) return {"no such resource"};
  for (const auto& value : resource->values) {
    if (SearchParamsOf(type)[value.param].name != param) continue;
    std::string text =
        value.system.empty() ? value.value : base::Concat({value.system, "|", value.value});
    if (value.first != 0 || value.last != 0) {
      text = base::Concat({base::ToText(value.first), "-", base::ToText(value.last)});
    }
    values.push_back(std::move(text));
  }
  return values;
}

TEST(Loader, FilesFactsInTheOrderOfThePropertiesWithTheirProvenance) {
  ContentDir dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(
      FactsOf(*snapshot, "A1"),
      ElementsAre("note=One. [s 2026-01-02 sourced L]", "note=Two. [s+t 2026-01-02 unverified L]",
                  "kin=X1 http://codes.example/b [s 2026-01-02 sourced L]",
                  "work=0.80 2026-01-01 2026-12-31 [s 2026-01-02 sourced L]",
                  "units=3 2026-01-01 2026-12-31 [s 2026-01-02 sourced L]"));
  EXPECT_THAT(FactsOf(*snapshot, "A2"),
              ElementsAre("flag=false [s 2026-01-02 sourced L]",
                          "work=none 2026-01-01 2026-12-31 [s 2026-01-02 sourced L]"));
}

TEST(Loader, JoinsSources) {
  ContentDir dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const auto& sources = snapshot->sources;
  const auto joined = std::find_if(sources.begin(), sources.end(),
                                   [](const auto& each) { return each.id == "s+t"; });
  ASSERT_NE(joined, sources.end());
  EXPECT_EQ(joined->citation, "Source S; Source T");
  EXPECT_EQ(joined->url, "https://s.example");
  EXPECT_EQ(joined->licence, "L; M");
}

TEST(Loader, HeadOfARowsFileGivesDefaultsWhereverItStands) {
  ContentDir dir;
  dir.Set("rows.json",
          R"({"rows": [{"property": "note", "value": "V"}], "system": "cpt", "code": "A1",
    "source": "t", "asOf": "2025-05-05", "verification": "editorial", "licence": "own"})");
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(FactsOf(*snapshot, "A1"), Contains("note=V [t 2025-05-05 editorial own]"));
}

TEST(Loader, RegistersTheSupplementUnderItsCanonical) {
  ContentDir dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const auto id = snapshot->FindSystem("https://mini.example/fhir/CodeSystem/more", "1.0.0");
  ASSERT_TRUE(id.has_value());
  EXPECT_TRUE(snapshot->System(*id).info().is_supplement());
  EXPECT_EQ(snapshot->System(*id).info().supplements, kA);
  EXPECT_EQ(snapshot->System(*id).size(), 2U);
  EXPECT_EQ(snapshot->facts.size(), snapshot->systems.size());
  const auto& table = snapshot->Facts(*snapshot->FindSystem(kA, ""));
  EXPECT_EQ(table.supplement_url, "https://mini.example/fhir/CodeSystem/more");
  EXPECT_TRUE(table.is_default);
}

TEST(Loader, GivesRowsToEveryLoadedVersion) {
  ContentDir dir;
  std::string next = dir.files().at("a.json");
  next.replace(next.find("\"id\": \"a\""), 9, "\"id\": \"a-next\"");
  next.replace(next.find("\"2026\""), 6, "\"2027\"");
  dir.Set("next.json", next);
  dir.AddEntry("next.json", "code-system", R"(, "verification": "sourced")");
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(model::Catalog(*snapshot).VersionsOf(kA), ElementsAre("2026", "2027"));
  for (const auto version : {"2026", "2027"}) {
    EXPECT_EQ(snapshot->Facts(*snapshot->FindSystem(kA, version)).by_concept.values().size(), 7U);
  }
}

TEST(Loader, ACodeOfOthersMayBeInSeveralFiles) {
  ContentDir dir;
  dir.AddEntry("more-codes.csv", "external-codes");
  dir.Set("more-codes.csv", "system,code,kind\nb,X1,drug\nb,X2,drug\n");
  dir.Replace("relations.csv", "b,X1", "b,X2");
  EXPECT_NE(Load(dir), nullptr);
}

TEST(Loader, ReadsRelationsWithTheirKinds) {
  ContentDir dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const auto& relations = snapshot->relations;
  ASSERT_EQ(relations.size(), 2U);
  const auto& above = relations.kinds()[*relations.KindOf("above")];
  EXPECT_EQ(above.inverse, "below");
  EXPECT_EQ(above.reads, "is above");
  EXPECT_TRUE(relations.kinds()[*relations.KindOf("beside")].symmetric);
  EXPECT_EQ(relations.kinds()[*relations.KindOf("beside")].inverse, "beside");
  const auto& row = relations.Terms(relations.Row(0));
  EXPECT_EQ(row.period.first, 20260101);
  EXPECT_EQ(row.period.last, 0);
  EXPECT_EQ(snapshot->Text(row.note), "a, b");
  EXPECT_EQ(snapshot->Text(row.provenance.verification), "derived");
}

TEST(Loader, ReadsNotesWithTheirDays) {
  ContentDir dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  ASSERT_EQ(snapshot->coverage.notes().size(), 2U);
  const model::Note& note = snapshot->coverage.notes()[0];
  EXPECT_EQ(note.start, 20250301);
  EXPECT_EQ(note.end, 20260630);
  EXPECT_EQ(note.reviewed_on, 20260201);
  EXPECT_EQ(note.verification, "sourced");
  EXPECT_EQ(snapshot->coverage.system(), kA);
  const model::Note& bare = snapshot->coverage.notes()[1];
  EXPECT_EQ(bare.plan, model::Note::kNoPlan);
  EXPECT_THAT(bare.effective_start, IsEmpty());
  EXPECT_EQ(bare.reviewed_on, 0);
}

TEST(Loader, LeavesOutWhatIsUnverifiedOnWish) {
  ContentDir dir;
  const auto snapshot = Load(dir, {.dir = {}, .hide_unverified = true});
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(FactsOf(*snapshot, "A1"), Not(Contains(HasSubstr("Two."))));
  EXPECT_EQ(snapshot->coverage.notes().size(), 1U);
  EXPECT_EQ(JsonOf(*snapshot, "PlanDefinition", "beta-1"), "no such resource");
  EXPECT_THAT(JsonOf(*snapshot, "CodeSystem", "more"), Not(HasSubstr("Two.")));
}

TEST(Loader, RebasesEverythingOfOurs) {
  ContentDir dir;
  const auto snapshot = Load(dir, {.dir = {}, .canonical_base = "https://site.example/tx/"});
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(snapshot->canonical_base, "https://site.example/tx");
  EXPECT_EQ(snapshot->system_aliases.find("relation-kind")->second,
            "https://site.example/tx/CodeSystem/relation-kind");
  EXPECT_TRUE(snapshot->FindSystem("https://site.example/tx/CodeSystem/more", "").has_value());
  EXPECT_TRUE(snapshot->relations.KindOf("above").has_value());
  for (const auto type : ResourceTypes()) {
    for (const auto& resource : snapshot->resources.OfType(type)) {
      EXPECT_THAT(resource.json, Not(HasSubstr("mini.example"))) << resource.id;
    }
  }
}

TEST(Loader, SameContentGivesTheSameDigestAndVersions) {
  ContentDir dir;
  const auto first = Load(dir);
  const auto again = Load(dir);
  ASSERT_TRUE(first != nullptr && again != nullptr);
  EXPECT_EQ(first->digest, again->digest);
  EXPECT_EQ(first->digest.size(), 64U);
  dir.Replace("rows.json", "One.", "Other.");
  const auto other = Load(dir);
  ASSERT_NE(other, nullptr);
  EXPECT_NE(first->digest, other->digest);
  const auto version = [](const Snapshot& s, std::string_view id) {
    return s.resources.Find("CodeSystem", id)->version_id;
  };
  EXPECT_EQ(version(*first, "more"), version(*again, "more"));
  EXPECT_NE(version(*first, "more"), version(*other, "more"));
  EXPECT_EQ(version(*first, "a"), version(*other, "a"));
  EXPECT_EQ(version(*first, "a").size(), 16U);
  EXPECT_EQ(first->resources.Find("CodeSystem", "a")->last_modified, "2026-01-02T00:00:00Z");
}

TEST(Loader, KeepsMetaButWritesItsOwnVersion) {
  ContentDir dir;
  dir.Replace(
      "a.json", "\"url\"",
      R"("meta": {"versionId": "7", "tag": [{"system": "urn:t", "code": "x"}], "lastUpdated": "2000-01-01T00:00:00Z"}, "url")");
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const std::string json = JsonOf(*snapshot, "CodeSystem", "a");
  EXPECT_THAT(
      json,
      HasSubstr(R"("lastUpdated":"2026-01-02T00:00:00Z","tag":[{"system":"urn:t","code":"x"}]})"));
  EXPECT_THAT(json, Not(HasSubstr("\"versionId\":\"7\"")));
  EXPECT_THAT(ValuesOf(*snapshot, "CodeSystem", "a", "_tag"), ElementsAre("urn:t|x"));
}

TEST(Loader, ReadsCodeSystemsOfR4WithNestingAndDesignations) {
  ContentDir dir;
  dir.Set(
      "a.json",
      R"({"resourceType": "CodeSystem", "id": "a", "url": "http://codes.example/a", "version": "2026",
    "status": "active", "content": "fragment", "caseSensitive": false, "hierarchyMeaning": "is-a",
    "property": [{"code": "parent", "uri": "http://hl7.org/fhir/concept-properties#parent", "type": "code"},
                 {"code": "n", "type": "decimal"}],
    "concept": [
      {"concept": [{"code": "A2", "definition": "Two."}], "display": "First", "code": "A1",
       "designation": [{"language": "es", "use": {"system": "urn:u", "code": "a"},
                        "additionalUse": [{"system": "urn:u", "code": "b"}], "value": "Uno"}, {"value": "Plain"}],
       "property": [{"code": "n", "valueDecimal": 1.50},
                    {"code": "free", "valueCoding": {"system": "https://mini.example/fhir/CodeSystem/q", "code": "z"}}]},
      {"code": "A3", "property": [{"code": "parent", "valueCode": "A2"}],
       "extension": [{"url": "urn:e", "valueString": "kept"}]}]})");
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const model::CodeSystem& system = snapshot->System(*snapshot->FindSystem(kA, ""));
  const auto a1 = *system.Find("a1");
  const auto a3 = *system.Find("A3");
  EXPECT_EQ(system.Display(a1), "First");
  EXPECT_TRUE(system.hierarchy().IsAncestor(a1, a3));
  EXPECT_EQ(system.Property(a1, "n")->text, "1.50");
  EXPECT_EQ(system.Property(a1, "free")->coding.system, "https://mini.example/fhir/CodeSystem/q");
  ASSERT_EQ(system.Designations(a1).size(), 3U);  // a second use repeats the designation
  EXPECT_EQ(system.Text(system.Designations(a1)[1].use_code), "b");
  EXPECT_EQ(system.Text(system.Designations(a1)[1]), "Uno");
  EXPECT_THAT(JsonOf(*snapshot, "CodeSystem", "a"), HasSubstr("kept"));
  EXPECT_THAT(ValuesOf(*snapshot, "CodeSystem", "a", "language"),
              ElementsAre("urn:ietf:bcp:47|es"));
}

TEST(Loader, WritesTheSupplementAsACodeSystem) {
  ContentDir dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const std::string json = JsonOf(*snapshot, "CodeSystem", "more");
  EXPECT_THAT(json, HasSubstr(R"("content":"supplement","supplements":"http://codes.example/a")"));
  EXPECT_THAT(json,
              HasSubstr(R"("code":"work","uri":"https://mini.example/fhir/CodeSystem/more#work")"));
  EXPECT_THAT(json, HasSubstr(R"("code":"work","valueDecimal":0.80)"));
  EXPECT_THAT(json, HasSubstr(R"("code":"flag","valueBoolean":false)"));
  EXPECT_THAT(
      json,
      HasSubstr(
          R"("code":"kin","valueCoding":{"system":"http://codes.example/b","code":"X1","display":"Ex"})"));
  EXPECT_THAT(
      json,
      HasSubstr(
          R"("code":"work","_valueDecimal":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"not-applicable"}]})"));
  EXPECT_THAT(
      json,
      HasSubstr(R"({"url":"period","valuePeriod":{"start":"2026-01-01","end":"2026-12-31"}})"));
}

TEST(Loader, WritesNotesAsPlanDefinitions) {
  ContentDir dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const std::string json = JsonOf(*snapshot, "PlanDefinition", "acme-1.5");
  for (const auto* part :
       {R"("url":"https://mini.example/fhir/PlanDefinition/acme-1.5")", R"("status":"active")",
        R"({"url":"covered","valueCode":"conditional"})",
        R"({"url":"documentation","valueString":"D."})",
        R"("effectivePeriod":{"start":"2025-03","end":"2026-06"})",
        R"("lastReviewDate":"2026-01-02")",
        R"("valueReference":{"reference":"InsurancePlan/acme-gold","display":"Gold"})",
        R"("document":{"url":"https://p.example/1")",
        R"("action":[{"code":{"coding":[{"system":"http://codes.example/a","code":"A1"}]}})"}) {
    EXPECT_THAT(json, HasSubstr(part));
  }
  EXPECT_THAT(JsonOf(*snapshot, "PlanDefinition", "beta-1"), HasSubstr(R"("status":"draft")"));
  EXPECT_THAT(JsonOf(*snapshot, "Organization", "acme"),
              HasSubstr(R"("name":"Acme Health","alias":["Acme"])"));
  EXPECT_THAT(JsonOf(*snapshot, "InsurancePlan", "acme-gold"),
              HasSubstr(R"("ownedBy":{"reference":"Organization/acme")"));
}

struct ValueCase {
  const char* type;
  const char* id;
  const char* param;
  std::vector<std::string> values;
};

class SearchValuesTest : public testing::TestWithParam<ValueCase> {};

TEST_P(SearchValuesTest, AreTakenFromTheResource) {
  ContentDir dir;
  const auto snapshot = Load(dir);
  ASSERT_NE(snapshot, nullptr);
  const ValueCase& each = GetParam();
  EXPECT_THAT(ValuesOf(*snapshot, each.type, each.id, each.param),
              testing::ElementsAreArray(each.values));
}

constexpr char kProgram[] = "http://terminology.hl7.org/CodeSystem/usage-context-type|program";
std::string Ours(std::string_view rest) {
  return base::Concat({"https://mini.example/fhir/", rest});
}

INSTANTIATE_TEST_SUITE_P(
    Resources, SearchValuesTest,
    testing::Values(
        ValueCase{"CodeSystem", "a", "_id", {"a"}},
        ValueCase{"CodeSystem", "a", "_lastUpdated", {"20260102-20260102"}},
        ValueCase{"CodeSystem", "a", "system", {"http://codes.example/a"}},
        ValueCase{"CodeSystem",
                  "a",
                  "content-mode",
                  {"http://hl7.org/fhir/codesystem-content-mode|fragment"}},
        ValueCase{"CodeSystem", "a", "code", {}},  // asked of the code system itself
        ValueCase{"CodeSystem", "more", "supplements", {"http://codes.example/a"}},
        ValueCase{"ConceptMap", "m", "source-code", {"A1", "A2"}},
        ValueCase{"ConceptMap", "m", "target-code", {"X1"}},
        ValueCase{"ConceptMap", "m", "source-group-system", {"http://codes.example/a"}},
        ValueCase{"ConceptMap", "m", "target-system", {"http://codes.example/b|1"}},
        ValueCase{"PlanDefinition",
                  "acme-1.5",
                  "topic",
                  {"http://codes.example/a|A1", "http://codes.example/a|A2",
                   Ours("CodeSystem/coverage-topic|pump")}},
        ValueCase{"PlanDefinition",
                  "acme-1.5",
                  "context",
                  {Ours("CodeSystem/payer|acme"), Ours("CodeSystem/plan|acme-gold"),
                   Ours("CodeSystem/line-of-business|commercial")}},
        ValueCase{"PlanDefinition", "acme-1.5", "context-type", {kProgram}},
        ValueCase{"PlanDefinition",
                  "beta-1",
                  "context-type-value",
                  {base::Concat({kProgram, "$https://mini.example/fhir/CodeSystem/payer|beta"})}},
        ValueCase{"PlanDefinition", "acme-1.5", "payer", {"Organization/acme"}},
        ValueCase{"PlanDefinition", "acme-1.5", "plan", {"InsurancePlan/acme-gold"}},
        ValueCase{"PlanDefinition", "acme-1.5", "covered", {"conditional"}},
        ValueCase{"PlanDefinition", "acme-1.5", "pa-needed", {"auth-needed"}},
        ValueCase{"PlanDefinition", "beta-1", "covered", {}},
        ValueCase{"PlanDefinition", "acme-1.5", "effective", {"20250301-20260630"}},
        ValueCase{"PlanDefinition", "beta-1", "effective", {}},
        ValueCase{"PlanDefinition",
                  "acme-1.5",
                  "jurisdiction",
                  {"urn:iso:std:iso:3166|US", "urn:iso:std:iso:3166:-2|US-PA"}},
        ValueCase{"PlanDefinition",
                  "acme-1.5",
                  "identifier",
                  {Ours("NamingSystem/payer-policy-number|P 1")}},
        ValueCase{"PlanDefinition",
                  "acme-1.5",
                  "status",
                  {"http://hl7.org/fhir/publication-status|active"}},
        ValueCase{"Organization", "acme", "name", {"Acme Health", "Acme"}},
        ValueCase{"Organization", "acme", "active", {"http://hl7.org/fhir/special-values|true"}},
        ValueCase{"InsurancePlan", "acme-gold", "owned-by", {"Organization/acme"}},
        ValueCase{"InsurancePlan",
                  "acme-gold",
                  "type",
                  {Ours("CodeSystem/line-of-business|commercial")}}));

TEST(SearchParams, AreListedForEveryResourceType) {
  for (const auto type : ResourceTypes()) {
    EXPECT_FALSE(SearchParamsOf(type).empty()) << type;
    for (const auto& param : SearchParamsOf(type)) EXPECT_EQ(param.resource, type) << param.name;
  }
  EXPECT_TRUE(SearchParamsOf("Patient").empty());
}

TEST(Digests, AreRewrittenAndNothingElse) {
  ContentDir dir;
  dir.Write();
  const std::string before = *ReadWholeFile(dir.path() + "/manifest.json");
  dir.WriteFile("rows.json", R"({"system": "cpt", "rows": []})");
  EXPECT_FALSE(LoadSnapshot({.dir = dir.path()}, nullptr).ok());
  ASSERT_TRUE(RewriteDigests(dir.path()).ok());
  std::string after = *ReadWholeFile(dir.path() + "/manifest.json");
  EXPECT_TRUE(LoadSnapshot({.dir = dir.path()}, nullptr).ok());
  EXPECT_NE(before, after);
  const auto at = after.find("\"sha256\": \"", after.find("rows.json")) + 11;
  after.replace(at, 64, before.substr(at, 64));
  EXPECT_EQ(before, after);
}

TEST(Digests, OfAMissingFileFail) {
  ContentDir dir;
  dir.Write();
  std::filesystem::remove(dir.path() + "/rows.json");
  EXPECT_FALSE(RewriteDigests(dir.path()).ok());
}

TEST(Digests, AreNotCheckedOnWish) {
  ContentDir dir;
  dir.Write();
  dir.WriteFile("rows.json", R"({"system": "cpt", "rows": []})");
  EXPECT_TRUE(LoadSnapshot({.dir = dir.path(), .check_digests = false}, nullptr).ok());
}

TEST(JsonText, MinifiesAndRebases) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"{ \"a\" : [ 1 , 2.50 ] }\n", R"({"a":[1,2.50]})"},
      {R"({"a": "x  \" y \\"})", R"({"a":"x  \" y \\"})"},
      {R"(["http://o", "http://o/x", "http://o|1", "http://other", "http://o#f"])",
       R"(["http://n","http://n/x","http://n|1","http://other","http://n#f"])"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(Minify(each.text, "http://o", "http://n"), each.expected);
}

TEST(JsonText, ListsMembers) {
  std::vector<std::string> members;
  for (const auto& [key, value] : MembersOf(R"({"a":{"b":[1,{"c":"},"}]},"d":"x,\"","e":null})")) {
    members.push_back(base::Concat({key, " ", value}));
  }
  EXPECT_THAT(members, ElementsAre(R"(a {"b":[1,{"c":"},"}]})", R"(d "x,\"")", "e null"));
  EXPECT_THAT(MembersOf("{}"), IsEmpty());
}

// As MembersOf, but by hand: what is taken whole may hold anything.
TEST(JsonText, StepsOverWhatIsTakenWhole) {
  JsonSteps steps(R"({"a":{"b":"},\\"},"c":[[],[1,{"d":"\"]"}],true],"e":-1.5})");
  steps.Enter();
  ASSERT_TRUE(steps.Next());
  EXPECT_EQ(steps.Key(), "a");
  EXPECT_EQ(steps.Take(), R"({"b":"},\\"})");
  ASSERT_TRUE(steps.Next());
  EXPECT_EQ(steps.Key(), "c");
  std::vector<std::string_view> elements;
  EXPECT_EQ(steps.peek(), '[');
  for (steps.Enter(); steps.Next();) elements.push_back(steps.Take());
  EXPECT_THAT(elements, ElementsAre("[]", R"([1,{"d":"\"]"}])", "true"));
  ASSERT_TRUE(steps.Next());
  EXPECT_EQ(steps.Key(), "e");
  EXPECT_EQ(steps.Take(), "-1.5");
  EXPECT_FALSE(steps.Next());
  EXPECT_EQ(steps.peek(), '\0');
}

TEST(SearchValues, AreReadWithoutTheirEscapes) {
  model::StoredResource resource;
  resource.type = "PlanDefinition";
  resource.json =
      R"({"title":"a \"b\" \\","status":null,"url":"u","topic":[{"text":"t\u00e9","coding":[{"code":"c"}]}]})";
  std::vector<std::string> values;
  for (const auto& value : SearchValuesOf(resource))
    values.push_back(base::Concat({value.value, "/", value.text}));
  EXPECT_THAT(values, ElementsAre(R"(a "b" \/)", "/", "u/", "c/t\u00e9"));
}

// Its sums are held by `chemoterm content check`; here the content itself.
TEST(ShippedContent, Loads) {
  std::vector<ContentError> errors;
  const auto snapshot =
      LoadSnapshot({.dir = CHEMOTERM_SOURCE_DIR "/terminology", .check_digests = false}, &errors);
  for (const auto& error : errors) ADD_FAILURE() << error.ToString();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_FALSE((*snapshot)->resources.OfType("PlanDefinition").empty());
  EXPECT_GT((*snapshot)->text_index.token_count(), 1000U);
}

}  // namespace
}  // namespace chemoterm::load
