#include "gateway/dispatch.h"

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "fhir/outcome.h"
#include "gateway/batch.h"
#include "gateway/batch_validate.h"
#include "gateway/cds_hooks.h"
#include "gateway/echo.h"
#include "gateway/metadata.h"
#include "gateway/negotiation.h"
#include "gateway/op_handler.h"
#include "gateway/resources.h"

namespace chemoterm::gateway {
namespace {

constexpr std::string_view kRead = "GET, HEAD, OPTIONS";
constexpr std::string_view kPost = "POST, OPTIONS";
constexpr std::string_view kReadOrPost = "GET, HEAD, POST, OPTIONS";

// The one operation that asks nothing of the engine.
constexpr std::string_view kVersions = "versions";

bool IsAllowedAt(const Levels& levels, const Route& route) {
  if (route.type.empty()) return levels.system;
  return route.id.empty() ? levels.type : levels.instance;
}

absl::Status ResolveOperation(Exchange& exchange) {
  const Route& route = exchange.route;
  exchange.allow = kReadOrPost;
  if (route.type.empty() && route.operation == kVersions) {
    exchange.label = kVersions;
    return {};
  }
  if (route.type == "ValueSet" && route.id.empty() && route.operation == kBatchValidate) {
    exchange.label = "validate-code";
    exchange.allow = kPost;
    return {};
  }
  const OperationRow* row = FindOperation(route.type, route.operation);
  if (row == nullptr) {
    return Fail(Reason::kUnknownRoute,
                base::Concat({"There is no operation $", Echo(route.operation),
                              route.type.empty() ? "" : " of ", route.type, "."}));
  }
  if (!IsAllowedAt(fhir::LevelsOf(*row->info, route.version), route)) {
    return Fail(Reason::kUnknownRoute,
                base::Concat({"$", row->info->name, " cannot be called at this level in FHIR ",
                              fhir::InfoOf(route.version).short_form, "."}));
  }
  exchange.operation = row;
  exchange.label = row->info->name;
  if (row->info->affects_state) exchange.allow = kPost;
  return {};
}

absl::Status ResolveType(Exchange& exchange, std::string_view label, std::string_view allow) {
  if (!IsServedType(exchange.route.type)) {
    return Fail(
        Reason::kUnknownRoute,
        base::Concat({"Resources of type ", Echo(exchange.route.type), " are not served."}));
  }
  exchange.label = label;
  exchange.allow = allow;
  return {};
}

// `method` is one of `allow`, a list as in the header.
bool IsListed(std::string_view allow, std::string_view method) {
  while (!allow.empty()) {
    const auto [first, rest] = base::SplitOnce(allow, ',');
    if (base::Trim(first) == method) return true;
    allow = rest;
  }
  return false;
}

absl::Status CheckMethod(const Exchange& exchange) {
  const std::string_view method = exchange.http.method();
  if (IsListed(exchange.allow, method)) return {};
  return Fail(Reason::kMethodNotAllowed, base::Concat({"This path does not take ", Echo(method, 20),
                                                       "; it takes ", exchange.allow, "."}));
}

absl::Status ReadQuery(Exchange& exchange) {
  if (exchange.route.query.empty()) return {};
  ASSIGN_OR_RETURN(exchange.query, fhir::ReadQuery(exchange.route.query));
  const std::string_view pretty = exchange.query.Control("_pretty");
  exchange.pretty = pretty == "true";
  if (pretty.empty() || exchange.pretty || pretty == "false") return {};
  return Fail(Reason::kInvalidParameter,
              base::Concat({"'", Echo(pretty, 40), "' is neither true nor false."}),
              "http._pretty");
}

absl::Status Negotiate(Exchange& exchange) {
  exchange.strict = PrefersStrict(exchange.http.header("Prefer"));
  std::string_view format;
  bool has_format = false;
  for (const auto& [name, value] : exchange.query.controls) {
    if (name != "_format") continue;
    format = value;
    has_format = true;
  }
  ASSIGN_OR_RETURN(exchange.content_type,
                   NegotiateContentType(exchange.http.header("Accept"), has_format, format,
                                        fhir::InfoOf(exchange.route.version).short_form));
  return {};
}

absl::StatusOr<FhirReply> Answer(Exchange& exchange) {
  switch (exchange.route.endpoint) {
    case Endpoint::kBase:
      return RunBatch(exchange);
    case Endpoint::kMetadata:
      return ReadMetadata(exchange);
    case Endpoint::kType:
    case Endpoint::kSearch:
      return SearchResources(exchange);
    case Endpoint::kInstance:
      return ReadResource(exchange);
    case Endpoint::kOperation:
      if (exchange.operation != nullptr) return RunOperation(exchange);
      return exchange.route.type.empty() ? ListVersions(exchange) : RunBatchValidate(exchange);
    case Endpoint::kCdsDiscovery:
    case Endpoint::kCdsService:
    case Endpoint::kCdsFeedback:
      return RunCdsHooks(exchange);
    case Endpoint::kHealth:
    case Endpoint::kReady:
      break;  // no FHIR; answered before
  }
  return Fail(Reason::kUnknownRoute, "There is nothing here.");
}

}  // namespace

absl::Status Resolve(Exchange& exchange) {
  switch (exchange.route.endpoint) {
    case Endpoint::kHealth:
    case Endpoint::kReady:
      exchange.allow = kRead;
      return {};
    case Endpoint::kBase:
      exchange.label = "batch";
      exchange.allow = kPost;
      return {};
    case Endpoint::kMetadata:
      exchange.label = "metadata";
      exchange.allow = kRead;
      return {};
    case Endpoint::kOperation:
      return ResolveOperation(exchange);
    case Endpoint::kType:
      return ResolveType(exchange, "search", kRead);
    case Endpoint::kSearch:
      return ResolveType(exchange, "search", kPost);
    case Endpoint::kInstance:
      return ResolveType(exchange, "read", kRead);
    case Endpoint::kCdsDiscovery:
    case Endpoint::kCdsService:
    case Endpoint::kCdsFeedback:
      return ResolveCdsHooks(exchange);
  }
  return {};
}

absl::StatusOr<FhirReply> Dispatch(Exchange& exchange) {
  const absl::Status resolved = Resolve(exchange);
  RETURN_IF_ERROR(Authenticate(exchange));  // strangers are told nothing else
  RETURN_IF_ERROR(resolved);
  RETURN_IF_ERROR(CheckMethod(exchange));
  RETURN_IF_ERROR(ReadQuery(exchange));
  if (exchange.route.in_base()) RETURN_IF_ERROR(Negotiate(exchange));
  return Answer(exchange);
}

FhirReply WriteFailure(const absl::Status& status, Exchange& exchange) {
  Failure failure = FailureOf(status);
  if (failure.reason == Reason::kInternal) {
    exchange.detail = base::FromAbsl(status.message());
    failure.text =
        base::Concat({"The service met an unexpected condition. Please report the request id ",
                      exchange.request_id, "."});
  }
  // The text of a failure may quote input; what leaves is UTF-8 in any case.
  if (!base::IsValidUtf8(failure.text)) failure.text = Echo(failure.text, failure.text.size());
  if (!base::IsValidUtf8(failure.where)) failure.where.clear();
  const bool from_query = exchange.is_get() || exchange.http.body().empty() ||
                          exchange.route.endpoint == Endpoint::kSearch;
  FhirReply reply;
  reply.status = InfoOf(failure.reason).http;
  reply.body = fhir::WriteOutcome(
      failure, {.canonical_base = CanonicalBase(exchange), .from_query = from_query});
  return reply;
}

}  // namespace chemoterm::gateway
