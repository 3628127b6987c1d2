#include "engine/value_set_view.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/resolve.h"
#include "engine/view_memo.h"

namespace chemoterm::engine {

using model::ConceptId;
using model::ListedConcept;
using model::SystemId;
using model::ValueSet;

bool ConceptSetView::Takes(const Scope& scope, SystemId system_id) const {
  if (!system) return false;
  if (system->id == system_id) return true;
  const auto& info = scope.catalog.System(system_id).info();
  if (info.url != system->url) return false;
  return system->choice.version.empty() || model::FitsVersion(system->choice.version, info.version);
}

std::optional<ConceptRange> ConceptSetView::Range(const Scope& scope) const {
  if (!system || !system->id || !set->concepts.empty() || filters.size() > 1) return std::nullopt;
  if (filters.size() == 1) return filters.front().Range();
  return ConceptRange{0, scope.catalog.System(*system->id).size()};
}

// A code that is listed in another case is found by its concept.
const ListedConcept* ConceptSetView::FindListed(const Scope& scope, SystemId system_id,
                                                ConceptId id) const {
  const auto& code_system = scope.catalog.System(system_id);
  if (const auto* listed = set->Find(code_system.Code(id)); listed != nullptr) return listed;
  if (code_system.info().case_sensitive) return nullptr;
  const auto [known, is_new] = scope.memo.listed.try_emplace({set, system_id});
  auto& by_id = known->second;
  if (is_new) {
    scope.budget.Count(set->concepts.size());
    for (const ListedConcept& listed : set->concepts) {
      if (const auto found = code_system.Find(listed.code)) by_id.try_emplace(*found, &listed);
    }
  }
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : found->second;
}

bool ConceptSetView::PassesFilters(const Scope& scope, SystemId system_id, ConceptId id) const {
  const auto passes = [&](const std::vector<Filter>& all) {
    return std::all_of(all.begin(), all.end(),
                       [&](const Filter& filter) { return filter.Matches(id); });
  };
  scope.budget.Count(set->filters.size());
  if (system->id == system_id) return passes(filters);
  const auto [known, is_new] = scope.memo.filters.try_emplace({set, system_id});
  auto& others = known->second;
  if (is_new) {
    others.emplace();
    for (const auto& written : set->filters) {
      auto filter = Filter::Make(scope, system_id, written, {});
      if (filter.ok()) others->push_back(*std::move(filter));
    }
    if (others->size() != set->filters.size()) others.reset();
  }
  return others && passes(*others);
}

bool ConceptSetView::Has(const OneConcept& one, const ListedConcept** listed) const {
  one.scope.budget.Count();
  if (system) {
    if (!Takes(one.scope, one.system)) return false;
    if (!set->concepts.empty()) {
      const auto* found = FindListed(one.scope, one.system, one.id);
      if (found == nullptr) return false;
      if (listed != nullptr) *listed = found;
    }
    if (!set->filters.empty() && !PassesFilters(one.scope, one.system, one.id)) return false;
  }
  for (const ValueSetViewPtr& imported : value_sets) {
    const auto [known, is_new] = one.imported.try_emplace(imported.get());
    OneConcept::Verdict& verdict = known->second;  // of a map: it stays where it is
    if (is_new) verdict.has = imported->Has(one, &verdict.listed);
    if (!verdict.has) return false;
    if (listed != nullptr && verdict.listed != nullptr) *listed = verdict.listed;
  }
  return true;
}

bool ConceptSetView::MayHave(const PossibleCode& one, bool by_filter) const {
  if (system) {
    if (!Takes(one.scope, one.system)) return false;
    if (!set->concepts.empty() && set->Find(one.code) == nullptr) return false;
    if (!filters.empty() && !by_filter) return false;
  }
  return std::all_of(value_sets.begin(), value_sets.end(), [&](const ValueSetViewPtr& imported) {
    const auto [known, is_new] = one.imported.try_emplace({imported.get(), by_filter});
    if (is_new) known->second = imported->MayHave(one, by_filter);
    return known->second;
  });
}

bool ValueSetView::MayHave(const PossibleCode& one, bool by_filter) const {
  const auto has = [&](bool filters_say) {
    return [&one, filters_say](const ConceptSetView& set) { return set.MayHave(one, filters_say); };
  };
  return std::any_of(includes_.begin(), includes_.end(), has(by_filter)) &&
         std::none_of(excludes_.begin(), excludes_.end(), has(!by_filter));
}

bool ValueSetView::Excludes(const OneConcept& one) const {
  const auto& catalog = one.scope.catalog;
  for (const ConceptSetView& exclude : excludes_) {
    if (exclude.Has(one)) return true;
    if (!matches_versions_ || !exclude.system || !exclude.system->id) continue;
    // The same code in the version that the exclude names.
    const auto& system = catalog.System(one.system);
    if (system.info().url != exclude.system->url) continue;
    const auto other = catalog.System(*exclude.system->id).Find(system.Code(one.id));
    if (other && exclude.Has({one.scope, *exclude.system->id, *other})) return true;
  }
  return false;
}

bool ValueSetView::Has(const OneConcept& one, const ListedConcept** listed) const {
  const bool included =
      std::any_of(includes_.begin(), includes_.end(),
                  [&](const ConceptSetView& include) { return include.Has(one, listed); });
  if (!included || Excludes(one)) return false;
  return set_->inactive != false || !one.scope.catalog.System(one.system).IsInactive(one.id);
}

absl::StatusOr<const ValueSet*> FindValueSet(const Scope& scope, std::string_view url,
                                             std::string_view version) {
  auto [name, bar_version] = base::SplitOnce(url, '|');
  if (!bar_version.empty()) version = bar_version;
  if (const auto* set = scope.catalog.FindValueSet(name, version); set != nullptr) return set;
  const std::string canonical =
      version.empty() ? std::string(name) : base::Concat({name, "|", version});
  return Fail(Reason::kUnknownValueSet,
              scope.Say("Unable_to_resolve_value_Set_", {{"url", base::Clip(canonical, 300)}}), {},
              "Unable_to_resolve_value_Set_");
}

absl::StatusOr<const ValueSet*> WantedValueSet(const Scope& scope, std::string_view url,
                                               std::string_view version) {
  const ValueSet* const given = scope.catalog.given();
  if (given != nullptr && !url.empty() && given->url != url) {
    return Fail(Reason::kConflictingParameters, "url and valueSet name different value sets",
                "valueSet");
  }
  if (given != nullptr) return given;
  if (url.empty()) {
    return Fail(Reason::kMissingParameter, "One of url and valueSet is needed", "url");
  }
  return FindValueSet(scope, url, version);
}

}  // namespace chemoterm::engine
