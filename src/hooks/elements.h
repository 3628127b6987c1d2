// Elements of FHIR resources, read from slices of JSON that is known to be valid. What is absent or
// of another type reads as empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/values.h"

namespace chemoterm::hooks {

std::string TextOf(std::string_view object, std::string_view key);

// A number without a fraction: "2", "2.0".
std::optional<std::int32_t> WholeNumberOf(std::string_view object, std::string_view key);

Coding ReadCoding(std::string_view coding);

// The first element of an array; empty if there is none.
std::string_view FirstOf(std::string_view array);

// The CodeableConcepts of a list that R4 and R5 call differently; R5 has CodeableReferences there.
std::vector<std::string_view> ConceptsOf(std::string_view resource, std::string_view r4_key,
                                         std::string_view r5_key);

// The extension with that url.
std::string_view ExtensionOf(std::string_view element, std::string_view url);

// "ServiceRequest/1"; empty without an id.
std::string ReferenceTo(std::string_view resource);

// The resources of a Bundle's entries.
std::vector<std::string_view> ResourcesOf(std::string_view bundle);

}  // namespace chemoterm::hooks
