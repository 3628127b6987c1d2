// The request of a client: what every hook has, and the context of the hooks that we serve.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::hooks {

inline constexpr std::string_view kOrderSelect = "order-select";
inline constexpr std::string_view kOrderSign = "order-sign";

// Views into the body.
struct HookCall {
  std::string_view draft_orders;  // any JSON value
  // The orders that were just selected ("ServiceRequest/1"); none for order-sign, which is about
  // all of them.
  std::vector<std::string> selections;
  // Prefetched; empty when there are no data.
  std::string_view patient;
  std::string_view coverage;
};

// Fails with kMalformedBody, kInvalidParameter (such as a hook that we do not serve) or
// kMissingParameter.
absl::StatusOr<HookCall> ReadHookCall(std::string_view body);

}  // namespace chemoterm::hooks
