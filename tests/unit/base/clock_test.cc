#include "base/clock.h"

#include <gtest/gtest.h>

namespace chemoterm::base {
namespace {

struct DateCase {
  const char* text;
  Day first;  // 0 = not a date
  Day last;
};

class ParseDateTest : public testing::TestWithParam<DateCase> {};

TEST_P(ParseDateTest, GivesTheDaysThatTheTextCanMean) {
  const auto range = ParseDate(GetParam().text);
  ASSERT_EQ(range.has_value(), GetParam().first != 0) << GetParam().text;
  if (!range) return;
  EXPECT_EQ(range->first, GetParam().first);
  EXPECT_EQ(range->last, GetParam().last);
}

INSTANTIATE_TEST_SUITE_P(
    Dates, ParseDateTest,
    testing::Values(DateCase{"2026", 20260101, 20261231}, DateCase{"2026-02", 20260201, 20260228},
                    DateCase{"2024-02", 20240201, 20240229},
                    DateCase{"2026-11-22", 20261122, 20261122},
                    DateCase{"2024-02-29", 20240229, 20240229},
                    DateCase{"2026-11-22T10:00:00Z", 20261122, 20261122},
                    DateCase{"2026-11-22T10:00:00.25+05:30", 20261122, 20261122},
                    DateCase{"", 0, 0}, DateCase{"2026-02-29", 0, 0}, DateCase{"2026-13", 0, 0},
                    DateCase{"2026-00-01", 0, 0}, DateCase{"2026-04-31", 0, 0},
                    DateCase{"26-01-01", 0, 0}, DateCase{"2026-1-1", 0, 0},
                    DateCase{"2026-11-22T", 0, 0}, DateCase{"2026-11-22T25:00:00Z", 0, 0},
                    DateCase{"2026-11-22T10:00:00", 0, 0}, DateCase{"2026-11-22 ", 0, 0},
                    DateCase{"-026", 0, 0}, DateCase{"2026-+1", 0, 0}, DateCase{"tomorrow", 0, 0},
                    DateCase{"20261122", 0, 0}, DateCase{"0000", 0, 0}));

TEST(Days, AreCountedOverMonthsAndLeapYears) {
  EXPECT_EQ(DaysBetween(20240228, 20240301), 2);
  EXPECT_EQ(DaysBetween(20250228, 20250301), 1);
  EXPECT_EQ(AddDays(20241231, 1), 20250101);
  EXPECT_EQ(AddDays(20250101, -1), 20241231);
  EXPECT_EQ(FormatDay(20250109), "2025-01-09");
}

TEST(Instants, AreReadWithTheirZone) {
  EXPECT_EQ(ParseInstant("1970-01-02T00:00:01Z"), 86'401'000);
  EXPECT_EQ(ParseInstant("1970-01-01T05:30:00+05:30"), 0);
  EXPECT_EQ(ParseInstant("1969-12-31T19:00:00.25-05:00"), 250);
  EXPECT_EQ(ParseInstant("1970-01-01T00:00:00.123456789Z"), 123);
  EXPECT_EQ(ParseInstant("1970-01-01"), std::nullopt);
  EXPECT_EQ(ParseInstant("1970-01-01T00:00:00"), std::nullopt);
  EXPECT_EQ(ParseInstant(""), std::nullopt);
}

TEST(Instants, AreWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(FormatInstant(std::chrono::system_clock::time_point(std::chrono::milliseconds(1))),
            "1970-01-01T00:00:00.001Z");
}

}  // namespace
}  // namespace chemoterm::base
