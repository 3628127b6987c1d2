// FHIR packages as the loader takes them: what is served, what is left out and why.
#include "load/package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "load/loader.h"
#include "model/catalog.h"
#include "support/tgz.h"
#include "unit/load/content_dir.h"

namespace chemoterm::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;
using testing_support::PackageJson;
using testing_support::TarEntry;
using testing_support::Tgz;

TarEntry CodeSystem(std::string_view file, std::string_view id, std::string_view url,
                    std::string_view version, std::string_view more = {}) {
  return {base::Concat({"package/", file}),
          base::Concat({R"({"resourceType":"CodeSystem","id":")", id, R"(","url":")", url,
                        R"(","version":")", version, R"(","status":"active","content":"complete",)",
                        more, R"("concept":[{"code":"1","display":"One"}]})"})};
}

// A folder of content, and one of packages beside it.
class Packages : public testing::Test {
 protected:
  Packages() {
    content_.Write();
    content_.WriteFile("p/readme.txt", "no package");
  }

  void Add(const std::string& name, const std::vector<TarEntry>& entries) {
    content_.WriteFile("p/" + name, Tgz(entries));
  }
  void Load() {
    LoadOptions options;
    options.dir = content_.path();
    options.packages_dir = content_.path() + "/p";
    errors_.clear();
    reports_.clear();
    auto snapshot = LoadSnapshot(options, &errors_, &reports_);
    snapshot_ = snapshot.ok() ? *std::move(snapshot) : nullptr;
  }
  void LoadWell() {
    Load();
    ASSERT_NE(snapshot_, nullptr) << (errors_.empty() ? "" : errors_.front().ToString());
  }
  std::string Json(std::string_view type, std::string_view id) const {
    const auto* resource = snapshot_->resources.Find(type, id);
    return resource == nullptr ? std::string() : resource->json;
  }

  ContentDir content_;
  std::vector<ContentError> errors_;
  std::vector<PackageReport> reports_;
  std::unique_ptr<const model::Snapshot> snapshot_;
};

TEST_F(Packages, TerminologyIsTakenAndTheRestCounted) {
  Add("a.tgz",
      {PackageJson("a.b", "1.0.0", R"(,"fhirVersions":["4.0.1"],"license":"CC0-1.0")"),
       CodeSystem("CodeSystem-x.json", "x", "http://p.example/x", "1"),
       {"package/ValueSet-v.json",
        R"({"resourceType":"ValueSet","id":"v","url":"http://p.example/v","status":"active",
            "compose":{"include":[{"system":"http://p.example/x"}]}})"},
       {"package/ConceptMap-m.json",
        R"({"resourceType":"ConceptMap","id":"cm","url":"http://p.example/m","status":"active","sourceUri":"http://p.example/v",
            "group":[{"source":"http://p.example/x","target":"http://p.example/y",
                      "element":[{"code":"1","target":[{"code":"a","equivalence":"wider"}]}]}]})"},
       {"package/NamingSystem-n.json",
        R"({"resourceType":"NamingSystem","id":"n","name":"N","status":"active","kind":"codesystem","date":"2020-01-01",
            "uniqueId":[{"type":"uri","value":"http://p.example/x"}]})"},
       {"package/StructureDefinition-s.json", R"({"resourceType":"StructureDefinition","id":"s"})"},
       {"package/.index.json", R"({"index-version":1})"},
       {"package/example/CodeSystem-e.json", R"({"resourceType":"CodeSystem","id":"e"})"},
       {"package/other/readme.txt", "hello"}});
  LoadWell();
  ASSERT_EQ(reports_.size(), 1U);
  const PackageReport& report = reports_.front();
  EXPECT_EQ(report.name, "a.b");
  EXPECT_THAT(report.fhir_versions, ElementsAre("4.0.1"));
  EXPECT_THAT(report.loaded, UnorderedElementsAre(Pair("CodeSystem", 1), Pair("ValueSet", 1),
                                                  Pair("ConceptMap", 1), Pair("NamingSystem", 1)));
  EXPECT_THAT(report.skipped, UnorderedElementsAre(Pair("StructureDefinition", 1)));
  EXPECT_THAT(report.left_out, IsEmpty());
  EXPECT_TRUE(snapshot_->FindSystem("http://p.example/x", "1").has_value());
  EXPECT_THAT(Json("CodeSystem", "x"), HasSubstr(R"("url":"http://p.example/x")"));
  EXPECT_THAT(Json("ConceptMap", "cm"), HasSubstr(R"("equivalence":"wider")"));
  EXPECT_THAT(Json("NamingSystem", "n"), HasSubstr("uniqueId"));
}

struct Broken {
  const char* name;
  const char* text;
  int line;
  const char* reason;
};

class BrokenResource : public Packages, public testing::WithParamInterface<Broken> {};

TEST_P(BrokenResource, IsToldAndLeftOutAndTheRestLoads) {
  Add("a.tgz", {PackageJson("a", "1"),
                {"package/CodeSystem-bad.json", GetParam().text},
                CodeSystem("CodeSystem-x.json", "x", "http://p.example/x", "1")});
  LoadWell();
  const PackageReport& report = reports_.front();
  ASSERT_EQ(report.left_out.size(), 1U);
  EXPECT_EQ(report.left_out_count, 1U);
  EXPECT_EQ(report.left_out.front().file, "package/CodeSystem-bad.json");
  EXPECT_EQ(report.left_out.front().line, GetParam().line);
  EXPECT_THAT(report.left_out.front().reason, HasSubstr(GetParam().reason));
  EXPECT_TRUE(snapshot_->FindSystem("http://p.example/x", "1").has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BrokenResource,
    testing::Values(
        Broken{"not_json", "{\"resourceType\":\"CodeSystem\",\n\"url\":}", 2, ""},
        Broken{"cut", "{\"resourceType\":\"CodeSystem\",\n\n\"url\":\"http://x", 3, ""},
        Broken{"nothing", "", 1, ""},
        Broken{"text_before_its_type", "{\"a\":,\"resourceType\":\"CodeSystem\"}", 1, ""},
        Broken{
            "key_twice",
            R"({"resourceType":"CodeSystem","url":"u","url":"u","status":"active","content":"complete"})",
            1, "twice"},
        Broken{"no_url",
               R"({"resourceType":"CodeSystem","id":"b","status":"active","content":"complete"})",
               1, "'url' is missing"},
        Broken{"code_twice",
               "{\"resourceType\":\"CodeSystem\",\"id\":\"b\",\"url\":\"http://"
               "b\",\"content\":\"complete\",\n"
               "\"concept\":[{\"code\":\"a\"},\n{\"code\":\"a\"}]}",
               3, "already at line 2"},
        Broken{"circle",
               R"({"resourceType":"CodeSystem","id":"b","url":"http://b","content":"complete",
"concept":[{"code":"a","property":[{"code":"parent","valueCode":"b"}]},{"code":"b","property":[{"code":"parent","valueCode":"a"}]}]})",
               0, ""},
        Broken{"map_without_list",
               R"({"resourceType":"ConceptMap","id":"b","url":"http://b","group":{}})", 1,
               "'group' must be a list"}),
    [](const auto& info) { return info.param.name; });

TEST_F(Packages, AByteOrderMarkAndR4SpellingsAreTaken) {
  Add("a.tgz", {PackageJson("a", "1"),
                {"package/ValueSet-v.json",
                 "\xEF\xBB\xBF\n{\"resourceType\":\"ValueSet\",\"id\":\"v\",\"url\":\"http://"
                 "p.example/v\",\"unknownMember\":1}"}});
  LoadWell();
  EXPECT_THAT(reports_.front().loaded, ElementsAre(Pair("ValueSet", 1)));
  EXPECT_NE(Json("ValueSet", "v"), "");
}

TEST_F(Packages, SeveralVersionsOfOneCanonicalHaveIdsOfTheirOwn) {
  Add("a.tgz",
      {PackageJson("a", "1"), CodeSystem("CodeSystem-x.json", "x", "http://p.example/x", "1.0")});
  Add("b.tgz",
      {PackageJson("a", "2"), CodeSystem("CodeSystem-x.json", "x", "http://p.example/x", "2.0")});
  Add("c.tgz", {PackageJson("c", "1"),
                CodeSystem("CodeSystem-x.json", "x", "http://other.example/x", "2.0")});
  LoadWell();
  EXPECT_THAT(model::Catalog(*snapshot_).VersionsOf("http://p.example/x"),
              ElementsAre("1.0", "2.0"));
  EXPECT_THAT(Json("CodeSystem", "x"), HasSubstr(R"("version":"1.0")"));
  EXPECT_THAT(Json("CodeSystem", "x-2.0"), HasSubstr("http://p.example/x"));
  const auto third = snapshot_->FindSystem("http://other.example/x", "2.0");
  ASSERT_TRUE(third.has_value());
  const std::string& id = snapshot_->System(*third).info().id;
  EXPECT_TRUE(id.starts_with("x-")) << id;
  EXPECT_NE(id, "x-2.0");
  EXPECT_THAT(Json("CodeSystem", id), HasSubstr("http://other.example/x"));
}

TEST_F(Packages, AnIdOfOurSupplementsIsNotTaken) {
  Add("a.tgz",
      {PackageJson("a", "1"), CodeSystem("CodeSystem-x.json", "more", "http://p.example/x", "3")});
  LoadWell();
  EXPECT_THAT(Json("CodeSystem", "more"), HasSubstr("mini.example"));
  EXPECT_THAT(Json("CodeSystem", "more-3"), HasSubstr("http://p.example/x"));
}

TEST_F(Packages, TheFirstOfTwoWithOneCanonicalStays) {
  Add("a.tgz",
      {PackageJson("a", "1"), CodeSystem("CodeSystem-x.json", "x", "http://p.example/x", "1"),
       CodeSystem("CodeSystem-a.json", "own", "http://codes.example/a", "2026")});
  Add("b.tgz",
      {PackageJson("b", "1"), CodeSystem("CodeSystem-y.json", "y", "http://p.example/x", "1")});
  LoadWell();
  ASSERT_EQ(reports_.size(), 2U);
  EXPECT_THAT(reports_[0].left_out.front().reason, HasSubstr("already there, from the content"));
  EXPECT_THAT(reports_[1].left_out.front().reason,
              HasSubstr("already there, from a.tgz: package/CodeSystem-x.json"));
  EXPECT_EQ(Json("CodeSystem", "y"), "");
}

TEST_F(Packages, ACodeSystemWithoutItsCodesIsReadButAnswersNothing) {
  Add("a.tgz",
      {PackageJson("a", "1"),
       {"package/CodeSystem-stub.json",
        R"({"resourceType":"CodeSystem","id":"stub","url":"http://codes.example/a","version":"9999","status":"active","content":"not-present"})"}});
  LoadWell();
  EXPECT_NE(Json("CodeSystem", "stub"), "");
  EXPECT_THAT(model::Catalog(*snapshot_).VersionsOf("http://codes.example/a"), ElementsAre("2026"));
}

TEST_F(Packages, MissingDependenciesAreWarningsAndCirclesNoMatter) {
  Add("a.tgz",
      {PackageJson("a", "1.2.3", R"(,"dependencies":{"b":"2.0.x","hl7.fhir.r4.core":"4.0.1"})")});
  Add("b.tgz", {PackageJson("b", "2.0.7", R"(,"dependencies":{"a":"current"})")});
  LoadWell();
  EXPECT_THAT(reports_[0].warnings,
              ElementsAre("the dependency hl7.fhir.r4.core#4.0.1 is not loaded"));
  EXPECT_THAT(reports_[1].warnings, IsEmpty());
}

TEST_F(Packages, OneThatCannotBeReadRefusesTheLoad) {
  struct Row {
    std::string bytes;
    const char* why;
  };
  const Row rows[] = {
      {"nothing of the kind", "not a gzip"},
      {Tgz({{"package/x.json", "{}"}}), "it has no package/package.json"},
      {Tgz({{"package/package.json", "{\"name\":"}}), "package/package.json: line 1"},
      {Tgz({{"package/package.json", "{}"}}), "'name' and 'version'"},
      {Tgz({PackageJson("../x", "1")}), "'name' and 'version'"},
      {Tgz({PackageJson("a", "1"), PackageJson("a", "1")}), "is there twice"},
      {Tgz({PackageJson("a", "1"), {"package/../../x", "{}"}}), "leads out of the archive"},
  };
  for (const Row& row : rows) {
    content_.WriteFile("p/bad.tgz", row.bytes);
    Load();
    EXPECT_EQ(snapshot_, nullptr) << row.why;
    ASSERT_EQ(errors_.size(), 1U) << row.why;
    EXPECT_EQ(errors_.front().file, "bad.tgz");
    EXPECT_THAT(errors_.front().reason, HasSubstr(row.why));
  }
}

TEST_F(Packages, ThoseOfTheContentAreInTheManifestWithTheirSum) {
  content_.Set("packages/a.tgz",
               Tgz({PackageJson("a", "1"),
                    CodeSystem("CodeSystem-x.json", "x", "http://p.example/x", "1")}));
  content_.AddEntry("packages/a.tgz", "package", R"(, "citation": "Package a")");
  content_.Replace("manifest.json", R"("source": "s", "asOf": "2026-01-02", "citation")",
                   R"("source": "a-1", "asOf": "2026-01-02", "citation")");
  content_.Write();
  LoadWell();
  EXPECT_TRUE(snapshot_->FindSystem("http://p.example/x", "1").has_value());
  EXPECT_THAT(Json("CodeSystem", "x"), HasSubstr("2026-01-02T00:00:00Z"));
  const std::string before = snapshot_->digest;

  content_.WriteFile("packages/a.tgz", "another");
  Load();
  EXPECT_EQ(snapshot_, nullptr);
  ASSERT_FALSE(errors_.empty());
  EXPECT_THAT(errors_.front().ToString() + errors_.back().ToString(),
              HasSubstr("differs from its sha256"));
  EXPECT_NE(before, "");
}

TEST_F(Packages, TheDigestOfTheContentCoversTheFolder) {
  Add("a.tgz", {PackageJson("a", "1")});
  LoadWell();
  const std::string one = snapshot_->digest;
  Add("a.tgz", {PackageJson("a", "2")});
  LoadWell();
  EXPECT_NE(snapshot_->digest, one);
}

TEST_F(Packages, AFolderThatIsNotThereIsAFault) {
  LoadOptions options;
  options.dir = content_.path();
  options.packages_dir = content_.path() + "/none";
  EXPECT_FALSE(LoadSnapshot(options, &errors_).ok());
  EXPECT_THAT(errors_.front().reason, HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace chemoterm::load
