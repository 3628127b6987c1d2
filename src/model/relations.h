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

// What a row says beside its ends and its kind. A table has few different ones and many rows, which
// share them.
struct RelationTerms {
  base::Symbol indicator{};
  base::Symbol setting{};
  base::Symbol note{};
  Period period;
  Provenance provenance;

  friend bool operator==(const RelationTerms&, const RelationTerms&) = default;
};

// One row: `from` kind `to`.
struct Relation {
  NodeId from{};
  NodeId to{};
  std::uint32_t terms = 0;  // for Terms()
  std::uint16_t kind = 0;   // into kinds()
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
  const RelationTerms& Terms(const Relation& row) const { return terms_[row.terms]; }
  std::size_t terms_size() const { return terms_.size(); }
  // Row numbers that start, or end, at the node, in file order.
  std::span<const std::uint32_t> From(NodeId id) const { return from_[Index(id)]; }
  std::span<const std::uint32_t> To(NodeId id) const { return to_[Index(id)]; }
  // Row numbers of one kind that start at the node, by the other end; found in logarithmic time.
  std::span<const std::uint32_t> From(NodeId id, std::uint16_t kind) const;
  // Row numbers of one kind from one node to the other, in file order; found in constant time.
  std::span<const std::uint32_t> Between(NodeId from, std::uint16_t kind, NodeId to) const;
  std::size_t size() const { return rows_.size(); }
  std::size_t bytes() const;

 private:
  friend class RelationsBuilder;
  static std::uint64_t Key(base::Symbol system, base::Symbol code) {
    return static_cast<std::uint64_t>(system) << 32 | static_cast<std::uint64_t>(code);
  }
  void IndexByKind();

  std::vector<RelationKind> kinds_;
  std::vector<Node> nodes_;
  std::unordered_map<std::uint64_t, NodeId> by_code_;
  std::vector<Relation> rows_;
  std::vector<RelationTerms> terms_;
  base::Csr<std::uint32_t> from_;
  base::Csr<std::uint32_t> to_;
  base::Csr<std::uint32_t> by_kind_;  // as from_, but by kind, then by the other end
  // Open addressing by from, kind and to: 1 + where they start in by_kind_.values(), 0 = free; a
  // power of two.
  std::vector<std::uint32_t> slots_;
};

class RelationsBuilder {
 public:
  // The kinds must be set before rows are added.
  void SetKinds(std::vector<RelationKind> kinds) { relations_.kinds_ = std::move(kinds); }
  std::optional<std::uint16_t> KindOf(std::string_view code) const {
    return relations_.KindOf(code);
  }
  NodeId NodeOf(base::Symbol system, base::Symbol code);
  void Add(NodeId from, std::uint16_t kind, NodeId to, const RelationTerms& terms);
  // `find` says where a code is loaded; called once for each node.
  using Find = std::function<std::optional<std::pair<SystemId, ConceptId>>(const Relations::Node&)>;
  Relations Freeze(const Find& find) &&;

 private:
  struct HashOfTerms {
    std::size_t operator()(const RelationTerms& terms) const;
  };

  Relations relations_;
  std::unordered_map<RelationTerms, std::uint32_t, HashOfTerms> terms_;
};

}  // namespace chemoterm::model
