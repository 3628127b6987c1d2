// Health, reflection and the life cycle of the server.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <future>
#include <thread>

#include "unit/rpc/rpc_fixture.h"

namespace chemoterm::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using std::chrono::milliseconds;
using testing::HasSubstr;

class RpcServerTest : public RpcTest {};

TEST_F(RpcServerTest, HealthFollowsTheServer) {
  for (const bool serving : {true, false, true}) {
    server_->SetServing(serving);
    for (const char* service : {"", kTerminology, kCoverage}) {
      EXPECT_EQ(Health(service),
                serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING)
          << service;
    }
    EXPECT_EQ(Health("no.such.Service"), HealthCheckResponse::SERVICE_UNKNOWN);
  }
  EXPECT_EQ(records_.size(), 0U);  // not worth a line in the log each
}

TEST_F(RpcServerTest, AHealthWatchTellsEachChangeAndEndsWithTheServer) {
  const auto watch = health_->Watch(&context_, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  server_->SetServing(false);
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  server_->SetServing(true);
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  EXPECT_TRUE(server_->Drain(std::chrono::seconds(10)));
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(RpcServerTest, AHealthWatchOfAnUnknownServiceSaysSoAndCanBeCancelled) {
  HealthCheckRequest request;
  request.set_service("no.such.Service");
  const auto watch = health_->Watch(&context_, request);
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVICE_UNKNOWN);
  context_.TryCancel();
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// gRPC installs no header for the reflection messages, but links them in: they are built by name.
std::string ReflectionBytes(const std::string& json) {
  const auto* type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
      "grpc.reflection.v1alpha.ServerReflectionRequest");
  if (type == nullptr) return {};
  const std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, message.get()).ok());
  return message->SerializeAsString();
}

TEST_F(RpcServerTest, ReflectionListsAndDescribesEveryService) {
  const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  std::string list;
  ASSERT_TRUE(CallRaw(method, ReflectionBytes(R"({"listServices": ""})"), &list).ok());
  for (const std::string service : {kTerminology, kCoverage, "grpc.health.v1.Health"}) {
    EXPECT_THAT(list, HasSubstr(service));
    std::string file;
    const auto request = ReflectionBytes(R"({"fileContainingSymbol": ")" + service + "\"}");
    ASSERT_TRUE(CallRaw(method, request, &file).ok());
    EXPECT_THAT(file, HasSubstr(".proto")) << service;
  }
}

TEST_F(RpcServerTest, DrainLetsACallInProgressFinish) {
  const auto stream = terminology_->StreamValidateCodes(&context_);
  tv::StreamValidateCodesRequest request;
  *request.mutable_request() = Validate(kCode);
  tv::StreamValidateCodesResponse response;
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  auto drained =
      std::async(std::launch::async, [this] { return server_->Drain(std::chrono::seconds(10)); });
  std::this_thread::sleep_for(milliseconds(100));
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_TRUE(drained.get());
  grpc::ClientContext second;
  tv::LookupCodeResponse lookup;
  EXPECT_EQ(terminology_->LookupCode(&second, Lookup(kCode), &lookup).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(RpcServerTest, DrainCutsWhatIsLeftAtItsLimit) {
  const auto stream = terminology_->StreamValidateCodes(&context_);
  tv::StreamValidateCodesRequest request;
  *request.mutable_request() = Validate(kCode);
  tv::StreamValidateCodesResponse response;
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_FALSE(server_->Drain(milliseconds(200)));
  EXPECT_FALSE(stream->Finish().ok());
  EXPECT_EQ(records_.Only().reason, "CANCELLED");
}

TEST_F(RpcServerTest, APortInUseIsRefusedByName) {
  RpcServerOptions options;
  options.port = server_->port();
  const auto second = RpcServer::Start(options, SharedEngine(), {});
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(FailureOf(second.status()).text, HasSubstr(base::ToText(options.port)));
}

TEST_F(RpcServerTest, AnswersManyCallersAtOnce) {
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([this] {
      for (int j = 0; j < 100; ++j) {
        grpc::ClientContext context;
        tv::LookupCodeResponse response;
        ASSERT_TRUE(terminology_->LookupCode(&context, Lookup(kCode), &response).ok());
        ASSERT_EQ(response.code(), kCode);
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(records_.size(), 800U);
}

}  // namespace
}  // namespace chemoterm::rpc
