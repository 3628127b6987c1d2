// The ICD-10-CM tabular list as a CodeSystem: codes, 7th characters, notes, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "import/icd10cm.h"

namespace chemoterm::imports {
namespace {

using testing::HasSubstr;
using testing::Not;

const Progress kQuiet = [](std::string_view, std::size_t, std::size_t) {};

std::string List(std::string_view codes, std::string_view more = {}) {
  return base::Concat({R"(<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2026</version><introduction/>
<chapter><name>2</name><desc>Neoplasms (C00-D49)</desc><includes><note>all</note></includes>)",
                       more, R"(
<section id="C00-C14"><desc>Lip</desc>
)",
                       codes, "\n</section></chapter></ICD10CM.tabular>"});
}

absl::StatusOr<Tabular> Read(std::string_view xml, std::string_view code_list = {},
                             const TabularLimits& limits = {}) {
  return ReadTabular(
      xml,
      {.url = "http://icd.example", .edition = {}, .date = "2026-04-01", .code_list = code_list},
      limits, kQuiet);
}

constexpr std::string_view kSmall = R"(<diag><name>C00</name><desc>Of  lip</desc>
<inclusionTerm><note>Lip, &lt;any&gt;</note></inclusionTerm>
<excludes1><note>skin of lip (C44.0-)</note></excludes1>
<useAdditionalCode><note>code to identify:</note><note>alcohol</note></useAdditionalCode>
<diag><name>C00.0</name><desc>Upper</desc></diag>
</diag>)";

TEST(ReadTabular, MakesConceptsBelowEachOther) {
  const auto list = Read(List(kSmall));
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->version, "2026");
  EXPECT_EQ(list->codes, 2U);
  EXPECT_EQ(list->group_notes, 1U);
  EXPECT_THAT(list->json, HasSubstr(R"("url":"http://icd.example","version":"2026")"));
  EXPECT_THAT(list->json,
              HasSubstr(R"({"code":"C00","display":"Of lip","designation":[{"language":"en")"));
  EXPECT_THAT(list->json, HasSubstr(R"("value":"Lip, <any>")"));
  EXPECT_THAT(list->json,
              HasSubstr(R"x({"code":"excludes1","valueString":"skin of lip (C44.0-)"})x"));
  EXPECT_THAT(list->json, HasSubstr(R"x("valueString":"code to identify:\nalcohol")x"));
  EXPECT_THAT(list->json,
              HasSubstr(R"x({"code":"chapter-title","valueString":"Neoplasms (C00-D49)"})x"));
  EXPECT_THAT(
      list->json,
      HasSubstr(
          R"("concept":[{"code":"C00.0","display":"Upper","property":[{"code":"chapter","valueCode":"2"},)"
          R"({"code":"block","valueCode":"C00-C14"},{"code":"billable","valueBoolean":true}]}])"));
}

constexpr std::string_view kSeventh = R"(<diag><name>C01</name><desc>Top</desc>
<sevenChrDef><extension char="A">initial</extension><extension char="D">later</extension></sevenChrDef>
<diag><name>C01.1</name><desc>One</desc></diag>
<diag><name>C01.23</name><desc>Two</desc>
 <sevenChrDef><extension char="9">own</extension><note>Old two</note></sevenChrDef></diag>
</diag>
<diag><name>C02</name><desc>Alone</desc><sevenChrDef><extension char="A">initial</extension></sevenChrDef></diag>
<diag><name>C03</name><desc>None</desc></diag>)";

TEST(ReadTabular, A7thCharacterStandsBehindPlaceholders) {
  const auto list = Read(List(kSeventh));
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->codes, 9U);
  EXPECT_EQ(list->extended, 4U);
  for (const char* part : {R"({"code":"C01.1XXA","display":"One, initial")", R"("code":"C01.1XXD")",
                           R"({"code":"C01.23X9","display":"Two, own")", R"("code":"C02.XXXA")"}) {
    EXPECT_THAT(list->json, HasSubstr(part));
  }
  EXPECT_THAT(list->json, HasSubstr(R"({"code":"note","valueString":"Old two"})"));
  EXPECT_THAT(list->json, Not(HasSubstr("C01.23XA")));
  EXPECT_THAT(list->json, Not(HasSubstr("C03.")));
}

TEST(ReadTabular, AListOfCodesHoldsBackThe7thCharactersThatItLacks) {
  const auto list = Read(List(kSeventh), "C01\nC011XXA  One, initial\nC01.23X9\n");
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->extended, 2U);
  EXPECT_EQ(list->not_in_list, 2U);
  EXPECT_THAT(list->json, Not(HasSubstr("C01.1XXD")));
  EXPECT_THAT(std::string(base::FromAbsl(Read(List(kSeventh), "nonsense\n").status().message())),
              HasSubstr("none of the codes"));
}

struct Bad {
  const char* name;
  std::string xml;
  const char* why;
};

class ReadTabularRefuses : public testing::TestWithParam<Bad> {};

TEST_P(ReadTabularRefuses, SayingWhereAndWhy) {
  const auto list = Read(GetParam().xml);
  ASSERT_FALSE(list.ok());
  EXPECT_THAT(std::string(base::FromAbsl(list.status().message())), HasSubstr(GetParam().why));
}

std::string Deep() {
  std::string open, close;
  for (int i = 0; i < 20; ++i) {
    open += "<diag><name>C" + std::to_string(10 + i) + "</name><desc>x</desc>";
    close += "</diag>";
  }
  return open + close;
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ReadTabularRefuses,
    testing::Values(
        Bad{"nothing", "", "line 1: not XML"}, Bad{"no_xml", "{}", "not XML"},
        Bad{"other_xml", "<a/>", "not an ICD-10-CM tabular list"},
        Bad{"cut", List(kSmall).substr(0, 400), "not XML"},
        Bad{"end_tag_mismatch", List("<diag><name>C00</name>\n</desc></diag>"), "line 6: not XML"},
        Bad{"not_utf8", List("<diag><name>C00</name><desc>\xFF</desc></diag>"), "not UTF-8"},
        Bad{"no_codes", List(""), "the list has no codes"},
        Bad{"no_version", "<ICD10CM.tabular><chapter/></ICD10CM.tabular>", "has no version"},
        Bad{"bad_code", List("<diag><name>Neoplasm</name><desc>x</desc></diag>"),
            "line 5: 'Neoplasm' is not"},
        Bad{"no_name", List("<diag><desc>x</desc></diag>"), "line 5: '' is not"},
        Bad{"no_title", List("<diag><name>C00</name></diag>"), "C00 has no title"},
        Bad{"twice", List(R"(<diag><name>C00</name><desc>x</desc></diag>
<diag><name>C00</name><desc>x</desc></diag>)"),
            "line 6: the code C00 is there twice"},
        Bad{"long_7th_character",
            List(
                R"(<diag><name>C00</name><desc>x</desc><sevenChrDef><extension char="AB">x</extension></sevenChrDef></diag>)"),
            "7th character"},
        Bad{"section_without_id",
            "<ICD10CM.tabular><version>1</version><chapter><name>1</name><section/></chapter></"
            "ICD10CM.tabular>",
            "a section without an id"},
        Bad{"too_deep", List(Deep()), "nested too deep"}),
    [](const auto& info) { return info.param.name; });

// "Billion laughs": nothing is expanded, the reference stays text.
TEST(ReadTabular, ExpandsNoEntities) {
  std::string xml = List("<diag><name>C00</name><desc>&b;</desc></diag>");
  xml.insert(
      xml.find("<ICD10CM"),
      R"(<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>)");
  const auto list = Read(xml);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_THAT(list->json, HasSubstr(R"("display":"&b;")"));
}

TEST(ReadTabular, HoldsItsLimits) {
  EXPECT_THAT(
      std::string(base::FromAbsl(Read(List(kSmall), {}, {.bytes = 100}).status().message())),
      HasSubstr("larger than"));
  EXPECT_THAT(std::string(base::FromAbsl(Read(List(kSmall), {}, {.codes = 1}).status().message())),
              HasSubstr("more than 1 codes"));
}

}  // namespace
}  // namespace chemoterm::imports
