// Golden orders and administrations in their short forms (tests/golden/check-order/README.md,
// tests/golden/README.md), as the parameters and the expectation that every other case has.
#pragma once

#include <rapidjson/document.h>

namespace chemoterm::test {

// Members `request` (an array of parameters) and `expect` made of the case's `order`, `verdict`,
// `findings` and, where there is one, `expect`. Fails (null) where the order has a member that is
// not known; `problem` then says which.
rapidjson::Value ReadOrderCase(const rapidjson::Document& file,
                               rapidjson::Document::AllocatorType& memory, const char** problem);

// The same of a case of administrations: its `request`, `lines`, `uncoded` and `findings`.
rapidjson::Value ReadAdministrationCase(const rapidjson::Document& file,
                                        rapidjson::Document::AllocatorType& memory,
                                        const char** problem);

}  // namespace chemoterm::test
