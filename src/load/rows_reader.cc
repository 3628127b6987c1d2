#include <algorithm>

#include "base/text.h"
#include "json/writer.h"
#include "load/build.h"
#include "load/csv.h"
#include "load/record_node.h"

namespace chemoterm::load {
namespace {

using json::ScalarType;

std::string_view TypeName(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBoolean:
      return "true or false";
    case ValueKind::kInteger:
      return "a whole number";
    case ValueKind::kDecimal:
      return "a number";
    case ValueKind::kCode:
      return "a code (text without blanks at its ends)";
    case ValueKind::kDate:
    case ValueKind::kDateTime:
      return "a date";
    case ValueKind::kCoding:
      return "an object with system and code";
    case ValueKind::kNone:
    case ValueKind::kUri:
    case ValueKind::kString:
      return "a text";
  }
  return {};
}

// True when a literal of a JSON type is a value of `kind`.
bool Fits(ValueKind kind, ScalarType type, std::string_view text) {
  switch (kind) {
    case ValueKind::kBoolean:
      return type == ScalarType::kBoolean;
    case ValueKind::kInteger:
      return type == ScalarType::kNumber && base::ParseInt<std::int32_t>(text).has_value();
    case ValueKind::kDecimal:
      return type == ScalarType::kNumber && json::IsNumber(text);
    case ValueKind::kCode:
      return type == ScalarType::kString && !text.empty() && base::Trim(text) == text;
    case ValueKind::kDate:
    case ValueKind::kDateTime:
      return type == ScalarType::kString && base::ParseDate(text).has_value();
    case ValueKind::kUri:
    case ValueKind::kString:
      return type == ScalarType::kString && !text.empty();
    case ValueKind::kNone:
    case ValueKind::kCoding:
      return false;
  }
  return false;
}

// A fault when `code` is not a concept of the loaded system: values need one to hang on.
bool CheckConcept(const Build& build, std::string_view system, std::string_view code, int line,
                  const FileFaults& faults) {
  if (build.IsLoaded(system, code)) return true;
  faults.Add(line, base::Concat({"the code '", base::Clip(code, 60), "' is not in the loaded ",
                                 build.AliasOf(system)}));
  return false;
}

// One row as it was read. Rows wait for the end of the file, because the head may stand behind
// them.
struct Row {
  std::string code, property, description, setting, period_start, period_end, conflict;
  AnyScalar value;
  bool is_coding = false;
  std::string coding_system, coding_code, coding_display;
  ProvenanceTexts provenance;
  int line = 0;
  int value_line = 0;
};

class RowsReader {
 public:
  RowsReader(Build& build, const ContentFile& file)
      : build_(build), file_(file), coding_(file.faults), row_(file.faults), root_(file.faults) {
    coding_.Text("system", &current_.coding_system, Need::kRequired)
        .Text("code", &current_.coding_code, Need::kRequired)
        .Text("display", &current_.coding_display);
    row_.Text("code", &current_.code)
        .Text("property", &current_.property, Need::kRequired)
        .Any("value", &current_.value, &coding_)
        .Text("description", &current_.description)
        .Text("setting", &current_.setting)
        .Text("periodStart", &current_.period_start)
        .Text("periodEnd", &current_.period_end)
        .Text("conflict", &current_.conflict)
        .Then([this] { Keep(); });
    root_.Text("system", &system_, Need::kRequired)
        .Text("code", &head_code_)
        .Nested("rows", &row_, Need::kRequired);
    BindProvenance(row_, current_.provenance);
    BindProvenance(root_, head_);
  }

  void Run() {
    ReadRecord(file_.text, root_, file_.faults);
    if (system_.empty()) return;
    canonical_ = build_.SystemOf(system_, root_.LineOf("system"), file_.faults);
    if (canonical_.empty()) return;
    for (const Row& each : rows_) File(each);
  }

 private:
  void Keep() {
    current_.line = row_.line();
    current_.value_line = row_.LineOf("value");
    current_.is_coding = coding_.seen();
    if (!current_.value.present && !current_.is_coding)
      return file_.faults.Add(current_.line, "'value' is missing");
    if (!current_.is_coding)
      current_.coding_system = current_.coding_code = current_.coding_display = {};
    CheckOneOf("setting", current_.setting, kSettings, row_.LineOf("setting"), file_.faults);
    CheckDate("periodStart", current_.period_start, row_.LineOf("periodStart"), file_.faults);
    CheckDate("periodEnd", current_.period_end, row_.LineOf("periodEnd"), file_.faults);
    CheckPeriod(current_.period_start, current_.period_end, current_.line, file_.faults);
    rows_.push_back(current_);
  }

  void File(const Row& each);
  bool SetValue(const Row& each, const model::FactProperty& property, model::Fact& fact);

  Build& build_;
  const ContentFile& file_;
  Row current_;  // the one being read
  RecordNode coding_, row_, root_;
  std::string system_, head_code_, canonical_;
  ProvenanceTexts head_;
  std::vector<Row> rows_;
};

void RowsReader::File(const Row& each) {
  const FileFaults& faults = file_.faults;
  const std::string& code = each.code.empty() ? head_code_ : each.code;
  if (code.empty()) return faults.Add(each.line, "no 'code', neither here nor in the head");
  if (each.property.empty()) return;
  const auto property = build_.PropertyOf(each.property);
  if (!property) {
    return faults.Add(each.line, base::Concat({"the property '", base::Clip(each.property, 60),
                                               "' is not in the properties"}));
  }
  FactRow fact_row;
  model::Fact& fact = fact_row.fact;
  fact.property = *property;
  const bool good_code = CheckConcept(build_, canonical_, code, each.line, faults);
  const bool good_value = SetValue(each, build_.snapshot().fact_properties[*property], fact);
  const auto provenance = build_.ProvenanceOf(each.provenance, head_, each.line, file_);
  if (!good_code || !good_value || !provenance) return;
  auto& snapshot = build_.snapshot();
  fact.provenance = *provenance;
  fact.description = snapshot.text.Add(each.description);
  fact.conflict = snapshot.text.Add(each.conflict);
  fact.setting = snapshot.symbols.Intern(each.setting);
  fact.period = build_.PeriodOf(each.period_start, each.period_end);
  fact_row.system = snapshot.symbols.Intern(canonical_);
  fact_row.code = snapshot.symbols.Intern(code);
  fact_row.file = &file_.entry;
  fact_row.line = each.line;
  build_.fact_rows.push_back(fact_row);
}

bool RowsReader::SetValue(const Row& each, const model::FactProperty& property, model::Fact& fact) {
  const FileFaults& faults = file_.faults;
  auto& snapshot = build_.snapshot();
  if (each.value.present && each.value.type == ScalarType::kNull) {
    if (each.description.empty())
      faults.Add(each.line, "a 'value' of null needs its reason in 'description'");
    fact.kind = ValueKind::kNone;
    return true;
  }
  if (each.is_coding != (property.kind == ValueKind::kCoding) ||
      (!each.is_coding && !Fits(property.kind, each.value.type, each.value.text))) {
    faults.Add(each.value_line, base::Concat({"the value of '", property.code, "' must be ",
                                              TypeName(property.kind)}));
    return false;
  }
  fact.kind = property.kind;
  if (!each.is_coding) {
    fact.value = snapshot.text.Add(each.value.text);
    return true;
  }
  const std::string system = build_.SystemOf(each.coding_system, each.value_line, faults);
  if (system.empty() || each.coding_code.empty()) return false;
  build_.CheckKnown(system, each.coding_code, each.value_line, faults);
  fact.value = snapshot.text.Add(each.coding_code);
  fact.coding_display = snapshot.text.Add(each.coding_display);
  fact.coding_system = snapshot.symbols.Intern(system);
  return true;
}

// A cell as published: a plain decimal number, for integer properties without a fraction.
bool IsFigure(ValueKind kind, std::string_view cell) {
  if (kind == ValueKind::kInteger) return base::ParseInt<std::int32_t>(cell).has_value();
  return kind == ValueKind::kDecimal && json::IsNumber(cell);
}

class FiguresReader {
 public:
  FiguresReader(Build& build, const ContentFile& file) : build_(build), file_(file) {}

  void Run() {
    const ManifestFile& entry = file_.entry;
    const auto alias = entry.system.empty() ? kDefaultSystem : std::string_view(entry.system);
    system_ = build_.SystemOf(alias, 0, file_.faults);
    const auto provenance = build_.ProvenanceOf({}, {}, 0, file_);
    if (system_.empty() || !provenance) return;
    base_.provenance = *provenance;
    base_.setting = build_.snapshot().symbols.Intern(entry.setting);
    base_.period = build_.PeriodOf(entry.period_start, entry.period_end);
    ReadCsv(
        file_.text, file_.faults, [&](const CsvCells& header) { return OnHeader(header); },
        [&](int line, const CsvCells& cells) { OnRow(line, cells); });
  }

 private:
  bool OnHeader(const CsvCells& header) {
    bool good = !header.empty() && header[0] == "code";
    if (!good) file_.faults.Add(1, "the first column must be 'code'");
    for (std::size_t i = 1; i < header.size(); ++i) {
      const auto property = build_.PropertyOf(header[i]);
      if (!property) {
        file_.faults.Add(1, base::Concat({"the property '", base::Clip(header[i], 60),
                                          "' is not in the properties"}));
      } else if (std::find(columns_.begin(), columns_.end(), *property) != columns_.end()) {
        file_.faults.Add(1, base::Concat({"the column '", header[i], "' appears twice"}));
      }
      good &= property.has_value();
      columns_.push_back(property.value_or(0));
    }
    return good;
  }

  void OnRow(int line, const CsvCells& cells) {
    const std::string& code = cells[0];
    if (!CheckConcept(build_, system_, code, line, file_.faults)) return;
    for (std::size_t i = 1; i < cells.size(); ++i) {
      if (!cells[i].empty()) OnCell(line, code, columns_[i - 1], cells[i]);
    }
  }

  void OnCell(int line, std::string_view code, std::uint16_t property, std::string_view cell) {
    auto& snapshot = build_.snapshot();
    const model::FactProperty& info = snapshot.fact_properties[property];
    FactRow row;
    row.fact = base_;
    row.fact.property = property;
    row.fact.kind = cell == "NA" ? ValueKind::kNone : info.kind;
    if (cell != "NA" && !IsFigure(info.kind, cell)) {
      return file_.faults.Add(
          line, base::Concat({"the value '", base::Clip(cell, 60), "' of '", info.code,
                              "' must be ", TypeName(info.kind), " or NA"}));
    }
    if (cell != "NA") row.fact.value = snapshot.text.Add(cell);
    row.system = snapshot.symbols.Intern(system_);
    row.code = snapshot.symbols.Intern(code);
    row.file = &file_.entry;
    row.line = line;
    build_.fact_rows.push_back(row);
  }

  Build& build_;
  const ContentFile& file_;
  std::string system_;
  model::Fact base_;  // provenance, period and setting of all cells
  std::vector<std::uint16_t> columns_;
};

}  // namespace

void BindProvenance(RecordNode& node, ProvenanceTexts& to) {
  node.Text("source", &to.source)
      .Text("asOf", &to.as_of)
      .Text("verification", &to.verification)
      .Text("licence", &to.licence);
}

void ReadRows(Build& build, const ContentFile& file) { RowsReader(build, file).Run(); }

void ReadFigures(Build& build, const ContentFile& file) { FiguresReader(build, file).Run(); }

}  // namespace chemoterm::load
