// Asks the engine all that the oracle can say of one world.
#pragma once

#include <string>

#include "chemoterm/engine.h"
#include "oracle/value_set_world.h"

namespace chemoterm::oracle {

// The first difference between the engine and the oracle, as a sentence; empty when they agree.
std::string FindDifference(const Engine& engine, const World& world);

}  // namespace chemoterm::oracle
