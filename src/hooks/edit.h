// Changes to a client's resource: what is not changed stays as received.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chemoterm/values.h"
#include "hooks/draft_orders.h"

namespace chemoterm::hooks {

// The resource with another code in place of its CodeableConcept: texts and translations of the
// old code do not hold for it.
std::string WithCode(std::string_view resource, const CodePlace& place, const CodingView& coding);

// The resource with other modifiers on its code: only the code is changed.
std::string WithModifiedCode(std::string_view resource, const CodePlace& place,
                             std::string_view code);

// The resource with that quantity, whose unit stays.
std::string WithUnits(std::string_view resource, std::int32_t units);

// A draft ServiceRequest for a further line, for whom, when and where `like` is, and in the shape
// of its FHIR version.
std::string NewServiceRequest(const DraftLine& like, const CodingView& coding, std::int32_t units);

}  // namespace chemoterm::hooks
