// Bytes on a connection: the listener, its parser and the whole FHIR door behind it.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>

#include "fuzz/support.h"
#include "gateway/gateway.h"
#include "gateway/http_server.h"

namespace chemoterm::fuzz {
namespace {

using namespace std::chrono_literals;

// The status as the handler gives it: in the bytes of an answer, a request's own text may look like
// a status line.
gateway::HttpReply Judged(gateway::HttpReply reply) {
  Require(reply.status != 500, "no request has an internal error");
  return reply;
}

const gateway::HttpServer& TheServer() {
  static const auto* const door =
      new gateway::Gateway(TheEngine(), gateway::GatewayOptions{}, nullptr, nullptr);
  static const gateway::HttpServer* const server = [] {
    gateway::HttpServerOptions options;
    options.threads = 1;
    options.header_timeout = options.body_timeout = options.idle_timeout = options.write_timeout =
        1s;
    auto started = gateway::HttpServer::Start(
        options, [](const gateway::HttpRequest& request) { return Judged(door->Handle(request)); },
        [](gateway::TransportError error) { return Judged(door->OnTransportError(error)); });
    Require(started.ok(), "the server starts");
    return started->release();
  }();
  return *server;
}

// Each connection from another loopback address: a closed one keeps its pair of address and port
// for a minute, and a fast machine opens more of them in that time than one address has ports.
in_addr NextSource() {
  static std::uint32_t count = 0;
  return {.s_addr = htonl(INADDR_LOOPBACK + count++ % 250)};
}

int Connect() {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  const int port_at_connect = 1;
  setsockopt(connection, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &port_at_connect,
             sizeof port_at_connect);
  const sockaddr_in source{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = NextSource(), .sin_zero = {}};
  Require(bind(connection, reinterpret_cast<const sockaddr*>(&source), sizeof source) == 0,
          "a loopback address can be bound");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(TheServer().port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Require(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
          "connects");
  // The server has to close at the latest when its timeouts have passed.
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return connection;
}

}  // namespace
}  // namespace chemoterm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chemoterm;
  const int connection = fuzz::Connect();
  // The server may answer and close before it has read all; then there is no one left to write to.
  for (std::size_t sent = 0; sent < size;) {
    const ssize_t count = send(connection, data + sent, size - sent, MSG_NOSIGNAL);
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  shutdown(connection, SHUT_WR);
  std::string answer;
  char buffer[16384];
  ssize_t got = 0;
  while ((got = recv(connection, buffer, sizeof buffer, 0)) > 0)
    answer.append(buffer, static_cast<std::size_t>(got));
  fuzz::Require(got == 0 || errno != EAGAIN, "a half-closed connection is answered and closed");
  close(connection);
  fuzz::Require(answer.empty() || answer.starts_with("HTTP/1."), "an answer is HTTP");
  return 0;
}
