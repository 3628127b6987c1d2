// One service, five ways in: the engine, FHIR R4 and R5 over a gateway without sockets, gRPC over
// loopback, and the program as a process.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/engine.h"
#include "gateway/gateway.h"
#include "golden/golden_case.h"
#include "support/answer_tree.h"

namespace chemoterm::test {

// The day on which the cases are played.
inline constexpr std::string_view kToday = "2026-11-22";

// What a door gave back.
struct Reply {
  bool ok = false;
  Tree answer;          // of a success; issues included
  int status = 0;       // of a failure: HTTP status, gRPC code, or exit code
  std::string reason;   // of a failure: name of the Reason; empty where the door does not show it
  std::string text;     // of a failure
  bool unread = false;  // the failure came from reading the request, before the engine
};

// R5 alone has some parameters, and R4 one use per designation: what is left when both are set
// aside.
void LeaveCommon(std::string_view operation, Tree& answer);

class GrpcDoor {
 public:
  static std::unique_ptr<GrpcDoor> Open(const Engine& engine);
  virtual ~GrpcDoor() = default;
  virtual Reply Play(const Case& golden) = 0;
};

class Doors {
 public:
  // Opens the shipped content; ends the test program when it cannot be loaded.
  Doors();

  Reply ByEngine(const Case& golden) const;
  // `base`: "r4" or "r5"; a POST of Parameters, or a GET (see Case::Primitives).
  Reply ByPost(const Case& golden, std::string_view base) const;
  Reply ByGet(const Case& golden, std::string_view base) const;
  Reply ByGrpc(const Case& golden) { return grpc_->Play(golden); }
  bool has_grpc() const { return grpc_ != nullptr; }
  const Engine& engine() const { return *engine_; }

 private:
  Reply Http(const std::string& method, const std::string& target, const std::string& body) const;

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<GrpcDoor> grpc_;
};

// Plays a case with primitive parameters on the built program. Its day is today, so the case gives
// a date wherever one matters.
Reply ByCommand(const Case& golden, int* exit_code);
// Looks codes up with all their properties in one run of the program, given on its standard input.
std::vector<Tree> LookupsByCommand(const std::vector<std::string>& codes, std::string_view system);

}  // namespace chemoterm::test
