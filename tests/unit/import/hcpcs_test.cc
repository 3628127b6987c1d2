// The HCPCS level II file, in both of its forms.
#include "import/hcpcs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load/resource_reader.h"
#include "unit/import/published.h"

namespace chemoterm::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A record as the layout of CMS has it, at its full width.
std::string Record(std::string_view code, std::string_view sequence, std::string_view kind,
                   std::string_view description, std::string_view short_description = {},
                   std::string_view added = {}, std::string_view terminated = {}) {
  std::string line(320, ' ');
  const auto put = [&](std::size_t place, std::string_view text) {
    line.replace(place - 1, text.size(), text);
  };
  put(code.size() == 2 ? 4 : 1, code);
  put(6, sequence);
  put(11, kind);
  put(12, description);
  put(92, short_description);
  if (!added.empty()) put(230, "C");
  put(269, added);
  put(285, terminated);
  return line + "\r\n";
}

std::string FixedWidth() {
  return base::Concat(
      {Record("A1111", "00100", "3", "Ambulance, first part of a", "Ambulance", "19860101"),
       Record("A1111", "00200", "4", "long description"),
       Record("J2222", "00300", "3", "Ended drug, 1 mg", "Ended drug", "20020101", "20241231"),
       Record("D3333", "00400", "3", "Dental", "Dental", "20020101"),
       Record("44444", "00500", "3", "Of the AMA", "AMA", "20020101"),
       Record("44444", "00600", "4", "and more of it"),
       Record("XX", "00700", "7", "A modifier", "Modifier", "20150101"),
       Record("25", "00800", "7", "A modifier of the AMA", "AMA", "20150101")});
}

struct Converted {
  std::string json;
  CmsReport report;
  std::vector<std::string> faults;
};
Converted Convert(std::string_view text) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  HcpcsTable table(file_faults);
  GiveLines(text, table);
  return {table.CodeSystem({"http://h.example", "2026-07", "2026-07-01"}), table.Report(),
          Lines(faults)};
}

TEST(Hcpcs, BecomesACodeSystem) {
  const Converted converted = Convert(FixedWidth());
  EXPECT_THAT(converted.faults, IsEmpty());
  EXPECT_EQ(converted.report.rows, 8U);
  EXPECT_EQ(converted.report.taken, 3U);
  EXPECT_EQ(converted.report.left_out.at("of CPT, whose wording is the AMA's"), 2U);
  EXPECT_EQ(converted.report.left_out.at("of dentistry, whose wording is the ADA's"), 1U);
  EXPECT_THAT(converted.json, Not(HasSubstr("AMA")));
  EXPECT_THAT(converted.json, Not(HasSubstr("Dental")));

  load::Faults faults;
  const auto system = load::ParseCodeSystem(
      converted.json, [](std::string_view url) { return std::string(url); }, {},
      load::FileFaults(faults, "f"));
  ASSERT_NE(system, nullptr) << Lines(faults).front();
  EXPECT_EQ(system->info().url, "http://h.example");
  EXPECT_EQ(system->info().version, "2026-07");
  EXPECT_EQ(system->info().content, "fragment");
  const auto ambulance = *system->Find("A1111");
  EXPECT_EQ(system->Display(ambulance), "Ambulance, first part of a long description");
  EXPECT_EQ(system->Text(system->Designations(ambulance).front()), "Ambulance");
  EXPECT_EQ(system->Property(ambulance, "add-date")->text, "1986-01-01");
  EXPECT_EQ(system->Property(ambulance, "coverage")->text, "C");
  EXPECT_FALSE(system->IsInactive(ambulance));
  const auto drug = *system->Find("J2222");
  EXPECT_TRUE(system->IsInactive(drug));
  EXPECT_EQ(system->Property(drug, "termination-date")->text, "2024-12-31");
  EXPECT_EQ(system->Property(*system->Find("XX"), "modifier")->text, "true");
}

TEST(Hcpcs, IsTheSameAsCsv) {
  const Converted csv = Convert(
      "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,COV,ADD DT,ACT EFF DT,TERM DT\n"
      "A1111,00100,3,\"Ambulance, first part of a\",Ambulance,C,19860101,20200101,\n"
      "A1111,00200,4,long description,,,,,\n"
      "J2222,00300,3,\"Ended drug, 1 mg\",Ended drug,C,20020101,,20241231\n"
      "D3333,00400,3,Dental,Dental,C,20020101,,\n"
      "44444,00500,3,Of the AMA,AMA,C,20020101,,\n"
      "44444,00600,4,and more of it,,,,,\n"
      "XX,00700,7,A modifier,Modifier,C,20150101,,\n"
      "25,00800,7,A modifier of the AMA,AMA,C,20150101,,\n");
  EXPECT_THAT(csv.faults, IsEmpty());
  EXPECT_EQ(csv.json, Convert(FixedWidth()).json);
}

TEST(Hcpcs, IsCompleteWhereNothingIsLeftOut) {
  EXPECT_THAT(Convert(Record("A1111", "00100", "3", "Ambulance", "Ambulance", "19860101")).json,
              HasSubstr(R"("content":"complete")"));
}

struct FaultCase {
  const char* name;
  std::string text;
  const char* fault;
};
void PrintTo(const FaultCase& fault, std::ostream* out) { *out << fault.name; }

class HcpcsFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(HcpcsFaults, AreToldWithTheirLine) {
  const std::string first = Record("A0001", "00100", "3", "First", "First", "19860101");
  EXPECT_THAT(Convert(first + GetParam().text).faults, ElementsAre(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Record, HcpcsFaults,
    testing::Values(
        FaultCase{"Code", Record("A000", "00200", "3", "X", "X", "19860101"),
                  "2: code 'A000' is none"},
        FaultCase{"Modifier", Record("xx", "00200", "7", "X", "X", "19860101"),
                  "2: modifier 'xx' is none"},
        FaultCase{"Kind", Record("A0002", "00200", "5", "X", "X", "19860101"),
                  "2: record kind '5' must be 3, 4, 7 or 8"},
        FaultCase{"Sequence", Record("A0002", "002x0", "3", "X", "X", "19860101"),
                  "2: no record of 320 characters with a sequence and a kind"},
        FaultCase{"Long",
                  "\n" + Record("A0002", "00200", "3", "X", "X", "19860101").insert(300, "x"),
                  "3: no record of 320 characters with a sequence and a kind"},
        FaultCase{"Added", Record("A0002", "00200", "3", "X", "X", "19861301"),
                  "2: add date '19861301' is no date"},
        FaultCase{"Cut", "A0002002003X\n", "2: add date '' is no date"},
        FaultCase{"Ended", Record("A0002", "00200", "3", "X", "X", "19860101", "later"),
                  "2: termination date 'later' is no date"},
        FaultCase{"NoDescription", Record("A0002", "00200", "3", "", "X", "19860101"),
                  "2: code 'A0002' has no description"},
        FaultCase{"NotUtf8", Record("A0002", "00200", "3", "X\xFF", "X", "19860101"),
                  "2: description of 'A0002' is not UTF-8"},
        FaultCase{"Coverage",
                  Record("A0002", "00200", "3", "X", "X", "19860101").replace(229, 1, "*"),
                  "2: coverage code '*' is no letter or digit"},
        FaultCase{"Twice", Record("A0001", "00200", "3", "X", "X", "19860101"),
                  "2: the row of A0001 is already at line 1"},
        FaultCase{"NoFirst", Record("A0002", "00200", "4", "X"),
                  "2: code 'A0002' goes on without a first record"}),
    [](const auto& info) { return info.param.name; });

TEST(Hcpcs, SaysThatATextIsNoTable) {
  EXPECT_THAT(Convert("Something else\n").faults,
              ElementsAre("0: no header with the columns HCPC, RECID, LONG DESCRIPTION, "
                          "SHORT DESCRIPTION, ADD DT, TERM DT"));
}

}  // namespace
}  // namespace chemoterm::imports
