#include "engine/concept_collector.h"

#include <algorithm>
#include <bit>

#include "base/fold.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/resolve.h"
#include "model/text_words.h"

namespace chemoterm::engine {
namespace {

using model::CodeSystem;
using model::ConceptId;
using model::ListedConcept;
using model::SystemId;

// Folding a text and cutting it into words takes long beside all else.
constexpr std::size_t kStepsPerText = 8;

std::uint64_t KeyOf(SystemId system, ConceptId id) {
  return static_cast<std::uint64_t>(model::Index(system)) << 32 | model::Index(id);
}

// True when one concept may be met twice.
bool MayRepeat(const ValueSetView& view) {
  if (view.includes().size() != 1) return true;
  const ConceptSetView& only = view.includes().front();
  return !only.system || !only.set->concepts.empty();
}

}  // namespace

ConceptCollector::ConceptCollector(const Scope& scope, const CollectWishes& wishes,
                                   const ValueSetView& view)
    : scope_(scope), wishes_(wishes), view_(view), words_(base::Words(wishes.filter)) {
  for (const auto& [name, value] : view.set().expansion_parameters) {
    if (name == "versionsMatch") merges_ = value == "true";
  }
  active_only_ = wishes.active_only || view.set().inactive == false;
  may_repeat_ = merges_ || MayRepeat(view);
}

absl::Status ConceptCollector::TooCostly(std::size_t limit) const {
  return Fail(Reason::kTooCostly,
              scope_.Say("VALUESET_TOO_COSTLY",
                         {{"url", view_.set().Canonical()}, {"limit", base::ToText(limit)}}),
              {}, "VALUESET_TOO_COSTLY");
}

void ConceptCollector::Use(SystemId system) {
  if (std::find(systems_.begin(), systems_.end(), system) != systems_.end()) return;
  systems_.push_back(system);
}

// Each word has to be a part of some word of the code or of a name, as in the search index.
bool ConceptCollector::HasWords(const CodeSystem& system, ConceptId id,
                                const ListedConcept* listed) const {
  if (words_.empty()) return true;
  scope_.budget.Count(kStepsPerText * (2 + system.Designations(id).size()));
  std::vector<bool> met(words_.size());
  const auto look = [&](std::string_view text) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (text.find(words_[i]) != std::string_view::npos) met[i] = true;
    }
  };
  const auto look_in = [&](std::string_view name) {
    for (const auto& word : model::CutWords(name)) look(word.text);
  };
  look(base::Fold(system.Code(id)));
  look_in(system.Display(id));
  if (listed != nullptr) look_in(listed->display);
  for (const auto& designation : system.Designations(id)) look_in(system.Text(designation));
  return std::all_of(met.begin(), met.end(), [](bool word) { return word; });
}

bool ConceptCollector::IsWanted(const CodeSystem& system, ConceptId id) const {
  if (active_only_ && system.IsInactive(id)) return false;
  return !wishes_.selectable_only || !system.IsAbstract(id);
}

// The entry of the nearest ancestor that is in the expansion: no other one there lies between.
std::int32_t ConceptCollector::ParentOf(SystemId system, ConceptId id) const {
  const auto& hierarchy = scope_.catalog.System(system).hierarchy();
  auto parents = hierarchy.Parents(id);
  while (parents.size() == 1) {
    scope_.budget.Count();
    const auto at = places_.find(KeyOf(system, parents.front()));
    if (at != places_.end()) return static_cast<std::int32_t>(at->second);
    parents = hierarchy.Parents(parents.front());
  }
  std::vector<ConceptId> open(parents.begin(), parents.end());
  std::set<ConceptId> seen(parents.begin(), parents.end());
  std::optional<ConceptId> nearest;
  for (std::size_t next = 0; next < open.size(); ++next) {
    scope_.budget.Count();
    const ConceptId above = open[next];
    if (places_.contains(KeyOf(system, above))) {
      if (!nearest || hierarchy.IsAncestor(*nearest, above)) nearest = above;
      continue;
    }
    for (const ConceptId parent : hierarchy.Parents(above)) {
      if (seen.insert(parent).second) open.push_back(parent);
    }
  }
  return nearest ? static_cast<std::int32_t>(places_.at(KeyOf(system, *nearest))) : -1;
}

// Not before all are there: a code system may name a concept before its parents.
absl::Status ConceptCollector::Nest() {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    RETURN_IF_ERROR(scope_.budget.Spend());
    Entry& entry = entries_[i];
    if (entry.nests) entry.parent = ParentOf(entry.system, entry.id);
  }
  return {};
}

absl::Status ConceptCollector::Consider(const ConceptSetView& include, SystemId system,
                                        ConceptId id, const ListedConcept* listed, bool nests) {
  RETURN_IF_ERROR(scope_.budget.Spend());
  const CodeSystem& in = scope_.catalog.System(system);
  if (!IsWanted(in, id)) return {};
  const OneConcept one{scope_, system, id};
  const ListedConcept* by_import = nullptr;
  if (!include.value_sets.empty() && !include.Has(one, &by_import)) return {};
  if (view_.Excludes(one)) return {};
  if (may_repeat_ && places_.contains(KeyOf(system, id))) return {};
  if (merges_ && !merged_codes_.insert(in.Code(id)).second) return {};
  const bool is_on_page = total_ >= wishes_.first && entries_.size() < wishes_.count;
  if (may_repeat_ || (nests && is_on_page)) {
    places_.emplace(KeyOf(system, id), static_cast<std::uint32_t>(entries_.size()));
  }
  if (is_on_page) {
    entries_.push_back({system, id, listed != nullptr ? listed : by_import, nests});
  }
  return Count(system, 1);
}

absl::Status ConceptCollector::Count(SystemId system, std::size_t concepts) {
  total_ += concepts;
  if (total_ > wishes_.limit) return TooCostly(wishes_.limit);
  if (std::find(found_systems_.begin(), found_systems_.end(), system) == found_systems_.end()) {
    found_systems_.push_back(system);
  }
  return {};
}

absl::Status ConceptCollector::AddListed(const ConceptSetView& include) {
  const SystemId system_id = *include.system->id;
  const CodeSystem& system = scope_.catalog.System(system_id);
  for (const ListedConcept& listed : include.set->concepts) {
    const auto id = system.Find(listed.code);
    RETURN_IF_ERROR(scope_.budget.Spend());
    if (!id || !HasWords(system, *id, &listed)) continue;
    RETURN_IF_ERROR(Consider(include, system_id, *id, &listed, false));
  }
  return {};
}

// True when every concept that the include names is a concept of the value set, once.
bool ConceptCollector::TakesAllOf(const ConceptSetView& include) const {
  return !may_repeat_ && !active_only_ && !wishes_.selectable_only && words_.empty() &&
         include.value_sets.empty() && view_.excludes().empty();
}

// Looks at those of the page only.
absl::Status ConceptCollector::AddRange(const ConceptSetView& include, const ConceptRange& range,
                                        bool nests) {
  const SystemId system = *include.system->id;
  const std::size_t size = range.end - range.begin;
  const std::size_t first = std::min(wishes_.first, size);
  const std::size_t count = std::min(wishes_.count, size - first);
  if (size == 0) return {};
  if (size > wishes_.limit) return TooCostly(wishes_.limit);
  total_ = first;
  for (std::size_t i = first; i < first + count; ++i) {
    const auto id = static_cast<ConceptId>(range.begin + i);
    RETURN_IF_ERROR(Consider(include, system, id, nullptr, nests));
  }
  return Count(system, size - first - count);
}

// What a search finds in a whole system is a list, and so is a page.
bool ConceptCollector::Nests(const ConceptSetView& include) const {
  const bool is_search = !words_.empty() && include.is_whole_system();
  return wishes_.nested && wishes_.first == 0 && !is_search &&
         !scope_.catalog.System(*include.system->id).hierarchy().empty();
}

bool ConceptCollector::MatchesAll(const ConceptSetView& include, ConceptId id) const {
  scope_.budget.Count(include.filters.size());
  return std::all_of(include.filters.begin(), include.filters.end(),
                     [&](const Filter& filter) { return filter.Matches(id); });
}

// Those of a searched system that have the words.
absl::Status ConceptCollector::AddFound(const ConceptSetView& include) {
  const SystemId system_id = *include.system->id;
  const CodeSystem& system = scope_.catalog.System(system_id);
  const bool nests = Nests(include);
  const auto found = scope_.snapshot.text_index.Containing(words_, system_id, system.size());
  for (std::size_t block = 0; block < found.size(); ++block) {
    for (auto bits = found[block]; bits != 0; bits &= bits - 1) {
      const auto id =
          static_cast<ConceptId>(block * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
      if (!MatchesAll(include, id)) continue;
      RETURN_IF_ERROR(Consider(include, system_id, id, nullptr, nests));
    }
    RETURN_IF_ERROR(scope_.budget.Check());
  }
  return {};
}

absl::Status ConceptCollector::AddFiltered(const ConceptSetView& include) {
  const SystemId system_id = *include.system->id;
  const CodeSystem& system = scope_.catalog.System(system_id);
  const bool nests = Nests(include);
  if (const auto range = include.Range(scope_); range && TakesAllOf(include)) {
    return AddRange(include, *range, nests);
  }
  const auto matches = [&](ConceptId id) {
    return MatchesAll(include, id) && HasWords(system, id, nullptr);
  };
  if (!words_.empty() && scope_.snapshot.text_index.Covers(system_id)) return AddFound(include);
  for (const Filter& filter : include.filters) {
    const auto candidates = filter.Candidates();
    if (!candidates) continue;
    for (const ConceptId id : *candidates) {
      if (matches(id)) RETURN_IF_ERROR(Consider(include, system_id, id, nullptr, nests));
      RETURN_IF_ERROR(scope_.budget.Check());
    }
    return {};
  }
  for (std::size_t i = 0; i < system.size(); ++i) {
    const auto id = static_cast<ConceptId>(i);
    if (matches(id)) RETURN_IF_ERROR(Consider(include, system_id, id, nullptr, nests));
    RETURN_IF_ERROR(scope_.budget.Check());
  }
  return {};
}

// What the first of the imported value sets has, where the others have it too.
absl::Status ConceptCollector::AddImported(const ConceptSetView& include) {
  CollectWishes wishes = wishes_;
  wishes.first = 0;
  wishes.count = wishes.limit = CollectWishes::kAll;
  ConceptCollector inner(scope_, wishes, *include.value_sets.front());
  RETURN_IF_ERROR(inner.Run());
  for (const SystemId system : inner.systems_) Use(system);
  for (const Entry& entry : inner.entries_) {
    RETURN_IF_ERROR(Consider(include, entry.system, entry.id, entry.listed, false));
  }
  return {};
}

absl::Status ConceptCollector::Add(const ConceptSetView& include) {
  RETURN_IF_ERROR(scope_.budget.Spend());  // value sets without concepts take time, too
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
  return entries_.size() == total_ ? Nest() : absl::OkStatus();
}

}  // namespace chemoterm::engine
