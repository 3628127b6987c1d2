// From a value set as it is written to what it means: versions, filters and imports in place.
#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/known_value_sets.h"
#include "engine/resolve.h"
#include "engine/value_set_view.h"

namespace chemoterm::engine {

using model::ConceptSet;
using model::ValueSet;

// Makes views; one for each value set, however often it is imported.
class ValueSetResolver {
 public:
  ValueSetResolver(const Scope& scope, const VersionRules& rules, Missing missing)
      : scope_(scope), rules_(rules), fails_(missing == Missing::kFails) {}

  absl::StatusOr<ValueSetViewPtr> Resolve(const ValueSet& set);
  ResolvedValueSet Take(ValueSetViewPtr view) {
    std::vector<const ValueSetView*> views;
    AddViews(*view, views);
    return {std::move(view), std::move(views), std::move(imported_), std::move(applied_),
            std::move(missing_)};
  }
  // False when something that is named is not loaded.
  bool is_complete() const { return is_complete_; }

 private:
  absl::StatusOr<ConceptSetView> ResolveSet(const ConceptSet& set, std::string_view path);
  absl::Status ResolveSystem(const ConceptSet& set, ConceptSetView& view);
  absl::StatusOr<ValueSetViewPtr> Import(std::string_view canonical);
  const ValueSet* FindContained(std::string_view id) const;
  void NoteRule(const NamedSystem& system);
  static bool MatchesVersions(const ValueSetView& view);
  static void AddViews(const ValueSetView& view, std::vector<const ValueSetView*>& views);

  const Scope& scope_;
  const VersionRules& rules_;
  bool fails_;
  bool is_complete_ = true;
  std::map<const ValueSet*, ValueSetViewPtr> made_;
  std::vector<const ValueSet*> path_;
  std::vector<const ValueSet*> imported_;
  std::vector<std::pair<VersionRules::By, std::string>> applied_;
  std::vector<std::string> missing_;
};

namespace {

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
    if (fails_ && !required.empty() && !model::FitsVersion(required, info.version)) {
      return Fail(
          Reason::kUnprocessable,
          scope_.Say("VALUESET_VERSION_CHECK",
                     {{"version", info.version}, {"system", info.url}, {"required", required}}),
          {}, "VALUESET_VERSION_CHECK");
    }
  } else if (fails_) {
    return UnknownSystem(scope_, set.system, system.choice.version);
  } else {
    is_complete_ = false;
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

// In the resource of the value set that is being resolved: itself, or what it is contained in.
const ValueSet* ValueSetResolver::FindContained(std::string_view id) const {
  const ValueSet* const own = path_.back();
  const ValueSet* resource = own;
  for (const ValueSet* const user : path_) {
    for (const ValueSet& each : user->contained) {
      if (&each == own) resource = user;
    }
  }
  const auto& contained = resource->contained;
  const auto found = std::find_if(contained.begin(), contained.end(),
                                  [&](const ValueSet& set) { return set.id == id; });
  return found == contained.end() ? nullptr : &*found;
}

absl::StatusOr<ValueSetViewPtr> ValueSetResolver::Import(std::string_view canonical) {
  if (canonical.starts_with('#')) {
    const ValueSet* const contained = FindContained(canonical.substr(1));
    if (contained != nullptr) return Resolve(*contained);
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
  if (!fails_) {
    is_complete_ = false;
    missing_.push_back(std::move(wanted));
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
  std::set<model::SystemId> systems;
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

void ValueSetResolver::AddViews(const ValueSetView& view, std::vector<const ValueSetView*>& views) {
  if (std::find(views.begin(), views.end(), &view) != views.end()) return;
  views.push_back(&view);
  for (const ConceptSetView& include : view.includes()) {
    for (const ValueSetViewPtr& imported : include.value_sets) AddViews(*imported, views);
  }
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

absl::StatusOr<ResolvedValueSetPtr> ResolveValueSet(const Scope& scope, const VersionRules& rules,
                                                    const ValueSet& set, Missing missing) {
  auto* const known = rules.empty() ? scope.known : nullptr;
  const auto fhir_version = scope.catalog.fhir_version();
  if (known != nullptr) {
    if (auto resolved = known->Get(set, fhir_version)) return resolved;
  }
  ValueSetResolver resolver(scope, rules, missing);
  ASSIGN_OR_RETURN(ValueSetViewPtr view, resolver.Resolve(set));
  const bool is_complete = resolver.is_complete();
  auto resolved = std::make_shared<const ResolvedValueSet>(resolver.Take(std::move(view)));
  if (known != nullptr && is_complete) known->Put(set, fhir_version, resolved);
  return ResolvedValueSetPtr(std::move(resolved));
}

}  // namespace chemoterm::engine
