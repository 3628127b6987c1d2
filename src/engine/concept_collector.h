// Which concepts a value set has, one after the other.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/scope.h"
#include "engine/value_set_view.h"

namespace chemoterm::engine {

// What narrows a value set down.
struct CollectWishes {
  std::string_view filter = {};  // words; all must be part of some name
  bool active_only = false;
  bool selectable_only = false;
  bool nested = false;  // concepts of a hierarchy know what they lie in
  const std::vector<std::string>& exclude_systems;
};

// A concept of the value set.
struct Entry {
  model::SystemId system;
  model::ConceptId id;
  const model::ListedConcept* listed = nullptr;
  std::int32_t parent = -1;  // index of the entry that it lies in
};

// Collects the concepts that a value set has. The views outlive it.
class ConceptCollector {
 public:
  ConceptCollector(const Scope& scope, const CollectWishes& wishes, const ValueSetView& view);

  // Fails with kTooCostly when too many concepts would have to be looked at.
  absl::Status Run();
  const std::vector<Entry>& entries() const { return entries_; }
  // Versions of a system count as one: the newest gives the concept.
  bool merges() const { return merges_; }
  // Systems that were looked at, in that order.
  const std::vector<model::SystemId>& systems() const { return systems_; }

 private:
  absl::Status Add(const ConceptSetView& include);
  absl::Status AddImported(const ConceptSetView& include);
  absl::Status AddListed(const ConceptSetView& include);
  absl::Status AddFiltered(const ConceptSetView& include);
  absl::Status Consider(const ConceptSetView& include, model::SystemId system, model::ConceptId id,
                        const model::ListedConcept* listed, bool nests);
  bool IsWanted(model::SystemId system, model::ConceptId id,
                const model::ListedConcept* listed) const;
  bool HasWords(const model::CodeSystem& system, model::ConceptId id,
                const model::ListedConcept* listed) const;
  std::int32_t ParentOf(model::SystemId system, model::ConceptId id) const;
  void Use(model::SystemId system);
  std::vector<const ConceptSetView*> InOrder() const;

  const Scope& scope_;
  CollectWishes wishes_;
  const ValueSetView& view_;
  std::vector<std::string> words_;
  bool merges_ = false;
  bool active_only_ = false;
  std::size_t looked_at_ = 0;
  std::vector<Entry> entries_;
  std::vector<model::SystemId> systems_;
  std::map<std::pair<model::SystemId, model::ConceptId>, std::size_t> places_;
  std::set<std::string_view> merged_codes_;  // while versions are merged
};

}  // namespace chemoterm::engine
