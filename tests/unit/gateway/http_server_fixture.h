// A server on loopback and a client of plain POSIX calls that sends exactly the bytes a case names.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/http_server.h"

namespace chemoterm::gateway::server_test {
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct Response {
  int status = 0;  // 0: the connection ended instead
  std::map<std::string, std::string> headers;
  std::string body;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  milliseconds pause{0};  // before each piece of 16 KiB is read

  bool connected() const { return connected_; }
  // Sends all, or stops at an error (the server may have closed).
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void HalfClose() { ::shutdown(socket_, SHUT_WR); }
  void Reset() {
    const linger hard{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(socket_);
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  }
  Response Read(bool is_head = false) {
    Response response;
    std::size_t end;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!Fill()) return {};
    }
    response.status = std::stoi(input_.substr(9, 3));
    for (std::size_t at = input_.find("\r\n") + 2; at < end + 2;) {
      const std::size_t colon = input_.find(": ", at), eol = input_.find("\r\n", at);
      std::string& value = response.headers[input_.substr(at, colon - at)];
      value += (value.empty() ? "" : "|") + input_.substr(colon + 2, eol - colon - 2);
      at = eol + 2;
    }
    input_.erase(0, end + 4);
    if (is_head || !response.headers.contains("content-length")) return response;
    const std::size_t size = std::stoul(response.headers["content-length"]);
    while (input_.size() < size) {
      if (!Fill()) return {};
    }
    response.body = input_.substr(0, size);
    input_.erase(0, size);
    return response;
  }
  Response Exchange(std::string_view request) {
    Send(request);
    return Read();
  }
  // True when the server ends the connection within `limit` without another byte.
  bool Ends(milliseconds limit = 5s) {
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(limit.count())) <= 0) return false;
    return input_.empty() && !Fill();
  }

 private:
  bool Fill() {
    std::this_thread::sleep_for(pause);
    char bytes[16384];
    const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  std::string input_;
};

inline bool Eventually(const std::function<bool()>& condition) {
  for (const auto end = Clock::now() + 10s; Clock::now() < end; std::this_thread::sleep_for(2ms)) {
    if (condition()) return true;
  }
  return false;
}

inline std::string Get(std::string_view target, std::string_view headers = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n";
}
inline std::string Post(std::string_view body, std::string_view headers = "") {
  return "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}
inline std::string Chunked(std::string_view chunks) {
  return "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
         std::string(chunks);
}

// A request of which the end is missing, and that end.
inline const std::string kUnfinished = Post("hello").substr(0, Post("hello").size() - 3);
inline constexpr std::string_view kItsEnd = "llo";

class HttpServerTest : public testing::Test {
 protected:
  ~HttpServerTest() override { Release(); }

  void Start(HttpServerOptions options = {}) {
    auto started = HttpServer::Start(
        std::move(options), [this](const HttpRequest& request) { return Handle(request); },
        [](TransportError) { return HttpReply{.content_type = "text/plain", .body = "refused"}; });
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }
  HttpReply Handle(const HttpRequest& request) {
    const std::string_view target = request.target();
    HttpReply reply{.content_type = "text/plain"};
    if (target == "/block") {
      blocked_ = true;
      released_.wait();
    }
    if (target.starts_with("/status/")) reply.status = std::stoi(std::string(target.substr(8)));
    if (target == "/headers") {
      reply.headers = {
          {"location", "a\r\nset-cookie: b"}, {"Content-Length", "7"}, {"etag", "W/\"1\""}};
    }
    if (target == "/encoded") reply.headers = {{"content-encoding", "br"}};
    if (target.starts_with("/size/")) {
      reply.body.assign(std::stoul(std::string(target.substr(6))), 'x');
    } else if (target == "/encoded") {
      reply.body.assign(5000, 'x');
    } else {
      reply.body = std::string(request.method()) + " " + std::string(target) + " " +
                   std::string(request.header("X-Test")) + "|" + std::string(request.body());
    }
    return reply;
  }
  void Release() {
    if (!done_) release_.set_value();
    done_ = true;
  }
  std::uint16_t port() const { return server_->port(); }
  bool StillServes() { return Client(port()).Exchange(Get("/ok")).status == 200; }

  std::atomic<bool> blocked_{false};
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
  bool done_ = false;
  std::unique_ptr<HttpServer> server_;  // last: its threads use the rest
};

}  // namespace chemoterm::gateway::server_test
