// Which of a concept's names is shown in which language, and which are accepted.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/fold.h"
#include "engine/scope.h"

namespace chemoterm::engine {

// The caller's languages: displayLanguage of the request, else Accept-Language. A malformed
// displayLanguage fails; a malformed header is ignored. Views into the request.
absl::StatusOr<base::LanguageList> ReadLanguages(const Scope& scope,
                                                 std::string_view display_language);

// The display in the best language there is: ranges in order of weight, the system's own display
// when nothing fits. `matched` (may be null) tells whether some range was met. Best designation of
// a language: the one without use or preferred, else the first.
std::string_view ChooseDisplay(const model::CodeSystem& system, model::ConceptId id,
                               const base::LanguageList& languages, bool* matched = nullptr);

// A name that a caller may send as display.
struct ValidDisplay {
  std::string_view text;
  std::string_view language;
};

// The names that count as right for a concept: display and designations in the wanted languages;
// all when none is wanted. The display first.
std::vector<ValidDisplay> ValidDisplays(const model::CodeSystem& system, model::ConceptId id,
                                        const base::LanguageList& languages);

// The concept's Coding with its display in the wanted language.
CodingView CodingOf(const model::CodeSystem& system, model::ConceptId id,
                    const base::LanguageList& languages);

// The Coding of a code that rows name, with its own display where it is loaded.
CodingView CodingOf(const model::Snapshot& snapshot, model::SystemCode code);

}  // namespace chemoterm::engine
