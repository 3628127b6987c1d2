#include "json/writer.h"

#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <random>

namespace chemoterm::json {
namespace {

std::string ByRapidJson(const std::string& text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

std::string ByUs(std::string_view text) {
  std::string out;
  AppendString(out, text);
  return out;
}

TEST(JsonWriter, WritesEveryByteAtEveryPlaceOfAWordAsRapidJsonDoes) {
  for (int byte = 0; byte < 0x80; ++byte) {
    for (std::size_t size = 0; size < 20; ++size) {
      for (std::size_t at = 0; at <= size; ++at) {
        std::string text(size, 'a');
        text.insert(at, 1, static_cast<char>(byte));
        ASSERT_EQ(ByUs(text), ByRapidJson(text)) << byte << " at " << at << " of " << size;
      }
    }
  }
}

TEST(JsonWriter, WritesRandomTextsAsRapidJsonDoes) {
  const std::string pieces[] = {
      "a", "\"", "\\",     "\n",         "\x01", "\x1f", " ",    "!",
      "#", "é",  "\u2026", "\U0001F600", "[",    "]",    "\x7f", "words of some length",
      ""};
  std::mt19937 random(20261122);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto i = random() % 30; i > 0; --i) text += pieces[random() % std::size(pieces)];
    ASSERT_EQ(ByUs(text), ByRapidJson(text));
  }
}

TEST(JsonWriter, LeavesEmptyMembersOut) {
  std::string out;
  {
    Object root(&out);
    root.Text("empty", "");
    root.Raw("nothing", "");
    root.Text("a", "1");
    root.Bool("b", false);
    root.Int("c", -7);
    root.Raw("d", "0.80");
    auto list = root.List("e");
    list.Text("x");
    list.Raw("");
    list.Sub().Text("y", "z");
  }
  EXPECT_EQ(out, R"({"a":"1","b":false,"c":-7,"d":0.80,"e":["x",{"y":"z"}]})");
}

TEST(JsonWriter, KnowsFhirDecimals) {
  for (const char* good : {"0", "-0", "0.80", "12", "-1e3", "1E+10", "1.5e-2"})
    EXPECT_TRUE(IsNumber(good)) << good;
  for (const char* bad : {"", "-", "01", ".5", "1.", "1e", "+1", "1 ", "0x1", "NaN", "1,5"}) {
    EXPECT_FALSE(IsNumber(bad)) << bad;
  }
}

TEST(JsonWriter, PrettyKeepsNumbersAndTexts) {
  EXPECT_EQ(Pretty(R"({"a":[1.50,"x\n"],"b":{}})"),
            "{\n  \"a\": [\n    1.50,\n    \"x\\n\"\n  ],\n  \"b\": {}\n}");
}

}  // namespace
}  // namespace chemoterm::json
