// The tables of the National Correct Coding Initiative.
#include "import/ncci.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/import/published.h"

namespace chemoterm::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const LoadedCodes kLoaded = {.cpt = {"11111", "22222"}, .hcpcs = {"J1111"}};

struct FaultCase {
  const char* name;
  const char* from;
  const char* to;
  const char* fault;
};
void PrintTo(const FaultCase& fault, std::ostream* out) { *out << fault.name; }

// Header as that of the text files.
const std::string kPairs =
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\r\n"
    "Column1/Column2 Edits\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
    "11111\t33333\t*\t19960101\t*\t1\tMore, than one\r\n"
    "33333\tJ1111\t \t20100401\t20201231\t0\tStandards of practice\r\n"
    "33333\tJ1111\t\t20240701\t\t1\tStandards of practice\r\n"
    "11111\t44444\t\t20240101\t20240101\t9\tTaken back\r\n"
    "55555\t66666\t\t20240101\t*\t1\tOut of scope\r\n"
    "\r\n";

std::string Header() {
  return "from-system,from,kind,to-system,to,period-start,period-end,indicator,setting,note,source,"
         "as-of,verification\n";
}

TEST(Pairs, TakesThoseOfLoadedCodesWithTheirDays) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  PairsTable table(kLoaded, "practitioner", /*all=*/false, file_faults);
  GiveLines(kPairs, table);
  EXPECT_THAT(Lines(faults), IsEmpty());
  const CmsReport report = table.Report();
  EXPECT_EQ(report.rows, 5U);
  EXPECT_EQ(report.taken, 3U);
  EXPECT_EQ(report.out_of_scope, 1U);
  EXPECT_EQ(report.left_out.at("never in force"), 1U);
  EXPECT_EQ(table.relations().ExternalCodes(), "system,code,kind\ncpt,33333,procedure\n");
  EXPECT_EQ(
      table.relations().TakeRelations(),
      Header() +
          "cpt,11111,ncci-bundles,cpt,33333,1996-01-01,,1,practitioner,\"More, than one\",,,\n"
          "cpt,33333,ncci-bundles,hcpcs,J1111,2010-04-01,2020-12-31,0,practitioner,"
          "Standards of practice,,,\n"
          "cpt,33333,ncci-bundles,hcpcs,J1111,2024-07-01,,1,practitioner,"
          "Standards of practice,,,\n");
}

TEST(Pairs, TakesAllOnDemandAndCsvAsWell) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  PairsTable table(kLoaded, "outpatient", /*all=*/true, file_faults);
  GiveLines(
      "Column 1,Column 2,*=in existence prior to 1996,Effective Date,Deletion Date *=no data,"
      "\"Modifier\n0=not allowed\n1=allowed\n9=not applicable\",PTP Edit Rationale\n"
      "55555,66666,,20240101,*,9,\"One, two\"\n"
      "Fee schedules are not assigned by the AMA,,,,,,\n",
      table);
  EXPECT_THAT(Lines(faults), IsEmpty());
  EXPECT_EQ(table.relations().ExternalCodes(),
            "system,code,kind\ncpt,55555,procedure\ncpt,66666,procedure\n");
  EXPECT_EQ(
      table.relations().TakeRelations(),
      Header() + "cpt,55555,ncci-bundles,cpt,66666,2024-01-01,,9,outpatient,\"One, two\",,,\n");
}

class PairFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(PairFaults, AreToldWithTheirLine) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  PairsTable table(kLoaded, "practitioner", /*all=*/false, file_faults);
  GiveLines(With(kPairs, GetParam().from, GetParam().to), table);
  EXPECT_THAT(Lines(faults), ElementsAre(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Row, PairFaults,
    testing::Values(
        FaultCase{"First", "55555\t", "5555\t", "11: the code '5555' is none"},
        FaultCase{"Second", "66666\t", "6666t\t", "11: the code '6666t' is none"},
        FaultCase{"Itself", "66666\t", "55555\t", "11: the code '55555' is paired with itself"},
        FaultCase{"Effective", "19960101", "19961301", "7: effective date '19961301' is no date"},
        FaultCase{"Deletion", "20201231", "never",
                  "8: deletion date 'never' is neither a date nor *"},
        FaultCase{"Backwards", "20201231", "20091231",
                  "8: deletion date '20091231' is before the effective date"},
        FaultCase{"Indicator", "\t9\tTaken", "\t2\tTaken",
                  "10: modifier indicator '2' must be 0, 1 or 9"},
        FaultCase{"Twice", "20240701\t", "20100401\t",
                  "9: the pair is already at line 8 from the same day"},
        FaultCase{"TwiceOutOfOrder", "11111\t44444\t\t20240101\t20240101",
                  "55555\t66666\t\t20240101\t*",
                  "11: the pair is already at line 10 from the same day"},
        FaultCase{"Cut", "\t*\t1\tOut of scope", "", "11: 4 cells, but the header has 7"},
        FaultCase{"NotUtf8", "Taken back", "Taken \xFF", "10: rationale '' is not UTF-8"}),
    [](const auto& info) { return info.param.name; });

const std::string kUnits =
    "\"CPT codes, descriptions and other data only are copyright 2023 American Medical "
    "Association.\nAll rights reserved.\",,,\n"
    "\"HCPCS/\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication Indicator,"
    "MUE Rationale\n"
    "11111,\"1,200\",3 Date of Service Edit: Clinical,Clinical: Data\n"
    "22222,1,2 Date of Service Edit: Policy,\"Nature of Service, Procedure\"\n"
    "J1111,20,1 Line Edit,Prescribing Information\n"
    "33333,0,3 Date of Service Edit: Clinical,Clinical: Data\n";

TEST(Units, AreFiguresOfLoadedCodes) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  UnitsTable table(kLoaded, file_faults);
  GiveLines(kUnits, table);
  EXPECT_THAT(Lines(faults), IsEmpty());
  EXPECT_EQ(table.Setting(), "practitioner");
  EXPECT_EQ(table.Figures(), "code,mue-practitioner,mue-mai\n11111,1200,3\n22222,1,2\n");
  EXPECT_EQ(table.Report().out_of_scope, 2U);
}

class UnitFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(UnitFaults, AreToldWithTheirLine) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  UnitsTable table(kLoaded, file_faults);
  GiveLines(With(kUnits, GetParam().from, GetParam().to), table);
  EXPECT_THAT(Lines(faults), ElementsAre(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Row, UnitFaults,
    testing::Values(
        FaultCase{"Code", "33333", "333333", "8: the code '333333' is none"},
        FaultCase{"Value", ",20,", ",2.5,", "7: MUE value '2.5' is no whole number"},
        FaultCase{"NoValue", ",20,", ",,", "7: MUE value '' is no whole number"},
        FaultCase{"Indicator", "1 Line", "4 Line",
                  "7: adjudication indicator '4 Line Edit' must begin with 1, 2 or 3"},
        FaultCase{"Twice", "22222", "11111", "6: the row of 11111 is already at line 5"},
        FaultCase{"Setting", "Practitioner", "Supplier",
                  "0: the values are neither of practitioners nor of outpatient hospitals"}),
    [](const auto& info) { return info.param.name; });

const std::string kAddOns =
    "Add-On_Code,AOC_Del_Dt,Primary_Code,Primary_Code_Del_Dt,AOC_Edit_Eff_Dt,AOC_Edit_Del_Dt,"
    "AOC_Edit_Type,Special_Instruction/Notes\n"
    "33333,,11111,,20240701,,1,\n"
    "33333,20251231,22222,20241231,2013091,,1,(Use 33333 in conjunction with 22222)\n"
    "44444,,CCCCC,,20240701,,2,\n"
    "55555,,66666,,20240701,,3,\n";

TEST(AddOns, GoOntoTheirPrimaryCodes) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  const Notes notes = {{"33333 11111 2024-07-01", "type 1; our remark"},
                       {"33333 22222 2013-04-01", "type 2; of another type"}};
  AddOnTable table(kLoaded, notes, /*all=*/false, file_faults);
  GiveLines(kAddOns, table);
  EXPECT_THAT(Lines(faults), IsEmpty());
  EXPECT_EQ(table.relations().TakeRelations(),
            Header() +
                "cpt,33333,add-on-of,cpt,11111,2024-07-01,,,,type 1; our remark,,,\n"
                "cpt,33333,add-on-of,cpt,22222,2013-04-01,2024-12-31,,,type 1,,,\n");
  EXPECT_EQ(table.Report().out_of_scope, 1U);
  EXPECT_EQ(table.Report().left_out.at("whose primary codes contractors define"), 1U);
}

class AddOnFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(AddOnFaults, AreToldWithTheirLine) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  const Notes notes;
  AddOnTable table(kLoaded, notes, /*all=*/false, file_faults);
  GiveLines(With(kAddOns, GetParam().from, GetParam().to), table);
  EXPECT_THAT(Lines(faults), ElementsAre(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Row, AddOnFaults,
    testing::Values(
        FaultCase{"AddOn", "55555", "5555", "5: the add-on code '5555' is none"},
        FaultCase{"Primary", "66666", "6666", "5: the primary code '6666' is none"},
        FaultCase{"Itself", "66666", "55555", "5: the code '55555' is an add-on of itself"},
        FaultCase{"Type", ",3,", ",4,", "5: type '4' must be 1, 2 or 3"},
        FaultCase{"Start", "2013091", "2013999", "3: effective date '2013999' is no date"},
        FaultCase{"End", "20251231", "soon", "3: AOC Deletion Date 'soon' is no date"},
        FaultCase{"Backwards", "20241231", "20001231",
                  "3: deletion date '2000-12-31' is before the start"},
        FaultCase{"Twice", "22222,20241231,2013091", "11111,,20240701",
                  "3: the row of 33333 11111 2024-07-01 is already at line 2"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace chemoterm::imports
