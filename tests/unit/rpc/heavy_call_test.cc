// Calls that need more work than gRPC's threads do.
#include <thread>

#include "base/work_pool.h"
#include "rpc_fixture.h"
#include "support/work_gate.h"

namespace chemoterm::rpc {
namespace {

// More than any call of these tests needs, and less.
constexpr std::size_t kLong = 1'000'000;
constexpr std::size_t kShort = 1;

// A pool with one thread; the server stops before it goes.
class HeavyCallTest : public RpcTest {
 protected:
  void SetUp() override {}
  void TearDown() override {
    Open();
    server_.reset();
  }

  void StartWith(std::size_t slice_steps, std::size_t max_waiting = 100) {
    pool_ = std::make_unique<base::WorkPool>(1, max_waiting);
    RpcServerOptions options;
    options.pool = pool_.get();
    options.slice_steps = slice_steps;
    Start(options);
  }
  // Keeps the pool's thread busy until Open().
  void Block() { gate_.Block(*pool_); }
  void Open() { gate_.Open(); }
  static tv::ExpandValueSetRequest Genders() {
    tv::ExpandValueSetRequest request;
    request.set_url("http://hl7.org/fhir/ValueSet/administrative-gender");
    return request;
  }
  std::int64_t Done() const { return pool_->stats().done; }
  // How many the pool has answered, when the server has stopped: a task ends behind its answer.
  std::int64_t DoneInTheEnd() {
    server_.reset();
    for (auto stats = pool_->stats(); stats.running + stats.waiting > 0; stats = pool_->stats()) {
      std::this_thread::yield();
    }
    return Done();
  }

  std::unique_ptr<base::WorkPool> pool_;
  WorkGate gate_;
};

TEST_F(HeavyCallTest, ACheapCallNeverComesToThePool) {
  StartWith(kLong);
  Block();
  tv::LookupCodeResponse response;
  const auto status = terminology_->LookupCode(&context_, Lookup(kCode), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(Done(), 0);
}

TEST_F(HeavyCallTest, WhatNeedsMoreThanASliceIsAnsweredByThePool) {
  StartWith(kShort);
  tv::ExpandValueSetResponse response;
  const auto status = terminology_->ExpandValueSet(&context_, Genders(), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.contains_size(), 4);
  EXPECT_EQ(records_.Only().reason, "OK");
  EXPECT_EQ(DoneInTheEnd(), 1);
}

TEST_F(HeavyCallTest, ABatchIsAnsweredByThePool) {
  StartWith(kLong);
  tv::BatchLookupCodesRequest request;
  for (int i = 0; i < 20; ++i) *request.add_items() = Lookup(kCode);
  tv::BatchLookupCodesResponse response;
  ASSERT_TRUE(terminology_->BatchLookupCodes(&context_, request, &response).ok());
  ASSERT_EQ(response.results_size(), 20);
  for (const auto& result : response.results()) EXPECT_TRUE(result.has_response());
  EXPECT_EQ(DoneInTheEnd(), 1);
}

TEST_F(HeavyCallTest, ALargeMessageIsReadByThePool) {
  StartWith(kLong, 0);
  Block();
  tv::ValidateCodeRequest request = Validate(std::string(100'000, 'x'));
  tv::ValidateCodeResponse response;
  const auto status = terminology_->ValidateCode(&context_, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "TOO_MANY_REQUESTS");
}

TEST_F(HeavyCallTest, AFullQueueIsToldAtOnce) {
  StartWith(kShort, 0);
  Block();
  tv::ExpandValueSetResponse response;
  const auto status = terminology_->ExpandValueSet(&context_, Genders(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "TOO_MANY_REQUESTS");
  EXPECT_EQ(records_.Only().reason, "TOO_MANY_REQUESTS");
}

TEST_F(HeavyCallTest, WaitingCountsAsTheCallersTime) {
  StartWith(kShort);
  Block();
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(200));
  tv::ExpandValueSetResponse response;
  const auto status = terminology_->ExpandValueSet(&context_, Genders(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  // The call began later at the server than here, and so it ends there.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  Open();
  EXPECT_THAT(records_.Only().reason, testing::AnyOf("DEADLINE_EXCEEDED", "CANCELLED"));
}

TEST_F(HeavyCallTest, PagesOfAStreamAreMadeByThePool) {
  StartWith(kLong);
  tv::ExpandValueSetRequest request = Genders();
  request.set_count(1);
  const auto reader = terminology_->StreamExpandValueSet(&context_, request);
  tv::ExpandValueSetResponse page;
  int pages = 0;
  while (reader->Read(&page)) ++pages;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(pages, 4);
  EXPECT_EQ(DoneInTheEnd(), 4);
}

TEST_F(HeavyCallTest, AStreamIsRefusedWhenTheQueueIsFull) {
  StartWith(kLong, 0);
  Block();
  const auto reader = terminology_->StreamExpandValueSet(&context_, Genders());
  tv::ExpandValueSetResponse page;
  EXPECT_FALSE(reader->Read(&page));
  EXPECT_EQ(ReasonOf(reader->Finish()), "TOO_MANY_REQUESTS");
}

}  // namespace
}  // namespace chemoterm::rpc
