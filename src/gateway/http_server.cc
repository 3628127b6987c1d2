#include "gateway/http_server.h"

#include <algorithm>
#include <cstring>

#include "gateway/http_connection.h"
#include "gateway/http_listener.h"
#include "gateway/http_reply.h"

namespace chemoterm::gateway {
namespace http {

HttpAnswer ReceivedRequest::Defer() const {
  HttpAnswer answer = connection_->Defer();
  deferred_ = answer != nullptr;
  return answer;
}

// Room wanted for one read of a body.
constexpr std::size_t kBodyRead = 16 * 1024;
// Answers to pipelined requests are joined into one write up to this.
constexpr std::size_t kBatchedOutput = 64 * 1024;
// So many bytes taken by the client renew the write timeout.
constexpr std::size_t kWriteProgress = 64 * 1024;
// Bytes of CRLF skipped before a request (RFC 9112, 2.2).
constexpr std::size_t kMaxEmptyLines = 16;
// Around a target: method, two spaces, version, CRLF; with some to spare.
constexpr std::size_t kRestOfRequestLine = 2 * kMaxMethod;
// A chunked body whose framing outweighs it more is refused.
constexpr std::size_t kFramingPerByte = 8;
constexpr std::size_t kMinChunkInput = 5;  // "0\r\n\r\n"
// What still comes after the last answer is read and thrown away up to this, and so long.
constexpr std::size_t kMinDiscard = 1024 * 1024;
constexpr milliseconds kLingerTime{2'000};

void Connection::Continue() {
  if (!out_.empty()) return StartWrite();
  StartRead();
}

void Connection::StartRead() {
  const HttpServerOptions& options = shared_.options;
  const State next = !parser_                    ? State::kIdle
                     : parser_->is_header_done() ? State::kBody
                                                 : State::kHead;
  if (state_ != next) {
    state_ = next;
    SetDeadline(next == State::kIdle   ? options.idle_timeout
                : next == State::kHead ? options.header_timeout
                                       : options.body_timeout);
  }
  MakeRoom();
  if (next == State::kIdle && shared_.draining) return OnRead(asio::error::operation_aborted, 0);
  socket_.async_read_some(asio::buffer(in_.data() + end_, in_.size() - end_),
                          [this](error_code ec, std::size_t size) { OnRead(ec, size); });
}

// Moves what is needed to the front and grows the buffer when little room is left.
void Connection::MakeRoom() {
  const auto move = [this](std::size_t from, std::size_t to) {
    if (from == to) return;
    std::memmove(in_.data() + to, in_.data() + from, end_ - from);
    end_ -= from - to;
  };
  move(start_, 0);
  parsed_ -= start_;
  start_ = 0;
  std::size_t wanted = kFirstBuffer / 4;
  if (state_ == State::kBody) {
    move(parsed_, head_size_);  // the head stays: the handler sees it
    parsed_ = head_size_;
    wanted = std::clamp(request_.body_.size(), wanted, kBodyRead);  // grows with what really comes
  }
  if (in_.size() - end_ < wanted) in_.resize(std::max(in_.size() * 2, end_ + wanted));
}

void Connection::OnRead(error_code ec, std::size_t size) {
  if (ec == asio::error::operation_aborted) {
    // Cancelled, by the sweep or by a drain; what came in the meantime still counts.
    socket_.non_blocking(true, ec);
    size = socket_.read_some(asio::buffer(in_.data() + end_, in_.size() - end_), ec);
  }
  const bool nothing = ec == asio::error::would_block || ec == asio::error::eof;
  if (nothing && state_ != State::kIdle) {
    peer_closed_ = ec == asio::error::eof;
    Refuse(peer_closed_ ? TransportError::kMalformed : TransportError::kTimeout);
    return Continue();
  }
  if (ec) return Close();
  end_ += size;
  Process();
}

void Connection::Process() {
  while (out_.size() < kBatchedOutput && large_body_.empty() && !closing_) {
    if (!parser_) {
      if (!SkipEmptyLines()) break;
      parser_.emplace(shared_.options, request_);
    }
    if (const auto refusal = Feed()) {
      Refuse(*refusal);
      break;
    }
    if (!parser_->is_done()) break;
    Answer();
    if (state_ == State::kDeferred) return;
  }
  Continue();
}

// True: in_[start_] is the first byte of a request.
bool Connection::SkipEmptyLines() {
  while (start_ < end_ && empty_lines_ < kMaxEmptyLines &&
         (in_[start_] == '\r' || in_[start_] == '\n')) {
    ++start_;
    ++empty_lines_;
  }
  parsed_ = start_;
  return start_ < end_;
}

// Gives the parser what has arrived. A value: the request is refused.
std::optional<TransportError> Connection::Feed() {
  if (!parser_->is_header_done()) {
    if (const auto refusal = FeedHead()) return refusal;
    if (!parser_->is_header_done()) return std::nullopt;
    if (request_.expects_continue_ && request_.version_ == 11 && !parser_->is_done() &&
        parsed_ == end_) {
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    }
  }
  if (parser_->is_done()) return std::nullopt;
  return FeedBody();
}

error_code Connection::Put() {
  request_.head_ = in_.data() + start_;
  request_.end_ = in_.data() + end_;
  error_code ec;
  parsed_ += parser_->put(asio::const_buffer(in_.data() + parsed_, end_ - parsed_), ec);
  if (ec == beast_http::error::need_more) ec = {};
  return ec;
}

std::optional<TransportError> Connection::FeedHead() {
  const error_code ec = Put();
  const HttpServerOptions& options = shared_.options;
  if (request_.refusal_) return request_.refusal_;
  if (ec == beast_http::error::body_limit) return TransportError::kBodyTooLarge;
  if (ec && ec != beast_http::error::header_limit) return TransportError::kMalformed;
  if (parser_->is_header_done()) {
    head_size_ = parsed_ - start_;
    if (head_size_ > options.max_header_bytes) return TransportError::kHeaderTooLarge;
    return std::nullopt;
  }
  const std::string_view arrived(in_.data() + start_, end_ - start_);
  const bool over = ec || arrived.size() >= options.max_header_bytes;
  if (!over && arrived.size() <= options.max_target_bytes + kRestOfRequestLine) return std::nullopt;
  // The parser may wait for the end of the head before it looks at the request line.
  if (arrived.find('\n') == std::string_view::npos) return TransportError::kTargetTooLong;
  if (over) return TransportError::kHeaderTooLarge;
  return std::nullopt;
}

std::optional<TransportError> Connection::FeedBody() {
  const std::size_t from = parsed_;
  // Beast asserts that it does not see the last chunk in smaller pieces than this; no valid rest of
  // a chunked body is shorter.
  const std::size_t enough = parser_->chunked() ? kMinChunkInput : 1;
  if (end_ - parsed_ < enough) return std::nullopt;
  parser_->eager(true);
  const error_code ec = Put();
  body_input_ += parsed_ - from;
  if (ec == beast_http::error::body_limit) return TransportError::kBodyTooLarge;
  if (ec) return TransportError::kMalformed;
  if (parser_->chunked()) {
    // What the parser leaves is a chunk header or trailer that is not complete yet.
    if (!parser_->is_done() && end_ - parsed_ > shared_.options.max_header_bytes) {
      return TransportError::kHeaderTooLarge;
    }
    if (body_input_ > shared_.options.max_header_bytes + kFramingPerByte * request_.body_.size()) {
      return TransportError::kMalformed;
    }
  }
  return ChargeBody();
}

std::optional<TransportError> Connection::ChargeBody() {
  const std::size_t more = request_.body_.size() - charged_;
  if (more == 0) return std::nullopt;
  charged_ += more;
  const std::size_t total = shared_.body_bytes.fetch_add(more, std::memory_order_relaxed) + more;
  if (total > shared_.options.max_buffered_body_bytes) return TransportError::kOverloaded;
  return std::nullopt;
}

void Connection::ReleaseBody() {
  if (charged_ != 0) shared_.body_bytes.fetch_sub(charged_, std::memory_order_relaxed);
  charged_ = 0;
}

void Connection::Answer() {
  Reactor::Count(reactor_.requests);
  HttpReply reply = shared_.handler(request_);
  if (request_.deferred_) {
    state_ = State::kDeferred;
    deadline_ = Clock::time_point::max();
    return;
  }
  Complete(std::move(reply));
}

// An answer may come before the handler has returned: it is taken by the reactor's thread, after
// that.
HttpAnswer Connection::Defer() {
  if (!shared_.CountDeferred()) return {};
  return [this](HttpReply reply) {
    Shared& shared = shared_;  // this may be gone behind the next line
    auto kept = std::make_shared<HttpReply>(std::move(reply));
    CompressAhead(*kept, shared.options.gzip_min_bytes,
                  AcceptsGzip(request_.header("accept-encoding")));
    reactor_.Post([this, kept = std::move(kept)] {
      state_ = State::kNew;  // not deferred
      Complete(std::move(*kept));
      Process();
    });
    shared.CountAnswered();
  };
}

void Connection::Complete(HttpReply reply) {
  closing_ = !parser_->keep_alive() || (shared_.draining && parsed_ == end_);
  Compose(std::move(reply), AcceptsGzip(request_.header("accept-encoding")));
  EndRequest();
}

void Connection::Refuse(TransportError error) {
  Reactor::Count(reactor_.transport_errors);
  HttpReply reply = shared_.on_transport_error(error);
  reply.status = StatusOf(error);
  const auto is_retry_after = [](const auto& header) {
    return base::EqualsIgnoringCase(header.first, "retry-after");
  };
  if (error == TransportError::kOverloaded && std::ranges::none_of(reply.headers, is_retry_after)) {
    reply.headers.emplace_back("retry-after", "1");
  }
  closing_ = true;
  Compose(std::move(reply), false);
  EndRequest();
}

void Connection::Compose(HttpReply reply, bool accepts_gzip) {
  const ReplyContext context{.date = reactor_.Date(),
                             .gzip_min_bytes = shared_.options.gzip_min_bytes,
                             .accepts_gzip = accepts_gzip,
                             .is_head = request_.is_head_,
                             .is_http10 = request_.version_ == 10,
                             .closing = closing_};
  large_body_ = AppendReply(std::move(reply), context, reactor_.gzip, out_);
}

void Connection::EndRequest() {
  parser_.reset();
  request_.Clear();
  ReleaseBody();
  empty_lines_ = 0;
  body_input_ = 0;
  start_ = parsed_;
  if (start_ != end_) return;
  start_ = parsed_ = end_ = 0;
  if (in_.size() > kBodyRead) std::vector<char>(kFirstBuffer).swap(in_);
}

void Connection::StartWrite() {
  state_ = State::kWriting;
  SetDeadline(shared_.options.write_timeout);
  written_ = progress_ = 0;
  WriteSome();
}

void Connection::WriteSome() {
  const std::string& source = written_ < out_.size() ? out_ : large_body_;
  const std::size_t from = written_ < out_.size() ? written_ : written_ - out_.size();
  socket_.async_write_some(asio::buffer(source.data() + from, source.size() - from),
                           [this](error_code ec, std::size_t size) { OnWritten(ec, size); });
}

void Connection::OnWritten(error_code ec, std::size_t size) {
  if (ec) return Close();
  written_ += size;
  if (written_ < out_.size() + large_body_.size()) {
    if (written_ - progress_ >= kWriteProgress) {
      progress_ = written_;
      SetDeadline(shared_.options.write_timeout);
    }
    return WriteSome();
  }
  if (out_.capacity() > kKeptBuffer) std::string().swap(out_);
  out_.clear();
  std::string().swap(large_body_);
  if (!closing_) return Process();
  if (peer_closed_) return Close();
  Linger();
}

// Closing a socket with unread input resets the connection, which can destroy the answer on its
// way. So the end is announced, and what still comes is thrown away for a while.
void Connection::Linger() {
  error_code ec;
  socket_.shutdown(tcp::socket::shutdown_send, ec);
  if (ec) return Close();
  state_ = State::kLingering;
  SetDeadline(kLingerTime);
  start_ = parsed_ = end_ = written_ = 0;
  Discard();
}

void Connection::Discard() {
  socket_.async_read_some(asio::buffer(in_), [this](error_code ec, std::size_t size) {
    written_ += size;
    const std::size_t limit = std::max(kMinDiscard, shared_.options.max_body_bytes);
    if (ec || written_ > limit) return Close();
    if (size == in_.size() && size < 2 * kBodyRead) in_.resize(2 * size);
    Discard();
  });
}

milliseconds SweepPeriod(const HttpServerOptions& options) {
  const milliseconds shortest = std::min(
      {options.header_timeout, options.body_timeout, options.idle_timeout, options.write_timeout});
  return std::clamp(shortest / 4, milliseconds(5), milliseconds(250));
}

Reactor::Reactor(Shared& shared) : shared(shared), sweep_period_(SweepPeriod(shared.options)) {
  ScheduleSweep();
}

Reactor::~Reactor() = default;

void Reactor::Stop() {
  io.stop();
  if (thread_.joinable()) thread_.join();
}

void Reactor::ScheduleSweep() {
  sweep_timer_.expires_after(sweep_period_);
  sweep_timer_.async_wait([this](error_code ec) {
    if (ec) return;
    const Clock::time_point now = Clock::now();
    for (const auto& connection : connections_) connection->Sweep(now);
    if (on_sweep) on_sweep();
    ScheduleSweep();
  });
}

void Reactor::Add(tcp::socket socket, bool refused) {
  connections_.push_back(
      std::make_unique<Connection>(*this, std::move(socket), connections_.size()));
  connections_.back()->Start(refused);
}

void Reactor::Remove(Connection* connection) {
  const std::size_t slot = connection->slot;
  connections_.back()->slot = slot;
  std::swap(connections_[slot], connections_.back());
  connections_.pop_back();
  shared.CountClosed();
}

void Reactor::CancelIdle() {
  for (const auto& connection : connections_) connection->CancelIfIdle();
}

std::string_view Reactor::Date() {
  constexpr std::size_t kSize = 29;  // "Sun, 22 Nov 2026 15:04:05 GMT"
  const std::time_t now = std::time(nullptr);
  if (now != date_second_) {
    date_second_ = now;
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(date_.data(), date_.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  }
  return {date_.data(), kSize};
}

class Server final : public HttpServer {
 public:
  Server(HttpServerOptions options, HttpHandler handler, TransportErrorHandler on_transport_error) {
    shared_.options = std::move(options);
    shared_.handler = std::move(handler);
    shared_.on_transport_error = std::move(on_transport_error);
    for (int i = 0; i < std::max(1, shared_.options.threads); ++i) {
      reactors_.push_back(std::make_unique<Reactor>(shared_));
    }
    listener_.emplace(shared_, reactors_);
  }
  ~Server() override {
    shared_.Stop();
    for (const auto& reactor : reactors_) reactor->Stop();
    listener_.reset();
    // In this order: an accept under way in the first one holds a socket of another.
    for (auto& reactor : reactors_) reactor.reset();
  }

  absl::Status Listen() {
    if (absl::Status status = listener_->Listen(); !status.ok()) return status;
    for (const auto& reactor : reactors_) reactor->Run();
    return absl::OkStatus();
  }
  std::uint16_t port() const override { return listener_->port(); }
  HttpServerStats stats() const override {
    HttpServerStats stats;
    stats.accepted = shared_.accepted.load(std::memory_order_relaxed);
    stats.open_connections = shared_.open.load(std::memory_order_relaxed);
    for (const auto& reactor : reactors_) {
      stats.requests += reactor->requests.load(std::memory_order_relaxed);
      stats.transport_errors += reactor->transport_errors.load(std::memory_order_relaxed);
    }
    return stats;
  }
  bool Drain(milliseconds limit) override {
    if (!shared_.draining.exchange(true)) {
      reactors_.front()->Post([this] { listener_->Close(); });
      for (const auto& reactor : reactors_) {
        reactor->Post([&reactor = *reactor] { reactor.CancelIdle(); });
      }
    }
    std::unique_lock lock(shared_.mutex);
    return shared_.changed.wait_for(
        lock, limit, [this] { return shared_.listener_closed && shared_.open.load() == 0; });
  }

 private:
  Shared shared_;
  std::vector<std::unique_ptr<Reactor>> reactors_;
  std::optional<Listener> listener_;
};

}  // namespace http

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    HttpServerOptions options, HttpHandler handler, TransportErrorHandler on_transport_error) {
  auto server = std::make_unique<http::Server>(std::move(options), std::move(handler),
                                               std::move(on_transport_error));
  if (absl::Status status = server->Listen(); !status.ok()) return status;
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace chemoterm::gateway
