// The threads of the HTTP server and the connections that live on them. Private to http_server.cc.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <ctime>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "gateway/gzip.h"
#include "gateway/http_parser.h"
#include "gateway/http_server.h"

namespace chemoterm::gateway::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kFirstBuffer = 4 * 1024;  // of a connection that has sent nothing large

// What the threads share.
struct Shared {
  HttpServerOptions options;
  HttpHandler handler;
  TransportErrorHandler on_transport_error;
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::int64_t> open{0};
  std::atomic<std::size_t> body_bytes{0};

  std::mutex mutex;
  std::condition_variable changed;
  bool listener_closed = false;       // guarded by mutex
  std::size_t deferred = 0;           // requests that others answer; guarded by mutex
  std::atomic<bool> stopping{false};  // set with the mutex held

  void CountClosed() {
    if (open.fetch_sub(1) != 1 || !draining) return;
    const std::lock_guard lock(mutex);
    changed.notify_all();
  }
  // False when the server stops: nothing more can be deferred.
  bool CountDeferred() {
    const std::lock_guard lock(mutex);
    if (!stopping) ++deferred;
    return !stopping;
  }
  // The last that a deferred request touches.
  void CountAnswered() {
    const std::lock_guard lock(mutex);
    --deferred;
    changed.notify_all();
  }
  void Stop() {
    std::unique_lock lock(mutex);
    stopping = true;
    changed.wait(lock, [this] { return deferred == 0; });
  }
};

class Connection;

// One thread with its connections, which nothing else touches.
class Reactor {
 public:
  explicit Reactor(Shared& shared);
  ~Reactor();

  // The following two are called by any thread.
  void Stop();
  void Post(std::function<void()> task) { asio::post(io, std::move(task)); }

  void Run() {
    thread_ = std::thread([this] { io.run(); });
  }
  void Add(tcp::socket socket, bool refused);
  void Remove(Connection* connection);
  void CancelIdle();
  std::string_view Date();
  // For counters that this thread alone writes: no locked instruction.
  static void Count(std::atomic<std::uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  asio::io_context io{1};
  Shared& shared;
  GzipCompressor gzip;
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> transport_errors{0};
  std::function<void()> on_sweep;  // set before Run()

 private:
  void ScheduleSweep();

  const milliseconds sweep_period_;
  asio::steady_timer sweep_timer_{io};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::time_t date_second_ = 0;
  std::array<char, 32> date_{};
  std::thread thread_;
};

// One socket. Exactly one asynchronous operation is under way between calls (a deferred request is
// one); its handler alone destroys the connection, others (sweep, drain) only cancel the operation.
// Functions that may do so are called last: `return Close();`.
class Connection {
 public:
  Connection(Reactor& reactor, tcp::socket socket, std::size_t slot)
      : slot(slot), reactor_(reactor), shared_(reactor.shared), socket_(std::move(socket)) {
    request_.connection_ = this;
    request_.cancelled_ = &shared_.stopping;
  }
  ~Connection() { ReleaseBody(); }

  void Start(bool refused) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    if (refused) Refuse(TransportError::kOverloaded);
    Continue();
  }
  void Sweep(Clock::time_point now) {
    if (now >= deadline_) Cancel();
  }
  void CancelIfIdle() {
    if (state_ == State::kIdle) Cancel();
  }

  // The request being answered waits for another thread; called on the reactor's.
  HttpAnswer Defer();

  std::size_t slot;  // in the reactor's list

 private:
  enum class State : std::uint8_t { kNew, kIdle, kHead, kBody, kDeferred, kWriting, kLingering };

  void Cancel() {
    error_code ignored;
    socket_.cancel(ignored);
  }
  void SetDeadline(milliseconds timeout) { deadline_ = Clock::now() + timeout; }
  void Close() { reactor_.Remove(this); }

  void Continue();
  void StartRead();
  void OnRead(error_code ec, std::size_t size);
  void MakeRoom();
  void Process();
  bool SkipEmptyLines();
  std::optional<TransportError> Feed();
  std::optional<TransportError> FeedHead();
  std::optional<TransportError> FeedBody();
  error_code Put();
  std::optional<TransportError> ChargeBody();
  void ReleaseBody();
  void Answer();
  void Complete(HttpReply reply);
  void Refuse(TransportError error);
  void Compose(HttpReply reply, bool accepts_gzip);
  void EndRequest();
  void StartWrite();
  void WriteSome();
  void OnWritten(error_code ec, std::size_t size);
  void Linger();
  void Discard();

  Reactor& reactor_;
  Shared& shared_;
  tcp::socket socket_;
  State state_ = State::kNew;
  bool closing_ = false;      // after what is in out_
  bool peer_closed_ = false;  // it will send no more
  Clock::time_point deadline_ = Clock::time_point::max();

  // Offsets in in_: the request's first byte, the first one the parser has not taken, the end.
  std::vector<char> in_ = std::vector<char>(kFirstBuffer);
  std::size_t start_ = 0, parsed_ = 0, end_ = 0;
  std::size_t head_size_ = 0;
  std::size_t empty_lines_ = 0;
  std::uint64_t body_input_ = 0;  // bytes on the wire of the body so far, framing included
  std::size_t charged_ = 0;       // of shared_.body_bytes
  ReceivedRequest request_;
  std::optional<RequestParser> parser_;  // while a request is being read

  std::string out_;         // heads and ordinary bodies
  std::string large_body_;  // of the last answer in out_, when too large to copy
  std::size_t written_ = 0, progress_ = 0;
};

}  // namespace chemoterm::gateway::http
