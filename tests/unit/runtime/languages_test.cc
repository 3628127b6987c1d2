// Which name is shown, and which are accepted, for what a caller says of languages.
#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct LanguageCase {
  std::string_view why, languages, display;
  bool met = true;
};

using LanguageTest = WorldTest;

LookupRequest Lookup(std::string_view languages) {
  LookupRequest request;
  request.system = kA;
  request.code = "A1";
  request.display_language = languages;
  return request;
}

// A1 is "First" in a system in English; it has names in en-GB, es and de.
constexpr LanguageCase kCases[] = {
    {"none", "", "First"},
    {"that of the system", "en", "First"},
    {"exact", "es", "Primero"},
    {"exact, with a region", "en-GB", "The first"},
    {"in any case", "ES", "Primero"},
    {"region in any case", "EN-gb", "The first"},
    {"absent", "fr", "First", false},
    {"a region that has no name", "en-US", "First", false},
    {"part of a tag is no prefix", "e-GB", "", false},
    {"the first that there is", "fr, de, es", "Das Erste"},
    {"weights go before order", "de;q=0.4, es;q=0.9", "Primero"},
    {"1 when no weight is given", "de;q=0.9, es", "Primero"},
    {"order among equal weights", "es;q=0.5,de;q=0.5", "Primero"},
    {"anything", "*", "First"},
    {"something, else anything", "fr, *;q=0.5", "First"},
    {"anything goes after what is named", "*;q=0.1, es", "Primero"},
    {"not this one", "es;q=0", "First", false},
    {"a display is given even if nothing is wanted", "*;q=0", "First", false},
    {"named, and nothing else", "es, *;q=0", "Primero"},
    {"absent, and nothing else", "fr, *;q=0", "First", false},
    {"spaces", "  es ; q=0.3 ,  de;q=0.2 ", "Primero"},
};

TEST_F(LanguageTest, DisplayLanguageChoosesTheName) {
  for (const LanguageCase& each : kCases) {
    SCOPED_TRACE(each.why);
    const auto answer = Ask(Lookup(each.languages));
    if (each.display.empty()) {
      EXPECT_EQ(FaultOf(Lookup(each.languages)), "INVALID_PARAMETER displayLanguage");
      continue;
    }
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.display, each.display);
    const auto found = Findings(answer->issues);
    if (each.met) {
      EXPECT_THAT(found, IsEmpty());
    } else {
      EXPECT_THAT(found, ElementsAre("information LANGUAGE_NOT_FOUND displayLanguage"));
    }
  }
}

TEST_F(LanguageTest, AcceptLanguageChoosesTheSameNamesWithoutAWord) {
  for (const LanguageCase& each : kCases) {
    SCOPED_TRACE(each.why);
    const auto answer = Ask(Lookup({}), each.languages);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.display, each.display.empty() ? "First" : each.display);
    EXPECT_THAT(answer->issues, IsEmpty());
  }
}

TEST_F(LanguageTest, DisplayLanguageGoesBeforeTheHeader) {
  EXPECT_EQ(Ask(Lookup("de"), "es")->value.display, "Das Erste");
}

TEST_F(LanguageTest, WhatIsNoLanguageListIsRefused) {
  for (const std::string_view bad :
       {"?", "e", "1", "english language", "es;q=2", "es;q=0.1234", "es;x=1", "es;q=", "es,,de",
        ",", "es_MX", "español", "abcdefghij", "es-", "-es", "**"}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(FaultOf(Lookup(bad)), "INVALID_PARAMETER displayLanguage");
    const auto answer = Ask(Lookup({}), bad);
    ASSERT_TRUE(answer.ok()) << "a header does not fail a request";
    EXPECT_EQ(answer->value.display, "First");
  }
}

TEST_F(LanguageTest, EveryOperationShowsNamesInTheWantedLanguage) {
  RelatedCodesRequest related;
  related.system = kA;
  related.code = "A2";
  related.kinds = {"below"};
  related.display_language = "es";
  const auto links = Ask(related);
  ASSERT_TRUE(links.ok()) << links.status();
  ASSERT_EQ(links->value.related.size(), 1U);
  EXPECT_EQ(links->value.related[0].concept_coding.display, "Primero");

  const auto hits = Ask(SearchCodesRequest{"a1", {}, {}, "es"});
  ASSERT_TRUE(hits.ok()) << hits.status();
  EXPECT_EQ(hits->value.matches.at(0).concept_coding.display, "Primero");

  ValidateCodeRequest validate;
  validate.url = kC;
  validate.code = "Alpha";
  validate.display_language = "es";
  EXPECT_EQ(Ask(validate)->value.display, "Rodilla");
}

// Alpha is "Knee, left" in English and "Rodilla" in Spanish.
TEST_F(LanguageTest, ADisplayIsRightInTheLanguagesThatAreWanted) {
  constexpr std::string_view kRight = "";
  constexpr std::string_view kWrong =
      "error Display_Name_for__should_be_one_of__instead_of display";
  constexpr std::string_view kNone = "error NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR display";
  constexpr std::string_view kDefault =
      "information NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK display";
  const struct {
    std::string_view languages, display, finding;
  } cases[] = {{"", "Knee, left", kRight},
               {"", "Rodilla", kRight},
               {"en", "Knee, left", kRight},
               {"en", "Rodilla", kWrong},
               {"es", "Rodilla", kRight},
               {"es", "Knee, left", kWrong},
               {"es,en", "Knee, left", kRight},
               {"*", "Rodilla", kRight},
               {"es, *;q=0", "Knee, left", kWrong},
               {"fr", "Knee, left", kDefault},
               {"fr", "Rodilla", kNone},
               {"fr", "Genou", kNone},
               {"*;q=0", "Knee, left", kDefault}};
  for (const auto& each : cases) {
    SCOPED_TRACE(base::Concat({each.display, " in ", each.languages}));
    ValidateCodeRequest request;
    request.url = kC;
    request.code = "Alpha";
    request.display = each.display;
    request.display_language = each.languages;
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.result, each.finding != kWrong && each.finding != kNone);
    if (each.finding.empty()) {
      EXPECT_THAT(answer->issues, IsEmpty());
    } else {
      EXPECT_THAT(Findings(answer->issues), ElementsAre(each.finding));
    }
  }
}

}  // namespace
}  // namespace chemoterm::runtime
