// Revalidation of answers that are computed from the content, not read from it.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <utility>

#include "gateway/conditional.h"
#include "gateway/exchange.h"

namespace chemoterm::gateway {

// The tag of the answer to a GET. It changes with the content, the day (figures and notes in
// force), the target, the languages asked and the representation.
std::string TagOf(const Exchange& exchange);

// The answer to a GET whose body `compute` (a StatusOr<std::string>()) makes; 304 without computing
// for a client whose If-None-Match names the tag. `*` is honoured only once the answer is known to
// exist.
template <class Compute>
absl::StatusOr<FhirReply> Computed(const Exchange& exchange, Compute&& compute) {
  FhirReply reply;
  reply.etag = TagOf(exchange);
  const std::string_view condition = exchange.http.header("If-None-Match");
  const bool held = !condition.empty() && NamesTag(condition, reply.etag);
  if (held && condition != "*") {
    reply.status = 304;
    return reply;
  }
  absl::StatusOr<std::string> body = std::forward<Compute>(compute)();
  if (!body.ok()) return std::move(body).status();
  if (held) {
    reply.status = 304;
    return reply;
  }
  reply.body = *std::move(body);
  return reply;
}

}  // namespace chemoterm::gateway
