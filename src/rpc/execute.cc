#include "rpc/execute.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "rpc/paging.h"

namespace chemoterm::rpc {
namespace {

namespace tv = terminology::v1;
namespace cv = coverage::v1;

template <class Request, class Row, class Response, class Message>
absl::Status FillPage(const Call& call, const Request& request, const std::vector<Row>& rows,
                      Response& response,
                      google::protobuf::RepeatedPtrField<Message>* (Response::*field)()) {
  const auto page = PageOf(request.page_size(), request.page_token(), rows.size(), call.digest());
  if (!page.ok()) return page.status();
  for (std::size_t i = page->first; i < page->last; ++i) {
    ToProto(rows[i], *(response.*field)()->Add());
  }
  response.set_next_page_token(page->next_token);
  response.set_total_size(static_cast<std::int32_t>(rows.size()));
  return absl::OkStatus();
}

}  // namespace

absl::Status Execute(const Call& call, const tv::ListCodeSystemsRequest& request,
                     tv::ListCodeSystemsResponse& response) {
  const auto answer = call.engine().Run(call.context(), ListCodeSystemsRequest{});
  if (!answer.ok()) return answer.status();
  ToProto(answer->issues, *response.mutable_issues());
  return FillPage(call, request, answer->value.code_systems, response,
                  &tv::ListCodeSystemsResponse::mutable_code_systems);
}

absl::Status Execute(const Call& call, const tv::GetCodeSystemRequest& request,
                     tv::GetCodeSystemResponse& response) {
  if (request.id().empty()) return Fail(Reason::kMissingParameter, "id is empty.", "id");
  const auto answer = call.engine().Run(call.context(), ListCodeSystemsRequest{});
  if (!answer.ok()) return answer.status();
  const auto& systems = answer->value.code_systems;
  const auto found = std::find_if(systems.begin(), systems.end(),
                                  [&](const auto& system) { return system.id == request.id(); });
  if (found == systems.end()) {
    return Fail(Reason::kUnknownResource,
                base::Concat({"No code system has the id \"", base::Clip(request.id(), 64), "\"."}),
                "id");
  }
  ToProto(*found, *response.mutable_code_system());
  ToProto(answer->issues, *response.mutable_issues());
  if (!request.include_resource()) return absl::OkStatus();
  const auto resource =
      call.engine().Run(call.context(), ReadResourceRequest{"CodeSystem", request.id()});
  if (!resource.ok()) return resource.status();
  response.set_resource(std::string(resource->value.json));
  return absl::OkStatus();
}

absl::Status Execute(const Call& call, const cv::GetCoverageNoteRequest& request,
                     cv::GetCoverageNoteResponse& response) {
  if (request.id().empty()) return Fail(Reason::kMissingParameter, "id is empty.", "id");
  const auto answer = call.engine().GetCoverageNote(call.context(), request.id());
  if (!answer.ok()) return answer.status();
  ToProto(answer->value, *response.mutable_note());
  ToProto(answer->issues, *response.mutable_issues());
  return absl::OkStatus();
}

absl::Status Execute(const Call& call, const cv::ListPayersRequest& request,
                     cv::ListPayersResponse& response) {
  const auto answer = call.engine().Run(call.context(), ListPayersRequest{});
  if (!answer.ok()) return answer.status();
  ToProto(answer->issues, *response.mutable_issues());
  return FillPage(call, request, answer->value.payers, response,
                  &cv::ListPayersResponse::mutable_payers);
}

}  // namespace chemoterm::rpc
