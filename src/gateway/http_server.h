// The HTTP/1.1 listener: connections, parsing, limits, timeouts, keep-alive and drain. It knows no
// FHIR.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chemoterm::gateway {

struct HttpReply;

// Takes the answer to a request that was deferred: called once, by any thread.
using HttpAnswer = std::function<void(HttpReply)>;

// A request as received; views are valid during the handler's call, or until it is answered when
// the handler defers it.
class HttpRequest {
 public:
  virtual ~HttpRequest() = default;
  virtual std::string_view method() const = 0;  // "GET"
  virtual std::string_view target() const = 0;  // as sent, with the query, not decoded
  virtual std::string_view body() const = 0;
  // The (first) value of a header, case-insensitive; empty if absent.
  virtual std::string_view header(std::string_view name) const = 0;
  // For a handler that must not hold up its thread: what it returns is dropped, and the function
  // called instead. Empty where the request cannot wait: an entry of a batch, a server that stops.
  virtual HttpAnswer Defer() const { return {}; }
  // Becomes true when nobody waits for the answer any more; may be null.
  virtual const std::atomic<bool>* cancelled() const { return nullptr; }
};

// The answer of a handler. `content-length`, `date`, `connection` and, where the body is worth it
// and the client accepts it, `content-encoding: gzip` with `vary` are added by the server; a
// handler's own content-length, connection or transfer-encoding is dropped, a line break in a
// header's value becomes a space. For HEAD the server drops the body and keeps its length; 204 and
// 304 lose body and content-type.
struct HttpReply {
  int status = 200;
  std::string content_type = {};
  std::string body = {};
  std::vector<std::pair<std::string_view, std::string>> headers = {};
};

using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

// What the transport refuses by itself. The handler for it makes the body (an OperationOutcome) and
// its content type; the status is the server's. The connection is closed after the answer.
enum class TransportError : std::uint8_t {
  kMalformed,       // 400: not HTTP/1.x, no Host, contradicting framing, cut off by the client
  kHeaderTooLarge,  // 431: the head, or the trailer of a chunked body
  kTargetTooLong,   // 414
  kBodyTooLarge,    // 413: refused at its declared length, a chunked one as it grows
  kTimeout,         // 408: head or body did not arrive in time
  kOverloaded,      // 503 with Retry-After: too many connections or buffered bodies
  kUnsupportedTransferEncoding,  // 501: any but `chunked`
};
using TransportErrorHandler = std::function<HttpReply(TransportError)>;

struct HttpServerOptions {
  std::string host = "127.0.0.1";  // an address or a name; the first address of a name is used
  std::uint16_t port = 0;          // 0 = a free one
  int threads = 2;
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_target_bytes = 8 * 1024;
  std::size_t max_body_bytes = 8 * 1024 * 1024;
  std::size_t max_connections = 4096;
  // Over all connections; more is kOverloaded.
  std::size_t max_buffered_body_bytes = 64 * 1024 * 1024;

  // Kept to a quarter of the shortest one, at most 250 ms: a sweep per thread looks at all its
  // connections, no request arms a timer.
  std::chrono::milliseconds header_timeout{10'000};  // first to last byte of a head; then 408
  std::chrono::milliseconds body_timeout{30'000};    // end of head to end of body; then 408
  std::chrono::milliseconds idle_timeout{60'000};    // up to a request's first byte; just closed
  // For a client to take an answer, renewed by each 64 KiB of a larger one; then just closed.
  std::chrono::milliseconds write_timeout{30'000};

  std::size_t gzip_min_bytes = 1400;  // shorter bodies are sent as they are
};

// Counters for metrics; monotonic except `open_connections`.
struct HttpServerStats {
  std::uint64_t accepted = 0;          // connections, those refused included
  std::uint64_t requests = 0;          // that reached the handler
  std::uint64_t transport_errors = 0;  // answered by the TransportErrorHandler
  std::int64_t open_connections = 0;
};

// Handlers are called on the server's threads, several at once; while one runs, the other
// connections of its thread wait. Destruction cancels deferred requests, waits until they are
// answered, and stops.
class HttpServer {
 public:
  // Listens when it returns. Fails when the address cannot be bound. Neither handler may be empty.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      HttpServerOptions options, HttpHandler handler, TransportErrorHandler on_transport_error);
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  virtual HttpServerStats stats() const = 0;
  // Stops accepting, lets requests in progress finish, closes idle connections (a kept-alive
  // connection gets `connection: close` with its next answer), and returns when all are closed or
  // `limit` has passed. A request of which a byte has reached this machine is in progress, on a
  // connection not yet accepted too. True: all were closed in time. Not to be called from a
  // handler.
  virtual bool Drain(std::chrono::milliseconds limit) = 0;
};

}  // namespace chemoterm::gateway
