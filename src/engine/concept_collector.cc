#include "engine/concept_collector.h"

#include <algorithm>

#include "base/fold.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::CodeSystem;
using model::ConceptId;
using model::ListedConcept;
using model::SystemId;

// How many concepts may be looked at for one value set.
constexpr std::size_t kMaxLookedAt = 5'000'000;
constexpr std::size_t kBudgetStep = 1024;

}  // namespace

ConceptCollector::ConceptCollector(const Scope& scope, const CollectWishes& wishes,
                                   const ValueSetView& view)
    : scope_(scope), wishes_(wishes), view_(view), words_(base::Words(wishes.filter)) {
  for (const auto& [name, value] : view.set().expansion_parameters) {
    if (name == "versionsMatch") merges_ = value == "true";
  }
  active_only_ = wishes.active_only || view.set().inactive == false;
}

void ConceptCollector::Use(SystemId system) {
  if (std::find(systems_.begin(), systems_.end(), system) != systems_.end()) return;
  systems_.push_back(system);
}

bool ConceptCollector::HasWords(const CodeSystem& system, ConceptId id,
                                const ListedConcept* listed) const {
  const auto has = [&](std::string_view text, std::string_view word) {
    const std::string folded = base::Fold(text);
    return folded.find(word) != std::string::npos;
  };
  const auto matches = [&](const std::string& word) {
    if (has(system.Code(id), word) || has(system.Display(id), word)) return true;
    if (listed != nullptr && has(listed->display, word)) return true;
    const auto designations = system.Designations(id);
    return std::any_of(designations.begin(), designations.end(), [&](const auto& designation) {
      return has(system.Text(designation), word);
    });
  };
  return std::all_of(words_.begin(), words_.end(), matches);
}

bool ConceptCollector::IsWanted(SystemId system_id, ConceptId id,
                                const ListedConcept* listed) const {
  const CodeSystem& system = scope_.catalog.System(system_id);
  if (active_only_ && system.IsInactive(id)) return false;
  if (wishes_.selectable_only && system.IsAbstract(id)) return false;
  return words_.empty() || HasWords(system, id, listed);
}

// The entry of the nearest ancestor that is in the expansion.
std::int32_t ConceptCollector::ParentOf(SystemId system, ConceptId id) const {
  const auto& hierarchy = scope_.catalog.System(system).hierarchy();
  auto parents = hierarchy.Parents(id);
  while (!parents.empty()) {
    const ConceptId parent = parents.front();
    if (const auto at = places_.find({system, parent}); at != places_.end()) {
      return static_cast<std::int32_t>(at->second);
    }
    parents = hierarchy.Parents(parent);
  }
  return -1;
}

absl::Status ConceptCollector::Consider(const ConceptSetView& include, SystemId system,
                                        ConceptId id, const ListedConcept* listed, bool nests) {
  if (++looked_at_ % kBudgetStep == 0) RETURN_IF_ERROR(CheckBudget(scope_.call));
  if (looked_at_ > kMaxLookedAt) {
    return Fail(Reason::kTooCostly,
                scope_.Say("VALUESET_TOO_COSTLY", {{"url", view_.set().Canonical()},
                                                   {"limit", base::ToText(kMaxLookedAt)}}),
                {}, "VALUESET_TOO_COSTLY");
  }
  if (!IsWanted(system, id, listed)) return {};
  const OneConcept one{scope_, system, id};
  const ListedConcept* by_import = nullptr;
  if (!include.value_sets.empty() && !include.Has(one, &by_import)) return {};
  if (view_.Excludes(one)) return {};
  if (places_.contains({system, id})) return {};
  const std::string_view code = scope_.catalog.System(system).Code(id);
  if (merges_ && !merged_codes_.insert(code).second) return {};
  Entry entry{system, id, listed != nullptr ? listed : by_import, -1};
  if (nests) entry.parent = ParentOf(system, id);
  places_.emplace(std::pair(system, id), entries_.size());
  entries_.push_back(entry);
  return {};
}

absl::Status ConceptCollector::AddListed(const ConceptSetView& include) {
  const SystemId system_id = *include.system->id;
  const CodeSystem& system = scope_.catalog.System(system_id);
  for (const ListedConcept& listed : include.set->concepts) {
    const auto id = system.Find(listed.code);
    if (id) RETURN_IF_ERROR(Consider(include, system_id, *id, &listed, false));
  }
  return {};
}

absl::Status ConceptCollector::AddFiltered(const ConceptSetView& include) {
  const SystemId system_id = *include.system->id;
  const CodeSystem& system = scope_.catalog.System(system_id);
  // What a search finds in a whole system is a list.
  const bool is_search = !words_.empty() && include.is_whole_system();
  const bool nests = wishes_.nested && !system.hierarchy().empty() && !is_search;
  const auto matches = [&](ConceptId id) {
    return std::all_of(include.filters.begin(), include.filters.end(),
                       [&](const Filter& filter) { return filter.Matches(id); });
  };
  for (const Filter& filter : include.filters) {
    const auto candidates = filter.Candidates();
    if (!candidates) continue;
    for (const ConceptId id : *candidates) {
      if (matches(id)) RETURN_IF_ERROR(Consider(include, system_id, id, nullptr, nests));
    }
    return {};
  }
  for (std::size_t i = 0; i < system.size(); ++i) {
    const auto id = static_cast<ConceptId>(i);
    if (matches(id)) RETURN_IF_ERROR(Consider(include, system_id, id, nullptr, nests));
  }
  return {};
}

// What the first of the imported value sets has, where the others have it too.
absl::Status ConceptCollector::AddImported(const ConceptSetView& include) {
  ConceptCollector inner(scope_, wishes_, *include.value_sets.front());
  RETURN_IF_ERROR(inner.Run());
  looked_at_ += inner.looked_at_;
  for (const SystemId system : inner.systems_) Use(system);
  for (const Entry& entry : inner.entries_) {
    RETURN_IF_ERROR(Consider(include, entry.system, entry.id, entry.listed, false));
  }
  return {};
}

absl::Status ConceptCollector::Add(const ConceptSetView& include) {
  if (!include.system) return AddImported(include);
  const auto& left_out = wishes_.exclude_systems;
  const auto& info = scope_.catalog.System(*include.system->id).info();
  if (std::any_of(left_out.begin(), left_out.end(), [&](const std::string& canonical) {
        const auto [url, version] = base::SplitOnce(canonical, '|');
        return url == info.url && (version.empty() || model::FitsVersion(version, info.version));
      })) {
    return {};
  }
  Use(*include.system->id);
  return include.set->concepts.empty() ? AddFiltered(include) : AddListed(include);
}

// As they are written; but of several versions of one system that are all named, the newest first.
std::vector<const ConceptSetView*> ConceptCollector::InOrder() const {
  std::vector<const ConceptSetView*> includes;
  for (const ConceptSetView& include : view_.includes()) includes.push_back(&include);
  const bool names_versions =
      std::all_of(includes.begin(), includes.end(), [](const ConceptSetView* include) {
        return include->system && !include->set->version.empty();
      });
  if (!names_versions) return includes;
  const auto version = [&](const ConceptSetView* include) -> std::string_view {
    return scope_.catalog.System(*include->system->id).info().version;
  };
  std::stable_sort(includes.begin(), includes.end(), [&](const auto* a, const auto* b) {
    return a->system->url == b->system->url && model::CompareVersions(version(a), version(b)) > 0;
  });
  return includes;
}

absl::Status ConceptCollector::Run() {
  for (const ConceptSetView* include : InOrder()) RETURN_IF_ERROR(Add(*include));
  for (const ConceptSetView& exclude : view_.excludes()) {
    if (exclude.system && exclude.system->id) Use(*exclude.system->id);
  }
  return {};
}

}  // namespace chemoterm::engine
