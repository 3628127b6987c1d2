#include "engine/display.h"

#include <algorithm>

#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::engine {
namespace {

using base::LanguageMatches;
using model::CodeSystem;
using model::ConceptId;

// FHIR: a code system without a language is taken as English.
std::string_view LanguageOf(const CodeSystem& system) {
  return system.info().language.empty() ? std::string_view("en")
                                        : std::string_view(system.info().language);
}

bool IsPreferred(const CodeSystem& system, const model::Designation& designation) {
  const auto use = system.Text(designation.use_code);
  return use.empty() || use == "display" || use == "preferredForLanguage";
}

// The designation to show for a language range; empty if there is none.
std::string_view BestDesignation(const CodeSystem& system, ConceptId id, std::string_view range) {
  std::string_view best;
  for (const auto& designation : system.Designations(id)) {
    const auto language = system.Text(designation.language);
    if (language.empty() || !LanguageMatches(range, language)) continue;
    if (IsPreferred(system, designation)) return system.Text(designation);
    if (best.empty()) best = system.Text(designation);
  }
  return best;
}

bool Wanted(const base::LanguageList& languages, std::string_view language) {
  if (languages.ranges.empty()) return true;
  return std::any_of(languages.ranges.begin(), languages.ranges.end(),
                     [&](const base::LanguageRange& range) {
                       return range.quality > 0 && LanguageMatches(range.tag, language);
                     });
}

}  // namespace

absl::StatusOr<base::LanguageList> ReadLanguages(const Scope& scope,
                                                 std::string_view display_language) {
  if (display_language.empty()) {
    auto header = base::ParseLanguages(scope.call.accept_language);
    return header.ok ? header : base::LanguageList{};
  }
  auto asked = base::ParseLanguages(display_language);
  if (!asked.ok) {
    return Fail(Reason::kInvalidParameter,
                scope.Say("INVALID_DISPLAY_NAME", {{"language", base::Clip(display_language, 80)}}),
                "displayLanguage", "INVALID_DISPLAY_NAME");
  }
  return asked;
}

std::string_view ChooseDisplay(const CodeSystem& system, ConceptId id,
                               const base::LanguageList& languages, bool* matched) {
  if (matched != nullptr) *matched = true;
  for (const auto& range : languages.ranges) {
    if (range.quality == 0) continue;
    if (LanguageMatches(range.tag, LanguageOf(system)) && !system.Display(id).empty())
      return system.Display(id);
    if (const auto text = BestDesignation(system, id, range.tag); !text.empty()) return text;
  }
  if (matched != nullptr) *matched = languages.ranges.empty();
  // A display is required: a concept without one is shown by its code.
  return system.Display(id).empty() ? system.Code(id) : system.Display(id);
}

std::vector<ValidDisplay> ValidDisplays(const CodeSystem& system, ConceptId id,
                                        const base::LanguageList& languages) {
  std::vector<ValidDisplay> valid;
  if (!system.Display(id).empty() && Wanted(languages, LanguageOf(system))) {
    valid.push_back({system.Display(id), LanguageOf(system)});
  }
  for (const auto& designation : system.Designations(id)) {
    const auto language = system.Text(designation.language);
    const auto text = system.Text(designation);
    if (!Wanted(languages, language.empty() ? LanguageOf(system) : language)) continue;
    const bool known = std::any_of(valid.begin(), valid.end(),
                                   [&](const ValidDisplay& d) { return d.text == text; });
    if (!known) valid.push_back({text, language.empty() ? LanguageOf(system) : language});
  }
  return valid;
}

CodingView CodingOf(const CodeSystem& system, ConceptId id, const base::LanguageList& languages) {
  return {system.info().url, system.info().version, system.Code(id),
          ChooseDisplay(system, id, languages)};
}

CodingView CodingOf(const model::Snapshot& snapshot, model::SystemCode code) {
  const auto system = snapshot.Text(code.system);
  const auto text = snapshot.Text(code.code);
  const auto found = snapshot.Find(system, text);
  if (!found) return {system, {}, text, {}};
  return CodingOf(snapshot.System(found->first), found->second, {});
}

}  // namespace chemoterm::engine
