// A callback service that answers each call with one field, so that the message has the given size:
// what gRPC itself costs. `grpc_echo SIZE` prints its port on 127.0.0.1 and serves until SIGTERM.
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/memory.h"
#include "echo.grpc.pb.h"

namespace chemoterm::bench {
namespace {

class EchoServer final : public v1::EchoService::CallbackService {
 public:
  explicit EchoServer(std::string payload) : payload_(std::move(payload)) {}

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const v1::EchoRequest* request,
                                 v1::EchoResponse* response) override {
    auto* const reactor = context->DefaultReactor();
    if (request->text().empty()) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "text is empty"});
      return reactor;
    }
    response->set_payload(payload_);
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const std::string payload_;
};

// The payload with which a response has that size: tag and length come off it.
std::string PayloadFor(std::size_t size) {
  v1::EchoResponse response;
  response.set_payload(std::string(size, 'x'));
  while (response.ByteSizeLong() > size) response.mutable_payload()->pop_back();
  CHECK(response.ByteSizeLong() == size);
  return response.payload();
}

int Serve(std::size_t size) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before gRPC starts threads that inherit it

  EchoServer echo(PayloadFor(size));
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  CHECK(server != nullptr && port != 0);
  std::printf("%d\n", port);
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}

}  // namespace
}  // namespace chemoterm::bench

int main(int argc, char** argv) {
  chemoterm::base::UseFewArenas();  // as the service does
  const long size = argc == 2 ? std::atol(argv[1]) : 0;
  if (size <= 0) {
    std::fprintf(stderr, "usage: grpc_echo SIZE\n");
    return 2;
  }
  return chemoterm::bench::Serve(static_cast<std::size_t>(size));
}
