// Requests that a handler defers: answered by another thread, while the server goes on.
#include <mutex>

#include "base/work_pool.h"
#include "http_server_fixture.h"

namespace chemoterm::gateway::server_test {
namespace {

// Answers /now at once and keeps everything else until the test answers it.
class DeferredTest : public testing::Test {
 protected:
  void Start() {
    HttpServerOptions options;
    options.threads = 1;
    options.idle_timeout = 200ms;
    options.write_timeout = 200ms;
    auto started = HttpServer::Start(
        options, [this](const HttpRequest& request) { return Handle(request); },
        [](TransportError) { return HttpReply{.content_type = "text/plain", .body = "refused"}; });
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }

  HttpReply Handle(const HttpRequest& request) {
    HttpReply reply{.content_type = "text/plain", .body = std::string(request.target())};
    if (request.target() == "/now") return reply;
    HttpAnswer answer = request.Defer();
    if (!answer) return reply;
    const std::lock_guard lock(mutex_);
    waiting_.push_back({&request, std::move(answer)});
    return {.body = "dropped"};
  }

  bool WaitFor(std::size_t count) {
    return Eventually([&] {
      const std::lock_guard lock(mutex_);
      return waiting_.size() == count;
    });
  }

  // Answers the first one with its own target and body: the request is still there.
  void AnswerOne(std::size_t padding = 0) {
    Waiting first;
    {
      const std::lock_guard lock(mutex_);
      first = std::move(waiting_.front());
      waiting_.erase(waiting_.begin());
    }
    std::string body = std::string(first.request->target()) + "|" +
                       std::string(first.request->body()) + std::string(padding, 'x');
    first.answer({.content_type = "text/plain", .body = std::move(body)});
  }

  struct Waiting {
    const HttpRequest* request = nullptr;
    HttpAnswer answer;
  };
  std::mutex mutex_;
  std::vector<Waiting> waiting_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(DeferredTest, OtherConnectionsOfTheThreadAreAnsweredMeanwhile) {
  Start();
  Client slow(server_->port());
  slow.Send(Get("/slow"));
  ASSERT_TRUE(WaitFor(1));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Client(server_->port()).Exchange(Get("/now")).status, 200);
  AnswerOne();
  EXPECT_EQ(slow.Read().body, "/slow|");
}

TEST_F(DeferredTest, NoTimeoutOfTheConnectionEndsTheWait) {
  Start();
  Client slow(server_->port());
  slow.Send(Post("a body"));
  ASSERT_TRUE(WaitFor(1));
  std::this_thread::sleep_for(600ms);  // the sweep has come by
  AnswerOne();
  EXPECT_EQ(slow.Read().body, "/echo|a body");
}

TEST_F(DeferredTest, PipelinedRequestsKeepTheirOrder) {
  Start();
  Client client(server_->port());
  client.Send(Get("/now") + Get("/1") + Get("/now") + Get("/2"));
  ASSERT_TRUE(WaitFor(1));
  AnswerOne();
  ASSERT_TRUE(WaitFor(1));
  AnswerOne();
  for (const char* body : {"/now", "/1|", "/now", "/2|"}) EXPECT_EQ(client.Read().body, body);
}

TEST_F(DeferredTest, AClientThatGoesAwayDoesNoHarm) {
  Start();
  {
    Client gone(server_->port());
    gone.Send(Get("/slow"));
    ASSERT_TRUE(WaitFor(1));
    gone.Reset();
  }
  AnswerOne(1'000'000);
  EXPECT_TRUE(Eventually([&] { return server_->stats().open_connections == 0; }));
  EXPECT_EQ(Client(server_->port()).Exchange(Get("/now")).status, 200);
}

TEST_F(DeferredTest, ALargeAnswerIsCompressedWhereTheClientTakesIt) {
  Start();
  Client client(server_->port());
  client.Send(Get("/slow", "Accept-Encoding: gzip\r\n"));
  ASSERT_TRUE(WaitFor(1));
  AnswerOne(100'000);
  Response response = client.Read();
  EXPECT_EQ(response.headers["content-encoding"], "gzip");
  EXPECT_EQ(response.headers["vary"], "accept-encoding");
  EXPECT_LT(response.body.size(), 2000U);
}

TEST_F(DeferredTest, ADrainWaitsForTheAnswer) {
  Start();
  Client client(server_->port());
  client.Send(Get("/slow"));
  ASSERT_TRUE(WaitFor(1));
  auto drained = std::async(std::launch::async, [&] { return server_->Drain(10s); });
  EXPECT_EQ(drained.wait_for(100ms), std::future_status::timeout);
  AnswerOne();
  EXPECT_TRUE(drained.get());
  Response response = client.Read();
  EXPECT_EQ(response.body, "/slow|");
  EXPECT_EQ(response.headers["connection"], "close");
}

TEST_F(DeferredTest, AStopCancelsAndWaitsUntilTheLastAnswerHasCome) {
  Start();
  Client client(server_->port());
  client.Send(Get("/slow"));
  ASSERT_TRUE(WaitFor(1));
  const std::atomic<bool>* const cancelled = waiting_.front().request->cancelled();
  ASSERT_NE(cancelled, nullptr);
  EXPECT_FALSE(*cancelled);
  auto stopped = std::async(std::launch::async, [&] { server_.reset(); });
  EXPECT_TRUE(Eventually([&] { return cancelled->load(); }));
  EXPECT_EQ(stopped.wait_for(100ms), std::future_status::timeout);
  AnswerOne();
  stopped.get();
}

// What the gateway does: the pool answers while connections come and go.
TEST(DeferredRequests, ManyAtOnceFromAPool) {
  base::WorkPool pool(2, 1000);
  std::atomic<int> deferred = 0;
  HttpServerOptions options;
  options.threads = 2;
  auto server = *HttpServer::Start(
      options,
      [&](const HttpRequest& request) {
        HttpAnswer answer = request.Defer();
        EXPECT_TRUE(pool.Submit([&request, answer = std::move(answer), &deferred] {
          ++deferred;
          answer({.content_type = "text/plain", .body = std::string(request.target())});
        }));
        return HttpReply{};
      },
      [](TransportError) { return HttpReply{}; });
  std::vector<std::future<bool>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [&, c] {
      Client client(server->port());
      for (int i = 0; i < 100; ++i) {
        const std::string target = "/" + std::to_string(c) + "/" + std::to_string(i);
        if (client.Exchange(Get(target)).body != target) return false;
      }
      return true;
    }));
  }
  for (auto& client : clients) EXPECT_TRUE(client.get());
  EXPECT_EQ(deferred, 800);
}

}  // namespace
}  // namespace chemoterm::gateway::server_test
