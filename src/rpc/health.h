// grpc.health.v1.Health of our own: the one in gRPC 1.51 has no descriptor for reflection, so that
// grpcurl cannot call it.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"

namespace chemoterm::rpc {

// Thread-safe. One state for the process ("") and all services named.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  using Request = grpc::health::v1::HealthCheckRequest;
  using Response = grpc::health::v1::HealthCheckResponse;

  explicit HealthService(std::vector<std::string> services);

  // Serving from the start. Watchers are told of each change.
  void SetServing(bool serving);
  // NOT_SERVING for good, and the end of all watches.
  void Shutdown();

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* server, const Request* request,
                                  Response* response) override;
  grpc::ServerWriteReactor<Response>* Watch(grpc::CallbackServerContext* server,
                                            const Request* request) override;

 private:
  class Watcher;

  // With the lock held.
  Response::ServingStatus StatusOf(std::string_view service) const;

  const std::set<std::string, std::less<>> services_;
  std::mutex mutex_;  // guards what follows and the state of the watchers
  bool serving_ = true;
  bool shut_down_ = false;
  std::set<Watcher*> watchers_;
};

}  // namespace chemoterm::rpc
