#include "rpc/call.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "rpc/status.h"

namespace chemoterm::rpc {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::size_t kMaxRequestId = 128;
// Below this a message fits one packet anyway.
constexpr std::size_t kCompressFrom = 1400;

constexpr std::size_t kMaxKeptRequest = 1024;
constexpr std::size_t kMaxKeptAnswer = 64 * 1024;

// gRPC keeps deadlines on the wall clock and says "none" with its end.
steady_clock::time_point SteadyDeadline(system_clock::time_point deadline,
                                        steady_clock::time_point now) {
  if (deadline == system_clock::time_point::max()) return steady_clock::time_point::max();
  const auto left = deadline - system_clock::now();
  if (left >= steady_clock::time_point::max() - now) return steady_clock::time_point::max();
  return now + left;
}

std::string_view MetadataOf(const grpc::CallbackServerContext& server, std::string_view key) {
  const auto& metadata = server.client_metadata();
  const auto found = metadata.find(grpc::string_ref(key.data(), key.size()));
  if (found == metadata.end()) return {};
  return {found->second.data(), found->second.size()};
}

bool IsRequestId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxRequestId &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

const Door& Door::For(const grpc::CallbackServerContext& server) const {
  if (chosen_by.empty()) return *this;
  const auto other = others.find(MetadataOf(server, chosen_by));
  return other == others.end() ? *this : *other->second;
}

Call::Call(const Door& door, grpc::CallbackServerContext& server, std::string_view operation)
    : door_(door.For(server)),
      server_(server),
      operation_(operation),
      start_(steady_clock::now()),
      request_id_(Metadata("x-request-id")),
      trace_(base::StartTrace(Metadata("traceparent"))),
      digest_(door_.engine.Digest()) {
  deadline_ = SteadyDeadline(server.deadline(), start_);
  context_.deadline = std::min(deadline_, start_ + door_.time_limit);
  context_.cancelled = &cancelled_;
  context_.accept_language = Metadata("accept-language");
  context_.max_expansion =
      base::ParseInt<std::size_t>(Metadata("x-too-costly-threshold")).value_or(0);
  if (!IsRequestId(request_id_)) request_id_ = base::NewRequestId();
  server.AddInitialMetadata("x-request-id", request_id_);
  server.AddInitialMetadata("traceparent", trace_.traceparent);
  server.AddInitialMetadata("chemoterm-content-digest", *digest_);
}

Call::Call(const Call& first, Continued /*unused*/)
    : door_(first.door_),
      server_(first.server_),
      operation_(first.operation_),
      start_(first.start_),
      deadline_(first.deadline_),
      context_(first.context_),
      request_id_(first.request_id_),
      trace_(first.trace_),
      digest_(first.digest_) {
  context_.slice_steps = 0;
  context_.cancelled = &cancelled_;
}

Call::Call(const Call& first, Part /*unused*/) : Call(first, Continued{}) {
  context_.cancelled = first.context_.cancelled;
  is_part_ = true;
}

void Call::Take(const Call& part, const grpc::ByteBuffer& answer) {
  request_bytes_ += part.request_bytes_;
  Count(answer);
}

void Call::RenewTime() {
  context_.deadline = std::min(deadline_, steady_clock::now() + door_.time_limit);
}

bool Call::IsCut(const absl::Status& status) const {
  return context_.slice_steps != 0 && !status.ok() &&
         FailureOf(status).reason == Reason::kDeadlineExceeded &&
         steady_clock::now() < context_.deadline;
}

absl::Status Call::Alive() const {
  if (steady_clock::now() >= context_.deadline) {
    return Fail(Reason::kDeadlineExceeded, "The deadline of the call has passed.");
  }
  if (context_.cancelled->load(std::memory_order_relaxed) || server_.IsCancelled()) {
    return Fail(Reason::kCancelled, "The caller has cancelled the call.");
  }
  return absl::OkStatus();
}

absl::Status Call::Parse(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message) {
  // gRPC hands over no buffer for a message above its limit, and for a call without one.
  if (!bytes.Valid()) {
    return Fail(Reason::kTooLarge,
                base::Concat({"The call has no message, or one of more than ",
                              base::ToText(door_.max_receive_bytes), " bytes."}));
  }
  request_bytes_ += static_cast<std::int64_t>(bytes.Length());
  grpc::ByteBuffer copy(bytes);  // shares the bytes; reading consumes it
  if (!grpc::SerializationTraits<google::protobuf::MessageLite>::Deserialize(&copy, &message)
           .ok()) {
    return Fail(Reason::kMalformedBody,
                base::Concat({"The request is not a valid ", message.GetTypeName(), " in UTF-8."}));
  }
  return absl::OkStatus();
}

absl::Status Call::Serialize(const google::protobuf::MessageLite& message,
                             grpc::ByteBuffer& bytes) {
  bool own = false;
  const auto status =
      grpc::SerializationTraits<google::protobuf::MessageLite>::Serialize(message, &bytes, &own);
  if (!status.ok()) return Fail(Reason::kInternal, status.error_message());
  const std::size_t size = bytes.Length();
  if (size > door_.max_send_bytes) {
    bytes.Clear();
    return Fail(Reason::kTooLarge,
                base::Concat({"The answer has ", base::ToText(size), " bytes; at most ",
                              base::ToText(door_.max_send_bytes), " are sent. Ask for less."}));
  }
  if (!is_part_) Count(bytes);  // the call is not this thread's alone
  return absl::OkStatus();
}

void Call::Count(const grpc::ByteBuffer& answer) {
  const std::size_t size = answer.Length();
  // Only a level is negotiated with what the caller accepts; an algorithm would be forced on it.
  if (door_.compress && size >= kCompressFrom) {
    server_.set_compression_level(GRPC_COMPRESS_LEVEL_MED);
  }
  response_bytes_ += static_cast<std::int64_t>(size);
}

std::string_view Call::KeyOf(std::string_view type, const grpc::ByteBuffer& request) const {
  thread_local std::string key;  // keeps its memory
  grpc::Slice bytes;
  if (!request.Valid() || request.Length() > kMaxKeptRequest ||
      !request.TrySingleSlice(&bytes).ok()) {
    return {};
  }
  // No piece but the last one, the request, holds a line feed.
  key.assign(type);
  key += '\n';
  key += context_.accept_language;
  key += '\n';
  if (context_.max_expansion != 0) key += base::ToText(context_.max_expansion);
  key += '\n';
  key += base::ToText(base::Today());
  key += *digest_;
  key += '\n';
  key.append(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  return key;
}

bool Call::SendKept(std::string_view key, const grpc::ByteBuffer& request,
                    grpc::ByteBuffer& bytes) {
  if (key.empty()) return false;
  auto kept = door_.kept.Get(key);
  if (!kept) return false;
  bytes.Swap(&*kept);
  request_bytes_ += static_cast<std::int64_t>(request.Length());
  Count(bytes);
  return true;
}

void Call::Keep(std::string_view key, const grpc::ByteBuffer& bytes) const {
  // A reload meanwhile makes another digest object, and the old one lives as long as the call: the
  // same object means the same content all along.
  if (key.empty() || bytes.Length() > kMaxKeptAnswer || door_.engine.Digest() != digest_) return;
  door_.kept.Put(key, bytes, bytes.Length() + sizeof(grpc::ByteBuffer));
}

grpc::Status Call::Finish(const absl::Status& status) const {
  const auto answer = ToGrpcStatus(status, request_id_);
  if (!door_.observer) return answer;
  base::RequestRecord record;
  record.door = "grpc";
  record.operation = operation_;
  record.reason = "OK";
  if (!status.ok()) {
    const Reason reason = FailureOf(status).reason;
    record.reason = InfoOf(reason).name;
    if (reason == Reason::kInternal) record.detail = base::FromAbsl(status.message());
  }
  record.status = answer.error_code();
  record.micros =
      std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - start_).count();
  record.request_bytes = request_bytes_;
  record.response_bytes = response_bytes_;
  record.request_id = request_id_;
  record.trace_id = trace_.trace_id;
  record.digest = *digest_;
  door_.observer(record);
  return answer;
}

std::string_view Call::Metadata(std::string_view key) const { return MetadataOf(server_, key); }

}  // namespace chemoterm::rpc
