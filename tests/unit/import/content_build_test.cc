// Copies of the content to ship.
#include "import/content_build.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "load/files.h"
#include "load/loader.h"
#include "unit/load/content_dir.h"

namespace chemoterm::imports {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

const Progress kQuiet = [](std::string_view, std::size_t, std::size_t) {};

std::map<std::string, std::string> FilesOf(const std::string& dir) {
  std::map<std::string, std::string> files;
  if (!fs::exists(dir)) return files;
  for (const auto& each : fs::recursive_directory_iterator(dir)) {
    if (!each.is_regular_file()) continue;
    files[fs::relative(each.path(), dir).string()] = *load::ReadWholeFile(each.path().string());
  }
  return files;
}

class ContentBuilds : public testing::Test {
 protected:
  ContentBuilds() { content_.Write(); }
  std::string builds() const { return content_.path() + "/builds"; }
  absl::StatusOr<ContentBuild> Build() const {
    return BuildContent(content_.path(), builds(), kQuiet);
  }

  load::ContentDir content_;
};

TEST_F(ContentBuilds, HaveOnlyWhatTheManifestNames) {
  content_.WriteFile("notes.txt", "not of the content");
  const auto build = Build();
  ASSERT_TRUE(build.ok()) << build.status();
  EXPECT_FALSE(build->was_there);
  EXPECT_EQ(build->path, builds() + "/" + build->digest);
  auto files = FilesOf(build->path);
  EXPECT_EQ(files.size(), build->files + 1);
  EXPECT_FALSE(files.contains("notes.txt"));
  EXPECT_EQ(files.at("rows.json"), content_.files().at("rows.json"));
  const auto snapshot = load::LoadSnapshot({.dir = build->path}, nullptr);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ((*snapshot)->digest, build->digest);
}

TEST_F(ContentBuilds, AreTheSameForTheSameContent) {
  const auto first = Build();
  ASSERT_TRUE(first.ok()) << first.status();
  const auto before = FilesOf(builds());
  const auto again = Build();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->was_there);
  EXPECT_EQ(again->digest, first->digest);
  EXPECT_EQ(FilesOf(builds()), before);
}

TEST_F(ContentBuilds, HaveRightSumsAfterAnEdit) {
  content_.WriteFile("figures.csv", "code,work,units\nA1,0.90,3\n");
  EXPECT_FALSE(load::LoadSnapshot({.dir = content_.path()}, nullptr).ok());
  const auto build = Build();
  ASSERT_TRUE(build.ok()) << build.status();
  EXPECT_TRUE(load::LoadSnapshot({.dir = build->path}, nullptr).ok());
}

TEST_F(ContentBuilds, HaveAnotherDigestWhenOnlyTheManifestDiffers) {
  const auto first = Build();
  ASSERT_TRUE(content_.Replace("manifest.json", R"("title": "More")", R"("title": "Other")"));
  content_.Write();
  const auto second = Build();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->digest, second->digest);
}

TEST_F(ContentBuilds, OfContentWithAFaultAreNotLeftBehind) {
  content_.WriteFile("figures.csv", "code,work,units\nA1,x,3\n");
  const auto build = Build();
  EXPECT_THAT(std::string(build.status().message()), HasSubstr("figures.csv:2: the value 'x'"));
  EXPECT_THAT(FilesOf(builds()), IsEmpty());
  EXPECT_TRUE(fs::is_empty(builds()));
  fs::remove(content_.path() + "/rows.json");
  EXPECT_THAT(std::string(Build().status().message()), HasSubstr("/rows.json: "));
  EXPECT_TRUE(fs::is_empty(builds()));
}

TEST_F(ContentBuilds, AreFoundByTheStartOfTheirDigest) {
  const auto build = Build();
  ASSERT_TRUE(build.ok()) << build.status();
  const auto found = FindBuild(builds(), std::string_view(build->digest).substr(0, 8));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, build->path);
  EXPECT_THAT(std::string(FindBuild(builds(), "12345").status().message()),
              HasSubstr("6 hex digits or more"));
  EXPECT_THAT(std::string(FindBuild(builds(), "../../x").status().message()),
              HasSubstr("is not the start of a digest"));
  const std::string other = (build->digest[0] == 'a' ? "b" : "a") + build->digest.substr(1);
  EXPECT_THAT(std::string(FindBuild(builds(), other).status().message()),
              HasSubstr("has no build"));
  fs::create_directories(builds() + "/" + build->digest.substr(0, 63) +
                         (build->digest[63] == 'a' ? "b" : "a"));
  EXPECT_THAT(std::string(FindBuild(builds(), build->digest.substr(0, 8)).status().message()),
              HasSubstr("has several builds"));
}

}  // namespace
}  // namespace chemoterm::imports
