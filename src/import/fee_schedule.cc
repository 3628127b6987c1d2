#include "import/fee_schedule.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/slice.h"
#include "load/files.h"
#include "load/manifest.h"

namespace chemoterm::imports {
namespace {

enum FeeColumn : std::uint8_t {
  kCode,
  kModifier,
  kWork,
  kExpenseNonfacility,
  kNonfacilityNa,
  kExpenseFacility,
  kFacilityNa,
  kMalpractice,
  kTotalNonfacility,
  kTotalFacility,
  kConversionFactor,
};
const TableForm kFeeForm = {
    {"HCPCS", "hcpcs"},
    {"MOD", "mod"},
    {"WORK RVU", "workrvu"},
    {"NON-FAC PE RVU", "pervu"},
    {"NON-FAC NA INDICATOR", "naindicator"},
    {"FACILITY PE RVU", "pervu"},
    {"FACILITY NA INDICATOR", "naindicator"},
    {"MP RVU", "mprvu"},
    {"NON-FACILITY TOTAL", "total"},
    {"FACILITY TOTAL", "total"},
    {.name = "CONV FACTOR", .part = "factor", .required = false},
};

// A column of the figures, where the table has it, and which indicator takes its value away.
struct Figure {
  std::string_view property;
  FeeColumn column;
  FeeColumn indicator = kCode;  // kCode = none
};
constexpr std::array<Figure, 7> kFigures = {{
    {"rvu-work", kWork},
    {"rvu-pe-nonfacility", kExpenseNonfacility, kNonfacilityNa},
    {"rvu-pe-facility", kExpenseFacility, kFacilityNa},
    {"rvu-mp", kMalpractice},
    {"rvu-total-nonfacility", kTotalNonfacility, kNonfacilityNa},
    {"rvu-total-facility", kTotalFacility, kFacilityNa},
    {"conversion-factor", kConversionFactor},
}};
constexpr std::string_view kNotApplicable = "NA";

bool IsZero(std::string_view number) {
  return number.find_first_not_of("0.") == std::string_view::npos;
}

enum LocalityColumn : std::uint8_t {
  kContractor,
  kLocalityNumber,
  kLocalityName,
  kWorkIndex,
  kExpenseIndex,
  kMalpracticeIndex,
};
const TableForm kLocalitiesForm = {
    {"MAC", "mac"},
    {"Locality Number", "localitynumber"},
    {"Locality Name", "localityname"},
    // Some years have the work index a second time, without its floor.
    {"PW GPCI", "pwgpci", "without"},
    {"PE GPCI", "pegpci"},
    {"MP GPCI", "mpgpci"},
};

// Asterisks point to the table's notes.
std::string_view WithoutMarks(std::string_view name) {
  while (name.ends_with('*')) name.remove_suffix(1);
  return base::Trim(name);
}

bool IsPlainIndex(std::string_view number) {
  constexpr std::size_t kMostDigits = 3;  // behind the point
  const auto point = number.find('.');
  return point == std::string_view::npos || number.size() - point - 1 <= kMostDigits;
}

struct Span {
  std::string start, end;
  bool Meets(std::string_view other_start, std::string_view other_end) const {
    return (end.empty() || other_start <= end) && (other_end.empty() || start <= other_end);
  }
};

absl::StatusOr<Span> SpanOf(const CmsOptions& options, std::string_view year) {
  if (!options.from.empty()) return Span{options.from, options.to};
  if (!year.empty()) {
    return Span{base::Concat({year, "-01-01"}), base::Concat({year, "-12-31"})};
  }
  return Fail(Reason::kUnprocessable,
              base::Concat({options.file,
                            ": the title names no year; say the period with --from and --to"}));
}

// "2026" of a whole year, else both days.
std::string NameOf(const Span& span) {
  const std::string year = span.start.substr(0, 4);
  const bool is_year = span.start == year + "-01-01" && span.end == year + "-12-31";
  return is_year ? year : base::Concat({span.start, span.end.empty() ? "" : "-to-", span.end});
}

// "code|property" of the rows of the content that say why they differ from another value.
using Held = std::set<std::string, std::less<>>;

std::string HeldKey(std::string_view code, std::string_view property) {
  return base::Concat({code, "|", property});
}

void AddHeld(std::string_view file, const Span& span, Held& held) {
  const auto text = [](std::string_view row, std::string_view member) {
    return json::Unquote(json::Member(row, member));
  };
  if (text(file, "system") != load::kDefaultSystem) return;
  const std::string code = text(file, "code");
  for (json::Elements each(json::Member(file, "rows")); each.Next();) {
    const std::string_view row = each.value();
    if (json::Member(row, "conflict").empty() || !text(row, "setting").empty()) continue;
    if (!span.Meets(text(row, "periodStart"), text(row, "periodEnd"))) continue;
    const std::string own = text(row, "code");
    held.insert(HeldKey(own.empty() ? code : own, text(row, "property")));
  }
}

absl::StatusOr<Held> HeldInContent(const std::string& dir, const Span& span) {
  ASSIGN_OR_RETURN(const load::Manifest manifest, ManifestInContent(dir));
  Held held;
  for (const load::ManifestFile& file : manifest.files) {
    if (file.kind != load::FileKind::kRows) continue;
    if (const auto text = load::ReadContentFile(dir, file.path); text.ok()) {
      AddHeld(base::Trim(*text), span, held);
    }
  }
  return held;
}

// What the manifest says of a table of a year or a part of it.
ImportedFile FileOf(const CmsOptions& options, const Span& span, std::string_view title,
                    std::string_view sum) {
  ImportedFile file;
  file.ending = ".csv";
  file.licence = kGovernmentWork;
  file.citation = CitationOf(title, options.file, sum);
  file.as_of = options.as_of;
  file.verification = "sourced";
  file.period_start = span.start;
  file.period_end = span.end;
  return file;
}

}  // namespace

FeeScheduleTable::FeeScheduleTable(const LoadedCodes& loaded, const load::FileFaults& faults)
    : CmsTable(kFeeForm, kFeeScheduleLimits, faults), loaded_(loaded) {}

std::size_t FeeScheduleTable::figures() const {
  return table_.HeaderOf(kConversionFactor).empty() ? kFigures.size() - 1 : kFigures.size();
}

bool FeeScheduleTable::HasGoodIndicators(const TableRow& row) const {
  bool is_good = true;
  for (const FeeColumn column : {kNonfacilityNa, kFacilityNa}) {
    const std::string_view cell = row.Cell(column);
    if (cell.empty() || cell == kNotApplicable) continue;
    Fault(row.line(), kFeeForm[column].name, cell, "must be NA or empty");
    is_good = false;
  }
  return is_good;
}

std::optional<std::string> FeeScheduleTable::Value(const TableRow& row, std::size_t figure) const {
  const auto& [property, column, indicator] = kFigures[figure];
  const std::string_view cell = row.Cell(column);
  const auto number = PublishedNumber(cell);
  if (!number) Fault(row.line(), kFeeForm[column].name, cell, "is no number");
  const bool applies = indicator == kCode || row.Cell(indicator) != kNotApplicable;
  return number && !applies ? std::string(kNotApplicable) : number;
}

void FeeScheduleTable::OnRow(const TableRow& row) {
  const std::string_view code = row.Cell(kCode);
  const std::string_view modifier = row.Cell(kModifier);
  if (LevelOf(code) == CodeLevel::kNone) return Fault(row.line(), "HCPCS", code, "is no code");
  const bool is_new =
      IsNew(base::Concat({code, modifier.empty() ? "" : "-", modifier}), row.line());
  Row taken{.code = std::string(code), .cells = {}};
  bool has_values = false;
  bool is_good = HasGoodIndicators(row) && is_new;
  for (std::size_t i = 0; i < figures(); ++i) {
    auto value = Value(row, i);
    is_good &= value.has_value();
    const bool is_factor = kFigures[i].column == kConversionFactor;
    has_values |= value && !is_factor && !IsZero(*value) && *value != kNotApplicable;
    taken.cells.push_back(std::move(value).value_or(std::string()));
  }
  if (!is_good) return;
  if (!modifier.empty()) {
    ++report_.left_out["with a modifier"];
  } else if (loaded_.cpt.find(code) == loaded_.cpt.end()) {
    ++report_.out_of_scope;
  } else {
    // Zeros throughout say that the schedule has no values for the code, not that it is free.
    if (!has_values) std::fill(taken.cells.begin(), taken.cells.end(), kNotApplicable);
    rows_.push_back(std::move(taken));
    ++report_.taken;
  }
}

std::string FeeScheduleTable::Figures(const IsHeld& is_held) const {
  std::string text = "code";
  for (std::size_t i = 0; i < figures(); ++i) text += base::Concat({",", kFigures[i].property});
  text += "\n";
  for (const Row& row : rows_) {
    text += row.code;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      text += ",";
      if (!is_held(row.code, kFigures[i].property)) text += row.cells[i];
    }
    text += "\n";
  }
  return text;
}

LocalitiesTable::LocalitiesTable(const load::FileFaults& faults)
    : CmsTable(kLocalitiesForm, kLocalitiesLimits, faults) {}

void LocalitiesTable::OnRow(const TableRow& row) {
  const std::string_view contractor = row.Cell(kContractor);
  const std::string_view number = row.Cell(kLocalityNumber);
  const std::string_view name = WithoutMarks(row.Cell(kLocalityName));
  const auto is_number = [](std::string_view text, std::size_t digits) {
    return text.size() == digits && std::all_of(text.begin(), text.end(), base::IsDigit);
  };
  if (!is_number(contractor, 5))
    return Fault(row.line(), "contractor", contractor, "is no number of 5");
  if (!is_number(number, 2)) return Fault(row.line(), "locality", number, "is no number of 2");
  if (name.empty() || !base::IsValidUtf8(name)) {
    return Fault(row.line(), "locality name", name, "is empty or not UTF-8");
  }
  const std::string id = base::Concat({contractor, number});
  bool is_good = IsNew(id, row.line());
  std::string line = base::Concat({id, ",", CsvCell(name)});
  for (const LocalityColumn column : {kWorkIndex, kExpenseIndex, kMalpracticeIndex}) {
    const auto index = PublishedNumber(row.Cell(column));
    if (!index || !IsPlainIndex(*index)) {
      Fault(row.line(), kLocalitiesForm[column].name, row.Cell(column), "is no cost index");
      is_good = false;
    }
    line += base::Concat({",", index.value_or(std::string())});
  }
  if (!is_good) return;
  lines_ += base::Concat({line, "\n"});
  ++report_.taken;
}

std::string LocalitiesTable::Localities() const {
  return base::Concat({"locality,name,gpci-work,gpci-pe,gpci-mp\n", lines_});
}

absl::StatusOr<CmsReport> ImportFeeSchedule(const CmsOptions& options, const Progress& progress) {
  ASSIGN_OR_RETURN(const LoadedCodes loaded, CodesInContent(options.dir));
  load::Faults faults;
  const load::FileFaults file_faults(faults, options.file);
  FeeScheduleTable table(loaded, file_faults);
  ASSIGN_OR_RETURN(const std::string sum,
                   ReadTable(options.file, kFeeScheduleLimits, faults, table, progress));
  ASSIGN_OR_RETURN(const Span span, SpanOf(options, table.Year()));
  ASSIGN_OR_RETURN(const Held held, HeldInContent(options.dir, span));
  CmsReport report = table.Report();
  report.title = base::Concat({"Physician fee schedule ", NameOf(span)});
  const std::string title =
      base::Concat({"CMS National Physician Fee Schedule Relative Value File, ", NameOf(span)});
  ImportedFile file = FileOf(options, span, title, sum);
  file.stem = base::Concat({"figures/pfs-", NameOf(span)});
  file.kind = "figures";
  file.source = base::Concat({"PFS-", NameOf(span)});
  file.bytes = table.Figures([&](std::string_view code, std::string_view property) {
    const bool is_held = held.contains(HeldKey(code, property));
    if (is_held) ++report.left_out["figures, of which other rows say why they differ"];
    return is_held;
  });
  return PutTable(options.dir, std::move(report), {std::move(file)}, /*key_cells=*/1, progress);
}

absl::StatusOr<CmsReport> ImportLocalities(const CmsOptions& options, const Progress& progress) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, options.file);
  LocalitiesTable table(file_faults);
  ASSIGN_OR_RETURN(const std::string sum,
                   ReadTable(options.file, kLocalitiesLimits, faults, table, progress));
  ASSIGN_OR_RETURN(const Span span, SpanOf(options, table.Year()));
  CmsReport report = table.Report();
  report.title = base::Concat({"Geographic practice cost indices ", NameOf(span)});
  const std::string title =
      base::Concat({"CMS Geographic Practice Cost Indices by locality, ", NameOf(span)});
  ImportedFile file = FileOf(options, span, title, sum);
  file.stem = base::Concat({"localities/gpci-", NameOf(span)});
  file.kind = "localities";
  file.source = base::Concat({"GPCI-", NameOf(span)});
  file.bytes = table.Localities();
  return PutTable(options.dir, std::move(report), {std::move(file)}, /*key_cells=*/1, progress);
}

}  // namespace chemoterm::imports
