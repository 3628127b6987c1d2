// Two content folders compared, and how files take each other's place.
#include "import/content_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/content_folder.h"
#include "unit/load/content_dir.h"

namespace chemoterm::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Progress kQuiet = [](std::string_view, std::size_t, std::size_t) {};

ContentDiff DiffOf(const load::ContentDir& before, const load::ContentDir& now) {
  before.Write();
  now.Write();
  auto diff = DiffContent(before.path(), now.path());
  EXPECT_TRUE(diff.ok()) << diff.status();
  return diff.ok() ? *std::move(diff) : ContentDiff{};
}

TEST(DiffContent, FindsNothingInTheSame) {
  const load::ContentDir before, now;
  const ContentDiff diff = DiffOf(before, now);
  for (const auto& [name, changes] : diff.Parts()) EXPECT_TRUE(changes->empty()) << name;
}

TEST(DiffContent, NamesWhatDiffersInEachPart) {
  const load::ContentDir before;
  load::ContentDir now;
  now.Replace("a.json", "\"Second\"", "\"Another\"");
  now.Replace("a.json", R"({"code": "A1", "display": "First"},)",
              R"({"code": "A3", "display": "Third"},)");
  now.Set("figures.csv", "code,work,units\nA1,0.90,3\nA2,,4\n");
  now.Replace("relations.csv", ",0,practitioner", ",1,practitioner");
  now.Replace("relations.csv", "beside", "above");
  now.Replace("notes.json", "\"beta-1\"", "\"beta-2\"");
  now.Replace("notes.json", "\"I.\"", "\"Other.\"");
  const ContentDiff diff = DiffOf(before, now);
  EXPECT_THAT(diff.files.changed,
              ElementsAre("a.json", "figures.csv", "notes.json", "relations.csv"));
  EXPECT_THAT(diff.codes.added, ElementsAre("cpt A3"));
  EXPECT_THAT(diff.codes.removed, ElementsAre("cpt A1"));
  EXPECT_THAT(diff.codes.changed, ElementsAre("cpt A2"));
  EXPECT_THAT(diff.figures.added, ElementsAre("cpt A2 units 2026-01-01"));
  EXPECT_THAT(diff.figures.removed, ElementsAre("cpt A2 work 2026-01-01"));
  EXPECT_THAT(diff.figures.changed, ElementsAre("cpt A1 work 2026-01-01"));
  EXPECT_THAT(diff.relations.added, ElementsAre("cpt A1 above b X1"));
  EXPECT_THAT(diff.relations.removed, ElementsAre("cpt A1 beside b X1"));
  EXPECT_THAT(diff.relations.changed, ElementsAre("cpt A1 above cpt A2 2026-01-01 practitioner"));
  EXPECT_THAT(diff.notes.added, ElementsAre("beta-2"));
  EXPECT_THAT(diff.notes.removed, ElementsAre("beta-1"));
  EXPECT_THAT(diff.notes.changed, ElementsAre("acme-1.5"));
  EXPECT_THAT(
      ToJson(diff),
      HasSubstr(R"("codes":{"added":["cpt A3"],"removed":["cpt A1"],"changed":["cpt A2"]})"));
}

TEST(DiffContent, FailsWhereAFileIsMissing) {
  const load::ContentDir before, now;
  before.Write();
  now.Write();
  std::filesystem::remove(now.path() + "/figures.csv");
  const auto diff = DiffContent(before.path(), now.path());
  ASSERT_FALSE(diff.ok());
  EXPECT_THAT(std::string(base::FromAbsl(diff.status().message())),
              HasSubstr("figures.csv: cannot be read: no such file"));
  EXPECT_FALSE(DiffContent(before.path() + "/none", now.path()).ok());
}

TEST(WithoutSum, TakesOnlyASumAway) {
  EXPECT_EQ(WithoutSum("figures/x-0123456789ab.csv"), "figures/x.csv");
  EXPECT_EQ(WithoutSum("p/1.2-0123456789ab/package-0123456789ab.tgz"),
            "p/1.2-0123456789ab/package.tgz");
  for (const char* path : {"figures/x-0123456789.csv", "figures/x-0123456789az.csv",
                           "figures/x.csv", "0123456789ab.csv", ""}) {
    EXPECT_EQ(WithoutSum(path), path);
  }
}

// Files of figures, as imports put them in.
class PutFigures : public testing::Test {
 protected:
  PutFigures() {
    content_.Set("figures.csv", "code,work,units\nA1,,3\n");
    content_.Write();
  }
  absl::StatusOr<ImportResult> Put(std::string_view when, std::string_view start,
                                   std::string_view value) const {
    const ImportedFile file = {.stem = base::Concat({"figures/work-", when}),
                               .ending = ".csv",
                               .kind = "figures",
                               .licence = "L",
                               .source = base::Concat({"W-", when}),
                               .citation = "A table",
                               .as_of = std::string(start),
                               .verification = "sourced",
                               .period_start = std::string(start),
                               .ends = "figures/work-",
                               .bytes = base::Concat({"code,work\nA1,", value, "\n"})};
    return PutIntoContent(content_.path(), {file}, kQuiet);
  }
  std::string Manifest() const { return *load::ReadContentFile(content_.path(), "manifest.json"); }

  load::ContentDir content_;
};

TEST_F(PutFigures, RowsHaveTheSourceThatTheirEntryBrings) {
  ASSERT_TRUE(Put("2024q3", "2024-07-01", "1").ok());
  const auto snapshot = load::LoadSnapshot({.dir = content_.path()}, nullptr);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  const auto& sources = (*snapshot)->sources;
  EXPECT_TRUE(std::any_of(sources.begin(), sources.end(), [](const model::Source& source) {
    return source.id == "W-2024q3" && source.citation == "A table";
  }));
}

TEST_F(PutFigures, TheSameQuarterIsReplaced) {
  ASSERT_TRUE(Put("2024q3", "2024-07-01", "1").ok());
  const auto again = Put("2024q3", "2024-07-01", "2");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(again->replaced, SizeIs(1));
  EXPECT_THAT(Manifest(), Not(HasSubstr(again->replaced.front())));
}

TEST_F(PutFigures, ALaterOneEndsTheOneBefore) {
  ASSERT_TRUE(Put("2024q3", "2024-07-01", "1").ok());
  const auto later = Put("2024q4", "2024-10-01", "2");
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_THAT(later->replaced, IsEmpty());
  EXPECT_THAT(Manifest(), HasSubstr(R"("periodStart":"2024-07-01", "periodEnd": "2024-09-30")"));
  const auto latest = Put("2025q1", "2025-01-01", "3");
  ASSERT_TRUE(latest.ok()) << latest.status();
  EXPECT_THAT(Manifest(), HasSubstr(R"("periodEnd": "2024-09-30")")) << "an end stays";
  EXPECT_THAT(Manifest(), HasSubstr(R"("periodEnd": "2024-12-31")"));
}

TEST_F(PutFigures, AnEarlierOneThatOverlapsIsRefused) {
  ASSERT_TRUE(Put("2024q3", "2024-07-01", "1").ok());
  const std::string before = Manifest();
  const auto earlier = Put("2024q2", "2024-04-01", "2");
  ASSERT_FALSE(earlier.ok());
  EXPECT_THAT(std::string(base::FromAbsl(earlier.status().message())),
              HasSubstr("is also in force by"));
  EXPECT_EQ(Manifest(), before);
}

}  // namespace
}  // namespace chemoterm::imports
