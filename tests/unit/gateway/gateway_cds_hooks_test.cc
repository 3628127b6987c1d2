// CDS Hooks through the door: routes, types, statuses, CORS. What the cards say is tested in
// tests/unit/hooks.
#include "gateway_fixture.h"
#include "hooks/hooks.h"

namespace chemoterm::gateway {
namespace {

using testing::HasSubstr;

constexpr const char* kService = "/cds-services/order-check";
constexpr const char* kFeedback = "/cds-services/order-check/feedback";

std::string Call() {
  return R"({"hook":"order-sign","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":)"
         R"({"userId":"Practitioner/1","patientId":"p","draftOrders":{"resourceType":"Bundle"}}})";
}
std::string Feedback() {
  return R"({"feedback":[{"card":"c","outcome":"overridden",)"
         R"("outcomeTimestamp":"2026-11-22T10:00:00Z"}]})";
}
FakeRequest PostJson(std::string target, std::string body, Headers headers = {}) {
  return Post(std::move(target), std::move(body), "application/json", std::move(headers));
}

TEST(CdsHooks, AnswerInPlainJsonThatIsNotKept) {
  const Door door;
  const HttpReply discovery = door.Send(Get("/cds-services"));
  EXPECT_EQ(discovery.body, hooks::Discovery());
  const HttpReply cards = door.Send(PostJson(kService, Call()));
  EXPECT_EQ(cards.body, R"({"cards":[]})");
  const HttpReply feedback = door.Send(PostJson(kFeedback, Feedback()));
  EXPECT_EQ(feedback.body, "{}");
  for (const HttpReply* reply : {&discovery, &cards, &feedback}) {
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->content_type, "application/json; charset=utf-8");
    EXPECT_EQ(HeaderOf(*reply, "ETag"), "");
    EXPECT_EQ(HeaderOf(*reply, "Cache-Control"), "no-cache");
  }
  EXPECT_EQ(door.Send(FakeRequest{"HEAD", "/cds-services"}).status, 200);
}

struct StatusCase {
  FakeRequest request;
  int status;
  const char* reason;
};

TEST(CdsHooks, RefuseWithAnOutcome) {
  const std::vector<StatusCase> rows = {
      {PostJson(kService, "{"), 400, "MALFORMED_BODY"},
      {PostJson(kService, ""), 400, "MALFORMED_BODY"},
      {PostJson(kService, "{}"), 400, "MISSING_PARAMETER"},
      {PostJson(kFeedback, "{}"), 400, "MISSING_PARAMETER"},
      {PostJson("/cds-services/nothing", Call()), 404, "UNKNOWN_RESOURCE"},
      {PostJson("/cds-services/nothing/feedback", Feedback()), 404, "UNKNOWN_RESOURCE"},
      {Get("/cds-services/nothing"), 404, "UNKNOWN_RESOURCE"},
      {Get(kService), 405, "METHOD_NOT_ALLOWED"},
      {Get(kFeedback), 405, "METHOD_NOT_ALLOWED"},
      {PostJson("/cds-services", Call()), 405, "METHOD_NOT_ALLOWED"},
      {Get("/cds-services", {{"Accept", "text/html"}}), 406, "NOT_ACCEPTABLE"},
      {Get("/cds-services", {{"Accept", "application/json;q=0"}}), 406, "NOT_ACCEPTABLE"},
      {PostJson(kService, Call(), {{"Accept", "application/fhir+json"}}), 406, "NOT_ACCEPTABLE"},
      {Post(kService, Call(), ""), 415, "UNSUPPORTED_MEDIA_TYPE"},
      {Post(kService, Call(), "application/fhir+json"), 415, "UNSUPPORTED_MEDIA_TYPE"},
      {Post(kFeedback, Feedback(), "text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE"},
      {PostJson(kService, Call(), {{"Content-Encoding", "gzip"}}), 415, "UNSUPPORTED_MEDIA_TYPE"},
      {PostJson(kService,
                R"({"hook":"order-sign","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
                R"("context":{"userId":"u","patientId":"p","draftOrders":{}}})"),
       422, "UNPROCESSABLE"}};
  for (const StatusCase& row : rows) {
    const Door door;
    const HttpReply reply = door.Send(row.request);
    EXPECT_EQ(reply.status, row.status) << row.request.target() << reply.body;
    EXPECT_THAT(reply.body, HasSubstr("OperationOutcome"));
    ASSERT_EQ(door.seen().size(), 1U);
    EXPECT_EQ(door.seen()[0].reason, row.reason) << row.request.target();
    EXPECT_EQ(door.seen()[0].operation, "cds-hooks");
  }
}

TEST(CdsHooks, TakeWhatNamesJsonAmongOthers) {
  const Door door;
  for (const char* accept :
       {"application/json", "*/*", "application/*", "text/html, application/json;q=0.5",
        "Application/JSON;charset=utf-8"}) {
    EXPECT_EQ(door.Send(Get("/cds-services", {{"Accept", accept}})).status, 200) << accept;
  }
  EXPECT_EQ(door.Send(Post(kService, Call(), "application/json; charset=UTF-8")).status, 200);
}

TEST(CdsHooks, MayBeCalledByWebPagesOfConfiguredOrigins) {
  const Door door(With([](auto& o) { o.cors_origins = {"https://ehr.example"}; }));
  for (const auto& [target, method, allow] :
       {std::tuple("/cds-services", "GET", "GET, HEAD, OPTIONS"),
        std::tuple(kService, "POST", "POST, OPTIONS"),
        std::tuple(kFeedback, "POST", "POST, OPTIONS")}) {
    const HttpReply preflight =
        door.Send(FakeRequest{"OPTIONS",
                              target,
                              {{"Origin", "https://ehr.example"},
                               {"Access-Control-Request-Method", method},
                               {"Access-Control-Request-Headers", "authorization, content-type"}}});
    EXPECT_EQ(preflight.status, 204);
    EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Origin"), "https://ehr.example");
    EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Methods"), allow);
    EXPECT_THAT(HeaderOf(preflight, "Access-Control-Allow-Headers"), HasSubstr("Authorization"));
    EXPECT_THAT(HeaderOf(preflight, "Access-Control-Allow-Headers"), HasSubstr("Content-Type"));
  }
  const HttpReply cards =
      door.Send(PostJson(kService, Call(), {{"Origin", "https://ehr.example"}}));
  EXPECT_EQ(HeaderOf(cards, "Access-Control-Allow-Origin"), "https://ehr.example");
  EXPECT_EQ(HeaderOf(door.Send(PostJson(kService, Call(), {{"Origin", "https://other.example"}})),
                     "Access-Control-Allow-Origin"),
            "");
}

TEST(CdsHooks, WaitUntilTheServiceIsReady) {
  const Door door({}, false);
  EXPECT_EQ(door.Send(Get("/cds-services")).status, 503);
  EXPECT_EQ(door.Send(PostJson(kService, Call())).status, 503);
}

TEST(CdsHooks, AreNotReachedByABatch) {
  const Door door;
  const HttpReply reply =
      door.Send(Post("/r4", R"({"resourceType":"Bundle","type":"batch","entry":[{"request":)"
                            R"({"method":"GET","url":"cds-services"}}]})"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("404"));
}

}  // namespace
}  // namespace chemoterm::gateway
