#include "model/hierarchy.h"

#include <algorithm>

#include "chemoterm/reason.h"

namespace chemoterm::model {

absl::StatusOr<Hierarchy> Hierarchy::Build(std::size_t concept_count, std::vector<Edge> edges,
                                           ConceptId* on_cycle) {
  // Stable, so that children keep the order of the file.
  std::vector<Edge> seen = edges;
  std::sort(seen.begin(), seen.end());
  if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) {
    std::vector<Edge> unique;
    std::sort(seen.begin(), seen.end());
    std::vector<bool> taken(seen.size(), false);
    for (const Edge& edge : edges) {
      const auto at =
          static_cast<std::size_t>(std::lower_bound(seen.begin(), seen.end(), edge) - seen.begin());
      if (!taken[at]) unique.push_back(edge);
      taken[at] = true;
    }
    edges = std::move(unique);
  }
  std::vector<std::pair<std::uint32_t, ConceptId>> up;
  std::vector<std::pair<std::uint32_t, ConceptId>> down;
  bool several_parents = false;
  std::vector<std::uint32_t> open_parents(concept_count, 0);
  for (const auto& [child, parent] : edges) {
    up.emplace_back(child, static_cast<ConceptId>(parent));
    down.emplace_back(parent, static_cast<ConceptId>(child));
    several_parents |= ++open_parents[child] > 1;
  }
  Hierarchy hierarchy;
  hierarchy.parents_ = base::Csr<ConceptId>::FromPairs(concept_count, up);
  hierarchy.children_ = base::Csr<ConceptId>::FromPairs(concept_count, down);

  // Parents before children; what cannot be ordered is on or below a cycle.
  std::vector<std::uint32_t> order;
  order.reserve(concept_count);
  for (std::uint32_t i = 0; i < concept_count; ++i) {
    if (open_parents[i] == 0) order.push_back(i);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const ConceptId child : hierarchy.children_[order[next]]) {
      if (--open_parents[Index(child)] == 0)
        order.push_back(static_cast<std::uint32_t>(Index(child)));
    }
  }
  if (order.size() != concept_count) {
    const auto is_stuck = [&](std::size_t id) { return open_parents[id] > 0; };
    std::size_t at = 0;
    while (!is_stuck(at)) ++at;
    // It may only lie below a cycle; going up through what is stuck, as often as there are
    // concepts, ends on one.
    for (std::size_t step = 0; step < concept_count; ++step) {
      const auto parents = hierarchy.parents_[at];
      at = Index(*std::find_if(parents.begin(), parents.end(),
                               [&](ConceptId id) { return is_stuck(Index(id)); }));
    }
    if (on_cycle != nullptr) *on_cycle = static_cast<ConceptId>(at);
    return Fail(Reason::kUnprocessable, "the hierarchy has a cycle");
  }
  if (edges.empty()) return hierarchy;
  hierarchy.LabelIntervals(concept_count);
  if (several_parents) {
    hierarchy.ListAncestors(concept_count, order);
    return hierarchy;
  }
  hierarchy.is_preorder_ = true;
  for (std::uint32_t i = 0; i < concept_count; ++i) {
    if (hierarchy.first_[i] != i) hierarchy.is_preorder_ = false;
  }
  return hierarchy;
}

void Hierarchy::LabelIntervals(std::size_t count) {
  first_.assign(count, 0);
  last_.assign(count, 0);
  // The spanning tree hangs each concept below its first parent.
  const auto in_tree = [&](ConceptId child, ConceptId parent) {
    return parents_[Index(child)].front() == parent;
  };
  std::uint32_t number = 0;
  std::vector<std::pair<ConceptId, std::size_t>> path;  // concept, next child
  for (std::uint32_t root = 0; root < count; ++root) {
    if (!parents_[root].empty()) continue;
    first_[root] = number++;
    path.emplace_back(static_cast<ConceptId>(root), 0);
    while (!path.empty()) {
      auto& [id, next] = path.back();
      const auto children = children_[Index(id)];
      while (next < children.size() && !in_tree(children[next], id)) ++next;
      if (next == children.size()) {
        last_[Index(id)] = number - 1;
        path.pop_back();
        continue;
      }
      const ConceptId child = children[next++];
      first_[Index(child)] = number++;
      path.emplace_back(child, 0);
    }
  }
}

void Hierarchy::ListAncestors(std::size_t count, const std::vector<std::uint32_t>& order) {
  std::vector<std::vector<ConceptId>> above(count);
  std::vector<std::pair<std::uint32_t, ConceptId>> pairs;
  for (const std::uint32_t id : order) {
    auto& mine = above[id];
    for (const ConceptId parent : parents_[id]) {
      mine.push_back(parent);
      mine.insert(mine.end(), above[Index(parent)].begin(), above[Index(parent)].end());
    }
    std::sort(mine.begin(), mine.end());
    mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
    for (const ConceptId ancestor : mine) pairs.emplace_back(id, ancestor);
  }
  ancestors_ = base::Csr<ConceptId>::FromPairs(count, pairs);
}

bool Hierarchy::IsAncestor(ConceptId ancestor, ConceptId descendant) const {
  if (first_.empty() || ancestor == descendant) return false;
  const std::size_t a = Index(ancestor);
  const std::size_t d = Index(descendant);
  if (first_[a] <= first_[d] && last_[d] <= last_[a]) return true;
  const auto above = ancestors_[d];
  return std::binary_search(above.begin(), above.end(), ancestor);
}

std::optional<ConceptId> Hierarchy::LastBelow(ConceptId top) const {
  if (first_.empty()) return top;
  if (!is_preorder_) return std::nullopt;
  return static_cast<ConceptId>(last_[Index(top)]);
}

std::size_t Hierarchy::bytes() const {
  return parents_.bytes() + children_.bytes() + ancestors_.bytes() +
         (first_.capacity() + last_.capacity()) * 4;
}

}  // namespace chemoterm::model
