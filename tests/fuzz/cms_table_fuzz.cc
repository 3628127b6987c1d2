// Bytes as a table of CMS or a descriptor file of the AMA; the first one says which. What is taken
// loads as what it becomes.
#include <algorithm>

#include "base/text.h"
#include "fuzz/support.h"
#include "import/cpt.h"
#include "import/fee_schedule.h"
#include "import/hcpcs.h"
#include "import/ncci.h"
#include "load/csv.h"

namespace {

using namespace chemoterm;

void Give(std::string_view text, imports::CmsTable& table) {
  for (const std::string_view line : base::Split(text, '\n')) table.OnLine(line);
  table.Finish();
  const imports::CmsReport report = table.Report();
  fuzz::Require(report.taken + report.out_of_scope <= report.rows, "no row counts twice");
}

void RequireCsv(std::string_view text) {
  load::Faults faults;
  load::ReadCsv(
      text, load::FileFaults(faults, "t"), [](const load::CsvCells&) { return true; },
      [](int, const load::CsvCells&) {});
  fuzz::Require(faults.empty(), "what is taken is CSV as the content has it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const imports::LoadedCodes loaded = {.cpt = {"11111", "22222"}, .hcpcs = {"J1111"}};
  load::Faults faults;
  const load::FileFaults file_faults(faults, "t");
  switch (data[0]) {
    case 'p': {
      imports::FeeScheduleTable table(loaded, file_faults);
      Give(text, table);
      RequireCsv(table.Figures([](std::string_view, std::string_view) { return false; }));
      break;
    }
    case 'g': {
      imports::LocalitiesTable table(file_faults);
      Give(text, table);
      RequireCsv(table.Localities());
      break;
    }
    case 'n': {
      imports::PairsTable table(loaded, "practitioner", /*all=*/true, file_faults);
      Give(text, table);
      RequireCsv(table.relations().ExternalCodes());
      RequireCsv(table.relations().TakeRelations());
      break;
    }
    case 'm': {
      imports::UnitsTable table(loaded, file_faults);
      Give(text, table);
      RequireCsv(table.Figures());
      break;
    }
    case 'a': {
      const imports::Notes notes;
      imports::AddOnTable table(loaded, notes, /*all=*/true, file_faults);
      Give(text, table);
      RequireCsv(table.relations().TakeRelations());
      break;
    }
    case 'l':
    case 'c': {
      const auto tier =
          data[0] == 'l' ? imports::DescriptorTier::kLong : imports::DescriptorTier::kClinician;
      imports::DescriptorTable table(tier, file_faults);
      Give(text, table);
      imports::CptTiers tiers;
      tiers[imports::DescriptorTier::kLong] = table.descriptors();
      fuzz::RequireJson(imports::CptCodeSystem(
          {"http://x.example", "http://b.example", "2026", "2026-01-01", "N", true}, tiers,
          imports::DescriptorTier::kShort));
      break;
    }
    default: {
      imports::HcpcsTable table(file_faults);
      Give(text, table);
      fuzz::RequireJson(table.CodeSystem({"http://x.example", "1", "2026-01-01"}));
    }
  }
  return 0;
}
