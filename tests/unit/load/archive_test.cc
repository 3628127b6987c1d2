#include "load/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/text.h"
#include "support/tgz.h"

namespace chemoterm::load {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;
using testing_support::TarEntry;
using testing_support::Tgz;

struct Read {
  absl::Status status;
  std::map<std::string, std::string> files;
};

Read ReadAll(std::string_view bytes, const ArchiveLimits& limits = {}) {
  Read read;
  read.status = ReadArchive(
      bytes, limits, [](std::string_view, std::uint64_t) { return true; },
      [&](std::string_view path, std::string text) -> absl::Status {
        read.files.emplace(path, std::move(text));
        return {};
      });
  return read;
}

std::string Why(const absl::Status& status) {
  return std::string(base::FromAbsl(status.message()));
}

TEST(ReadArchive, GivesTheFilesThatAreWanted) {
  const std::string bytes = Tgz({{"package/a.json", "one"}, {"./package/b/c.txt", "two"}});
  EXPECT_THAT(ReadAll(bytes).files,
              UnorderedElementsAre(Pair("package/a.json", "one"), Pair("package/b/c.txt", "two")));
  int taken = 0;
  const auto status = ReadArchive(
      bytes, {},
      [](std::string_view path, std::uint64_t size) {
        return path == "package/a.json" && size == 3;
      },
      [&](std::string_view path, std::string text) -> absl::Status {
        EXPECT_EQ(path, "package/a.json");
        EXPECT_EQ(text, "one");
        ++taken;
        return {};
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(taken, 1);
}

TEST(ReadArchive, StopsWhenTheTakerFails) {
  const auto status = ReadArchive(
      Tgz({{"a", "1"}}), {}, [](std::string_view, std::uint64_t) { return true; },
      [](std::string_view, std::string) { return absl::CancelledError("enough"); });
  EXPECT_EQ(Why(status), "enough");
}

struct BadEntry {
  const char* name;
  TarEntry entry;
  const char* why;
};

class ReadArchiveRefuses : public testing::TestWithParam<BadEntry> {};

TEST_P(ReadArchiveRefuses, TheEntry) {
  const Read read = ReadAll(Tgz({{"package/good.json", "{}"}, GetParam().entry}));
  EXPECT_THAT(Why(read.status), HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Entries, ReadArchiveRefuses,
    testing::Values(
        BadEntry{"climbing", {"package/../../etc/passwd", "x"}, "leads out of the archive"},
        BadEntry{"parent", {"../x", "x"}, "leads out of the archive"},
        BadEntry{"absolute", {"/etc/passwd", "x"}, "leads out of the archive"},
        BadEntry{"backslash", {"package\\..\\x", "x"}, "leads out of the archive"},
        BadEntry{"drive", {"C:/x", "x"}, "leads out of the archive"},
        BadEntry{"symbolic_link", {"package/l", {}, "/etc/passwd"}, "neither a file nor a folder"},
        BadEntry{
            "hard_link", {"package/h", {}, {}, "package/good.json"}, "neither a file nor a folder"},
        BadEntry{"device", {"package/d", {}, {}, {}, true}, "neither a file nor a folder"}),
    [](const auto& info) { return info.param.name; });

TEST(ReadArchive, RefusesWhatIsNoSuchArchive) {
  const std::string good = Tgz({{"package/a.json", std::string(5000, 'a')}, {"package/b", "b"}});
  EXPECT_THAT(Why(ReadAll("").status), HasSubstr("not a gzip"));
  EXPECT_THAT(Why(ReadAll("plain text").status), HasSubstr("not a gzip"));
  EXPECT_THAT(Why(ReadAll("\x1f\x8b").status), HasSubstr("damaged or cut"));
  EXPECT_THAT(Why(ReadAll(good.substr(0, good.size() / 2)).status), HasSubstr("damaged or cut"));
  EXPECT_THAT(Why(ReadAll(Tgz({{"a", "1"}}, 2)).status), HasSubstr("compressed more than once"));
}

TEST(ReadArchive, RefusesEveryPrefixThatCutsAFile) {
  const std::string good = Tgz({{"package/a.json", "{\"a\":\"" + std::string(300, 'x') + "\"}"}});
  for (std::size_t size = 0; size < good.size(); size += 7) {
    const Read read = ReadAll(good.substr(0, size));
    if (!read.status.ok()) continue;
    // What has come through is whole.
    EXPECT_EQ(read.files.at("package/a.json").size(), 308U) << size;
  }
}

TEST(ReadArchive, HoldsItsLimits) {
  const ArchiveLimits small{.compressed_bytes = 20'000,
                            .unpacked_bytes = 100'000,
                            .entry_bytes = 50'000,
                            .entries = 5,
                            .ratio = 50,
                            .free_bytes = 1'000};
  struct Row {
    std::vector<TarEntry> entries;
    const char* why;
  };
  std::string noise;
  for (std::uint32_t i = 0, x = 1; i < 40'000; ++i) {
    x = x * 1103515245U + 12345U;
    noise += static_cast<char>(x >> 16U);
  }
  const Row rows[] = {
      {{{"a", noise}}, "MiB compressed"},
      {{{"a", std::string(60'000, 'a')}}, "'a' is larger than"},
      {{{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}, {"e", "1"}, {"f", "1"}},
       "more than 5 entries"},
      {{{"a", std::string(45'000, '0')}}, "more than 50 times its size"},
      {{{"a", noise.substr(0, 3000) + std::string(40'000, '0')},
        {"b", noise.substr(0, 3000) + std::string(40'000, '0')},
        {"c", noise.substr(0, 3000) + std::string(40'000, '0')}},
       "MiB unpacked"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(Why(ReadAll(Tgz(row.entries), small).status), HasSubstr(row.why));
  }
}

// 1 GiB of zeros is 1 MB of gzip: refused before it is unpacked, by what it claims and by what
// comes.
TEST(ReadArchive, RefusesABomb) {
  const Read read = ReadAll(Tgz({{"package/bomb.json", std::string(100 << 20, ' ')}}));
  EXPECT_THAT(Why(read.status), HasSubstr("200 times its size"));
  EXPECT_TRUE(read.files.empty());
}

}  // namespace
}  // namespace chemoterm::load
