#include "base/pattern.h"

#include <gtest/gtest.h>

namespace chemoterm::base {
namespace {

TEST(PatternTest, MatchesWholeTextsOnly) {
  const Pattern pattern("[A-Z][0-9]|x");
  EXPECT_TRUE(pattern.is_valid());
  EXPECT_TRUE(pattern.Matches("A1"));
  EXPECT_TRUE(pattern.Matches("x"));
  EXPECT_FALSE(pattern.Matches("A12"));
  EXPECT_FALSE(pattern.Matches("xA1"));
  EXPECT_FALSE(pattern.Matches(""));
}

TEST(PatternTest, WhatIsNoExpressionMatchesNothing) {
  const Pattern pattern("(");
  EXPECT_FALSE(pattern.is_valid());
  EXPECT_FALSE(pattern.empty());
  EXPECT_FALSE(pattern.Matches("("));
}

TEST(PatternTest, AnEmptyOneMatchesTheEmptyTextAndNoneNothing) {
  EXPECT_TRUE(Pattern("").is_valid());
  EXPECT_TRUE(Pattern("").empty());
  EXPECT_TRUE(Pattern("").Matches(""));
  EXPECT_FALSE(Pattern("").Matches("a"));
  EXPECT_TRUE(Pattern().empty());
  EXPECT_FALSE(Pattern().Matches(""));
}

TEST(PatternTest, CopiesOutliveTheFirst) {
  Pattern copy;
  {
    const Pattern first("a+");
    copy = first;
  }
  EXPECT_TRUE(copy.Matches("aaa"));
  EXPECT_EQ(copy.text(), "a+");
}

}  // namespace
}  // namespace chemoterm::base
