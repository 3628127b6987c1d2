// Makes a failing world small enough to read.
#pragma once

#include <functional>

#include "oracle/value_set_world.h"

namespace chemoterm::oracle {

// Takes one thing after the other away while `fails` still holds.
World Shrink(World world, const std::function<bool(const World&)>& fails);

}  // namespace chemoterm::oracle
