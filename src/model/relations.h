// Typed links between codes, readable from both ends. Ends may be codes of systems that are not
// loaded.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/csr.h"
#include "base/string_pool.h"
#include "model/ids.h"
#include "model/period.h"
#include "model/provenance.h"

namespace chemoterm::model {

// A row of codesystems/relation-kind.json.
struct RelationKind {
  std::string code;
  std::string display;
  std::string reads;    // "is an add-on of"
  std::string inverse;  // code of the inverse kind; its own code when symmetric
  bool symmetric = false;
  bool transitive = false;
};

// One row: `from` kind `to`.
struct Relation {
  NodeId from{};
  NodeId to{};
  std::uint16_t kind = 0;  // into kinds()
  base::Symbol indicator{};
  base::Symbol setting{};
  base::Symbol note{};
  Period period;
  Provenance provenance;
};

// Immutable; thread-safe. Symbols are the snapshot's.
class Relations {
 public:
  struct Node {
    base::Symbol system{};  // canonical
    base::Symbol code{};
    std::optional<SystemId> loaded_in;  // the newest version of the system, if that has the code
    ConceptId id{};                     // there
  };

  std::span<const RelationKind> kinds() const { return kinds_; }
  // Index of a kind by its code.
  std::optional<std::uint16_t> KindOf(std::string_view code) const;

  // The node of a code; nothing when no relation names it.
  std::optional<NodeId> Find(base::Symbol system, base::Symbol code) const;
  const Node& At(NodeId id) const { return nodes_[Index(id)]; }
  const Relation& Row(std::uint32_t row) const { return rows_[row]; }
  // Row numbers that start, or end, at the node, in file order.
  std::span<const std::uint32_t> From(NodeId id) const { return from_[Index(id)]; }
  std::span<const std::uint32_t> To(NodeId id) const { return to_[Index(id)]; }
  std::size_t size() const { return rows_.size(); }
  std::size_t bytes() const;

 private:
  friend class RelationsBuilder;
  static std::uint64_t Key(base::Symbol system, base::Symbol code) {
    return static_cast<std::uint64_t>(system) << 32 | static_cast<std::uint64_t>(code);
  }

  std::vector<RelationKind> kinds_;
  std::vector<Node> nodes_;
  std::unordered_map<std::uint64_t, NodeId> by_code_;
  std::vector<Relation> rows_;
  base::Csr<std::uint32_t> from_;
  base::Csr<std::uint32_t> to_;
};

class RelationsBuilder {
 public:
  // The kinds must be set before rows are added.
  void SetKinds(std::vector<RelationKind> kinds) { relations_.kinds_ = std::move(kinds); }
  std::optional<std::uint16_t> KindOf(std::string_view code) const {
    return relations_.KindOf(code);
  }
  NodeId NodeOf(base::Symbol system, base::Symbol code);
  void Add(const Relation& row) { relations_.rows_.push_back(row); }
  // `find` says where a code is loaded; called once for each node.
  using Find = std::function<std::optional<std::pair<SystemId, ConceptId>>(const Relations::Node&)>;
  Relations Freeze(const Find& find) &&;

 private:
  Relations relations_;
};

}  // namespace chemoterm::model
