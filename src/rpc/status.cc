#include "rpc/status.h"

#include "base/text.h"
#include "chemoterm/reason.h"
#include "google/rpc/error_details.pb.h"

namespace chemoterm::rpc {
namespace {

constexpr char kDomain[] = "chemoterm";

std::string MessageOf(const Failure& failure, std::string_view request_id) {
  if (failure.reason != Reason::kInternal) return failure.text;
  return base::Concat({"The service met an unexpected condition (request ", request_id, ")."});
}

google::rpc::ErrorInfo ErrorInfoOf(const Failure& failure, std::string_view request_id) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(InfoOf(failure.reason).name));
  info.set_domain(kDomain);
  auto& metadata = *info.mutable_metadata();
  if (failure.reason == Reason::kInternal) {
    metadata["request_id"] = request_id;
    return info;
  }
  if (!failure.where.empty()) metadata["where"] = FieldPath(failure.where);
  if (!failure.message_id.empty()) metadata["message_id"] = failure.message_id;
  return info;
}

}  // namespace

std::string FieldPath(std::string_view where) {
  std::string path;
  if (where.starts_with("system-version")) path = "default_";
  bool in_capitals = true;  // no capital begins another word behind one, nor at the start of a name
  for (const char c : where) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital && !in_capitals) path += '_';
    path += is_capital ? static_cast<char>(c - 'A' + 'a') : c == '-' ? '_' : c;
    in_capitals = is_capital || c == '-' || c == '.' || c == '_';
  }
  return path;
}

google::rpc::Status ToProtoStatus(const absl::Status& status, std::string_view request_id) {
  google::rpc::Status proto;
  if (status.ok()) return proto;
  const Failure failure = FailureOf(status);
  const auto code = InfoOf(failure.reason).grpc;
  proto.set_code(static_cast<int>(code));
  proto.set_message(MessageOf(failure, request_id));
  proto.add_details()->PackFrom(ErrorInfoOf(failure, request_id));
  if (code == absl::StatusCode::kInvalidArgument && !failure.where.empty()) {
    google::rpc::BadRequest bad;
    auto& violation = *bad.add_field_violations();
    violation.set_field(FieldPath(failure.where));
    violation.set_description(failure.text);
    proto.add_details()->PackFrom(bad);
  }
  return proto;
}

grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view request_id) {
  if (status.ok()) return grpc::Status::OK;
  const auto proto = ToProtoStatus(status, request_id);
  return {static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString()};
}

}  // namespace chemoterm::rpc
