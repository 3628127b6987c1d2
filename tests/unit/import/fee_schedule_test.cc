// The physician fee schedule's tables, with what the published files have of oddities.
#include "import/fee_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/import/published.h"

namespace chemoterm::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Header lines as those of the file of January 2025, with fewer columns.
const std::string kFees =
    ",,2026 National Physician Fee Schedule Relative Value File January Release,,,,,,,,,,,\r\n"
    ",,\"CPT codes and descriptions only are copyright 2025, all rights reserved.\",,,,,,,,,,,\r\n"
    ",,RELEASED 12/23/2025,,,,,,,,,,,\r\n"
    ",,,,WORK,NON-FAC,NON-FAC,FACILITY,FACILITY,,NON-,,GLOB,CONV\r\n"
    ",,,STATUS,,,NA,,NA,MP,FACILITY,FACILITY,,\r\n"
    "HCPCS,MOD,DESCRIPTION,CODE,RVU,PE RVU,INDICATOR,PE "
    "RVU,INDICATOR,RVU,TOTAL,TOTAL,DAYS,FACTOR\r\n"
    "11111,,\"First, with a comma\",A,0.21,1.90,,0.50,NA,0.04,2.15,0.75,XXX,33.4009\r\n"
    "11111,26,First,A,0.21,1.90,,0.50,,0.04,2.15,0.75,XXX,33.4009\r\n"
    "\r\n"
    "22222,,Second,C,0.00,0.00,,0.00,,0.00,0.00,0.00,XXX,33.4009\r\n"
    "33333,,Third,A,\"1,000.00\",.50,NA,\"1,000.50\",,0,0.00,\"2,000.50\",XXX,33.4009\r\n"
    "44444,,Not loaded,A,1.00,1.00,,1.00,,1.00,3.00,3.00,XXX,33.4009\r\n"
    "J1111,,Not CPT,A,1.00,1.00,,1.00,,1.00,3.00,3.00,XXX,33.4009\r\n"
    ",,,,,,,,,,,,,\r\n"
    "Note: a remark behind the table,,,,,,,,,,,,,\r\n";

const LoadedCodes kLoaded = {.cpt = {"11111", "22222", "33333"}, .hcpcs = {"J1111"}};

TEST(FeeSchedule, TakesTheFiguresOfLoadedCodes) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  FeeScheduleTable table(kLoaded, file_faults);
  GiveLines(kFees, table);
  EXPECT_THAT(Lines(faults), IsEmpty());
  EXPECT_EQ(table.Year(), "2026");
  EXPECT_EQ(table.Figures([](std::string_view, std::string_view) { return false; }),
            "code,rvu-work,rvu-pe-nonfacility,rvu-pe-facility,rvu-mp,rvu-total-nonfacility,"
            "rvu-total-facility,conversion-factor\n"
            "11111,0.21,1.90,NA,0.04,2.15,NA,33.4009\n"
            "22222,NA,NA,NA,NA,NA,NA,NA\n"
            "33333,1000.00,NA,1000.50,0,NA,2000.50,33.4009\n");
  const CmsReport report = table.Report();
  EXPECT_EQ(report.rows, 6U);
  EXPECT_EQ(report.taken, 3U);
  EXPECT_EQ(report.out_of_scope, 2U);
  EXPECT_EQ(report.left_out.at("with a modifier"), 1U);
}

TEST(FeeSchedule, LeavesOutWhatIsHeldAndTheFactorThatIsNotThere) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  FeeScheduleTable table(kLoaded, file_faults);
  GiveLines(
      "2024\nHCPCS,MOD,WORK RVU,NON-FAC PE RVU,NON-FAC NA INDICATOR,FACILITY PE RVU,"
      "FACILITY NA INDICATOR,MP RVU,NON-FACILITY TOTAL,FACILITY TOTAL\n"
      "11111,,1,2,,3,,4,7,8\n",
      table);
  EXPECT_THAT(Lines(faults), IsEmpty());
  EXPECT_EQ(table.Figures([](std::string_view code, std::string_view property) {
    return code == "11111" && property == "rvu-mp";
  }),
            "code,rvu-work,rvu-pe-nonfacility,rvu-pe-facility,rvu-mp,rvu-total-nonfacility,"
            "rvu-total-facility\n"
            "11111,1,2,3,,7,8\n");
}

struct FaultCase {
  const char* name;
  const char* from;
  const char* to;
  const char* fault;
};
void PrintTo(const FaultCase& fault, std::ostream* out) { *out << fault.name; }

class FeeFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(FeeFaults, AreToldWithTheirLine) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  FeeScheduleTable table(kLoaded, file_faults);
  GiveLines(With(kFees, GetParam().from, GetParam().to), table);
  EXPECT_THAT(Lines(faults), ElementsAre(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Row, FeeFaults,
    testing::Values(
        FaultCase{"Code", "33333,", "3333,", "11: HCPCS '3333' is no code"},
        FaultCase{"CodeOfARowOutOfScope", "44444,", "4444x,", "12: HCPCS '4444x' is no code"},
        FaultCase{"Number", ",.50,NA", ",n/a,NA", "11: NON-FAC PE RVU 'n/a' is no number"},
        FaultCase{"NumberOfAModifier", "First,A,0.21", "First,A,0.2.1",
                  "8: WORK RVU '0.2.1' is no number"},
        FaultCase{"Thousands", "\"1,000.50\"", "\"10,00.50\"",
                  "11: FACILITY PE RVU '10,00.50' is no number"},
        FaultCase{"Indicator", "0.50,NA", "0.50,X",
                  "7: FACILITY NA INDICATOR 'X' must be NA or empty"},
        FaultCase{"Twice", "33333,", "22222,", "11: the row of 22222 is already at line 10"},
        FaultCase{"Cut", "0.00,XXX,33.4009\r\n33333", "0.00\r\n33333",
                  "10: 12 cells, but the header has 14"},
        FaultCase{"Quotes", "\"First, with", "\"First\", with",
                  "7: the quotes are not as RFC 4180 has them"}),
    [](const auto& info) { return info.param.name; });

const std::string kIndices =
    "ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES,,,,,,,\n"
    ",,,,,,,\n"
    "Contractor (MAC),State,Locality Number,Locality Name,2026 PW GPCI (without 1.0 Floor),"
    "2026 PW GPCI (with 1.0 Floor)***,2026 PE GPCI,2026 MP GPCI\n"
    "10112,AL,00,ALABAMA,0.950,1.000,0.875,0.566\n"
    "02102,AK,01,ALASKA**,1.500,1.500,1.065,0.551\n"
    "01112,CA,05,\"SAN FRANCISCO, MARIN\",1.095,1.095,1.41,1\n"
    ",,,,,,,\n"
    "* The floor is of the law.,,,,,,,\n";

TEST(Localities, TakesTheIndicesWithTheFloor) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  LocalitiesTable table(file_faults);
  GiveLines(kIndices, table);
  EXPECT_THAT(Lines(faults), IsEmpty());
  EXPECT_EQ(table.Year(), "2026");
  EXPECT_EQ(table.Localities(),
            "locality,name,gpci-work,gpci-pe,gpci-mp\n"
            "1011200,ALABAMA,1.000,0.875,0.566\n"
            "0210201,ALASKA,1.500,1.065,0.551\n"
            "0111205,\"SAN FRANCISCO, MARIN\",1.095,1.41,1\n");
}

class LocalityFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(LocalityFaults, AreToldWithTheirLine) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  LocalitiesTable table(file_faults);
  GiveLines(With(kIndices, GetParam().from, GetParam().to), table);
  EXPECT_THAT(Lines(faults), ElementsAre(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Row, LocalityFaults,
    testing::Values(
        FaultCase{"Contractor", "02102", "2102", "5: contractor '2102' is no number of 5"},
        FaultCase{"Number", "AK,01", "AK,1", "5: locality '1' is no number of 2"},
        FaultCase{"NoName", "ALASKA**", "**", "5: locality name '' is empty or not UTF-8"},
        FaultCase{"Index", "1.065", "1.0655", "5: PE GPCI '1.0655' is no cost index"},
        FaultCase{"NoIndex", "0.551", "", "5: MP GPCI '' is no cost index"},
        FaultCase{"Twice", "02102,AK,01", "10112,AL,00",
                  "5: the row of 1011200 is already at line 4"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace chemoterm::imports
