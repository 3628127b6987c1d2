// Code systems whose names others own, over ours.
#include "load/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "load/loader.h"
#include "unit/load/content_dir.h"

namespace chemoterm::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Of codes.example/a, like the small content: ours, and the owner's with or without its version.
constexpr std::string_view kOwn =
    R"({"resourceType": "CodeSystem", "id": "own", "language": "en", "url": "http://codes.example/a",
"version": "2027", "name": "O", "title": "O", "status": "active", "content": "fragment", "caseSensitive": true,
"property": [{"code": "status", "type": "code"}],
"concept": [
{"code": "A1", "display": "Ours one", "definition": "Our words.",
 "designation": [{"language": "es", "value": "Uno"}], "property": [{"code": "status", "valueCode": "active"}]},
{"code": "OLD", "display": "Ours old", "property": [{"code": "status", "valueCode": "retired"}]}
]}
)";
std::string Owners(std::string_view version, std::string_view more = {}) {
  return base::Concat(
      {R"({"resourceType": "CodeSystem", "id": "owners-)", version,
       R"(", "url": "http://codes.example/a", "version": ")", version,
       R"(", "name": "L", "title": "L", "status": "active", "content": "complete", "caseSensitive": true,
"copyright": "Of the owner.", "count": 2, "concept": [
{"code": "A1", "display": "Long one", "designation": [{"language": "en", "value": "Short one"}]},
{"code": "B1", "display": "Long two")",
       more, "}\n]}\n"});
}

class WordingTest : public testing::Test {
 protected:
  WordingTest() { AddOwners("2027"); }

  void AddOwners(std::string_view version) {
    if (!content_.files().contains("own.json")) {
      content_.Set("own.json", std::string(kOwn));
      content_.AddEntry("own.json", "code-system", R"(, "ownWording": true)");
    }
    const std::string path = base::Concat({"owners-", version, ".json"});
    content_.Set(path, Owners(version));
    content_.AddEntry(path, "code-system", R"(, "over": "own.json")");
  }
  std::unique_ptr<const model::Snapshot> Load(Displays displays = Displays::kLicensed) {
    content_.Write();
    std::vector<ContentError> errors;
    auto snapshot = LoadSnapshot({.dir = content_.path(), .displays = displays}, &errors);
    faults_.clear();
    for (const ContentError& error : errors) faults_.push_back(error.ToString());
    return snapshot.ok() ? *std::move(snapshot) : nullptr;
  }
  static const model::CodeSystem& In(const model::Snapshot& snapshot, std::string_view version) {
    return snapshot.System(*snapshot.FindSystem("http://codes.example/a", version));
  }
  static std::vector<std::string_view> NamesOf(const model::CodeSystem& system,
                                               std::string_view code) {
    const auto id = *system.Find(code);
    std::vector<std::string_view> names = {system.Display(id)};
    for (const auto& each : system.Designations(id)) names.push_back(system.Text(each));
    return names;
  }

  ContentDir content_;
  std::vector<std::string> faults_;
};

TEST_F(WordingTest, TheOwnersNamesComeFirstAndOursStayBesideThem) {
  const auto snapshot = Load();
  ASSERT_NE(snapshot, nullptr) << faults_.front();
  const model::CodeSystem& system = In(*snapshot, "2027");
  EXPECT_THAT(NamesOf(system, "A1"), ElementsAre("Long one", "Short one", "Ours one", "Uno"));
  EXPECT_THAT(NamesOf(system, "B1"), ElementsAre("Long two"));
  EXPECT_THAT(NamesOf(system, "OLD"), ElementsAre("Ours old"));
  EXPECT_EQ(system.Definition(*system.Find("A1")), "Our words.");
  EXPECT_TRUE(system.IsInactive(*system.Find("OLD")));
  EXPECT_EQ(system.info().copyright, "Of the owner.");
  EXPECT_EQ(system.info().content, "complete");
}

TEST_F(WordingTest, OnlyWhatTheOwnerDoesNotNameIsOwnWorded) {
  const auto snapshot = Load();
  ASSERT_NE(snapshot, nullptr) << faults_.front();
  const model::CodeSystem& system = In(*snapshot, "2027");
  EXPECT_FALSE(system.IsOwnWorded(*system.Find("A1")));
  EXPECT_FALSE(system.IsOwnWorded(*system.Find("B1")));
  EXPECT_TRUE(system.IsOwnWorded(*system.Find("OLD")));
}

TEST_F(WordingTest, ItTakesThePlaceOfOursOfTheSameVersion) {
  const auto snapshot = Load();
  ASSERT_NE(snapshot, nullptr) << faults_.front();
  const auto* resource = snapshot->resources.Find("CodeSystem", "own");
  ASSERT_NE(resource, nullptr);
  EXPECT_THAT(resource->json, HasSubstr(R"("display":"Long two")"));
  EXPECT_THAT(resource->json, HasSubstr(R"("count":3)"));
  EXPECT_EQ(snapshot->resources.Find("CodeSystem", "owners-2027"), nullptr);
}

TEST_F(WordingTest, OtherVersionsStandBesideIt) {
  AddOwners("2028");
  content_.Remove("owners-2027.json");
  const auto snapshot = Load();
  ASSERT_NE(snapshot, nullptr) << faults_.front();
  EXPECT_THAT(NamesOf(In(*snapshot, "2027"), "A1"), ElementsAre("Ours one", "Uno"));
  EXPECT_TRUE(In(*snapshot, "2027").info().own_wording);
  EXPECT_THAT(NamesOf(In(*snapshot, "2028"), "A1"),
              ElementsAre("Long one", "Short one", "Ours one", "Uno"));
  EXPECT_THAT(NamesOf(In(*snapshot, {}), "OLD"), ElementsAre("Ours old"));
  EXPECT_NE(snapshot->resources.Find("CodeSystem", "owners-2028"), nullptr);
}

TEST_F(WordingTest, WhatIsNotToBeShownIsNowhere) {
  const auto own = Load(Displays::kOwnWording);
  ASSERT_NE(own, nullptr) << faults_.front();
  const model::CodeSystem& worded = In(*own, "2027");
  EXPECT_THAT(NamesOf(worded, "A1"), ElementsAre("Ours one", "Uno"));
  EXPECT_THAT(NamesOf(worded, "B1"), ElementsAre(""));
  EXPECT_TRUE(worded.IsOwnWorded(*worded.Find("B1")));
  EXPECT_EQ(own->resources.Find("CodeSystem", "own")->json.find("Long"), std::string::npos);

  const auto none = Load(Displays::kCodeOnly);
  ASSERT_NE(none, nullptr) << faults_.front();
  const model::CodeSystem& bare = In(*none, "2027");
  EXPECT_THAT(NamesOf(bare, "A1"), ElementsAre(""));
  EXPECT_THAT(NamesOf(bare, "OLD"), ElementsAre(""));
  EXPECT_EQ(bare.Definition(*bare.Find("A1")), "");
  EXPECT_TRUE(bare.IsInactive(*bare.Find("OLD")));
  EXPECT_EQ(In(*none, "2026").Display(*In(*none, "2026").Find("A1")), "First")
      << "of a system that no one lays claim to";

  const auto all = Load();
  EXPECT_NE(all->digest, own->digest) << "clients must not take the one for the other";
  EXPECT_NE(own->digest, none->digest);
}

TEST_F(WordingTest, FaultsAreToldWithFileAndLine) {
  content_.Set("owners-2027.json", Owners("2027", R"(, "displey": "x")"));
  EXPECT_EQ(Load(), nullptr);
  EXPECT_THAT(faults_, ElementsAre("owners-2027.json:4: 'displey' is not a known member"));
  content_.Set("owners-2027.json", Owners("2027", R"(, "concept": [{"code": "C1"}])"));
  EXPECT_EQ(Load(), nullptr);
  EXPECT_THAT(faults_, ElementsAre("owners-2027.json: lies over own.json, but one of the two has "
                                   "codes below others"));
  content_.Set("owners-2027.json", Owners("2027"));
  ASSERT_TRUE(content_.Replace("owners-2027.json", "codes.example/a", "codes.example/c"));
  EXPECT_EQ(Load(), nullptr);
  EXPECT_THAT(faults_,
              ElementsAre("owners-2027.json: lies over own.json, which is another code system"));
}

TEST_F(WordingTest, ItLiesOnlyOverACodeSystemInOurWording) {
  for (const std::string_view over : {"none.json", "a.json", "owners-2027.json", "rows.json"}) {
    ContentDir dir;
    dir.Set("owners-2027.json", Owners("2027"));
    dir.AddEntry("owners-2027.json", "code-system", base::Concat({R"(, "over": ")", over, "\""}));
    dir.Write();
    const auto snapshot = LoadSnapshot({.dir = dir.path()}, nullptr);
    EXPECT_THAT(std::string(snapshot.status().message()),
                HasSubstr(base::Concat({"'over' is '", over, "', but must be the path"})));
  }
}

TEST(WithoutNames, LeavesCodesAndProperties) {
  EXPECT_EQ(
      WithoutNames(
          R"({"title":"T","concept":[{"code":"A","display":"d","_display":{"x":1},
"definition":"e","designation":[{"value":"f"}],"property":[{"code":"p","valueCoding":{"code":"q","display":"r"}}],
"concept":[{"code":"B","display":"g"}]}]} )"),
      R"({"title":"T","concept":[{"code":"A","property":[{"code":"p","valueCoding":{"code":"q"}}],)"
      R"("concept":[{"code":"B"}]}]})");
}

}  // namespace
}  // namespace chemoterm::load
