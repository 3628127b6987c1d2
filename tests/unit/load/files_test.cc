// Files read line by line.
#include "load/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "unit/load/content_dir.h"

namespace chemoterm::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReadLinesTest : public testing::Test {
 protected:
  absl::StatusOr<ReadLinesResult> Read(std::string_view text,
                                       std::size_t most = std::size_t{8} << 20) {
    lines_.clear();
    dir_.WriteFile("lines", text);
    return ReadLines(dir_.path() + "/lines", most,
                     [&](std::string_view line, std::size_t read, std::size_t size) {
                       EXPECT_LE(read, size);
                       lines_.emplace_back(line);
                     });
  }
  static std::string Why(const absl::StatusOr<ReadLinesResult>& result) {
    return std::string(base::FromAbsl(result.status().message()));
  }

  ContentDir dir_;
  std::vector<std::string> lines_;
};

TEST_F(ReadLinesTest, GivesLinesWithoutTheirEnds) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a\nb\r\n\nc";
  const auto result = Read(text);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(lines_, ElementsAre("a", "b", "", "c"));
  EXPECT_EQ(result->bytes, text.size());
  EXPECT_EQ(result->sha256, Sha256Hex(text));
}

TEST_F(ReadLinesTest, AnEmptyFileHasNone) {
  EXPECT_TRUE(Read("").ok());
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ReadLinesTest, JoinsWhatIsReadInPieces) {
  const std::string line(kMaxLineBytes - 10, 'x');
  const std::string text = line + "\n" + line + "\r\n" + line + "\n";
  const auto result = Read(text);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(lines_, ElementsAre(line, line, line));
  EXPECT_EQ(result->sha256, Sha256Hex(text));
}

TEST_F(ReadLinesTest, RefusesWhatIsTooLarge) {
  EXPECT_THAT(Why(Read(std::string((std::size_t{1} << 20) + 1, '\n'), std::size_t{1} << 20)),
              HasSubstr("larger than 1 MiB"));
  EXPECT_THAT(Why(Read(std::string(3 * kMaxLineBytes, 'x'))),
              HasSubstr("a line of more than 1 MiB"));
}

TEST_F(ReadLinesTest, RefusesWhatIsNoFile) {
  dir_.Write();
  const auto each = [](std::string_view, std::size_t, std::size_t) {};
  EXPECT_THAT(Why(ReadLines(dir_.path() + "/none", 100, each)), HasSubstr("no such file"));
  EXPECT_THAT(Why(ReadLines(dir_.path(), 100, each)), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace chemoterm::load
