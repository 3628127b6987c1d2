// The gRPC door over a real connection, with the engine and the shipped content behind it.
#pragma once

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/text.h"
#include "chemoterm/coverage/v1/coverage.grpc.pb.h"
#include "chemoterm/engine.h"
#include "chemoterm/reason.h"
#include "chemoterm/terminology/v1/terminology.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "rpc/rpc_server.h"

namespace chemoterm::rpc {

namespace tv = terminology::v1;
namespace cv = coverage::v1;

inline constexpr char kCpt[] = "http://www.ama-assn.org/go/cpt";
inline constexpr char kCode[] = "96413";
inline constexpr char kTerminology[] = "chemoterm.terminology.v1.TerminologyService";
inline constexpr char kCoverage[] = "chemoterm.coverage.v1.CoverageService";

// One for all tests: loading takes longer than they do.
inline const Engine& SharedEngine() {
  static const auto engine = Engine::Open({.content_dir = CHEMOTERM_SOURCE_DIR "/terminology",
                                           .canonical_base = {},
                                           .forbidden_words_file = {},
                                           .today = [] { return std::string("2026-11-22"); }});
  if (!engine.ok()) {
    ADD_FAILURE() << engine.status();
    std::abort();
  }
  return **engine;
}

struct Seen {
  std::string operation, reason, request_id, trace_id, digest, detail;
  int status = 0;
  std::int64_t request_bytes = 0, response_bytes = 0;
};

// Remembers what the door reports.
class Records {
 public:
  base::RequestObserver Observer() {
    return [this](const base::RequestRecord& r) {
      EXPECT_EQ(r.door, "grpc");
      EXPECT_GE(r.micros, 0);
      const std::lock_guard lock(mutex_);
      seen_.push_back({std::string(r.operation), std::string(r.reason), std::string(r.request_id),
                       std::string(r.trace_id), std::string(r.digest), std::string(r.detail),
                       r.status, r.request_bytes, r.response_bytes});
      changed_.notify_all();
    };
  }

  // The one call of the test, waiting for it.
  Seen Only() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [this] { return !seen_.empty(); });
    EXPECT_EQ(seen_.size(), 1U);
    return seen_.empty() ? Seen{} : seen_.front();
  }

  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return seen_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Seen> seen_;
};

inline std::string ReasonIn(const google::rpc::Status& details) {
  google::rpc::ErrorInfo info;
  if (details.details_size() == 0 || !details.details(0).UnpackTo(&info)) return {};
  return info.reason();
}

inline std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  return details.ParseFromString(status.error_details()) ? ReasonIn(details) : std::string();
}

class RpcTest : public testing::Test {
 protected:
  void SetUp() override { Start({}); }

  void Start(const RpcServerOptions& options) {
    auto server = RpcServer::Start(options, SharedEngine(), records_.Observer());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channel_ = grpc::CreateCustomChannel("127.0.0.1:" + base::ToText(server_->port()),
                                         grpc::InsecureChannelCredentials(), arguments);
    terminology_ = tv::TerminologyService::NewStub(channel_);
    coverage_ = cv::CoverageService::NewStub(channel_);
    health_ = grpc::health::v1::Health::NewStub(channel_);
  }

  // A call with raw bytes.
  grpc::Status CallRaw(const std::string& method, const std::string& request,
                       std::string* response = nullptr) {
    grpc::ClientContext context;
    const grpc::Slice slice(request);
    const grpc::ByteBuffer in(&slice, 1);
    grpc::ByteBuffer out;
    std::promise<grpc::Status> done;
    grpc::GenericStub(channel_).UnaryCall(
        &context, method, {}, &in, &out,
        [&](grpc::Status status) { done.set_value(std::move(status)); });
    auto status = done.get_future().get();
    if (response != nullptr && out.Valid()) {
      grpc::Slice whole;
      EXPECT_TRUE(out.DumpToSingleSlice(&whole).ok());
      response->assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
    }
    return status;
  }

  static tv::LookupCodeRequest Lookup(const std::string& code) {
    tv::LookupCodeRequest request;
    request.set_system(kCpt);
    request.set_code(code);
    return request;
  }

  static tv::ValidateCodeRequest Validate(const std::string& code) {
    tv::ValidateCodeRequest request;
    request.set_url(kCpt);
    request.set_code(code);
    return request;
  }

  grpc::health::v1::HealthCheckResponse::ServingStatus Health(const std::string& service) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const auto status = health_->Check(&context, request, &response);
    if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
      return grpc::health::v1::HealthCheckResponse::SERVICE_UNKNOWN;
    }
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.status();
  }

  Records records_;
  std::unique_ptr<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<tv::TerminologyService::Stub> terminology_;
  std::unique_ptr<cv::CoverageService::Stub> coverage_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
  grpc::ClientContext context_;
};

}  // namespace chemoterm::rpc
