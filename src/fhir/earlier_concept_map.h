// A ConceptMap in the shape that it had before FHIR R5, and how it becomes the current one.
#pragma once

#include <string>
#include <string_view>

namespace chemoterm::fhir {

// True for a map with members that only the earlier shape has. One that has none of either shape
// counts as current. `map` must be valid JSON.
bool IsEarlierConceptMap(std::string_view map);

// The same map in the current shape: scopes and systems under their new names, `equivalence` as
// `relationship` (with the old code in an extension where the new one says less), `unmatched` as
// `noMap`, what a mapping depends on as attribute and value.
std::string ToCurrentConceptMap(std::string_view map);

}  // namespace chemoterm::fhir
