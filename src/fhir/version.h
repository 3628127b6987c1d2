// What differs between the FHIR versions that are served; nothing else in src/ knows.
//
// Inside, everything is R5: stored resources, names of parameters, shapes. An R4 base gets an R5
// resource through ToVersion(). A third version is a third row and a third table of rules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/ops/lookup.h"
#include "chemoterm/ops/translate.h"
#include "chemoterm/params.h"

namespace chemoterm::fhir {

enum class FhirVersion : std::uint8_t { kR4, kR5 };

// One row per version.
struct VersionInfo {
  FhirVersion version;
  std::string_view path;        // of the base: "r4"
  std::string_view full;        // "4.0.1", for fhirVersion in resources
  std::string_view short_form;  // "4.0", for the media type's fhirVersion and $versions
  std::string_view mime;        // "application/fhir+json; fhirVersion=4.0"
  In in;                        // the flag of params.h that stands for it
};

const VersionInfo& InfoOf(FhirVersion version);
std::span<const VersionInfo> AllVersions();

// True when `version` defines what carries the flag; for definitions. Requests accept every name at
// every base.
bool Defines(FhirVersion version, In in);
bool Defines(FhirVersion version, std::uint8_t search_param_in);  // SearchParamInfo::in

// Where the version lets the operation be called.
const Levels& LevelsOf(const OpInfo& op, FhirVersion version);

// The canonical of an operation's definition: HL7's for standard ones, else under our canonical
// base.
std::string DefinitionUrl(const OpInfo& op, std::string_view canonical_base);

// An R5 resource as JSON of the asked version. What a version lacks goes into the extension that
// HL7 defines for it; where there is none it is left out. `resource` must be valid JSON; types
// without rules come back unchanged.
std::string ToVersion(std::string_view resource, FhirVersion version);

// R4 has one use per designation, so one with further uses is repeated for each. The result is for
// R4 only; use the original where NeedsRepeat() says no.
bool NeedsRepeat(FhirVersion version, const std::vector<LookupDesignation>& designations);
std::vector<LookupDesignation> Repeated(const std::vector<LookupDesignation>& designations);

// The same for the ConceptMap of $closure, for which R4 has words of its own.
std::string ClosureToVersion(std::string_view resource, FhirVersion version);

// A translation in the words of the version. R4 has no way to say that a match is conditional: such
// matches are left out there.
TranslateResult InWordsOf(const TranslateResult& result, FhirVersion version);

}  // namespace chemoterm::fhir
