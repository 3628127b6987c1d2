// The values that searches look at, taken from a resource's JSON.
#pragma once

#include <vector>

#include "model/resource_store.h"

namespace chemoterm::load {

// The values of all parameters of SearchParamsOf(type), in the order of the text. `resource` must
// have valid JSON.
std::vector<model::SearchValue> SearchValuesOf(const model::StoredResource& resource);

}  // namespace chemoterm::load
