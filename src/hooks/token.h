// A JSON Web Token (RFC 7519) in its compact form, taken apart. Who signed it is not looked at
// here.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::hooks {

struct Token {
  std::string_view signed_text;  // of the text that was read
  std::string signature;         // bytes
  // Of the header.
  std::string algorithm;
  std::string key_id;
  std::string key_url;  // jku; empty if none
  // Claims. Times are seconds since 1970; a part of a second is dropped.
  std::string issuer;
  std::vector<std::string> audience;
  std::int64_t expires = 0;
  std::int64_t issued = 0;
  std::int64_t not_before = 0;  // 0 if none
  std::string id;
  std::string tenant;  // empty if none
};

// Reads what CDS Hooks requires of a token; more members are allowed and ignored. Fails with
// kUnauthenticated, by a text that tells nothing but what the token itself is like.
absl::StatusOr<Token> ReadToken(std::string_view text);

// The failure of a token that is not accepted.
absl::Status RefuseToken(std::string_view why);

}  // namespace chemoterm::hooks
