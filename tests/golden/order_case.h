// Golden orders in the short form of the order rules (tests/golden/check-order/README.md), as the
// parameters and the expectation that every other case has.
#pragma once

#include <rapidjson/document.h>

namespace chemoterm::test {

// Members `request` (an array of parameters) and `expect` made of the case's `order`, `verdict` and
// `findings`. Fails (null) where the order has a member that is not known; `problem` then says
// which.
rapidjson::Value ReadOrderCase(const rapidjson::Document& file,
                               rapidjson::Document::AllocatorType& memory, const char** problem);

}  // namespace chemoterm::test
