// OperationDefinition resources of our own operations, and the page that describes all of them;
// from the tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/version.h"

namespace chemoterm::fhir {

// An OperationDefinition that we serve, with what a search may ask for.
struct OperationDefinition {
  std::string id;    // "CodeSystem-related-codes"
  std::string url;   // canonical
  std::string name;  // "RelatedCodes"
  std::string title;
  std::string code;  // "related-codes"
  std::string json;  // the resource in the asked version
};

struct DefinitionFacts {
  std::string_view canonical_base;
  std::string_view software_version;
  std::string_view release_date;  // YYYY-MM-DD
};

// Our own operations (standard ones are HL7's to define), by id.
std::vector<OperationDefinition> OperationDefinitions(const DefinitionFacts& facts,
                                                      FhirVersion version);

// docs/operations.md: every operation with levels, parameters in both versions, RPC and command.
std::string OperationsMarkdown();

}  // namespace chemoterm::fhir
