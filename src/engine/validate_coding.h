// Checking one code with its display against one code system: what every validate operation is made
// of.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>

#include "engine/concept_names.h"
#include "engine/scope.h"
#include "model/value_set.h"

namespace chemoterm::engine {

// A code to check. `path` is FHIR's path of the coding in the request ("Coding",
// "CodeableConcept.coding[0]"), empty for a bare code; findings point below it.
struct CodingToCheck {
  std::string_view system;
  std::string_view version;
  std::string_view code;
  std::string_view display;
  std::string path;

  // Paths of a member, and of the coding itself.
  std::string At(std::string_view member) const;
  std::string Here() const;
};

struct CheckOptions {
  const ConceptNames& names;
  bool abstract_allowed = true;
  bool lenient_display = false;
  // Where the code is looked for, when that is known already; else system and version say it.
  std::optional<model::SystemId> system = {};
  // What a value set says of the concept; may be null.
  const model::ListedConcept* listed = nullptr;
};

// What was found; texts as in ValidateCodeResult.
struct CheckedCoding {
  bool valid = false;
  bool known = false;  // the concept is in the code system
  bool display_fits = true;
  std::string_view system;
  std::string_view version;
  std::string_view display;
  std::string_view status;
  std::string_view normalized_code;
  std::string_view unknown_system;  // canonical of a system that is not loaded
  bool inactive = false;
};

// Adds one issue per concern to the scope. Never fails: a code that cannot be checked is a finding
// too.
CheckedCoding CheckCoding(const Scope& scope, const CodingToCheck& coding,
                          const CheckOptions& options);

// Adds the issue of a code system that is not loaded, or not in that version; the answer is its
// canonical. HL7's message has no quotes around a system that only the coding names (`is_foreign`).
std::string_view ReportUnknownSystem(const Scope& scope, const CodingToCheck& coding,
                                     std::string_view url, std::string_view version,
                                     bool is_foreign = false);

// The summary of the issues for the parameter `message`: errors when the code is wrong, and what a
// careful reader should know in any case.
std::string_view Summarize(const Scope& scope, bool valid);

}  // namespace chemoterm::engine
