// From a routed request to its answer. The same way for a request of its own and for an entry of a
// batch.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>

#include "gateway/exchange.h"

namespace chemoterm::gateway {

// Answers exchange.route. Fills label, allow, content_type and so on as it goes, so that a failure
// too can be written and reported.
absl::StatusOr<FhirReply> Dispatch(Exchange& exchange);

// Sets label, allow and operation. Fails where nothing is.
absl::Status Resolve(Exchange& exchange);

// A failure as the reply that tells of it; its HTTP status is in the reply. The detail of an
// internal one goes to exchange.detail, and the body carries the request id instead.
FhirReply WriteFailure(const absl::Status& status, Exchange& exchange);

}  // namespace chemoterm::gateway
