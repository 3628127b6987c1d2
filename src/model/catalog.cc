#include "model/catalog.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::model {
namespace {

bool IsWildcard(std::string_view part) { return part == "x" || part == "X" || part == "*"; }

// Keeps the best of what fits a wish for a version: the preferred one, else the newest, and of
// equals the last one seen.
class Choice {
 public:
  Choice(std::string_view url, std::string_view wanted, std::string_view fhir_version)
      : wanted_(wanted) {
    if (wanted.empty() && url.starts_with("http://hl7.org/fhir/")) preferred_ = fhir_version;
  }
  // True when this version is the best so far.
  bool Takes(std::string_view version) {
    if (!wanted_.empty() && !FitsVersion(wanted_, version)) return false;
    const bool has_preferred = found_ && !preferred_.empty() && best_ == preferred_;
    if (has_preferred && version != preferred_) return false;
    const bool is_preferred = !preferred_.empty() && version == preferred_;
    if (found_ && !is_preferred && CompareVersions(best_, version) > 0) return false;
    best_ = version;
    found_ = true;
    return true;
  }

 private:
  std::string_view wanted_;
  std::string_view preferred_;
  std::string_view best_;
  bool found_ = false;
};

std::vector<std::string_view> Sorted(std::vector<std::string_view> versions) {
  std::sort(versions.begin(), versions.end(),
            [](auto a, auto b) { return CompareVersions(a, b) < 0; });
  versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  return versions;
}

}  // namespace

bool HasWildcard(std::string_view version) {
  if (version.ends_with('?')) return true;
  const auto parts = base::Split(version, '.');
  return std::any_of(parts.begin(), parts.end(), IsWildcard);
}

bool FitsVersion(std::string_view pattern, std::string_view version) {
  if (pattern == version) return true;
  const bool open = pattern.ends_with('?');
  if (open) pattern.remove_suffix(1);
  const auto wanted = base::Split(pattern, '.');
  const auto given = base::Split(version, '.');
  if (given.size() < wanted.size() || (given.size() > wanted.size() && !open)) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!IsWildcard(wanted[i]) && wanted[i] != given[i]) return false;
  }
  return true;
}

template <class F>
void Catalog::ForEachSystem(std::string_view url, F&& f) const {
  for (const std::uint32_t at : snapshot_->systems_by_url.Find(url)) {
    f(static_cast<SystemId>(at), snapshot_->systems[at]->info());
  }
  if (overlay_ == nullptr) return;
  for (std::size_t i = snapshot_->systems.size(); i < size(); ++i) {
    const auto id = static_cast<SystemId>(i);
    if (System(id).info().url == url) f(id, System(id).info());
  }
}

template <class F>
void Catalog::ForEachValueSet(std::string_view url, F&& f) const {
  for (const std::uint32_t at : snapshot_->value_sets_by_url.Find(url)) {
    f(*snapshot_->value_sets[at]);
  }
  if (overlay_ == nullptr) return;
  for (const auto& set : overlay_->value_sets) {
    if (set->url == url) f(*set);
  }
}

template <class F>
void Catalog::ForEachConceptMap(std::string_view url, F&& f) const {
  for (const std::uint32_t at : snapshot_->concept_maps_by_url.Find(url)) {
    f(*snapshot_->concept_maps[at]);
  }
  if (overlay_ == nullptr) return;
  for (const auto& map : overlay_->concept_maps) {
    if (map->url == url) f(*map);
  }
}

std::optional<SystemId> Catalog::FindSystem(std::string_view url, std::string_view version) const {
  Choice choice(url, version, fhir_version_);
  std::optional<SystemId> best;
  ForEachSystem(url, [&](SystemId id, const CodeSystemInfo& info) {
    if (choice.Takes(info.version)) best = id;
  });
  return best;
}

std::vector<std::string_view> Catalog::VersionsOf(std::string_view url) const {
  std::vector<std::string_view> versions;
  ForEachSystem(url,
                [&](SystemId, const CodeSystemInfo& info) { versions.push_back(info.version); });
  return Sorted(std::move(versions));
}

const ValueSet* Catalog::FindValueSet(std::string_view url, std::string_view version) const {
  Choice choice(url, version, fhir_version_);
  const ValueSet* best = nullptr;
  ForEachValueSet(url, [&](const ValueSet& set) {
    if (choice.Takes(set.version)) best = &set;
  });
  return best;
}

const ConceptMap* Catalog::FindConceptMap(std::string_view url, std::string_view version) const {
  Choice choice(url, version, fhir_version_);
  const ConceptMap* best = nullptr;
  ForEachConceptMap(url, [&](const ConceptMap& map) {
    if (choice.Takes(map.version)) best = &map;
  });
  return best;
}

std::vector<std::string_view> Catalog::VersionsOfConceptMap(std::string_view url) const {
  std::vector<std::string_view> versions;
  ForEachConceptMap(url, [&](const ConceptMap& map) { versions.push_back(map.version); });
  return Sorted(std::move(versions));
}

std::vector<const ConceptMap*> Catalog::ConceptMapsBetween(const MapSides& sides) const {
  const auto fits = [&](const ConceptMap& map) {
    return FitsScopes(map, sides) &&
           std::any_of(map.groups.begin(), map.groups.end(),
                       [&](const MapGroup& group) { return FitsSystems(group, sides); });
  };
  const auto is_hidden = [&](const ConceptMap& map) {
    return overlay_ != nullptr && std::any_of(overlay_->concept_maps.begin(),
                                              overlay_->concept_maps.end(), [&](const auto& other) {
                                                return other->url == map.url &&
                                                       other->version == map.version;
                                              });
  };
  std::vector<const ConceptMap*> found;
  for (const auto& map : snapshot_->concept_maps) {
    if (!fits(*map) || is_hidden(*map)) continue;
    const auto same = std::find_if(found.begin(), found.end(),
                                   [&](const ConceptMap* other) { return other->url == map->url; });
    if (same == found.end()) {
      found.push_back(map.get());
    } else if (CompareVersions((*same)->version, map->version) <= 0) {
      *same = map.get();
    }
  }
  if (overlay_ != nullptr) {
    for (const auto& map : overlay_->concept_maps) {
      if (fits(*map)) found.push_back(map.get());
    }
  }
  return found;
}

}  // namespace chemoterm::model
