#include "gateway/cds_hooks.h"

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
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

bool IsCdsHooks(Endpoint endpoint) {
  return endpoint == Endpoint::kCdsDiscovery || endpoint == Endpoint::kCdsService ||
         endpoint == Endpoint::kCdsFeedback;
}

// The URL that was called, as clients know it.
std::string CalledUrl(const Exchange& exchange) {
  std::string url = base::Concat({exchange.options.base_url, "/cds-services"});
  if (exchange.route.endpoint == Endpoint::kCdsDiscovery) return url;
  url += base::Concat({"/", exchange.route.id});
  if (exchange.route.endpoint == Endpoint::kCdsFeedback) url += "/feedback";
  return url;
}

// Empty where there is none.
std::string_view BearerToken(const HttpRequest& request) {
  const auto [scheme, token] = base::SplitOnce(request.header("Authorization"), ' ');
  return base::EqualsIgnoringCase(scheme, "Bearer") ? base::Trim(token) : std::string_view{};
}

}  // namespace

absl::Status Authenticate(Exchange& exchange) {
  if (exchange.options.tokens == nullptr || exchange.authenticated ||
      !IsCdsHooks(exchange.route.endpoint)) {
    return {};
  }
  const std::string_view token = BearerToken(exchange.http);
  if (token.empty()) {
    return Fail(Reason::kUnauthenticated,
                "A token is needed here: 'Authorization: Bearer', then a JSON Web Token.");
  }
  RETURN_IF_ERROR(exchange.options.tokens->Check(token, CalledUrl(exchange), &exchange.detail));
  exchange.authenticated = true;
  return {};
}

std::string Challenge(const Exchange& exchange) {
  return BearerToken(exchange.http).empty() ? "Bearer" : R"(Bearer error="invalid_token")";
}

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
