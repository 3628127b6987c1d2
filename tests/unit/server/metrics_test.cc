#include "server/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"

namespace chemoterm::server {
namespace {

using testing::HasSubstr;
using testing::Not;

base::RequestRecord Record(std::string_view door, std::string_view op, std::string_view reason,
                           std::int64_t micros) {
  base::RequestRecord record;
  record.door = door;
  record.operation = op;
  record.reason = reason;
  record.micros = micros;
  return record;
}

TEST(Metrics, CountsByDoorOperationAndReason) {
  Metrics metrics;
  metrics.Count(Record("http", "lookup", "OK", 40));
  metrics.Count(Record("http", "lookup", "OK", 2'000'000));
  metrics.Count(Record("grpc", "lookup", "UNKNOWN_CODE", 10));
  const std::string text = metrics.Text({});
  EXPECT_THAT(text, HasSubstr("# TYPE chemoterm_requests_total counter"));
  EXPECT_THAT(text,
              HasSubstr(R"(chemoterm_requests_total{door="http",op="lookup",reason="OK"} 2)"));
  EXPECT_THAT(
      text,
      HasSubstr(R"(chemoterm_requests_total{door="grpc",op="lookup",reason="UNKNOWN_CODE"} 1)"));
  EXPECT_THAT(text, HasSubstr("# TYPE chemoterm_request_seconds histogram"));
  EXPECT_THAT(text, HasSubstr(R"(chemoterm_request_seconds_count{door="http",op="lookup"} 2)"));
  EXPECT_THAT(
      text, HasSubstr(R"(chemoterm_request_seconds_bucket{door="http",op="lookup",le="5e-05"} 1)"));
  EXPECT_THAT(text,
              HasSubstr(R"(chemoterm_request_seconds_bucket{door="http",op="lookup",le="1"} 1)"));
  EXPECT_THAT(
      text, HasSubstr(R"(chemoterm_request_seconds_bucket{door="http",op="lookup",le="+Inf"} 2)"));
}

TEST(Metrics, WhatNoTableKnowsIsOther) {
  Metrics metrics;
  for (const char* odd : {"", "nonsense", "x\"y\n", "other"})
    metrics.Count(Record(odd, odd, odd, 1));
  const std::string text = metrics.Text({});
  EXPECT_THAT(text,
              HasSubstr(R"(chemoterm_requests_total{door="other",op="other",reason="other"} 4)"));
  EXPECT_THAT(text, Not(HasSubstr("nonsense")));
}

TEST(Metrics, EveryOperationAndReasonHasItsOwnSeries) {
  Metrics metrics;
  std::set<std::string> expected;
  std::set<std::string_view> names;
  ForEachOp([&]<class Op>() {
    if (!names.insert(Op::kInfo.name).second) return;  // of two resources
    for (std::size_t i = 0; i <= static_cast<std::size_t>(Reason::kLast); ++i) {
      const auto reason = InfoOf(static_cast<Reason>(i)).name;
      metrics.Count(Record("grpc", Op::kInfo.name, reason, 1));
      expected.insert(
          base::Concat({"{door=\"grpc\",op=\"", Op::kInfo.name, "\",reason=\"", reason, "\"} 1"}));
    }
  });
  const std::string text = metrics.Text({});
  for (const auto& series : expected) EXPECT_THAT(text, HasSubstr(series));
}

TEST(Metrics, ShowsTheContentAndTheConnections) {
  Gauges gauges;
  gauges.content.digest = "abc";
  gauges.content.version = "2026.1";
  gauges.content.loaded_unix_seconds = 1000;
  gauges.content.concepts = 33;
  gauges.content.bytes = 4096;
  gauges.content.reloads_ok = 2;
  gauges.content.reloads_failed = 1;
  gauges.content.last_reload_ok = false;
  gauges.http.accepted = 9;
  gauges.http.open_connections = 3;
  gauges.http.transport_errors = 1;
  gauges.ready = true;
  gauges.now_unix_seconds = 1060;
  const std::string text = Metrics().Text(gauges);
  for (const char* line :
       {"chemoterm_ready 1\n", "chemoterm_snapshot_age_seconds 60\n",
        "chemoterm_snapshot_bytes 4096\n", "chemoterm_snapshot_concepts 33\n",
        "chemoterm_reload_ok 0\n", "chemoterm_reload_success_total 2\n",
        "chemoterm_reload_failure_total 1\n", "chemoterm_http_connections 3\n",
        "chemoterm_http_accepted_total 9\n", "chemoterm_http_transport_errors_total 1\n",
        "chemoterm_snapshot_info{digest=\"abc\",version=\"2026.1\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, ThreadsLoseNoCount) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 5000; ++n)
        metrics.Count(Record("http", n % 2 == 0 ? "lookup" : "read", "OK", n));
    });
  }
  for (auto& thread : threads) thread.join();
  const std::string text = metrics.Text({});
  EXPECT_THAT(text, HasSubstr(R"({door="http",op="lookup",reason="OK"} 10000)"));
  EXPECT_THAT(text, HasSubstr(R"(chemoterm_request_seconds_count{door="http",op="read"} 10000)"));
}

}  // namespace
}  // namespace chemoterm::server
