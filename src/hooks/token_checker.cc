#include "hooks/token_checker.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/token.h"

namespace chemoterm::hooks {
namespace {

// One text for all that would tell which issuers and keys there are.
absl::Status RefuseSigner(std::string_view why, std::string* detail) {
  *detail = why;
  return RefuseToken("The token is not signed by a client that is known here.");
}

absl::Status CheckSigner(const Token& token, const TokenIssuer* issuer, std::string* detail) {
  if (issuer == nullptr) return RefuseSigner("token: unknown issuer", detail);
  if (!token.key_url.empty() && token.key_url != issuer->key_url) {
    return RefuseSigner("token: jku is not the issuer's", detail);
  }
  const auto key = std::find_if(issuer->keys.begin(), issuer->keys.end(),
                                [&](const PublicKey& each) { return each.id() == token.key_id; });
  if (key == issuer->keys.end()) return RefuseSigner("token: unknown key", detail);
  if (!key->Verifies(token.algorithm, token.signed_text, token.signature)) {
    return RefuseSigner("token: wrong algorithm or signature", detail);
  }
  return {};
}

// A service may be called with a slash at the end.
bool IsFor(const Token& token, std::string_view url) {
  return std::any_of(token.audience.begin(), token.audience.end(), [&](std::string_view each) {
    return each == url || (each.ends_with('/') && each.substr(0, each.size() - 1) == url);
  });
}

bool IsOfTenant(const Token& token, const TokenIssuer& issuer) {
  const auto& tenants = issuer.tenants;
  return tenants.empty() ||
         std::find(tenants.begin(), tenants.end(), token.tenant) != tenants.end();
}

}  // namespace

TokenChecker::TokenChecker(std::vector<TokenIssuer> issuers, TokenRules rules)
    : rules_(std::move(rules)), seen_(rules_.max_seen) {
  Replace(std::move(issuers));
}

void TokenChecker::Replace(std::vector<TokenIssuer> issuers) {
  auto replacement = std::make_shared<const std::vector<TokenIssuer>>(std::move(issuers));
  const std::lock_guard lock(mutex_);
  issuers_.swap(replacement);  // the old one goes after the lock
}

absl::Status TokenChecker::Check(std::string_view token_text, std::string_view url,
                                 std::string* detail) {
  ASSIGN_OR_RETURN(const Token token, ReadToken(token_text));
  const Issuers issuers = Current();
  const auto found = std::find_if(issuers->begin(), issuers->end(), [&](const TokenIssuer& each) {
    return each.issuer == token.issuer;
  });
  const TokenIssuer* issuer = found == issuers->end() ? nullptr : &*found;
  RETURN_IF_ERROR(CheckSigner(token, issuer, detail));
  const std::int64_t now = Now();
  RETURN_IF_ERROR(CheckTimes(token, now));
  if (!IsFor(token, url)) {
    return RefuseToken(base::Concat({"The token's 'aud' is not the URL called, ", url, "."}));
  }
  if (!IsOfTenant(token, *issuer)) return RefuseToken("The token's 'tenant' may not call.");
  // Last, so that only tokens that are good otherwise are remembered. No issuer has a line feed.
  switch (seen_.Add(base::Concat({token.issuer, "\n", token.id}),
                    token.expires + rules_.leeway.count(), now)) {
    case SeenTokens::Found::kNew:
      return {};
    case SeenTokens::Found::kSeen:
      return RefuseToken("The token was used before: its 'jti' is known.");
    case SeenTokens::Found::kFull:
      break;
  }
  return Fail(Reason::kTooManyRequests,
              "As many tokens are remembered as may be; try again when some are over.");
}

absl::Status TokenChecker::CheckTimes(const Token& token, std::int64_t now) const {
  const std::int64_t leeway = rules_.leeway.count();
  if (token.expires + leeway <= now) return RefuseToken("The token is over, by its 'exp'.");
  if (token.expires - leeway > now + rules_.lifetime.count()) {
    return RefuseToken(base::Concat({"The token's 'exp' is more than ",
                                     base::ToText(rules_.lifetime.count()), " seconds ahead."}));
  }
  if (token.issued - leeway > now) return RefuseToken("The token's 'iat' is in the future.");
  if (token.not_before - leeway > now) return RefuseToken("The token's 'nbf' is in the future.");
  return {};
}

TokenChecker::Issuers TokenChecker::Current() const {
  const std::lock_guard lock(mutex_);
  return issuers_;
}

std::int64_t TokenChecker::Now() const {
  if (rules_.now) return rules_.now();
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace chemoterm::hooks
