// One gRPC call: what its metadata says, its deadline, and the report of its end.
#pragma once

#include <absl/status/status.h>
#include <google/protobuf/message_lite.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/lru_cache.h"
#include "base/request_record.h"
#include "base/work_pool.h"
#include "chemoterm/engine.h"

namespace chemoterm::rpc {

// The bytes of an answer; copies share them.
using KeptAnswers = base::LruCache<grpc::ByteBuffer>;

// What all services share; outlives them.
struct Door {
  const Engine& engine;
  base::RequestObserver observer;
  std::size_t max_receive_bytes = 0;
  std::size_t max_send_bytes = 0;
  bool compress = false;
  KeptAnswers& kept;
  // Of a call, or a page or item of a stream.
  std::chrono::milliseconds time_limit;
  // As in GatewayOptions.
  base::WorkPool* pool;
  std::size_t slice_steps;
  // A metadata key whose value may name another door with the same pool, to answer in place of this
  // one. Empty = none.
  std::string chosen_by = {};
  std::map<std::string, const Door*, std::less<>> others = {};

  // The door for a call: this one where the call names none.
  const Door& For(const grpc::CallbackServerContext& server) const;
};

class Call {
 public:
  // Starts the clock and sends the response metadata (x-request-id, traceparent,
  // chemoterm-content-digest) on its way. `operation` is a label from a fixed table.
  Call(const Door& door, grpc::CallbackServerContext& server, std::string_view operation);
  // Goes on with a call elsewhere, without a slice; `first` is not to be finished.
  struct Continued {};
  Call(const Call& first, Continued);
  // One message of a stream, to be answered on another thread; `first` lives on, and is the one to
  // be finished. Cancelling it cancels all parts.
  struct Part {};
  Call(const Call& first, Part);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const Engine& engine() const { return door_.engine; }
  const CallContext& context() const { return context_; }
  const std::string& request_id() const { return request_id_; }
  const std::string& digest() const { return *digest_; }

  // What follows may take as long as a call, from now on, if the caller waits.
  void RenewTime();
  // Only so many steps of work from now on.
  void Slice(std::size_t steps) { context_.slice_steps = steps; }
  // True for the failure of a call that needs more than its slice.
  bool IsCut(const absl::Status& status) const;

  // Fails once the deadline has passed or the caller has gone.
  absl::Status Alive() const;
  // The caller has gone; work under way sees it through context().
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }

  // Reads a message and counts its bytes. kMalformedBody for bytes that are no such message or hold
  // invalid UTF-8.
  absl::Status Parse(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message);
  // Writes a message and counts its bytes. kTooLarge above the door's limit.
  absl::Status Serialize(const google::protobuf::MessageLite& message, grpc::ByteBuffer& bytes);

  // All that the answer to a request follows from (docs/adr/0008-kept-answers.md); empty for a
  // request that is too long to keep. `type` is the name of its message. The view is valid until
  // the next call on this thread.
  std::string_view KeyOf(std::string_view type, const grpc::ByteBuffer& request) const;
  // Sends the answer kept for a key, if there is one.
  bool SendKept(std::string_view key, const grpc::ByteBuffer& request, grpc::ByteBuffer& bytes);
  // Keeps what Serialize wrote, if it was computed from the content that the key names.
  void Keep(std::string_view key, const grpc::ByteBuffer& bytes) const;

  // Counts a part, and the answer to it, as this call's.
  void Take(const Call& part, const grpc::ByteBuffer& answer);

  // Reports the call and gives the status to finish with. To be called once, last.
  grpc::Status Finish(const absl::Status& status) const;

 private:
  std::string_view Metadata(std::string_view key) const;
  void Count(const grpc::ByteBuffer& answer);

  const Door& door_;
  grpc::CallbackServerContext& server_;
  std::string_view operation_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point deadline_;  // the caller's
  std::atomic<bool> cancelled_ = false;
  CallContext context_;
  std::string request_id_;
  base::Trace trace_;
  std::shared_ptr<const std::string> digest_;
  bool is_part_ = false;
  std::int64_t request_bytes_ = 0;
  std::int64_t response_bytes_ = 0;
};

}  // namespace chemoterm::rpc
