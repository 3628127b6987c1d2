#include "gateway/resources.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "fhir/op_definition.h"
#include "fhir/resource_writer.h"
#include "gateway/cache.h"
#include "gateway/conditional.h"
#include "gateway/negotiation.h"
#include "gateway/search_query.h"

namespace chemoterm::gateway {
namespace {

constexpr std::string_view kDefinitionType = "OperationDefinition";

// OperationDefinitions come from the tables and not from the content, so they are searched here.
constexpr std::array<SearchParamInfo, 6> kDefinitionParams = {{
    {kDefinitionType, "_id", SearchKind::kToken, "Id."},
    {kDefinitionType, "url", SearchKind::kUri, "Canonical."},
    {kDefinitionType, "name", SearchKind::kString, "Name for computers."},
    {kDefinitionType, "title", SearchKind::kString, "Name for people."},
    {kDefinitionType, "code", SearchKind::kToken, "Name used in URLs."},
    {kDefinitionType, "status", SearchKind::kToken, "Always active."},
}};

std::vector<fhir::OperationDefinition> DefinitionsOf(const Exchange& exchange) {
  const std::string canonical_base = CanonicalBase(exchange);
  return fhir::OperationDefinitions(
      {canonical_base, exchange.options.software_version, exchange.options.release_date},
      exchange.route.version);
}

// The text that a criterion on `name` looks at.
std::string_view FieldOf(const fhir::OperationDefinition& definition, std::string_view name) {
  if (name == "_id") return definition.id;
  if (name == "url") return definition.url;
  if (name == "name") return definition.name;
  if (name == "title") return definition.title;
  if (name == "code") return definition.code;
  return "active";
}

// Strings match by their start whatever the case, `:exact` and the other kinds as a whole; a token
// may have a system.
bool Matches(const fhir::OperationDefinition& definition, const SearchCriterion& criterion) {
  const std::string_view field = FieldOf(definition, criterion.name);
  const bool is_string = criterion.name == "name" || criterion.name == "title";
  return std::any_of(criterion.values.begin(), criterion.values.end(), [&](std::string_view value) {
    if (!is_string)
      return value == field || (criterion.name != "url" && value.ends_with(field) &&
                                value[value.size() - field.size() - 1] == '|');
    if (criterion.modifier == "exact") return value == field;
    const std::string text = base::ToLower(field), part = base::ToLower(value);
    if (criterion.modifier == "contains") return text.find(part) != std::string::npos;
    return text.starts_with(part);
  });
}

absl::Status CheckDefinitionSearch(const SearchResourcesRequest& request) {
  for (const auto& criterion : request.criteria) {
    const bool is_string = criterion.name == "name" || criterion.name == "title";
    const bool fits =
        criterion.modifier.empty() ||
        (is_string && (criterion.modifier == "exact" || criterion.modifier == "contains"));
    if (fits) continue;
    return Fail(Reason::kInvalidParameter,
                base::Concat({"'", criterion.name, "' has no such modifier."}),
                base::Concat({"http.", criterion.name}));
  }
  if (request.sort.empty() || request.sort == "_id") return {};
  return Fail(Reason::kInvalidParameter, "OperationDefinitions are sorted by _id only.",
              "http._sort");
}

absl::StatusOr<std::string> SearchDefinitions(const Exchange& exchange, const SearchQuery& query) {
  RETURN_IF_ERROR(CheckDefinitionSearch(query.request));
  const auto definitions = DefinitionsOf(exchange);
  std::vector<ResourceView> found;
  std::int32_t total = 0;
  for (const auto& definition : definitions) {
    const auto& criteria = query.request.criteria;
    if (!std::all_of(criteria.begin(), criteria.end(),
                     [&](const auto& criterion) { return Matches(definition, criterion); })) {
      continue;
    }
    const std::int32_t index = total++;
    if (index < query.request.offset || index - query.request.offset >= query.request.count)
      continue;
    found.push_back({kDefinitionType, definition.id, {}, {}, definition.json});
  }
  const std::string base_url = BaseUrl(exchange);
  return fhir::WriteSearchsetOf(found, total, LinksOf(query, total, base_url), base_url,
                                query.shape);
}

absl::StatusOr<std::string> SearchLoaded(const Exchange& exchange, const SearchQuery& query) {
  ASSIGN_OR_RETURN(const auto answer, exchange.engine.Run(exchange.call, query.request));
  const std::string base_url = BaseUrl(exchange);
  return fhir::WriteSearchset(answer.value, LinksOf(query, answer.value.total, base_url), base_url,
                              query.shape, query.total);
}

absl::StatusOr<std::string> Search(const Exchange& exchange, const fhir::ParameterList& form) {
  const bool definitions = exchange.route.type == kDefinitionType;
  ASSIGN_OR_RETURN(
      const SearchQuery query,
      ReadSearch(exchange, form,
                 definitions ? kDefinitionParams : SearchParamsOf(exchange.route.type)));
  return definitions ? SearchDefinitions(exchange, query) : SearchLoaded(exchange, query);
}

absl::StatusOr<FhirReply> ReadDefinition(Exchange& exchange, const fhir::ResourceOptions& shape) {
  for (const auto& definition : DefinitionsOf(exchange)) {
    if (definition.id != exchange.route.id) continue;
    return Computed(exchange, [&]() -> absl::StatusOr<std::string> {
      if (!shape.subsets()) return definition.json;
      return fhir::WriteResource({kDefinitionType, definition.id, {}, {}, definition.json}, shape);
    });
  }
  return Fail(Reason::kUnknownResource,
              base::Concat({"There is no OperationDefinition/", exchange.route.id, "."}));
}

// If-None-Match is the better condition: with it, If-Modified-Since is not looked at (RFC
// 9110, 13.1.3).
bool IsHeld(const HttpRequest& http, const FhirReply& reply) {
  const std::string_view tags = http.header("If-None-Match");
  if (!tags.empty()) return NamesTag(tags, reply.etag);
  const auto since = ParseHttpDate(http.header("If-Modified-Since"));
  const auto modified = ParseHttpDate(HttpDate(reply.last_modified));
  return since.has_value() && modified.has_value() && *modified <= *since;
}

}  // namespace

bool IsServedType(std::string_view type) {
  const auto types = ResourceTypes();
  return type == kDefinitionType || std::find(types.begin(), types.end(), type) != types.end();
}

absl::StatusOr<FhirReply> ReadResource(Exchange& exchange) {
  ASSIGN_OR_RETURN(const fhir::ResourceOptions shape,
                   ReadShape(exchange.query, exchange.route.version));
  if (shape.summary == fhir::Summary::kCount) {
    return Fail(Reason::kInvalidParameter, "_summary=count is for searches.", "http._summary");
  }
  if (exchange.route.type == kDefinitionType) return ReadDefinition(exchange, shape);
  ASSIGN_OR_RETURN(const auto answer,
                   exchange.engine.Run(
                       exchange.call, ReadResourceRequest{exchange.route.type, exchange.route.id}));
  FhirReply reply;
  reply.etag = WeakTag(answer.value.version_id);
  reply.last_modified = answer.value.last_modified;
  if (IsHeld(exchange.http, reply)) {
    reply.status = 304;
    return reply;
  }
  reply.body = fhir::WriteResource(answer.value, shape);
  return reply;
}

absl::StatusOr<FhirReply> SearchResources(Exchange& exchange) {
  if (exchange.is_get()) return Computed(exchange, [&] { return Search(exchange, {}); });
  FhirReply reply;
  fhir::ParameterList form;
  if (!exchange.http.body().empty()) {
    RETURN_IF_ERROR(CheckContentType(exchange.http.header("Content-Type"),
                                     exchange.http.header("Content-Encoding"), BodyKind::kForm,
                                     fhir::InfoOf(exchange.route.version).short_form));
    ASSIGN_OR_RETURN(form, fhir::ReadQuery(exchange.http.body()));
  }
  ASSIGN_OR_RETURN(reply.body, Search(exchange, form));
  return reply;
}

}  // namespace chemoterm::gateway
