#include "server/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "base/check.h"

namespace chemoterm::server {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view kOther = "other";

// The names that doors use beside those of the operations.
constexpr std::string_view kExtraOperations[] = {"read",     "search", "metadata",
                                                 "versions", "batch",  "cds-hooks"};

std::vector<std::string_view> Operations() {
  std::vector<std::string_view> names;
  ForEachOp([&]<class Op>() {
    // $validate-code is an operation of two resources.
    if (std::find(names.begin(), names.end(), Op::kInfo.name) == names.end()) {
      names.push_back(Op::kInfo.name);
    }
  });
  names.insert(names.end(), std::begin(kExtraOperations), std::end(kExtraOperations));
  names.push_back(kOther);
  return names;
}

std::vector<std::string_view> Reasons() {
  std::vector<std::string_view> names = {"OK"};
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Reason::kLast); ++i) {
    names.push_back(InfoOf(static_cast<Reason>(i)).name);
  }
  names.push_back(kOther);
  return names;
}

const std::vector<std::string_view>& OperationNames() {
  static const std::vector<std::string_view> kNames = Operations();
  return kNames;
}
const std::vector<std::string_view>& ReasonNames() {
  static const std::vector<std::string_view> kNames = Reasons();
  return kNames;
}
const std::vector<std::string_view>& DoorNames() {
  static const std::vector<std::string_view> kNames = {"http", "grpc", kOther};
  return kNames;
}

// The place of `name`; the last place, "other", when it has none.
std::size_t IndexOf(const std::vector<std::string_view>& names, std::string_view name) {
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  return names.size() - 1;
}

// A look-up takes microseconds; a slow one is worth seeing at every step up to a second.
const prometheus::Histogram::BucketBoundaries kSeconds = {25e-6, 50e-6,  100e-6, 250e-6, 500e-6,
                                                          1e-3,  2.5e-3, 5e-3,   10e-3,  25e-3,
                                                          50e-3, 100e-3, 250e-3, 1.0};

MetricFamily Family(std::string_view name, std::string_view help, MetricType type, double value) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  family.metric.emplace_back();
  if (type == MetricType::Counter) family.metric.back().counter.value = value;
  if (type == MetricType::Gauge) family.metric.back().gauge.value = value;
  return family;
}

}  // namespace

Metrics::Metrics()
    : requests_(prometheus::BuildCounter()
                    .Name("chemoterm_requests_total")
                    .Help("Requests answered, by door, operation and reason (OK or why not).")
                    .Register(registry_)),
      seconds_(prometheus::BuildHistogram()
                   .Name("chemoterm_request_seconds")
                   .Help("Time from the complete request to the answer, by door and operation.")
                   .Register(registry_)) {
  CHECK(OperationNames().size() <= kMaxOperations);
  CHECK(ReasonNames().size() == kMaxReasons);
  CHECK(DoorNames().size() == kDoors);
}

void Metrics::Count(const base::RequestRecord& record) {
  const std::size_t door = IndexOf(DoorNames(), record.door);
  const std::size_t op = IndexOf(OperationNames(), record.operation);
  const std::size_t reason = IndexOf(ReasonNames(), record.reason);

  auto& counter_slot = counters_[(door * kMaxOperations + op) * kMaxReasons + reason];
  auto* counter = counter_slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    // Two threads may both come here: Add gives both the same object.
    counter = &requests_.Add({{"door", std::string(DoorNames()[door])},
                              {"op", std::string(OperationNames()[op])},
                              {"reason", std::string(ReasonNames()[reason])}});
    counter_slot.store(counter, std::memory_order_release);
  }
  counter->Increment();

  auto& histogram_slot = histograms_[door * kMaxOperations + op];
  auto* histogram = histogram_slot.load(std::memory_order_acquire);
  if (histogram == nullptr) {
    histogram = &seconds_.Add(
        {{"door", std::string(DoorNames()[door])}, {"op", std::string(OperationNames()[op])}},
        kSeconds);
    histogram_slot.store(histogram, std::memory_order_release);
  }
  histogram->Observe(static_cast<double>(record.micros) * 1e-6);
}

std::string Metrics::Text(const Gauges& gauges) const {
  std::vector<MetricFamily> families = registry_.Collect();
  const auto gauge = [&](std::string_view name, std::string_view help, std::int64_t value) {
    families.push_back(Family(name, help, MetricType::Gauge, static_cast<double>(value)));
  };
  const auto counter = [&](std::string_view name, std::string_view help, std::int64_t value) {
    families.push_back(Family(name, help, MetricType::Counter, static_cast<double>(value)));
  };
  const ContentInfo& content = gauges.content;
  gauge("chemoterm_ready", "1 when requests are taken.", gauges.ready ? 1 : 0);
  gauge("chemoterm_snapshot_age_seconds", "Seconds since the content now served was loaded.",
        gauges.now_unix_seconds - content.loaded_unix_seconds);
  gauge("chemoterm_snapshot_bytes", "Memory that the content holds, about.", content.bytes);
  gauge("chemoterm_snapshot_concepts", "Concepts loaded.", content.concepts);
  gauge("chemoterm_reload_ok", "0 when the last reload failed and older content is served.",
        content.last_reload_ok ? 1 : 0);
  counter("chemoterm_reload_success_total",
          "Times that content was put into service, the first included.", content.reloads_ok);
  counter("chemoterm_reload_failure_total", "Reloads that were refused.", content.reloads_failed);
  gauge("chemoterm_http_connections", "Open connections of the HTTP door.",
        gauges.http.open_connections);
  counter("chemoterm_http_accepted_total", "Connections the HTTP door has accepted.",
          static_cast<std::int64_t>(gauges.http.accepted));
  counter("chemoterm_http_transport_errors_total", "Requests the HTTP door could not read.",
          static_cast<std::int64_t>(gauges.http.transport_errors));
  gauge("chemoterm_heavy_waiting", "Long requests that wait for a thread.", gauges.pool.waiting);
  gauge("chemoterm_heavy_running", "Long requests under way.", gauges.pool.running);
  counter("chemoterm_heavy_done_total", "Long requests answered.", gauges.pool.done);
  counter("chemoterm_heavy_rejected_total", "Long requests refused: the queue was full.",
          gauges.pool.rejected);

  MetricFamily info =
      Family("chemoterm_snapshot_info", "The content now served.", MetricType::Gauge, 1);
  info.metric.back().label = {{"digest", content.digest}, {"version", content.version}};
  families.push_back(std::move(info));

  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return std::move(out).str();
}

}  // namespace chemoterm::server
