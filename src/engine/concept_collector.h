// Which concepts a value set has, one after the other.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
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
  // Only these of the concepts become entries; the others are counted.
  std::size_t first = 0;
  std::size_t count = kAll;
  // More concepts than that are too costly.
  std::size_t limit = kAll;

  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
};

// A concept of the value set.
struct Entry {
  model::SystemId system;
  model::ConceptId id;
  const model::ListedConcept* listed = nullptr;
  bool nests = false;        // it may lie in another one
  std::int32_t parent = -1;  // index of the entry that it lies in
};

// Collects the concepts that a value set has. The views outlive it.
class ConceptCollector {
 public:
  ConceptCollector(const Scope& scope, const CollectWishes& wishes, const ValueSetView& view);

  // Fails with kTooCostly when the value set has too many concepts; and as the budget of the
  // request does.
  absl::Status Run();
  // The page that is wished for.
  const std::vector<Entry>& entries() const { return entries_; }
  // How many concepts the value set has.
  std::size_t total() const { return total_; }
  // Versions of a system count as one: the newest gives the concept.
  bool merges() const { return merges_; }
  // Systems that were looked at, in that order.
  const std::vector<model::SystemId>& systems() const { return systems_; }
  // Those of them that the concepts are of.
  const std::vector<model::SystemId>& found_systems() const { return found_systems_; }

 private:
  absl::Status Add(const ConceptSetView& include);
  absl::Status AddImported(const ConceptSetView& include);
  absl::Status AddListed(const ConceptSetView& include);
  absl::Status AddFiltered(const ConceptSetView& include);
  bool TakesAllOf(const ConceptSetView& include) const;
  absl::Status AddRange(const ConceptSetView& include, const ConceptRange& range, bool nests);
  // A concept that has the words and that the include names, so far as imports do not matter.
  absl::Status Consider(const ConceptSetView& include, model::SystemId system, model::ConceptId id,
                        const model::ListedConcept* listed, bool nests);
  bool IsWanted(const model::CodeSystem& system, model::ConceptId id) const;
  bool MatchesAll(const ConceptSetView& include, model::ConceptId id) const;
  bool Nests(const ConceptSetView& include) const;
  absl::Status AddFound(const ConceptSetView& include);
  bool HasWords(const model::CodeSystem& system, model::ConceptId id,
                const model::ListedConcept* listed) const;
  absl::Status Count(model::SystemId system, std::size_t concepts);
  std::int32_t ParentOf(model::SystemId system, model::ConceptId id) const;
  absl::Status Nest();
  void Use(model::SystemId system);
  absl::Status TooCostly(std::size_t limit) const;
  std::vector<const ConceptSetView*> InOrder() const;

  const Scope& scope_;
  CollectWishes wishes_;
  const ValueSetView& view_;
  std::vector<std::string> words_;
  bool merges_ = false;
  bool active_only_ = false;
  bool may_repeat_ = false;  // several ways lead to a concept
  std::size_t total_ = 0;
  std::vector<Entry> entries_;
  std::vector<model::SystemId> systems_;
  std::vector<model::SystemId> found_systems_;
  // Where the concepts are among the entries, by KeyOf; kept where it is needed.
  std::unordered_map<std::uint64_t, std::uint32_t> places_;
  std::set<std::string_view> merged_codes_;  // while versions are merged
};

}  // namespace chemoterm::engine
