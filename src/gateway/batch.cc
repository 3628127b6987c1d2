#include "gateway/batch.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "fhir/batch.h"
#include "gateway/conditional.h"
#include "gateway/dispatch.h"
#include "gateway/echo.h"
#include "gateway/negotiation.h"

namespace chemoterm::gateway {
namespace {

// An entry as a request: its own method, URL, conditions and body, the rest from the batch.
class EntryRequest final : public HttpRequest {
 public:
  EntryRequest(const HttpRequest& batch, const fhir::BatchRequest& entry, std::string target,
               std::string if_modified_since)
      : batch_(batch),
        entry_(entry),
        target_(std::move(target)),
        if_modified_since_(std::move(if_modified_since)) {}

  std::string_view method() const override { return entry_.method; }
  std::string_view target() const override { return target_; }
  std::string_view body() const override {
    return entry_.method == "POST" ? entry_.resource : std::string_view{};
  }
  std::string_view header(std::string_view name) const override {
    if (base::EqualsIgnoringCase(name, "If-None-Match")) return entry_.if_none_match;
    if (base::EqualsIgnoringCase(name, "If-Modified-Since")) return if_modified_since_;
    if (base::EqualsIgnoringCase(name, "Content-Type")) return "application/fhir+json";
    if (base::EqualsIgnoringCase(name, "Accept-Language") ||
        base::EqualsIgnoringCase(name, "Host") || base::EqualsIgnoringCase(name, "Prefer")) {
      return batch_.header(name);
    }
    return {};
  }

 private:
  const HttpRequest& batch_;
  const fhir::BatchRequest& entry_;
  const std::string target_;
  const std::string if_modified_since_;
};

// The entry's URL, relative to the base or absolute on it, as a target on this base.
absl::StatusOr<std::string> TargetOf(const Exchange& batch, const std::string& base_url,
                                     std::string_view url) {
  constexpr std::string_view kWhere = "Bundle.entry.request.url";
  if (url.empty()) return Fail(Reason::kMissingParameter, "The entry has no request.url.", kWhere);
  if (url.starts_with(base_url) && url.size() > base_url.size() && url[base_url.size()] == '/') {
    url.remove_prefix(base_url.size() + 1);
  }
  if (url.starts_with('/') || url.find("://") < url.find('?')) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"'", Echo(url), "' is not a URL relative to this base."}), kWhere);
  }
  return base::Concat({"/", batch.route.base, "/", url});
}

absl::StatusOr<FhirReply> AnswerEntry(const fhir::BatchRequest& entry, Exchange& exchange) {
  if (entry.method.empty()) {
    return Fail(Reason::kMissingParameter, "The entry has no request.method.",
                "Bundle.entry.request.method");
  }
  if (entry.method != "GET" && entry.method != "POST") {
    return Fail(Reason::kMethodNotAllowed, "An entry of a batch is a GET or a POST here.",
                "Bundle.entry.request.method");
  }
  if (std::chrono::steady_clock::now() >= exchange.call.deadline) {
    return Fail(Reason::kDeadlineExceeded, "The batch's time was over before this entry.");
  }
  ASSIGN_OR_RETURN(exchange.route, ParseRoute(exchange.http.target()));
  if (exchange.route.endpoint == Endpoint::kBase) {
    return Fail(Reason::kUnprocessable, "A batch cannot hold a batch.", "Bundle.entry.request.url");
  }
  return Dispatch(exchange);
}

fhir::BatchReply RunEntry(const fhir::BatchRequest& entry, const std::string& base_url,
                          Exchange& batch) {
  absl::StatusOr<std::string> target = TargetOf(batch, base_url, entry.url);
  const bool has_target = target.ok();
  // In a Bundle the date is an instant, in HTTP it has a form of its own.
  const EntryRequest http(batch.http, entry, has_target ? *target : std::string(),
                          HttpDate(entry.if_modified_since));
  Exchange exchange(batch.engine, batch.options, http);
  exchange.request_id = batch.request_id;
  exchange.call = batch.call;
  exchange.digest = batch.digest;
  exchange.route = batch.route;
  absl::StatusOr<FhirReply> answer =
      has_target ? AnswerEntry(entry, exchange) : absl::StatusOr<FhirReply>(target.status());
  FhirReply reply = answer.ok() ? *std::move(answer) : WriteFailure(answer.status(), exchange);
  if (!exchange.detail.empty()) batch.detail = std::move(exchange.detail);
  return {reply.status, std::move(reply.etag), std::move(reply.last_modified),
          std::move(reply.body)};
}

}  // namespace

absl::StatusOr<FhirReply> RunBatch(Exchange& exchange) {
  const HttpRequest& http = exchange.http;
  RETURN_IF_ERROR(CheckContentType(http.header("Content-Type"), http.header("Content-Encoding"),
                                   BodyKind::kFhirJson,
                                   fhir::InfoOf(exchange.route.version).short_form));
  ASSIGN_OR_RETURN(const std::vector<fhir::BatchRequest> entries, fhir::ReadBatch(http.body()));
  const std::string base_url = BaseUrl(exchange);
  std::vector<fhir::BatchReply> replies;
  replies.reserve(entries.size());
  std::size_t bytes = 0;
  for (const fhir::BatchRequest& entry : entries) {
    if (bytes > exchange.options.max_batch_bytes) {
      const FhirReply refused = WriteFailure(
          Fail(Reason::kTooCostly, "The answers to the entries before this one are too large."),
          exchange);
      replies.push_back({refused.status, {}, {}, refused.body});
      continue;
    }
    replies.push_back(RunEntry(entry, base_url, exchange));
    bytes += replies.back().body.size();
  }
  FhirReply reply;
  reply.body = fhir::WriteBatchResponse(replies);
  return reply;
}

}  // namespace chemoterm::gateway
