#include "gateway/exchange.h"

#include <algorithm>

#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::gateway {
namespace {

// What may be written into a link: a host name or address, with a port.
bool IsCleanHost(std::string_view host) {
  constexpr std::size_t kMaxHost = 255;
  return !host.empty() && host.size() <= kMaxHost &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return base::IsAlnum(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
         });
}

}  // namespace

std::string BaseUrl(const Exchange& exchange) {
  const std::string_view base = exchange.route.base;
  if (!exchange.options.base_url.empty()) {
    return base::Concat({exchange.options.base_url, "/", base});
  }
  const std::string_view host = exchange.http.header("Host");
  if (!IsCleanHost(host)) return base::Concat({"/", base});
  return base::Concat({"http://", host, "/", base});
}

std::string CanonicalBase(const Exchange& exchange) {
  if (!exchange.options.canonical_base.empty()) return exchange.options.canonical_base;
  return exchange.engine.Describe().canonical_base;
}

absl::StatusOr<std::optional<std::string_view>> SingleControl(const fhir::ParameterList& list,
                                                              std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : list.controls) {
    if (key != name) continue;
    const std::string where = base::Concat({"http.", name});
    if (found.has_value()) {
      return Fail(Reason::kConflictingParameters,
                  base::Concat({"'", name, "' may be given once only."}), where);
    }
    if (value.empty()) {
      return Fail(Reason::kInvalidParameter, base::Concat({"'", name, "' has no value."}), where);
    }
    found = value;
  }
  return found;
}

}  // namespace chemoterm::gateway
