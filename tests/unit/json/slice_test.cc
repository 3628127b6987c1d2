#include "json/slice.h"

#include <gtest/gtest.h>

#include <vector>

namespace chemoterm::json {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs All(std::string_view object) {
  Pairs pairs;
  for (Members members(object); members.Next();) pairs.emplace_back(members.key(), members.value());
  return pairs;
}

std::vector<std::string> AllElements(std::string_view array) {
  std::vector<std::string> values;
  for (Elements elements(array); elements.Next();) values.emplace_back(elements.value());
  return values;
}

TEST(JsonSlice, CutsMembersAtTheirEnds) {
  EXPECT_EQ(All(R"( )"), Pairs{});
  EXPECT_EQ(All("{}"), Pairs{});
  EXPECT_EQ(All("{ }"), Pairs{});
  EXPECT_EQ(All(R"({"a":1})"), (Pairs{{"a", "1"}}));
  EXPECT_EQ(All("{ \"a\" : 1 ,\n\"b\" : { \"c\" : [ \"}\" ] } , \"d\":null }"),
            (Pairs{{"a", "1"}, {"b", "{ \"c\" : [ \"}\" ] }"}, {"d", "null"}}));
  EXPECT_EQ(All(R"({"a\"b":"x\\","c":"\"}"})"),
            (Pairs{{R"(a\"b)", R"("x\\")"}, {"c", R"("\"}")"}}));
}

TEST(JsonSlice, CutsElementsAtTheirEnds) {
  EXPECT_TRUE(AllElements("[]").empty());
  EXPECT_TRUE(AllElements("{}").empty());
  EXPECT_EQ(AllElements(R"([1, "a,b" ,[2,3],{"x":[]}, true ])"),
            (std::vector<std::string>{"1", R"("a,b")", "[2,3]", R"({"x":[]})", "true"}));
}

TEST(JsonSlice, FindsAndDecodes) {
  EXPECT_EQ(Member(R"({"a":1,"b":"x"})", "b"), R"("x")");
  EXPECT_EQ(Member(R"({"a":1})", "b"), "");
  EXPECT_EQ(Unquote(R"("plain")"), "plain");
  EXPECT_EQ(Unquote(R"("a\"\\\n\u00e9\ud83d\ude00")"), "a\"\\\n\u00e9\U0001F600");
  EXPECT_EQ(Unquote("12"), "");
  EXPECT_EQ(Unquote(""), "");
}

// Slices are only taken of valid text; a broken one must still not read outside.
TEST(JsonSlice, StopsOnTextThatIsCutOff) {
  const std::string text = R"({"a":{"b":[1,"x\"y"]},"c":"\\","d":[{},[]]})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    for (const auto& [key, value] : All(cut)) {
      All(value);
      AllElements(value);
      Unquote(value);
    }
  }
}

}  // namespace
}  // namespace chemoterm::json
