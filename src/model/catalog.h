// What one call can name: the loaded content, and before it the resources that came with the call.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "model/concept_map.h"
#include "model/snapshot.h"
#include "model/value_set.h"

namespace chemoterm::model {

// Resources that came with a request. Shared with other requests that bring the same ones.
struct Overlay {
  std::vector<std::shared_ptr<const CodeSystem>> systems;
  std::vector<std::shared_ptr<const ValueSet>> value_sets;
  std::vector<std::shared_ptr<const ConceptMap>> concept_maps;
  // What the request is about, when it brought that itself; the system is also in the list.
  std::shared_ptr<const ValueSet> given;
  std::shared_ptr<const ValueSet> given_other;  // where it is about two
  std::shared_ptr<const CodeSystem> given_system;
  std::shared_ptr<const ConceptMap> given_map;
};

// Does not own what it looks at. A version of the overlay hides the same version of the content.
class Catalog {
 public:
  // `fhir_version`: the version of FHIR's own resources that is meant where none is named; empty =
  // the newest.
  explicit Catalog(const Snapshot& snapshot, const Overlay* overlay = nullptr,
                   std::string_view fhir_version = {})
      : snapshot_(&snapshot), overlay_(overlay), fhir_version_(fhir_version) {}

  const CodeSystem& System(SystemId id) const {
    const std::size_t own = snapshot_->systems.size();
    return Index(id) < own ? *snapshot_->systems[Index(id)] : *overlay_->systems[Index(id) - own];
  }
  // Empty for the systems of the overlay.
  const FactTable& Facts(SystemId id) const {
    static const FactTable kNone;
    return Index(id) < snapshot_->facts.size() ? snapshot_->facts[Index(id)] : kNone;
  }
  std::size_t size() const {
    return snapshot_->systems.size() + (overlay_ == nullptr ? 0 : overlay_->systems.size());
  }

  // The code system or supplement with that canonical: in exactly that version; in the newest that
  // fits when the version has wildcards; in the newest of all when it is empty.
  std::optional<SystemId> FindSystem(std::string_view url, std::string_view version) const;
  // All versions of a canonical, oldest first.
  std::vector<std::string_view> VersionsOf(std::string_view url) const;
  // As FindSystem; nullptr when there is none.
  const ValueSet* FindValueSet(std::string_view url, std::string_view version) const;
  // As FindSystem; nullptr when there is none.
  const ConceptMap* FindConceptMap(std::string_view url, std::string_view version) const;
  std::vector<std::string_view> VersionsOfConceptMap(std::string_view url) const;
  // The maps that have a group between these sides; of the loaded ones with one url only the newest
  // of them.
  std::vector<const ConceptMap*> ConceptMapsBetween(const MapSides& sides) const;
  // The value set that the request brought as its subject; nullptr when it named one.
  const ValueSet* given() const { return overlay_ == nullptr ? nullptr : overlay_->given.get(); }
  const ValueSet* given_other() const {
    return overlay_ == nullptr ? nullptr : overlay_->given_other.get();
  }
  const CodeSystem* given_system() const {
    return overlay_ == nullptr ? nullptr : overlay_->given_system.get();
  }
  const ConceptMap* given_map() const {
    return overlay_ == nullptr ? nullptr : overlay_->given_map.get();
  }

  std::string_view fhir_version() const { return fhir_version_; }

 private:
  // All of a url, those of the content first.
  template <class F>
  void ForEachSystem(std::string_view url, F&& f) const;
  template <class F>
  void ForEachValueSet(std::string_view url, F&& f) const;
  template <class F>
  void ForEachConceptMap(std::string_view url, F&& f) const;

  const Snapshot* snapshot_;
  const Overlay* overlay_;
  std::string_view fhir_version_;
};

// True for a pattern of versions: a part of "1.x.x" is x, X or *, or it ends in '?'.
bool HasWildcard(std::string_view version);
// True when the version is the one named, or fits a pattern: a wildcard stands for one part; '?' at
// the end for whatever may follow.
bool FitsVersion(std::string_view pattern, std::string_view version);

}  // namespace chemoterm::model
