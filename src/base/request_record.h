// What a door reports about each request it has answered: the source of the request log and the
// metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace chemoterm::base {

// Views live for the observer's call. Labels (door, operation, version, reason) come from fixed
// tables, so their number is bounded; no record holds a body or a code.
struct RequestRecord {
  std::string_view door;       // "http" or "grpc"
  std::string_view operation;  // operation name, "read", "search", "metadata", "batch", "other"
  std::string_view version;    // "r4", "r5" or empty
  std::string_view reason;     // "OK" or the name of a Reason
  std::string_view detail;     // of an internal error or a refused token; for the log only
  int status = 0;              // HTTP status or gRPC code
  std::int64_t micros = 0;
  std::int64_t request_bytes = 0;
  std::int64_t response_bytes = 0;
  std::string_view request_id;
  std::string_view trace_id;  // 32 hex digits
  std::string_view digest;    // of the content that answered
};

// Called on the thread that answered, concurrently.
using RequestObserver = std::function<void(const RequestRecord&)>;

// W3C Trace Context. A valid `traceparent` keeps its trace id; otherwise a new random one is made.
// The span id is always new.
struct Trace {
  std::string trace_id;     // 32 hex digits
  std::string traceparent;  // to send back and on
};
Trace StartTrace(std::string_view traceparent);

// A random id of 16 hex digits, for X-Request-Id when the caller sends none.
std::string NewRequestId();

}  // namespace chemoterm::base
