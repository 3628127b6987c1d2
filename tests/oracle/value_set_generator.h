// Random worlds: the same seed gives the same world on every machine.
#pragma once

#include <cstdint>

#include "oracle/value_set_world.h"

namespace chemoterm::oracle {

World Generate(std::uint64_t seed);

}  // namespace chemoterm::oracle
