#include "gateway/cache.h"

#include <chrono>

#include "base/text.h"

namespace chemoterm::gateway {

std::string TagOf(const Exchange& exchange) {
  const auto now = std::chrono::system_clock::now();
  const auto today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  return AnswerTag(
      *exchange.digest,
      {base::ToText(today), exchange.options.software_version, exchange.options.canonical_base,
       exchange.http.target(), exchange.http.header("Host"),
       exchange.http.header("Accept-Language"), exchange.content_type});
}

}  // namespace chemoterm::gateway
