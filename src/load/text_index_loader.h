// The search index of a snapshot whose code systems and facts are in place.
#pragma once

#include <vector>

#include "model/snapshot.h"
#include "model/text_index.h"

namespace chemoterm::load {

// Indexes codes, displays, designations of every language, definitions, and facts except figures,
// of the code systems in `searched`. The order of systems in the snapshot decides near ties.
model::TextIndex BuildTextIndex(const model::Snapshot& snapshot,
                                const std::vector<model::SystemId>& searched,
                                const model::SearchWords& words);

}  // namespace chemoterm::load
