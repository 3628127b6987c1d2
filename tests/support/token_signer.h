// Keys made for a test, and JSON Web Tokens signed with them. Encodes by means of its own, so that
// a fault of the reader does not cancel out.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace chemoterm::test {

inline std::string Base64Url(std::string_view bytes) {
  std::string text(bytes.size() / 3 * 4 + 5, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

// The bytes of a number, at least so many.
inline std::string BytesOf(const BIGNUM* number, int least = 0) {
  std::string bytes(static_cast<std::size_t>(std::max(least, BN_num_bytes(number))), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
               static_cast<int>(bytes.size()));
  return bytes;
}

// A pair of keys, made when it is constructed.
class TokenSigner {
 public:
  // `kind`: "P-256", "P-384", or a number of bits for RSA.
  TokenSigner(std::string id, std::string kind) : id_(std::move(id)), kind_(std::move(kind)) {
    is_ec_ = kind_.starts_with("P-");
    key_.reset(is_ec_ ? EVP_EC_gen(kind_.c_str()) : EVP_RSA_gen(std::stoul(kind_)));
    if (key_ == nullptr) std::abort();
  }

  const std::string& id() const { return id_; }

  // The members of the public key as a JWK, without braces; with `secret`, those of the pair.
  std::string Members(bool secret = false) const {
    std::string text = R"("kid":")" + id_ + R"(","kty":")" + (is_ec_ ? "EC" : "RSA") + '"';
    if (is_ec_) text += R"(,"crv":")" + kind_ + '"';
    const int least = !is_ec_ ? 0 : kind_ == "P-384" ? 48 : 32;
    const auto add = [&](const char* name, const char* parameter) {
      text += std::string(R"(,")") + name + R"(":")" + Base64Url(Number(parameter, least)) + '"';
    };
    add(is_ec_ ? "x" : "n", is_ec_ ? OSSL_PKEY_PARAM_EC_PUB_X : OSSL_PKEY_PARAM_RSA_N);
    add(is_ec_ ? "y" : "e", is_ec_ ? OSSL_PKEY_PARAM_EC_PUB_Y : OSSL_PKEY_PARAM_RSA_E);
    if (secret) add("d", is_ec_ ? OSSL_PKEY_PARAM_PRIV_KEY : OSSL_PKEY_PARAM_RSA_D);
    return text;
  }
  std::string Jwk() const { return "{" + Members() + "}"; }

  // The signature in the form of tokens; SHA-`bits`.
  std::string Sign(std::string_view text, int bits = 384) const {
    const std::string made = Der(text, bits);
    if (!is_ec_) return made;
    const auto* at = reinterpret_cast<const unsigned char*>(made.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(made.size())), ECDSA_SIG_free);
    const int half = kind_ == "P-384" ? 48 : 32;
    return BytesOf(ECDSA_SIG_get0_r(pair.get()), half) +
           BytesOf(ECDSA_SIG_get0_s(pair.get()), half);
  }

  // As OpenSSL makes it, which for EC is not the form of tokens.
  std::string Der(std::string_view text, int bits = 384) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::string made(1024, '\0');
    std::size_t size = made.size();
    if (EVP_DigestSignInit(context.get(), nullptr, bits == 384 ? EVP_sha384() : EVP_sha256(),
                           nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
      std::abort();
    }
    made.resize(size);
    return made;
  }

  std::string Token(std::string_view header, std::string_view claims, int bits = 384) const {
    const std::string text = Base64Url(header) + "." + Base64Url(claims);
    return text + "." + Base64Url(Sign(text, bits));
  }

 private:
  std::string Number(const char* parameter, int least) const {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), parameter, &number) != 1) std::abort();
    std::string bytes = BytesOf(number, least);
    BN_free(number);
    return bytes;
  }

  std::string id_;
  std::string kind_;
  bool is_ec_ = false;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{nullptr, EVP_PKEY_free};
};

inline std::string HmacSha384(std::string_view secret, std::string_view text) {
  std::string bytes(48, '\0');
  unsigned size = 0;
  HMAC(EVP_sha384(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(bytes.data()), &size);
  return bytes;
}

}  // namespace chemoterm::test
