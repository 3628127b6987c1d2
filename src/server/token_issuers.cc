#include "server/token_issuers.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/public_key.h"
#include "load/files.h"

namespace chemoterm::server {
namespace {

absl::StatusOr<std::vector<hooks::PublicKey>> ReadKeys(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, load::ReadWholeFile(file));
  return hooks::ReadKeySet(text);
}

}  // namespace

absl::StatusOr<std::vector<hooks::TokenIssuer>> ReadTokenIssuers(const Config& config) {
  std::vector<hooks::TokenIssuer> issuers;
  for (const JwtIssuer& each : config.jwt_issuers) {
    auto keys = ReadKeys(each.keys_file);
    if (!keys.ok()) {
      return Fail(Reason::kUnprocessable,
                  base::Concat({each.keys_file, ": ", FailureOf(keys.status()).text}),
                  "cdsHooks.jwtIssuers");
    }
    issuers.push_back({each.issuer, *std::move(keys), each.jku, each.tenants});
  }
  return issuers;
}

}  // namespace chemoterm::server
