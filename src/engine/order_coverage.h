// What payers say about one line of an order.
#pragma once

#include <vector>

#include "engine/coverage_merge.h"
#include "engine/order_lines.h"

namespace chemoterm::engine {

// Adds an entry for the payer of the filter, or without one for each payer with notes on the code.
void AddCoverages(const Scope& scope, NoteFilter filter, const OrderedLine& line,
                  std::vector<OrderCoverage>& coverages);

}  // namespace chemoterm::engine
