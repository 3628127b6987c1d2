// Requests that are refused, each with its HTTP status and the place of the fault.
#include "chemoterm/reason.h"
#include "hooks_fixture.h"

namespace chemoterm::hooks {
namespace {

struct BadCase {
  const char* name;
  std::string body;
  int status;
  const char* where;
};
void PrintTo(const BadCase& bad, std::ostream* out) { *out << bad.name; }

// A good call with one text in place of another.
std::string Changed(std::string_view from, std::string_view to) {
  std::string body = SelectCall(Bundle({Order("a", "96413")}), R"(["ServiceRequest/a"])");
  const auto at = body.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return body.replace(at, from.size(), to);
}

std::string With(std::string_view member) {
  return SignCall(Bundle({Order("a", "96413")}), member);
}

std::string WithOrder(std::string_view more) {
  return SignCall(Bundle({Order("a", "96413", more)}));
}

class BadCallTest : public testing::TestWithParam<BadCase> {};
TEST_P(BadCallTest, IsRefused) {
  const auto answer = Send(GetParam().body);
  ASSERT_FALSE(answer.ok()) << *answer;
  const Failure failure = FailureOf(answer.status());
  EXPECT_EQ(InfoOf(failure.reason).http, GetParam().status) << failure.text;
  EXPECT_EQ(failure.where, GetParam().where) << failure.text;
  EXPECT_NE(failure.text, "");
}
INSTANTIATE_TEST_SUITE_P(
    All, BadCallTest,
    testing::Values(
        BadCase{"empty", "", 400, ""}, BadCase{"no object", "[]", 400, ""},
        BadCase{"cut", R"({"hook":"order-sign")", 400, ""},
        BadCase{"twice", R"({"hook":"a","hook":"b"})", 400, ""},
        BadCase{"deep", With(R"(,"x":)" + std::string(70, '[') + std::string(70, ']')), 400, ""},
        BadCase{"no hook", Changed(R"("hook":"order-select",)", ""), 400, "hook"},
        BadCase{"null hook", Changed(R"("hook":"order-select")", R"("hook":null)"), 400, "hook"},
        BadCase{"hook of another", Changed("order-select", "patient-view"), 400, "hook"},
        BadCase{"hook no text", Changed(R"("order-select")", "1"), 400, "hook"},
        BadCase{"no instance", Changed("hookInstance", "instance"), 400, "hookInstance"},
        BadCase{"instance no UUID", Changed("d1577c69-", "d1577c69"), 400, "hookInstance"},
        BadCase{"no context", Changed(R"("context")", R"("contexts")"), 400, "context"},
        BadCase{"context no object",
                R"({"hook":"order-sign","hookInstance":)"
                R"("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":[]})",
                400, "context"},
        BadCase{"no user", Changed("userId", "user"), 400, "context.userId"},
        BadCase{"no patient", Changed("patientId", "patient"), 400, "context.patientId"},
        BadCase{"no orders", Changed("draftOrders", "orders"), 400, "context.draftOrders"},
        BadCase{"no selections", Changed("selections", "selected"), 400, "context.selections"},
        BadCase{"empty selections", Changed(R"(["ServiceRequest/a"])", "[]"), 400,
                "context.selections"},
        BadCase{"selections no list", Changed(R"(["ServiceRequest/a"])", R"("ServiceRequest/a")"),
                400, "context.selections"},
        BadCase{"selection no text", Changed(R"(["ServiceRequest/a"])", "[1]"), 400,
                "context.selections"},
        BadCase{"token without server",
                With(R"(,"fhirAuthorization":{"access_token":"t","token_type":"Bearer",)"
                     R"("expires_in":300,"scope":"s","subject":"c"})"),
                400, "fhirServer"},
        BadCase{
            "token without scope",
            With(R"(,"fhirServer":"https://ehr.example","fhirAuthorization":)"
                 R"({"access_token":"t","token_type":"Bearer","expires_in":300,"subject":"c"})"),
            400, "fhirAuthorization.scope"},
        BadCase{"orders no Bundle", SignCall(Order("a", "96413")), 422, "context.draftOrders"},
        BadCase{"orders a text", SignCall(R"("Bundle")"), 422, "context.draftOrders"},
        BadCase{"selection of nothing",
                Changed(R"(["ServiceRequest/a"])", R"(["ServiceRequest/b"])"), 422,
                "context.selections"},
        BadCase{"no such day", WithOrder(R"(,"occurrenceDateTime":"2026-02-30")"), 422,
                "context.draftOrders"},
        BadCase{"no such class", WithOrder(Said("drugClass", R"("valueCode":"herbal")")), 422,
                "context.draftOrders"}),
    [](const auto& info) {
      std::string name(info.param.name);
      for (char& c : name) c = c == ' ' ? '_' : c;
      return name;
    });

TEST(GoodCall, MayCarryWhatIsNotKnown) {
  EXPECT_EQ(RulesOf(Cards(With(
                R"(,"fhirServer":"https://ehr.example","fhirAuthorization":{"access_token":"t",)"
                R"("token_type":"Bearer","expires_in":300,"scope":"s","subject":"c"},)"
                R"("extension":{"org.example":1},"x":null)"))),
            RulesOf(Cards(With(R"(,"fhirAuthorization":null)"))));
}

TEST(TooManyOrders, AreUnusable) {
  std::string entries;
  for (int i = 0; i < 1001; ++i) {
    entries += base::Concat({i == 0 ? "" : ",", R"({"resource":)", Order("a", "96413"), "}"});
  }
  const auto answer =
      Send(SignCall(base::Concat({R"({"resourceType":"Bundle","entry":[)", entries, "]}"})));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(InfoOf(FailureOf(answer.status()).reason).http, 422);
}

TEST(TooManyFindings, AreNotWrittenToAHugeAnswer) {
  std::string entries;
  const std::string bulk =
      base::Concat({R"(,"note":[{"text":")", std::string(100'000, 'x'), R"("}])"});
  for (int i = 0; i < 60; ++i) {
    entries += base::Concat(
        {i == 0 ? "" : ",", R"({"resource":)", Order("a", "96413", Minutes("15") + bulk), "}"});
  }
  const auto answer =
      Send(SignCall(base::Concat({R"({"resourceType":"Bundle","entry":[)", entries, "]}"})));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(FailureOf(answer.status()).reason, Reason::kTooCostly);
}

}  // namespace
}  // namespace chemoterm::hooks
