// Reading and searching resources: the loaded ones, and the OperationDefinitions of our own
// operations.
#pragma once

#include <absl/status/statusor.h>

#include <string_view>

#include "gateway/exchange.h"

namespace chemoterm::gateway {

// True for a type that this base serves.
bool IsServedType(std::string_view type);

// GET [type]/[id]
absl::StatusOr<FhirReply> ReadResource(Exchange& exchange);

// GET [type] and POST [type]/_search
absl::StatusOr<FhirReply> SearchResources(Exchange& exchange);

}  // namespace chemoterm::gateway
