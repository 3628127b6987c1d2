#include "import/ncci.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/status_macros.h"
#include "base/text.h"
#include "load/csv.h"

namespace chemoterm::imports {
namespace {

constexpr std::size_t kRelationKeyCells = 6;  // both ends, the kind and the start

enum PairColumn : std::uint8_t { kFirst, kSecond, kEffective, kDeletion, kIndicator, kRationale };
const TableForm kPairsForm = {
    {"Column 1", "column1"},       {"Column 2", "column2"},  {"Effective Date", "effective"},
    {"Deletion Date", "deletion"}, {"Modifier", "modifier"}, {"PTP Edit Rationale", "rationale"},
};

enum UnitsColumn : std::uint8_t { kCode, kUnits, kAdjudication };
const TableForm kUnitsForm = {
    {"HCPCS/CPT Code", "hcpcscptcode"},
    {"MUE Values", "muevalue"},
    {"MUE Adjudication Indicator", "adjudicationindicator"},
};

enum AddOnColumn : std::uint8_t {
  kAddOn,
  kAddOnDeletion,
  kPrimary,
  kPrimaryDeletion,
  kEditEffective,
  kEditDeletion,
  kType,
};
const TableForm kAddOnsForm = {
    {"Add-On Code", "addoncode"},
    {.name = "AOC Deletion Date", .part = "aocdel", .required = false},
    {"Primary Code", "primarycode", "del"},
    {.name = "Primary Code Deletion Date", .part = "primarycodedel", .required = false},
    {"AOC Edit Effective Date", "editeff"},
    {.name = "AOC Edit Deletion Date", .part = "editdel", .required = false},
    {"AOC Edit Type", "edittype"},
};
// In place of a primary code: contractors say which they are.
constexpr std::string_view kOfContractors = "CCCCC";

// Of two codes: each has five of 36 signs.
std::uint64_t PairNumber(std::string_view first, std::string_view second) {
  std::uint64_t number = 0;
  for (const std::string_view code : {first, second}) {
    for (const char c : code) {
      number = number * 36 + static_cast<std::uint64_t>(base::IsDigit(c) ? c - '0' : c - 'A' + 10);
    }
  }
  return number;
}

// The day as a number, so that days compare.
std::int32_t DayNumber(std::string_view day) {
  return base::ParseInt<std::int32_t>(base::Join(base::Split(day, '-'), "")).value_or(0);
}

bool IsNoDate(std::string_view cell) { return cell.empty() || cell == "*"; }

// "1", "I" or "Type 1" as "1"; empty for another text.
std::string_view TypeOf(std::string_view cell) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTypes = {
      {{"1", "I"}, {"2", "II"}, {"3", "III"}}};
  if (base::EqualsIgnoringCase(cell.substr(0, 4), "type")) cell = base::Trim(cell.substr(4));
  const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& each) {
    return cell == each.first || cell == each.second;
  });
  return type == kTypes.end() ? std::string_view{} : type->first;
}

// What the manifest says of a table, and of the codes that it brings.
ImportedFile FileOf(const CmsOptions& options, std::string_view title, std::string_view source,
                    std::string_view sum) {
  ImportedFile file;
  file.ending = ".csv";
  file.licence = kGovernmentWork;
  file.source = source;
  file.citation = CitationOf(title, options.file, sum);
  file.as_of = options.as_of;
  file.url = "https://www.cms.gov/national-correct-coding-initiative-ncci";
  file.verification = "sourced";
  return file;
}

constexpr std::string_view kAddOnName = "add-on";

// With what the paths of all quarters of a table begin.
std::string AllOf(std::string_view name) { return base::Concat({"relations/", name, "-"}); }

// Of a file of relations.
Notes NotesOf(std::string_view relations) {
  constexpr std::size_t kFrom = 1, kTo = 4, kStart = 5, kNote = 9;
  Notes notes;
  load::Faults ignored;
  load::ReadCsv(
      relations, load::FileFaults(ignored, ""),
      [](const load::CsvCells& header) { return header.size() > kNote; },
      [&](int, const load::CsvCells& cells) {
        notes[base::Concat({cells[kFrom], " ", cells[kTo], " ", cells[kStart]})] = cells[kNote];
      });
  return notes;
}

// Puts the relations of a table of a quarter in, in the place of those of other quarters, and
// beside them their codes. `name` is "ncci-ptp-practitioner".
absl::StatusOr<CmsReport> PutRelations(const CmsOptions& options, CmsReport report,
                                       ImportedFile file, std::string_view name, RelationRows& rows,
                                       const Progress& progress) {
  const std::string quarter = QuarterOf(options.as_of);
  const std::string all_of_table = AllOf(name);
  const std::string all_codes = base::Concat({"external-codes/", name, "-"});
  ImportedFile codes = file;
  codes.stem = all_codes + quarter;
  codes.kind = "external-codes";
  codes.replaces = {all_codes};
  codes.bytes = rows.ExternalCodes();
  file.stem = all_of_table + quarter;
  file.kind = "relations";
  file.replaces = {all_of_table};
  file.bytes = rows.TakeRelations();
  std::vector<ImportedFile> files;
  files.push_back(std::move(file));  // an initializer list would copy all bytes
  files.push_back(std::move(codes));
  return PutTable(options.dir, std::move(report), files, kRelationKeyCells, progress);
}

}  // namespace

void RelationRows::Add(std::string_view from, std::string_view to, const Terms& terms) {
  for (const std::string_view code : {from, to}) {
    if (!loaded_.Has(code) && external_.find(code) == external_.end()) external_.emplace(code);
  }
  const auto add = [&](std::initializer_list<std::string_view> cells) {
    for (const std::string_view cell : cells) {
      lines_ += cell;
      lines_ += ',';
    }
  };
  add({SystemAliasOf(LevelOf(from)), from, terms.kind, SystemAliasOf(LevelOf(to)), to, terms.start,
       terms.end, terms.indicator, terms.setting});
  lines_ += CsvCell(terms.note);
  lines_ += ",,,\n";
}

std::string RelationRows::TakeRelations() {
  lines_.insert(0,
                "from-system,from,kind,to-system,to,period-start,period-end,indicator,setting,note,"
                "source,as-of,verification\n");
  return std::move(lines_);
}

std::string RelationRows::ExternalCodes() const {
  std::string text = "system,code,kind\n";
  for (const std::string& code : external_) {
    text += base::Concat({SystemAliasOf(LevelOf(code)), ",", code, ",procedure\n"});
  }
  return text;
}

PairsTable::PairsTable(const LoadedCodes& loaded, std::string_view setting, bool all,
                       const load::FileFaults& faults)
    : CmsTable(kPairsForm, kPairsLimits, faults),
      setting_(setting),
      all_(all),
      relations_(loaded) {}

void PairsTable::OnRow(const TableRow& row) {
  const std::string_view first = row.Cell(kFirst);
  const std::string_view second = row.Cell(kSecond);
  const std::string_view indicator = row.Cell(kIndicator);
  const std::string_view rationale = row.Cell(kRationale);
  const std::string_view deletion = row.Cell(kDeletion);
  for (const std::string_view code : {first, second}) {
    if (LevelOf(code) == CodeLevel::kNone) return Fault(row.line(), "the code", code, "is none");
  }
  if (first == second) return Fault(row.line(), "the code", first, "is paired with itself");
  const auto start = PublishedDay(row.Cell(kEffective));
  if (!start) return Fault(row.line(), "effective date", row.Cell(kEffective), "is no date");
  const auto end = IsNoDate(deletion) ? std::string() : PublishedDay(deletion);
  if (!end) return Fault(row.line(), "deletion date", deletion, "is neither a date nor *");
  if (!end->empty() && *end < *start) {
    return Fault(row.line(), "deletion date", deletion, "is before the effective date");
  }
  if (indicator != "0" && indicator != "1" && indicator != "9") {
    return Fault(row.line(), "modifier indicator", indicator, "must be 0, 1 or 9");
  }
  if (!base::IsValidUtf8(rationale)) return Fault(row.line(), "rationale", "", "is not UTF-8");
  seen_.push_back({PairNumber(first, second), DayNumber(*start), row.line()});
  if (!all_ && !relations_.IsInScope(first, second)) {
    ++report_.out_of_scope;
  } else if (*end == *start) {
    // CMS takes a pair back by ending it on the day of its start.
    ++report_.left_out["never in force"];
  } else {
    ++report_.taken;
    relations_.Add(first, second, {"ncci-bundles", *start, *end, indicator, setting_, rationale});
  }
}

void PairsTable::Finish() {
  CmsTable::Finish();
  std::sort(seen_.begin(), seen_.end(), [](const Seen& a, const Seen& b) {
    return std::tie(a.pair, a.day, a.line) < std::tie(b.pair, b.day, b.line);
  });
  for (std::size_t i = 1; i < seen_.size(); ++i) {
    const Seen& first = seen_[i - 1];
    if (first.pair != seen_[i].pair || first.day != seen_[i].day) continue;
    faults_.Add(seen_[i].line, base::Concat({"the pair is already at line ",
                                             base::ToText(first.line), " from the same day"}));
  }
  std::vector<Seen>().swap(seen_);
}

UnitsTable::UnitsTable(const LoadedCodes& loaded, const load::FileFaults& faults)
    : CmsTable(kUnitsForm, kUnitsLimits, faults), loaded_(loaded) {}

std::string_view UnitsTable::Setting() const {
  const std::string_view header = table_.HeaderOf(kUnits);
  for (const std::string_view setting : {"practitioner", "outpatient"}) {
    if (header.find(setting) != std::string_view::npos) return setting;
  }
  return {};
}

void UnitsTable::OnRow(const TableRow& row) {
  const std::string_view code = row.Cell(kCode);
  const std::string_view indicator = row.Cell(kAdjudication).substr(0, 1);
  if (LevelOf(code) == CodeLevel::kNone) return Fault(row.line(), "the code", code, "is none");
  const auto units = PublishedNumber(row.Cell(kUnits));
  if (!units || !base::ParseInt<std::int32_t>(*units)) {
    return Fault(row.line(), "MUE value", row.Cell(kUnits), "is no whole number");
  }
  if (indicator != "1" && indicator != "2" && indicator != "3") {
    return Fault(row.line(), "adjudication indicator", row.Cell(kAdjudication),
                 "must begin with 1, 2 or 3");
  }
  if (!IsNew(std::string(code), row.line())) return;
  if (loaded_.cpt.find(code) == loaded_.cpt.end()) {
    ++report_.out_of_scope;
    return;
  }
  lines_ += base::Concat({code, ",", *units, ",", indicator, "\n"});
  ++report_.taken;
}

void UnitsTable::Finish() {
  CmsTable::Finish();
  if (table_.rows() > 0 && Setting().empty()) {
    faults_.Add(0, "the values are neither of practitioners nor of outpatient hospitals");
  }
}

std::string UnitsTable::Figures() const {
  return base::Concat({"code,mue-", Setting(), ",mue-mai\n", lines_});
}

AddOnTable::AddOnTable(const LoadedCodes& loaded, const Notes& notes, bool all,
                       const load::FileFaults& faults)
    : CmsTable(kAddOnsForm, kAddOnsLimits, faults), notes_(notes), all_(all), relations_(loaded) {}

void AddOnTable::OnRow(const TableRow& row) {
  const std::string_view add_on = row.Cell(kAddOn);
  const std::string_view primary = row.Cell(kPrimary);
  const std::string_view type = TypeOf(row.Cell(kType));
  if (LevelOf(add_on) == CodeLevel::kNone)
    return Fault(row.line(), "the add-on code", add_on, "is none");
  if (type.empty()) return Fault(row.line(), "type", row.Cell(kType), "must be 1, 2 or 3");
  const auto start = PublishedDay(row.Cell(kEditEffective));
  if (!start) return Fault(row.line(), "effective date", row.Cell(kEditEffective), "is no date");
  std::string end;
  for (const AddOnColumn column : {kEditDeletion, kAddOnDeletion, kPrimaryDeletion}) {
    const std::string_view cell = row.Cell(column);
    if (IsNoDate(cell)) continue;
    const auto day = PublishedDay(cell);
    if (!day) return Fault(row.line(), kAddOnsForm[column].name, cell, "is no date");
    end = end.empty() ? *day : std::min(end, *day);
  }
  if (!end.empty() && end < *start)
    return Fault(row.line(), "deletion date", end, "is before the start");
  if (primary.empty() || primary == kOfContractors) {
    ++report_.left_out["whose primary codes contractors define"];
    return;
  }
  if (LevelOf(primary) == CodeLevel::kNone) {
    return Fault(row.line(), "the primary code", primary, "is none");
  }
  if (add_on == primary) return Fault(row.line(), "the code", primary, "is an add-on of itself");
  const std::string key = base::Concat({add_on, " ", primary, " ", *start});
  if (!IsNew(key, row.line())) return;
  if (!all_ && !relations_.IsInScope(add_on, primary)) {
    ++report_.out_of_scope;
    return;
  }
  std::string note = base::Concat({"type ", type});
  const auto there = notes_.find(key);
  if (there != notes_.end() && there->second.starts_with(note + "; ")) note = there->second;
  ++report_.taken;
  relations_.Add(add_on, primary,
                 {.kind = "add-on-of",
                  .start = *start,
                  .end = end,
                  .indicator = {},
                  .setting = {},
                  .note = note});
}

absl::StatusOr<CmsReport> ImportPairs(const CmsOptions& options, const Progress& progress) {
  ASSIGN_OR_RETURN(const LoadedCodes loaded, CodesInContent(options.dir));
  load::Faults faults;
  const load::FileFaults file_faults(faults, options.file);
  PairsTable table(loaded, options.setting, options.all, file_faults);
  ASSIGN_OR_RETURN(const std::string sum,
                   ReadTable(options.file, kPairsLimits, faults, table, progress));
  CmsReport report = table.Report();
  const std::string quarter = QuarterOf(options.as_of);
  report.title = base::Concat({"NCCI pairs, ", options.setting, ", ", quarter});
  const std::string title = base::Concat(
      {"CMS Medicare NCCI procedure-to-procedure edits, ", options.setting, ", ", quarter});
  const std::string name = base::Concat({"ncci-ptp-", options.setting});
  return PutRelations(options, std::move(report),
                      FileOf(options, title, base::Concat({name, "-", quarter}), sum), name,
                      table.relations(), progress);
}

absl::StatusOr<CmsReport> ImportUnits(const CmsOptions& options, const Progress& progress) {
  ASSIGN_OR_RETURN(const LoadedCodes loaded, CodesInContent(options.dir));
  load::Faults faults;
  const load::FileFaults file_faults(faults, options.file);
  UnitsTable table(loaded, file_faults);
  ASSIGN_OR_RETURN(const std::string sum,
                   ReadTable(options.file, kUnitsLimits, faults, table, progress));
  const std::string from = options.from.empty() ? QuarterStart(options.as_of) : options.from;
  const std::string when = from == QuarterStart(from) ? QuarterOf(from) : from;
  CmsReport report = table.Report();
  report.title = base::Concat({"Medically unlikely edits, ", table.Setting(), ", ", when});
  const std::string title =
      base::Concat({"CMS Medicare NCCI medically unlikely edits, ", table.Setting(), ", ", when});
  const std::string name = base::Concat({"mue-", table.Setting(), "-"});
  ImportedFile file = FileOf(options, title, name + when, sum);
  file.stem = base::Concat({"figures/", name, when});
  file.kind = "figures";
  file.period_start = from;
  file.period_end = options.to;
  file.setting = table.Setting();
  file.ends = base::Concat({"figures/", name});
  file.bytes = table.Figures();
  return PutTable(options.dir, std::move(report), {std::move(file)}, /*key_cells=*/1, progress);
}

absl::StatusOr<CmsReport> ImportAddOns(const CmsOptions& options, const Progress& progress) {
  ASSIGN_OR_RETURN(const LoadedCodes loaded, CodesInContent(options.dir));
  load::Faults faults;
  const load::FileFaults file_faults(faults, options.file);
  ASSIGN_OR_RETURN(const FoundFile before, FindInContent(options.dir, AllOf(kAddOnName)));
  const Notes notes = NotesOf(before.text);
  AddOnTable table(loaded, notes, options.all, file_faults);
  ASSIGN_OR_RETURN(const std::string sum,
                   ReadTable(options.file, kAddOnsLimits, faults, table, progress));
  CmsReport report = table.Report();
  const std::string quarter = QuarterOf(options.as_of);
  report.title = base::Concat({"Add-on codes, ", quarter});
  const std::string title = base::Concat({"CMS Medicare NCCI add-on code edits, ", quarter});
  return PutRelations(options, std::move(report),
                      FileOf(options, title, base::Concat({"add-on-", quarter}), sum), kAddOnName,
                      table.relations(), progress);
}

}  // namespace chemoterm::imports
