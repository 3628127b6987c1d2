#include "model/code_index.h"

#include <xxhash.h>

namespace chemoterm::model {

std::uint64_t CodeIndex::Hash(std::string_view code) {
  return XXH3_64bits(code.data(), code.size());
}

void CodeIndex::Insert(std::uint64_t hash, ConceptId id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].id != 0) at = (at + 1) & mask;
  slots_[at] = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(Index(id)) + 1};
}

}  // namespace chemoterm::model
