// Requests that need more work than the thread does that waits for the network.
#include <future>
#include <optional>

#include "base/work_pool.h"
#include "gateway_fixture.h"
#include "support/work_gate.h"

namespace chemoterm::gateway {
namespace {

// A request that can wait, as one of the HTTP server can.
class PatientRequest final : public HttpRequest {
 public:
  PatientRequest(std::string method, std::string target, std::string body = {})
      : inner_(std::move(method), std::move(target),
               Headers{{"Content-Type", "application/fhir+json"}}, std::move(body)) {}

  std::string_view method() const override { return inner_.method(); }
  std::string_view target() const override { return inner_.target(); }
  std::string_view body() const override { return inner_.body(); }
  std::string_view header(std::string_view name) const override { return inner_.header(name); }
  HttpAnswer Defer() const override {
    is_deferred_ = true;
    return [this](HttpReply reply) { reply_.set_value(std::move(reply)); };
  }

  // What the client gets in the end.
  HttpReply Through(const Gateway& gateway) {
    HttpReply reply = gateway.Handle(*this);
    return is_deferred_ ? reply_.get_future().get() : reply;
  }
  bool is_deferred() const { return is_deferred_; }

 private:
  FakeRequest inner_;
  mutable bool is_deferred_ = false;
  mutable std::promise<HttpReply> reply_;
};

// More than any request of these tests needs, and less.
constexpr std::size_t kLong = 1'000'000;
constexpr std::size_t kShort = 1;
const std::string kExpand =
    "/r5/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender";

class GatewayHeavyTest : public testing::Test {
 protected:
  ~GatewayHeavyTest() override { Open(); }

  Gateway Make(std::size_t slice_steps, std::size_t max_waiting = 10) {
    pool_ = std::make_unique<base::WorkPool>(1, max_waiting);
    GatewayOptions options;
    options.pool = pool_.get();
    options.slice_steps = slice_steps;
    return {SharedEngine(), options,
            [this](const base::RequestRecord& record) {
              const std::lock_guard lock(mutex_);
              reasons_.emplace_back(record.reason);
              operations_.emplace_back(record.operation);
            },
            nullptr};
  }
  void Block() { gate_.Block(*pool_); }
  void Open() { gate_.Open(); }
  std::vector<std::string> Reasons() {
    const std::lock_guard lock(mutex_);
    return reasons_;
  }

  std::mutex mutex_;
  std::vector<std::string> reasons_, operations_;
  WorkGate gate_;
  std::unique_ptr<base::WorkPool> pool_;
};

TEST_F(GatewayHeavyTest, ACheapRequestIsAnsweredWhereItIs) {
  const Gateway gateway = Make(kLong);
  Block();
  PatientRequest request("GET", kLookup);
  EXPECT_EQ(request.Through(gateway).status, 200);
  EXPECT_FALSE(request.is_deferred());
}

TEST_F(GatewayHeavyTest, WhatNeedsMoreThanASliceIsAnsweredByThePoolAndReportedOnce) {
  const Gateway gateway = Make(kShort);
  PatientRequest request("GET", kExpand);
  const HttpReply reply = request.Through(gateway);
  EXPECT_TRUE(request.is_deferred());
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find("female"), std::string::npos);
  EXPECT_EQ(Reasons(), std::vector<std::string>{"OK"});
}

TEST_F(GatewayHeavyTest, ABatchIsAnsweredByThePool) {
  const Gateway gateway = Make(kLong);
  const std::string entry =
      R"({"request":{"method":"GET","url":"CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code=96413"}})";
  PatientRequest request(
      "POST", "/r4",
      R"({"resourceType":"Bundle","type":"batch","entry":[)" + entry + "," + entry + "]}");
  const HttpReply reply = request.Through(gateway);
  EXPECT_TRUE(request.is_deferred());
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.find("DEADLINE"), std::string::npos) << reply.body;
}

TEST_F(GatewayHeavyTest, ALargeBodyIsReadByThePool) {
  const Gateway gateway = Make(kLong);
  PatientRequest request("POST", "/r4/CodeSystem/$lookup", std::string(100'000, ' '));
  EXPECT_EQ(request.Through(gateway).status, 400);
  EXPECT_TRUE(request.is_deferred());
}

TEST_F(GatewayHeavyTest, AFullQueueIsToldAtOnce) {
  const Gateway gateway = Make(kShort, 0);
  Block();
  PatientRequest request("GET", kExpand);
  const HttpReply reply = request.Through(gateway);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(HeaderOf(reply, "Retry-After"), "1");
  EXPECT_NE(reply.body.find("TOO_MANY_REQUESTS"), std::string::npos) << reply.body;
  EXPECT_EQ(Reasons(), std::vector<std::string>{"TOO_MANY_REQUESTS"});
  EXPECT_EQ(operations_.front(), "expand");
}

TEST_F(GatewayHeavyTest, ARequestThatCannotWaitGetsItsWholeTimeWhereItIs) {
  const Gateway gateway = Make(kShort);
  EXPECT_EQ(gateway.Handle(Get(kExpand)).status, 200);
  EXPECT_EQ(Reasons(), std::vector<std::string>{"OK"});
}

TEST_F(GatewayHeavyTest, TheThresholdOfARequestIsPartOfWhatIsKept) {
  const Gateway gateway = Make(kLong);
  EXPECT_EQ(gateway.Handle(Get(kExpand)).status, 200);
  EXPECT_EQ(gateway.Handle(Get(kExpand, {{"X-Too-Costly-Threshold", "3"}})).status, 422);
  EXPECT_EQ(gateway.Handle(Get(kExpand, {{"X-Too-Costly-Threshold", "4"}})).status, 200);
}

}  // namespace
}  // namespace chemoterm::gateway
