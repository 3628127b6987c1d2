// Random ids: unlike each other, not secret.
#pragma once

#include <string>

namespace chemoterm::base {

// Appends 16 hex digits, not all of them zero.
void AppendRandomHex(std::string& out);

// A UUID of version 4, in lower case with hyphens.
std::string NewUuid();

}  // namespace chemoterm::base
