// The service: one engine, its doors, and the threads that keep it current. Wiring only.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/request_record.h"
#include "base/work_pool.h"
#include "chemoterm/engine.h"
#include "gateway/admin.h"
#include "gateway/gateway.h"
#include "gateway/http_server.h"
#include "hooks/token_checker.h"
#include "rpc/rpc_server.h"
#include "server/config.h"
#include "server/metrics.h"
#include "server/reload_thread.h"

namespace chemoterm::server {

class Server {
 public:
  // Loads the content, then opens the doors; serves when it returns. Fails with the content's
  // faults, or with the address that cannot be bound.
  static absl::StatusOr<std::unique_ptr<Server>> Start(Config config);
  // Stops at once; call Drain() first to lose no request.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where the doors listen, with the ports that were chosen; "off" for those that are not open.
  const Config& config() const { return config_; }
  const Engine& engine() const { return *engine_; }

  // Loads the content, and the keys of those who may call CDS Hooks, anew and logs the outcome.
  // `cause` is for the log.
  absl::Status Reload(std::string_view cause);
  // Asks for a reload in the background.
  void PokeReload() { reload_thread_->Poke(); }

  // Not ready at once; after the configured delay no new connections; returns when the requests in
  // progress are answered or their time is over. True: all were answered.
  bool Drain();

 private:
  explicit Server(Config config) : config_(std::move(config)) {}
  absl::Status OpenTokens();
  absl::StatusOr<std::unique_ptr<Engine>> OpenEngine(Displays displays) const;
  absl::Status OpenEngines();
  absl::Status OpenHttp();
  absl::Status OpenGrpc();
  absl::Status OpenAdmin();
  absl::Status ReloadAll();
  absl::Status ReloadEngines();
  std::unique_ptr<gateway::Gateway> MakeGateway(const Engine& engine);
  // The one that answers a request: by the header that tells clients apart, if there is one.
  const gateway::Gateway& GatewayFor(const gateway::HttpRequest& request) const;
  base::RequestObserver Observer();
  std::string MetricsText() const;

  Config config_;
  Metrics metrics_;
  std::atomic<bool> ready_{false};
  base::LogGatherer request_lines_;
  // In the order of construction: what comes later uses what comes before.
  std::unique_ptr<Engine> engine_;
  // For clients that are shown other names than all others: an engine each, so that nothing that
  // one keeps can reach the clients of another.
  std::map<Displays, std::unique_ptr<Engine>> other_engines_;
  std::map<std::string, Displays, std::less<>> displays_by_value_;  // of the header
  std::unique_ptr<base::WorkPool> pool_;
  std::unique_ptr<hooks::TokenChecker> tokens_;  // null: anyone may call CDS Hooks
  std::unique_ptr<gateway::Gateway> gateway_;
  std::map<Displays, std::unique_ptr<gateway::Gateway>> other_gateways_;
  std::unique_ptr<gateway::AdminDoor> admin_door_;
  std::unique_ptr<gateway::HttpServer> http_;
  std::unique_ptr<rpc::RpcServer> rpc_;
  std::unique_ptr<gateway::HttpServer> admin_;
  std::unique_ptr<ReloadThread> reload_thread_;
};

// Serves until SIGTERM or SIGINT, then drains; a second one ends the process at once. SIGHUP
// reloads the content. To be called by the main thread while it is the only one. Fails when the
// service cannot start. `started` is when the process began, for the log.
absl::Status Serve(Config config, std::chrono::steady_clock::time_point started);

}  // namespace chemoterm::server
