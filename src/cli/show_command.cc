#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/resource_head.h"
#include "cli/text_layout.h"
#include "json/writer.h"

namespace chemoterm::cli {
namespace {

struct ShowOptions {
  std::string type;
  std::string id;
};

std::string Section(std::string_view title, const Table& table, std::size_t width) {
  std::string text = LayoutTable(table, width);
  if (text.empty()) {
    for (const auto& row : table.rows) {
      std::vector<Pair> pairs;
      pairs.reserve(row.size());
      for (std::size_t i = 0; i < row.size(); ++i) pairs.emplace_back(table.head[i], row[i]);
      text += LayoutPairs(pairs, 2, width) + "\n";
    }
  }
  return base::Concat({"\n", title, " (", base::ToText(table.rows.size()), ")\n", text});
}

absl::StatusOr<std::vector<std::pair<std::string_view, std::int32_t>>> CountResources(
    const Engine& engine) {
  std::vector<std::pair<std::string_view, std::int32_t>> counts;
  for (const std::string_view type : ResourceTypes()) {
    SearchResourcesRequest request;
    request.type = type;
    request.count = 0;
    ASSIGN_OR_RETURN(const auto found, engine.Run(CallContext{}, request));
    counts.emplace_back(type, found.value.total);
  }
  return counts;
}

std::string OverviewJson(const ContentInfo& content, const ListCodeSystemsResult& systems,
                         const ListPayersResult& payers,
                         const std::vector<std::pair<std::string_view, std::int32_t>>& counts) {
  std::string text;
  {
    json::Object root(&text);
    root.Text("version", content.version);
    root.Text("digest", content.digest);
    root.Text("canonicalBase", content.canonical_base);
    root.Int("concepts", content.concepts);
    {
      auto resources = root.Sub("resources");
      for (const auto& [type, count] : counts) resources.Int(type, count);
    }
    {
      auto list = root.List("codeSystems");
      for (const CodeSystemSummary& system : systems.code_systems) {
        auto item = list.Sub();
        item.Text("id", system.id);
        item.Text("url", system.url);
        item.Text("version", system.version);
        item.Text("content", system.content);
        item.Text("title", system.title);
        item.Int("concepts", system.concept_count);
      }
    }
    auto list = root.List("payers");
    for (const PayerSummary& payer : payers.payers) {
      auto item = list.Sub();
      item.Text("slug", payer.slug);
      item.Text("name", payer.name);
      item.Text("type", payer.type);
      item.Int("notes", payer.note_count);
    }
  }
  return text;
}

absl::Status ShowOverview(Session& session, const Engine& engine) {
  ASSIGN_OR_RETURN(const auto systems, engine.Run(CallContext{}, ListCodeSystemsRequest{}));
  ASSIGN_OR_RETURN(const auto payers, engine.Run(CallContext{}, ListPayersRequest{}));
  ASSIGN_OR_RETURN(const auto counts, CountResources(engine));
  const ContentInfo content = engine.Describe();
  if (session.content.json) {
    session.streams.out << PrettyLine(OverviewJson(content, systems.value, payers.value, counts));
    return {};
  }
  const std::size_t width = session.streams.width;
  Table resources{{"type", "count"}, {}};
  for (const auto& [type, count] : counts)
    resources.rows.push_back({std::string(type), base::ToText(count)});
  Table code_systems{{"id", "version", "content", "concepts", "title"}, {}};
  for (const CodeSystemSummary& system : systems.value.code_systems) {
    code_systems.rows.push_back({std::string(system.id), std::string(system.version),
                                 std::string(system.content), base::ToText(system.concept_count),
                                 std::string(system.title)});
  }
  Table payer_table{{"payer", "name", "type", "plans", "notes"}, {}};
  for (const PayerSummary& payer : payers.value.payers) {
    payer_table.rows.push_back({std::string(payer.slug), std::string(payer.name),
                                std::string(payer.type), base::ToText(payer.plans.size()),
                                base::ToText(payer.note_count)});
  }
  session.streams.out << LayoutPairs({{"content", session.content.dir},
                                      {"version", content.version},
                                      {"digest", content.digest},
                                      {"concepts", base::ToText(content.concepts)}},
                                     0, width)
                      << Section("resources", resources, width)
                      << Section("code systems", code_systems, width)
                      << Section("payers", payer_table, width);
  return {};
}

// The type as the engine spells it; as given when it has none such, so that the engine says so.
std::string SpelledType(std::string_view type) {
  for (const std::string_view known : ResourceTypes()) {
    if (base::EqualsIgnoringCase(known, type)) return std::string(known);
  }
  return std::string(type);
}

absl::Status ShowList(Session& session, const Engine& engine, const std::string& type) {
  constexpr std::int32_t kPage = 200;
  SearchResourcesRequest request;
  request.type = type;
  request.count = kPage;
  Table table{{"id", "version", "status", "title"}, {}};
  std::string json;
  {
    json::Array list(&json);
    for (std::int32_t total = 1; request.offset < total; request.offset += kPage) {
      ASSIGN_OR_RETURN(const auto page, engine.Run(CallContext{}, request));
      total = page.value.total;
      for (const ResourceView& resource : page.value.resources) {
        list.Raw(resource.json);
        ResourceHead head;
        RETURN_IF_ERROR(json::ReadObject(resource.json, {.max_bytes = resource.json.size()}, head));
        std::string title = head.TextOf("title");
        if (title.empty()) title = head.TextOf("name");
        table.rows.push_back({std::string(resource.id), head.TextOf("version"),
                              head.TextOf("status"), std::move(title)});
      }
    }
  }
  if (session.content.json) {
    session.streams.out << PrettyLine(json);
  } else {
    session.streams.out << Section(type, table, session.streams.width).substr(1);
  }
  return {};
}

absl::Status Show(Session& session, const ShowOptions& options) {
  ASSIGN_OR_RETURN(const Engine* engine, session.OpenEngine());
  if (options.type.empty()) return ShowOverview(session, *engine);
  const std::string type = SpelledType(options.type);
  if (options.id.empty()) return ShowList(session, *engine, type);
  ASSIGN_OR_RETURN(const auto resource,
                   engine->Run(CallContext{}, ReadResourceRequest{type, options.id}));
  session.streams.out << PrettyLine(resource.value.json);
  return {};
}

}  // namespace

void AddShowCommand(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("show", "Show what is loaded, a type's resources, or one resource");
  auto options = std::make_shared<ShowOptions>();
  std::string types = "Resource type: ";
  types += base::Join(ResourceTypes(), ", ");
  command->add_option("type", options->type, types)->type_name("TYPE");
  command->add_option("id", options->id, "Id of the resource, which is printed as FHIR JSON")
      ->type_name("ID");
  AddContentOptions(*command, session);
  command->callback([&session, options] {
    if (const absl::Status status = Show(session, *options); !status.ok()) session.Report(status);
  });
}

}  // namespace chemoterm::cli
