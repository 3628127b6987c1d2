// The FHIR door: HTTP requests to the operations and resources of an Engine, and back.
//
//   /<version>/...      a base per FHIR version (fhir/version.h); /fhir is the first of them
//     metadata          CapabilityStatement; ?mode=terminology TerminologyCapabilities
//     $versions         GET or POST
//     [type]            search by GET; POST [type]/_search
//     [type]/[id]       read
//     [type]/$op, [type]/[id]/$op   operations, at the levels the version defines; by GET or POST
//     (the base itself) POST of a batch Bundle
//   /cds-services/...   CDS Hooks: discovery by GET; [id] and [id]/feedback by POST; plain JSON
//   /healthz, /readyz   for load balancers
//
// Every error is an OperationOutcome. A Gateway is one object for all threads; it
// stores nothing but answers that it may give again.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/lru_cache.h"
#include "base/request_record.h"
#include "base/work_pool.h"
#include "chemoterm/engine.h"
#include "gateway/http_server.h"
#include "hooks/token_checker.h"

namespace chemoterm::gateway {

struct GatewayOptions {
  // Scheme, host and prefix for links ("https://tx.example.org"), without a slash at the end.
  // Empty: `http://` and the request's Host header. Behind a TLS proxy it has to be set.
  std::string base_url;
  std::string canonical_base;  // of our own canonicals; empty: the content's
  std::string software_version;
  std::string release_date;               // YYYY-MM-DD
  std::vector<std::string> cors_origins;  // "https://app.example.org"; "*" = any; none = no CORS
  std::chrono::milliseconds time_limit{10'000};  // per request
  std::int32_t default_page = 50;                // entries of a search answer without _count
  std::int32_t max_page = 500;                   // a larger _count is answered with this many
  // A batch whose answers exceed this gets kTooCostly for the remaining entries.
  std::size_t max_batch_bytes = std::size_t{32} * 1024 * 1024;
  // Where batches are answered, requests with a large body, and those that need more steps of work
  // than a slice (docs/adr/0012-heavy-work.md). Null: where they come in.
  base::WorkPool* pool = nullptr;
  std::size_t slice_steps = 16'384;
  std::size_t light_body_bytes = std::size_t{64} * 1024;  // a larger body is heavy
  // Checks the tokens of calls to CDS Hooks, whose URLs then start with base_url; null: nobody
  // does.
  hooks::TokenChecker* tokens = nullptr;
  // A header that decides, before this gateway is asked, which one answers; for caches. Empty =
  // none.
  std::string chosen_by = {};
  // Answers of operations to GET that are kept for the next who asks the same; 0 keeps none.
  std::size_t kept_answer_bytes = std::size_t{2} * 1024 * 1024;
};

struct KeptAnswer;
using KeptAnswers = base::LruCache<std::shared_ptr<const KeptAnswer>>;

// Thread-safe. The engine must outlive it.
class Gateway {
 public:
  // `observer` gets one record per finished request; may be null. `is_ready` says whether FHIR
  // requests are answered (else 503); null = always. Both are called concurrently.
  Gateway(const Engine& engine, GatewayOptions options, base::RequestObserver observer,
          std::function<bool()> is_ready);

  // Answers, or defers the request to the pool.
  HttpReply Handle(const HttpRequest& request) const;
  HttpReply OnTransportError(TransportError error) const;

 private:
  using Clock = std::chrono::steady_clock;
  // `authenticated`: the request was begun before, and its token is used up.
  HttpReply AnswerInFull(const HttpRequest& request, Clock::time_point started,
                         bool authenticated = false) const;
  HttpReply Defer(const HttpRequest& request, Clock::time_point started,
                  bool authenticated = false) const;

  const Engine& engine_;
  const GatewayOptions options_;
  const base::RequestObserver observer_;
  const std::function<bool()> is_ready_;
  mutable KeptAnswers kept_;
};

}  // namespace chemoterm::gateway
