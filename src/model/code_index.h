// Code -> ConceptId: an open-addressing table of {fingerprint, id} over xxh3, load at most 2/3,
// linear probing.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/ids.h"

namespace chemoterm::model {

// The table holds no texts: who asks says how the code of an id reads. Built once, then only read;
// thread-safe.
class CodeIndex {
 public:
  // `code_of(ConceptId) -> std::string_view` for ids 0..count-1. The first of equal codes wins; the
  // second one is returned as duplicate, if there is one.
  template <class CodeOf>
  static CodeIndex Build(std::size_t count, CodeOf code_of, std::optional<ConceptId>* duplicate) {
    return Build(count, code_of, [&](ConceptId, ConceptId again) {
      if (duplicate != nullptr) *duplicate = again;
    });
  }
  // The same, with `on_duplicate(first, again)` for each that is not the first.
  template <class CodeOf, class F>
    requires std::invocable<F, ConceptId, ConceptId>
  static CodeIndex Build(std::size_t count, CodeOf code_of, F on_duplicate) {
    CodeIndex index;
    std::size_t capacity = 4;
    while (capacity * 2 < count * 3) capacity *= 2;
    index.slots_.resize(capacity);
    for (std::size_t i = 0; i < count; ++i) {
      const auto id = static_cast<ConceptId>(i);
      const auto code = code_of(id);
      if (const auto first = index.Find(code, code_of)) {
        on_duplicate(*first, id);
        continue;
      }
      index.Insert(Hash(code), id);
    }
    return index;
  }

  // The concept with that code. O(1), no allocation.
  template <class CodeOf>
  std::optional<ConceptId> Find(std::string_view code, CodeOf code_of) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint64_t hash = Hash(code);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at].id != 0; at = (at + 1) & mask) {
      if (slots_[at].fingerprint != static_cast<std::uint32_t>(hash >> 32)) continue;
      const auto id = static_cast<ConceptId>(slots_[at].id - 1);
      if (code_of(id) == code) return id;
    }
    return std::nullopt;
  }

  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t fingerprint = 0;
    std::uint32_t id = 0;  // ConceptId + 1; 0 = free
  };
  static std::uint64_t Hash(std::string_view code);
  void Insert(std::uint64_t hash, ConceptId id);

  std::vector<Slot> slots_;  // a power of two
};

}  // namespace chemoterm::model
