// Limits, timeouts, drain and the end of connections, over real loopback sockets.
#include "http_server_fixture.h"

namespace chemoterm::gateway::server_test {
namespace {

TEST_F(HttpServerTest, LimitsAreExactAndTheClientSeesTheAnswer) {
  Start({.max_header_bytes = 2048, .max_target_bytes = 512, .max_body_bytes = 100'000});
  const std::string big(3'000'000, 'x');
  const auto head_of = [](std::size_t size) {
    const std::size_t rest = Get("/", "A: \r\n").size();
    return Get("/", "A: " + std::string(size - rest, 'a') + "\r\n");
  };
  std::string chunks;
  for (int i = 0; i < 101; ++i) chunks += "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  std::string crumbs;  // far more framing than body
  for (int i = 0; i < 1000; ++i) crumbs += "1;" + std::string(100, 'e') + "\r\nx\r\n";
  const std::vector<std::tuple<std::string_view, std::string, int>> cases = {
      {"longest head", head_of(2048), 200},
      {"head too long", head_of(2049), 431},
      {"head without an end", head_of(20'000).substr(0, 19'000), 431},
      {"longest target", Get("/" + std::string(511, 't')), 200},
      {"target too long", Get("/" + std::string(512, 't')), 414},
      {"target without an end", "GET /" + std::string(10'000, 't'), 414},
      {"longest body", Post(big.substr(0, 100'000)), 200},
      {"declared too long, sent in full", Post(big), 413},
      {"declared absurdly",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999999999\r\n\r\n", 413},
      {"chunks too long", Chunked(chunks + "0\r\n\r\n"), 413},
      {"chunk header without an end", Chunked("1;" + std::string(5000, 'e')), 431},
      {"trailer without an end", Chunked("0\r\nA: " + std::string(5000, 'e')), 431},
      {"crumbs", Chunked(crumbs), 400},
  };
  for (const auto& [why, request, status] : cases) {
    Client client(port());
    client.Send(request);
    const Response response = client.Read();
    EXPECT_EQ(response.status, status) << why;
    EXPECT_EQ(response.body == "refused", status != 200) << why;
  }
}

TEST_F(HttpServerTest, ALongHeadIsJudgedAsAWholeWhenItComesInPieces) {
  Start({.max_header_bytes = 2048, .max_target_bytes = 256});
  const std::vector<std::pair<std::string, int>> cases = {
      {"GET /a HTTP/1.1\r\nHost: h\r\nA: " + std::string(1500, 'a') + "\r\n\r\n", 200},
      {"GET /a HTTP/1.1\r\nHost: h\r\nA: " + std::string(3000, 'a'), 431},
      {"GET /" + std::string(400, 'a'), 414}};
  for (const auto& [request, status] : cases) {
    Client client(port());
    client.Send(request.substr(0, 5));  // cut in the request line, then at every 300th byte
    for (std::size_t at = 5; at < request.size(); at += 300) {
      std::this_thread::sleep_for(2ms);
      client.Send(request.substr(at, 300));
    }
    EXPECT_EQ(client.Read().status, status) << request.size();
  }
}

TEST_F(HttpServerTest, TimeoutsAnswer408OrCloseIdleConnections) {
  Start({.header_timeout = 150ms, .body_timeout = 150ms, .idle_timeout = 150ms});
  const std::vector<std::pair<std::string_view, int>> cases = {
      {"", 0},
      {"\r\n", 0},
      {"G", 408},
      {"GET / HTTP/1.1\r\nHost: h\r\n", 408},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc", 408},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 408},
  };
  for (const auto& [bytes, status] : cases) {
    const auto start = Clock::now();
    Client client(port());
    EXPECT_EQ(client.Exchange(bytes).status, status) << bytes;
    EXPECT_TRUE(client.Ends());
    EXPECT_GE(Clock::now() - start, 140ms) << bytes;
  }
  Client kept(port());
  EXPECT_EQ(kept.Exchange(Get("/a")).status, 200);
  EXPECT_TRUE(kept.Ends());
}

TEST_F(HttpServerTest, ADrippingClientDoesNotEscapeTheHeaderTimeout) {
  Start({.header_timeout = 200ms});
  Client client(port());
  const auto start = Clock::now();
  for (int i = 0; i < 200 && client.Send(i ? "a" : "G"); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_LT(Clock::now() - start, 1900ms + 2s);  // 408, then what it sends is discarded for 2 s
  EXPECT_EQ(server_->stats().transport_errors, 1U);
}

TEST_F(HttpServerTest, AClientThatDoesNotReadIsClosed) {
  Start({.write_timeout = 200ms});
  Client client(port());
  client.Send(Get("/size/50000000"));
  EXPECT_TRUE(Eventually([&] { return server_->stats().requests == 1; }));
  EXPECT_TRUE(Eventually([&] { return server_->stats().open_connections == 0; }));
}

TEST_F(HttpServerTest, ASlowReaderThatGoesOnReadingGetsAll) {
  Start({.write_timeout = 2s});
  Client client(port());
  client.pause = 3ms;
  const auto start = Clock::now();
  EXPECT_EQ(client.Exchange(Get("/size/20000000")).body.size(), 20'000'000U);
  EXPECT_GT(Clock::now() - start, 2s);
}

TEST_F(HttpServerTest, ResetsLeaveNothingBehind) {
  Start();
  for (int i = 0; i < 60; ++i) {
    Client client(port());
    client.Send(i % 3 == 0 ? Get("/size/5000000") : i % 3 == 1 ? kUnfinished : Get("/a"));
    if (i % 2) std::this_thread::sleep_for(1ms);
    client.Reset();
  }
  EXPECT_TRUE(Eventually([&] { return server_->stats().open_connections == 0; }));
  EXPECT_TRUE(StillServes());
}

TEST_F(HttpServerTest, ConnectionsOverTheLimitGet503) {
  Start({.max_connections = 20});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Client>(port()));
    EXPECT_EQ(clients.back()->Exchange(Get("/a")).status, 200);
  }
  for (int i = 0; i < 50; ++i) {
    Client extra(port());
    Response response = extra.Exchange(Get("/a"));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.headers["retry-after"], "1");
    EXPECT_TRUE(extra.Ends());
  }
  for (const auto& client : clients) EXPECT_EQ(client->Exchange(Get("/b")).status, 200);
  clients.clear();
  EXPECT_TRUE(Eventually([&] { return server_->stats().open_connections == 0; }));
  EXPECT_TRUE(StillServes());
}

TEST_F(HttpServerTest, BufferedBodiesAreLimitedInTotal) {
  Start({.max_body_bytes = 1'000'000, .max_buffered_body_bytes = 1'500'000});
  const std::string body(1'000'000, 'x');
  const std::string most = Post(body).substr(0, 900'000);
  auto first = std::make_unique<Client>(port());
  first->Send(most);
  std::this_thread::sleep_for(100ms);
  Client second(port());
  second.Send(Post(body));
  Response refused = second.Read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers["retry-after"], "1");
  first.reset();
  EXPECT_TRUE(Eventually([&] { return Client(port()).Exchange(Post(body)).status == 200; }));
  Client third(port());
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(third.Exchange(Post(body)).status, 200) << "given back each time";
}

TEST_F(HttpServerTest, DrainClosesIdleAndFinishesWhatWasBegun) {
  Start({.threads = 2});
  Client idle(port()), fresh(port()), reading(port()), handled(port());
  EXPECT_EQ(idle.Exchange(Get("/a")).status, 200);
  reading.Send(kUnfinished);
  handled.Send(Get("/block"));
  ASSERT_TRUE(Eventually([&] { return blocked_ && server_->stats().open_connections == 4; }));
  auto drained = std::async(std::launch::async, [&] { return server_->Drain(10s); });
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  Release();
  EXPECT_TRUE(idle.Ends());
  EXPECT_TRUE(fresh.Ends());
  for (Client* client : {&handled, &reading}) {
    if (client == &reading) reading.Send(kItsEnd);
    Response response = client->Read();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers["connection"], "close");
    client->HalfClose();
    EXPECT_TRUE(client->Ends());
  }
  EXPECT_TRUE(drained.get());
  EXPECT_FALSE(Client(port()).connected());
  EXPECT_TRUE(server_->Drain(0ms)) << "again";
}

TEST_F(HttpServerTest, DrainAnswersWhatTheKernelHoldsUnread) {
  Start({.threads = 1});
  Client kept(port()), handled(port());
  EXPECT_EQ(kept.Exchange(Get("/a")).status, 200);
  handled.Send(Get("/block") + Get("/pipelined"));
  ASSERT_TRUE(Eventually([&] { return blocked_.load(); }));
  kept.Send(Get("/unread"));  // the only thread is blocked
  Client waiting(port());     // not yet accepted
  waiting.Send(Get("/unaccepted"));
  auto drained = std::async(std::launch::async, [&] { return server_->Drain(10s); });
  std::this_thread::sleep_for(50ms);
  Release();
  EXPECT_EQ(kept.Read().body, "GET /unread |");
  EXPECT_EQ(waiting.Read().body, "GET /unaccepted |");
  EXPECT_EQ(handled.Read().body, "GET /block |");
  EXPECT_EQ(handled.Read().body, "GET /pipelined |");
  for (Client* client : {&kept, &waiting, &handled}) {
    client->HalfClose();
    EXPECT_TRUE(client->Ends());
  }
  EXPECT_TRUE(drained.get());
}

TEST_F(HttpServerTest, DrainGivesUpAtItsLimit) {
  Start();
  Client client(port());
  client.Send(Get("/block"));
  ASSERT_TRUE(Eventually([&] { return blocked_.load(); }));
  EXPECT_FALSE(server_->Drain(50ms));
  Release();
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(HttpServerTest, DestructionStopsAtOnceWithConnectionsInEveryState) {
  Start({.threads = 3});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 30; ++i) {
    clients.push_back(std::make_unique<Client>(port()));
    clients.back()->Send(i % 3 == 0 ? "G" : i % 3 == 1 ? kUnfinished : Get("/size/9000000"));
  }
  std::this_thread::sleep_for(20ms);
  const auto start = Clock::now();
  server_.reset();
  EXPECT_LT(Clock::now() - start, 2s);
}

}  // namespace
}  // namespace chemoterm::gateway::server_test
