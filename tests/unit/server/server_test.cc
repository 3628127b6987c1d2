// The wiring, over real sockets: doors open on free ports, reload, drain.
#include "server/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/log.h"

namespace chemoterm::server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

// The whole answer to one request; empty when nothing listens.
std::string Ask(const Endpoint& endpoint, const std::string& request_line) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
  std::string reply;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string request =
        request_line + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
      char buffer[4096];
      for (ssize_t n = 0; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;) {
        reply.append(buffer, static_cast<std::size_t>(n));
      }
    }
  }
  close(fd);
  return reply;
}

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    base::SetLogFile(-1);
    content_ = fs::path(testing::TempDir()) /
               ("chemoterm_server_" +
                std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(content_);
    fs::copy(CHEMOTERM_SOURCE_DIR "/terminology", content_, fs::copy_options::recursive);
  }
  void TearDown() override {
    base::SetLogFile(2);
    fs::remove_all(content_);
  }
  Config FreePorts() const {
    Config config;
    config.http.port = config.grpc.port = config.admin.port = 0;
    config.content = content_;
    config.watch_seconds = 0;
    config.drain_seconds = 5;
    return config;
  }
  fs::path content_;
};

TEST_F(ServerTest, OpensItsDoors) {
  const auto server = Server::Start(FreePorts());
  ASSERT_TRUE(server.ok()) << server.status();
  const Config& config = (*server)->config();
  EXPECT_GT(config.http.port, 0);
  EXPECT_GT(config.grpc.port, 0);
  EXPECT_GT(config.admin.port, 0);
  EXPECT_THAT(Ask(config.http, "GET /r4/metadata"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Ask(config.http, "GET /healthz"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Ask(config.http, "GET /readyz"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Ask(config.admin, "GET /readyz"), StartsWith("HTTP/1.1 200"));
  const std::string metrics = Ask(config.admin, "GET /metrics");
  EXPECT_THAT(metrics, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(metrics,
              HasSubstr(R"(chemoterm_requests_total{door="http",op="metadata",reason="OK"} 1)"));
  EXPECT_THAT(metrics, HasSubstr("chemoterm_ready 1"));
}

TEST_F(ServerTest, LeavesDoorsClosedThatAreOff) {
  Config config = FreePorts();
  config.grpc.on = config.admin.on = false;
  const auto server = Server::Start(config);
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_THAT(Ask((*server)->config().http, "GET /readyz"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(ToText((*server)->config().grpc), "off");
  EXPECT_EQ(ToText((*server)->config().admin), "off");
  EXPECT_TRUE((*server)->Drain());
}

TEST_F(ServerTest, SaysWhichAddressIsTaken) {
  const auto first = Server::Start(FreePorts());
  ASSERT_TRUE(first.ok()) << first.status();
  for (const char* key : {"http", "grpc", "admin"}) {
    Config config = FreePorts();
    Endpoint& endpoint = key == std::string_view("http")   ? config.http
                         : key == std::string_view("grpc") ? config.grpc
                                                           : config.admin;
    endpoint.port = (*first)->config().http.port;
    const auto second = Server::Start(config);
    ASSERT_FALSE(second.ok()) << key;
    EXPECT_THAT(FailureOf(second.status()).text,
                StartsWith(std::string(key) + ": cannot listen on 127.0.0.1:"));
  }
}

TEST_F(ServerTest, SaysWhatIsWrongWithTheContent) {
  std::ofstream(content_ / "sources.json") << "[";
  const auto server = Server::Start(FreePorts());
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(std::string(server.status().message()), HasSubstr("sources.json"));
}

TEST_F(ServerTest, ARefusedReloadKeepsTheContent) {
  const auto server = Server::Start(FreePorts());
  ASSERT_TRUE(server.ok()) << server.status();
  const Endpoint& admin = (*server)->config().admin;
  const std::string digest = (*server)->engine().Describe().digest;
  EXPECT_THAT(Ask(admin, "POST /-/reload"), StartsWith("HTTP/1.1 200"));
  std::ofstream(content_ / "sources.json") << "[";
  EXPECT_THAT(Ask(admin, "POST /-/reload"), HasSubstr("sources.json"));
  EXPECT_EQ((*server)->engine().Describe().digest, digest);
  EXPECT_THAT(Ask((*server)->config().http, "GET /r5/metadata"), StartsWith("HTTP/1.1 200"));
  const std::string metrics = Ask(admin, "GET /metrics");
  EXPECT_THAT(metrics, HasSubstr("chemoterm_reload_ok 0"));
  EXPECT_THAT(metrics, HasSubstr("chemoterm_reload_failure_total 1"));
  EXPECT_THAT(metrics, HasSubstr("chemoterm_reload_success_total 2"));
}

TEST_F(ServerTest, DrainsAndIsNotReady) {
  const auto server = Server::Start(FreePorts());
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_TRUE((*server)->Drain());
  EXPECT_EQ(Ask((*server)->config().http, "GET /readyz"), "");
  EXPECT_THAT(Ask((*server)->config().admin, "GET /readyz"), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(Ask((*server)->config().admin, "GET /metrics"), HasSubstr("chemoterm_ready 0"));
}

}  // namespace
}  // namespace chemoterm::server
