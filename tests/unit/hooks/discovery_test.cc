#include "chemoterm/reason.h"
#include "hooks_fixture.h"

namespace chemoterm::hooks {
namespace {

TEST(Discovery, OffersEachServiceForBothHooks) {
  const Json discovery(Discovery());
  std::string offered;
  for (std::size_t i = 0; i < discovery.Size("/services"); ++i) {
    const std::string at = "/services/" + base::ToText(i);
    offered += discovery.Text(at + "/id") + " " + discovery.Text(at + "/hook") + "\n";
  }
  EXPECT_EQ(offered,
            "order-check order-select\norder-check order-sign\n"
            "order-check-facility order-select\norder-check-facility order-sign\n");
}

TEST(Discovery, DescribesEachServiceAsTheSpecificationAsks) {
  const Json discovery(Discovery());
  for (std::size_t i = 0; i < discovery.Size("/services"); ++i) {
    const std::string at = "/services/" + base::ToText(i);
    EXPECT_EQ(discovery.At(at)->MemberCount(), 6U);
    for (const char* member : {"hook", "id", "title", "description", "usageRequirements"}) {
      EXPECT_NE(discovery.Text(at + "/" + member), "") << member;
    }
    ASSERT_NE(discovery.At(at + "/prefetch"), nullptr);
    EXPECT_EQ(discovery.At(at + "/prefetch")->MemberCount(), 2U);
    EXPECT_EQ(discovery.Text(at + "/prefetch/patient"), "Patient/{{context.patientId}}");
    EXPECT_EQ(discovery.Text(at + "/prefetch/coverage"),
              "Coverage?patient={{context.patientId}}&status=active");
  }
}

TEST(Services, AreFoundById) {
  for (const char* id : {"order-check", "order-check-facility"}) {
    const auto service = FindService(id);
    ASSERT_TRUE(service.ok());
    EXPECT_EQ((*service)->id, id);
  }
  for (const char* id : {"", "order", "ORDER-CHECK"}) {
    const auto service = FindService(id);
    ASSERT_FALSE(service.ok()) << id;
    EXPECT_EQ(InfoOf(FailureOf(service.status()).reason).http, 404);
  }
}

}  // namespace
}  // namespace chemoterm::hooks
