// FHIR resources as they come: in content files, in packages and in requests.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/faults.h"
#include "model/code_system.h"
#include "model/concept_map.h"
#include "model/value_set.h"

namespace chemoterm::load {

// What becomes of a canonical: ours move to the base that is served.
using Rebase = std::function<std::string(std::string_view)>;

// Nothing, and at least one fault, for a text that cannot be used.
std::optional<model::ValueSet> ParseValueSet(std::string_view text, const Rebase& rebase,
                                             const FileFaults& faults);

// Told of each code of a map, with a way to find its line, which takes long.
using MapCodeCheck = std::function<void(std::string_view system, std::string_view code,
                                        const std::function<int()>& line)>;
// As above; `check` may be empty. R4's spellings are taken where the faults are lenient.
std::optional<model::ConceptMap> ParseConceptMap(std::string_view text, const Rebase& rebase,
                                                 const MapCodeCheck& check,
                                                 const FileFaults& faults);

// What the manifest says of a code system beside its text.
struct CodeSystemNotes {
  std::string code_pattern;
  bool own_wording = false;                  // of all codes
  std::vector<std::string> own_worded = {};  // codes
  std::size_t expansion_concepts = 0;
};
std::unique_ptr<const model::CodeSystem> ParseCodeSystem(std::string_view text,
                                                         const Rebase& rebase,
                                                         const CodeSystemNotes& notes,
                                                         const FileFaults& faults);

// The id of a NamingSystem that can be served; nothing, and at least one fault, for another text.
std::optional<std::string> CheckNamingSystem(std::string_view text, const FileFaults& faults);

}  // namespace chemoterm::load
