// Failures as gRPC sends them: the one table of reasons (chemoterm/reason.h) put into
// google.rpc.Status.
#pragma once

#include <absl/status/status.h>
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "google/rpc/status.pb.h"

namespace chemoterm::rpc {

// The failure with an ErrorInfo and, where a field of the request is at fault, a BadRequest. Of an
// internal error it tells only a fixed sentence and the request id. An OK status gives an empty
// message.
google::rpc::Status ToProtoStatus(const absl::Status& status, std::string_view request_id);

// The same as status of a call; the message above travels in grpc-status-details-bin.
grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view request_id);

// The proto path of a FHIR parameter path: "codeableConcept.coding[0]" is
// "codeable_concept.coding[0]", "lenient-display-validation" is "lenient_display_validation", and a
// run of capitals is one word: "excludeNotForUI" is "exclude_not_for_ui". FHIR's "system-version"
// is "default_system_version", since "systemVersion" is another parameter.
std::string FieldPath(std::string_view where);

}  // namespace chemoterm::rpc
