// What is made of the includes of value sets while one call is answered. Views of value sets are
// shared by calls on several threads and cannot keep it.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/concept_filter.h"
#include "model/ids.h"
#include "model/value_set.h"

namespace chemoterm::engine {

// Made when first needed, on one thread.
struct ViewMemo {
  using Key = std::pair<const model::ConceptSet*, model::SystemId>;
  using ById = std::unordered_map<model::ConceptId, const model::ListedConcept*>;

  // The filters for another version of the system than the include's; nothing where one cannot be
  // used.
  std::map<Key, std::optional<std::vector<Filter>>> filters;
  // What is listed, by concept: in a system that is not case-sensitive.
  std::map<Key, ById> listed;
};

}  // namespace chemoterm::engine
