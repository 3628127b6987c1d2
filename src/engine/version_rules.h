// Which version a name of a code system or value set means, under the rules of a request.
#pragma once

#include <string_view>

#include "chemoterm/ops/tx_parameters.h"

namespace chemoterm::engine {

// Views into the request, which outlives it.
class VersionRules {
 public:
  explicit VersionRules(const TxParameters& request) : request_(request) {}

  // True when the request has no rule.
  bool empty() const {
    return request_.system_versions.empty() && request_.check_system_versions.empty() &&
           request_.force_system_versions.empty() && request_.default_value_set_versions.empty();
  }

  // Who decided on a version.
  enum class By : unsigned char { kName, kDefault, kCheck, kForce };
  struct Choice {
    std::string_view version;  // may have wildcards; empty = the newest
    By by = By::kName;
  };
  // For an include that says `written`, which may be empty. FHIR's order: what is forced, what is
  // written, the default, what will be checked.
  Choice ForSystem(std::string_view url, std::string_view written) const;
  // What the version of a system must fit; empty = nothing is asked.
  std::string_view Required(std::string_view url) const;
  // For a value set that is named without version; empty = the newest.
  std::string_view ForValueSet(std::string_view url) const;

 private:
  const TxParameters& request_;
};

}  // namespace chemoterm::engine
