#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fold.h"
#include "base/log.h"
#include "base/request_record.h"

namespace chemoterm::base {
namespace {

using testing::ElementsAre;

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(Split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
}

TEST(ParseInt, TakesWholeNumbersOnly) {
  EXPECT_EQ(ParseInt<int>("-12"), -12);
  for (const auto* text : {"", "1a", " 1", "1.0", "99999999999"})
    EXPECT_FALSE(ParseInt<int>(text)) << text;
}

TEST(Clip, CutsAtACharacterBoundary) {
  EXPECT_EQ(Clip("abc", 3), "abc");
  EXPECT_EQ(Clip("añb", 2), "a\u2026");
}

TEST(Utf8, IsCheckedStrictly) {
  EXPECT_TRUE(IsValidUtf8("Inyección 注射"));
  for (const auto* text : {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\xE2\x82"})
    EXPECT_FALSE(IsValidUtf8(text));
}

TEST(Fold, IgnoresCaseAndAccents) {
  EXPECT_EQ(Fold("INYECCIÓN Straße"), "inyeccion strasse");
  EXPECT_EQ(NormalizeDisplay("  Code \t One "), "code one");
  EXPECT_THAT(Words("First-hour drip, 96413!"), ElementsAre("first", "hour", "drip", "96413"));
  EXPECT_THAT(Words("¿Quimioterapia “en vena”?"), ElementsAre("quimioterapia", "en", "vena"));
}

TEST(Languages, AreOrderedByWeight) {
  const auto list = ParseLanguages("de;q=0.5, en-US, *;q=0");
  ASSERT_TRUE(list.ok);
  ASSERT_EQ(list.ranges.size(), 3U);
  EXPECT_EQ(list.ranges[0].tag, "en-US");
  EXPECT_EQ(list.ranges[1].quality, 500);
  EXPECT_EQ(list.ranges[2].quality, 0);
  for (const auto* bad : {"en_US", "e", "de;q=2", "de;x", "1234", "en--US", "averyverylong-tag"}) {
    EXPECT_FALSE(ParseLanguages(bad).ok) << bad;
  }
  EXPECT_TRUE(LanguageMatches("en", "en-US"));
  EXPECT_FALSE(LanguageMatches("en-US", "en"));
  EXPECT_FALSE(LanguageMatches("e", "en"));
}

TEST(LogLine, IsOneJsonObjectALine) {
  LogLine line("request");
  line.Text("text", "a\"\\\n\x01\xFF").Number("micros", -3).Flag("ok", true).Text("absent", "");
  const std::string text(line.text());
  EXPECT_NE(text.find(R"("event":"request","text":"a\"\\\n\u0001)"
                      "\uFFFD"
                      R"(","micros":-3,"ok":true})"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.back(), '\n');
}

TEST(Trace, KeepsAValidTraceIdAndReplacesAnInvalidOne) {
  constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
  const auto kept = StartTrace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  EXPECT_EQ(kept.trace_id, kTrace);
  EXPECT_EQ(kept.traceparent.size(), 55U);
  EXPECT_TRUE(kept.traceparent.ends_with("-01"));
  EXPECT_EQ(kept.traceparent.find("00f067aa0ba902b7"), std::string::npos);
  for (const auto* bad : {"", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
                          "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
    const auto fresh = StartTrace(bad);
    EXPECT_NE(fresh.trace_id, kTrace) << bad;
    EXPECT_EQ(fresh.trace_id.size(), 32U);
  }
}

}  // namespace
}  // namespace chemoterm::base
