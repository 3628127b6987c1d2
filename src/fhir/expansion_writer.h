// An expansion as a ValueSet.
#pragma once

#include <string>

#include "chemoterm/ops/expand.h"
#include "fhir/version.h"

namespace chemoterm::fhir {

// The value set with its expansion: its own members but text; its definition when the result has
// it.
std::string WriteExpansion(const ExpandResult& result, FhirVersion version);

}  // namespace chemoterm::fhir
