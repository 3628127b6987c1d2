// What the server says of itself.
#pragma once

#include <absl/status/statusor.h>

#include "gateway/exchange.h"

namespace chemoterm::gateway {

// GET metadata; `mode`: full (default), normative, terminology.
absl::StatusOr<FhirReply> ReadMetadata(Exchange& exchange);

// GET or POST $versions; a body is not looked at, since the operation takes no parameters.
absl::StatusOr<FhirReply> ListVersions(Exchange& exchange);

}  // namespace chemoterm::gateway
