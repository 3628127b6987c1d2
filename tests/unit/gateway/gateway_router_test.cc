#include <gtest/gtest.h>

#include "chemoterm/reason.h"
#include "gateway/router.h"

namespace chemoterm::gateway {
namespace {

struct GoodCase {
  const char* target;
  Endpoint endpoint;
  const char* version;  // path of the version; "" = outside a base
  const char* type;
  const char* id;
  const char* operation;
  const char* query;
};
class GoodTargetTest : public testing::TestWithParam<GoodCase> {};
TEST_P(GoodTargetTest, IsTakenApart) {
  const GoodCase& want = GetParam();
  const auto route = ParseRoute(want.target);
  ASSERT_TRUE(route.ok()) << route.status();
  EXPECT_EQ(route->endpoint, want.endpoint);
  EXPECT_EQ(route->in_base() ? fhir::InfoOf(route->version).path : "", want.version);
  EXPECT_EQ(route->type, want.type);
  EXPECT_EQ(route->id, want.id);
  EXPECT_EQ(route->operation, want.operation);
  EXPECT_EQ(route->query, want.query);
}
INSTANTIATE_TEST_SUITE_P(
    All, GoodTargetTest,
    testing::Values(
        GoodCase{"/healthz", Endpoint::kHealth, "", "", "", "", ""},
        GoodCase{"/readyz?x=1", Endpoint::kReady, "", "", "", "", "x=1"},
        GoodCase{"/r4", Endpoint::kBase, "r4", "", "", "", ""},
        GoodCase{"/r5/", Endpoint::kBase, "r5", "", "", "", ""},
        GoodCase{"/fhir/metadata", Endpoint::kMetadata, "r4", "", "", "", ""},
        GoodCase{"/r4/metadata/?mode=full", Endpoint::kMetadata, "r4", "", "", "", "mode=full"},
        GoodCase{"/r4/$versions", Endpoint::kOperation, "r4", "", "", "versions", ""},
        GoodCase{"/r5/CodeSystem", Endpoint::kType, "r5", "CodeSystem", "", "", ""},
        GoodCase{"/r5/CodeSystem/?url=a", Endpoint::kType, "r5", "CodeSystem", "", "", "url=a"},
        GoodCase{"/r4/CodeSystem/_search", Endpoint::kSearch, "r4", "CodeSystem", "", "", ""},
        GoodCase{"/r4/CodeSystem/cpt", Endpoint::kInstance, "r4", "CodeSystem", "cpt", "", ""},
        GoodCase{"/r4/CodeSystem/a.B-9", Endpoint::kInstance, "r4", "CodeSystem", "a.B-9", "", ""},
        GoodCase{"/r4/CodeSystem/%63pt", Endpoint::kInstance, "r4", "CodeSystem", "cpt", "", ""},
        GoodCase{"/r4/CodeSystem/$lookup?code=1", Endpoint::kOperation, "r4", "CodeSystem", "",
                 "lookup", "code=1"},
        GoodCase{"/r4/CodeSystem/%24lookup", Endpoint::kOperation, "r4", "CodeSystem", "", "lookup",
                 ""},
        GoodCase{"/r5/CodeSystem/cpt/$lookup", Endpoint::kOperation, "r5", "CodeSystem", "cpt",
                 "lookup", ""},
        GoodCase{"/cds-services", Endpoint::kCdsDiscovery, "", "", "", "", ""},
        GoodCase{"/cds-services/?x=1", Endpoint::kCdsDiscovery, "", "", "", "", "x=1"},
        GoodCase{"/cds-services/order-check", Endpoint::kCdsService, "", "", "order-check", "", ""},
        GoodCase{"/cds-services/a/feedback", Endpoint::kCdsFeedback, "", "", "a", "", ""},
        GoodCase{"http://host:8080/r5/CodeSystem/cpt?_summary=true", Endpoint::kInstance, "r5",
                 "CodeSystem", "cpt", "", "_summary=true"}));

struct BadCase {
  const char* target;
  Reason reason;
};
class BadTargetTest : public testing::TestWithParam<BadCase> {};
TEST_P(BadTargetTest, IsRefused) {
  const auto route = ParseRoute(GetParam().target);
  ASSERT_FALSE(route.ok());
  EXPECT_EQ(FailureOf(route.status()).reason, GetParam().reason) << route.status();
}
INSTANTIATE_TEST_SUITE_P(
    All, BadTargetTest,
    testing::Values(
        BadCase{"", Reason::kUnknownRoute}, BadCase{"/", Reason::kUnknownRoute},
        BadCase{"*", Reason::kUnknownRoute}, BadCase{"//r4/metadata", Reason::kUnknownRoute},
        BadCase{"/r4//metadata", Reason::kUnknownRoute},
        BadCase{"/r4/CodeSystem//", Reason::kUnknownRoute},
        BadCase{"/r3/metadata", Reason::kUnknownRoute},
        BadCase{"/R4/metadata", Reason::kUnknownRoute}, BadCase{"/healthz/", Reason::kUnknownRoute},
        BadCase{"/r4/codesystem", Reason::kUnknownRoute},
        BadCase{"/r4/CodeSystem/_history", Reason::kUnknownRoute},
        BadCase{"/r4/CodeSystem/cpt/_history/1", Reason::kUnknownRoute},
        BadCase{"/r4/CodeSystem/cpt/$lookup/x", Reason::kUnknownRoute},
        BadCase{"/r4/a/b/c/d/e/f/g", Reason::kUnknownRoute},
        BadCase{"/r4/$", Reason::kUnknownRoute},
        BadCase{"/r4/../r5/metadata", Reason::kUnknownRoute},
        BadCase{"http://host", Reason::kUnknownRoute},
        BadCase{"/cds-services/a/other", Reason::kUnknownRoute},
        BadCase{"/cds-services/a/feedback/b", Reason::kUnknownRoute},
        BadCase{"/cds-services//feedback", Reason::kUnknownRoute},
        BadCase{"/cds-services/a_b", Reason::kUnknownRoute},
        BadCase{"/cds-service", Reason::kUnknownRoute},
        BadCase{"/r4/cds-services", Reason::kUnknownRoute},
        BadCase{"/r4/CodeSystem/a_b", Reason::kUnknownResource},
        BadCase{"/r4/CodeSystem/a%2Fb", Reason::kUnknownResource},
        BadCase{"/r4/CodeSystem/a+b", Reason::kUnknownResource},
        BadCase{"/r4/CodeSystem/12345678901234567890123456789012345678901234567890123456789012345",
                Reason::kUnknownResource},
        BadCase{"/r4/CodeSystem/a%", Reason::kInvalidParameter},
        BadCase{"/r4/CodeSystem/a%2", Reason::kInvalidParameter},
        BadCase{"/r4/CodeSystem/%zz", Reason::kInvalidParameter},
        BadCase{"/r4/CodeSystem/%00", Reason::kInvalidParameter},
        BadCase{"/r4/CodeSystem/%ff", Reason::kInvalidParameter},
        BadCase{"/r4/CodeSystem/\xff", Reason::kInvalidParameter}));

}  // namespace
}  // namespace chemoterm::gateway
