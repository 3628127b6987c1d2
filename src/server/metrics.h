// Numbers for Prometheus. Labels come from the operation and reason tables, so the number of series
// is bounded.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/request_record.h"
#include "base/work_pool.h"
#include "chemoterm/engine.h"
#include "gateway/http_server.h"

namespace chemoterm::server {

// What /metrics shows beside the requests; read when asked.
struct Gauges {
  ContentInfo content;
  gateway::HttpServerStats http;
  base::WorkPoolStats pool;
  bool ready = false;
  std::int64_t now_unix_seconds = 0;
};

// Thread-safe.
class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Counts one answered request. After the first of its kind this is two table look-ups, an atomic
  // increment and a histogram update. Labels that no table knows are counted as "other".
  void Count(const base::RequestRecord& record);

  // The exposition in Prometheus' text format 0.0.4.
  std::string Text(const Gauges& gauges) const;

 private:
  static constexpr std::size_t kMaxOperations = 32;
  static constexpr std::size_t kMaxReasons =
      static_cast<std::size_t>(Reason::kLast) + 3;  // + "OK", "other"
  static constexpr std::size_t kDoors = 3;          // + "other"

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  // Filled at first use; the objects belong to the families and live as long as this.
  std::array<std::atomic<prometheus::Counter*>, kDoors * kMaxOperations * kMaxReasons> counters_{};
  std::array<std::atomic<prometheus::Histogram*>, kDoors * kMaxOperations> histograms_{};
};

}  // namespace chemoterm::server
