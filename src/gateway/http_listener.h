// The listening socket of the HTTP server. Private to http_server.cc.
#pragma once

#include <absl/status/status.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "gateway/http_connection.h"

namespace chemoterm::gateway::http {

// Connections over max_connections that still get a 503; yet more are just closed.
constexpr std::int64_t kRefusedAtOnce = 256;
// Inherited by the accepted sockets. The kernel's own choice grows to megabytes, of which a client
// would have to take a third before the write timeout sees that it reads.
constexpr int kSendBuffer = 128 * 1024;

// Accepts on the first reactor's thread and deals the sockets out in turn.
class Listener {
 public:
  Listener(Shared& shared, const std::vector<std::unique_ptr<Reactor>>& reactors)
      : shared_(shared), reactors_(reactors), acceptor_(reactors.front()->io) {
    reactors_.front()->on_sweep = [this] {
      if (paused_) Accept();
    };
  }

  absl::Status Listen() {
    error_code ec;
    const HttpServerOptions& options = shared_.options;
    tcp::resolver resolver(reactors_.front()->io);
    const auto found =
        resolver.resolve(options.host, base::ToText(options.port),
                         tcp::resolver::passive | tcp::resolver::numeric_service, ec);
    if (ec || found.empty()) return Failed("resolve", ec);
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), ec);
    if (ec) return Failed("open", ec);
    acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor_.set_option(asio::socket_base::send_buffer_size(kSendBuffer), ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (!ec) acceptor_.non_blocking(true, ec);
    if (!ec) port_ = acceptor_.local_endpoint(ec).port();
    if (ec) return Failed("listen on", ec);
    Accept();
    return absl::OkStatus();
  }
  std::uint16_t port() const { return port_; }

  // On the first reactor's thread: takes what the kernel has already connected, then stops
  // listening.
  void Close() {
    closing_ = true;
    for (;;) {
      Reactor& reactor = NextReactor();
      tcp::socket socket(reactor.io);
      error_code ec;
      acceptor_.accept(socket, ec);
      if (ec == asio::error::connection_aborted) continue;
      if (ec) break;
      Admit(reactor, std::move(socket));
    }
    error_code ignored;
    acceptor_.close(ignored);
    if (paused_) ReportClosed();  // otherwise the accept under way does it
    paused_ = false;
  }

 private:
  absl::Status Failed(std::string_view what, error_code ec) const {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"cannot ", what, " ", shared_.options.host, ":",
                              base::ToText(shared_.options.port), ": ", ec.message()}),
                "http");
  }
  Reactor& NextReactor() { return *reactors_[next_++ % reactors_.size()]; }
  void Accept() {
    paused_ = false;
    Reactor& reactor = NextReactor();
    acceptor_.async_accept(reactor.io, [this, &reactor](error_code ec, tcp::socket socket) {
      if (!ec) Admit(reactor, std::move(socket));
      if (closing_) return ReportClosed();
      // No descriptors left: the next sweep tries again, rather than this thread at full speed.
      paused_ = ec && ec != asio::error::connection_aborted;
      if (!paused_) Accept();
    });
  }
  void Admit(Reactor& reactor, tcp::socket socket) {
    Reactor::Count(shared_.accepted);
    const std::int64_t open = shared_.open.fetch_add(1) + 1;
    const auto limit = static_cast<std::int64_t>(shared_.options.max_connections);
    if (open > limit + kRefusedAtOnce) return shared_.CountClosed();
    const bool refused = open > limit;
    if (&reactor == reactors_.front().get()) return reactor.Add(std::move(socket), refused);
    asio::post(reactor.io, [&reactor, refused, socket = std::move(socket)]() mutable {
      reactor.Add(std::move(socket), refused);
    });
  }
  void ReportClosed() {
    const std::lock_guard lock(shared_.mutex);
    shared_.listener_closed = true;
    shared_.changed.notify_all();
  }

  Shared& shared_;
  const std::vector<std::unique_ptr<Reactor>>& reactors_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::size_t next_ = 0;
  bool paused_ = false;
  bool closing_ = false;
};

}  // namespace chemoterm::gateway::http
