// The gRPC door: requests and answers are walked by reflection, so that a case needs no code of its
// own.
#include <google/protobuf/message.h>
#include <grpcpp/create_channel.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdio>
#include <cstdlib>

#include "chemoterm/coverage/v1/coverage.grpc.pb.h"
#include "chemoterm/order/v1/order.grpc.pb.h"
#include "chemoterm/terminology/v1/terminology.grpc.pb.h"
#include "golden/doors.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "rpc/rpc_server.h"

namespace chemoterm::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A text, or a resource as JSON.
std::string TextOf(const rapidjson::Value& value) {
  if (value.IsString()) return value.GetString();
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

void Fill(Message& message, const FieldDescriptor& field, const rapidjson::Value& value);

void FillObject(Message& message, const rapidjson::Value& object) {
  for (const auto& [key, value] : object.GetObject()) {
    const FieldDescriptor* field =
        message.GetDescriptor()->FindFieldByName(SnakeCase(key.GetString()));
    if (field == nullptr) continue;
    if (!value.IsArray()) {
      Fill(message, *field, value);
      continue;
    }
    for (const auto& element : value.GetArray()) Fill(message, *field, element);
  }
}

void Fill(Message& message, const FieldDescriptor& field, const rapidjson::Value& value) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.is_repeated()) return reflection.AddString(&message, &field, TextOf(value));
      return reflection.SetString(&message, &field, TextOf(value));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, value.GetBool());
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, &field, value.GetInt());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.is_repeated()) return FillObject(*reflection.AddMessage(&message, &field), value);
      return FillObject(*reflection.MutableMessage(&message, &field), value);
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_ENUM:
      break;
  }
  std::abort();  // no request has such a field
}

bool IsAny(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type()->full_name() == "chemoterm.type.v1.Value";
}

// Resources are texts over gRPC.
void FillResource(Message& message, const FieldDescriptor& field, const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  const std::string text(buffer.GetString(), buffer.GetSize());
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) return reflection.AddString(&message, &field, text);
  reflection.SetString(&message, &field, text);
}

// The request of a case. A parameter that the message has no field for is not sent, as FHIR ignores
// it.
void FillRequest(Message& message, const rapidjson::Value& parameters) {
  for (const auto& parameter : parameters.GetArray()) {
    const auto* field =
        message.GetDescriptor()->FindFieldByName(SnakeCase(parameter["name"].GetString()));
    if (field == nullptr) continue;
    for (const auto& [key, value] : parameter.GetObject()) {
      const std::string_view name = key.GetString();
      if (name == "part") {
        FillRequest(*message.GetReflection()->AddMessage(&message, field), value);
      } else if (name == "resource") {
        FillResource(message, *field, value);
      } else if (name != "name" && IsAny(*field)) {
        // value[x] is a field of the message: valueCode is code_value.
        Message& any = *message.GetReflection()->MutableMessage(&message, field);
        const std::string kind = SnakeCase(std::string(name.substr(5))) + "_value";
        const std::string found = kind.starts_with("_") ? kind.substr(1) : kind;
        Fill(any, *any.GetDescriptor()->FindFieldByName(found), value);
      } else if (name != "name") {
        Fill(message, *field, value);
      }
    }
  }
}

Tree TreeOf(const Message& message);

Tree ScalarOf(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return {index < 0 ? reflection.GetString(message, &field)
                        : reflection.GetRepeatedString(message, &field, index),
              {}};
    case FieldDescriptor::CPPTYPE_BOOL:
      return {reflection.GetBool(message, &field) ? "true" : "false", {}};
    case FieldDescriptor::CPPTYPE_INT32:
      return {std::to_string(index < 0 ? reflection.GetInt32(message, &field)
                                       : reflection.GetRepeatedInt32(message, &field, index)),
              {}};
    case FieldDescriptor::CPPTYPE_INT64:
      return {std::to_string(reflection.GetInt64(message, &field)), {}};
    case FieldDescriptor::CPPTYPE_ENUM: {
      // SEVERITY_WARNING is FHIR's "warning".
      std::string name = reflection.GetEnum(message, &field)->name();
      name = name.substr(name.find('_') + 1);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      return {name, {}};
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return TreeOf(index < 0 ? reflection.GetMessage(message, &field)
                              : reflection.GetRepeatedMessage(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      break;
  }
  std::abort();  // no answer has such a field
}

// True where proto3 cannot tell absent from empty and FHIR leaves the empty one out.
bool IsAbsent(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.has_presence()) return !reflection.HasField(message, &field);
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
         reflection.GetString(message, &field).empty();
}

Tree TreeOf(const Message& message) {
  Tree tree;
  const auto& descriptor = *message.GetDescriptor();
  const bool is_value = descriptor.full_name() == "chemoterm.type.v1.Value";
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (!field.is_repeated()) {
      if (IsAbsent(message, field)) continue;
      Tree value = ScalarOf(message, field, -1);
      if (is_value) return value;  // value[x]: the kind is seen through
      if (value.text.empty() && value.members.empty()) continue;
      tree.members[field.name()].push_back(std::move(value));
      continue;
    }
    const int count = message.GetReflection()->FieldSize(message, &field);
    for (int at = 0; at < count; ++at)
      tree.members[field.name()].push_back(ScalarOf(message, field, at));
  }
  return tree;
}

Reply Refused(const grpc::Status& status) {
  Reply reply;
  reply.status = static_cast<int>(status.error_code());
  reply.text = status.error_message();
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&info)) reply.reason = info.reason();
  }
  return reply;
}

class GrpcDoorImpl : public GrpcDoor {
 public:
  explicit GrpcDoorImpl(std::unique_ptr<rpc::RpcServer> server)
      : server_(std::move(server)),
        channel_(grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                     grpc::InsecureChannelCredentials())),
        terminology_(terminology::v1::TerminologyService::NewStub(channel_)),
        coverage_(coverage::v1::CoverageService::NewStub(channel_)),
        order_entry_(order::v1::OrderEntryService::NewStub(channel_)) {}

  Reply Play(const Case& golden) override {
    using T = terminology::v1::TerminologyService::Stub;
    using C = coverage::v1::CoverageService::Stub;
    using O = order::v1::OrderEntryService::Stub;
    if (golden.operation == "lookup") return Call(*terminology_, &T::LookupCode, golden);
    if (golden.operation == "validate-code") return Call(*terminology_, &T::ValidateCode, golden);
    if (golden.operation == "valueset-validate-code")
      return Call(*terminology_, &T::ValidateValueSetCode, golden);
    if (golden.operation == "expand") return Call(*terminology_, &T::ExpandValueSet, golden);
    if (golden.operation == "compare") return Call(*terminology_, &T::CompareValueSets, golden);
    if (golden.operation == "subsumes") return Call(*terminology_, &T::Subsumes, golden);
    if (golden.operation == "related-codes")
      return Call(*terminology_, &T::ListRelatedCodes, golden);
    if (golden.operation == "translate") return Call(*terminology_, &T::TranslateCode, golden);
    if (golden.operation == "find-matches") return Call(*terminology_, &T::FindMatches, golden);
    if (golden.operation == "closure") return Call(*terminology_, &T::UpdateClosure, golden);
    if (golden.operation == "search-codes") return Call(*terminology_, &T::SearchCodes, golden);
    if (golden.operation == "coverage-notes")
      return Call(*coverage_, &C::ListCoverageNotes, golden);
    if (golden.operation == "check-coverage") return Call(*coverage_, &C::CheckCoverage, golden);
    if (golden.operation == "estimate-order") return Call(*order_entry_, &O::EstimateOrder, golden);
    if (golden.operation == "check-order") return Call(*order_entry_, &O::CheckOrder, golden);
    if (golden.operation == "code-administration")
      return Call(*order_entry_, &O::CodeAdministration, golden);
    std::fprintf(stderr, "no RPC is known for %s\n", golden.operation.c_str());
    std::abort();
  }

 private:
  // What an expansion has anew each time, and what it has as JSON.
  static void LeaveOut(Tree& expansion) {
    for (const char* name : {"identifier", "timestamp", "issues"}) expansion.members.erase(name);
    const auto contains = expansion.members.find("contains");
    if (contains == expansion.members.end()) return;
    for (Tree& each : contains->second) {
      each.members.erase("extensions");
      const auto designations = each.members.find("designation");
      if (designations == each.members.end()) continue;
      for (Tree& one : designations->second) one.members.erase("extensions");
    }
  }

  template <class Stub, class Request, class Response>
  Reply Call(Stub& stub, grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&, Response*),
             const Case& golden) {
    Request request;
    Response response;
    FillRequest(request, *golden.parameters);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    const grpc::Status status = (stub.*rpc)(&context, request, &response);
    if (!status.ok()) return Refused(status);
    Reply reply;
    reply.ok = true;
    reply.answer = TreeOf(response);
    if (golden.operation == "expand") LeaveOut(reply.answer);
    return reply;
  }

  std::unique_ptr<rpc::RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<terminology::v1::TerminologyService::Stub> terminology_;
  std::unique_ptr<coverage::v1::CoverageService::Stub> coverage_;
  std::unique_ptr<order::v1::OrderEntryService::Stub> order_entry_;
};

}  // namespace

std::unique_ptr<GrpcDoor> GrpcDoor::Open(const Engine& engine) {
  auto server = rpc::RpcServer::Start(rpc::RpcServerOptions{}, engine, nullptr);
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", std::string(server.status().message()).c_str());
    std::abort();
  }
  return std::make_unique<GrpcDoorImpl>(*std::move(server));
}

}  // namespace chemoterm::test
