#include "cli/result_text.h"

#include <algorithm>
#include <array>
#include <map>

#include "cli/session.h"
#include "cli/text_layout.h"

namespace chemoterm::cli {
namespace {

// Parameters that say where a row comes from, in the order in which a source line shows them.
constexpr std::array kProvenance = {
    std::string_view("citation"),  std::string_view("citation-url"), std::string_view("as-of"),
    std::string_view("retrieved"), std::string_view("verification"), std::string_view("confidence"),
    std::string_view("licence"),   std::string_view("source")};

bool IsProvenance(std::string_view name) {
  return std::find(kProvenance.begin(), kProvenance.end(), name) != kProvenance.end();
}

// "payerName" and "payer-name" are "payer name".
std::string Label(std::string_view name) {
  std::string label = KebabName(name);
  std::replace(label.begin(), label.end(), '-', ' ');
  return label;
}

// The source lines of one result, each once; rows refer to them by number from 1.
class SourceList {
 public:
  std::string Reference(const std::map<std::string_view, std::string>& provenance) {
    std::string line;
    for (const std::string_view name : kProvenance) {
      const auto found = provenance.find(name);
      if (found == provenance.end() || found->second.empty()) continue;
      if (!line.empty()) line += name == "citation-url" ? " " : ", ";
      if (name == "as-of" || name == "retrieved" || name == "confidence") line += Label(name) + " ";
      line += found->second;
    }
    if (line.empty()) return {};
    auto place = std::find(lines_.begin(), lines_.end(), line);
    if (place == lines_.end()) place = lines_.insert(lines_.end(), line);
    return base::Concat({"[", base::ToText(place - lines_.begin() + 1), "]"});
  }
  std::string Render(std::size_t width) const {
    if (lines_.empty()) return {};
    std::vector<Pair> pairs;
    pairs.reserve(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      pairs.emplace_back(base::Concat({"[", base::ToText(i + 1), "]"}), lines_[i]);
    }
    return "\nsources\n" + LayoutPairs(pairs, 2, width);
  }

 private:
  std::vector<std::string> lines_;
};

// One row of a part as column texts in order of first appearance.
struct Row {
  std::vector<Pair> cells;
};

void Put(Row& row, std::string_view name, std::string text) {
  for (auto& [known, value] : row.cells) {
    if (known == name) {
      value += "\n" + text;
      return;
    }
  }
  row.cells.emplace_back(name, std::move(text));
}

const Field* Find(const Fields& fields, std::string_view name) {
  for (const Field& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// Nested parts with a code and a value are columns of their row; others become one text.
void PutNested(const Field& field, Row& row, std::map<std::string_view, std::string>& provenance) {
  std::string joined;
  for (const Fields& part : field.rows) {
    const Field* code = Find(part, "code");
    const Field* value = Find(part, "value");
    if (code != nullptr && value != nullptr) {
      if (IsProvenance(code->text)) {
        provenance[*std::find(kProvenance.begin(), kProvenance.end(), code->text)] = value->text;
      } else {
        Put(row, code->text, value->text);
      }
      continue;
    }
    std::string text;
    for (const Field& inner : part) text += (text.empty() ? "" : " ") + inner.text;
    joined += (joined.empty() ? "" : "; ") + text;
  }
  if (!joined.empty()) Put(row, field.name, joined);
}

Row RowOf(const Fields& fields, SourceList& sources) {
  Row row;
  std::map<std::string_view, std::string> provenance;
  for (const Field& field : fields) {
    if (!field.rows.empty()) {
      PutNested(field, row, provenance);
    } else if (IsProvenance(field.name)) {
      provenance[field.name] = field.text;
    } else {
      Put(row, field.name, field.text);
    }
  }
  if (std::string reference = sources.Reference(provenance); !reference.empty()) {
    Put(row, "src", std::move(reference));
  }
  return row;
}

std::string RenderBlocks(const std::vector<Row>& rows, std::size_t width) {
  std::string out;
  for (const Row& row : rows) {
    std::vector<Pair> pairs;
    pairs.reserve(row.cells.size());
    for (const auto& [name, value] : row.cells) pairs.emplace_back(Label(name), value);
    out += (out.empty() ? "" : "\n") + LayoutPairs(pairs, 2, width);
  }
  return out;
}

const std::string* CellOf(const Row& row, std::string_view column) {
  for (const auto& [name, value] : row.cells) {
    if (name == column) return &value;
  }
  return nullptr;
}

// Takes the short columns, and the code system, out of several rows that say the same in each, and
// returns them as one line.
std::string TakeCommon(std::vector<Row>& rows, std::vector<std::string>& columns) {
  constexpr std::size_t kShort = 24;
  std::string line;
  if (rows.size() < 2) return line;
  std::erase_if(columns, [&](const std::string& column) {
    const std::string* first = CellOf(rows.front(), column);
    if (column == columns.front() || column == "src" || first == nullptr) return false;
    if (first->size() > kShort && column != "system") return false;
    const std::string text = *first;
    for (const Row& row : rows) {
      const std::string* cell = CellOf(row, column);
      if (cell == nullptr || *cell != text) return false;
    }
    line += base::Concat({line.empty() ? "all: " : ", ", Label(column), " ", text});
    for (Row& row : rows)
      std::erase_if(row.cells, [&](const Pair& cell) { return cell.first == column; });
    return true;
  });
  return line.empty() ? line : line + "\n";
}

std::string RenderRows(const Field& field, std::size_t width, SourceList& sources) {
  std::vector<Row> rows;
  std::vector<std::string> columns;
  for (const Fields& part : field.rows) {
    rows.push_back(RowOf(part, sources));
    for (const auto& [name, value] : rows.back().cells) {
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
    }
  }
  std::stable_partition(columns.begin(), columns.end(),
                        [](const std::string& name) { return name != "src"; });
  const std::string common = TakeCommon(rows, columns);
  Table table;
  for (const std::string& column : columns) table.head.push_back(Label(column));
  for (const Row& row : rows) {
    auto& line = table.rows.emplace_back(columns.size());
    for (const auto& [name, value] : row.cells) {
      line[static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) -
                                    columns.begin())] = value;
    }
  }
  const std::string laid_out = LayoutTable(table, width);
  return base::Concat({"\n", Label(field.name), " (", base::ToText(rows.size()), ")\n", common,
                       laid_out.empty() ? RenderBlocks(rows, width) : laid_out});
}

}  // namespace

std::string TextOf(std::string_view value) { return std::string(value); }

std::string TextOf(bool value) { return value ? "yes" : "no"; }

std::string TextOf(const CodingView& coding) {
  if (coding.code.empty())
    return std::string(coding.display.empty() ? coding.system : coding.display);
  return coding.display.empty() ? std::string(coding.code)
                                : base::Concat({coding.code, " ", coding.display});
}

std::string TextOf(const Coding& coding) {
  return TextOf(CodingView{coding.system, coding.version, coding.code, coding.display});
}

std::string TextOf(const PeriodView& period) {
  if (period.empty()) return {};
  if (period.end.empty()) return base::Concat({"from ", period.start});
  if (period.start.empty()) return base::Concat({"until ", period.end});
  return base::Concat({period.start, " to ", period.end});
}

std::string TextOf(const MoneyView& money) {
  return money.empty() ? std::string() : base::Concat({money.value, " ", money.currency});
}

std::string TextOf(const ValueView& value) {
  if (value.kind == ValueKind::kCoding) return TextOf(value.coding);
  if (value.kind == ValueKind::kNone) return "none";  // known to be absent, which is worth saying
  if (value.kind == ValueKind::kBoolean) return TextOf(value.text == "true");
  return std::string(value.text);
}

std::string TextOf(const CodeableConcept* codeable_concept) {
  if (codeable_concept == nullptr) return {};
  std::string text = codeable_concept->text;
  for (const Coding& coding : codeable_concept->coding)
    text += (text.empty() ? "" : "; ") + TextOf(coding);
  return text;
}

Fields FieldsOf(const ContainedConcept& contained) {
  // No-break, since wrapping takes the other blanks away.
  constexpr std::string_view kIndent = "\u00A0\u00A0";
  std::string display;
  for (std::int32_t i = 0; i < contained.depth; ++i) display += kIndent;
  display += contained.display;
  Fields fields = {{"code", std::string(contained.code), {}}, {"display", std::move(display), {}}};
  ForEachParam<ContainedConcept>([&](const auto& param) {
    if (param.name == "depth" || param.name == "code" || param.name == "display") return;
    if (param.name != kExtensions) internal::Append(param.name, contained.*param.member, fields);
  });
  return fields;
}

Fields FieldsOf(const TranslateMatch& match) {
  Fields fields;
  ForEachParam<TranslateMatch>([&](const auto& param) {
    const std::string_view name = param.name == "source" ? "source-code" : param.name;
    internal::Append(name, match.*param.member, fields);
  });
  return fields;
}

Fields FieldsOf(const OrderFix& fix) {
  std::string text;
  if (fix.line) text += base::Concat({"line ", base::ToText(*fix.line), ": "});
  std::string action(fix.action);
  std::replace(action.begin(), action.end(), '-', ' ');
  text += action;
  if (!fix.coding.empty()) text += base::Concat({" ", fix.coding.code});
  if (fix.units) text += base::Concat({fix.coding.empty() ? " " : " x ", base::ToText(*fix.units)});
  if (!fix.modifier.empty()) text += base::Concat({" ", fix.modifier});
  return {{"action", std::move(text), {}}};
}

std::string RenderResult(const Fields& fields, std::size_t width) {
  SourceList sources;
  std::vector<Pair> pairs;
  std::string parts;
  for (const Field& field : fields) {
    if (field.rows.empty()) {
      pairs.emplace_back(Label(field.name), field.text);
    } else {
      parts += RenderRows(field, width, sources);
    }
  }
  return LayoutPairs(pairs, 0, width) + parts + sources.Render(width);
}

std::string RenderIssues(const Issues& issues, std::size_t width) {
  std::vector<Pair> pairs;
  for (const Issue& issue : issues) {
    pairs.emplace_back(base::Concat({ToString(issue.severity), ":"}), issue.text);
  }
  return LayoutPairs(pairs, 0, width);
}

}  // namespace chemoterm::cli
