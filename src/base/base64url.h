// Base64 for URLs without padding (RFC 4648, 5), as JSON Web Tokens and keys have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chemoterm::base {

// The bytes of the text; nothing for one that the encoding would not make: another character,
// padding, an impossible length, bits that are left over and not zero.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace chemoterm::base
