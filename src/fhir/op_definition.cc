#include "fhir/op_definition.h"

#include <algorithm>
#include <type_traits>

#include "base/text.h"
#include "chemoterm/ops/all_ops.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

// A row of a table without its member types.
struct Row {
  std::string_view name;
  Kind kind;
  std::string_view cardinality;
  std::string_view doc;
  In in;
  std::vector<Row> parts;
};

template <class Struct>
std::vector<Row> RowsOf();

template <class Member>
struct PartsOf {
  static std::vector<Row> Rows() { return {}; }
};
template <class Part>
struct PartsOf<std::vector<Part>> {
  static std::vector<Row> Rows() {
    if constexpr (requires { Params<Part>::kAll; }) {
      return RowsOf<Part>();
    } else {
      return {};
    }
  }
};

template <class Struct>
std::vector<Row> RowsOf() {
  std::vector<Row> rows;
  ForEachParam<Struct>([&](const auto& param) {
    using Member = std::decay_t<decltype(std::declval<Struct>().*param.member)>;
    rows.push_back(
        {param.name, param.kind, param.cardinality, param.doc, param.in, PartsOf<Member>::Rows()});
  });
  return rows;
}

// An operation with both tables.
struct Operation {
  OpInfo info;
  std::vector<Row> in;
  std::vector<Row> out;
};

std::vector<Operation> AllOperations() {
  std::vector<Operation> operations;
  ForEachOp([&]<class Op>() {
    operations.push_back(
        {Op::kInfo, RowsOf<typename Op::Request>(), RowsOf<typename Op::Result>()});
  });
  return operations;
}

// "related-codes" -> "RelatedCodes".
std::string CamelCase(std::string_view name) {
  std::string camel;
  for (const std::string_view word : base::Split(name, '-')) {
    if (word.empty()) continue;
    camel += static_cast<char>(word[0] >= 'a' && word[0] <= 'z' ? word[0] - 'a' + 'A' : word[0]);
    camel += word.substr(1);
  }
  return camel;
}

void WriteParameter(const Row& row, std::string_view use, FhirVersion version, json::Array& list) {
  if (!Defines(version, row.in)) return;
  const auto [min, max] = base::SplitOnce(row.cardinality, '.');
  auto parameter = list.Sub();
  parameter.Text("name", row.name);
  parameter.Text("use", use);
  parameter.Raw("min", min);
  parameter.Text("max", max.substr(1));  // behind the second dot
  parameter.Text("documentation", row.doc);
  parameter.Text("type", ToString(row.kind));
  if (row.parts.empty()) return;
  auto parts = parameter.List("part");
  for (const Row& part : row.parts) WriteParameter(part, use, version, parts);
}

std::string WriteDefinition(const Operation& operation, const OperationDefinition& definition,
                            const DefinitionFacts& facts, FhirVersion version) {
  const OpInfo& info = operation.info;
  const Levels& levels = LevelsOf(info, version);
  std::string text;
  {
    json::Object root(&text);
    root.Text("resourceType", "OperationDefinition");
    root.Text("id", definition.id);
    root.Text("url", definition.url);
    root.Text("version", facts.software_version);
    root.Text("name", definition.name);
    root.Text("title", definition.title);
    root.Text("status", "active");
    root.Text("kind", "operation");
    root.Bool("experimental", false);
    root.Text("date", facts.release_date);
    root.Text("publisher", "chemoterm");
    root.Text("description", info.description);
    root.Bool("affectsState", false);
    root.Text("code", info.name);
    if (!info.resource.empty()) root.List("resource").Text(info.resource);
    root.Bool("system", levels.system);
    root.Bool("type", levels.type);
    root.Bool("instance", levels.instance);
    auto list = root.List("parameter");
    for (const Row& row : operation.in) WriteParameter(row, "in", version, list);
    for (const Row& row : operation.out) WriteParameter(row, "out", version, list);
    auto issues = list.Sub();
    issues.Text("name", "issues");
    issues.Text("use", "out");
    issues.Int("min", 0);
    issues.Text("max", "1");
    issues.Text("documentation", "What was noticed, one issue per concern.");
    issues.Text("type", "OperationOutcome");
  }
  return ToVersion(text, version);
}

// ---- docs/operations.md ----

std::string LevelNames(const Levels& levels) {
  std::vector<std::string_view> names;
  if (levels.system) names.push_back("system");
  if (levels.type) names.push_back("type");
  if (levels.instance) names.push_back("instance");
  return base::Join(names, ", ");
}

// A cell of a table: a bar would end it.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) cell.append(c == '|' ? "\\|" : std::string_view(&c, 1));
  return cell;
}

void AppendRows(const std::vector<Row>& rows, const std::string& prefix, std::string& page) {
  for (const Row& row : rows) {
    const std::string name = base::Concat({prefix, row.name});
    page += base::Concat(
        {"| `", name, "` | ", row.kind == Kind::kParts ? "parts" : ToString(row.kind)});
    for (const VersionInfo& version : AllVersions()) {
      page += base::Concat({" | ", Defines(version.version, row.in) ? row.cardinality : "-"});
    }
    page += base::Concat({" | ", Cell(row.doc), " |\n"});
    AppendRows(row.parts, name + ".", page);
  }
}

void AppendTable(std::string_view title, const std::vector<Row>& rows, std::string& page) {
  page += base::Concat({"\n", title, "\n\n| parameter | type"});
  for (const VersionInfo& version : AllVersions()) page += base::Concat({" | ", version.full});
  page += " | meaning |\n|---|---";
  for (std::size_t i = 0; i < AllVersions().size(); ++i) page += "|---";
  page += "|---|\n";
  AppendRows(rows, "", page);
}

std::string FhirName(const OpInfo& info) {
  return base::Concat(
      {info.at_system() ? "" : info.resource, info.at_system() ? "" : "/", "$", info.name});
}

void AppendOperation(const Operation& operation, std::string& page) {
  const OpInfo& info = operation.info;
  page +=
      base::Concat({"\n## ", info.name, "\n\n", info.title, ". ", info.description, "\n\n- FHIR: `",
                    FhirName(info), "`, ", info.standard ? "defined by HL7" : "our own"});
  for (const VersionInfo& version : AllVersions()) {
    page += base::Concat(
        {"; level in ", version.full, ": ", LevelNames(LevelsOf(info, version.version))});
  }
  page += base::Concat({"\n- gRPC: `", info.rpc, "`\n"});
  if (!info.command.empty()) {
    page += base::Concat({"- Command: `chemoterm ", info.command, "`\n"});
  }
  AppendTable("In:", operation.in, page);
  AppendTable("Out:", operation.out, page);
}

}  // namespace

std::vector<OperationDefinition> OperationDefinitions(const DefinitionFacts& facts,
                                                      FhirVersion version) {
  std::vector<OperationDefinition> definitions;
  for (const Operation& operation : AllOperations()) {
    const OpInfo& info = operation.info;
    if (info.standard) continue;
    OperationDefinition& definition = definitions.emplace_back();
    definition.url = DefinitionUrl(info, facts.canonical_base);
    definition.id = definition.url.substr(definition.url.rfind('/') + 1);
    definition.name = CamelCase(info.name);
    definition.title = info.title;
    definition.code = info.name;
    definition.json = WriteDefinition(operation, definition, facts, version);
  }
  std::sort(definitions.begin(), definitions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return definitions;
}

std::string OperationsMarkdown() {
  const auto operations = AllOperations();
  std::string page =
      "# Operations\n\n"
      "Made from the tables in `include/chemoterm/ops` by `chemoterm docs operations`; do not "
      "edit.\n\n"
      "Every operation can be called by `POST` with a `Parameters` body, and by `GET` when all "
      "parameters used are\n"
      "primitive. The names of every version are understood at every base. Findings come as the "
      "parameter `issues`, an\n"
      "OperationOutcome. A dash means: not defined in that version.\n\n"
      "| operation | FHIR | gRPC | command |\n|---|---|---|---|\n";
  for (const Operation& operation : operations) {
    const OpInfo& info = operation.info;
    page += base::Concat({"| [", info.name, "](#", info.name, ") | `", FhirName(info), "` | `",
                          info.rpc, "` | ", info.command.empty() ? "-" : "`", info.command,
                          info.command.empty() ? "" : "`", " |\n"});
  }
  for (const Operation& operation : operations) AppendOperation(operation, page);
  return page;
}

}  // namespace chemoterm::fhir
