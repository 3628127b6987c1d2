// Beast's request parser filling a ReceivedRequest. Private to http_server.cc, the one user of
// Beast.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "gateway/http_server.h"

namespace chemoterm::gateway::http {

using boost::system::error_code;
namespace beast_http = boost::beast::http;

// What is larger is given back after its request.
constexpr std::size_t kKeptBuffer = 16 * 1024;
constexpr std::size_t kKeptFields = 256;
constexpr std::size_t kMaxMethod = 32;

// A piece of the head, counted from the request's first byte: the buffer may move meanwhile.
struct Slice {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

class Connection;

// What has arrived of a request; its memory is reused by the next one of the connection.
class ReceivedRequest final : public HttpRequest {
 public:
  std::string_view method() const override { return View(method_); }
  std::string_view target() const override { return View(target_); }
  std::string_view body() const override { return body_; }
  std::string_view header(std::string_view name) const override {
    for (const Field& field : fields_) {
      if (field.name.size != name.size()) continue;
      if (base::EqualsIgnoringCase(View(field.name), name)) return View(field.value);
    }
    return {};
  }
  HttpAnswer Defer() const override;
  const std::atomic<bool>* cancelled() const override { return cancelled_; }

 private:
  friend class RequestParser;
  friend class Connection;
  struct Field {
    Slice name, value;
  };

  std::string_view View(Slice slice) const { return {head_ + slice.offset, slice.size}; }
  void Clear() {
    if (fields_.capacity() > kKeptFields) std::vector<Field>().swap(fields_);
    fields_.clear();
    method_ = target_ = {};
    if (body_.capacity() > kKeptBuffer) std::string().swap(body_);
    body_.clear();
    version_ = hosts_ = 0;
    expects_continue_ = is_head_ = deferred_ = false;
    refusal_.reset();
  }

  Connection* connection_ = nullptr;  // these two are set once
  const std::atomic<bool>* cancelled_ = nullptr;
  mutable bool deferred_ = false;
  const char* head_ = nullptr;  // the request's first byte; set before each use
  const char* end_ = nullptr;   // of what has arrived
  Slice method_, target_;
  std::vector<Field> fields_;
  std::string body_;
  int version_ = 0;  // 10 or 11; 0 until the request line is known
  int hosts_ = 0;
  bool expects_continue_ = false;
  bool is_head_ = false;
  std::optional<TransportError> refusal_;  // why a callback stopped the parser
};

// Beast's parser, filling a ReceivedRequest and adding what it does not check.
class RequestParser final : public beast_http::basic_parser<true> {
 public:
  RequestParser(const HttpServerOptions& options, ReceivedRequest& request)
      : options_(options), request_(request) {
    header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
    body_limit(options.max_body_bytes);
  }

 private:
  using Text = boost::beast::string_view;

  void Refuse(TransportError error, error_code& ec) {
    request_.refusal_ = error;
    ec = beast_http::error::bad_field;  // any: it only stops the parser
  }
  Slice At(Text text) const {
    return {static_cast<std::uint32_t>(text.data() - request_.head_),
            static_cast<std::uint32_t>(text.size())};
  }
  // A folded value lies in a buffer of Beast's, or a line below its name. RFC 9112, 5.2 lets a
  // server refuse it.
  bool IsFolded(Text name, Text value) const {
    const char* after_name = name.data() + name.size();
    const std::less<> before;
    if (before(value.data(), after_name) || before(request_.end_, value.data())) return true;
    return Text(after_name, static_cast<std::size_t>(value.data() - after_name)).find('\n') !=
           Text::npos;
  }

  void on_request_impl(beast_http::verb verb, Text method, Text target, int version,
                       error_code& ec) override {
    request_.version_ = version;
    request_.is_head_ = verb == beast_http::verb::head;
    if (method.size() > kMaxMethod) return Refuse(TransportError::kMalformed, ec);
    if (target.size() > options_.max_target_bytes)
      return Refuse(TransportError::kTargetTooLong, ec);
    request_.method_ = At(method);
    request_.target_ = At(target);
  }
  void on_field_impl(beast_http::field field, Text name, Text value, error_code& ec) override {
    if (head_done_) return;  // trailers have no meaning here
    if (IsFolded(name, value)) return Refuse(TransportError::kMalformed, ec);
    if (field == beast_http::field::host) ++request_.hosts_;
    if (field == beast_http::field::expect) {
      request_.expects_continue_ = base::EqualsIgnoringCase(value, "100-continue");
    }
    if (field == beast_http::field::transfer_encoding) {
      if (request_.version_ == 10) return Refuse(TransportError::kMalformed, ec);
      if (!base::EqualsIgnoringCase(value, "chunked")) {
        return Refuse(TransportError::kUnsupportedTransferEncoding, ec);
      }
    }
    request_.fields_.push_back({At(name), At(value)});
  }
  void on_header_impl(error_code& ec) override {
    head_done_ = true;
    const bool one_host = request_.hosts_ == 1 || (request_.hosts_ == 0 && request_.version_ == 10);
    if (!one_host) Refuse(TransportError::kMalformed, ec);  // RFC 9112, 3.2
  }
  std::size_t on_body_impl(Text piece, error_code&) override {
    request_.body_.append(piece.data(), piece.size());
    return piece.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, Text piece, error_code& ec) override {
    return on_body_impl(piece, ec);
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_chunk_header_impl(std::uint64_t, Text, error_code&) override {}
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, Text, int, error_code&) override {}

  const HttpServerOptions& options_;
  ReceivedRequest& request_;
  bool head_done_ = false;
};

}  // namespace chemoterm::gateway::http
