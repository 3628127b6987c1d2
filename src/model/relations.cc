#include "model/relations.h"

#include <xxhash.h>

#include <algorithm>
#include <tuple>
#include <type_traits>

namespace chemoterm::model {
namespace {

std::size_t HashOf(NodeId from, std::uint16_t kind, NodeId to) {
  // Fibonacci hashing: the high bits of the product depend on all bits of the key.
  constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  const std::uint64_t key = static_cast<std::uint64_t>(from) << 32 | static_cast<std::uint64_t>(to);
  return static_cast<std::size_t>(((key + kind * kMultiplier) * kMultiplier) >> 32);
}

bool Is(const Relation& row, NodeId from, std::uint16_t kind, NodeId to) {
  return row.from == from && row.kind == kind && row.to == to;
}

}  // namespace

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

std::span<const std::uint32_t> Relations::From(NodeId id, std::uint16_t kind) const {
  const auto found = std::ranges::equal_range(by_kind_[Index(id)], kind, {},
                                              [&](std::uint32_t row) { return rows_[row].kind; });
  return {found.begin(), found.end()};
}

std::span<const std::uint32_t> Relations::Between(NodeId from, std::uint16_t kind,
                                                  NodeId to) const {
  if (slots_.empty()) return {};
  const auto rows = by_kind_.values();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = HashOf(from, kind, to) & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) return {};
    const std::size_t first = slots_[slot] - 1;
    if (!Is(rows_[rows[first]], from, kind, to)) continue;
    std::size_t last = first + 1;
    while (last < rows.size() && Is(rows_[rows[last]], from, kind, to)) ++last;
    return rows.subspan(first, last - first);
  }
}

std::size_t Relations::bytes() const {
  return rows_.capacity() * sizeof(Relation) + terms_.capacity() * sizeof(RelationTerms) +
         nodes_.capacity() * (sizeof(Node) + 48) + from_.bytes() + to_.bytes() + by_kind_.bytes() +
         slots_.capacity() * sizeof(std::uint32_t);
}

void Relations::IndexByKind() {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  pairs.reserve(rows_.size());
  for (std::uint32_t row = 0; row < rows_.size(); ++row)
    pairs.emplace_back(Index(rows_[row].from), row);
  std::stable_sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) {
    const auto key = [&](const auto& pair) {
      return std::tie(rows_[pair.second].kind, rows_[pair.second].to);
    };
    return key(a) < key(b);
  });
  by_kind_ = base::Csr<std::uint32_t>::FromPairs(nodes_.size(), pairs);
  const auto rows = by_kind_.values();
  std::size_t size = 2;
  while (size < rows.size() * 3 / 2) size *= 2;
  slots_.assign(size, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Relation& row = rows_[rows[i]];
    if (i > 0 && Is(rows_[rows[i - 1]], row.from, row.kind, row.to)) continue;
    std::size_t slot = HashOf(row.from, row.kind, row.to) & (size - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (size - 1);
    slots_[slot] = static_cast<std::uint32_t>(i) + 1;
  }
}

NodeId RelationsBuilder::NodeOf(base::Symbol system, base::Symbol code) {
  const auto [it, added] = relations_.by_code_.try_emplace(
      Relations::Key(system, code), static_cast<NodeId>(relations_.nodes_.size()));
  if (added) relations_.nodes_.push_back({system, code, {}, {}});
  return it->second;
}

std::size_t RelationsBuilder::HashOfTerms::operator()(const RelationTerms& terms) const {
  static_assert(std::has_unique_object_representations_v<RelationTerms>);
  return static_cast<std::size_t>(XXH3_64bits(&terms, sizeof terms));
}

void RelationsBuilder::Add(NodeId from, std::uint16_t kind, NodeId to, const RelationTerms& terms) {
  const auto [known, added] =
      terms_.try_emplace(terms, static_cast<std::uint32_t>(relations_.terms_.size()));
  if (added) relations_.terms_.push_back(terms);
  relations_.rows_.push_back({from, to, known->second, kind});
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
  relations_.IndexByKind();
  return std::move(relations_);
}

}  // namespace chemoterm::model
