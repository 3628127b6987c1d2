// Answers that are given again: the same as the first time, and never beyond the content, the
// representation or the readiness they were made for.
#include "unit/gateway/gateway_fixture.h"
#include "unit/load/content_dir.h"

namespace chemoterm::gateway {
namespace {

using testing::HasSubstr;
using testing::Ne;

TEST(KeptAnswers, AreTheSameAsTheFirst) {
  Door door;
  for (const std::string& target :
       {kLookup, kLookup + "&property=*", kLookup + "&_pretty=true",
        std::string("/r5/CodeSystem/$validate-code?url=http://www.ama-assn.org/go/cpt&code=99213"),
        std::string("/fhir/CodeSystem/$search-codes?text=chemo")}) {
    const HttpReply first = door.Send(Get(target));
    const HttpReply second = door.Send(Get(target));
    EXPECT_EQ(first.status, 200) << target << first.body;
    EXPECT_EQ(second.status, 200);
    EXPECT_EQ(second.body, first.body);
    EXPECT_EQ(second.content_type, first.content_type);
    for (const char* name : {"ETag", "Vary", "Cache-Control", "X-Content-Type-Options"}) {
      EXPECT_EQ(HeaderOf(second, name), HeaderOf(first, name));
    }
    EXPECT_NE(HeaderOf(second, "X-Request-Id"), HeaderOf(first, "X-Request-Id"));
    const auto& seen = door.seen();
    EXPECT_EQ(seen.back().operation, seen[seen.size() - 2].operation);
    EXPECT_EQ(seen.back().reason, "OK");
    EXPECT_EQ(seen.back().response_bytes, static_cast<std::int64_t>(first.body.size()));
  }
}

TEST(KeptAnswers, AreNotGivenToARequestThatDiffers) {
  Door door;
  const HttpReply first = door.Send(Get(kLookup));
  EXPECT_THAT(door.Send(Get(kLookup, {{"Accept-Language", "es"}})).body, Ne(first.body));
  EXPECT_EQ(door.Send(Get(kLookup, {{"Accept", "text/html"}})).status, 406);
  EXPECT_EQ(door.Send(Get(kLookup, {{"Accept", "application/json"}})).content_type,
            "application/json; charset=utf-8");
  EXPECT_EQ(door.Send(Get(kLookup + "&unheard-of=1", {{"Prefer", "handling=lenient"}})).status,
            200);
  EXPECT_EQ(door.Send(Get(kLookup + "&unheard-of=1", {{"Prefer", "handling=strict"}})).status, 400);
  EXPECT_EQ(door.Send(FakeRequest("DELETE", kLookup)).status, 405);
}

TEST(KeptAnswers, HeedConditionsAndOrigins) {
  Door door(With([](GatewayOptions& o) { o.cors_origins = {"https://ehr.example"}; }));
  const HttpReply first = door.Send(Get(kLookup));
  const std::string tag = HeaderOf(first, "ETag");
  const HttpReply held = door.Send(Get(kLookup, {{"If-None-Match", tag}}));
  EXPECT_EQ(held.status, 304);
  EXPECT_EQ(held.body, "");
  EXPECT_EQ(HeaderOf(held, "ETag"), tag);
  EXPECT_EQ(door.Send(Get(kLookup, {{"If-None-Match", "\"other\""}})).status, 200);
  EXPECT_EQ(HeaderOf(first, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(HeaderOf(door.Send(Get(kLookup, {{"Origin", "https://ehr.example"}})),
                     "Access-Control-Allow-Origin"),
            "https://ehr.example");
  EXPECT_EQ(door.Send(FakeRequest("HEAD", kLookup)).status, 200);
}

TEST(KeptAnswers, ErrorsAreMadeAnew) {
  Door door;
  const std::string target = "/r4/CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code=1";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(door.Send(Get(target)).status, 404);
  EXPECT_EQ(door.seen().back().reason, "UNKNOWN_CODE");
}

TEST(KeptAnswers, EndWithTheContent) {
  load::ContentDir dir;
  dir.Write();
  EngineOptions options;
  options.content_dir = dir.path();
  auto engine = Engine::Open(std::move(options));
  ASSERT_TRUE(engine.ok()) << engine.status();
  bool ready = true;
  const Gateway gateway(**engine, {}, nullptr, [&ready] { return ready; });
  const FakeRequest request = Get("/r4/CodeSystem/$lookup?system=http://codes.example/a&code=A1");
  for (int i = 0; i < 2; ++i) EXPECT_THAT(gateway.Handle(request).body, HasSubstr("First"));
  ASSERT_TRUE(dir.Replace("a.json", "First", "Newly named"));
  dir.Write();
  EXPECT_THAT(gateway.Handle(request).body, HasSubstr("First"));
  ASSERT_TRUE((*engine)->Reload().ok());
  for (int i = 0; i < 2; ++i) EXPECT_THAT(gateway.Handle(request).body, HasSubstr("Newly named"));
  ready = false;
  EXPECT_EQ(gateway.Handle(request).status, 503);
}

}  // namespace
}  // namespace chemoterm::gateway
