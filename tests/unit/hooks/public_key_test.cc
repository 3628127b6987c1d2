// JWK sets as operators write them.
#include "hooks/public_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "support/token_signer.h"

namespace chemoterm::hooks {
namespace {

using test::Base64Url;
using test::TokenSigner;
using testing::ElementsAre;
using testing::HasSubstr;

const TokenSigner& Ec() {
  static const TokenSigner signer("ec", "P-384");
  return signer;
}
const TokenSigner& Rsa() {
  static const TokenSigner signer("rsa", "2048");
  return signer;
}

std::string Set(const std::vector<std::string>& jwks) {
  return base::Concat({R"({"keys":[)", base::Join(jwks, ","), "]}"});
}

// The key with further members.
std::string With(const TokenSigner& signer, std::string_view more) {
  return base::Concat({"{", signer.Members(), ",", more, "}"});
}

std::string Point(std::string_view curve, std::size_t bytes, char fill) {
  const std::string coordinate = Base64Url(std::string(bytes, fill));
  return base::Concat({R"({"kid":"k","kty":"EC","crv":")", curve, R"(","x":")", coordinate,
                       R"(","y":")", coordinate, R"("})"});
}

TEST(KeySet, GivesTheKeysThatTokensMayBeSignedWith) {
  const auto keys = ReadKeySet(Set({
      With(Ec(), R"("use":"sig","alg":"ES384","key_ops":["verify"],"x5c":["x"])"),
      Rsa().Jwk(),
      // For other uses, or of kinds that are not used here.
      With(TokenSigner("encrypts", "P-384"), R"("use":"enc")"),
      With(TokenSigner("wraps", "2048"), R"("key_ops":["wrapKey"])"),
      With(TokenSigner("pss", "2048"), R"("alg":"PS384")"),
      With(TokenSigner("odd", "2048"), R"("alg":"ES384")"),
      R"({"kty":"EC","crv":"P-521","kid":"large","x":"AA","y":"AA"})",
      R"({"kty":"OKP","crv":"Ed25519","kid":"ed","x":"AA"})",
  }));
  ASSERT_TRUE(keys.ok()) << keys.status();
  std::vector<std::string> ids;
  for (const PublicKey& key : *keys) ids.push_back(key.id());
  EXPECT_THAT(ids, ElementsAre("ec", "rsa"));
  EXPECT_TRUE((*keys)[0].Verifies("ES384", "text", Ec().Sign("text")));
  EXPECT_FALSE((*keys)[0].Verifies("ES384", "text ", Ec().Sign("text")));
  EXPECT_TRUE((*keys)[1].Verifies("RS384", "text", Rsa().Sign("text")));
  EXPECT_FALSE((*keys)[1].Verifies("RS256", "text", Rsa().Sign("text")));
}

TEST(KeySet, VerifiesManySignaturesOfEachKind) {
  // Numbers with zeros in front come now and then.
  for (const char* kind : {"P-256", "P-384"}) {
    const TokenSigner signer("k", kind);
    const auto keys = ReadKeySet(Set({signer.Jwk()}));
    ASSERT_TRUE(keys.ok()) << keys.status();
    const bool large = kind == std::string_view("P-384");
    for (int i = 0; i < 200; ++i) {
      const std::string text = base::ToText(i);
      EXPECT_TRUE(keys->front().Verifies(large ? "ES384" : "ES256", text,
                                         signer.Sign(text, large ? 384 : 256)));
    }
  }
}

struct BadSet {
  std::string json;
  const char* text;
};

TEST(KeySet, IsRefusedWithPlaceAndReason) {
  const std::string twice = Set({Ec().Jwk(), With(Rsa(), R"("use":"sig")"), Ec().Jwk()});
  const std::string key_pair = base::Concat({"{", Ec().Members(true), "}"});
  const std::vector<BadSet> rows = {
      {"", "line 1"},
      {"[]", "an object is expected"},
      {"{}", "keys: must be an array"},
      {R"({"keys":{}})", "keys: must be an array"},
      {R"({"keys":[]})", "keys: has no key for ES384, RS384, ES256 or RS256"},
      {R"({"keys":[1]})", "keys[0]: must be an object"},
      {R"({"keys":[{}]})", "keys[0].kty: is needed"},
      {Set({R"({"kty":"OKP","crv":"Ed25519","kid":"a","x":"AA"})"}), "keys: has no key"},
      {Set({R"({"kty":"oct","kid":"a","k":"AA"})"}), "keys[0]: is not a public key"},
      {Set({Rsa().Jwk(), key_pair}), "keys[1]: is not a public key"},
      {twice, "keys[2]: the kid 'ec' appears twice"},
      {Set({TokenSigner("", "P-384").Jwk()}), "keys[0].kid: is needed"},
      {Set({Point("P-384", 32, 1)}), "keys[0].x: and y must have 48 bytes"},
      {Set({Point("P-384", 48, 1)}), "keys[0].x: and y are no point of the curve"},
      {Set({Point("P-256", 32, 0)}), "keys[0].x: and y are no point of the curve"},
      {Set({R"({"kty":"EC","crv":"P-256","kid":"a","x":"A=","y":"AA"})"}),
       "keys[0].x: must be a number in base64url"},
      {Set({R"({"kty":"EC","crv":"P-256","kid":"a","x":1})"}), "keys[0].x: must be a number"},
      {Set({R"({"kty":"RSA","kid":"a","e":"AQAB"})"}), "keys[0].n: must be a number"},
      {Set({TokenSigner("a", "1024").Jwk()}), "keys[0].n: must have 2048 to 8192 bits"},
      {Set({base::Concat({R"({"kty":"RSA","kid":"a","e":"AQAB","n":")",
                          Base64Url(std::string(1025, '\xFF')), R"("})"})}),
       "keys[0].n: must have 2048 to 8192 bits"},
      {Set({base::Concat({R"({"kty":"RSA","kid":"a","e":"AQAB","n":")",
                          Base64Url(std::string(256, '\xFE')), R"("})"})}),
       "keys[0].n: and e are no RSA key"},
      {Set({base::Concat({R"({"kty":"RSA","kid":"a","e":"AA","n":")",
                          Base64Url(std::string(256, '\xFF')), R"("})"})}),
       "keys[0].n: and e are no RSA key"},
  };
  for (const BadSet& row : rows) {
    const auto keys = ReadKeySet(row.json);
    ASSERT_FALSE(keys.ok()) << row.json;
    EXPECT_EQ(FailureOf(keys.status()).reason, Reason::kUnprocessable);
    EXPECT_THAT(FailureOf(keys.status()).text, HasSubstr(row.text)) << row.json;
  }
}

}  // namespace
}  // namespace chemoterm::hooks
