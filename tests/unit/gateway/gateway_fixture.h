// A request without a socket, and a Gateway on the shipped content.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chemoterm/engine.h"
#include "gateway/gateway.h"

namespace chemoterm::gateway {

using Headers = std::vector<std::pair<std::string, std::string>>;

class FakeRequest final : public HttpRequest {
 public:
  FakeRequest(std::string method, std::string target, Headers headers = {}, std::string body = {})
      : method_(std::move(method)),
        target_(std::move(target)),
        headers_(std::move(headers)),
        body_(std::move(body)) {}

  std::string_view method() const override { return method_; }
  std::string_view target() const override { return target_; }
  std::string_view body() const override { return body_; }
  std::string_view header(std::string_view name) const override {
    for (const auto& [key, value] : headers_) {
      if (base::EqualsIgnoringCase(key, name)) return value;
    }
    return {};
  }

 private:
  std::string method_;
  std::string target_;
  Headers headers_;
  std::string body_;
};

inline FakeRequest Get(std::string target, Headers headers = {}) {
  return {"GET", std::move(target), std::move(headers)};
}

inline FakeRequest Post(std::string target, std::string body,
                        std::string type = "application/fhir+json", Headers headers = {}) {
  if (!type.empty()) headers.emplace_back("Content-Type", std::move(type));
  return {"POST", std::move(target), std::move(headers), std::move(body)};
}

// All values of a header of a reply, joined.
inline std::string HeaderOf(const HttpReply& reply, std::string_view name) {
  std::string value;
  for (const auto& [key, text] : reply.headers) {
    if (!base::EqualsIgnoringCase(key, name)) continue;
    if (!value.empty()) value += ", ";
    value += text;
  }
  return value;
}

// The engine on the shipped content, opened once.
inline const Engine& SharedEngine() {
  static const std::unique_ptr<Engine> engine = [] {
    EngineOptions options;
    options.content_dir = CHEMOTERM_SOURCE_DIR "/terminology";
    options.today = [] { return std::string("2026-06-15"); };
    auto opened = Engine::Open(std::move(options));
    if (!opened.ok()) {
      ADD_FAILURE() << opened.status();
      std::abort();
    }
    return *std::move(opened);
  }();
  return *engine;
}

// What an observer saw, with texts of its own.
struct Seen {
  std::string operation, version, reason, detail, request_id, trace_id, digest;
  int status = 0;
  std::int64_t request_bytes = 0, response_bytes = 0;
};

// Options with some set: With([](auto& o) { o.max_page = 1; }).
template <class Set>
GatewayOptions With(Set&& set) {
  GatewayOptions options;
  set(options);
  return options;
}

class Door {
 public:
  explicit Door(GatewayOptions options = {}, bool ready = true)
      : gateway_(
            SharedEngine(), Defaults(std::move(options)),
            [this](const base::RequestRecord& r) {
              const std::lock_guard lock(mutex_);
              seen_.push_back({std::string(r.operation), std::string(r.version),
                               std::string(r.reason), std::string(r.detail),
                               std::string(r.request_id), std::string(r.trace_id),
                               std::string(r.digest), r.status, r.request_bytes, r.response_bytes});
            },
            [ready] { return ready; }) {}

  HttpReply Send(const HttpRequest& request) const { return gateway_.Handle(request); }
  const Gateway& gateway() const { return gateway_; }
  const std::vector<Seen>& seen() const { return seen_; }

 private:
  static GatewayOptions Defaults(GatewayOptions options) {
    options.software_version = "0.1.0";
    options.release_date = "2026-11-22";
    return options;
  }
  std::mutex mutex_;
  std::vector<Seen> seen_;
  Gateway gateway_;
};

inline constexpr std::string_view kCpt = "http://www.ama-assn.org/go/cpt";
inline const std::string kLookup =
    "/r4/CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code=96413";

// A Parameters resource of code and system.
inline std::string LookupBody(std::string_view code = "96413", std::string_view system = kCpt) {
  return base::Concat({R"({"resourceType":"Parameters","parameter":[{"name":"system","valueUri":")",
                       system, R"("},{"name":"code","valueCode":")", code, R"("}]})"});
}

}  // namespace chemoterm::gateway
