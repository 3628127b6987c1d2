// What the tables of CMS have in common: numbers, days, codes, headers, notes.
#include "import/cms_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/published_table.h"
#include "unit/import/published.h"

namespace chemoterm::imports {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct TextCase {
  const char* text;
  const char* expected;  // empty = refused
};

TEST(PublishedNumber, IsThePublishedDecimalWithoutItsThousands) {
  const TextCase rows[] = {{"0.80", "0.80"},
                           {"12", "12"},
                           {".52", "0.52"},
                           {"1,234.50", "1234.50"},
                           {"1,234,567", "1234567"},
                           {"", ""},
                           {"12,34", ""},
                           {"1234,567", ""},
                           {"1.", ""},
                           {"-1", ""},
                           {"1e3", ""},
                           {"0.8 0", ""},
                           {"1,,234", ""},
                           {",234", ""}};
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(PublishedNumber(text).value_or(""), expected) << text;
  }
}

TEST(PublishedDay, IsWrittenAsFhirWritesIt) {
  const TextCase rows[] = {{"20240701", "2024-07-01"},
                           {"7/1/2024", "2024-07-01"},
                           {"07/01/2024", "2024-07-01"},
                           {"2024-07-01", "2024-07-01"},
                           {"2024183", "2024-07-01"},
                           {"2023365", "2023-12-31"},
                           {"2023366", ""},
                           {"2024000", ""},
                           {"20240230", ""},
                           {"20241301", ""},
                           {"2024", ""},
                           {"1/32/2024", ""},
                           {"7/1/24", ""},
                           {"*", ""},
                           {"", ""}};
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(PublishedDay(text).value_or(""), expected) << text;
  }
}

TEST(LevelOf, KnowsCodesByTheirForm) {
  const std::pair<const char*, CodeLevel> rows[] = {
      {"96413", CodeLevel::kOne},  {"0663T", CodeLevel::kOne},  {"J9000", CodeLevel::kTwo},
      {"9641", CodeLevel::kNone},  {"j9000", CodeLevel::kNone}, {"9641t", CodeLevel::kNone},
      {"JJ900", CodeLevel::kNone}, {"96413 ", CodeLevel::kNone}};
  for (const auto& [code, level] : rows) EXPECT_EQ(LevelOf(code), level) << code;
}

TEST(Quarter, IsOfItsDay) {
  EXPECT_EQ(QuarterOf("2024-07-01"), "2024q3");
  EXPECT_EQ(QuarterOf("2024-12-31"), "2024q4");
  EXPECT_EQ(QuarterStart("2024-12-31"), "2024-10-01");
  EXPECT_EQ(QuarterStart("2024-03-31"), "2024-01-01");
}

TEST(YearIn, IsTheFirstOfThisCentury) {
  EXPECT_EQ(YearIn("CY 2026 schedule, copyright 2025"), "2026");
  EXPECT_EQ(YearIn("20260701 and 1999"), "");
}

// Columns "key" and "value"; rows as "line:key=value".
struct Read {
  std::vector<std::string> rows;
  std::vector<std::string> faults;
};
Read ReadText(std::string_view text, std::size_t most_rows = 100) {
  static const TableForm kForm = {{"Key", "key"}, {"Value", "value", "other"}};
  load::Faults faults;
  const load::FileFaults file_faults(faults, "t");
  Read read;
  PublishedTable table(kForm, most_rows, file_faults, [&](const TableRow& row) {
    read.rows.push_back(
        base::Concat({base::ToText(row.line()), ":", row.Cell(0), "=", row.Cell(1)}));
  });
  for (const std::string_view line : base::Split(text, '\n')) table.OnLine(line);
  table.Finish();
  read.faults = Lines(faults);
  return read;
}

TEST(PublishedTable, PassesOverNoticesBlankLinesAndNotes) {
  const Read read = ReadText(
      "A notice, with a comma\n"
      "\"Another,\nover two lines\"\n"
      ",,\n"
      "THE,OTHER,\n"
      "KEY,VALUE,VALUE\n"
      "\n"
      "a,1, 2 \n"
      ",,\n"
      "\"b, c\",1,3,,\n"
      "* a note,,\n"
      "and another\n");
  EXPECT_THAT(read.faults, IsEmpty());
  EXPECT_THAT(read.rows, ElementsAre("8:a=2", "10:b, c=3"));
}

TEST(PublishedTable, TakesTabsAndHeadersThatGoOnBelow) {
  const Read read = ReadText("A \"notice\nkey\tvalue\n\t(as published)\na\t\"1\"\nb\t2\t\n");
  EXPECT_THAT(read.faults, IsEmpty());
  EXPECT_THAT(read.rows, ElementsAre("4:a=1", "5:b=2"));
}

TEST(PublishedTable, AFirstRowWithoutItsKeyIsNoHeader) {
  EXPECT_THAT(ReadText("key,value\n,1\na,2\n").rows, ElementsAre("2:=1", "3:a=2"));
}

TEST(PublishedTable, TellsEveryLineThatIsNoRow) {
  struct FaultCase {
    const char* text;
    std::vector<std::string> faults;
  };
  const FaultCase cases[] = {
      {"", {"0: no header with the columns Key, Value"}},
      {"key,other value\na,1\n", {"0: no header with the columns Key, Value"}},
      {"x,y,value\nkey,z\na,1\n", {"3: 2 cells, but the header has 3"}},
      {"key,value\n", {"0: no rows behind the header"}},
      {"key,value\na,1\nb\nc,1,2\n",
       {"3: 1 cells, but the header has 2", "4: 3 cells, but the header has 2"}},
      {"key,value\na,1\nb 2\nc,3\n", {"3: neither a row nor a note behind the last row"}},
      {"key,value\na,\"1\"x\nb,2\n", {"2: the quotes are not as RFC 4180 has them"}},
      {"key,value\na,\"1\nb,2\n", {"2: a quoted cell does not end"}},
      {"key,value\na,1\nb,2\nc,3\nd,4\n", {"4: more than 2 rows"}},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(ReadText(text, expected[0] == "4: more than 2 rows" ? 2 : 100).faults, expected)
        << text;
  }
}

TEST(PublishedTable, GivesUpWithoutAHeader) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "a,b\n";
  text += "key,value\n1,2\n";
  EXPECT_THAT(ReadText(text).faults, ElementsAre("0: no header with the columns Key, Value"));
}

TEST(CompareRows, NamesWhatDiffers) {
  const Changes changes =
      CompareRows("code,a\n1,x\n2,x\n3,x\n", "code,a\n2,y\n1,x\n4,x\n", /*key_cells=*/1);
  EXPECT_THAT(changes.added, ElementsAre("4"));
  EXPECT_THAT(changes.removed, ElementsAre("3"));
  EXPECT_THAT(changes.changed, ElementsAre("2"));
  const Changes pairs = CompareRows("h\n", "h\ncpt,1,kind,cpt,2,2024-07-01,,0\n", /*key_cells=*/6);
  EXPECT_THAT(pairs.added, ElementsAre("1 2"));
}

TEST(CsvCell, IsQuotedWhereItMustBe) {
  EXPECT_EQ(CsvCell("a b"), "a b");
  EXPECT_EQ(CsvCell("a, \"b\""), "\"a, \"\"b\"\"\"");
  EXPECT_EQ(CsvCell("a\n\tb"), "a b");
}

}  // namespace
}  // namespace chemoterm::imports
