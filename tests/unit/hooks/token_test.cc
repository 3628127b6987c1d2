// Which tokens are accepted. Each row is a token that differs from a good one in what its name
// says.
#include "hooks/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/token_checker.h"
#include "support/token_signer.h"

namespace chemoterm::hooks {
namespace {

using test::Base64Url;
using test::TokenSigner;
using testing::HasSubstr;

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::string_view kUrl = "https://tx.example.org/cds-services/order-check";
constexpr std::string_view kNoFriend = "not signed by a client that is known";

const TokenSigner& Ec() {
  static const TokenSigner signer("ec", "P-384");
  return signer;
}
const TokenSigner& SmallEc() {
  static const TokenSigner signer("small", "P-256");
  return signer;
}
const TokenSigner& Rsa() {
  static const TokenSigner signer("rsa", "2048");
  return signer;
}
// Its key is for RS256 alone.
const TokenSigner& Bound() {
  static const TokenSigner signer("bound", "2048");
  return signer;
}
const TokenSigner& Stranger() {
  static const TokenSigner signer("ec", "P-384");
  return signer;
}

std::vector<PublicKey> Keys(const std::vector<std::string>& jwks) {
  const auto keys = ReadKeySet(base::Concat({R"({"keys":[)", base::Join(jwks, ","), "]}"}));
  EXPECT_TRUE(keys.ok()) << keys.status();
  return keys.ok() ? *keys : std::vector<PublicKey>();
}

// Made once: the check of keys takes its time.
const std::vector<TokenIssuer>& Issuers() {
  static const std::vector<TokenIssuer> issuers = {
      {.issuer = "https://ehr.example",
       .keys = Keys({Ec().Jwk(), SmallEc().Jwk(), Rsa().Jwk(),
                     "{" + Bound().Members() + R"(,"alg":"RS256"})"}),
       .key_url = "https://ehr.example/jwks.json",
       .tenants = {}},
      {.issuer = "https://other.example",
       .keys = Keys({Stranger().Jwk()}),
       .key_url = {},
       .tenants = {"north", "south"}}};
  return issuers;
}

TokenRules Rules(std::size_t max_seen = 1000) {
  TokenRules rules;
  rules.max_seen = max_seen;
  rules.now = [] { return kNow; };
  return rules;
}

// The members of a header and of claims, to be changed.
std::string Header(std::string_view algorithm = "ES384", std::string_view key = "ec",
                   std::string_view more = R"("typ":"JWT")") {
  return base::Concat({R"({"alg":")", algorithm, R"(","kid":")", key, R"(",)", more, "}"});
}
constexpr std::string_view kWho = R"("iss":"https://ehr.example")";
constexpr std::string_view kFor = R"("aud":"https://tx.example.org/cds-services/order-check")";
constexpr std::string_view kId = R"("jti":"a")";
std::string Times(std::int64_t issued = -10, std::int64_t expires = 120) {
  return base::Concat(
      {R"("iat":)", base::ToText(kNow + issued), R"(,"exp":)", base::ToText(kNow + expires)});
}
std::string Claims(std::initializer_list<std::string_view> members) {
  return base::Concat({"{", base::Join(members, ","), "}"});
}
std::string Good() { return Claims({kWho, kFor, kId, Times()}); }

std::string Encoded(std::string_view header, std::string_view claims) {
  return base::Concat({Base64Url(header), ".", Base64Url(claims)});
}

struct Row {
  const char* name;
  std::string token;
  std::string_view text = {};  // of the refusal; empty: accepted
  std::string_view detail = {};
};

void Expect(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    TokenChecker checker(Issuers(), Rules());
    std::string detail;
    const absl::Status status = checker.Check(row.token, kUrl, &detail);
    EXPECT_EQ(status.ok(), row.text.empty()) << row.name << ": " << status;
    EXPECT_EQ(detail, row.detail) << row.name;
    if (status.ok()) continue;
    EXPECT_EQ(FailureOf(status).reason, Reason::kUnauthenticated) << row.name;
    EXPECT_THAT(FailureOf(status).text, HasSubstr(std::string(row.text))) << row.name;
  }
}

TEST(Tokens, AreAcceptedWhenAllIsRight) {
  const auto with = [](std::string_view member) {
    return Ec().Token(Header(), Claims({kWho, kFor, kId, Times(), member}));
  };
  const auto at = [](const std::string& times) {
    return Ec().Token(Header(), Claims({kWho, kFor, kId, times}));
  };
  const auto to = [](std::string_view audience) {
    return Ec().Token(Header(), Claims({kWho, audience, kId, Times()}));
  };
  Expect({
      {"ES384", Ec().Token(Header(), Good())},
      {"RS384", Rsa().Token(Header("RS384", "rsa"), Good())},
      {"ES256", SmallEc().Token(Header("ES256", "small"), Good(), 256)},
      {"RS256", Rsa().Token(Header("RS256", "rsa"), Good(), 256)},
      {"RS256 by a key for it", Bound().Token(Header("RS256", "bound"), Good(), 256)},
      {"typ in small letters", Ec().Token(Header("ES384", "ec", R"("typ":"jwt")"), Good())},
      {"the issuer's jku",
       Ec().Token(Header("ES384", "ec", R"("typ":"JWT","jku":"https://ehr.example/jwks.json")"),
                  Good())},
      {"aud as array",
       to(R"("aud":["https://x.example","https://tx.example.org/cds-services/order-check"])")},
      {"aud with a slash", to(R"("aud":"https://tx.example.org/cds-services/order-check/")")},
      {"a tenant where any may be", with(R"("tenant":"t")")},
      {"a tenant that is listed",
       Stranger().Token(Header(), Claims({R"("iss":"https://other.example","tenant":"south")", kFor,
                                          kId, Times()}))},
      {"nbf now", with(R"("nbf":1800000000)")},
      {"unknown claims", with(R"("sub":"x","scope":{"a":[1,null]})")},
      {"times with fractions", at(R"("iat":1799999990.25,"exp":1800000100.999)")},
      {"over within the leeway", at(Times(-300, -29))},
      {"issued ahead within the leeway", at(Times(30, 120))},
      {"as long as it may be", at(Times(0, 330))},
      {"an id of 200 bytes",
       Ec().Token(Header(),
                  Claims({kWho, kFor, R"("jti":")" + std::string(200, 'x') + '"', Times()}))},
  });
}

TEST(Tokens, AreRefusedForTheirSigner) {
  const std::string signed_text = Encoded(Header(), Good());
  std::string tampered = Ec().Sign(signed_text);
  tampered[50] = static_cast<char>(tampered[50] ^ 1);
  const std::string hmac = Encoded(Header("HS384", "ec"), Good());
  const std::string none = Encoded(Header("none", "ec"), Good());
  const auto with_signature = [&](const std::string& bytes) {
    return base::Concat({signed_text, ".", Base64Url(bytes)});
  };
  const auto jku = [](std::string_view url) {
    return base::Concat({R"("typ":"JWT","jku":")", url, R"(")"});
  };
  Expect({
      {"unknown issuer",
       Ec().Token(Header(), Claims({R"("iss":"https://nobody.example")", kFor, kId, Times()})),
       kNoFriend, "token: unknown issuer"},
      {"unknown kid", Ec().Token(Header("ES384", "ec2"), Good()), kNoFriend, "token: unknown key"},
      {"another issuer's key", Stranger().Token(Header(), Good()), kNoFriend,
       "token: wrong algorithm or signature"},
      {"wrong jku",
       Ec().Token(Header("ES384", "ec", jku("https://evil.example/jwks.json")), Good()), kNoFriend,
       "token: jku is not the issuer's"},
      {"a jku where none is known",
       Stranger().Token(
           Header("ES384", "ec", jku("https://ehr.example/jwks.json")),
           Claims({R"("iss":"https://other.example","tenant":"north")", kFor, kId, Times()})),
       kNoFriend, "token: jku is not the issuer's"},
      {"tampered signature", with_signature(tampered), kNoFriend,
       "token: wrong algorithm or signature"},
      {"tampered claims",
       base::Concat({Encoded(Header(), Claims({kWho, kFor, R"("jti":"b")", Times()})), ".",
                     Base64Url(Ec().Sign(signed_text))}),
       kNoFriend, "token: wrong algorithm or signature"},
      {"no signature", signed_text + ".", kNoFriend, "token: wrong algorithm or signature"},
      {"zeros as signature", with_signature(std::string(96, '\0')), kNoFriend,
       "token: wrong algorithm or signature"},
      {"a signature in DER", with_signature(Ec().Der(signed_text)), kNoFriend,
       "token: wrong algorithm or signature"},
      {"a signature with bytes behind it", with_signature(Ec().Sign(signed_text) + "x"), kNoFriend,
       "token: wrong algorithm or signature"},
      {"none", none + ".", kNoFriend, "token: wrong algorithm or signature"},
      {"none in capitals", Encoded(Header("NONE", "ec"), Good()) + ".", kNoFriend,
       "token: wrong algorithm or signature"},
      {"none with a good signature", base::Concat({none, ".", Base64Url(Ec().Sign(none))}),
       kNoFriend, "token: wrong algorithm or signature"},
      {"HS384 by the public key",
       base::Concat({hmac, ".", Base64Url(test::HmacSha384(Ec().Jwk(), hmac))}), kNoFriend,
       "token: wrong algorithm or signature"},
      {"ES384 by an RSA key", Rsa().Token(Header("ES384", "rsa"), Good()), kNoFriend,
       "token: wrong algorithm or signature"},
      {"RS384 by an EC key", Ec().Token(Header("RS384", "ec"), Good()), kNoFriend,
       "token: wrong algorithm or signature"},
      {"ES256 by a key for ES384", Ec().Token(Header("ES256", "ec"), Good(), 256), kNoFriend,
       "token: wrong algorithm or signature"},
      {"RS384 by a key for RS256 alone", Bound().Token(Header("RS384", "bound"), Good()), kNoFriend,
       "token: wrong algorithm or signature"},
      {"PS384", Rsa().Token(Header("PS384", "rsa"), Good()), kNoFriend,
       "token: wrong algorithm or signature"},
  });
}

TEST(Tokens, AreRefusedForTheirClaims) {
  const auto claims = [](std::initializer_list<std::string_view> members) {
    return Ec().Token(Header(), Claims(members));
  };
  const auto other = [](std::string_view member) {
    return Stranger().Token(
        Header(), Claims({R"("iss":"https://other.example")", member, kFor, kId, Times()}));
  };
  Expect({
      {"wrong aud", claims({kWho, R"("aud":"https://tx.example.org/cds-services")", kId, Times()}),
       "'aud' is not the URL called, https://tx.example.org/cds-services/order-check"},
      {"aud of another scheme",
       claims({kWho, R"("aud":"http://tx.example.org/cds-services/order-check")", kId, Times()}),
       "'aud' is not the URL"},
      {"aud as array without it", claims({kWho, R"("aud":["a",1,null,{}])", kId, Times()}),
       "'aud' is not the URL"},
      {"empty array as aud", claims({kWho, R"("aud":[])", kId, Times()}), "'aud' is not the URL"},
      {"expired", claims({kWho, kFor, kId, Times(-300, -30)}), "over, by its 'exp'"},
      {"too long", claims({kWho, kFor, kId, Times(0, 331)}), "'exp' is more than 300 seconds"},
      {"iat in the future", claims({kWho, kFor, kId, Times(31, 120)}), "'iat' is in the future"},
      {"nbf in the future", claims({kWho, kFor, kId, Times(), R"("nbf":1800000031)"}),
       "'nbf' is in the future"},
      {"no tenant where it matters", other(R"("x":1)"), "'tenant' may not call"},
      {"a tenant that is not listed", other(R"("tenant":"west")"), "'tenant' may not call"},
  });
}

TEST(Tokens, AreRefusedForTheirForm) {
  const auto header = [](std::string_view json) { return Ec().Token(json, Good()); };
  const auto claims = [](std::initializer_list<std::string_view> members) {
    return Ec().Token(Header(), Claims(members));
  };
  const std::string good = Ec().Token(Header(), Good());
  std::string padded = good + "=";
  Expect({
      {"empty", "", "not three parts"},
      {"two dots missing", "abc", "not three parts"},
      {"one dot missing", Encoded(Header(), Good()), "not three parts"},
      {"a dot too many", good + ".", "not three parts"},
      {"100 kB", std::string(100'000, 'A'), "longer than 8192 bytes"},
      {"padded", padded, "signature is not in base64url"},
      {"bytes above ASCII", "\x80\x81\x82\x83.e30.AAAA", "header is not a JSON object"},
      {"no JSON as header", header("x"), "header is not a JSON object"},
      {"an array as header", header("[]"), "header is not a JSON object"},
      {"alg twice", header(R"({"alg":"ES384","kid":"ec","typ":"JWT","alg":"none"})"),
       "header is not a JSON object"},
      {"alg escaped", header(R"({"\u0061lg":"ES384","kid":"ec","typ":"JWT"})"), "'alg'"},
      {"no alg", header(R"({"kid":"ec","typ":"JWT"})"), "needs 'alg'"},
      {"alg a number", header(R"({"alg":1,"kid":"ec","typ":"JWT"})"), "needs 'alg'"},
      {"no kid", header(R"({"alg":"ES384","typ":"JWT"})"), "needs 'kid'"},
      {"no typ", header(R"({"alg":"ES384","kid":"ec"})"), "needs 'typ'"},
      {"another typ", header(Header("ES384", "ec", R"("typ":"at+jwt")")), "'typ' is not JWT"},
      {"jku a number", header(Header("ES384", "ec", R"("typ":"JWT","jku":1)")), "needs 'jku'"},
      {"crit", header(Header("ES384", "ec", R"("typ":"JWT","crit":["b64"],"b64":false)")),
       "'crit'"},
      {"no JSON as claims", Ec().Token(Header(), "{"), "payload is not a JSON object"},
      {"too deep", Ec().Token(Header(), R"({"a":)" + std::string(500, '[')), "payload is not"},
      {"no iss", claims({kFor, kId, Times()}), "needs 'iss'"},
      {"no aud", claims({kWho, kId, Times()}), "needs 'aud'"},
      {"aud an object", claims({kWho, R"("aud":{})", kId, Times()}), "needs 'aud'"},
      {"no jti", claims({kWho, kFor, Times()}), "needs 'jti'"},
      {"jti empty", claims({kWho, kFor, R"("jti":"")", Times()}), "needs 'jti'"},
      {"jti null", claims({kWho, kFor, R"("jti":null)", Times()}), "needs 'jti'"},
      {"jti too long", claims({kWho, kFor, R"("jti":")" + std::string(201, 'x') + '"', Times()}),
       "longer than 200"},
      {"no exp", claims({kWho, kFor, kId, R"("iat":1799999990)"}), "needs 'exp'"},
      {"no iat", claims({kWho, kFor, kId, R"("exp":1800000100)"}), "needs 'iat'"},
      {"exp a text", claims({kWho, kFor, kId, R"("iat":1,"exp":"1800000100")"}), "needs 'exp'"},
      {"exp below zero", claims({kWho, kFor, kId, R"("iat":1,"exp":-1)"}), "needs 'exp'"},
      {"exp with an exponent", claims({kWho, kFor, kId, R"("iat":1,"exp":1.8e9)"}), "needs 'exp'"},
      {"exp beyond all numbers", claims({kWho, kFor, kId, R"("iat":1,"exp":9223372036854775807)"}),
       "needs 'exp'"},
      {"nbf a text", claims({kWho, kFor, kId, Times(), R"("nbf":"x")"}), "needs 'nbf'"},
      {"tenant an array", claims({kWho, kFor, kId, Times(), R"("tenant":["a"])"}),
       "needs 'tenant'"},
  });
}

std::string WithId(std::string_view id, std::int64_t expires = 120) {
  return Ec().Token(Header(), Claims({kWho, kFor, base::Concat({R"("jti":")", id, R"(")"}),
                                      Times(-10, expires)}));
}

Reason ReasonOf(const absl::Status& status) {
  return status.ok() ? Reason::kLast : FailureOf(status).reason;
}

TEST(TokenChecker, AcceptsAnIdOnceAnIssuer) {
  TokenChecker checker(Issuers(), Rules());
  std::string detail;
  EXPECT_TRUE(checker.Check(WithId("a"), kUrl, &detail).ok());
  const absl::Status again = checker.Check(WithId("a"), kUrl, &detail);
  EXPECT_EQ(ReasonOf(again), Reason::kUnauthenticated);
  EXPECT_THAT(FailureOf(again).text, HasSubstr("used before"));
  EXPECT_TRUE(checker.Check(WithId("b"), kUrl, &detail).ok());
  const std::string of_other = Stranger().Token(
      Header(), Claims({R"("iss":"https://other.example","tenant":"north")", kFor, kId, Times()}));
  EXPECT_TRUE(checker.Check(of_other, kUrl, &detail).ok());
}

TEST(TokenChecker, DoesNotRememberWhatItRefuses) {
  TokenChecker checker(Issuers(), Rules());
  std::string detail;
  EXPECT_FALSE(checker.Check(WithId("a"), "https://tx.example.org/cds-services", &detail).ok());
  EXPECT_TRUE(checker.Check(WithId("a"), kUrl, &detail).ok());
}

TEST(TokenChecker, RefusesRatherThanForgets) {
  std::int64_t now = kNow;
  TokenRules rules = Rules(2);
  rules.now = [&now] { return now; };
  TokenChecker checker(Issuers(), rules);
  std::string detail;
  EXPECT_TRUE(checker.Check(WithId("a", 60), kUrl, &detail).ok());
  EXPECT_TRUE(checker.Check(WithId("b", 120), kUrl, &detail).ok());
  EXPECT_EQ(ReasonOf(checker.Check(WithId("c", 120), kUrl, &detail)), Reason::kTooManyRequests);
  now = kNow + 60 + 29;  // within the leeway: a is still good, and so still known
  EXPECT_EQ(ReasonOf(checker.Check(WithId("a", 60), kUrl, &detail)), Reason::kUnauthenticated);
  EXPECT_EQ(ReasonOf(checker.Check(WithId("c", 120), kUrl, &detail)), Reason::kTooManyRequests);
  now = kNow + 60 + 30;
  EXPECT_TRUE(checker.Check(WithId("c", 120), kUrl, &detail).ok());
  EXPECT_EQ(ReasonOf(checker.Check(WithId("b", 120), kUrl, &detail)), Reason::kUnauthenticated);
}

TEST(TokenChecker, TakesOtherKeysAndKeepsWhatItSaw) {
  TokenChecker checker(Issuers(), Rules());
  std::string detail;
  EXPECT_TRUE(checker.Check(WithId("a"), kUrl, &detail).ok());
  checker.Replace({{.issuer = "https://ehr.example",
                    .keys = Keys({Stranger().Jwk()}),
                    .key_url = {},
                    .tenants = {}}});
  EXPECT_FALSE(checker.Check(WithId("b"), kUrl, &detail).ok());
  EXPECT_TRUE(checker
                  .Check(Stranger().Token(Header(), Claims({kWho, kFor, R"("jti":"b")", Times()})),
                         kUrl, &detail)
                  .ok());
  EXPECT_THAT(FailureOf(checker.Check(Stranger().Token(Header(), Good()), kUrl, &detail)).text,
              HasSubstr("used before"));
}

TEST(TokenChecker, AcceptsOneOfThoseThatComeAtOnce) {
  TokenChecker checker(Issuers(), Rules());
  std::vector<std::string> tokens;
  for (int i = 0; i < 10; ++i) tokens.push_back(WithId(base::ToText(i)));
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (const std::string& token : tokens) {
        std::string detail;
        if (checker.Check(token, kUrl, &detail).ok()) ++accepted;
        if (i == 0) checker.Replace(Issuers());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 10);
}

TEST(SeenTokens, KeepsNoMoreThanItsBound) {
  SeenTokens seen(100);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(seen.Add(base::ToText(i), 10 + i % 7, 0), SeenTokens::Found::kNew);
  }
  EXPECT_EQ(seen.Add("x", 20, 9), SeenTokens::Found::kFull);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(seen.Add(base::Concat({"new ", base::ToText(i)}), 30, 20), SeenTokens::Found::kNew);
  }
  EXPECT_EQ(seen.Add("x", 30, 20), SeenTokens::Found::kFull);
}

}  // namespace
}  // namespace chemoterm::hooks
