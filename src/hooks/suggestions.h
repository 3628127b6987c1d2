// What would mend a finding, as changes to the client's own orders.
#pragma once

#include <vector>

#include "chemoterm/ops/check_order.h"
#include "hooks/card.h"
#include "hooks/draft_orders.h"

namespace chemoterm::hooks {

// Codes to choose from are alternatives; other fixes of a finding are one suggestion. A suggestion
// that the client's resources cannot express (no id to tell it by, no element for units) is left
// out.
std::vector<Suggestion> SuggestionsFor(const OrderFinding& finding, const DraftOrders& orders);

}  // namespace chemoterm::hooks
