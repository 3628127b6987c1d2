#include "base/fixed.h"

#include <gtest/gtest.h>

namespace chemoterm::base {
namespace {

TEST(Fixed, IsReadExactly) {
  EXPECT_EQ(ParseFixed("3.95", 2), 395);
  EXPECT_EQ(ParseFixed("3.9", 2), 390);
  EXPECT_EQ(ParseFixed("3", 2), 300);
  EXPECT_EQ(ParseFixed("-0.5", 2), -50);
  EXPECT_EQ(ParseFixed("33.4009", 4), 334009);
  EXPECT_EQ(ParseFixed("0", 0), 0);
}

TEST(Fixed, RefusesWhatIsNoDecimal) {
  for (const char* text : {"", ".", "1.", ".5", "1.234", "NA", "1,5", "+1", "1e2", " 1", "--1",
                           "99999999999999999999"}) {
    EXPECT_EQ(ParseFixed(text, 2), std::nullopt) << text;
  }
}

TEST(Fixed, IsWrittenWithAllItsDigits) {
  EXPECT_EQ(FormatFixed(395, 2), "3.95");
  EXPECT_EQ(FormatFixed(5, 2), "0.05");
  EXPECT_EQ(FormatFixed(-50, 2), "-0.50");
  EXPECT_EQ(FormatFixed(0, 2), "0.00");
  EXPECT_EQ(FormatFixed(7, 0), "7");
}

TEST(Fixed, IsRoundedHalfAwayFromZero) {
  EXPECT_EQ(RoundFixed(149, 2), 1);
  EXPECT_EQ(RoundFixed(150, 2), 2);
  EXPECT_EQ(RoundFixed(-150, 2), -2);
  EXPECT_EQ(RoundFixed(7, 0), 7);
}

}  // namespace
}  // namespace chemoterm::base
