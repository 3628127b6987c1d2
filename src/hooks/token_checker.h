// Whether a call comes from a client that the site trusts, by the JSON Web Token that CDS Hooks
// wants with each. Nothing is ever fetched: the keys are given.
#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/public_key.h"
#include "hooks/seen_tokens.h"

namespace chemoterm::hooks {

struct Token;

// Who may call, and how its tokens are known.
struct TokenIssuer {
  std::string issuer;                // iss
  std::vector<PublicKey> keys;       // by kid
  std::string key_url;               // the only jku that its tokens may name; empty: none
  std::vector<std::string> tenants;  // its tokens are of one of these; empty: of any or none
};

struct TokenRules {
  std::chrono::seconds leeway{30};     // how much clocks may differ
  std::chrono::seconds lifetime{300};  // how far ahead exp may be
  std::size_t max_seen = 100'000;      // tokens that are not over; when full, none is accepted
  std::function<std::int64_t()> now;   // seconds since 1970; empty: the system's clock
};

// Thread-safe.
class TokenChecker {
 public:
  TokenChecker(std::vector<TokenIssuer> issuers, TokenRules rules);

  // Accepts a token once, for a call of `url`. Fails with kUnauthenticated, or kTooManyRequests
  // when as many tokens as may be are remembered. The text tells the caller nothing about issuers
  // and keys; where it is silent, `detail` gets one of a few fixed texts for the log.
  absl::Status Check(std::string_view token, std::string_view url, std::string* detail);

  // Other issuers and keys, for calls from now on. Tokens that were seen stay known.
  void Replace(std::vector<TokenIssuer> issuers);

 private:
  using Issuers = std::shared_ptr<const std::vector<TokenIssuer>>;
  Issuers Current() const;
  std::int64_t Now() const;
  absl::Status CheckTimes(const Token& token, std::int64_t now) const;

  const TokenRules rules_;
  SeenTokens seen_;
  mutable std::mutex mutex_;  // of issuers_
  Issuers issuers_;
};

}  // namespace chemoterm::hooks
