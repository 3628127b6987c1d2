// CDS Hooks by HTTP: discovery, the services and their feedback.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "gateway/exchange.h"

namespace chemoterm::gateway {

// Sets label and allow; fails where there is no such service.
absl::Status ResolveCdsHooks(Exchange& exchange);

// Answers discovery, a call of a service or a report of feedback, in plain JSON.
absl::StatusOr<FhirReply> RunCdsHooks(Exchange& exchange);

}  // namespace chemoterm::gateway
