// Checking one code with its display against one code system: what every validate operation is made
// of.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "base/fold.h"
#include "engine/scope.h"

namespace chemoterm::engine {

// A code to check. `path` is FHIR's path of the coding in the request ("Coding",
// "CodeableConcept.coding[0]"), empty for a bare code; findings point below it.
struct CodingToCheck {
  std::string_view system;
  std::string_view version;
  std::string_view code;
  std::string_view display;
  std::string path;
};

struct CheckOptions {
  const base::LanguageList& languages;
  bool abstract_allowed = true;
  bool lenient_display = false;
};

// What was found; texts as in ValidateCodeResult.
struct CheckedCoding {
  bool valid = false;
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

}  // namespace chemoterm::engine
