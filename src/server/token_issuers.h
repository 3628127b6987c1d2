// The clients that may call CDS Hooks, from the configuration and the files that it names.
#pragma once

#include <absl/status/statusor.h>

#include <vector>

#include "hooks/token_checker.h"
#include "server/config.h"

namespace chemoterm::server {

// Reads the JWK set of each issuer. Fails with kUnprocessable, by the file and the reason.
absl::StatusOr<std::vector<hooks::TokenIssuer>> ReadTokenIssuers(const Config& config);

}  // namespace chemoterm::server
