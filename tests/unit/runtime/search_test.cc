// Search through the engine: limits, ties, slips of the finger.
#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

class SearchTest : public WorldTest {
 protected:
  static std::vector<std::string> Codes(std::string_view text,
                                        std::optional<std::int32_t> count = {}) {
    const auto answer = Ask(SearchCodesRequest{std::string(text), {}, count, {}});
    if (!answer.ok()) return {answer.status().ToString()};
    std::vector<std::string> codes;
    for (const auto& match : answer->value.matches) codes.emplace_back(match.concept_coding.code);
    return codes;
  }
};

TEST_F(SearchTest, CountLimitsTheHits) {
  for (const std::int32_t count : {1, 2, 5, 10, 100})
    EXPECT_EQ(Codes("twin", count).size(),
              std::min<std::size_t>(5, static_cast<std::size_t>(count)));
  for (const std::int32_t count : {0, -1, 101, 2147483647, -2147483647})
    EXPECT_EQ(FaultOf(SearchCodesRequest{"twin", {}, count, {}}), "INVALID_PARAMETER count")
        << count;
}

TEST_F(SearchTest, HitsOfOneScoreStandInTheOrderOfTheContentHoweverManyAreAsked) {
  const std::vector<std::string> all = {"70001", "70002", "70003", "70004", "70005"};
  for (std::size_t count = 1; count <= all.size(); ++count) {
    EXPECT_THAT(Codes("twin", static_cast<std::int32_t>(count)),
                ElementsAreArray(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)));
  }
  for (const std::string_view text : {"puncture of the knee", "knee", "scan hip", "of the", "7"}) {
    SCOPED_TRACE(text);
    const auto most = Codes(text, 100);
    for (std::size_t count = 1; count <= most.size(); ++count) {
      EXPECT_THAT(
          Codes(text, static_cast<std::int32_t>(count)),
          ElementsAreArray(most.begin(), most.begin() + static_cast<std::ptrdiff_t>(count)));
    }
  }
}

TEST_F(SearchTest, OneSlipIsForgiven) {
  const struct {
    std::string_view why, text;
    bool found;
  } cases[] = {{"as written", "puncture", true},
               {"a wrong letter", "punctire", true},
               {"a letter left out", "punctue", true},
               {"a letter too many", "punncture", true},
               {"two neighbours swapped", "punctrue", true},
               {"the first letter wrong", "quncture", true},
               {"the last letter wrong", "puncturo", true},
               {"two slips", "pancturo", false},
               {"a short word must be right", "kneo", false}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    EXPECT_EQ(!Codes(each.text).empty(), each.found);
  }
}

TEST_F(SearchTest, ABeginningIsEnough) {
  EXPECT_THAT(Codes("punc"), ElementsAre("40115", "40151"));
  EXPECT_THAT(Codes("4011"), ElementsAre("40115"));
  EXPECT_THAT(Codes("401"), ElementsAre("40115", "40151"));
  EXPECT_THAT(Codes("40115"), ElementsAre("40115"));
  EXPECT_THAT(Codes("a1"), ElementsAre("A1"));
  EXPECT_THAT(Codes("ncture"), IsEmpty()) << "an end is not";
}

TEST_F(SearchTest, TextsThatAskForNothingAreRefused) {
  const std::string longest(1000, 'x');
  const struct {
    std::string_view why;
    std::string text;
    std::string_view fault;
  } cases[] = {{"empty", "", "MISSING_PARAMETER text"},
               {"blank", " \t\n ", "MISSING_PARAMETER text"},
               {"signs only", "?!... -", "INVALID_PARAMETER text"},
               {"the longest", longest, ""},
               {"one more", longest + "x", "INVALID_PARAMETER text"},
               {"10,000 characters", std::string(10'000, 'x'), "INVALID_PARAMETER text"},
               {"10,000 characters of words",
                [] {
                  std::string words;
                  while (words.size() < 10'000) words += "knee ";
                  return words;
                }(),
                "INVALID_PARAMETER text"},
               {"500 words",
                [] {
                  std::string words;
                  for (int i = 0; i < 500; ++i) words += "x ";
                  return words;
                }(),
                ""},
               {"accents", "rodílla", ""},
               {"another script", "膝", ""},
               {"not UTF-8", "knee \xff\xfe", ""},
               {"a NUL", std::string("knee\0hip", 8), ""}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    EXPECT_EQ(FaultOf(SearchCodesRequest{each.text, {}, {}, {}}), each.fault);
  }
}

}  // namespace
}  // namespace chemoterm::runtime
