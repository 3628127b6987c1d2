#include "cli/text_layout.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace chemoterm::cli {
namespace {

struct WidthCase {
  const char* text;
  std::size_t width;
};

class DisplayWidthTest : public testing::TestWithParam<WidthCase> {};

TEST_P(DisplayWidthTest, CountsColumns) {
  EXPECT_EQ(DisplayWidth(GetParam().text), GetParam().width);
}

INSTANTIATE_TEST_SUITE_P(Table, DisplayWidthTest,
                         testing::Values(WidthCase{"", 0}, WidthCase{"abc", 3}, WidthCase{"é", 1},
                                         WidthCase{"e\u0301", 1}, WidthCase{"日本", 4},
                                         WidthCase{"💉", 2}, WidthCase{"a\u200Bb", 2},
                                         WidthCase{"\xFF\xFE", 2}, WidthCase{"\xE6", 1}));

struct WrapCase {
  const char* text;
  std::size_t width;
  std::vector<std::string> lines;
};

class WrapTest : public testing::TestWithParam<WrapCase> {};

TEST_P(WrapTest, BreaksAtBlanks) {
  EXPECT_EQ(Wrap(GetParam().text, GetParam().width), GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(Table, WrapTest,
                         testing::Values(WrapCase{"", 10, {""}},
                                         WrapCase{"one two", 10, {"one two"}},
                                         WrapCase{"one two", 6, {"one", "two"}},
                                         WrapCase{"one two three", 7, {"one two", "three"}},
                                         WrapCase{"abcdefgh", 3, {"abc", "def", "gh"}},
                                         WrapCase{"a\n\nb", 5, {"a", "", "b"}},
                                         WrapCase{"x abcdef", 3, {"x", "abc", "def"}},
                                         WrapCase{"日本語", 4, {"日本", "語"}},
                                         WrapCase{"日", 1, {"日"}}, WrapCase{"a  b ", 9, {"a b"}}));

TEST(LayoutPairs, AlignsAndIndentsWhatIsWrapped) {
  EXPECT_EQ(LayoutPairs({{"a", "1"}, {"long name", "one two three four five"}}, 0, 26),
            "a          1\n"
            "long name  one two three\n"
            "           four five\n");
  EXPECT_EQ(LayoutPairs({{"a", "1"}}, 2, 80), "  a  1\n");
  EXPECT_EQ(LayoutPairs({}, 0, 80), "");
}

TEST(LayoutTable, LeavesOutEmptyColumnsAndAligns) {
  EXPECT_EQ(
      LayoutTable({{"code", "none", "text"}, {{"A", "", "first"}, {"BB", "", "é second"}}}, 80),
      "code  text\n"
      "----  --------\n"
      "A     first\n"
      "BB    é second\n");
}

TEST(LayoutTable, WrapsTheWidestColumn) {
  EXPECT_EQ(LayoutTable({{"code", "text"}, {{"A", "one two three four five six"}}}, 22),
            "code  text\n"
            "----  ----------------\n"
            "A     one two three\n"
            "      four five six\n");
}

TEST(LayoutTable, GivesUpWhenItCannotBeRead) {
  const std::string long_text(40, 'x');
  EXPECT_EQ(LayoutTable({{"a", "b", "c"}, {{long_text, long_text, long_text}}}, 40), "");
  EXPECT_EQ(LayoutTable({{"a"}, {{""}}}, 40), "");
  EXPECT_EQ(
      LayoutTable({std::vector<std::string>(9, "h"), {std::vector<std::string>(9, "x")}}, 400), "");
}

}  // namespace
}  // namespace chemoterm::cli
