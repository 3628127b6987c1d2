#include "import/hcpcs.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"

namespace chemoterm::imports {
namespace {

constexpr std::string_view kFolder = "codesystems/hcpcs/";

enum Column : std::uint8_t {
  kCode,
  kKind,
  kDescription,
  kShortDescription,
  kCoverage,
  kAdded,
  kTerminated,
};
const TableForm kCsvForm = {
    {"HCPC", "hcpc"},
    {"RECID", "recid"},
    {"LONG DESCRIPTION", "longdescription"},
    {"SHORT DESCRIPTION", "shortdescription"},
    {.name = "COV", .part = "cov", .required = false},
    {"ADD DT", "adddt"},
    {"TERM DT", "termdt"},
};

// Where a line of fixed width has what; places count from 1, as in the record layout of CMS.
struct Field {
  std::size_t first, last;
  std::string_view Of(std::string_view line) const {
    if (line.size() < first) return {};
    return base::Trim(line.substr(first - 1, last - first + 1));
  }
};
constexpr std::size_t kLineWidth = 320;
constexpr Field kCodeField{1, 5};
constexpr Field kSequenceField{6, 10};
constexpr Field kKindField{11, 11};
constexpr Field kDescriptionField{12, 91};
constexpr Field kShortDescriptionField{92, 119};
constexpr Field kCoverageField{230, 230};
constexpr Field kAddedField{269, 276};
constexpr Field kTerminatedField{285, 292};

// Dental codes are CMS's to list, but the ADA's to describe.
constexpr char kDental = 'D';
constexpr std::string_view kDentalWhy = "of dentistry, whose wording is the ADA's";
constexpr std::size_t kModifierSize = 2;

// The kinds of records.
constexpr std::string_view kFirstOfCode = "3";
constexpr std::string_view kMoreOfCode = "4";
constexpr std::string_view kFirstOfModifier = "7";
constexpr std::string_view kMoreOfModifier = "8";

bool IsFixedWidth(std::string_view line) {
  const std::string_view sequence = kSequenceField.Of(line);
  const std::string_view kind = kKindField.Of(line);
  return sequence.size() == 5 && std::all_of(sequence.begin(), sequence.end(), base::IsDigit) &&
         kind.size() == 1 && base::IsDigit(kind[0]);
}

bool IsModifier(std::string_view code) {
  return code.size() == kModifierSize && std::all_of(code.begin(), code.end(), [](char c) {
           return base::IsDigit(c) || (c >= 'A' && c <= 'Z');
         });
}

void WritePropertyDefs(json::Array& list) {
  struct Def {
    std::string_view code, uri, description, type;
  };
  constexpr Def kDefs[] = {
      {"status", "http://hl7.org/fhir/concept-properties#status", "active or retired", "code"},
      {"inactive", "http://hl7.org/fhir/concept-properties#inactive",
       "true when the code is no longer in use", "boolean"},
      {"modifier", "", "true for modifiers", "boolean"},
      {"coverage", "", "CMS's coverage code", "code"},
      {"add-date", "", "day since which the code is there", "dateTime"},
      {"termination-date", "", "last day on which the code may be used", "dateTime"},
  };
  for (const Def& def : kDefs) {
    json::Object object = list.Sub();
    object.Text("code", def.code);
    object.Text("uri", def.uri);
    object.Text("description", def.description);
    object.Text("type", def.type);
  }
}

void WriteText(json::Array& list, std::string_view code, std::string_view type,
               std::string_view value) {
  if (value.empty()) return;
  json::Object property = list.Sub();
  property.Text("code", code);
  property.Text(type, value);
}

void WriteTrue(json::Array& list, std::string_view code, bool value) {
  if (!value) return;
  json::Object property = list.Sub();
  property.Text("code", code);
  property.Bool("valueBoolean", true);
}

// A version as a part of ids and paths.
std::string SlugOf(std::string_view version) {
  std::string slug;
  for (const char c : version.substr(0, 40)) slug += base::IsAlnum(c) ? c : '-';
  return slug;
}

}  // namespace

HcpcsTable::HcpcsTable(const load::FileFaults& faults) : CmsTable(kCsvForm, kHcpcsLimits, faults) {}

void HcpcsTable::OnLine(std::string_view line) {
  ++line_;
  if (form_ == Form::kUnknown && !base::Trim(line).empty()) {
    form_ = IsFixedWidth(line) ? Form::kFixedWidth : Form::kCsv;
  }
  if (form_ != Form::kFixedWidth) return CmsTable::OnLine(line);
  if (base::Trim(line).empty()) return;
  ++report_.rows;
  if (line.size() > kLineWidth || !IsFixedWidth(line)) {
    return faults_.Add(line_, "no record of 320 characters with a sequence and a kind");
  }
  OnRecord({.line = line_,
            .code = kCodeField.Of(line),
            .kind = kKindField.Of(line),
            .description = kDescriptionField.Of(line),
            .short_description = kShortDescriptionField.Of(line),
            .coverage = kCoverageField.Of(line),
            .added = kAddedField.Of(line),
            .terminated = kTerminatedField.Of(line)});
}

void HcpcsTable::OnRow(const TableRow& row) {
  OnRecord({.line = row.line(),
            .code = row.Cell(kCode),
            .kind = row.Cell(kKind),
            .description = row.Cell(kDescription),
            .short_description = row.Cell(kShortDescription),
            .coverage = row.Cell(kCoverage),
            .added = row.Cell(kAdded),
            .terminated = row.Cell(kTerminated)});
}

void HcpcsTable::OnRecord(const Record& record) {
  const auto [line, code, kind, description, short_description, coverage, added, terminated] =
      record;
  const bool is_first = kind == kFirstOfCode || kind == kFirstOfModifier;
  const bool is_of_modifier = kind == kFirstOfModifier || kind == kMoreOfModifier;
  if (!is_first && kind != kMoreOfCode && kind != kMoreOfModifier) {
    return Fault(line, "record kind", kind, "must be 3, 4, 7 or 8");
  }
  if (is_of_modifier && !IsModifier(code)) return Fault(line, "modifier", code, "is none");
  if (!is_of_modifier && LevelOf(code) == CodeLevel::kNone) {
    return Fault(line, "code", code, "is none");
  }
  if (!base::IsValidUtf8(description) || !base::IsValidUtf8(short_description)) {
    return Fault(line, "description of", code, "is not UTF-8");
  }
  if (description.empty()) return Fault(line, "code", code, "has no description");
  if (coverage.size() > 1 || !std::all_of(coverage.begin(), coverage.end(), base::IsAlnum)) {
    return Fault(line, "coverage code", coverage, "is no letter or digit");
  }
  return is_first ? OnFirst(record) : OnMore(record);
}

void HcpcsTable::OnFirst(const Record& record) {
  current_ = record.code;
  is_current_taken_ = false;
  if (!IsNew(current_, record.line)) return;
  const auto added = PublishedDay(record.added);
  if (!added) return Fault(record.line, "add date", record.added, "is no date");
  const auto terminated =
      record.terminated.empty() ? std::string() : PublishedDay(record.terminated);
  if (!terminated) {
    return Fault(record.line, "termination date", record.terminated, "is no date");
  }
  if (base::IsDigit(current_.front())) {
    ++report_.left_out["of CPT, whose wording is the AMA's"];
    return;
  }
  if (current_.size() > kModifierSize && current_.starts_with(kDental)) {
    ++report_.left_out[std::string(kDentalWhy)];
    return;
  }
  is_current_taken_ = true;
  ++report_.taken;
  concepts_.push_back({.code = current_,
                       .description = std::string(record.description),
                       .short_description = std::string(record.short_description),
                       .coverage = std::string(record.coverage),
                       .added = *added,
                       .terminated = *terminated});
}

void HcpcsTable::OnMore(const Record& record) {
  if (record.code != current_) {
    return Fault(record.line, "code", record.code, "goes on without a first record");
  }
  if (!is_current_taken_) return;
  concepts_.back().description += ' ';
  concepts_.back().description += record.description;
}

void HcpcsTable::Finish() {
  if (form_ != Form::kFixedWidth) CmsTable::Finish();
}

std::string HcpcsTable::CodeSystem(const Head& head) const {
  std::string text;
  {
    json::Object root(&text);
    root.Text("resourceType", "CodeSystem");
    root.Text("id", base::Concat({"hcpcs-", SlugOf(head.version)}));
    root.Text("language", "en");
    root.Text("url", head.url);
    root.Text("version", head.version);
    root.Text("name", "HcpcsLevelTwo");
    root.Text("title", "HCPCS Level II");
    root.Text("status", "active");
    root.Bool("experimental", false);
    root.Text("date", head.as_of);
    root.Text("publisher", "CMS");
    root.Bool("caseSensitive", true);
    // Where codes were left out, one that is not here may still be right.
    root.Text("content", report_.left_out.contains(kDentalWhy) ? "fragment" : "complete");
    root.Int("count", static_cast<std::int64_t>(concepts_.size()));
    {
      json::Array list = root.List("property");
      WritePropertyDefs(list);
    }
    json::Array list = root.List("concept");
    for (const Concept& each : concepts_) WriteConcept(list, each, head.as_of);
  }
  return text;
}

void HcpcsTable::WriteConcept(json::Array& list, const Concept& from, std::string_view as_of) {
  const bool is_retired = !from.terminated.empty() && from.terminated < as_of;
  json::Object object = list.Sub();
  object.Text("code", from.code);
  object.Text("display", from.description);
  if (!from.short_description.empty()) {
    json::Array designations = object.List("designation");
    json::Object designation = designations.Sub();
    designation.Text("language", "en");
    designation.Text("value", from.short_description);
  }
  json::Array properties = object.List("property");
  WriteText(properties, "status", "valueCode", is_retired ? "retired" : "active");
  WriteTrue(properties, "inactive", is_retired);
  WriteTrue(properties, "modifier", from.code.size() == kModifierSize);
  WriteText(properties, "coverage", "valueCode", from.coverage);
  WriteText(properties, "add-date", "valueDateTime", from.added);
  WriteText(properties, "termination-date", "valueDateTime", from.terminated);
}

absl::StatusOr<CmsReport> ImportHcpcs(const HcpcsOptions& options, const Progress& progress) {
  const CmsOptions& table_options = options.table;
  ASSIGN_OR_RETURN(const std::string url,
                   SystemInContent(table_options.dir, SystemAliasOf(CodeLevel::kTwo)));
  load::Faults faults;
  const load::FileFaults file_faults(faults, table_options.file);
  HcpcsTable table(file_faults);
  ASSIGN_OR_RETURN(const std::string sum,
                   ReadTable(table_options.file, kHcpcsLimits, faults, table, progress));
  const std::string version =
      options.edition.empty() ? table_options.as_of.substr(0, 7) : options.edition;
  const std::string slug = SlugOf(version);
  CmsReport report = table.Report();
  report.title = base::Concat({"HCPCS Level II ", version});
  const std::string folder = base::Concat({kFolder, slug, "/"});
  const ImportedFile file = {
      .stem = folder + "hcpcs",
      .ending = ".json",
      .kind = "code-system",
      .licence = std::string(kGovernmentWork),
      .source = base::Concat({"HCPCS-", slug}),
      .citation = CitationOf(base::Concat({"CMS HCPCS Level II alphanumeric file, ", version}),
                             table_options.file, sum),
      .as_of = table_options.as_of,
      .verification = "sourced",
      .search = true,
      .replaces = {options.keep_old ? folder : std::string(kFolder)},
      .bytes = table.CodeSystem({url, version, table_options.as_of})};
  progress("comparing with what was there", 0, 0);
  ASSIGN_OR_RETURN(const FoundFile before, FindReplaced(table_options.dir, file));
  report.was_there = !before.path.empty();
  if (report.was_there) {
    report.changes = CompareCodes(CodesOf(before.text), CodesOf(file.bytes));
  }
  ASSIGN_OR_RETURN(report.import, PutIntoContent(table_options.dir, {file}, progress));
  return report;
}

}  // namespace chemoterm::imports
