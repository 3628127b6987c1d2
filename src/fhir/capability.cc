#include "fhir/capability.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"
#include "chemoterm/ops/all_ops.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

constexpr std::string_view kFeature =
    "http://hl7.org/fhir/uv/application-feature/StructureDefinition/feature";
constexpr std::string_view kTestVersion =
    "http://hl7.org/fhir/uv/tx-tests/FeatureDefinition/test-version";
// The version of HL7's terminology tests that this server is held to, as their history.json says.
constexpr std::string_view kTestSuite = "1.9.0";
constexpr std::string_view kSystemAsParameter =
    "http://hl7.org/fhir/uv/tx-ecosystem/FeatureDefinition/CodeSystemAsParameter";

std::string_view ToString(SearchKind kind) {
  switch (kind) {
    case SearchKind::kToken:
      return "token";
    case SearchKind::kString:
      return "string";
    case SearchKind::kUri:
      return "uri";
    case SearchKind::kDate:
      return "date";
    case SearchKind::kReference:
      return "reference";
    case SearchKind::kQuantity:
      return "quantity";
    case SearchKind::kComposite:
      return "composite";
  }
  return {};
}

// What both statements begin with.
struct Heading {
  std::string_view type;
  std::string_view name;
  std::string_view title;
  std::string_view description;
};

void WriteFeature(json::Array& list, std::string_view definition, std::string_view value_key,
                  std::string_view value) {
  auto feature = list.Sub();
  {
    auto parts = feature.List("extension");
    {
      auto part = parts.Sub();
      part.Text("url", "definition");
      part.Text("valueCanonical", definition);
    }
    auto part = parts.Sub();
    part.Text("url", "value");
    part.Raw(value_key, value);
  }
  feature.Text("url", kFeature);
}

void WriteHeading(json::Object& root, const Heading& heading, const ServerFacts& facts,
                  const ContentInfo& content) {
  root.Text("url", base::Concat({facts.canonical_base, "/", heading.type, "/chemoterm"}));
  root.Text("version", facts.software_version);
  root.Text("name", heading.name);
  root.Text("title", heading.title);
  root.Text("status", "active");
  root.Text("date",
            content.loaded_at.empty() ? facts.release_date : std::string_view(content.loaded_at));
  root.Text("publisher", "chemoterm");
  root.Text("description", base::Concat({heading.description, " Content version ", content.version,
                                         ", digest ", content.digest, "."}));
  root.Text("kind", "instance");
}

// TerminologyCapabilities has no place for the date of the release.
void WriteSoftware(json::Object& root, const ServerFacts& facts, std::string_view release_date) {
  {
    auto software = root.Sub("software");
    software.Text("name", "chemoterm");
    software.Text("version", facts.software_version);
    software.Text("releaseDate", release_date);
  }
  auto implementation = root.Sub("implementation");
  implementation.Text("description", "chemoterm terminology service");
  implementation.Text("url", facts.base_url);
}

// Types to list: those that are read and searched, and those that only have operations.
std::vector<std::string_view> ListedTypes(const ServerFacts& facts) {
  std::vector<std::string_view> types(facts.served.types.begin(), facts.served.types.end());
  const auto add = [&](std::string_view type) {
    if (!type.empty() && std::find(types.begin(), types.end(), type) == types.end())
      types.push_back(type);
  };
  ForEachOp([&]<class Op>() { add(Op::kInfo.resource); });
  add("OperationDefinition");  // our own operations' definitions
  return types;
}

bool IsServed(const ServerFacts& facts, std::string_view type) {
  return type == "OperationDefinition" ||
         std::find(facts.served.types.begin(), facts.served.types.end(), type) !=
             facts.served.types.end();
}

void WriteSearchParams(json::Object& resource, std::string_view type, const ServerFacts& facts,
                       FhirVersion version) {
  if (facts.served.search_params == nullptr) return;
  std::vector<SearchParamInfo> params;
  for (const SearchParamInfo& param : facts.served.search_params(type)) {
    if (Defines(version, param.in)) params.push_back(param);
  }
  if (params.empty()) return;
  auto list = resource.List("searchParam");
  for (const SearchParamInfo& param : params) {
    auto object = list.Sub();
    object.Text("name", param.name);
    object.Text("type", ToString(param.kind));
    object.Text("documentation", param.doc);
  }
}

// The operations of a type at its type or instance level; with an empty type, those of the system.
std::vector<OpInfo> OperationsOf(std::string_view type, FhirVersion version) {
  std::vector<OpInfo> operations;
  ForEachOp([&]<class Op>() {
    const Levels& levels = LevelsOf(Op::kInfo, version);
    const bool offered = type.empty()
                             ? levels.system
                             : Op::kInfo.resource == type && (levels.type || levels.instance);
    if (offered) operations.push_back(Op::kInfo);
  });
  return operations;
}

void WriteOperation(json::Array& list, std::string_view name, std::string_view definition,
                    std::string_view documentation) {
  auto operation = list.Sub();
  operation.Text("name", name);
  operation.Text("definition", definition);
  operation.Text("documentation", documentation);
}

void WriteResourceRow(json::Array& list, std::string_view type, const ServerFacts& facts,
                      FhirVersion version) {
  auto resource = list.Sub();
  resource.Text("type", type);
  if (IsServed(facts, type)) {
    auto interactions = resource.List("interaction");
    interactions.Sub().Text("code", "read");
    interactions.Sub().Text("code", "search-type");
  }
  resource.Text("versioning", "no-version");
  resource.Text("conditionalRead", "full-support");
  WriteSearchParams(resource, type, facts, version);
  const auto operations = OperationsOf(type, version);
  if (operations.empty()) return;
  auto rows = resource.List("operation");
  for (const OpInfo& info : operations) {
    WriteOperation(rows, info.name, DefinitionUrl(info, facts.canonical_base), info.description);
  }
  if (type == "ValueSet") {
    WriteOperation(rows, "batch-validate-code",
                   "http://hl7.org/fhir/OperationDefinition/ValueSet-batch-validate-code",
                   "Several validations in one request, each with parameters of its own.");
  }
}

void WriteRest(json::Object& root, const ServerFacts& facts, FhirVersion version) {
  auto list = root.List("rest");
  auto rest = list.Sub();
  rest.Text("mode", "server");
  {
    auto security = rest.Sub("security");
    security.Bool("cors", facts.cors);
    // HL7's terminology ecosystem wants `service` filled in even where there is none.
    security.List("service").Sub().Text("text", "None: anonymous access");
    security.Text("description",
                  "No log-in: the service holds public content and no patient data.");
  }
  {
    auto resources = rest.List("resource");
    for (const std::string_view type : ListedTypes(facts))
      WriteResourceRow(resources, type, facts, version);
  }
  {
    auto interactions = rest.List("interaction");
    interactions.Sub().Text("code", "batch");
  }
  auto operations = rest.List("operation");
  for (const OpInfo& info : OperationsOf({}, version)) {
    WriteOperation(operations, info.name, DefinitionUrl(info, facts.canonical_base),
                   info.description);
  }
  WriteOperation(operations, "versions",
                 "http://hl7.org/fhir/OperationDefinition/CapabilityStatement-versions",
                 "The FHIR versions of this base.");
}

void WriteCodes(json::Object& object, std::string_view key,
                const std::vector<std::string_view>& codes) {
  if (codes.empty()) return;
  auto list = object.List(key);
  for (const std::string_view code : codes) list.Text(code);
}

void WriteFilters(json::Object& version, const std::vector<FilterSummary>& filters) {
  if (filters.empty()) return;
  auto list = version.List("filter");
  for (const FilterSummary& filter : filters) {
    auto row = list.Sub();
    row.Text("code", filter.code);
    auto ops = row.List("op");
    for (const std::string_view op : filter.ops) ops.Text(op);
  }
}

// The loaded versions of one code system.
void WriteCodeSystem(json::Array& list, const std::vector<const CodeSystemSummary*>& versions) {
  const auto found = std::find_if(versions.begin(), versions.end(),
                                  [](const auto* each) { return each->is_default; });
  const CodeSystemSummary& standard = found == versions.end() ? *versions.back() : **found;
  auto system = list.Sub();
  system.Text("uri", standard.url);
  {
    auto rows = system.List("version");
    for (const CodeSystemSummary* summary : versions) {
      auto row = rows.Sub();
      row.Text("code", summary->version);
      row.Bool("isDefault", summary == &standard);
      row.Bool("compositional", summary->compositional);
      WriteCodes(row, "language", summary->languages);
      WriteFilters(row, summary->filters);
      WriteCodes(row, "property", summary->properties);
    }
  }
  system.Text("content", standard.content);
  system.Bool("subsumption", standard.has_hierarchy);
}

bool HasOperation(std::string_view name) {
  bool found = false;
  ForEachOp([&]<class Op>() { found = found || Op::kInfo.name == name; });
  return found;
}

// What $expand does with each of its parameters.
void WriteExpansionCapability(json::Object& root) {
  auto expansion = root.Sub("expansion");
  expansion.Bool("hierarchical", true);
  expansion.Bool("paging", true);
  expansion.Bool("incomplete", false);
  {
    auto parameters = expansion.List("parameter");
    ForEachParam<ExpandRequest>([&](const auto& param) {
      auto parameter = parameters.Sub();
      parameter.Text("name", param.name);
      parameter.Text("documentation", param.doc);
    });
  }
  expansion.Text("textFilter",
                 "Every word of the filter is part of the code, the display or a designation; case "
                 "and accents do not matter.");
}

}  // namespace

std::string WriteCapabilityStatement(const ServerFacts& facts, const ContentInfo& content,
                                     FhirVersion version) {
  std::string text;
  {
    json::Object root(&text);
    root.Text("resourceType", "CapabilityStatement");
    root.Text("id", "chemoterm");
    {
      auto features = root.List("extension");
      WriteFeature(features, kTestVersion, "valueCode", base::Concat({"\"", kTestSuite, "\""}));
      WriteFeature(features, kSystemAsParameter, "valueBoolean", "true");
    }
    WriteHeading(root,
                 {"CapabilityStatement", "ChemotermCapabilities", "chemoterm terminology service",
                  "FHIR door of the chemoterm terminology service."},
                 facts, content);
    root.List("instantiates").Text("http://hl7.org/fhir/CapabilityStatement/terminology-server");
    WriteSoftware(root, facts, facts.release_date);
    root.Text("fhirVersion", InfoOf(version).full);
    root.List("format").Text("application/fhir+json");
    WriteRest(root, facts, version);
  }
  return ToVersion(text, version);
}

std::string WriteTerminologyCapabilities(const ServerFacts& facts, const ContentInfo& content,
                                         const ListCodeSystemsResult& code_systems,
                                         FhirVersion version) {
  std::map<std::string_view, std::vector<const CodeSystemSummary*>> by_url;
  for (const CodeSystemSummary& summary : code_systems.code_systems)
    by_url[summary.url].push_back(&summary);
  std::string text;
  {
    json::Object root(&text);
    root.Text("resourceType", "TerminologyCapabilities");
    root.Text("id", "chemoterm");
    WriteHeading(
        root,
        {"TerminologyCapabilities", "ChemotermTerminology", "chemoterm terminology service",
         "Code systems of the chemoterm terminology service."},
        facts, content);
    WriteSoftware(root, facts, {});
    root.Bool("lockedDate", false);
    if (!by_url.empty()) {
      auto list = root.List("codeSystem");
      for (const auto& [url, versions] : by_url) WriteCodeSystem(list, versions);
    }
    WriteExpansionCapability(root);
    root.Text("codeSearch", "in-compose");  // the search parameter code of ValueSet
    root.Sub("validateCode").Bool("translations", true);
    // A map may be named, and is found by its systems where none is.
    if (HasOperation("translate")) root.Sub("translation").Bool("needsMap", false);
    if (HasOperation("closure")) root.Sub("closure").Bool("translation", false);
  }
  return ToVersion(text, version);
}

std::string WriteVersions(FhirVersion version) {
  const std::string_view code = InfoOf(version).short_form;
  return base::Concat(
      {R"({"resourceType":"Parameters","parameter":[{"name":"version","valueCode":")", code,
       R"("},{"name":"default","valueCode":")", code, R"("}]})"});
}

}  // namespace chemoterm::fhir
