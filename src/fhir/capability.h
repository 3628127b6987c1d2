// What the server says of itself: CapabilityStatement, TerminologyCapabilities, $versions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "chemoterm/engine.h"
#include "chemoterm/resources.h"
#include "fhir/version.h"

namespace chemoterm::fhir {

// The functions of engine.h, handed in so that this layer needs no engine to link or to test.
struct ServedResources {
  std::span<const std::string_view> types;  // ResourceTypes()
  std::span<const SearchParamInfo> (*search_params)(std::string_view type) =
      nullptr;  // SearchParamsOf
};

struct ServerFacts {
  std::string_view base_url;  // of this version: "https://host/r4"
  std::string_view canonical_base;
  std::string_view software_version;  // "0.1.0"
  std::string_view release_date;      // YYYY-MM-DD
  bool cors = false;
  ServedResources served;
};

// GET metadata.
std::string WriteCapabilityStatement(const ServerFacts& facts, const ContentInfo& content,
                                     FhirVersion version);

// GET metadata?mode=terminology.
std::string WriteTerminologyCapabilities(const ServerFacts& facts, const ContentInfo& content,
                                         const ListCodeSystemsResult& code_systems,
                                         FhirVersion version);

// GET $versions: a base serves one version.
std::string WriteVersions(FhirVersion version);

}  // namespace chemoterm::fhir
