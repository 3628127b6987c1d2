#include "model/value_set.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace chemoterm::model {
namespace {

constexpr std::pair<std::string_view, FilterOp> kFilterOps[] = {
    {"=", FilterOp::kEquals},
    {"is-a", FilterOp::kIsA},
    {"descendent-of", FilterOp::kDescendentOf},
    {"is-not-a", FilterOp::kIsNotA},
    {"regex", FilterOp::kRegex},
    {"in", FilterOp::kIn},
    {"not-in", FilterOp::kNotIn},
    {"generalizes", FilterOp::kGeneralizes},
    {"exists", FilterOp::kExists},
    {"child-of", FilterOp::kChildOf},
    {"descendent-leaf", FilterOp::kDescendentLeaf},
};

std::size_t BytesOf(const std::vector<ConceptSet>& sets) {
  std::size_t bytes = 0;
  for (const ConceptSet& set : sets) {
    bytes += sizeof set + set.concepts.size() * (sizeof(ListedConcept) + 16);
  }
  return bytes;
}

}  // namespace

std::optional<FilterOp> ParseFilterOp(std::string_view text) {
  for (const auto& [name, op] : kFilterOps) {
    if (name == text) return op;
  }
  return std::nullopt;
}

std::span<const std::pair<std::string_view, FilterOp>> FilterOps() { return kFilterOps; }

void ConceptSet::Freeze() {
  by_code_.resize(concepts.size());
  std::iota(by_code_.begin(), by_code_.end(), 0U);
  std::stable_sort(by_code_.begin(), by_code_.end(), [this](std::uint32_t a, std::uint32_t b) {
    return concepts[a].code < concepts[b].code;
  });
}

const ListedConcept* ConceptSet::Find(std::string_view code) const {
  const auto at = std::lower_bound(
      by_code_.begin(), by_code_.end(), code,
      [this](std::uint32_t i, std::string_view wanted) { return concepts[i].code < wanted; });
  return at == by_code_.end() || concepts[*at].code != code ? nullptr : &concepts[*at];
}

std::string ValueSet::Canonical() const {
  return version.empty() ? url : base::Concat({url, "|", version});
}

std::size_t ValueSet::bytes() const {
  std::size_t bytes = sizeof *this + head.size() + contained_json.size() + definition.size() +
                      expansion_json.size() + BytesOf(includes) + BytesOf(excludes);
  for (const ValueSet& inner : contained) bytes += inner.bytes();
  return bytes;
}

}  // namespace chemoterm::model
