#include "rpc/health.h"

#include <optional>
#include <utility>

namespace chemoterm::rpc {

using grpc::health::v1::HealthCheckResponse;

// One Watch call. Writes the state when it differs from what was sent last, one write at a time.
class HealthService::Watcher final : public grpc::ServerWriteReactor<Response> {
 public:
  Watcher(HealthService& health, std::string service)
      : health_(health), service_(std::move(service)) {
    const std::lock_guard lock(health_.mutex_);
    health_.watchers_.insert(this);
    Advance();
  }

  // With the lock of the service held; gRPC never calls back from within StartWrite or Finish.
  void Advance() {
    if (writing_ || finished_) return;
    const auto status = health_.StatusOf(service_);
    if (gone_) return End(grpc::Status::CANCELLED);
    if (sent_ != status) {
      sent_ = status;
      writing_ = true;
      message_.set_status(status);
      return StartWrite(&message_);
    }
    if (health_.shut_down_) End({grpc::StatusCode::UNAVAILABLE, "The server is shutting down."});
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(health_.mutex_);
    writing_ = false;
    gone_ = gone_ || !ok;
    Advance();
  }

  void OnCancel() override {
    const std::lock_guard lock(health_.mutex_);
    gone_ = true;
    Advance();
  }

  void OnDone() override {
    {
      const std::lock_guard lock(health_.mutex_);
      health_.watchers_.erase(this);
    }
    delete this;
  }

 private:
  void End(const grpc::Status& status) {
    finished_ = true;
    Finish(status);
  }

  HealthService& health_;
  const std::string service_;
  Response message_;
  std::optional<Response::ServingStatus> sent_;
  bool writing_ = false;
  bool gone_ = false;
  bool finished_ = false;
};

HealthService::HealthService(std::vector<std::string> services)
    : services_(services.begin(), services.end()) {}

void HealthService::SetServing(bool serving) {
  const std::lock_guard lock(mutex_);
  serving_ = serving;
  for (Watcher* watcher : watchers_) watcher->Advance();
}

void HealthService::Shutdown() {
  const std::lock_guard lock(mutex_);
  shut_down_ = true;
  for (Watcher* watcher : watchers_) watcher->Advance();
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* server,
                                               const Request* request, Response* response) {
  auto* const reactor = server->DefaultReactor();
  {
    const std::lock_guard lock(mutex_);
    response->set_status(StatusOf(request->service()));
  }
  const bool known = response->status() != HealthCheckResponse::SERVICE_UNKNOWN;
  reactor->Finish(known ? grpc::Status::OK
                        : grpc::Status(grpc::StatusCode::NOT_FOUND, "No such service."));
  return reactor;
}

grpc::ServerWriteReactor<HealthService::Response>* HealthService::Watch(
    grpc::CallbackServerContext* /*server*/, const Request* request) {
  return new Watcher(*this, request->service());
}

HealthCheckResponse::ServingStatus HealthService::StatusOf(std::string_view service) const {
  if (!service.empty() && !services_.contains(service)) return HealthCheckResponse::SERVICE_UNKNOWN;
  return serving_ && !shut_down_ ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

}  // namespace chemoterm::rpc
