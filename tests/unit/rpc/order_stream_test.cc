// StreamCheckOrders: batches in order and out of it, outcomes of single orders, limits.
#include <memory>
#include <set>
#include <thread>

#include "base/work_pool.h"
#include "chemoterm/order/v1/order.grpc.pb.h"
#include "unit/rpc/rpc_fixture.h"

namespace chemoterm::rpc {
namespace {

namespace ov = order::v1;

ov::CheckOrderRequest OrderOf(std::initializer_list<std::string_view> codes) {
  ov::CheckOrderRequest order;
  order.set_date("2026-11-20");
  for (const auto code : codes) {
    auto& coding = *order.add_line()->mutable_coding();
    coding.set_system(kCpt);
    coding.set_code(std::string(code));
  }
  return order;
}

ov::StreamCheckOrdersRequest MessageOf(int id, int orders, bool unordered) {
  ov::StreamCheckOrdersRequest message;
  message.set_id(base::ToText(id));
  message.set_unordered(unordered);
  // A push beside a drip, and an add-on alone.
  for (int i = 0; i < orders; ++i) {
    *message.add_orders() = i % 2 == 0 ? OrderOf({"96413", "96411"}) : OrderOf({"96415"});
  }
  return message;
}

class OrderStreamTest : public RpcTest {
 protected:
  // The pool outlives the server.
  void TearDown() override { server_.reset(); }
  void SetUp() override {
    pool_ = std::make_unique<base::WorkPool>(2, 100);
    RpcServerOptions options;
    options.pool = pool_.get();
    Start(options);
    orders_ = ov::OrderEntryService::NewStub(channel_);
  }

  // Sends messages and gives the ids of the answers as they came.
  std::vector<std::string> IdsOf(int messages, bool unordered) {
    const auto stream = orders_->StreamCheckOrders(&context_);
    std::thread writer([&] {
      for (int i = 0; i < messages; ++i) {
        ASSERT_TRUE(stream->Write(MessageOf(i, 10, unordered)));
      }
      stream->WritesDone();
    });
    std::vector<std::string> ids;
    for (ov::StreamCheckOrdersResponse response; stream->Read(&response);) {
      ids.push_back(response.id());
      EXPECT_EQ(response.results_size(), 10);
      for (int i = 0; i < response.results_size(); ++i) {
        EXPECT_EQ(response.results(i).response().verdict(), i % 2 == 0 ? "accept" : "reject");
      }
    }
    writer.join();
    EXPECT_TRUE(stream->Finish().ok());
    EXPECT_EQ(records_.Only().operation, "check-order");
    return ids;
  }

  std::unique_ptr<base::WorkPool> pool_;
  std::unique_ptr<ov::OrderEntryService::Stub> orders_;
};

TEST_F(OrderStreamTest, AnswersInOrder) {
  const auto ids = IdsOf(200, false);
  ASSERT_EQ(ids.size(), 200U);
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], base::ToText(i));
}

TEST_F(OrderStreamTest, AnswersEveryMessageOnceWhereTheOrderIsFree) {
  const auto ids = IdsOf(200, true);
  EXPECT_EQ(ids.size(), 200U);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 200U);
  EXPECT_GT(pool_->stats().done, 0) << "some were answered in the pool";
}

TEST_F(OrderStreamTest, AnOrderThatCannotBeCheckedHasAnErrorOfItsOwn) {
  const auto stream = orders_->StreamCheckOrders(&context_);
  ov::StreamCheckOrdersRequest message = MessageOf(1, 1, false);
  message.add_orders()->set_date("2026-11-20");
  *message.add_orders() = OrderOf({"96413"});
  ASSERT_TRUE(stream->Write(message));
  stream->WritesDone();
  ov::StreamCheckOrdersResponse response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(ReasonIn(response.results(1).error()), "MISSING_PARAMETER");
  EXPECT_EQ(response.results(2).response().verdict(), "accept");
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(OrderStreamTest, AMessageHasAtMostAHundredOrders) {
  const auto stream = orders_->StreamCheckOrders(&context_);
  ASSERT_TRUE(stream->Write(MessageOf(1, 101, false)));
  stream->WritesDone();
  ov::StreamCheckOrdersResponse response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_EQ(response.results_size(), 1);
  EXPECT_EQ(ReasonIn(response.results(0).error()), "INVALID_PARAMETER");
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(OrderStreamTest, ACancelledStreamEndsWithWhatIsUnderWay) {
  const auto stream = orders_->StreamCheckOrders(&context_);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(stream->Write(MessageOf(i, 100, true)));
  ov::StreamCheckOrdersResponse response;
  ASSERT_TRUE(stream->Read(&response));
  context_.TryCancel();
  while (stream->Read(&response)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(records_.Only().reason, "CANCELLED");
}

}  // namespace
}  // namespace chemoterm::rpc
