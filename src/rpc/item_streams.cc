#include "rpc/item_streams.h"

#include "rpc/execute.h"
#include "rpc/item_stream.h"

namespace chemoterm::rpc {
namespace {

namespace tv = terminology::v1;
namespace ov = order::v1;

struct CodeItem {
  using Request = tv::StreamValidateCodesRequest;
  using Response = tv::StreamValidateCodesResponse;
  static constexpr std::string_view kOperation = ValidateCodeOp::kInfo.name;

  static bool IsFree(const Request& /*request*/) { return false; }
  static void Answer(const Call& call, const Request& request, Response& response) {
    response.set_id(request.id());
    ExecuteItem(call, request.request(), response);
  }
};

struct OrdersItem {
  using Request = ov::StreamCheckOrdersRequest;
  using Response = ov::StreamCheckOrdersResponse;
  static constexpr std::string_view kOperation = CheckOrderOp::kInfo.name;

  static bool IsFree(const Request& request) { return request.unordered(); }
  static void Answer(const Call& call, const Request& request, Response& response) {
    response.set_id(request.id());
    if (request.orders_size() > kMaxStreamedOrders) {
      const auto status =
          Fail(Reason::kInvalidParameter, "A message has at most 100 orders.", "orders");
      *response.add_results()->mutable_error() = ToProtoStatus(status, call.request_id());
      return;
    }
    response.mutable_results()->Reserve(request.orders_size());
    for (const auto& order : request.orders()) {
      auto& result = *response.add_results();
      if (auto alive = call.Alive(); !alive.ok()) {
        *result.mutable_error() = ToProtoStatus(alive, call.request_id());
      } else {
        ExecuteItem(call, order, result);
      }
    }
  }

 private:
  static constexpr int kMaxStreamedOrders = 100;
};

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartValidateStream(
    const Door& door, grpc::CallbackServerContext& server) {
  return new ItemStream<CodeItem>(door, server);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartOrderStream(
    const Door& door, grpc::CallbackServerContext& server) {
  return new ItemStream<OrdersItem>(door, server);
}

}  // namespace chemoterm::rpc
