#include "gateway/cds_hooks.h"

#include "base/status_macros.h"
#include "gateway/negotiation.h"
#include "hooks/hooks.h"

namespace chemoterm::gateway {
namespace {

absl::Status CheckBody(const Exchange& exchange) {
  return CheckContentType(exchange.http.header("Content-Type"),
                          exchange.http.header("Content-Encoding"), BodyKind::kJson, {});
}

absl::StatusOr<std::string> CallService(const Exchange& exchange) {
  RETURN_IF_ERROR(CheckBody(exchange));
  ASSIGN_OR_RETURN(const hooks::Service* service, hooks::FindService(exchange.route.id));
  return hooks::Answer(exchange.engine, exchange.call, *service, exchange.http.body());
}

// The specification asks for 200 and says nothing of a body; an empty object can be parsed by all.
absl::StatusOr<std::string> TakeFeedback(const Exchange& exchange) {
  RETURN_IF_ERROR(CheckBody(exchange));
  RETURN_IF_ERROR(hooks::ReadFeedback(exchange.http.body()));
  return "{}";
}

}  // namespace

absl::Status ResolveCdsHooks(Exchange& exchange) {
  exchange.label = "cds-hooks";
  const bool is_discovery = exchange.route.endpoint == Endpoint::kCdsDiscovery;
  exchange.allow = is_discovery ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
  if (is_discovery) return {};
  return hooks::FindService(exchange.route.id).status();
}

absl::StatusOr<FhirReply> RunCdsHooks(Exchange& exchange) {
  ASSIGN_OR_RETURN(exchange.content_type, NegotiateJson(exchange.http.header("Accept")));
  FhirReply reply;
  if (exchange.route.endpoint == Endpoint::kCdsDiscovery) {
    reply.body = hooks::Discovery();
    return reply;
  }
  const bool is_feedback = exchange.route.endpoint == Endpoint::kCdsFeedback;
  ASSIGN_OR_RETURN(reply.body, is_feedback ? TakeFeedback(exchange) : CallService(exchange));
  return reply;
}

}  // namespace chemoterm::gateway
