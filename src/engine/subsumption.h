// The one place that says how two concepts of a code system stand to each other.
#pragma once

#include <absl/status/statusor.h>

#include <string_view>

#include "engine/scope.h"

namespace chemoterm::engine {

// The concept of that code; kUnknownCode when there is none. `where` names the parameter.
absl::StatusOr<model::ConceptId> FindCode(const Scope& scope, const model::CodeSystem& system,
                                          std::string_view code, std::string_view where);

enum class Subsumption : unsigned char { kEquivalent, kSubsumes, kSubsumedBy, kNone };
// What `a` is to `b`.
Subsumption Compare(const model::CodeSystem& system, model::ConceptId a, model::ConceptId b);

}  // namespace chemoterm::engine
