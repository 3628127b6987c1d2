#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chemoterm/reason.h"
#include "gateway/negotiation.h"

namespace chemoterm::gateway {
namespace {

constexpr const char* kFhir = "application/fhir+json; charset=utf-8";
constexpr const char* kFhir40 = "application/fhir+json; fhirVersion=4.0; charset=utf-8";
constexpr const char* kJson = "application/json; charset=utf-8";
constexpr const char* kText = "text/json; charset=utf-8";
constexpr const char* kRefused = "";

struct AcceptCase {
  const char* accept;
  const char* answer;  // "" = 406
};
class AcceptTest : public testing::TestWithParam<AcceptCase> {};
TEST_P(AcceptTest, ChoosesAtBase40) {
  const auto type = NegotiateContentType(GetParam().accept, false, "", "4.0");
  if (std::string_view(GetParam().answer).empty()) {
    ASSERT_FALSE(type.ok()) << *type;
    EXPECT_EQ(FailureOf(type.status()).reason, Reason::kNotAcceptable);
    return;
  }
  ASSERT_TRUE(type.ok()) << type.status();
  EXPECT_EQ(*type, GetParam().answer);
}
INSTANTIATE_TEST_SUITE_P(
    All, AcceptTest,
    testing::Values(
        AcceptCase{"", kFhir}, AcceptCase{"*/*", kFhir}, AcceptCase{"application/*", kFhir},
        AcceptCase{"application/fhir+json", kFhir}, AcceptCase{"APPLICATION/FHIR+JSON", kFhir},
        AcceptCase{"application/json", kJson}, AcceptCase{"text/json", kText},
        AcceptCase{"text/*", kText}, AcceptCase{"application/fhir+json; fhirVersion=4.0", kFhir40},
        AcceptCase{"application/fhir+json;fhirVersion=\"4.0\"", kFhir40},
        AcceptCase{"application/fhir+json; fhirVersion=4.0.1", kFhir40},
        AcceptCase{"application/fhir+json; fhirVersion=5.0", kRefused},
        AcceptCase{"application/fhir+json; fhirVersion=4", kRefused},
        AcceptCase{"application/fhir+json; fhirVersion=4.01", kRefused},
        AcceptCase{"application/fhir+json; fhirVersion=5.0, application/fhir+json; fhirVersion=4.0",
                   kFhir40},
        AcceptCase{"application/fhir+xml, application/fhir+json;q=0.9", kFhir},
        AcceptCase{"application/json;q=0.9, application/fhir+json;q=0.5", kJson},
        AcceptCase{"application/json, */*;q=0.1", kJson},
        // A browser's own.
        AcceptCase{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", kFhir},
        AcceptCase{"application/fhir+json;q=0, */*", kJson},
        AcceptCase{"application/fhir+xml", kRefused}, AcceptCase{"application/xml", kRefused},
        AcceptCase{"text/turtle", kRefused}, AcceptCase{"text/html", kRefused},
        AcceptCase{"image/png", kRefused}, AcceptCase{"*/*;q=0", kRefused},
        AcceptCase{"application/json;q=0.0", kRefused},
        AcceptCase{"application/json;q=2", kRefused}, AcceptCase{"application/json;q=x", kRefused},
        AcceptCase{"nonsense", kRefused}, AcceptCase{",,,", kRefused}, AcceptCase{";", kRefused},
        AcceptCase{"\"unclosed", kRefused}, AcceptCase{"application/json;charset=utf-8", kJson}));

class FormatTest : public testing::TestWithParam<AcceptCase> {};
TEST_P(FormatTest, OverridesAccept) {
  const auto type = NegotiateContentType("text/html", true, GetParam().accept, "4.0");
  EXPECT_EQ(type.ok() ? *type : std::string(kRefused), GetParam().answer);
}
INSTANTIATE_TEST_SUITE_P(
    All, FormatTest,
    testing::Values(AcceptCase{"json", kFhir}, AcceptCase{"application/fhir+json", kFhir},
                    AcceptCase{"application/fhir json", kFhir},
                    AcceptCase{"application/json", kJson}, AcceptCase{"text/json", kText},
                    AcceptCase{"application/fhir+json;fhirVersion=4.0", kFhir40},
                    AcceptCase{"application/fhir+json;fhirVersion=5.0", kRefused},
                    AcceptCase{"xml", kRefused}, AcceptCase{"html", kRefused},
                    AcceptCase{"ttl", kRefused}, AcceptCase{"*/*", kRefused},
                    AcceptCase{"application/fhir+xml", kRefused}, AcceptCase{"nonsense", kRefused},
                    AcceptCase{"", kRefused}));

struct BodyCase {
  const char* type;
  const char* encoding;
  BodyKind kind;
  bool readable;
};
class ContentTypeTest : public testing::TestWithParam<BodyCase> {};
TEST_P(ContentTypeTest, DecidesWhetherABodyIsRead) {
  const auto status =
      CheckContentType(GetParam().type, GetParam().encoding, GetParam().kind, "4.0");
  EXPECT_EQ(status.ok(), GetParam().readable) << status;
  if (status.ok()) return;
  EXPECT_EQ(FailureOf(status).reason, Reason::kUnsupportedMediaType);
}
constexpr BodyKind kFhirJson = BodyKind::kFhirJson;
constexpr BodyKind kForm = BodyKind::kForm;
INSTANTIATE_TEST_SUITE_P(
    All, ContentTypeTest,
    testing::Values(BodyCase{"application/fhir+json", "", kFhirJson, true},
                    BodyCase{"application/fhir+json; charset=UTF-8", "", kFhirJson, true},
                    BodyCase{"application/fhir+json; charset=\"utf-8\"; fhirVersion=4.0", "",
                             kFhirJson, true},
                    BodyCase{"application/json", "identity", kFhirJson, true},
                    BodyCase{"text/json", "", kFhirJson, true}, BodyCase{"", "", kFhirJson, false},
                    BodyCase{"text/plain", "", kFhirJson, false},
                    BodyCase{"application/fhir+xml", "", kFhirJson, false},
                    BodyCase{"application/x-www-form-urlencoded", "", kFhirJson, false},
                    BodyCase{"application/fhir+json; charset=iso-8859-1", "", kFhirJson, false},
                    BodyCase{"application/fhir+json; fhirVersion=5.0", "", kFhirJson, false},
                    BodyCase{"application/fhir+json", "gzip", kFhirJson, false},
                    BodyCase{"application/x-www-form-urlencoded", "", kForm, true},
                    BodyCase{"application/x-www-form-urlencoded; charset=utf-8", "", kForm, true},
                    BodyCase{"application/fhir+json", "", kForm, false},
                    BodyCase{"", "", kForm, false}));

TEST(Prefer, FindsStrictHandling) {
  for (const char* strict :
       {"handling=strict", "return=minimal, handling=strict", "Handling=Strict",
        "respond-async; handling=\"strict\"", "handling = strict"}) {
    EXPECT_TRUE(PrefersStrict(strict)) << strict;
  }
  for (const char* lenient : {"", "handling=lenient", "strict", "handling", "xhandling=strict"}) {
    EXPECT_FALSE(PrefersStrict(lenient)) << lenient;
  }
}

TEST(Negotiation, QuotesOnlyUtf8) {
  const auto type = NegotiateContentType("text/\xff\x01html", false, "", "4.0");
  ASSERT_FALSE(type.ok());
  EXPECT_THAT(FailureOf(type.status()).text, testing::HasSubstr("text/??html"));
}

}  // namespace
}  // namespace chemoterm::gateway
