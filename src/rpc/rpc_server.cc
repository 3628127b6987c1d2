#include "rpc/rpc_server.h"

#include <absl/synchronization/mutex.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "chemoterm/coverage/v1/coverage.grpc.pb.h"
#include "chemoterm/order/v1/order.grpc.pb.h"
#include "chemoterm/reason.h"
#include "chemoterm/terminology/v1/terminology.grpc.pb.h"
#include "rpc/health.h"
#include "rpc/services.h"

namespace chemoterm::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// gRPC's own errors become lines of our log.
void LogFromGrpc(gpr_log_func_args* args) {
  if (args->severity != GPR_LOG_SEVERITY_ERROR) return;
  base::LogLine("grpc").Text("message", args->message).Text("file", args->file).Write();
}

// protobuf would print a line for every request with invalid UTF-8; the caller is told, which is
// enough.
void LogFromProtobuf(google::protobuf::LogLevel level, const char* file, int /*line*/,
                     const std::string& message) {
  if (level != google::protobuf::LOGLEVEL_FATAL) return;
  base::LogLine("protobuf").Text("message", message).Text("file", file).Write();
}

std::string Address(const RpcServerOptions& options) {
  const bool ipv6 = options.host.find(':') != std::string::npos && !options.host.starts_with('[');
  return base::Concat(
      {ipv6 ? "[" : "", options.host, ipv6 ? "]:" : ":", base::ToText(options.port)});
}

void Configure(const RpcServerOptions& options, grpc::ServerBuilder& builder) {
  const auto argument = [&](const char* name, auto value) {
    builder.AddChannelArgument(name, static_cast<int>(value));
  };
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_receive_bytes));
  // Without this a second process could listen on the same port and take half of the calls.
  argument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  argument(GRPC_ARG_MAX_METADATA_SIZE, options.max_metadata_bytes);
  argument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_concurrent_streams);
  argument(GRPC_ARG_KEEPALIVE_TIME_MS, options.keepalive_time.count());
  argument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, options.keepalive_timeout.count());
  argument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  argument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
           options.min_ping_interval.count());
  argument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, options.max_connection_idle.count());
}

// The door of one engine, and what it keeps.
struct OwnDoor {
  OwnDoor(const RpcServerOptions& options, const Engine& engine, base::RequestObserver observer)
      : kept(options.kept_answer_bytes),
        door{engine,
             std::move(observer),
             options.max_receive_bytes,
             options.max_send_bytes,
             options.compress,
             kept,
             options.time_limit,
             options.pool,
             options.slice_steps} {}

  KeptAnswers kept;
  Door door;
};

class Server final : public RpcServer {
 public:
  Server(const RpcServerOptions& options, const Engine& engine, base::RequestObserver observer)
      : others_(MakeOthers(options, observer)),
        first_(options, engine, std::move(observer)),
        door_(ConnectOthers(options, others_, first_.door)),
        terminology_(MakeTerminologyService(door_)),
        coverage_(MakeCoverageService(door_)),
        order_entry_(MakeOrderEntryService(door_)),
        health_({terminology::v1::TerminologyService::service_full_name(),
                 coverage::v1::CoverageService::service_full_name(),
                 order::v1::OrderEntryService::service_full_name()}) {}

  ~Server() override { Drain(milliseconds(0)); }

  absl::Status Listen(const RpcServerOptions& options) {
    grpc::ServerBuilder builder;
    Configure(options, builder);
    int bound = 0;
    builder.AddListeningPort(Address(options), grpc::InsecureServerCredentials(), &bound);
    builder.RegisterService(terminology_.get());
    builder.RegisterService(coverage_.get());
    builder.RegisterService(order_entry_.get());
    builder.RegisterService(&health_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || bound == 0) {
      return Fail(Reason::kNotReady, base::Concat({"cannot listen on ", Address(options)}));
    }
    port_ = static_cast<std::uint16_t>(bound);
    return absl::OkStatus();
  }

  std::uint16_t port() const override { return port_; }

  void SetServing(bool serving) override { health_.SetServing(serving); }

  bool Drain(milliseconds limit) override {
    if (server_ == nullptr) return true;
    const auto start = steady_clock::now();
    health_.Shutdown();
    server_->Shutdown(std::chrono::system_clock::now() + limit);
    return steady_clock::now() - start < limit;
  }

 private:
  using Others = std::map<const Engine*, std::unique_ptr<OwnDoor>>;
  static Others MakeOthers(const RpcServerOptions& options, const base::RequestObserver& observer) {
    Others others;
    for (const auto& [value, engine] : options.engines_by_value) {
      auto& door = others[engine];
      if (door == nullptr) door = std::make_unique<OwnDoor>(options, *engine, observer);
    }
    return others;
  }
  static const Door& ConnectOthers(const RpcServerOptions& options, const Others& others,
                                   Door& first) {
    first.chosen_by = options.chosen_by;
    for (const auto& [value, engine] : options.engines_by_value) {
      first.others[value] = &others.at(engine)->door;
    }
    return first;
  }

  const Others others_;
  OwnDoor first_;
  const Door& door_;
  const std::unique_ptr<grpc::Service> terminology_;
  const std::unique_ptr<grpc::Service> coverage_;
  const std::unique_ptr<grpc::Service> order_entry_;
  HealthService health_;
  std::unique_ptr<grpc::Server> server_;  // last: it must stop before what it serves goes
  std::uint16_t port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const RpcServerOptions& options,
                                                            const Engine& engine,
                                                            base::RequestObserver observer) {
  // Keeps gRPC up until the process ends: taking it down waits up to 10 s for a connection that
  // broke off in the middle of a message.
  [[maybe_unused]] static const bool kKeptUp = (grpc_init(), true);
  gpr_set_log_function(LogFromGrpc);
  google::protobuf::SetLogHandler(LogFromProtobuf);
  // Debian's Abseil looks for deadlocks at every lock, which costs a sixth of a call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // Process-wide switches of gRPC, to be thrown before the first server is built.
  grpc::EnableDefaultHealthCheckService(false);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  auto server = std::make_unique<Server>(options, engine, std::move(observer));
  if (auto status = server->Listen(options); !status.ok()) return status;
  return std::unique_ptr<RpcServer>(std::move(server));
}

}  // namespace chemoterm::rpc
