// Every row of the status table: method x path x headers -> status, issue code, headers.
#include "gateway_fixture.h"

namespace chemoterm::gateway {
namespace {

using testing::HasSubstr;

struct StatusCase {
  const char* why;
  FakeRequest request;
  int status;
  const char* issue;                        // issue.code; "" = no OperationOutcome
  std::vector<std::string> fragments = {};  // of the body
};

void PrintTo(const StatusCase& c, std::ostream* out) { *out << c.why; }

class StatusTest : public testing::TestWithParam<StatusCase> {};

TEST_P(StatusTest, AnswersAsTheTableSays) {
  const StatusCase& want = GetParam();
  const Door door;
  const HttpReply reply = door.Send(want.request);
  EXPECT_EQ(reply.status, want.status) << want.why << "\n" << reply.body;
  const std::string issue(want.issue);
  if (!issue.empty()) {
    EXPECT_TRUE(reply.body.starts_with(R"({"resourceType":"OperationOutcome")")) << reply.body;
    EXPECT_THAT(reply.body, HasSubstr(R"("severity":"error")"));
    EXPECT_THAT(reply.body, HasSubstr("\"code\":\"" + issue + "\""));
    EXPECT_EQ(HeaderOf(reply, "Cache-Control"), "no-store");
    EXPECT_THAT(reply.content_type, HasSubstr("json"));
  }
  for (const std::string& fragment : want.fragments) EXPECT_THAT(reply.body, HasSubstr(fragment));
  EXPECT_EQ(HeaderOf(reply, "Allow").empty(), reply.status != 405 && reply.status != 204);
  EXPECT_TRUE(base::IsValidUtf8(reply.body));
}

const std::string kBody = LookupBody();
const Headers kStrict = {{"Prefer", "handling=strict"}};

FakeRequest As(std::string method, std::string target) {
  return {std::move(method), std::move(target)};
}

INSTANTIATE_TEST_SUITE_P(
    Good, StatusTest,
    testing::Values(
        StatusCase{
            "look-up by GET", Get(kLookup), 200, "", {R"("resourceType":"Parameters")", "96413"}},
        StatusCase{"look-up at the newer base",
                   Get("/r5/CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code=96413"),
                   200, ""},
        StatusCase{"look-up at the plain base",
                   Get("/fhir/CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code=96413"),
                   200, ""},
        StatusCase{"percent-encoded dollar and value",
                   Get("/r4/CodeSystem/"
                       "%24lookup?system=http%3A%2F%2Fwww.ama-assn.org%2Fgo%2Fcpt&code=96413"),
                   200, ""},
        StatusCase{"slash at the end",
                   Get("/r4/CodeSystem/$lookup/?system=http://www.ama-assn.org/go/cpt&code=96413"),
                   200, ""},
        StatusCase{"look-up by POST", Post("/r4/CodeSystem/$lookup", kBody), 200, ""},
        StatusCase{"POST as application/json",
                   Post("/r4/CodeSystem/$lookup", kBody, "application/json"), 200, ""},
        StatusCase{"POST with _format in the URL",
                   Post("/r4/CodeSystem/$lookup?_format=json", kBody), 200, ""},
        StatusCase{"POST without a body, parameters in the URL", Post(kLookup, "", ""), 200, ""},
        StatusCase{"HEAD is GET", As("HEAD", kLookup), 200, ""},
        StatusCase{"unknown parameters are ignored", Get(kLookup + "&uuid=17"), 200, ""},
        StatusCase{
            "a wrong code is a result",
            Get("/r4/CodeSystem/$validate-code?url=http://www.ama-assn.org/go/cpt&code=nonsense"),
            200,
            "",
            {R"({"name":"result","valueBoolean":false})"}},
        StatusCase{"on an instance",
                   Get("/r4/CodeSystem/cpt/$validate-code?code=96413"),
                   200,
                   "",
                   {R"({"name":"result","valueBoolean":true})"}},
        StatusCase{
            "on an instance, its own url repeated",
            Get("/r4/CodeSystem/cpt/$validate-code?code=96413&url=http://www.ama-assn.org/go/cpt"),
            200, ""},
        StatusCase{"look-up on an instance where the version has it",
                   Get("/r5/CodeSystem/cpt/$lookup?code=96413"), 200, ""},
        StatusCase{"subsumes on an instance",
                   Get("/r4/CodeSystem/cpt/$subsumes?codeA=96413&codeB=96413"),
                   200,
                   "",
                   {"equivalent"}},
        StatusCase{
            "related codes",
            Get("/r4/CodeSystem/$related-codes?system=http://www.ama-assn.org/go/cpt&code=96415"),
            200, ""},
        StatusCase{
            "coverage notes",
            Get("/r4/CodeSystem/$coverage-notes?system=http://www.ama-assn.org/go/cpt&code=96413"),
            200, ""},
        StatusCase{"search codes", Get("/r4/CodeSystem/$search-codes?text=infusion"), 200, ""},
        StatusCase{"read", Get("/r4/CodeSystem/cpt"), 200, "", {R"("resourceType":"CodeSystem")"}},
        StatusCase{"read a part", Get("/r4/CodeSystem/cpt?_elements=url"), 200, "", {"SUBSETTED"}},
        StatusCase{"search",
                   Get("/r4/CodeSystem?url=http://www.ama-assn.org/go/cpt"),
                   200,
                   "",
                   {R"("type":"searchset")"}},
        StatusCase{"search by POST",
                   Post("/r4/CodeSystem/_search", "url=http%3A%2F%2Fwww.ama-assn.org%2Fgo%2Fcpt",
                        "application/x-www-form-urlencoded"),
                   200,
                   "",
                   {R"("type":"searchset")"}},
        StatusCase{
            "search for the number", Get("/r4/CodeSystem?_count=0"), 200, "", {R"("total":)"}},
        StatusCase{"capabilities",
                   Get("/r4/metadata"),
                   200,
                   "",
                   {R"("resourceType":"CapabilityStatement")", "4.0.1"}},
        StatusCase{"capabilities, newer", Get("/r5/metadata?mode=full"), 200, "", {"5.0.0"}},
        StatusCase{"terminology capabilities",
                   Get("/r4/metadata?mode=terminology"),
                   200,
                   "",
                   {R"("resourceType":"TerminologyCapabilities")"}},
        StatusCase{"versions", Get("/r4/$versions"), 200, "", {"4.0"}},
        StatusCase{"versions by POST",
                   Post("/r5/$versions", R"({"resourceType":"Parameters"})"),
                   200,
                   "",
                   {"5.0"}},
        StatusCase{"a definition of ours",
                   Get("/r4/OperationDefinition/CodeSystem-related-codes"),
                   200,
                   "",
                   {R"("resourceType":"OperationDefinition")"}},
        StatusCase{"definitions by code",
                   Get("/r4/OperationDefinition?code=coverage-notes"),
                   200,
                   "",
                   {R"("total":1)"}},
        StatusCase{"alive", Get("/healthz"), 200, "", {R"({"status":"ok"})"}},
        StatusCase{"ready", Get("/readyz"), 200, "", {"ready"}},
        StatusCase{"OPTIONS", As("OPTIONS", "/r4/CodeSystem"), 204, ""},
        StatusCase{"OPTIONS of all", As("OPTIONS", "*"), 204, ""}));

INSTANTIATE_TEST_SUITE_P(
    BadRequest, StatusTest,
    testing::Values(
        StatusCase{"not JSON", Post("/r4/CodeSystem/$lookup", "hello"), 400, "structure"},
        StatusCase{"truncated", Post("/r4/CodeSystem/$lookup", kBody.substr(0, kBody.size() / 2)),
                   400, "structure"},
        StatusCase{"an array", Post("/r4/CodeSystem/$lookup", "[]"), 400, "structure"},
        StatusCase{"a number", Post("/r4/CodeSystem/$lookup", "1"), 400, "structure"},
        StatusCase{"text behind", Post("/r4/CodeSystem/$lookup", kBody + "x"), 400, "structure"},
        StatusCase{"duplicate key",
                   Post("/r4/CodeSystem/$lookup",
                        R"({"resourceType":"Parameters","resourceType":"Parameters"})"),
                   400, "structure"},
        StatusCase{"too deep",
                   Post("/r4/CodeSystem/$lookup",
                        R"({"resourceType":"Parameters","parameter":)" + std::string(100'000, '[')),
                   400, "structure"},
        StatusCase{"invalid UTF-8 in the body",
                   Post("/r4/CodeSystem/$lookup", "{\"resourceType\":\"Para\xff\"}"), 400,
                   "structure"},
        StatusCase{"another resource",
                   Post("/r4/CodeSystem/$lookup", R"({"resourceType":"Patient"})"), 400,
                   "structure"},
        StatusCase{"no parameters at all", Get("/r4/CodeSystem/$lookup"), 400, "required"},
        StatusCase{"empty POST", Post("/r4/CodeSystem/$lookup", ""), 400, "required"},
        StatusCase{"missing system", Get("/r4/CodeSystem/$lookup?code=96413"), 400, "required"},
        StatusCase{"missing code",
                   Get("/r4/CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt"), 400,
                   "required"},
        StatusCase{"given twice", Get(kLookup + "&code=96415"), 400, "invalid"},
        StatusCase{"empty value",
                   Get("/r4/CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code="),
                   400,
                   "value",
                   {"http.code"}},
        StatusCase{"no such day", Get(kLookup + "&date=2026-02-30"), 400, "value", {"http.date"}},
        StatusCase{"no date", Get(kLookup + "&date=tomorrow"), 400, "value", {"http.date"}},
        StatusCase{"no boolean",
                   Get("/r4/CodeSystem/$validate-code?url=http://www.ama-assn.org/go/"
                       "cpt&code=96413&abstract=maybe"),
                   400, "value"},
        StatusCase{"no integer", Get("/r4/CodeSystem/$search-codes?text=infusion&count=ten"), 400,
                   "value"},
        StatusCase{"integer out of range",
                   Get("/r4/CodeSystem/$search-codes?text=infusion&count=99999999999"), 400,
                   "value"},
        StatusCase{
            "wrong type in a body",
            Post(
                "/r4/CodeSystem/$lookup",
                R"({"resourceType":"Parameters","parameter":[{"name":"code","valueBoolean":true}]})"),
            400,
            "value",
            {"Parameters.parameter"}},
        StatusCase{"over-long value",
                   Get("/r4/CodeSystem/$lookup?code=" + std::string(17 * 1024, 'a')), 400, "value"},
        StatusCase{"broken percent-encoding", Get("/r4/CodeSystem/$lookup?code=%4"), 400, "value"},
        StatusCase{"NUL", Get("/r4/CodeSystem/$lookup?code=%00"), 400, "value"},
        StatusCase{"invalid UTF-8 in the URL", Get("/r4/CodeSystem/$lookup?code=%ff"), 400,
                   "value"},
        StatusCase{"broken percent-encoding in the path", Get("/r4/CodeSystem/%g1"), 400, "value"},
        StatusCase{"parameters in URL and body", Post("/r4/CodeSystem/$lookup?code=96413", kBody),
                   400, "invalid"},
        StatusCase{"the instance and another system",
                   Get("/r4/CodeSystem/cpt/$validate-code?code=96413&url=http://other"), 400,
                   "invalid"},
        StatusCase{"unknown parameter, strictly", Get(kLookup + "&uuid=17", kStrict), 400, "value"},
        StatusCase{"unknown search parameter, strictly",
                   Get("/r4/CodeSystem?colour=red", kStrict),
                   400,
                   "value",
                   {"http.colour"}},
        StatusCase{"_count that is none",
                   Get("/r4/CodeSystem?_count=many"),
                   400,
                   "value",
                   {"http._count"}},
        StatusCase{"_count below zero", Get("/r4/CodeSystem?_count=-1"), 400, "value"},
        StatusCase{"_count twice", Get("/r4/CodeSystem?_count=1&_count=2"), 400, "invalid"},
        StatusCase{"_offset that is none", Get("/r4/CodeSystem?_offset=99999999999"), 400, "value"},
        StatusCase{"_summary that is none", Get("/r4/CodeSystem?_summary=short"), 400, "value"},
        StatusCase{"_summary=count of a read", Get("/r4/CodeSystem/cpt?_summary=count"), 400,
                   "value"},
        StatusCase{"_elements with a gap", Get("/r4/CodeSystem/cpt?_elements=url,,name"), 400,
                   "value"},
        StatusCase{"_total that is none", Get("/r4/CodeSystem?_total=all"), 400, "value"},
        StatusCase{"_sort by two", Get("/r4/CodeSystem?_sort=name,url"), 400, "value"},
        StatusCase{"_sort by nothing known", Get("/r4/CodeSystem?_sort=colour"), 400, "value"},
        StatusCase{"empty search value", Get("/r4/CodeSystem?url="), 400, "value"},
        StatusCase{"_pretty that is none", Get("/r4/metadata?_pretty=2"), 400, "value"},
        StatusCase{"unknown mode", Get("/r4/metadata?mode=all"), 400, "value", {"http.mode"}},
        StatusCase{"batch that is no Bundle", Post("/r4", R"({"resourceType":"Parameters"})"), 400,
                   "structure"},
        StatusCase{"empty batch", Post("/r4", ""), 400, "structure"}));

INSTANTIATE_TEST_SUITE_P(
    NotFoundOrNotAllowed, StatusTest,
    testing::Values(
        StatusCase{"root", Get("/"), 404, "not-found"},
        StatusCase{"unknown path", Get("/favicon.ico"), 404, "not-found"},
        StatusCase{"unknown base", Get("/r3/metadata"), 404, "not-found"},
        StatusCase{"doubled slash", Get("/r4//metadata"), 404, "not-found"},
        StatusCase{
            "unknown operation", Get("/r4/CodeSystem/$explode"), 404, "not-found", {"$explode"}},
        StatusCase{"operation on the wrong type", Get("/r4/ValueSet/$lookup"), 404, "not-found"},
        StatusCase{"operation at a level the version has not",
                   Get("/r4/CodeSystem/cpt/$lookup?code=96413"), 404, "not-found"},
        StatusCase{"operation at system level", Get("/r4/$lookup?code=96413"), 404, "not-found"},
        StatusCase{"unknown type", Get("/r4/Patient"), 404, "not-found", {"Patient"}},
        StatusCase{"unknown id", Get("/r4/CodeSystem/nothing"), 404, "not-found"},
        StatusCase{"what cannot be an id", Get("/r4/CodeSystem/a_b"), 404, "not-found"},
        StatusCase{"operation on an unknown id",
                   Get("/r4/CodeSystem/nothing/$validate-code?code=1"), 404, "not-found"},
        StatusCase{"unknown definition", Get("/r4/OperationDefinition/nothing"), 404, "not-found"},
        StatusCase{"versioned read", Get("/r4/CodeSystem/cpt/_history/1"), 404, "not-found"},
        StatusCase{"unknown code",
                   Get("/r4/CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code=00000"),
                   404, "not-found"},
        StatusCase{"unknown system", Get("/r4/CodeSystem/$lookup?system=http://nowhere&code=1"),
                   404, "not-found"},
        StatusCase{"GET of the base", Get("/r4"), 405, "not-supported"},
        StatusCase{"create", Post("/r4/CodeSystem", "{}"), 405, "not-supported"},
        StatusCase{"update", As("PUT", "/r4/CodeSystem/cpt"), 405, "not-supported"},
        StatusCase{"delete", As("DELETE", "/r4/CodeSystem/cpt"), 405, "not-supported"},
        StatusCase{"patch", As("PATCH", "/r4/CodeSystem/cpt"), 405, "not-supported"},
        StatusCase{"method in small letters", As("get", "/r4/CodeSystem/cpt"), 405,
                   "not-supported"},
        StatusCase{"PUT of an operation", As("PUT", "/r4/CodeSystem/$lookup"), 405,
                   "not-supported"},
        StatusCase{"POST of metadata", Post("/r4/metadata", ""), 405, "not-supported"},
        StatusCase{"GET of _search", Get("/r4/CodeSystem/_search"), 405, "not-supported"},
        StatusCase{"GET with a Coding", Get("/r4/CodeSystem/$lookup?coding=a"), 405,
                   "not-supported"},
        StatusCase{"POST of health", Post("/healthz", ""), 405, "not-supported"},
        StatusCase{"OPTIONS of nothing", As("OPTIONS", "/nothing"), 404, "not-found"}));

INSTANTIATE_TEST_SUITE_P(
    MediaTypes, StatusTest,
    testing::Values(
        StatusCase{"XML asked", Get("/r4/metadata", {{"Accept", "application/fhir+xml"}}), 406,
                   "not-supported"},
        StatusCase{"a page asked", Get("/r4/CodeSystem/cpt", {{"Accept", "text/html"}}), 406,
                   "not-supported"},
        StatusCase{"other version asked",
                   Get(kLookup, {{"Accept", "application/fhir+json; fhirVersion=5.0"}}), 406,
                   "not-supported"},
        StatusCase{
            "_format=xml", Get("/r4/metadata?_format=xml"), 406, "not-supported", {"http._format"}},
        StatusCase{"_format unknown", Get("/r4/metadata?_format=sandwich"), 406, "not-supported"},
        StatusCase{"_format beats Accept",
                   Get("/r4/metadata?_format=json", {{"Accept", "text/html"}}), 200, ""},
        StatusCase{"a browser's Accept", Get("/r4/metadata", {{"Accept", "text/html,*/*;q=0.8"}}),
                   200, ""},
        StatusCase{"plain text body", Post("/r4/CodeSystem/$lookup", kBody, "text/plain"), 415,
                   "not-supported"},
        StatusCase{"body without a type", Post("/r4/CodeSystem/$lookup", kBody, ""), 415,
                   "not-supported"},
        StatusCase{"XML body",
                   Post("/r4/CodeSystem/$lookup", "<Parameters/>", "application/fhir+xml"), 415,
                   "not-supported"},
        StatusCase{"body of the other version",
                   Post("/r4/CodeSystem/$lookup", kBody, "application/fhir+json; fhirVersion=5.0"),
                   415, "not-supported"},
        StatusCase{
            "body in Latin-1",
            Post("/r4/CodeSystem/$lookup", kBody, "application/fhir+json; charset=iso-8859-1"), 415,
            "not-supported"},
        StatusCase{"compressed body",
                   Post("/r4/CodeSystem/$lookup", kBody, "application/fhir+json",
                        {{"Content-Encoding", "gzip"}}),
                   415, "not-supported"},
        StatusCase{"JSON to _search", Post("/r4/CodeSystem/_search", "{}"), 415, "not-supported"},
        StatusCase{
            "form to an operation",
            Post("/r4/CodeSystem/$lookup", "code=96413", "application/x-www-form-urlencoded"), 415,
            "not-supported"},
        StatusCase{"batch without a type", Post("/r4", "{}", ""), 415, "not-supported"}));

INSTANTIATE_TEST_SUITE_P(
    Unprocessable, StatusTest,
    testing::Values(
        StatusCase{"a transaction",
                   Post("/r4", R"({"resourceType":"Bundle","type":"transaction"})"), 422,
                   "processing"},
        StatusCase{
            "a resource parameter we do not take",
            Post(
                "/r4/CodeSystem/$validate-code",
                R"({"resourceType":"Parameters","parameter":[{"name":"conceptMap","resource":{"resourceType":"ConceptMap"}}]})"),
            422, "processing"}));

TEST(Status, EveryPrefixOfABodyIsAnErrorOfTheClient) {
  const Door door;
  for (std::size_t size = 1; size < kBody.size(); ++size) {
    const HttpReply reply = door.Send(Post("/r4/CodeSystem/$lookup", kBody.substr(0, size)));
    ASSERT_EQ(reply.status, 400) << kBody.substr(0, size);
  }
}

TEST(Status, NotReadyIs503WithRetryAfterForFhirOnly) {
  const Door door({}, false);
  const HttpReply reply = door.Send(Get(kLookup));
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, HasSubstr("transient"));
  EXPECT_EQ(HeaderOf(reply, "Retry-After"), "1");
  EXPECT_EQ(door.Send(Get("/readyz")).status, 503);
  EXPECT_EQ(door.Send(Get("/healthz")).status, 200);
  EXPECT_EQ(door.seen()[0].reason, "NOT_READY");
}

TEST(Status, TransportErrorsAreOperationOutcomes) {
  const Door door;
  const std::vector<std::pair<TransportError, std::pair<int, std::string>>> rows = {
      {TransportError::kMalformed, {400, "structure"}},
      {TransportError::kHeaderTooLarge, {431, "too-long"}},
      {TransportError::kTargetTooLong, {414, "too-long"}},
      {TransportError::kBodyTooLarge, {413, "too-long"}},
      {TransportError::kTimeout, {408, "timeout"}},
      {TransportError::kOverloaded, {503, "throttled"}},
      {TransportError::kUnsupportedTransferEncoding, {501, "not-supported"}}};
  for (const auto& [error, want] : rows) {
    const HttpReply reply = door.gateway().OnTransportError(error);
    EXPECT_EQ(reply.status, want.first);
    EXPECT_THAT(reply.body, HasSubstr(R"("resourceType":"OperationOutcome")"));
    EXPECT_THAT(reply.body, HasSubstr("\"code\":\"" + want.second + "\""));
    EXPECT_EQ(door.seen().back().status, want.first);
  }
}

}  // namespace
}  // namespace chemoterm::gateway
