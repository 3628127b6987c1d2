// Codes one slip away from a code that is not there: two neighbours swapped, or one character
// wrong.
#pragma once

#include <string_view>
#include <vector>

#include "model/code_system.h"

namespace chemoterm::engine {

// At most `limit` codes of the system, swaps first, each once. Codes of up to 16 characters; longer
// ones have none.
std::vector<model::ConceptId> NearMisses(const model::CodeSystem& system, std::string_view code,
                                         std::size_t limit);

}  // namespace chemoterm::engine
