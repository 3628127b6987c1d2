#include "model/relations.h"

#include <algorithm>
#include <tuple>

namespace chemoterm::model {

std::optional<std::uint16_t> Relations::KindOf(std::string_view code) const {
  const auto it = std::find_if(kinds_.begin(), kinds_.end(),
                               [&](const RelationKind& kind) { return kind.code == code; });
  if (it == kinds_.end()) return std::nullopt;
  return static_cast<std::uint16_t>(it - kinds_.begin());
}

std::optional<NodeId> Relations::Find(base::Symbol system, base::Symbol code) const {
  const auto it = by_code_.find(Key(system, code));
  if (it == by_code_.end()) return std::nullopt;
  return it->second;
}

std::size_t Relations::bytes() const {
  return rows_.capacity() * sizeof(Relation) + nodes_.capacity() * (sizeof(Node) + 48) +
         from_.bytes() + to_.bytes();
}

NodeId RelationsBuilder::NodeOf(base::Symbol system, base::Symbol code) {
  const auto [it, added] = relations_.by_code_.try_emplace(
      Relations::Key(system, code), static_cast<NodeId>(relations_.nodes_.size()));
  if (added) relations_.nodes_.push_back({system, code, {}, {}});
  return it->second;
}

Relations RelationsBuilder::Freeze(const Find& find) && {
  for (Relations::Node& node : relations_.nodes_) {
    if (const auto found = find(node)) std::tie(node.loaded_in, node.id) = *found;
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> from;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> to;
  from.reserve(relations_.rows_.size());
  to.reserve(relations_.rows_.size());
  for (std::uint32_t row = 0; row < relations_.rows_.size(); ++row) {
    from.emplace_back(Index(relations_.rows_[row].from), row);
    to.emplace_back(Index(relations_.rows_[row].to), row);
  }
  relations_.from_ = base::Csr<std::uint32_t>::FromPairs(relations_.nodes_.size(), from);
  relations_.to_ = base::Csr<std::uint32_t>::FromPairs(relations_.nodes_.size(), to);
  relations_.rows_.shrink_to_fit();
  return std::move(relations_);
}

}  // namespace chemoterm::model
