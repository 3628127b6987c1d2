#include "server/reload_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace chemoterm::server {
namespace {

using std::chrono::milliseconds;
namespace fs = std::filesystem;

// A folder of its own that goes away with the test.
class Folder : public testing::Test {
 protected:
  void SetUp() override {
    path_ =
        fs::path(testing::TempDir()) /
        ("chemoterm_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(path_);
    fs::create_directories(path_ / "sub");
    Write("manifest.json", "{}");
  }
  void TearDown() override { fs::remove_all(path_); }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }
  fs::path path_;
};

// Waits until `counter` has reached `value`; false after five seconds.
bool Reaches(const std::atomic<int>& counter, int value) {
  for (int i = 0; i < 500 && counter < value; ++i) std::this_thread::sleep_for(milliseconds(10));
  return counter >= value;
}

using FolderFingerprintTest = Folder;
using ReloadThreadTest = Folder;

TEST_F(FolderFingerprintTest, ChangesWithEveryKindOfChange) {
  const auto first = FolderFingerprint(path_);
  EXPECT_EQ(first, FolderFingerprint(path_));
  Write("sub/new.json", "1");
  const auto added = FolderFingerprint(path_);
  EXPECT_NE(added, first);
  Write("sub/new.json", "12");
  const auto longer = FolderFingerprint(path_);
  EXPECT_NE(longer, added);
  fs::last_write_time(path_ / "sub/new.json",
                      fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_NE(FolderFingerprint(path_), longer);
  fs::rename(path_ / "sub/new.json", path_ / "sub/other.json");
  EXPECT_NE(FolderFingerprint(path_), longer);
  fs::remove(path_ / "sub/other.json");
  EXPECT_EQ(FolderFingerprint(path_), first);
  EXPECT_EQ(FolderFingerprint("/nowhere"), 0U);
}

TEST_F(ReloadThreadTest, ReloadsOnceForAChange) {
  std::atomic<int> reloads = 0;
  ReloadThread thread({.folder = path_, .poll = milliseconds(10)}, [&](std::string_view cause) {
    EXPECT_EQ(cause, "change");
    ++reloads;
  });
  std::this_thread::sleep_for(milliseconds(60));
  EXPECT_EQ(reloads, 0);
  Write("a.json", "1");
  EXPECT_TRUE(Reaches(reloads, 1));
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(reloads, 1);
}

TEST_F(ReloadThreadTest, ReloadsWhenPoked) {
  std::atomic<int> reloads = 0;
  ReloadThread thread({.folder = path_}, [&](std::string_view cause) {
    EXPECT_EQ(cause, "signal");
    ++reloads;
  });
  thread.Poke();
  EXPECT_TRUE(Reaches(reloads, 1));
  Write("a.json", "1");
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(reloads, 1) << "nothing is watched";
  thread.Poke();
  EXPECT_TRUE(Reaches(reloads, 2));
}

TEST_F(ReloadThreadTest, StopsWhileItWaits) {
  ReloadThread thread({.folder = path_, .poll = std::chrono::hours(1)},
                      [](std::string_view) { FAIL(); });
}

}  // namespace
}  // namespace chemoterm::server
