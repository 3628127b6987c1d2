#include "engine/concept_names.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/display.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::CodeSystem;
using model::ConceptId;
using model::ListedConcept;
using model::SystemId;

CodingView UseOf(const CodeSystem& system, const model::Designation& designation) {
  return {system.Text(designation.use_system),
          {},
          system.Text(designation.use_code),
          system.Text(designation.use_display)};
}

// A name without use, or with one that terminologies share (SNOMED CT's, HL7's), can be a display.
bool IsForDisplay(std::string_view use_system) {
  return use_system.empty() || use_system == "http://snomed.info/sct" ||
         use_system.starts_with("http://terminology.hl7.org/CodeSystem/");
}

// A display that is shown as one name of several.
constexpr CodingView kDisplayUse = {
    "http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra", {}, "preferredForLanguage", {}};

// The list of languages as it is repeated: with weights, one blank behind each comma.
std::string Repeated(std::string_view languages) {
  if (languages.find(';') == std::string_view::npos) return std::string(languages);
  std::vector<std::string_view> parts;
  for (const auto part : base::Split(languages, ',')) parts.push_back(base::Trim(part));
  return base::Join(parts, ", ");
}

void AddDesignations(const CodeSystem& system, ConceptId id, std::vector<NameView>& names) {
  for (const auto& designation : system.Designations(id)) {
    names.push_back({names.size(), system.Text(designation.language), UseOf(system, designation),
                     system.Text(designation), system.Extensions(designation),
                     designation.withdrawn, IsForDisplay(system.Text(designation.use_system)),
                     false});
  }
}

// A name for a language; of several the one that is meant to be a display.
const NameView* BestFor(const std::vector<NameView>& names, std::string_view range) {
  const NameView* best = nullptr;
  for (const NameView& name : names) {
    if (name.withdrawn || name.language.empty()) continue;
    if (!base::LanguageMatches(range, name.language)) continue;
    const bool is_for_display = name.is_display || name.use.code.empty() ||
                                name.use.code == "display" ||
                                name.use.code == "preferredForLanguage";
    if (is_for_display) return &name;
    if (best == nullptr) best = &name;
  }
  return best;
}

}  // namespace

absl::StatusOr<ConceptNames> ConceptNames::Make(const Scope& scope, const model::ValueSet& set,
                                                std::string_view display_language,
                                                const std::vector<std::string>& supplements,
                                                std::string_view system) {
  ConceptNames names(scope);
  ASSIGN_OR_RETURN(names.languages_, ReadLanguages(scope, display_language));
  names.language_parameter_ =
      display_language.empty() ? scope.call.accept_language : display_language;
  if (names.languages_.ranges.empty()) {
    std::string_view by_author = set.language;
    for (const auto& [name, value] : set.expansion_parameters) {
      if (name == "displayLanguage") by_author = value;
    }
    names.languages_ = base::ParseLanguages(by_author);
    names.language_parameter_ = by_author;
  }
  if (names.language_parameter_.find(';') != std::string_view::npos) {
    names.language_parameter_ = scope.texts.Keep(Repeated(names.language_parameter_));
  }
  const auto applies = [&](const model::CodeSystemInfo& info) {
    return info.is_supplement() &&
           (system.empty() || base::SplitOnce(info.supplements, '|').first == system);
  };
  const auto add = [&](const std::string& canonical, std::string_view where) -> absl::Status {
    const auto [url, version] = base::SplitOnce(canonical, '|');
    const auto found = scope.catalog.FindSystem(url, version);
    if (found && applies(scope.catalog.System(*found).info())) {
      if (std::find(names.supplements_.begin(), names.supplements_.end(), *found) ==
          names.supplements_.end()) {
        names.supplements_.push_back(*found);
      }
      return {};
    }
    // The rows of the loaded content always apply.
    const auto& facts = scope.snapshot.facts;
    if (std::any_of(facts.begin(), facts.end(),
                    [&](const auto& table) { return table.supplement_url == url; })) {
      return {};
    }
    return Fail(
        Reason::kUnknownSupplement,
        scope.Say("VALUESET_SUPPLEMENT_MISSING", {{"supplement", base::Clip(canonical, 200)}}),
        where, "VALUESET_SUPPLEMENT_MISSING");
  };
  for (const auto& canonical : supplements) RETURN_IF_ERROR(add(canonical, "useSupplement"));
  for (const auto& canonical : set.supplements) RETURN_IF_ERROR(add(canonical, {}));
  return names;
}

template <class F>
void ConceptNames::ForEachSupplement(SystemId system_id, ConceptId id, F&& f) const {
  if (supplements_.empty()) return;
  const CodeSystem& system = scope_->catalog.System(system_id);
  for (const SystemId supplement_id : supplements_) {
    const CodeSystem& supplement = scope_->catalog.System(supplement_id);
    const auto [url, version] = base::SplitOnce(supplement.info().supplements, '|');
    if (url != system.info().url || (!version.empty() && version != system.info().version)) {
      continue;
    }
    if (const auto at = supplement.Find(system.Code(id))) f(supplement, *at);
  }
}

std::vector<NameView> ConceptNames::Names(SystemId system_id, ConceptId id,
                                          const ListedConcept* listed) const {
  const CodeSystem& system = scope_->catalog.System(system_id);
  std::vector<NameView> names;
  if (listed != nullptr && !listed->display.empty() && listed->display != system.Display(id)) {
    names.push_back(
        {0, system.info().language, kDisplayUse, listed->display, {}, false, true, true});
  }
  if (!system.Display(id).empty()) {
    names.push_back({names.size(),
                     system.info().language,
                     kDisplayUse,
                     system.Display(id),
                     {},
                     false,
                     true,
                     true});
  }
  AddDesignations(system, id, names);
  ForEachSupplement(system_id, id, [&](const CodeSystem& supplement, ConceptId at) {
    AddDesignations(supplement, at, names);
  });
  if (listed == nullptr) return names;
  for (const auto& own : listed->designations) {
    names.push_back({names.size(),
                     own.language,
                     {own.use.system, own.use.version, own.use.code, own.use.display},
                     own.value,
                     own.extensions,
                     false,
                     IsForDisplay(own.use.system),
                     false});
  }
  return names;
}

ChosenName ConceptNames::Choose(SystemId system_id, ConceptId id,
                                const ListedConcept* listed) const {
  const CodeSystem& system = scope_->catalog.System(system_id);
  if (languages_.ranges.empty()) {
    const bool has_own = listed != nullptr && !listed->display.empty();
    const std::string_view first = has_own ? listed->display : system.Display(id);
    if (!first.empty() || listed == nullptr) return {first, 0};
  }
  const auto names = Names(system_id, id, listed);
  if (names.empty()) return {};
  bool barred = false;  // every language that is not named
  for (const auto& range : languages_.ranges) {
    if (range.quality == 0) {
      barred = barred || range.tag == "*";
      continue;
    }
    if (range.tag == "*") break;
    if (const NameView* best = BestFor(names, range.tag)) return {best->text, best->index};
  }
  const NameView& first = names.front();
  if (!first.is_display || (barred && !first.language.empty())) return {};
  return {first.text, first.index};
}

std::string_view ConceptNames::Extensions(SystemId system, ConceptId id) const {
  std::string_view found;
  ForEachSupplement(system, id, [&](const CodeSystem& supplement, ConceptId at) {
    if (found.empty()) found = supplement.Extensions(at);
  });
  return found;
}

void ConceptNames::ForEachProperty(
    SystemId system_id, ConceptId id,
    const std::function<void(const model::PropertyDef&, const ValueView&)>& f) const {
  const auto each = [&](const CodeSystem& system, ConceptId at) {
    for (const auto& value : system.Properties(at)) {
      f(system.property_defs()[value.def], system.Value(value));
    }
  };
  each(scope_->catalog.System(system_id), id);
  ForEachSupplement(system_id, id, each);
}

}  // namespace chemoterm::engine
