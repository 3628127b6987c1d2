#include "hooks/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "base/base64url.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/body.h"
#include "json/slice.h"

namespace chemoterm::hooks {
namespace {

struct Curve {
  std::string_view name;  // in JSON
  const char* group;      // in OpenSSL
  std::size_t bytes;      // of a coordinate, and of each half of a signature
};
constexpr Curve kCurves[] = {{"P-256", "prime256v1", 32}, {"P-384", "secp384r1", 48}};

struct Algorithm {
  std::string_view name;
  std::string_view curve;  // empty for RSA
  const EVP_MD* (*digest)();
};
constexpr Algorithm kAlgorithms[] = {{"ES384", "P-384", EVP_sha384},
                                     {"RS384", "", EVP_sha384},
                                     {"ES256", "P-256", EVP_sha256},
                                     {"RS256", "", EVP_sha256}};

// NIST SP 800-131A allows no less; more costs each call, and nobody has it.
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;

template <class Row, std::size_t kSize>
const Row* FindRow(const Row (&rows)[kSize], std::string_view name) {
  const auto found = std::find_if(std::begin(rows), std::end(rows),
                                  [&](const Row& row) { return row.name == name; });
  return found == std::end(rows) ? nullptr : found;
}

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <class T, auto kFree>
using Owned = std::unique_ptr<T, Freer<kFree>>;
using Number = Owned<BIGNUM, BN_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using ParamsBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using EcSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using Key = std::shared_ptr<EVP_PKEY>;

const unsigned char* BytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number NumberOf(std::string_view bytes) {
  return Number(BN_bin2bn(BytesOf(bytes), static_cast<int>(bytes.size()), nullptr));
}

// A public key of that type which passed OpenSSL's check, such as that a point is on its curve;
// else null.
Key MakeKey(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext maker(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (!params || !maker || EVP_PKEY_fromdata_init(maker.get()) != 1) return nullptr;
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata(maker.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) return nullptr;
  Key key(made, EVP_PKEY_free);
  const KeyContext judge(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
  return judge && EVP_PKEY_public_check(judge.get()) == 1 ? key : nullptr;
}

Key MakeEcKey(const Curve& curve, std::string_view x, std::string_view y) {
  const std::string point = base::Concat({"\x04", x, y});  // not compressed
  const ParamsBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return nullptr;
  }
  return MakeKey("EC", builder.get());
}

Key MakeRsaKey(const BIGNUM* modulus, const BIGNUM* exponent) {
  const ParamsBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1) {
    return nullptr;
  }
  return MakeKey("RSA", builder.get());
}

// The two halves of a signature (RFC 7518, 3.4) in the form that OpenSSL reads; empty for another
// length.
std::string AsDer(std::string_view signature, std::size_t half) {
  if (signature.size() != 2 * half) return {};
  const EcSignature pair(ECDSA_SIG_new());
  BIGNUM* const r = NumberOf(signature.substr(0, half)).release();
  BIGNUM* const s = NumberOf(signature.substr(half)).release();
  if (!pair || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  // Both numbers are the pair's now.
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &bytes);
  std::string der;
  if (size > 0) der.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

absl::Status Faulty(std::string_view where, std::string_view what) {
  return Fail(Reason::kUnprocessable, base::Concat({where, ": ", what}), where);
}

// True when the array, if there is one, has the text.
bool MayHold(std::string_view array, std::string_view text) {
  if (array.empty()) return true;
  for (json::Elements each(array); each.Next();) {
    if (json::Unquote(each.value()) == text) return true;
  }
  return false;
}

}  // namespace

bool PublicKey::Verifies(std::string_view algorithm, std::string_view text,
                         std::string_view signature) const {
  const Algorithm* row = FindRow(kAlgorithms, algorithm);
  if (row == nullptr || row->curve != curve_) return false;
  if (!algorithm_.empty() && algorithm_ != algorithm) return false;
  std::string der;
  if (const Curve* curve = FindRow(kCurves, curve_)) {
    der = AsDer(signature, curve->bytes);
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  const bool verified =
      !signature.empty() && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, row->digest(), nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), BytesOf(signature), signature.size(), BytesOf(text),
                       text.size()) == 1;
  ERR_clear_error();  // what a wrong signature leaves behind is not for others on this thread
  return verified;
}

// Reads one key of a set.
class KeyReader {
 public:
  KeyReader(std::string_view json, const std::string& where) : where_(where), jwk_(json, where) {}

  // Nothing for a key of another use.
  absl::StatusOr<std::optional<PublicKey>> Read() {
    const std::string type = Text("kty");
    if (type.empty()) return Bad("kty", "is needed");
    if (type == "oct" || !jwk_.Value("d").empty()) {
      return Faulty(where_, "is not a public key; do not keep secrets in this file");
    }
    PublicKey key;
    key.curve_ = Text("crv");
    key.algorithm_ = Text("alg");
    if (!IsWanted(type, key)) return std::nullopt;
    key.id_ = Text("kid");
    if (key.id_.empty()) return Bad("kid", "is needed: a token names its key by it");
    const Curve* curve = FindRow(kCurves, key.curve_);
    ASSIGN_OR_RETURN(key.key_, curve != nullptr ? ReadEc(*curve) : ReadRsa());
    return key;
  }

 private:
  std::string Text(std::string_view name) const { return json::Unquote(jwk_.Value(name)); }

  absl::Status Bad(std::string_view name, std::string_view what) const {
    return Faulty(jwk_.PathOf(name), what);
  }

  bool IsWanted(std::string_view type, const PublicKey& key) const {
    const bool is_kind = type == "EC"    ? FindRow(kCurves, key.curve_) != nullptr
                         : type == "RSA" ? key.curve_.empty()
                                         : false;
    const std::string use = Text("use");
    const Algorithm* algorithm = FindRow(kAlgorithms, key.algorithm_);
    const bool is_algorithm =
        key.algorithm_.empty() || (algorithm != nullptr && algorithm->curve == key.curve_);
    return is_kind && is_algorithm && (use.empty() || use == "sig") &&
           MayHold(jwk_.Value("key_ops"), "verify");
  }

  absl::StatusOr<std::string> Bytes(std::string_view name) const {
    auto bytes = base::DecodeBase64Url(Text(name));
    if (!bytes.has_value() || bytes->empty()) return Bad(name, "must be a number in base64url");
    return *std::move(bytes);
  }

  absl::StatusOr<Key> ReadEc(const Curve& curve) const {
    ASSIGN_OR_RETURN(const std::string x, Bytes("x"));
    ASSIGN_OR_RETURN(const std::string y, Bytes("y"));
    if (x.size() != curve.bytes || y.size() != curve.bytes) {
      return Bad("x", base::Concat({"and y must have ", base::ToText(curve.bytes), " bytes"}));
    }
    Key key = MakeEcKey(curve, x, y);
    ERR_clear_error();
    if (key == nullptr) return Bad("x", "and y are no point of the curve");
    return key;
  }

  absl::StatusOr<Key> ReadRsa() const {
    ASSIGN_OR_RETURN(const std::string modulus, Bytes("n"));
    ASSIGN_OR_RETURN(const std::string exponent, Bytes("e"));
    const Number n = NumberOf(modulus);
    const Number e = NumberOf(exponent);
    const int bits = n == nullptr ? 0 : BN_num_bits(n.get());
    if (bits < kMinRsaBits || bits > kMaxRsaBits) {
      return Bad("n", base::Concat({"must have ", base::ToText(kMinRsaBits), " to ",
                                    base::ToText(kMaxRsaBits), " bits"}));
    }
    Key key = e == nullptr ? nullptr : MakeRsaKey(n.get(), e.get());
    ERR_clear_error();
    if (key == nullptr) return Bad("n", "and e are no RSA key");
    return key;
  }

  std::string where_;
  BodyObject jwk_;
};

absl::StatusOr<std::vector<PublicKey>> ReadKeySet(std::string_view json) {
  const absl::StatusOr<BodyObject> set = BodyObject::Read(json);
  if (!set.ok()) return Fail(Reason::kUnprocessable, FailureOf(set.status()).text);
  if (!json::IsArray(set->Value("keys"))) return Faulty("keys", "must be an array of keys");
  std::vector<PublicKey> keys;
  std::size_t index = 0;
  for (json::Elements each(set->Value("keys")); each.Next(); ++index) {
    const std::string where = base::Concat({"keys[", base::ToText(index), "]"});
    if (!json::IsObject(each.value())) return Faulty(where, "must be an object");
    ASSIGN_OR_RETURN(std::optional<PublicKey> key, KeyReader(each.value(), where).Read());
    if (!key.has_value()) continue;
    const bool is_taken = std::any_of(
        keys.begin(), keys.end(), [&](const PublicKey& other) { return other.id() == key->id(); });
    if (is_taken) return Faulty(where, base::Concat({"the kid '", key->id(), "' appears twice"}));
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return Faulty("keys", "has no key for ES384, RS384, ES256 or RS256");
  return keys;
}

}  // namespace chemoterm::hooks
