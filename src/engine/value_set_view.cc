#include "engine/value_set_view.h"

#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::ConceptId;
using model::ConceptSet;
using model::ListedConcept;
using model::SystemId;
using model::ValueSet;

constexpr std::size_t kMaxDepth = 100;

std::string PathOf(std::string_view set, std::size_t index) {
  return base::Concat({"ValueSet.compose.", set, "[", base::ToText(index), "]"});
}

absl::Status UnknownSystem(const Scope& scope, std::string_view url, std::string_view version) {
  const auto versions = scope.catalog.VersionsOf(url);
  if (version.empty()) {
    return Fail(Reason::kUnknownCodeSystem,
                scope.Say("UNKNOWN_CODESYSTEM_EXP", {{"system", base::Clip(url, 200)}}), {},
                "UNKNOWN_CODESYSTEM_EXP");
  }
  const std::string_view message =
      versions.empty() ? "UNKNOWN_CODESYSTEM_VERSION_EXP_NONE" : "UNKNOWN_CODESYSTEM_VERSION_EXP";
  return Fail(
      Reason::kUnknownVersion,
      scope.Say(message, {{"system", url}, {"version", version}, {"versions", ListOr(versions)}}),
      {}, message);
}

}  // namespace

bool ConceptSetView::Takes(const Scope& scope, SystemId system_id) const {
  if (!system) return false;
  if (system->id == system_id) return true;
  const auto& info = scope.catalog.System(system_id).info();
  if (info.url != system->url) return false;
  return system->choice.version.empty() || model::FitsVersion(system->choice.version, info.version);
}

// A code that is listed in another case is found by its concept.
const ListedConcept* ConceptSetView::FindListed(const Scope& scope, SystemId system_id,
                                                ConceptId id) const {
  const auto& code_system = scope.catalog.System(system_id);
  if (const auto* listed = set->Find(code_system.Code(id)); listed != nullptr) return listed;
  if (code_system.info().case_sensitive) return nullptr;
  const auto [known, is_new] = by_id_.try_emplace(system_id);
  ById& by_id = known->second;
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
  const auto [known, is_new] = other_filters_.try_emplace(system_id);
  auto& others = known->second;
  if (is_new) {
    others.emplace();
    for (const auto& written : set->filters) {
      auto filter = Filter::Make(scope, system_id, written, path);
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

absl::Status ValueSetResolver::ResolveSystem(const ConceptSet& set, ConceptSetView& view) {
  NamedSystem system;
  system.url = set.system;
  system.choice = rules_.ForSystem(set.system, set.version);
  NoteRule(system);
  system.id = scope_.catalog.FindSystem(set.system, system.choice.version);
  if (system.id) {
    const auto& info = scope_.catalog.System(*system.id).info();
    const auto required = rules_.Required(info.url);
    if (info.is_supplement()) {
      return Fail(Reason::kSupplementAsSystem,
                  scope_.Say("CODESYSTEM_CS_NO_SUPPLEMENT", {{"system", Canonical(info)}}), {},
                  "CODESYSTEM_CS_NO_SUPPLEMENT");
    }
    if (missing_ == nullptr && !required.empty() && !model::FitsVersion(required, info.version)) {
      return Fail(
          Reason::kUnprocessable,
          scope_.Say("VALUESET_VERSION_CHECK",
                     {{"version", info.version}, {"system", info.url}, {"required", required}}),
          {}, "VALUESET_VERSION_CHECK");
    }
  } else if (missing_ == nullptr) {
    return UnknownSystem(scope_, set.system, system.choice.version);
  }
  view.system = system;
  return {};
}

void ValueSetResolver::NoteRule(const NamedSystem& system) {
  if (system.choice.by == VersionRules::By::kName) return;
  std::pair rule{system.choice.by, base::Concat({system.url, "|", system.choice.version})};
  if (std::find(applied_.begin(), applied_.end(), rule) == applied_.end()) {
    applied_.push_back(std::move(rule));
  }
}

absl::StatusOr<ConceptSetView> ValueSetResolver::ResolveSet(const ConceptSet& set,
                                                            std::string_view path) {
  RETURN_IF_ERROR(scope_.budget.Spend());
  ConceptSetView view;
  view.set = &set;
  view.path = path;
  if (!set.system.empty()) {
    RETURN_IF_ERROR(ResolveSystem(set, view));
    for (std::size_t i = 0; view.system->id && i < set.filters.size(); ++i) {
      ASSIGN_OR_RETURN(Filter filter,
                       Filter::Make(scope_, *view.system->id, set.filters[i],
                                    base::Concat({path, ".filter[", base::ToText(i), "]"})));
      view.filters.push_back(std::move(filter));
    }
  }
  for (const std::string& canonical : set.value_sets) {
    ASSIGN_OR_RETURN(ValueSetViewPtr imported, Import(canonical));
    view.value_sets.push_back(std::move(imported));
  }
  return view;
}

absl::StatusOr<ValueSetViewPtr> ValueSetResolver::Import(std::string_view canonical) {
  if (canonical.starts_with('#')) {
    const auto& contained = path_.front()->contained;
    const auto found = std::find_if(contained.begin(), contained.end(), [&](const ValueSet& set) {
      return set.id == canonical.substr(1);
    });
    if (found != contained.end()) return Resolve(*found);
  }
  const auto [url, written] = base::SplitOnce(canonical, '|');
  const auto pinned = written.empty() ? rules_.ForValueSet(url) : written;
  const auto set = FindValueSet(scope_, url, pinned);
  if (set.ok()) {
    if (std::find(imported_.begin(), imported_.end(), *set) == imported_.end()) {
      imported_.push_back(*set);
    }
    return Resolve(**set);
  }
  const bool was_pinned = written.empty() && !pinned.empty();
  std::string wanted = pinned.empty() ? std::string(url) : base::Concat({url, "|", pinned});
  if (missing_ != nullptr) {
    missing_->push_back(std::move(wanted));
    return std::make_shared<const ValueSetView>();
  }
  if (!was_pinned) {
    return Fail(Reason::kUnknownValueSet, scope_.Say("VS_EXP_IMPORT_UNK", {{"url", wanted}}), {},
                "VS_EXP_IMPORT_UNK");
  }
  return Fail(Reason::kUnknownValueSet,
              scope_.Say("VS_EXP_IMPORT_UNK_PINNED", {{"url", url}, {"version", pinned}}), {},
              "VS_EXP_IMPORT_UNK_PINNED");
}

bool ValueSetResolver::MatchesVersions(const ValueSetView& view) {
  for (const auto& [name, value] : view.set_->expansion_parameters) {
    if (name == "versionsMatch") return value == "true";
  }
  if (view.excludes_.empty()) return false;
  std::set<std::string_view> urls;
  std::set<SystemId> systems;
  for (const ConceptSetView& include : view.includes_) {
    if (!include.system) continue;
    urls.insert(include.system->url);
    if (include.system->id) systems.insert(*include.system->id);
  }
  return std::any_of(
      view.excludes_.begin(), view.excludes_.end(), [&](const ConceptSetView& exclude) {
        return exclude.system && exclude.system->id && urls.contains(exclude.system->url) &&
               !systems.contains(*exclude.system->id);
      });
}

absl::StatusOr<ValueSetViewPtr> ValueSetResolver::Resolve(const ValueSet& set) {
  if (const auto known = made_.find(&set); known != made_.end()) return known->second;
  if (std::find(path_.begin(), path_.end(), &set) != path_.end()) {
    std::vector<std::string> names;
    names.reserve(path_.size());
    for (const ValueSet* each : path_) names.push_back(each->Canonical());
    return Fail(Reason::kInvalidValueSet,
                scope_.Say("VALUESET_CIRCULAR_REFERENCE",
                           {{"url", set.Canonical()}, {"path", base::Join(names, ", ")}}),
                {}, "VALUESET_CIRCULAR_REFERENCE");
  }
  if (path_.size() == kMaxDepth) {
    return Fail(Reason::kTooCostly, "The value sets import each other more than 100 deep");
  }
  path_.push_back(&set);
  auto view = std::make_shared<ValueSetView>();
  view->set_ = &set;
  for (std::size_t i = 0; i < set.includes.size(); ++i) {
    ASSIGN_OR_RETURN(ConceptSetView include, ResolveSet(set.includes[i], PathOf("include", i)));
    view->includes_.push_back(std::move(include));
  }
  for (std::size_t i = 0; i < set.excludes.size(); ++i) {
    ASSIGN_OR_RETURN(ConceptSetView exclude, ResolveSet(set.excludes[i], PathOf("exclude", i)));
    view->excludes_.push_back(std::move(exclude));
  }
  view->matches_versions_ = MatchesVersions(*view);
  path_.pop_back();
  made_.emplace(&set, view);
  return ValueSetViewPtr(std::move(view));
}

}  // namespace chemoterm::engine
