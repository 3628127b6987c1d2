// The answer of $closure as FHIR has it: a ConceptMap.
#pragma once

#include <string>

#include "chemoterm/ops/closure.h"
#include "fhir/version.h"

namespace chemoterm::fhir {

std::string WriteClosure(const ClosureResult& result, FhirVersion version);

}  // namespace chemoterm::fhir
