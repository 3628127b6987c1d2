// From what a request names to what is loaded: code systems, supplements, codes, dates.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/values.h"
#include "engine/scope.h"

namespace chemoterm::engine {

// A code as asked for: from `code` and `system`, or from a Coding.
struct Asked {
  std::string_view system;
  std::string_view version;
  std::string_view code;
  std::string_view where;  // name of the parameter that holds the code
};

// Exactly one of code (with system) and coding. `version` may come from either, but not two
// different ones.
absl::StatusOr<Asked> ReadAsked(std::string_view system, std::string_view version,
                                std::string_view code, const std::optional<Coding>& coding);

// The canonical that an alias of the manifest stands for (http and https forms of one system), else
// the url itself.
std::string_view Unalias(const Scope& scope, std::string_view url);

// The loaded code system of that canonical ("url" or "url|version"); fails when it is unknown,
// known only in other versions, or a supplement. `where` names the parameter in the failure.
absl::StatusOr<model::SystemId> ResolveSystem(const Scope& scope, std::string_view url,
                                              std::string_view version, std::string_view where);

// The supplements to apply to a code system beside its facts: FHIR supplements named by the
// request. Fails on one that is not loaded or supplements something else. Canonicals of fact tables
// are accepted: they always apply.
absl::StatusOr<std::vector<model::SystemId>> ResolveSupplements(
    const Scope& scope, model::SystemId system, const std::vector<std::string>& canonicals);

// Fails on a date that does not exist; empty is none. Doors that know types have checked it before.
absl::Status CheckDate(std::string_view date);

// The first day of a checked FHIR date, today when empty.
base::Day DayOf(const Scope& scope, std::string_view date);

// "1.0.0, 1.1.0 or 1.2.0".
std::string ListOr(const std::vector<std::string_view>& items);

// kDeadlineExceeded or kCancelled when the caller no longer waits.
absl::Status CheckBudget(const CallContext& call);

}  // namespace chemoterm::engine
