#include "gateway/gateway.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "fhir/outcome.h"
#include "fhir/resource_writer.h"
#include "gateway/admin.h"
#include "gateway/batch_validate.h"
#include "gateway/cds_hooks.h"
#include "gateway/conditional.h"
#include "gateway/cors.h"
#include "gateway/dispatch.h"
#include "gateway/exchange.h"
#include "gateway/kept_answer.h"
#include "gateway/negotiation.h"
#include "gateway/transport.h"

namespace chemoterm::gateway {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxRequestId = 64;
constexpr std::string_view kRetrySeconds = "1";

// The caller's id where it may be written into a header and a log line, else a new one.
std::string RequestIdOf(const HttpRequest& request) {
  const std::string_view given = request.header("X-Request-Id");
  const bool clean =
      !given.empty() && given.size() <= kMaxRequestId &&
      std::all_of(given.begin(), given.end(), [](char c) {
        return base::IsAlnum(c) || std::string_view("-_.:/+=").find(c) != std::string_view::npos;
      });
  return clean ? std::string(given) : base::NewRequestId();
}

// One request: its identity, its answer, its record.
class Turn {
 public:
  // `slice_steps`: 0 = to be answered here, whatever it takes. `authenticated`: as in Exchange.
  Turn(const Engine& engine, const GatewayOptions& options, const HttpRequest& request,
       Clock::time_point started, std::size_t slice_steps = 0, bool authenticated = false)
      : started_(started),
        request_id_(RequestIdOf(request)),
        trace_(base::StartTrace(request.header("traceparent"))),
        exchange_(engine, options, request) {
    exchange_.request_id = request_id_;
    exchange_.authenticated = authenticated;
    exchange_.call.deadline = started_ + options.time_limit;
    exchange_.call.slice_steps = slice_steps;
    exchange_.call.cancelled = request.cancelled();
    exchange_.call.accept_language = request.header("Accept-Language");
    exchange_.call.max_expansion =
        base::ParseInt<std::size_t>(request.header("X-Too-Costly-Threshold")).value_or(0);
    exchange_.digest = engine.Digest();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  HttpReply Run(const std::function<bool()>& is_ready, KeptAnswers& kept);
  void Report(const HttpReply& reply, const base::RequestObserver& observer) const;
  // Refuses the request without looking into it.
  HttpReply Refuse(const absl::Status& status);
  // True when the request needs more than its slice: what Run gave is no answer.
  bool IsHeavy() const;
  bool authenticated() const { return exchange_.authenticated; }

 private:
  bool IsBatch() const;
  HttpReply Options();
  HttpReply FromStatus(const absl::Status& status);
  HttpReply FromKept(const KeptAnswer& kept);
  void Keep(const HttpReply& reply, KeptAnswers& kept) const;
  HttpReply Finish(FhirReply answer, bool failed);
  void AddCommonHeaders(HttpReply& reply) const;

  const Clock::time_point started_;
  const std::string request_id_;
  const base::Trace trace_;
  Exchange exchange_;
  Reason reason_ = Reason::kInternal;
  bool failed_ = false;
  bool is_batch_ = false;
};

HttpReply Turn::Run(const std::function<bool()>& is_ready, KeptAnswers& kept) {
  const std::string_view method = exchange_.http.method();
  const bool ready = !is_ready || is_ready();
  if (ready && exchange_.is_get()) {
    if (const auto answer = kept.Get(KeyOf(exchange_.http, *exchange_.digest))) {
      return FromKept(**answer);
    }
  }
  if (method == "OPTIONS" && exchange_.http.target() == "*") {
    exchange_.allow = "GET, HEAD, POST, OPTIONS";
    return Options();
  }
  absl::StatusOr<Route> route = ParseRoute(exchange_.http.target());
  if (!route.ok()) return FromStatus(route.status());
  exchange_.route = *std::move(route);
  if (exchange_.route.in_base()) {
    exchange_.call.fhir_version = fhir::InfoOf(exchange_.route.version).full;
  }
  if (method == "OPTIONS") {
    const absl::Status resolved = Resolve(exchange_);
    return resolved.ok() ? Options() : FromStatus(resolved);
  }
  if (exchange_.route.is_probe() && exchange_.is_get()) {
    HttpReply reply =
        exchange_.route.endpoint == Endpoint::kHealth ? HealthReply() : ReadyReply(ready);
    if (reply.status == InfoOf(Reason::kNotReady).http) {
      failed_ = true;
      reason_ = Reason::kNotReady;
    }
    return reply;
  }
  if (exchange_.call.slice_steps != 0 && IsBatch()) {
    is_batch_ = true;
    return {};
  }
  if (!ready) {
    return FromStatus(
        Fail(Reason::kNotReady, "The service is starting or shutting down; try again."));
  }
  absl::StatusOr<FhirReply> answer = Dispatch(exchange_);
  if (!answer.ok()) return FromStatus(answer.status());
  HttpReply reply = Finish(*std::move(answer), false);
  Keep(reply, kept);
  return reply;
}

HttpReply Turn::Refuse(const absl::Status& status) {
  absl::StatusOr<Route> route = ParseRoute(exchange_.http.target());
  if (route.ok()) {
    exchange_.route = *std::move(route);
    Resolve(exchange_).IgnoreError();  // for the label only
  }
  return FromStatus(status);
}

// Each part of a batch has steps of its own, so that it is not known to be heavy before it is done.
bool Turn::IsBatch() const {
  if (exchange_.http.method() != "POST") return false;
  const Route& route = exchange_.route;
  return route.endpoint == Endpoint::kBase ||
         (route.endpoint == Endpoint::kOperation && route.operation == kBatchValidate);
}

bool Turn::IsHeavy() const {
  return is_batch_ || (failed_ && reason_ == Reason::kDeadlineExceeded &&
                       Clock::now() < exchange_.call.deadline);
}

HttpReply Turn::FromKept(const KeptAnswer& kept) {
  exchange_.label = kept.label;
  exchange_.route.version = kept.version;
  exchange_.route.base = fhir::InfoOf(kept.version).path;
  exchange_.content_type = kept.content_type;
  FhirReply answer;
  answer.etag = kept.etag;
  const std::string_view condition = exchange_.http.header("If-None-Match");
  if (!condition.empty() && NamesTag(condition, kept.etag)) {
    answer.status = 304;
  } else {
    answer.body = kept.body;
  }
  return Finish(std::move(answer), false);
}

void Turn::Keep(const HttpReply& reply, KeptAnswers& kept) const {
  if (!CanKeep(exchange_, reply)) return;
  const std::string_view key = KeyOf(exchange_.http, *exchange_.digest);
  if (key.empty()) return;
  const auto etag = std::find_if(reply.headers.begin(), reply.headers.end(),
                                 [](const auto& header) { return header.first == "ETag"; });
  if (etag == reply.headers.end()) return;
  kept.Put(
      key,
      std::make_shared<const KeptAnswer>(KeptAnswer{exchange_.label, exchange_.route.version,
                                                    reply.content_type, etag->second, reply.body}),
      reply.body.size() + sizeof(KeptAnswer));
}

HttpReply Turn::Options() {
  HttpReply reply;
  reply.status = 204;
  reply.headers.emplace_back("Allow", exchange_.allow);
  AddCommonHeaders(reply);
  const std::string_view origin = exchange_.http.header("Origin");
  if (IsPreflight(exchange_.http) &&
      !AllowedOrigin(exchange_.options.cors_origins, origin).empty()) {
    AddPreflightHeaders(exchange_.allow, reply);
  }
  return reply;
}

HttpReply Turn::FromStatus(const absl::Status& status) {
  failed_ = true;
  reason_ = FailureOf(status).reason;
  return Finish(WriteFailure(status, exchange_), true);
}

HttpReply Turn::Finish(FhirReply answer, bool failed) {
  HttpReply reply;
  reply.status = answer.status;
  reply.content_type =
      exchange_.content_type.empty() ? DefaultContentType() : exchange_.content_type;
  const bool pretty = exchange_.pretty && !answer.body.empty();
  reply.body = pretty ? fhir::Pretty(answer.body) : std::move(answer.body);
  reply.headers.reserve(10);
  AddCommonHeaders(reply);
  reply.headers.emplace_back("Cache-Control", failed ? "no-store" : "no-cache");
  if (failed) {
    if (answer.status == 401) reply.headers.emplace_back("WWW-Authenticate", Challenge(exchange_));
    if (answer.status == 405) reply.headers.emplace_back("Allow", exchange_.allow);
    if (answer.status == 429 || answer.status == 503) {
      reply.headers.emplace_back("Retry-After", kRetrySeconds);
    }
    return reply;
  }
  if (answer.etag.empty()) return reply;
  reply.headers.emplace_back("ETag", std::move(answer.etag));
  const std::string_view chosen_by = exchange_.options.chosen_by;
  reply.headers.emplace_back(
      "Vary", base::Concat({"Accept, Accept-Language", chosen_by.empty() ? "" : ", ", chosen_by}));
  std::string modified = HttpDate(answer.last_modified);
  if (!modified.empty()) reply.headers.emplace_back("Last-Modified", std::move(modified));
  return reply;
}

void Turn::AddCommonHeaders(HttpReply& reply) const {
  reply.headers.emplace_back("X-Request-Id", request_id_);
  reply.headers.emplace_back("traceparent", trace_.traceparent);
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  AddCorsHeaders(exchange_.options.cors_origins, exchange_.http.header("Origin"), reply);
}

void Turn::Report(const HttpReply& reply, const base::RequestObserver& observer) const {
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_);
  observer({.door = "http",
            .operation = exchange_.label,
            .version = exchange_.route.in_base() ? fhir::InfoOf(exchange_.route.version).path
                                                 : std::string_view{},
            .reason = failed_ ? InfoOf(reason_).name : "OK",
            .detail = exchange_.detail,
            .status = reply.status,
            .micros = spent.count(),
            .request_bytes = static_cast<std::int64_t>(exchange_.http.body().size()),
            .response_bytes = static_cast<std::int64_t>(reply.body.size()),
            .request_id = request_id_,
            .trace_id = trace_.trace_id,
            .digest = *exchange_.digest});
}

}  // namespace

Gateway::Gateway(const Engine& engine, GatewayOptions options, base::RequestObserver observer,
                 std::function<bool()> is_ready)
    : engine_(engine),
      options_(std::move(options)),
      observer_(std::move(observer)),
      is_ready_(std::move(is_ready)),
      kept_(options_.kept_answer_bytes) {}

HttpReply Gateway::Handle(const HttpRequest& request) const {
  const auto started = Clock::now();
  if (options_.pool == nullptr) return AnswerInFull(request, started);
  if (request.body().size() > options_.light_body_bytes) return Defer(request, started);
  Turn turn(engine_, options_, request, started, options_.slice_steps);
  HttpReply reply = turn.Run(is_ready_, kept_);
  if (turn.IsHeavy()) return Defer(request, started, turn.authenticated());
  if (observer_) turn.Report(reply, observer_);
  return reply;
}

HttpReply Gateway::AnswerInFull(const HttpRequest& request, Clock::time_point started,
                                bool authenticated) const {
  Turn turn(engine_, options_, request, started, 0, authenticated);
  HttpReply reply = turn.Run(is_ready_, kept_);
  if (observer_) turn.Report(reply, observer_);
  return reply;
}

HttpReply Gateway::Defer(const HttpRequest& request, Clock::time_point started,
                         bool authenticated) const {
  HttpAnswer answer = request.Defer();
  if (!answer) return AnswerInFull(request, started, authenticated);
  if (options_.pool->Submit(
          [=, this, &request] { answer(AnswerInFull(request, started, authenticated)); })) {
    return {};
  }
  Turn turn(engine_, options_, request, started);
  HttpReply reply = turn.Refuse(
      Fail(Reason::kTooManyRequests, "As many long requests wait as may; try again soon."));
  if (observer_) turn.Report(reply, observer_);
  answer(std::move(reply));
  return {};
}

HttpReply Gateway::OnTransportError(TransportError error) const {
  const TransportFault fault = FaultOf(error);
  const std::string canonical_base =
      options_.canonical_base.empty() ? engine_.Describe().canonical_base : options_.canonical_base;
  const std::string request_id = base::NewRequestId();
  HttpReply reply;
  reply.status = fault.status;
  reply.content_type = DefaultContentType();
  reply.body = fhir::WriteOutcome({fault.reason, std::string(fault.text), {}, {}},
                                  {.canonical_base = canonical_base});
  reply.headers.emplace_back("X-Request-Id", request_id);
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.headers.emplace_back("Cache-Control", "no-store");
  if (!observer_) return reply;
  const std::shared_ptr<const std::string> digest = engine_.Digest();
  observer_({.door = "http",
             .operation = "other",
             .version = {},
             .reason = InfoOf(fault.reason).name,
             .detail = {},
             .status = fault.status,
             .micros = 0,
             .request_bytes = 0,
             .response_bytes = static_cast<std::int64_t>(reply.body.size()),
             .request_id = request_id,
             .trace_id = {},
             .digest = *digest});
  return reply;
}

}  // namespace chemoterm::gateway
