#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "base/text.h"
#include "cli/commands.h"
#include "server/config.h"

namespace chemoterm::cli {
namespace {

constexpr int kTimeoutSeconds = 3;

// A connected socket, or -1.
int Connect(const server::Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(endpoint.host.c_str(), base::ToText(endpoint.port).c_str(), &hints, &found) != 0)
    return -1;
  int fd = -1;
  for (const addrinfo* address = found; address != nullptr && fd < 0; address = address->ai_next) {
    fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
    if (fd < 0) continue;
    const timeval limit{.tv_sec = kTimeoutSeconds, .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) break;
    close(fd);
    fd = -1;
  }
  freeaddrinfo(found);
  return fd;
}

// The status of GET /readyz; 0 when there is no answer.
int ReadyStatus(const server::Endpoint& endpoint) {
  const int fd = Connect(endpoint);
  if (fd < 0) return 0;
  const std::string request = base::Concat(
      {"GET /readyz HTTP/1.1\r\nHost: ", endpoint.host, "\r\nConnection: close\r\n\r\n"});
  std::string reply;
  if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
      static_cast<ssize_t>(request.size())) {
    char buffer[512];
    // "HTTP/1.1 200" is all that is needed.
    while (reply.size() < 12) {
      const ssize_t received = recv(fd, buffer, sizeof buffer, 0);
      if (received <= 0) break;
      reply.append(buffer, static_cast<std::size_t>(received));
    }
  }
  close(fd);
  if (reply.size() < 12 || !reply.starts_with("HTTP/1.")) return 0;
  return base::ParseInt<int>(std::string_view(reply).substr(9, 3)).value_or(0);
}

void RunHealth(Session& session, const std::string& address) {
  const auto endpoint = server::ParseEndpoint(address);
  if (!endpoint.ok() || !endpoint->on || endpoint->port == 0) {
    session.streams.err << "chemoterm: --http must be HOST:PORT\n";
    session.Note(kUsage);
    return;
  }
  const int status = ReadyStatus(*endpoint);
  session.streams.out << (status == 200 ? "ready"
                          : status == 0 ? "no answer"
                                        : "not ready")
                      << "\n";
  if (status != 200) session.Note(kFailed);
}

}  // namespace

void AddHealthCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("health", "Ask a running service whether it is ready");
  auto address = std::make_shared<std::string>("127.0.0.1:8080");
  command->add_option("--http", *address, "Where it listens (its HTTP or its admin door)")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command->callback([&session, address] { RunHealth(session, *address); });
}

}  // namespace chemoterm::cli
