// Every golden case through every door: each answers what the case says, and all answer the same.
#include <gtest/gtest.h>

#include <ostream>

#include "golden/doors.h"
#include "golden/golden_case.h"

namespace chemoterm::test {

// For the names of failed tests.
void PrintTo(const Case& golden, std::ostream* out) { *out << golden.why; }

namespace {

Doors& TheDoors() {
  static auto* const doors = new Doors();
  return *doors;
}

// Fails the test where `reply` is not what the case expects.
void Check(const Case& golden, const Reply& reply) {
  if (golden.reason.empty()) {
    ASSERT_TRUE(reply.ok) << reply.status << " " << reply.reason << ": " << reply.text;
    EXPECT_EQ("", Mismatch(*golden.expect, reply.answer));
    return;
  }
  ASSERT_FALSE(reply.ok) << ToText(reply.answer);
  if (!reply.reason.empty()) {
    EXPECT_EQ(golden.reason, reply.reason) << reply.text;
  }
}

std::string GrpcCodeOf(const std::string& reason) {
  for (int i = 0; i <= static_cast<int>(Reason::kLast); ++i) {
    const ReasonInfo& info = InfoOf(static_cast<Reason>(i));
    if (info.name == reason) return std::to_string(static_cast<int>(info.grpc));
  }
  return "no such reason";
}

class GoldenTest : public testing::TestWithParam<Case> {
 protected:
  const Case& golden() const { return GetParam(); }
};

TEST_P(GoldenTest, EngineAnswersAsWritten) {
  const Reply reply = TheDoors().ByEngine(golden());
  Check(golden(), reply);
  if (reply.ok) return;
  EXPECT_EQ(golden().status, reply.status);
  EXPECT_EQ("", Mismatch(*golden().expect, {{}, {{"text", {{reply.text, {}}}}}}));
}

TEST_P(GoldenTest, FhirDoorAgreesWithTheEngine) {
  const Reply engine = TheDoors().ByEngine(golden());
  for (const std::string base : {"r4", "r5"}) {
    if (golden().Skips(base)) continue;
    for (const bool get : {false, true}) {
      if (get && (!golden().Primitives().has_value() || golden().Skips("get"))) continue;
      SCOPED_TRACE(base + (get ? " GET" : " POST"));
      Reply reply = get ? TheDoors().ByGet(golden(), base) : TheDoors().ByPost(golden(), base);
      EXPECT_EQ(golden().status, reply.status) << reply.text;
      if (!engine.ok) {
        Check(golden(), reply);
        // Reading a query and reading a body say in their own words what they could not read.
        if (!engine.unread) {
          EXPECT_EQ(engine.text, reply.text);
        }
        continue;
      }
      ASSERT_TRUE(reply.ok) << reply.text;
      Tree expected = engine.answer;
      if (base == "r4") {
        LeaveCommon(golden().operation, expected);
        LeaveCommon(golden().operation, reply.answer);
      }
      EXPECT_EQ("", Difference(expected, reply.answer));
    }
  }
}

TEST_P(GoldenTest, GrpcDoorAgreesWithTheEngine) {
  if (!TheDoors().has_grpc()) GTEST_SKIP() << "built without gRPC";
  if (golden().Skips("grpc")) return;
  const Reply engine = TheDoors().ByEngine(golden());
  const Reply reply = TheDoors().ByGrpc(golden());
  if (engine.ok) {
    ASSERT_TRUE(reply.ok) << reply.text;
    EXPECT_EQ("", Difference(engine.answer, reply.answer));
    return;
  }
  Check(golden(), reply);
  EXPECT_EQ(GrpcCodeOf(golden().reason), std::to_string(reply.status));
  if (!engine.unread) {
    EXPECT_EQ(engine.text, reply.text);
  }
}

#ifdef CHEMOTERM_DOORS
TEST_P(GoldenTest, CommandAgreesWithTheEngine) {
  if (!golden().exit_code.has_value()) return;
  const Reply engine = TheDoors().ByEngine(golden());
  int exit_code = 0;
  const Reply reply = ByCommand(golden(), &exit_code);
  EXPECT_EQ(*golden().exit_code, exit_code);
  if (engine.ok) {
    EXPECT_EQ("", Difference(engine.answer, reply.answer));
  }
}
#endif

INSTANTIATE_TEST_SUITE_P(Cases, GoldenTest,
                         testing::ValuesIn(LoadCases(CHEMOTERM_SOURCE_DIR "/tests/golden")),
                         [](const testing::TestParamInfo<Case>& info) {
                           std::string name = info.param.operation + "_" + info.param.name;
                           for (char& c : name) c = c == '-' || c == '.' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace chemoterm::test
