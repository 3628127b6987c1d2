// Parents, children and the ancestor test of one code system.
//
// Trees are answered by pre-order intervals. With several parents, intervals come from one spanning
// tree and answer most positives; the rest is looked up in a sorted list of ancestors per concept,
// built only then.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/csr.h"
#include "model/ids.h"

namespace chemoterm::model {

// Immutable; thread-safe.
class Hierarchy {
 public:
  static constexpr std::size_t kAncestorsPerConcept = 64;
  static constexpr std::size_t kAncestors = 500'000;
  using Edge = std::pair<std::uint32_t, std::uint32_t>;  // child, parent

  Hierarchy() = default;
  // Fails when the edges have a cycle (kUnprocessable); `on_cycle` is then a concept on it. Fails
  // with kTooCostly when concepts have several parents and the lists of ancestors would be longer
  // than kAncestorsPerConcept on average, beside kAncestors. Repeated edges count once.
  static absl::StatusOr<Hierarchy> Build(std::size_t concept_count, std::vector<Edge> edges,
                                         std::optional<ConceptId>* on_cycle);

  bool empty() const { return parents_.values().empty(); }
  // True when no concept has two parents.
  bool IsTree() const { return ancestors_.values().empty(); }
  std::span<const ConceptId> Parents(ConceptId child) const { return parents_[Index(child)]; }
  std::span<const ConceptId> Children(ConceptId parent) const { return children_[Index(parent)]; }
  // True when `ancestor` is above `descendant`; a concept is not its own ancestor. O(1) in trees.
  bool IsAncestor(ConceptId ancestor, ConceptId descendant) const;
  // The last concept below `top` where what is below follows `top` without a gap, as in a file of
  // nested concepts; `top` itself when nothing is below. Nothing where concepts are ordered
  // otherwise.
  std::optional<ConceptId> LastBelow(ConceptId top) const;
  std::size_t bytes() const;

 private:
  void LabelIntervals(std::size_t count);
  absl::Status ListAncestors(std::size_t count, const std::vector<std::uint32_t>& order);

  base::Csr<ConceptId> parents_;
  base::Csr<ConceptId> children_;
  std::vector<std::uint32_t> first_;  // pre-order number
  std::vector<std::uint32_t> last_;   // highest pre-order number below
  bool is_preorder_ = false;          // a tree, and each concept's id is its pre-order number
  base::Csr<ConceptId> ancestors_;    // sorted; only when some concept has two parents
};

}  // namespace chemoterm::model
