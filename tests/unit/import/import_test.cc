// Imports into a content folder: whole or not at all, and again in place of the old.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "import/fhir_package.h"
#include "import/icd10cm.h"
#include "load/files.h"
#include "model/catalog.h"
#include "support/tgz.h"
#include "unit/load/content_dir.h"

namespace chemoterm::imports {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::PackageJson;
using testing_support::Tgz;

const Progress kQuiet = [](std::string_view, std::size_t, std::size_t) {};

class Imports : public testing::Test {
 protected:
  Imports() {
    content_.Replace("manifest.json", R"("b": "http://codes.example/b",)",
                     R"("b": "http://codes.example/b", "icd10cm": "http://icd.example",)");
    content_.Write();
  }

  std::string Write(const std::string& name, std::string_view text) {
    content_.WriteFile("in/" + name, text);
    return content_.path() + "/in/" + name;
  }
  // Paths and texts of all files but those to be imported.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& each : fs::recursive_directory_iterator(content_.path())) {
      const std::string path = fs::relative(each.path(), content_.path()).string();
      if (each.is_regular_file() && !path.starts_with("in/")) {
        files[path] = *load::ReadWholeFile(each.path().string());
      }
    }
    return files;
  }
  absl::StatusOr<ImportResult> Package(const std::vector<std::string>& files,
                                       std::string licence = {}) const {
    return ImportPackages({.files = files,
                           .dir = content_.path(),
                           .licence = std::move(licence),
                           .today = "2026-11-27"},
                          kQuiet);
  }
  absl::StatusOr<Icd10cmResult> Icd(const std::string& file, bool keep_old = false) const {
    Icd10cmOptions options;
    options.file = file;
    options.dir = content_.path();
    options.as_of = "2026-04-01";
    options.keep_old = keep_old;
    return ImportIcd10cm(options, kQuiet);
  }
  std::string Manifest() const { return Files().at("manifest.json"); }
  std::unique_ptr<const model::Snapshot> Load() const {
    load::LoadOptions options;
    options.dir = content_.path();
    auto snapshot = load::LoadSnapshot(options, nullptr);
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return snapshot.ok() ? *std::move(snapshot) : nullptr;
  }

  load::ContentDir content_;
};

std::string SmallPackage(std::string_view name, std::string_view version,
                         std::string_view display) {
  return Tgz(
      {PackageJson(name, version, R"(,"license":"CC0-1.0","date":"20250102030405")"),
       {"package/CodeSystem-x.json",
        base::Concat(
            {R"({"resourceType":"CodeSystem","id":"x","url":"http://p.example/x","version":")",
             version,
             R"(","status":"active","content":"complete","concept":[{"code":"1","display":")",
             display, R"("}]})"})}});
}

TEST_F(Imports, APackageIsKeptAsItIsWithItsEntry) {
  const std::string file = Write("p.tgz", SmallPackage("p.q", "1.0.0", "One"));
  const auto result = Package({file});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_THAT(result->added, SizeIs(1));
  EXPECT_THAT(result->added.front(), HasSubstr("packages/p.q/1.0.0/package-"));
  const auto files = Files();
  EXPECT_EQ(files.at(result->added.front()), SmallPackage("p.q", "1.0.0", "One"));
  EXPECT_THAT(files.at("manifest.json"), HasSubstr(R"("kind":"package")"));
  EXPECT_THAT(
      files.at("manifest.json"),
      HasSubstr(
          R"("licence":"CC0-1.0","source":"p.q-1.0.0","citation":"FHIR package p.q#1.0.0","asOf":"2025-01-02")"));
  EXPECT_FALSE(files.contains("manifest.json.draft"));
  EXPECT_TRUE(Load()->FindSystem("http://p.example/x", "1.0.0").has_value());
}

TEST_F(Imports, APackageAgainReplacesItAndAnotherVersionDoesNot) {
  ASSERT_TRUE(Package({Write("p.tgz", SmallPackage("p", "1.0.0", "One"))}).ok());
  const std::string once = Manifest();
  ASSERT_TRUE(Package({Write("p.tgz", SmallPackage("p", "1.0.0", "One"))}).ok());
  EXPECT_EQ(Manifest(), once) << "the same bytes change nothing";
  const auto again = Package({Write("p.tgz", SmallPackage("p", "1.0.0", "Two"))});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(again->replaced, SizeIs(1));
  EXPECT_FALSE(Files().contains(again->replaced.front()));
  ASSERT_TRUE(Package({Write("p.tgz", SmallPackage("p", "1.0.0-beta", "One"))}).ok());
  const auto snapshot = Load();
  EXPECT_THAT(model::Catalog(*snapshot).VersionsOf("http://p.example/x"), SizeIs(2));
  const auto system = snapshot->FindSystem("http://p.example/x", "1.0.0");
  EXPECT_EQ(snapshot->System(*system).Display(model::ConceptId{}), "Two");
}

TEST_F(Imports, ABadPackageLeavesEverythingAsItWas) {
  const auto before = Files();
  const std::string good = Write("good.tgz", SmallPackage("p", "1.0.0", "One"));
  struct Row {
    std::string file;
    const char* why;
  };
  const Row rows[] = {
      {Write("a.tgz", "no archive"), "a.tgz: not a gzip"},
      {Write("b.tgz", Tgz({PackageJson("b", "1"), {"package/l", {}, "/etc/passwd"}})),
       "neither a file nor a folder"},
      {Write("c.tgz", Tgz({PackageJson("c", "1")})), "names no licence"},
      {Write("d.tgz", SmallPackage("p", "1.0.0", "Other")), "the same package and version"},
      {content_.path() + "/in/none.tgz", "no such file"},
  };
  for (const Row& row : rows) {
    const auto result = Package({good, row.file});
    ASSERT_FALSE(result.ok()) << row.why;
    EXPECT_THAT(std::string(base::FromAbsl(result.status().message())), HasSubstr(row.why));
    EXPECT_EQ(Files(), before) << row.why;
  }
  EXPECT_TRUE(Package({good, rows[2].file}, "CC-BY-4.0").ok());
}

TEST_F(Imports, ContentThatDoesNotLoadTakesNothingIn) {
  content_.WriteFile("a.json", "{}");
  const auto before = Files();
  const auto result = Package({Write("p.tgz", SmallPackage("p", "1.0.0", "One"))});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(std::string(base::FromAbsl(result.status().message())), HasSubstr("a.json"));
  EXPECT_EQ(Files(), before);
}

std::string Tabular(std::string_view version, std::string_view codes) {
  return base::Concat(
      {"<ICD10CM.tabular><version>", version,
       "</version><chapter><name>2</name><desc>N</desc><section id=\"C00-C14\"><desc>L</desc>",
       codes, "</section></chapter></ICD10CM.tabular>"});
}

TEST_F(Imports, Icd10cmIsLoadedWithItsHierarchy) {
  const auto result =
      Icd(Write("i.xml", Tabular("2026",
                                 "<diag><name>C00</name><desc>Lip</desc><diag><name>C00.0</name>"
                                 "<desc>Upper lip</desc></diag></diag>")));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->old_version, "");
  const auto snapshot = Load();
  const auto id = snapshot->FindSystem("http://icd.example", "2026");
  ASSERT_TRUE(id.has_value());
  const model::CodeSystem& system = snapshot->System(*id);
  EXPECT_TRUE(system.hierarchy().IsAncestor(*system.Find("C00"), *system.Find("C00.0")));
  EXPECT_THAT(Manifest(), HasSubstr(R"("verification":"sourced","search":true)"));
}

TEST_F(Imports, Icd10cmAgainSaysWhatChanged) {
  ASSERT_TRUE(Icd(Write("i.xml", Tabular("2025",
                                         "<diag><name>C00</name><desc>Lip</desc></diag>"
                                         "<diag><name>C01</name><desc>Tongue</desc></diag>")))
                  .ok());
  const std::string newer =
      Write("i.xml", Tabular("2026",
                             "<diag><name>C00</name><desc>Of lip</desc></diag>"
                             "<diag><name>C02</name><desc>Palate</desc></diag>"));
  const auto result = Icd(newer);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->old_version, "2025");
  EXPECT_THAT(result->changes.added, ElementsAre("C02"));
  EXPECT_THAT(result->changes.removed, ElementsAre("C01"));
  EXPECT_THAT(result->changes.changed, ElementsAre("C00"));
  EXPECT_THAT(result->import.replaced, SizeIs(1));
  EXPECT_THAT(model::Catalog(*Load()).VersionsOf("http://icd.example"), ElementsAre("2026"));
  const std::string once = Manifest();
  ASSERT_TRUE(Icd(newer).ok());
  EXPECT_EQ(Manifest(), once);
  ASSERT_TRUE(
      Icd(Write("i.xml", Tabular("2027", "<diag><name>C00</name><desc>Lip</desc></diag>")), true)
          .ok());
  EXPECT_THAT(model::Catalog(*Load()).VersionsOf("http://icd.example"),
              ElementsAre("2026", "2027"));
}

TEST_F(Imports, ADamagedListLeavesEverythingAsItWas) {
  const auto before = Files();
  const auto result = Icd(Write("i.xml", "<ICD10CM.tabular>\n<version>"));
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(std::string(base::FromAbsl(result.status().message())),
              HasSubstr("i.xml: line 2: not XML"));
  EXPECT_EQ(Files(), before);
}

}  // namespace
}  // namespace chemoterm::imports
