// Requests and answers over real loopback sockets.
#include <zlib.h>

#include <random>

#include "http_server_fixture.h"

namespace chemoterm::gateway::server_test {
namespace {

TEST_F(HttpServerTest, KeepsTheConnectionAndCounts) {
  Start();
  Client client(port());
  for (int i = 0; i < 3; ++i) {
    Response response = client.Exchange(Get("/a?b=%20", "x-test: 1\r\n"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "GET /a?b=%20 1|");
    EXPECT_EQ(response.headers["content-type"], "text/plain");
    EXPECT_EQ(response.headers["date"].size(), 29U);
    EXPECT_TRUE(response.headers["date"].ends_with(" GMT"));
    EXPECT_FALSE(response.headers.contains("connection"));
  }
  const HttpServerStats stats = server_->stats();
  EXPECT_EQ(stats.accepted, 1U);
  EXPECT_EQ(stats.requests, 3U);
  EXPECT_EQ(stats.transport_errors, 0U);
  EXPECT_EQ(stats.open_connections, 1);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  Start();
  Client client(port());
  std::string all;
  for (int i = 0; i < 300; ++i) {
    all += i % 50 == 7 ? Get("/size/200000")
           : i % 2     ? Post(std::to_string(i))
                       : Get("/" + std::to_string(i));
  }
  std::thread sender([&] { client.Send(all); });
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    const std::string body = client.Read().body;
    if (i % 50 == 7) {
      EXPECT_EQ(body, std::string(200000, 'x'));
    } else {
      EXPECT_EQ(body, i % 2 ? "POST /echo |" + n : "GET /" + n + " |");
    }
  }
  sender.join();
}

struct ExchangeCase {
  std::string_view why;
  std::string request;
  int status;
  std::string body;
  bool stays_open;
};

class HttpExchangeTest : public HttpServerTest, public testing::WithParamInterface<ExchangeCase> {};

TEST_P(HttpExchangeTest, AnswersAndKeepsOrEndsTheConnection) {
  Start();
  Client client(port());
  const ExchangeCase& c = GetParam();
  Response response = client.Exchange(c.request);
  EXPECT_EQ(response.status, c.status);
  EXPECT_EQ(response.body, c.body);
  if (c.stays_open) {
    EXPECT_EQ(client.Exchange(Get("/next")).body, "GET /next |");
  } else {
    EXPECT_EQ(response.headers["connection"], "close");
    EXPECT_TRUE(client.Ends());
  }
}

std::vector<ExchangeCase> Understood() {
  const std::string v10 = " HTTP/1.0\r\n";
  return {
      {"body", Post("hello"), 200, "POST /echo |hello", true},
      {"a body of NUL bytes", Post(std::string_view("\0\0", 2)), 200,
       "POST /echo |" + std::string(2, '\0'), true},
      {"empty body", Post(""), 200, "POST /echo |", true},
      {"one length said twice", Post("hi", "Content-Length: 2\r\n"), 200, "POST /echo |hi", true},
      {"chunks", Chunked("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"), 200,
       "POST /echo |abc0123456789", true},
      {"chunk extension", Chunked("1;a=b;c=\"d\"\r\nx\r\n0;e\r\n\r\n"), 200, "POST /echo |x", true},
      {"trailer is not a header", Chunked("1\r\nx\r\n0\r\nX-Test: no\r\n\r\n"), 200,
       "POST /echo |x", true},
      {"no chunk but the last", Chunked("0\r\n\r\n"), 200, "POST /echo |", true},
      {"empty lines before", "\r\n\r\n" + Get("/a"), 200, "GET /a |", true},
      {"TRACE", "TRACE /a HTTP/1.1\r\nHost: h\r\n\r\n", 200, "TRACE /a |", true},
      {"unknown method", "BREW /a HTTP/1.1\r\nHost: h\r\n\r\n", 200, "BREW /a |", true},
      {"body with GET", "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx", 200,
       "GET /a |x", true},
      {"close asked", Get("/a", "Connection: close\r\n"), 200, "GET /a |", false},
      {"1.0 closes", "GET /a" + v10 + "\r\n", 200, "GET /a |", false},
      {"1.0 keeps alive", "GET /a" + v10 + "Connection: keep-alive\r\n\r\n", 200, "GET /a |", true},
      {"server's status kept", Get("/status/418"), 418, "GET /status/418 |", true},
      {"impossible status", Get("/status/99"), 500, "GET /status/99 |", true},
      {"204", Get("/status/204"), 204, "", true},
      {"304", Get("/status/304"), 304, "", true},
  };
}

std::vector<ExchangeCase> Malformed() {
  const auto refused = [](std::string_view why, std::string request, int status = 400) {
    return ExchangeCase{why, std::move(request), status, "refused", false};
  };
  const std::string line = "GET / HTTP/1.1\r\nHost: h\r\n";
  return {
      refused("garbage", "\x16\x03\x01\x02garbage\r\n\r\n"),
      refused("NULs", std::string(64, '\0')),
      refused("NUL in the target", std::string("GET /\0a HTTP/1.1\r\nHost: h\r\n\r\n", 29)),
      refused("NUL in a value", line + std::string("A: b\0c\r\n\r\n", 10)),
      refused("no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n"),
      refused("no version", "GET /\r\n\r\n"),
      refused("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
      refused("HTTP/0.9", "GET / HTTP/0.9\r\n\r\n"),
      refused("method of 33 letters", std::string(33, 'A') + " / HTTP/1.1\r\nHost: h\r\n\r\n"),
      refused("bare LF", "GET / HTTP/1.1\nHost: h\n\n\r\n\r\n"),
      refused("no host", "GET / HTTP/1.1\r\n\r\n"),
      refused("two hosts", line + "Host: i\r\n\r\n"),
      refused("space before the colon", line + "A : b\r\n\r\n"),
      refused("no colon", line + "nonsense\r\n\r\n"),
      refused("empty name", line + ": b\r\n\r\n"),
      refused("folded value", line + "A: b\r\n c\r\n\r\n"),
      refused("value folded from its start", line + "A:\r\n c\r\n\r\n"),
      refused("endless empty lines", std::string(40, '\n') + "GET"),
      refused("length with a sign", line + "Content-Length: +1\r\n\r\nx"),
      refused("length of letters", line + "Content-Length: x\r\n\r\n"),
      refused("empty length", line + "Content-Length: \r\n\r\n"),
      refused("length over 64 bits", line + "Content-Length: 18446744073709551616\r\n\r\n"),
      refused("two lengths", line + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
      refused("list of lengths", line + "Content-Length: 1, 2\r\n\r\nxx"),
      refused("length, then chunks",
              line + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      refused("chunks, then length",
              line + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n"),
      refused("chunked twice",
              line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
      refused("gzip coding", line + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
      refused("unknown coding", line + "Transfer-Encoding: x\r\n\r\n", 501),
      refused("chunks in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      refused("chunk size of no digits", Chunked("\r\nabc\r\n")),
      refused("chunk size of letters", Chunked("xyz\r\nabc\r\n")),
      refused("negative chunk size", Chunked("-1\r\nabc\r\n")),
      refused("chunk size over 64 bits", Chunked("FFFFFFFFFFFFFFFFF\r\nabc\r\n")),
      refused("chunk size of 64 bits", Chunked("FFFFFFFFFFFFFFFF\r\nabc\r\n"), 413),
      refused("chunk longer than its size", Chunked("1\r\nabc\r\n0\r\n\r\n")),
      refused("bad chunk extension", Chunked("1;=\r\na\r\n0\r\n\r\n")),
      refused("bad trailer", Chunked("0\r\nno colon\r\n\r\n")),
  };
}

INSTANTIATE_TEST_SUITE_P(Understood, HttpExchangeTest, testing::ValuesIn(Understood()));
INSTANTIATE_TEST_SUITE_P(Malformed, HttpExchangeTest, testing::ValuesIn(Malformed()));

TEST_F(HttpServerTest, HeadHasTheLengthButNoBody) {
  Start();
  Client client(port());
  client.Send("HEAD /size/500 HTTP/1.1\r\nHost: h\r\n\r\n" + Get("/next"));
  Response head = client.Read(/*is_head=*/true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers["content-length"], "500");
  EXPECT_EQ(client.Read().body, "GET /next |");
}

TEST_F(HttpServerTest, WithoutContentThereIsNoTypeAndNoLength) {
  Start();
  Client client(port());
  for (const std::string_view target : {"/status/204", "/status/304"}) {
    Response response = client.Exchange(Get(target));
    EXPECT_FALSE(response.headers.contains("content-type"));
    EXPECT_FALSE(response.headers.contains("content-length"));
  }
}

TEST_F(HttpServerTest, AHandlersHeadersCannotBreakTheFraming) {
  Start();
  Response response = Client(port()).Exchange(Get("/headers"));
  EXPECT_EQ(response.headers["location"], "a  set-cookie: b");
  EXPECT_EQ(response.headers["etag"], "W/\"1\"");
  EXPECT_FALSE(response.headers.contains("Content-Length"));
  EXPECT_EQ(response.headers["content-length"], "14");
}

TEST_F(HttpServerTest, ARequestMayBeCutAtEveryByte) {
  Start();
  Client client(port());
  const std::vector<std::pair<std::string, std::string>> requests = {
      {Get("/cut", "x-test: a\r\nAccept: b\r\n"), "GET /cut a|"},
      {Post("0123456789"), "POST /echo |0123456789"},
      {Chunked("3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: u\r\n\r\n"), "POST /echo |abcde"}};
  for (const auto& [request, body] : requests) {
    for (std::size_t at = 1; at < request.size(); ++at) {
      client.Send(request.substr(0, at));
      std::this_thread::sleep_for(500us);
      ASSERT_EQ(client.Exchange(request.substr(at)).body, body) << at;
    }
    for (const char byte : request) {
      client.Send({&byte, 1});
      std::this_thread::sleep_for(200us);
    }
    EXPECT_EQ(client.Read().body, body);
  }
}

TEST_F(HttpServerTest, ContinueIsSentOnceAndOnlyWhenTheBodyIsWanted) {
  Start({.max_body_bytes = 100});
  const std::string expect = "Expect: 100-continue\r\n";
  Client client(port());
  const std::string request = Post("hello", expect);
  EXPECT_EQ(client.Exchange(request.substr(0, request.size() - 5)).status, 100);
  EXPECT_EQ(client.Exchange("hello").body, "POST /echo |hello");
  EXPECT_EQ(client.Exchange(request).body, "POST /echo |hello") << "the body came unasked";
  const std::string too_large = Post(std::string(101, 'x'), expect);
  EXPECT_EQ(client.Exchange(too_large.substr(0, too_large.size() - 101)).status, 413);
}

TEST_F(HttpServerTest, GzipIsNegotiated) {
  Start({.gzip_min_bytes = 1000});
  struct Case {
    std::string_view target, accept;
    bool vary, gzip;
  };
  for (const Case& c :
       {Case{"/size/1000", "gzip", true, true}, Case{"/size/999", "gzip", false, false},
        Case{"/size/1000", "gzip;q=0", true, false}, Case{"/size/1000", "br", true, false},
        Case{"/size/1000000", "br, *;q=0.1", true, true}, Case{"/encoded", "gzip", false, false}}) {
    Client client(port());
    Response response =
        client.Exchange(Get(c.target, "Accept-Encoding: " + std::string(c.accept) + "\r\n"));
    EXPECT_EQ(response.headers.contains("vary"), c.vary) << c.target << c.accept;
    EXPECT_EQ(response.headers["content-encoding"] == "gzip", c.gzip) << c.target << c.accept;
    if (!c.gzip) continue;
    std::string text(std::stoul(std::string(c.target.substr(6))) + 1, '\0');
    z_stream z{};
    ASSERT_EQ(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_in = reinterpret_cast<Bytef*>(response.body.data());
    z.avail_in = static_cast<uInt>(response.body.size());
    z.next_out = reinterpret_cast<Bytef*>(text.data());
    z.avail_out = static_cast<uInt>(text.size());
    EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
    EXPECT_EQ(z.total_out, text.size() - 1);
    inflateEnd(&z);
    client.Send("HEAD " + std::string(c.target) +
                " HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n");
    EXPECT_EQ(client.Read(true).headers["content-length"], response.headers["content-length"]);
  }
}

TEST_F(HttpServerTest, AHalfClosedClientGetsItsAnswer) {
  Start();
  Client client(port());
  client.Send(Get("/size/1000000") + Get("/b"));
  client.HalfClose();
  EXPECT_EQ(client.Read().body.size(), 1'000'000U);
  EXPECT_EQ(client.Read().body, "GET /b |");
  EXPECT_TRUE(client.Ends());
}

TEST_F(HttpServerTest, ARequestCutOffIsRefused) {
  Start();
  for (const std::string& part : {std::string("G"), kUnfinished, Chunked("5\r\nab")}) {
    Client client(port());
    client.Send(part);
    client.HalfClose();
    EXPECT_EQ(client.Read().status, 400) << part;
    EXPECT_TRUE(client.Ends());
  }
}

TEST_F(HttpServerTest, NoBytesBreakIt) {
  Start({.header_timeout = 100ms, .body_timeout = 100ms});
  std::mt19937 random(20261122);
  const std::vector<std::string> seeds = {Get("/a", "x-test: 1\r\n"), Post("hello"),
                                          Chunked("3\r\nabc\r\n0\r\n\r\n")};
  for (int i = 0; i < 400; ++i) {
    std::string bytes = seeds[random() % seeds.size()];
    for (auto n = random() % 6; n > 0; --n) {
      const std::size_t at = random() % bytes.size();
      if (random() % 3 == 0) bytes.insert(at, 1 + random() % 3, "\r\n\0:;0f,"[random() % 8]);
      if (random() % 3 == 0) bytes.erase(at, 1 + random() % 3);
      if (random() % 3 == 0) bytes[at % bytes.size()] = static_cast<char>(random());
    }
    Client client(port());
    client.Send(bytes);
    client.HalfClose();
    while (client.Read().status != 0) {
    }
  }
  EXPECT_TRUE(StillServes());
  EXPECT_TRUE(Eventually([&] { return server_->stats().open_connections == 0; }));
}

TEST_F(HttpServerTest, ManyClientsAtOnceGetTheirOwnAnswers) {
  Start({.threads = 4});
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      Client client(port());
      for (int i = 0; i < 100; ++i) {
        const std::string body(static_cast<std::size_t>(i * 50), static_cast<char>('a' + t));
        EXPECT_EQ(client.Exchange(Post(body)).body, "POST /echo |" + body);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(server_->stats().requests, 800U);
}

TEST_F(HttpServerTest, StartFailsWithAReasonWhenItCannotListen) {
  Start();
  const auto start = [](HttpServerOptions options) {
    return HttpServer::Start(std::move(options), nullptr, nullptr).status();
  };
  const absl::Status busy = start({.port = port()});
  EXPECT_FALSE(busy.ok());
  EXPECT_NE(std::string(busy.message()).find("127.0.0.1:" + std::to_string(port())),
            std::string::npos);
  EXPECT_FALSE(start({.host = "203.0.113.1"}).ok());
  EXPECT_FALSE(start({.host = "no such host"}).ok());
}

}  // namespace
}  // namespace chemoterm::gateway::server_test
