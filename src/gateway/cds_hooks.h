// CDS Hooks by HTTP: discovery, the services and their feedback.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>

#include "gateway/exchange.h"

namespace chemoterm::gateway {

// Sets label and allow; fails where there is no such service.
absl::Status ResolveCdsHooks(Exchange& exchange);

// Checks the token of a call of CDS Hooks where the options want one; other routes need none.
absl::Status Authenticate(Exchange& exchange);

// What to send as WWW-Authenticate with a 401 (RFC 6750, 3).
std::string Challenge(const Exchange& exchange);

// Answers discovery, a call of a service or a report of feedback, in plain JSON.
absl::StatusOr<FhirReply> RunCdsHooks(Exchange& exchange);

}  // namespace chemoterm::gateway
