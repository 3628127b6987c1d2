// What each RPC does, from proto message to proto message. services.cc, item_streams.cc and
// expand_stream.cc call these.
#pragma once

#include <absl/status/status.h>

#include "chemoterm/reason.h"
#include "rpc/call.h"
#include "rpc/convert.h"
#include "rpc/status.h"

namespace chemoterm::rpc {

inline constexpr int kMaxBatch = 1000;

inline absl::Status TooManyWait() {
  return Fail(Reason::kTooManyRequests, "As many long requests wait as may; try again soon.");
}

// Any operation, with its request read already. The answer may point into the request.
template <class Request, class PbResponse>
  requires requires { Params<Request>::kAll; }
absl::Status Execute(const Call& call, const Request& request, PbResponse& response) {
  const auto answer = call.engine().Run(call.context(), request);
  if (!answer.ok()) return answer.status();
  ToProto(answer->value, response);
  ToProto(answer->issues, *response.mutable_issues());
  return absl::OkStatus();
}

// Any operation.
template <class PbRequest, class PbResponse>
absl::Status Execute(const Call& call, const PbRequest& proto, PbResponse& response) {
  const auto request = ToRequest(proto);
  return Execute(call, request, response);
}

// One item of a batch or stream: an answer or an error of its own.
template <class PbRequest, class Outcome>
void ExecuteItem(const Call& call, const PbRequest& item, Outcome& outcome) {
  const auto status = Execute(call, item, *outcome.mutable_response());
  if (!status.ok()) *outcome.mutable_error() = ToProtoStatus(status, call.request_id());
}

// Batches. Fails as a whole when the deadline passes or the caller goes.
template <class PbRequest, class PbResponse>
absl::Status ExecuteBatch(const Call& call, const PbRequest& batch, PbResponse& response) {
  if (batch.items().empty()) return Fail(Reason::kMissingParameter, "items is empty.", "items");
  if (batch.items_size() > kMaxBatch) {
    return Fail(Reason::kInvalidParameter, "A batch has at most 1,000 items.", "items");
  }
  response.mutable_results()->Reserve(batch.items_size());
  for (const auto& item : batch.items()) {
    if (auto alive = call.Alive(); !alive.ok()) return alive;
    ExecuteItem(call, item, *response.add_results());
  }
  return absl::OkStatus();
}

inline absl::Status Execute(const Call& call, const terminology::v1::BatchLookupCodesRequest& batch,
                            terminology::v1::BatchLookupCodesResponse& response) {
  return ExecuteBatch(call, batch, response);
}
inline absl::Status Execute(const Call& call,
                            const terminology::v1::BatchValidateCodesRequest& batch,
                            terminology::v1::BatchValidateCodesResponse& response) {
  return ExecuteBatch(call, batch, response);
}

// Lists and single resources.
absl::Status Execute(const Call& call, const terminology::v1::ListCodeSystemsRequest& request,
                     terminology::v1::ListCodeSystemsResponse& response);
absl::Status Execute(const Call& call, const terminology::v1::GetCodeSystemRequest& request,
                     terminology::v1::GetCodeSystemResponse& response);
absl::Status Execute(const Call& call, const coverage::v1::GetCoverageNoteRequest& request,
                     coverage::v1::GetCoverageNoteResponse& response);
absl::Status Execute(const Call& call, const coverage::v1::ListPayersRequest& request,
                     coverage::v1::ListPayersResponse& response);

}  // namespace chemoterm::rpc
