// CDS Hooks where tokens are wanted: what the door asks, of whom, and how it refuses. Which tokens
// are good is tested in tests/unit/hooks.
#include <future>
#include <optional>

#include "base/work_pool.h"
#include "gateway_fixture.h"
#include "support/token_signer.h"

namespace chemoterm::gateway {
namespace {

using test::TokenSigner;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kService = "/cds-services/order-check";
constexpr const char* kFeedback = "/cds-services/order-check/feedback";

const TokenSigner& Signer() {
  static const TokenSigner signer("ec", "P-384");
  return signer;
}

std::string Token(std::string_view path, std::string_view id) {
  return Signer().Token(R"({"alg":"ES384","kid":"ec","typ":"JWT"})",
                        base::Concat({R"({"iss":"https://ehr.example","aud":"https://tx.example/t)",
                                      path, R"(","iat":1000,"exp":1100,"jti":")", id, R"("})"}));
}

Headers Bearing(std::string token, Headers more = {}) {
  more.emplace_back("Authorization", "Bearer " + std::move(token));
  return more;
}

std::string SignCall(std::string_view orders = R"({"resourceType":"Bundle"})") {
  return base::Concat(
      {R"({"hook":"order-sign","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":)",
       R"({"userId":"Practitioner/1","patientId":"p","draftOrders":)", orders, "}}"});
}

class TokensTest : public testing::Test {
 protected:
  TokensTest() {
    const auto keys = hooks::ReadKeySet(base::Concat({R"({"keys":[)", Signer().Jwk(), "]}"}));
    EXPECT_TRUE(keys.ok()) << keys.status();
    hooks::TokenRules rules;
    rules.max_seen = 4;
    rules.now = [] { return std::int64_t{1050}; };
    tokens_.emplace(
        std::vector<hooks::TokenIssuer>{
            {.issuer = "https://ehr.example", .keys = *keys, .key_url = {}, .tenants = {}}},
        rules);
    options_.base_url = "https://tx.example/t";
    options_.tokens = &*tokens_;
    options_.cors_origins = {"https://ehr.example"};
    door_.emplace(options_);
  }

  HttpReply Send(const HttpRequest& request) const { return door_->Send(request); }
  FakeRequest PostJson(std::string target, std::string body, Headers headers = {}) const {
    return Post(std::move(target), std::move(body), "application/json", std::move(headers));
  }

  std::optional<hooks::TokenChecker> tokens_;
  GatewayOptions options_;
  std::optional<Door> door_;
};

void ExpectRefused(const HttpReply& reply, std::string_view challenge) {
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(HeaderOf(reply, "WWW-Authenticate"), challenge);
  EXPECT_EQ(HeaderOf(reply, "Cache-Control"), "no-store");
  EXPECT_THAT(reply.body, HasSubstr("OperationOutcome"));
  EXPECT_THAT(reply.body, HasSubstr("UNAUTHENTICATED"));
}

TEST_F(TokensTest, AreNeededForEveryCallOfHooks) {
  for (const FakeRequest& request :
       {Get("/cds-services"), FakeRequest("HEAD", "/cds-services"), PostJson(kService, SignCall()),
        PostJson(kFeedback, "{}"), PostJson("/cds-services/nothing", "{}"), Get(kService),
        PostJson(kService, "{"), Get("/cds-services/")}) {
    ExpectRefused(Send(request), "Bearer");
  }
  for (const char* authorization : {"Basic eDp5", "Bearer", "Bearer ", "x", "Bearer\tx"}) {
    ExpectRefused(Send(Get("/cds-services", {{"Authorization", authorization}})), "Bearer");
  }
  ExpectRefused(Send(Get("/cds-services", Bearing("x"))), R"(Bearer error="invalid_token")");
}

TEST_F(TokensTest, OpenOneCallOfTheirUrl) {
  EXPECT_EQ(Send(Get("/cds-services", Bearing(Token("/cds-services", "1")))).status, 200);
  EXPECT_EQ(Send(PostJson(kService, SignCall(), Bearing(Token(kService, "2")))).status, 200);
  EXPECT_EQ(
      Send(Get("/cds-services/", {{"authorization", "bearer  " + Token("/cds-services", "3")}}))
          .status,
      200);
  ExpectRefused(Send(PostJson(kFeedback, "{}", Bearing(Token(kService, "4")))),
                R"(Bearer error="invalid_token")");
  ExpectRefused(Send(PostJson(kService, SignCall(), Bearing(Token(kService, "2")))),
                R"(Bearer error="invalid_token")");
  // A good token is used up by a call that is refused for another reason.
  EXPECT_EQ(Send(PostJson(kFeedback, "{}", Bearing(Token(kFeedback, "4")))).status, 400);
  const HttpReply full = Send(Get("/cds-services", Bearing(Token("/cds-services", "5"))));
  EXPECT_EQ(full.status, 429);
  EXPECT_EQ(HeaderOf(full, "Retry-After"), "1");
}

TEST_F(TokensTest, AreNotAskedForByOtherPathsNorAPreflight) {
  EXPECT_EQ(Send(Get(kLookup)).status, 200);
  EXPECT_EQ(Send(Get("/healthz")).status, 200);
  const HttpReply preflight = Send(
      FakeRequest{"OPTIONS",
                  kService,
                  {{"Origin", "https://ehr.example"}, {"Access-Control-Request-Method", "POST"}}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Origin"), "https://ehr.example");
  const HttpReply refused = Send(Get("/cds-services", {{"Origin", "https://ehr.example"}}));
  EXPECT_EQ(HeaderOf(refused, "Access-Control-Allow-Origin"), "https://ehr.example");
}

TEST_F(TokensTest, AreToldOfInTheLogAlone) {
  const std::string token = Signer().Token(R"({"alg":"ES384","kid":"k","typ":"JWT"})",
                                           R"({"iss":"https://ehr.example","aud":"a","iat":1,)"
                                           R"("exp":2,"jti":"j"})");
  const HttpReply reply = Send(Get("/cds-services", Bearing(token)));
  EXPECT_THAT(reply.body, Not(HasSubstr("key")));
  ASSERT_EQ(door_->seen().size(), 1U);
  EXPECT_EQ(door_->seen()[0].reason, "UNAUTHENTICATED");
  EXPECT_EQ(door_->seen()[0].operation, "cds-hooks");
  EXPECT_EQ(door_->seen()[0].detail, "token: unknown key");
}

// A request that can wait, and then is begun anew.
class PatientRequest final : public HttpRequest {
 public:
  explicit PatientRequest(FakeRequest inner) : inner_(std::move(inner)) {}
  std::string_view method() const override { return inner_.method(); }
  std::string_view target() const override { return inner_.target(); }
  std::string_view body() const override { return inner_.body(); }
  std::string_view header(std::string_view name) const override { return inner_.header(name); }
  HttpAnswer Defer() const override {
    return [this](HttpReply reply) { reply_.set_value(std::move(reply)); };
  }
  HttpReply Answer() { return reply_.get_future().get(); }

 private:
  FakeRequest inner_;
  mutable std::promise<HttpReply> reply_;
};

TEST_F(TokensTest, AreUsedOnceByACallThatNeedsMoreThanASlice) {
  base::WorkPool pool(1, 10);
  options_.pool = &pool;
  options_.slice_steps = 1;
  const Door door(options_);
  const std::string orders =
      R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"ServiceRequest","id":"a",)"
      R"("code":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"96413"}]}}}]})";
  PatientRequest request(PostJson(kService, SignCall(orders), Bearing(Token(kService, "1"))));
  door.Send(request);
  EXPECT_EQ(request.Answer().status, 200);
  PatientRequest large(
      PostJson(kService, SignCall() + std::string(100'000, ' '), Bearing(Token(kService, "2"))));
  door.Send(large);
  EXPECT_EQ(large.Answer().status, 200);
  PatientRequest again(
      PostJson(kService, SignCall() + std::string(100'000, ' '), Bearing(Token(kService, "2"))));
  door.Send(again);
  EXPECT_EQ(again.Answer().status, 401);
}

}  // namespace
}  // namespace chemoterm::gateway
