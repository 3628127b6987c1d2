// ValueSet/$batch-validate-code: many validations in one request. Each is a Parameters of its own,
// read and answered as $validate-code would.
#pragma once

#include <absl/status/statusor.h>

#include "gateway/exchange.h"

namespace chemoterm::gateway {

// The name of the operation, without the dollar; it is one of ValueSet's.
inline constexpr std::string_view kBatchValidate = "batch-validate-code";

// Parameters beside `validation` hold for every validation that does not give them itself. The
// answer has one `validation` for each, in the same order: Parameters, or the OperationOutcome of
// one that could not be done.
absl::StatusOr<FhirReply> RunBatchValidate(Exchange& exchange);

}  // namespace chemoterm::gateway
