#include "server/server.h"

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "server/request_log.h"
#include "server/token_issuers.h"
#include "server/version.h"

namespace chemoterm::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

std::int64_t MillisSince(steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start).count();
}

std::int64_t UnixSeconds() {
  return std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int Processors() { return static_cast<int>(std::thread::hardware_concurrency()); }

// At least two: a slow request must not hold up all others.
int HttpThreads(const Config& config) {
  return config.threads > 0 ? config.threads : std::max(2, Processors());
}

std::unique_ptr<base::WorkPool> MakePool(const Config& config) {
  return std::make_unique<base::WorkPool>(
      config.heavy_threads > 0 ? config.heavy_threads : Processors(),
      static_cast<std::size_t>(config.heavy_queue));
}

gateway::HttpServerOptions HttpOptions(const Config& config) {
  gateway::HttpServerOptions options;
  options.host = config.http.host;
  options.port = config.http.port;
  options.threads = HttpThreads(config);
  options.max_header_bytes = static_cast<std::size_t>(config.max_header_bytes);
  options.max_target_bytes = static_cast<std::size_t>(config.max_target_bytes);
  options.max_body_bytes = static_cast<std::size_t>(config.max_body_bytes);
  options.max_connections = static_cast<std::size_t>(config.max_connections);
  options.max_buffered_body_bytes = static_cast<std::size_t>(config.max_buffered_bytes);
  options.header_timeout = seconds(config.header_seconds);
  options.body_timeout = seconds(config.body_seconds);
  options.idle_timeout = seconds(config.idle_seconds);
  options.write_timeout = seconds(config.write_seconds);
  return options;
}

// The failure of a door, with the door's key.
absl::Status DoorFailure(std::string_view key, const Endpoint& endpoint,
                         const absl::Status& status) {
  return Fail(Reason::kInvalidParameter,
              base::Concat({key, ": cannot listen on ", ToText(endpoint), ": ",
                            base::FromAbsl(status.message())}),
              key);
}

// What came of the packages: a line each.
void LogPackages(const ContentInfo& content) {
  for (const PackageInfo& package : content.packages) {
    base::LogLine("package")
        .Text("file", package.file)
        .Text("name", package.name)
        .Text("version", package.version)
        .Number("loaded", package.loaded)
        .Number("leftOut", package.left_out)
        .Text("detail", base::Join(package.warnings, "\n"))
        .Write();
  }
}

void LogReady(const Server& server, steady_clock::time_point started) {
  const ContentInfo content = server.engine().Describe();
  LogPackages(content);
  base::LogLine("ready")
      .Text("software", kVersion)
      .Text("http", ToText(server.config().http))
      .Text("grpc", ToText(server.config().grpc))
      .Text("admin", ToText(server.config().admin))
      .Text("contentDir", server.config().content)
      .Text("contentVersion", content.version)
      .Text("digest", content.digest)
      .Number("concepts", content.concepts)
      .Number("millis", MillisSince(started))
      .Write();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(Config config) {
  RETURN_IF_ERROR(CheckConfig(config));
  std::unique_ptr<Server> server(new Server(std::move(config)));
  RETURN_IF_ERROR(server->OpenTokens());
  RETURN_IF_ERROR(server->OpenEngines());
  if (server->config_.http.on) RETURN_IF_ERROR(server->OpenHttp());
  if (server->config_.grpc.on) RETURN_IF_ERROR(server->OpenGrpc());
  if (server->config_.admin.on) RETURN_IF_ERROR(server->OpenAdmin());
  server->reload_thread_ = std::make_unique<ReloadThread>(
      ReloadThread::Options{.folder = server->config_.content,
                            .packages = server->config_.packages,
                            .poll = seconds(server->config_.watch_seconds)},
      [self = server.get()](std::string_view cause) { self->Reload(cause).IgnoreError(); });
  server->ready_ = true;
  if (server->rpc_ != nullptr) server->rpc_->SetServing(true);
  return server;
}

Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Engine>> Server::OpenEngine(Displays displays) const {
  EngineOptions options;
  options.content_dir = config_.content;
  options.canonical_base = config_.canonical_base;
  options.hide_unverified = config_.hide_unverified;
  options.displays = displays;
  options.forbidden_words_file = config_.forbidden_words_file;
  options.packages_dir = config_.packages;
  options.max_expansion = static_cast<std::size_t>(config_.expansion_concepts);
  options.max_work = static_cast<std::size_t>(config_.work_steps);
  auto engine = Engine::Open(std::move(options));
  if (!engine.ok()) {
    return Fail(Reason::kUnprocessable,
                base::Concat({"the content in ", config_.content, " was refused:\n",
                              base::FromAbsl(engine.status().message())}));
  }
  return engine;
}

absl::Status Server::OpenEngines() {
  ASSIGN_OR_RETURN(engine_, OpenEngine(config_.displays));
  for (const std::string& text : config_.displays_by_header) {
    const auto each = ParseDisplaysOf(text);
    if (!each) continue;  // was refused as configuration
    const auto& [value, displays] = *each;
    displays_by_value_.emplace(value, displays);
    if (displays == config_.displays || other_engines_.contains(displays)) continue;
    ASSIGN_OR_RETURN(other_engines_[displays], OpenEngine(displays));
  }
  pool_ = MakePool(config_);
  return {};
}

absl::Status Server::OpenTokens() {
  if (config_.jwt_issuers.empty()) return {};
  ASSIGN_OR_RETURN(auto issuers, ReadTokenIssuers(config_));
  hooks::TokenRules rules;
  rules.leeway = seconds(config_.jwt_leeway_seconds);
  rules.lifetime = seconds(config_.jwt_lifetime_seconds);
  rules.max_seen = static_cast<std::size_t>(config_.jwt_remembered);
  tokens_ = std::make_unique<hooks::TokenChecker>(std::move(issuers), std::move(rules));
  return {};
}

std::unique_ptr<gateway::Gateway> Server::MakeGateway(const Engine& engine) {
  gateway::GatewayOptions options;
  options.base_url = config_.base_url;
  options.canonical_base = config_.canonical_base;
  options.software_version = kVersion;
  options.release_date = kReleaseDate;
  options.cors_origins = config_.cors_origins;
  options.time_limit = seconds(config_.request_seconds);
  options.pool = pool_.get();
  options.tokens = tokens_.get();
  options.chosen_by = config_.displays_header;
  return std::make_unique<gateway::Gateway>(engine, std::move(options), Observer(), nullptr);
}

const gateway::Gateway& Server::GatewayFor(const gateway::HttpRequest& request) const {
  if (displays_by_value_.empty()) return *gateway_;
  const auto named = displays_by_value_.find(request.header(config_.displays_header));
  if (named == displays_by_value_.end()) return *gateway_;
  const auto other = other_gateways_.find(named->second);
  return other == other_gateways_.end() ? *gateway_ : *other->second;
}

absl::Status Server::OpenHttp() {
  gateway_ = MakeGateway(*engine_);
  for (const auto& [displays, engine] : other_engines_) {
    other_gateways_[displays] = MakeGateway(*engine);
  }
  const auto handle = [this](const gateway::HttpRequest& request) {
    // A server that drains answers what still reaches it, but tells balancers to send no more.
    if (!ready_ && request.target() == "/readyz") return gateway::ReadyReply(false);
    return GatewayFor(request).Handle(request);
  };
  const auto refuse = [this](gateway::TransportError error) {
    return gateway_->OnTransportError(error);
  };
  auto http = gateway::HttpServer::Start(HttpOptions(config_), handle, refuse);
  if (!http.ok()) return DoorFailure("http", config_.http, http.status());
  http_ = *std::move(http);
  config_.http.port = http_->port();
  return {};
}

absl::Status Server::OpenGrpc() {
  rpc::RpcServerOptions options;
  options.host = config_.grpc.host;
  options.port = config_.grpc.port;
  options.max_receive_bytes = static_cast<std::size_t>(config_.max_message_bytes);
  options.time_limit = seconds(config_.request_seconds);
  options.pool = pool_.get();
  options.chosen_by = base::ToLower(config_.displays_header);
  for (const auto& [value, displays] : displays_by_value_) {
    const auto other = other_engines_.find(displays);
    if (other != other_engines_.end()) options.engines_by_value[value] = other->second.get();
  }
  auto server = rpc::RpcServer::Start(options, *engine_, Observer());
  if (!server.ok()) return DoorFailure("grpc", config_.grpc, server.status());
  rpc_ = *std::move(server);
  config_.grpc.port = rpc_->port();
  return {};
}

absl::Status Server::OpenAdmin() {
  admin_door_ = std::make_unique<gateway::AdminDoor>(gateway::AdminHooks{
      .is_ready = [this] { return ready_.load(); },
      .metrics = [this] { return MetricsText(); },
      .reload = [this] { return Reload("admin"); },
      .describe = [this] { return engine_->Describe(); },
  });
  gateway::HttpServerOptions options;
  options.host = config_.admin.host;
  options.port = config_.admin.port;
  options.threads = 2;  // metrics are to be had while a reload runs
  options.max_connections = 64;
  auto admin = gateway::HttpServer::Start(
      options, [this](const gateway::HttpRequest& request) { return admin_door_->Handle(request); },
      [this](gateway::TransportError error) { return admin_door_->OnTransportError(error); });
  if (!admin.ok()) return DoorFailure("admin", config_.admin, admin.status());
  admin_ = *std::move(admin);
  config_.admin.port = admin_->port();
  return {};
}

base::RequestObserver Server::Observer() {
  return [this](const base::RequestRecord& record) {
    metrics_.Count(record);
    // Faults of ours and strangers' tokens are logged in any case.
    if (config_.request_log || !record.detail.empty()) RequestLine(record).Gather();
  };
}

std::string Server::MetricsText() const {
  Gauges gauges;
  gauges.content = engine_->Describe();
  if (http_ != nullptr) gauges.http = http_->stats();
  gauges.pool = pool_->stats();
  gauges.ready = ready_;
  gauges.now_unix_seconds = UnixSeconds();
  return metrics_.Text(gauges);
}

// Each all or nothing. The first fault is told.
absl::Status Server::ReloadEngines() {
  absl::Status status = engine_->Reload();
  for (const auto& [displays, engine] : other_engines_) status.Update(engine->Reload());
  return status;
}

// Faulty keys keep the content as it is, faulty content the keys.
absl::Status Server::ReloadAll() {
  if (tokens_ == nullptr) return ReloadEngines();
  ASSIGN_OR_RETURN(auto issuers, ReadTokenIssuers(config_));
  RETURN_IF_ERROR(ReloadEngines());
  tokens_->Replace(std::move(issuers));
  return {};
}

absl::Status Server::Reload(std::string_view cause) {
  const auto start = steady_clock::now();
  const absl::Status status = ReloadAll();
  const ContentInfo content = engine_->Describe();
  base::LogLine("reload")
      .Text("cause", cause)
      .Flag("ok", status.ok())
      .Text("digest", content.digest)
      .Text("contentVersion", content.version)
      .Number("millis", MillisSince(start))
      .Text("detail", base::FromAbsl(status.message()))
      .Write();
  if (status.ok()) LogPackages(content);
  return status;
}

bool Server::Drain() {
  ready_ = false;
  if (rpc_ != nullptr) rpc_->SetServing(false);
  std::this_thread::sleep_for(seconds(config_.drain_delay_seconds));
  const milliseconds limit = seconds(config_.drain_seconds);
  bool grpc_clean = true;
  std::thread grpc([&] { grpc_clean = rpc_ == nullptr || rpc_->Drain(limit); });
  const bool http_clean = http_ == nullptr || http_->Drain(limit);
  grpc.join();
  return http_clean && grpc_clean;
}

absl::Status Serve(Config config, steady_clock::time_point started) {
  std::signal(SIGPIPE, SIG_IGN);
  // Blocked before any other thread exists, so that they all inherit it and only sigwait sees
  // these.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  ASSIGN_OR_RETURN(const std::unique_ptr<Server> server, Server::Start(std::move(config)));
  LogReady(*server, started);
  int signal = 0;
  while (sigwait(&signals, &signal) != 0 || signal == SIGHUP) {
    if (signal == SIGHUP) server->PokeReload();
  }
  sigdelset(&signals, SIGHUP);  // a late reload must not end the process
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  base::LogLine("draining").Text("signal", signal == SIGTERM ? "SIGTERM" : "SIGINT").Write();
  const auto start = steady_clock::now();
  const bool clean = server->Drain();
  base::LogLine("stopped").Flag("clean", clean).Number("millis", MillisSince(start)).Write();
  return {};
}

}  // namespace chemoterm::server
