// Answers that are kept: what an operation answers to a GET follows from the request, the content
// and the day alone (docs/adr/0008-kept-answers.md).
#pragma once

#include <string>
#include <string_view>

#include "gateway/exchange.h"
#include "gateway/http_server.h"

namespace chemoterm::gateway {

struct KeptAnswer {
  std::string_view label;  // of RequestRecord; from a fixed table
  fhir::FhirVersion version;
  std::string content_type;
  std::string etag;
  std::string body;
};

// All that the answer to a GET depends on; empty for a request that is too long to keep. The view
// is valid until the next call on this thread.
std::string_view KeyOf(const HttpRequest& request, std::string_view digest);

// True when the answer to the request may be kept: one of an operation, computed in full from the
// content named by the exchange's digest.
bool CanKeep(const Exchange& exchange, const HttpReply& reply);

}  // namespace chemoterm::gateway
