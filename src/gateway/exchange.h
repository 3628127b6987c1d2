// A request on its way through the door: what is known of it so far.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chemoterm/engine.h"
#include "fhir/parameters.h"
#include "gateway/gateway.h"
#include "gateway/http_server.h"
#include "gateway/router.h"

namespace chemoterm::gateway {

struct OperationRow;

// Views live as long as the request's target and headers.
struct Exchange {
  Exchange(const Engine& its_engine, const GatewayOptions& its_options, const HttpRequest& request)
      : engine(its_engine), options(its_options), http(request) {}

  const Engine& engine;
  const GatewayOptions& options;
  const HttpRequest& http;
  std::string_view request_id;
  CallContext call;
  std::shared_ptr<const std::string> digest;  // of the content, read before the content is used
  Route route;

  // Set as soon as they are known, so that an error too is labelled and formatted.
  const OperationRow* operation = nullptr;
  std::string_view label = "other";  // for RequestRecord::operation
  std::string_view allow;            // the methods of the route
  std::string content_type;          // empty: not negotiated (yet)
  bool pretty = false;
  bool authenticated = false;  // the caller's token was accepted; it is not a second time
  bool strict = false;         // Prefer: handling=strict
  fhir::ParameterList query;   // of the URL
  std::string detail;          // what an internal error, or a refused token, is about; for the log

  bool is_get() const { return http.method() == "GET" || http.method() == "HEAD"; }
};

// What a FHIR request is answered with, before it becomes HTTP or an entry of a batch.
struct FhirReply {
  int status = 200;
  std::string body;
  std::string etag;
  std::string last_modified;  // instant
};

// The base's own URL: "https://tx.example.org/r4". Path-absolute ("/r4") when the Host header is
// not clean.
std::string BaseUrl(const Exchange& exchange);

// Our canonical base: the option's, else the content's.
std::string CanonicalBase(const Exchange& exchange);

// The value of an underscore parameter that may be given once; nothing if absent.
// kConflictingParameters if given again, kInvalidParameter if empty.
absl::StatusOr<std::optional<std::string_view>> SingleControl(const fhir::ParameterList& list,
                                                              std::string_view name);

}  // namespace chemoterm::gateway
