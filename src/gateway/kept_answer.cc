#include "gateway/kept_answer.h"

#include "base/clock.h"
#include "base/text.h"

namespace chemoterm::gateway {
namespace {

constexpr std::size_t kMaxKey = 2 * 1024;
constexpr std::size_t kMaxBody = 64 * 1024;

}  // namespace

std::string_view KeyOf(const HttpRequest& request, std::string_view digest) {
  thread_local std::string key;  // keeps its memory
  key.assign(request.target());
  // No header value holds a line feed, so different requests have different keys.
  for (const std::string_view name :
       {"Host", "Accept", "Accept-Language", "Prefer", "X-Too-Costly-Threshold"}) {
    key += '\n';
    key += request.header(name);
  }
  if (key.size() > kMaxKey) return {};
  key += '\n';
  key += base::ToText(base::Today());
  key += digest;
  return key;
}

bool CanKeep(const Exchange& exchange, const HttpReply& reply) {
  // A reload meanwhile makes another digest object, and the old one lives as long as the exchange:
  // the same object means the same content all along.
  return exchange.operation != nullptr && exchange.is_get() && reply.status == 200 &&
         reply.body.size() <= kMaxBody && exchange.engine.Digest() == exchange.digest;
}

}  // namespace chemoterm::gateway
