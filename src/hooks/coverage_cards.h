// Cards about what the payer's notes say of the lines. They do not claim Da Vinci CRD: the notes
// are ours, not the payer's answer.
#pragma once

#include <vector>

#include "chemoterm/engine.h"
#include "hooks/card.h"
#include "hooks/draft_orders.h"

namespace chemoterm::hooks {

// One card per selected line for which the payer wants or refuses something. No information is no
// card, and never means not covered.
std::vector<Card> CoverageCards(const Engine& engine, const CallContext& call,
                                const CheckOrderResult& result, const DraftOrders& orders);

}  // namespace chemoterm::hooks
