// StreamValidateCodes: order, flow control, cancellation, deadline.
#include <atomic>
#include <chrono>
#include <thread>

#include "unit/rpc/rpc_fixture.h"

namespace chemoterm::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

class RpcStreamTest : public RpcTest {};

TEST_F(RpcStreamTest, AStreamAnswersInOrderWhileTheCallerIsStillWriting) {
  constexpr int kCount = 3000;  // many windows
  const auto stream = terminology_->StreamValidateCodes(&context_);
  std::thread writer([&] {
    for (int i = 0; i < kCount; ++i) {
      tv::StreamValidateCodesRequest request;
      request.set_id(base::ToText(i));
      if (i % 3 != 2) *request.mutable_request() = Validate(i % 3 == 0 ? kCode : "9641");
      ASSERT_TRUE(stream->Write(request));
    }
    stream->WritesDone();
  });
  tv::StreamValidateCodesResponse response;
  int count = 0;
  for (; stream->Read(&response); ++count) {
    ASSERT_EQ(response.id(), base::ToText(count));
    if (count % 3 == 2) {
      ASSERT_EQ(ReasonIn(response.error()), "NOTHING_TO_VALIDATE");
    } else {
      ASSERT_EQ(response.response().result(), count % 3 == 0);
    }
  }
  writer.join();
  EXPECT_EQ(count, kCount);
  EXPECT_TRUE(stream->Finish().ok());
  const auto record = records_.Only();
  EXPECT_EQ(record.operation, "validate-code");
  EXPECT_EQ(record.reason, "OK");
}

TEST_F(RpcStreamTest, AStreamAnswersEachRequestBeforeTheNext) {
  const auto stream = terminology_->StreamValidateCodes(&context_);
  for (int i = 0; i < 10; ++i) {
    tv::StreamValidateCodesRequest request;
    request.set_id(base::ToText(i));
    *request.mutable_request() = Validate(kCode);
    ASSERT_TRUE(stream->Write(request));
    tv::StreamValidateCodesResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.id(), base::ToText(i));
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(RpcStreamTest, ACallerThatDoesNotReadIsNotReadFurther) {
  const auto stream = terminology_->StreamValidateCodes(&context_);
  tv::StreamValidateCodesRequest request;
  request.set_id(std::string(60'000, 'x'));  // comes back with the answer
  *request.mutable_request() = Validate(kCode);
  std::atomic<int> written = 0;
  std::thread writer([&] {
    while (written < 100'000 && stream->Write(request)) ++written;
  });
  int before = -1;
  while (written != before) {  // until the writer is held up
    before = written;
    std::this_thread::sleep_for(milliseconds(300));
  }
  EXPECT_LT(written, 1000);  // the window and what the connection buffers
  context_.TryCancel();
  writer.join();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(records_.Only().reason, "CANCELLED");
}

TEST_F(RpcStreamTest, ACancelledStreamEnds) {
  const auto stream = terminology_->StreamValidateCodes(&context_);
  tv::StreamValidateCodesRequest request;
  *request.mutable_request() = Validate(kCode);
  ASSERT_TRUE(stream->Write(request));
  tv::StreamValidateCodesResponse response;
  ASSERT_TRUE(stream->Read(&response));
  context_.TryCancel();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(records_.Only().reason, "CANCELLED");
}

TEST_F(RpcStreamTest, AStreamEndsAtItsDeadline) {
  context_.set_deadline(system_clock::now() + milliseconds(3000));
  const auto stream = terminology_->StreamValidateCodes(&context_);
  tv::StreamValidateCodesRequest request;
  *request.mutable_request() = Validate(kCode);
  ASSERT_TRUE(stream->Write(request));
  tv::StreamValidateCodesResponse response;
  ASSERT_TRUE(stream->Read(&response)) << "the server has not even seen the call";
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  // The caller's reset may reach the server before its own clock says so.
  EXPECT_THAT(records_.Only().reason, testing::AnyOf("DEADLINE_EXCEEDED", "CANCELLED"));
}

TEST_F(RpcStreamTest, AMalformedMessageEndsAStreamWithAReason) {
  const auto status = CallRaw(std::string("/") + kTerminology + "/StreamValidateCodes", "\xff\xff");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "MALFORMED_BODY");
}

}  // namespace
}  // namespace chemoterm::rpc
