// What goes with an answer: identity, validators, CORS, shape, records; and the batch.
#include <algorithm>

#include "gateway/admin.h"
#include "gateway_fixture.h"

namespace chemoterm::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Identity, EchoesACleanRequestIdAndReplacesAnother) {
  const Door door;
  EXPECT_EQ(HeaderOf(door.Send(Get(kLookup, {{"X-Request-Id", "txTests:a/b-1"}})), "X-Request-Id"),
            "txTests:a/b-1");
  for (const std::string& bad : {std::string("a b"), std::string("a\nb"), std::string("a\"b"),
                                 std::string(65, 'a'), std::string("\xff")}) {
    const std::string id =
        HeaderOf(door.Send(Get(kLookup, {{"X-Request-Id", bad}})), "X-Request-Id");
    EXPECT_NE(id, bad);
    EXPECT_EQ(id.size(), 16U);
  }
}

TEST(Identity, KeepsTheTraceAndMakesASpan) {
  const Door door;
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const HttpReply reply =
      door.Send(Get(kLookup, {{"traceparent", "00-" + trace + "-b7ad6b7169203331-01"}}));
  EXPECT_THAT(HeaderOf(reply, "traceparent"), HasSubstr(trace));
  EXPECT_THAT(HeaderOf(reply, "traceparent"), Not(HasSubstr("b7ad6b7169203331")));
  EXPECT_EQ(door.seen()[0].trace_id, trace);
}

struct RecordCase {
  FakeRequest request;
  const char* operation;
  const char* version;
  const char* reason;
};

TEST(Record, HasLabelsOfTheTables) {
  const std::vector<RecordCase> rows = {
      {Get(kLookup), "lookup", "r4", "OK"},
      {Get("/r5/CodeSystem/$validate-code?url=http://www.ama-assn.org/go/cpt&code=1"),
       "validate-code", "r5", "OK"},
      {Get("/r4/CodeSystem/cpt"), "read", "r4", "OK"},
      {Get("/r4/CodeSystem"), "search", "r4", "OK"},
      {Get("/fhir/metadata"), "metadata", "r4", "OK"},
      {Get("/r4/$versions"), "versions", "r4", "OK"},
      {Post("/r4", "{}"), "batch", "r4", "MALFORMED_BODY"},
      {Get("/healthz"), "other", "", "OK"},
      {Get("/nothing"), "other", "", "UNKNOWN_ROUTE"},
      {Get("/cds-services"), "cds-hooks", "", "OK"},
      {Post("/cds-services/order-check", "{", "application/json"), "cds-hooks", "",
       "MALFORMED_BODY"},
      {Get("/r4/CodeSystem/$explode"), "other", "r4", "UNKNOWN_ROUTE"},
      {Get("/r4/CodeSystem/$lookup?code=1"), "lookup", "r4", "MISSING_PARAMETER"},
      {Get("/r4/metadata", {{"Accept", "text/html"}}), "metadata", "r4", "NOT_ACCEPTABLE"}};
  for (const RecordCase& want : rows) {
    const Door door;
    const HttpReply reply = door.Send(want.request);
    ASSERT_EQ(door.seen().size(), 1U);
    const Seen& seen = door.seen()[0];
    EXPECT_EQ(seen.operation, want.operation) << want.request.target();
    EXPECT_EQ(seen.version, want.version) << want.request.target();
    EXPECT_EQ(seen.reason, want.reason) << want.request.target();
    EXPECT_EQ(seen.status, reply.status);
    EXPECT_EQ(seen.response_bytes, static_cast<std::int64_t>(reply.body.size()));
    EXPECT_EQ(seen.request_bytes, static_cast<std::int64_t>(want.request.body().size()));
    EXPECT_EQ(seen.digest, *SharedEngine().Digest());
    EXPECT_EQ(seen.detail, "");
  }
}

TEST(Headers, GuardEveryAnswer) {
  const Door door;
  const HttpReply good = door.Send(Get(kLookup));
  EXPECT_EQ(HeaderOf(good, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(HeaderOf(good, "Cache-Control"), "no-cache");
  EXPECT_EQ(good.content_type, "application/fhir+json; charset=utf-8");
  EXPECT_EQ(HeaderOf(door.Send(Get("/nothing")), "X-Content-Type-Options"), "nosniff");
}

TEST(Headers, AnswerInTheTypeAsked) {
  const Door door;
  EXPECT_EQ(door.Send(Get(kLookup, {{"Accept", "application/json"}})).content_type,
            "application/json; charset=utf-8");
  EXPECT_EQ(
      door.Send(Get(kLookup, {{"Accept", "application/fhir+json; fhirVersion=4.0"}})).content_type,
      "application/fhir+json; fhirVersion=4.0; charset=utf-8");
  // Also an error, once it is known.
  EXPECT_EQ(door.Send(Get("/r4/CodeSystem/nothing", {{"Accept", "application/json"}})).content_type,
            "application/json; charset=utf-8");
}

TEST(Headers, AllowNamesTheMethodsOfThePath) {
  const Door door;
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"/r4", "POST, OPTIONS"},
      {"/r4/metadata", "GET, HEAD, OPTIONS"},
      {"/r4/CodeSystem", "GET, HEAD, OPTIONS"},
      {"/r4/CodeSystem/cpt", "GET, HEAD, OPTIONS"},
      {"/r4/CodeSystem/_search", "POST, OPTIONS"},
      {"/r4/CodeSystem/$lookup", "GET, HEAD, POST, OPTIONS"},
      {"/r4/$versions", "GET, HEAD, POST, OPTIONS"},
      {"/cds-services", "GET, HEAD, OPTIONS"},
      {"/cds-services/order-check", "POST, OPTIONS"},
      {"/cds-services/order-check/feedback", "POST, OPTIONS"},
      {"/healthz", "GET, HEAD, OPTIONS"}};
  for (const auto& [target, allow] : rows) {
    EXPECT_EQ(HeaderOf(door.Send(FakeRequest{"DELETE", target}), "Allow"), allow) << target;
    EXPECT_EQ(HeaderOf(door.Send(FakeRequest{"OPTIONS", target}), "Allow"), allow) << target;
  }
  EXPECT_EQ(HeaderOf(door.Send(Get("/r4/CodeSystem/$lookup?coding=a")), "Allow"), "POST, OPTIONS");
}

TEST(Validators, AnswerToAHeldTagIs304) {
  const Door door;
  for (const std::string& target :
       {std::string("/r4/CodeSystem/cpt"), kLookup, std::string("/r4/CodeSystem?name=c"),
        std::string("/r4/metadata"), std::string("/r4/$versions"),
        std::string("/r4/OperationDefinition/CodeSystem-related-codes")}) {
    const HttpReply first = door.Send(Get(target));
    const std::string tag = HeaderOf(first, "ETag");
    ASSERT_TRUE(tag.starts_with("W/\"")) << target << " " << first.body;
    for (const std::string& condition : {tag, tag.substr(2), "\"x\", " + tag, std::string("*")}) {
      const HttpReply again = door.Send(Get(target + "", {{"If-None-Match", condition}}));
      EXPECT_EQ(again.status, 304) << target << " " << condition;
      EXPECT_EQ(again.body, "");
      EXPECT_EQ(HeaderOf(again, "ETag"), tag);
    }
    EXPECT_EQ(door.Send(Get(target, {{"If-None-Match", "W/\"old\""}})).status, 200) << target;
    EXPECT_EQ(door.Send(FakeRequest{"HEAD", target, {{"If-None-Match", tag}}}).status, 304)
        << target;
  }
}

TEST(Validators, TagsDifferByLanguageTypeAndTarget) {
  const Door door;
  const std::string tag = HeaderOf(door.Send(Get(kLookup)), "ETag");
  EXPECT_EQ(tag, HeaderOf(door.Send(Get(kLookup)), "ETag"));
  EXPECT_NE(tag, HeaderOf(door.Send(Get(kLookup, {{"Accept-Language", "de"}})), "ETag"));
  EXPECT_NE(tag, HeaderOf(door.Send(Get(kLookup, {{"Accept", "application/json"}})), "ETag"));
  EXPECT_NE(tag, HeaderOf(door.Send(Get(kLookup + "&_pretty=true")), "ETag"));
  EXPECT_EQ(HeaderOf(door.Send(Get(kLookup)), "Vary"), "Accept, Accept-Language");
}

TEST(Validators, NoneForErrorsAndPosts) {
  const Door door;
  EXPECT_EQ(HeaderOf(door.Send(Get("/r4/CodeSystem/nothing")), "ETag"), "");
  EXPECT_EQ(HeaderOf(door.Send(Get("/r4/CodeSystem/$lookup?code=1")), "ETag"), "");
  EXPECT_EQ(HeaderOf(door.Send(Post("/r4/CodeSystem/$lookup", LookupBody())), "ETag"), "");
  // A condition does not hide an error.
  EXPECT_EQ(door.Send(Get("/r4/CodeSystem/nothing", {{"If-None-Match", "*"}})).status, 404);
  EXPECT_EQ(door.Send(Get("/r4/CodeSystem/$lookup?code=1", {{"If-None-Match", "*"}})).status, 400);
}

TEST(Validators, IfModifiedSinceHoldsForReadsOnly) {
  const Door door;
  const std::string modified = HeaderOf(door.Send(Get("/r4/CodeSystem/cpt")), "Last-Modified");
  ASSERT_EQ(modified.size(), 29U) << modified;
  EXPECT_EQ(door.Send(Get("/r4/CodeSystem/cpt", {{"If-Modified-Since", modified}})).status, 304);
  EXPECT_EQ(
      door.Send(Get("/r4/CodeSystem/cpt", {{"If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"}}))
          .status,
      200);
  EXPECT_EQ(door.Send(Get("/r4/CodeSystem/cpt", {{"If-Modified-Since", "yesterday"}})).status, 200);
  EXPECT_EQ(door.Send(Get("/r4/CodeSystem/cpt",
                          {{"If-None-Match", "W/\"old\""}, {"If-Modified-Since", modified}}))
                .status,
            200);
  EXPECT_EQ(door.Send(Get(kLookup, {{"If-Modified-Since", modified}})).status, 200);
}

TEST(Cors, NothingUnlessConfigured) {
  const Door door;
  const HttpReply reply = door.Send(Get(kLookup, {{"Origin", "https://app.example"}}));
  EXPECT_EQ(HeaderOf(reply, "Access-Control-Allow-Origin"), "");
}

TEST(Cors, ConfiguredOriginsMayReadAndAsk) {
  const Door door(With([](auto& o) { o.cors_origins = {"https://app.example"}; }));
  const HttpReply reply = door.Send(Get(kLookup, {{"Origin", "https://app.example"}}));
  EXPECT_EQ(HeaderOf(reply, "Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_THAT(HeaderOf(reply, "Access-Control-Expose-Headers"), HasSubstr("ETag"));
  EXPECT_THAT(HeaderOf(reply, "Vary"), HasSubstr("Origin"));
  // An error may be read too.
  EXPECT_EQ(HeaderOf(door.Send(Get("/r4/nothing", {{"Origin", "https://app.example"}})),
                     "Access-Control-Allow-Origin"),
            "https://app.example");

  const HttpReply preflight =
      door.Send(FakeRequest{"OPTIONS",
                            "/r4/CodeSystem/$lookup",
                            {{"Origin", "https://app.example"},
                             {"Access-Control-Request-Method", "POST"},
                             {"Access-Control-Request-Headers", "content-type"}}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Methods"), "GET, HEAD, POST, OPTIONS");
  EXPECT_THAT(HeaderOf(preflight, "Access-Control-Allow-Headers"), HasSubstr("Content-Type"));

  for (const char* other :
       {"https://evil.example", "https://app.example.evil", "null", "HTTPS://APP.EXAMPLE"}) {
    const HttpReply refused =
        door.Send(FakeRequest{"OPTIONS",
                              "/r4/CodeSystem/$lookup",
                              {{"Origin", other}, {"Access-Control-Request-Method", "POST"}}});
    EXPECT_EQ(HeaderOf(refused, "Access-Control-Allow-Origin"), "") << other;
    EXPECT_EQ(HeaderOf(refused, "Access-Control-Allow-Methods"), "") << other;
  }
}

TEST(Cors, AnyOriginIsAStar) {
  const Door door(With([](auto& o) { o.cors_origins = {"*"}; }));
  const HttpReply reply = door.Send(Get(kLookup, {{"Origin", "https://any.example"}}));
  EXPECT_EQ(HeaderOf(reply, "Access-Control-Allow-Origin"), "*");
  EXPECT_THAT(HeaderOf(reply, "Vary"), Not(HasSubstr("Origin")));
}

TEST(Shape, PrettyHasLines) {
  const Door door;
  EXPECT_THAT(door.Send(Get(kLookup + "&_pretty=true")).body, HasSubstr("{\n  \"resourceType\""));
  EXPECT_THAT(door.Send(Get(kLookup + "&_pretty=false")).body, Not(HasSubstr("\n")));
  EXPECT_THAT(door.Send(Get("/r4/CodeSystem/nothing?_pretty=true")).body, HasSubstr("{\n"));
}

TEST(Search, LinksLeadThroughAllPages) {
  const Door door(With([](auto& o) { o.base_url = "https://tx.example"; }));
  std::string target = "/r4/CodeSystem?_count=1";
  std::vector<std::string> ids;
  while (!target.empty() && ids.size() < 100) {
    const std::string body = door.Send(Get(target)).body;
    const auto full = body.find("\"fullUrl\":\"https://tx.example/r4/CodeSystem/");
    ASSERT_NE(full, std::string::npos) << body;
    ids.push_back(body.substr(full, 80));
    const std::string mark = "\"relation\":\"next\",\"url\":\"https://tx.example";
    const auto next = body.find(mark);
    target.clear();
    if (next == std::string::npos) continue;
    const auto start = next + mark.size();
    target = body.substr(start, body.find('"', start) - start);
  }
  auto sorted = ids;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
  EXPECT_THAT(door.Send(Get("/r4/CodeSystem?_summary=count")).body,
              HasSubstr("\"total\":" + std::to_string(ids.size())));
}

TEST(Search, SelfLinkHoldsWhatWasUnderstood) {
  const Door door(With([](auto& o) { o.base_url = "https://tx.example"; }));
  const std::string body =
      door
          .Send(Get(
              "/r5/CodeSystem?colour=red&name:contains=C%20P&url=http://a|1,b&_count=3&_offset=2"))
          .body;
  EXPECT_THAT(body, HasSubstr("https://tx.example/r5/CodeSystem?name:contains=C%20P&url=http://"
                              "a%7C1,b&_count=3&_offset=2\""));
  EXPECT_THAT(body, Not(HasSubstr("colour")));
}

TEST(Search, ByPostLinksAsByGet) {
  const Door door;
  const HttpReply posted =
      door.Send(Post("/r4/CodeSystem/_search?_count=2", "name=c",
                     "application/x-www-form-urlencoded", {{"Host", "tx.example:8080"}}));
  EXPECT_THAT(posted.body, HasSubstr("http://tx.example:8080/r4/CodeSystem?name=c&_count=2\""));
}

TEST(Search, HostIsNotEchoedUnlessClean) {
  const Door door;
  for (const char* host : {"evil/\"><script>", "a b", "user@host", ""}) {
    const HttpReply reply = door.Send(Get("/r4/CodeSystem?_count=1", {{"Host", host}}));
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.body, HasSubstr("\"url\":\"/r4/CodeSystem?_count=1\"")) << host;
  }
}

TEST(Search, CountIsLimited) {
  const Door door(With([](auto& o) { o.max_page = 1; }));
  const std::string body = door.Send(Get("/r4/CodeSystem?_count=1000")).body;
  EXPECT_EQ(body.find("fullUrl"), body.rfind("fullUrl")) << body;
}

TEST(Search, TotalCanBeLeftOut) {
  const Door door;
  EXPECT_THAT(door.Send(Get("/r4/CodeSystem?_total=none&_count=1")).body,
              Not(HasSubstr("\"total\"")));
}

std::string BatchOf(const std::string& entries) {
  return R"({"resourceType":"Bundle","type":"batch","entry":[)" + entries + "]}";
}
std::string GetEntry(const std::string& url, const std::string& more = "") {
  return R"({"request":{"method":"GET","url":")" + url + "\"" + more + "}}";
}

TEST(Batch, AnswersEachEntryInOrder) {
  const Door door;
  const std::string entries =
      GetEntry("CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code=96413") + "," +
      R"({"resource":)" + LookupBody("96415") +
      R"(,"request":{"method":"POST","url":"CodeSystem/$lookup"}},)" +
      GetEntry("CodeSystem/cpt?_summary=true") + "," + GetEntry("CodeSystem/nothing") + "," +
      GetEntry("metadata?_format=xml") + "," +
      R"({"request":{"method":"DELETE","url":"CodeSystem/cpt"}},)" +
      R"({"request":{"method":"POST","url":""}},)" + GetEntry("http://elsewhere/CodeSystem/cpt") +
      ",{}";
  const HttpReply reply = door.Send(Post("/r4", BatchOf(entries)));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr(R"("type":"batch-response")"));
  std::vector<std::string> statuses;
  const std::string mark = "\"status\":\"";
  // Only response.status starts with three digits.
  for (auto at = reply.body.find(mark); at != std::string::npos;
       at = reply.body.find(mark, at + 1)) {
    const std::string text = reply.body.substr(at + mark.size(), 3);
    if (base::IsDigit(text[0])) statuses.push_back(text);
  }
  EXPECT_THAT(statuses,
              testing::ElementsAre("200", "200", "200", "404", "406", "405", "400", "400", "400"));
  EXPECT_EQ(door.seen().size(), 1U);
  EXPECT_EQ(door.seen()[0].operation, "batch");
  EXPECT_EQ(door.seen()[0].reason, "OK");
}

TEST(Batch, HonoursTagsAndAbsoluteUrlsOfItsBase) {
  const Door door(With([](auto& o) { o.base_url = "https://tx.example"; }));
  const std::string tag = HeaderOf(door.Send(Get("/r4/CodeSystem/cpt")), "ETag");
  std::string escaped = tag;
  for (auto at = escaped.find('"'); at != std::string::npos; at = escaped.find('"', at + 2))
    escaped.insert(at, "\\");
  const HttpReply reply =
      door.Send(Post("/r4", BatchOf(GetEntry("https://tx.example/r4/CodeSystem/cpt",
                                             R"(,"ifNoneMatch":")" + escaped + "\""))));
  EXPECT_THAT(reply.body, HasSubstr("\"status\":\"304")) << reply.body;
  EXPECT_THAT(reply.body, Not(HasSubstr("\"resource\"")));
}

TEST(Batch, HoldsNoBatch) {
  const Door door(With([](auto& o) { o.base_url = "https://tx.example"; }));
  const std::string entry =
      R"({"request":{"method":"POST","url":"?x=1"},"resource":)" + BatchOf("") + "}";
  EXPECT_THAT(door.Send(Post("/r4", BatchOf(entry))).body, HasSubstr("\"status\":\"422"));
}

TEST(Batch, IsLimited) {
  const Door door;
  std::string entries = GetEntry("metadata");
  for (int i = 0; i < 100; ++i) entries += "," + GetEntry("metadata");
  EXPECT_EQ(door.Send(Post("/r4", BatchOf(entries))).status, 413);

  const Door small(With([](auto& o) { o.max_batch_bytes = 10; }));
  const HttpReply reply =
      small.Send(Post("/r4", BatchOf(GetEntry("$versions") + "," + GetEntry("$versions"))));
  EXPECT_THAT(reply.body, HasSubstr("\"status\":\"200"));
  EXPECT_THAT(reply.body, HasSubstr("too-costly"));
}

TEST(Batch, EntriesAfterTheDeadlineAreRefused) {
  const Door door(With([](auto& o) { o.time_limit = std::chrono::milliseconds(0); }));
  const HttpReply reply = door.Send(Post("/r4", BatchOf(GetEntry("metadata"))));
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("\"status\":\"503"));
  EXPECT_THAT(reply.body, HasSubstr("timeout"));
}

AdminDoor MakeAdmin(bool ready, absl::Status reload) {
  return AdminDoor({.is_ready = [ready] { return ready; },
                    .metrics = [] { return std::string("chemoterm_up 1\n"); },
                    .reload = [reload] { return reload; },
                    .describe =
                        [] {
                          ContentInfo info;
                          info.digest = "abc";
                          return info;
                        }});
}

TEST(Admin, AnswersItsPaths) {
  const AdminDoor door = MakeAdmin(true, {});
  EXPECT_EQ(door.Handle(Get("/healthz")).status, 200);
  EXPECT_EQ(door.Handle(Get("/readyz")).status, 200);
  EXPECT_EQ(door.Handle(Get("/metrics")).body, "chemoterm_up 1\n");
  EXPECT_THAT(door.Handle(Get("/metrics")).content_type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(door.Handle(Post("/-/reload", "")).body, HasSubstr(R"("digest":"abc")"));
  EXPECT_EQ(door.Handle(Get("/-/reload")).status, 405);
  EXPECT_EQ(HeaderOf(door.Handle(Get("/-/reload")), "Allow"), "POST");
  EXPECT_EQ(door.Handle(Post("/metrics", "")).status, 405);
  EXPECT_EQ(door.Handle(Get("/r4/metadata")).status, 404);
  EXPECT_EQ(MakeAdmin(false, {}).Handle(Get("/readyz")).status, 503);
  EXPECT_EQ(door.OnTransportError(TransportError::kTimeout).status, 408);
}

TEST(Admin, TellsWhyAReloadWasRefused) {
  const AdminDoor refused =
      MakeAdmin(true, Fail(Reason::kUnprocessable, "a.csv:3: no such code\nb.json:1: \xff"));
  const HttpReply reply = refused.Handle(Post("/-/reload", ""));
  EXPECT_EQ(reply.status, 422);
  EXPECT_THAT(reply.body, HasSubstr(R"("errors":["a.csv:3: no such code","b.json:1: )"));
  EXPECT_TRUE(base::IsValidUtf8(reply.body));
  EXPECT_EQ(MakeAdmin(true, Fail(Reason::kNotReady, "busy")).Handle(Post("/-/reload", "")).status,
            409);
}

}  // namespace
}  // namespace chemoterm::gateway
