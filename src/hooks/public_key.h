// Public keys that a site trusts, and the signatures made with their other halves. OpenSSL is used
// here only.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace chemoterm::hooks {

// A key of the kinds that ES256, ES384, RS256 and RS384 (RFC 7518) use. Copies share the key.
// Thread-safe.
class PublicKey {
 public:
  const std::string& id() const { return id_; }

  // True when the key's owner signed `text` by that algorithm. False for an algorithm that is not
  // the key's: no token chooses how its signature is judged.
  bool Verifies(std::string_view algorithm, std::string_view text,
                std::string_view signature) const;

 private:
  friend class KeyReader;
  std::string id_;
  std::string curve_;      // empty for RSA
  std::string algorithm_;  // the only one to be used with it; empty: any of its kind
  std::shared_ptr<evp_pkey_st> key_;
};

// The keys of a JWK set (RFC 7517) for those algorithms, each with an id of its own; keys for other
// uses are left out. Fails with kUnprocessable, by the place and reason, for a text that is no such
// set, for a faulty or weak key, for one that is not public, and when no key is left.
absl::StatusOr<std::vector<PublicKey>> ReadKeySet(std::string_view json);

}  // namespace chemoterm::hooks
