#include "model/hierarchy.h"

#include <algorithm>
#include <iterator>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::model {
namespace {

// Keeps the order, so that children stay as they are in the file.
void DropRepeated(std::vector<Hierarchy::Edge>& edges) {
  std::vector<Hierarchy::Edge> seen = edges;
  std::sort(seen.begin(), seen.end());
  if (std::adjacent_find(seen.begin(), seen.end()) == seen.end()) return;
  std::vector<Hierarchy::Edge> unique;
  std::vector<bool> taken(seen.size(), false);
  for (const Hierarchy::Edge& edge : edges) {
    const auto at =
        static_cast<std::size_t>(std::lower_bound(seen.begin(), seen.end(), edge) - seen.begin());
    if (!taken[at]) unique.push_back(edge);
    taken[at] = true;
  }
  edges = std::move(unique);
}

}  // namespace

absl::StatusOr<Hierarchy> Hierarchy::Build(std::size_t concept_count, std::vector<Edge> edges,
                                           std::optional<ConceptId>* on_cycle) {
  DropRepeated(edges);
  bool several_parents = false;
  std::vector<std::uint32_t> open_parents(concept_count, 0);
  for (const auto& [child, parent] : edges) several_parents |= ++open_parents[child] > 1;
  Hierarchy hierarchy;
  hierarchy.parents_ = base::Csr<ConceptId>::FromEntries(
      concept_count, edges,
      [](const Edge& edge) { return std::pair(edge.first, static_cast<ConceptId>(edge.second)); });
  hierarchy.children_ = base::Csr<ConceptId>::FromEntries(
      concept_count, edges,
      [](const Edge& edge) { return std::pair(edge.second, static_cast<ConceptId>(edge.first)); });

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
    RETURN_IF_ERROR(hierarchy.ListAncestors(concept_count, order));
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

absl::Status Hierarchy::ListAncestors(std::size_t count, const std::vector<std::uint32_t>& order) {
  const std::size_t most = kAncestors + kAncestorsPerConcept * count;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> lists(count);  // begin and end in `all`
  std::vector<ConceptId> all;
  std::vector<ConceptId> mine;
  std::vector<ConceptId> merged;
  for (const std::uint32_t id : order) {
    mine.clear();
    for (const ConceptId parent : parents_[id]) {
      const auto [begin, end] = lists[Index(parent)];
      merged.clear();
      std::set_union(mine.begin(), mine.end(), all.begin() + begin, all.begin() + end,
                     std::back_inserter(merged));
      const auto place = std::lower_bound(merged.begin(), merged.end(), parent);
      if (place == merged.end() || *place != parent) merged.insert(place, parent);
      mine.swap(merged);
    }
    if (all.size() + mine.size() > most) {
      return Fail(Reason::kTooCostly,
                  base::Concat({"its concepts, some with several parents, have more than ",
                                base::ToText(most), " ancestors together"}));
    }
    lists[id].first = static_cast<std::uint32_t>(all.size());
    all.insert(all.end(), mine.begin(), mine.end());
    lists[id].second = static_cast<std::uint32_t>(all.size());
  }
  ancestors_ = base::Csr<ConceptId>::FromRows(count, [&](std::size_t row) {
    return std::span(all).subspan(lists[row].first, lists[row].second - lists[row].first);
  });
  return {};
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
