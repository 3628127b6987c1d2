// The gRPC listener: the services, grpc.health.v1 and server reflection on one port.
//
// Calls of the services are reported to the observer when they end (base/request_record.h, door
// "grpc"); health checks and reflection are not. A batch reports as "batch", lists as "search",
// single resources as "read".
#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/request_record.h"
#include "base/work_pool.h"
#include "chemoterm/engine.h"

namespace chemoterm::rpc {

struct RpcServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;                           // 0 = a free one
  std::size_t max_receive_bytes = 4 * 1024 * 1024;  // of one message; more is RESOURCE_EXHAUSTED
  std::size_t max_send_bytes = 64 * 1024 * 1024;    // of one message; more is TOO_LARGE
  int max_metadata_bytes = 16 * 1024;
  // Compress answers over 1,400 bytes where the caller accepts it. Compressed requests are always
  // accepted.
  bool compress = false;
  int max_concurrent_streams = 1024;                 // calls at once on one connection
  std::chrono::milliseconds keepalive_time{60'000};  // ping a quiet connection this often
  std::chrono::milliseconds keepalive_timeout{20'000};
  std::chrono::milliseconds min_ping_interval{10'000};  // callers that ping more often are cut off
  std::chrono::milliseconds max_connection_idle{std::chrono::hours{1}};
  // Of a call, or of a page or item of a stream, where the caller sets no shorter deadline.
  std::chrono::milliseconds time_limit{10'000};
  // Where batches are answered, calls with a large message, and those that need more steps of work
  // than a slice (docs/adr/0012-heavy-work.md). Null: where they come in. It has to outlive the
  // server.
  base::WorkPool* pool = nullptr;
  std::size_t slice_steps = 16'384;
  // A metadata key, in lower case, and the engines that answer in place of the first where a call
  // has one of these values. They must outlive the server. Empty = none.
  std::string chosen_by = {};
  std::map<std::string, const Engine*, std::less<>> engines_by_value = {};
  // Answers to unary calls that are kept for the next who asks the same, by each engine; 0 keeps
  // none.
  std::size_t kept_answer_bytes = std::size_t{2} * 1024 * 1024;
};

// Calls of the engine run on gRPC's own threads, long ones in the pool. Destruction stops at once,
// cancelling calls in progress.
class RpcServer {
 public:
  // Listens when it returns, and reports SERVING. Fails when the address cannot be bound. `engine`
  // must outlive the server.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const RpcServerOptions& options,
                                                          const Engine& engine,
                                                          base::RequestObserver observer);
  virtual ~RpcServer() = default;
  virtual std::uint16_t port() const = 0;
  // What grpc.health.v1 says, for "" and for each service.
  virtual void SetServing(bool serving) = 0;
  // Reports NOT_SERVING, accepts no more calls, lets those in progress finish, and cancels what is
  // left after `limit`. True: all had finished in time. Not to be called from an observer.
  virtual bool Drain(std::chrono::milliseconds limit) = 0;
};

}  // namespace chemoterm::rpc
