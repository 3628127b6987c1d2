#include <gtest/gtest.h>

#include "gateway/conditional.h"

namespace chemoterm::gateway {
namespace {

struct TagCase {
  const char* condition;
  const char* tag;
  bool names;
};

class NamesTagTest : public testing::TestWithParam<TagCase> {};
TEST_P(NamesTagTest, ComparesWeakly) {
  EXPECT_EQ(NamesTag(GetParam().condition, GetParam().tag), GetParam().names);
}
INSTANTIATE_TEST_SUITE_P(
    All, NamesTagTest,
    testing::Values(TagCase{"W/\"a\"", "W/\"a\"", true}, TagCase{"\"a\"", "W/\"a\"", true},
                    TagCase{"W/\"b\"", "W/\"a\"", false},
                    TagCase{"W/\"b\", W/\"a\"", "W/\"a\"", true}, TagCase{"*", "W/\"a\"", true},
                    TagCase{"*", "", false}, TagCase{"", "W/\"a\"", false},
                    TagCase{"a", "W/\"a\"", false}, TagCase{",,,", "W/\"a\"", false},
                    TagCase{"W/", "W/\"a\"", false}, TagCase{"W/\"a", "W/\"a\"", false}));

TEST(AnswerTag, IsTheSameForTheSameSeedsAndChangesWithEach) {
  const std::string tag = AnswerTag("0123456789abcdef", {"1", "/r4/metadata", ""});
  EXPECT_EQ(tag, AnswerTag("0123456789abcdef", {"1", "/r4/metadata", ""}));
  EXPECT_TRUE(tag.starts_with("W/\"0123456789ab-")) << tag;
  EXPECT_EQ(tag.size(), 3 + 12 + 1 + 16 + 1U);
  EXPECT_NE(tag, AnswerTag("0123456789abcdeX", {"1", "/r4/metadata", ""}));
  EXPECT_NE(tag, AnswerTag("0123456789abcdef", {"2", "/r4/metadata", ""}));
  EXPECT_NE(tag, AnswerTag("0123456789abcdef", {"1", "/r4/metadata", "de"}));
  EXPECT_NE(AnswerTag("d", {"a", "bc"}), AnswerTag("d", {"ab", "c"}));
}

struct DateCase {
  const char* instant;
  const char* http;
};
class HttpDateTest : public testing::TestWithParam<DateCase> {};
TEST_P(HttpDateTest, IsInGmt) { EXPECT_EQ(HttpDate(GetParam().instant), GetParam().http); }
INSTANTIATE_TEST_SUITE_P(
    All, HttpDateTest,
    testing::Values(DateCase{"2026-11-22T15:04:05Z", "Sun, 22 Nov 2026 15:04:05 GMT"},
                    DateCase{"2026-11-22T15:04:05.123Z", "Sun, 22 Nov 2026 15:04:05 GMT"},
                    DateCase{"2024-02-29T00:30:00+01:00", "Wed, 28 Feb 2024 23:30:00 GMT"},
                    DateCase{"2024-12-31T23:30:00-01:00", "Wed, 01 Jan 2025 00:30:00 GMT"},
                    DateCase{"2023-02-29T00:00:00Z", ""}, DateCase{"2026-11-22", ""},
                    DateCase{"", ""}, DateCase{"2026-11-22T25:00:00Z", ""},
                    DateCase{"2026-11-22T15:04:05", ""}, DateCase{"2026-11-22T15:04:05+1", ""},
                    DateCase{"2026x11x22T15:04:05Z", ""}));

TEST(ParseHttpDate, ReadsWhatHttpDateWrites) {
  EXPECT_EQ(ParseHttpDate("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(ParseHttpDate(HttpDate("2026-11-22T15:04:05Z")), 1795359845);
  for (const char* bad : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                          "Sun, 22 Xyz 2026 15:04:05 GMT", "Sun, 31 Feb 2026 15:04:05 GMT",
                          "Sun, 22 Nov 2026 15:04:05 CET", "Sun, 22 ovD 2026 15:04:05 GMT",
                          "Sun, -2 Nov 2026 15:04:05 GMT"}) {
    EXPECT_FALSE(ParseHttpDate(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace chemoterm::gateway
