// Cards about the findings of check-order.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/engine.h"
#include "hooks/card.h"
#include "hooks/draft_orders.h"

namespace chemoterm::hooks {

// One card per finding that touches a selected line, or any where all lines are selected. Fails
// with kTooCostly where that is more than anybody could read.
absl::StatusOr<std::vector<Card>> FindingCards(const CheckOrderResult& result,
                                               const DraftOrders& orders);

// The reasons to override a card, as a JSON array of Coding; empty where the content has none.
std::string OverrideReasons(const Engine& engine, const CallContext& call);

}  // namespace chemoterm::hooks
