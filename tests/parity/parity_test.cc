// Every parameter of an operation table has a field of the same name, kind and repeatedness in the
// proto of its RPC, and the reverse; every reason has its name in the ErrorReason enum; every
// declaration has a comment.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "chemoterm/coverage/v1/coverage.pb.h"
#include "chemoterm/ops/all_ops.h"
#include "chemoterm/order/v1/order.pb.h"
#include "chemoterm/reason.h"
#include "chemoterm/terminology/v1/terminology.pb.h"
#include "chemoterm/type/v1/type.pb.h"

namespace chemoterm {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// "displayLanguage" and "display-language" are display_language; a run of capitals is one word.
std::string SnakeCase(std::string_view name) {
  // Beside it there is "systemVersion", another parameter.
  if (name == "system-version") return "default_system_version";
  std::string snake;
  bool in_capitals = false;
  for (const char c : name) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital && !in_capitals) snake += '_';
    snake += is_capital ? static_cast<char>(c - 'A' + 'a') : c == '-' ? '_' : c;
    in_capitals = is_capital;
  }
  return snake;
}

// The proto type of a parameter: a scalar's name, or the full name of a message; empty for nested
// parameters.
std::string TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kCode:
    case Kind::kUri:
    case Kind::kCanonical:
    case Kind::kString:
    case Kind::kId:
    case Kind::kDecimal:
    case Kind::kDate:
    case Kind::kDateTime:
    case Kind::kReference:
    case Kind::kStringOrReference:
    case Kind::kResource:
    case Kind::kCodeSystem:
    case Kind::kValueSet:
    case Kind::kConceptMap:
      return "string";
    case Kind::kBoolean:
      return "bool";
    case Kind::kInteger:
      return "int32";
    case Kind::kCoding:
      return "chemoterm.type.v1.Coding";
    case Kind::kCodeableConcept:
      return "chemoterm.type.v1.CodeableConcept";
    case Kind::kPeriod:
      return "chemoterm.type.v1.Period";
    case Kind::kMoney:
      return "chemoterm.type.v1.Money";
    case Kind::kAny:
      return "chemoterm.type.v1.Value";
    case Kind::kParts:
      return "";
  }
  return "?";
}

std::string TypeOf(const FieldDescriptor& field) {
  return field.message_type() != nullptr ? field.message_type()->full_name() : field.type_name();
}

template <class T>
struct IsOptionalScalar : std::false_type {};
template <class T>
struct IsOptionalScalar<std::optional<T>> : std::is_arithmetic<T> {};

template <class T>
struct ElementOf {
  using Type = T;
};
template <class T>
struct ElementOf<std::vector<T>> {
  using Type = T;
};

// `extra` names fields that no table has.
template <class Struct>
void ExpectParity(const Descriptor& message, const std::set<std::string>& extra) {
  SCOPED_TRACE(message.full_name());
  std::set<std::string> names = extra;
  ForEachParam<Struct>([&]<class Owner, class Member>(const Param<Owner, Member>& param) {
    if (IsAlias(param.in)) return;
    const std::string name = SnakeCase(param.name);
    SCOPED_TRACE(name);
    EXPECT_TRUE(names.insert(name).second) << "two parameters have this name";
    const auto* field = message.FindFieldByName(name);
    ASSERT_NE(field, nullptr) << "the table has a parameter that the proto lacks";
    EXPECT_EQ(field->is_repeated(), param.cardinality.ends_with('*'));
    EXPECT_EQ(field->has_optional_keyword(), IsOptionalScalar<Member>::value)
        << "`optional` stands where absent differs from false or 0";
    if constexpr (requires { Params<typename ElementOf<Member>::Type>::kAll; }) {
      EXPECT_EQ(param.kind, Kind::kParts);
      ASSERT_NE(field->message_type(), nullptr);
      ExpectParity<typename ElementOf<Member>::Type>(*field->message_type(), {});
    } else {
      EXPECT_EQ(TypeOf(*field), TypeOf(param.kind));
    }
  });
  for (int i = 0; i < message.field_count(); ++i) {
    EXPECT_TRUE(names.contains(message.field(i)->name()))
        << message.field(i)->full_name() << " is in no table";
  }
}

// The method of "TerminologyService.LookupCode".
const MethodDescriptor* MethodOf(std::string_view rpc) {
  const std::string service(rpc.substr(0, rpc.find('.')));
  const std::string method(rpc.substr(rpc.find('.') + 1));
  for (const FileDescriptor* file : {terminology::v1::LookupCodeRequest::descriptor()->file(),
                                     coverage::v1::ListCoverageNotesRequest::descriptor()->file(),
                                     order::v1::CheckOrderRequest::descriptor()->file()}) {
    const auto* found = file->FindServiceByName(service);
    if (found != nullptr) return found->FindMethodByName(method);
  }
  return nullptr;
}

TEST(Parity, EveryOperationHasAnRpcWithItsParameters) {
  ForEachOp([]<class Op>() {
    SCOPED_TRACE(std::string(Op::kInfo.rpc));
    const auto* method = MethodOf(Op::kInfo.rpc);
    ASSERT_NE(method, nullptr);
    ExpectParity<typename Op::Request>(*method->input_type(), {});
    ExpectParity<typename Op::Result>(*method->output_type(), {"issues"});
    const auto* issues = method->output_type()->FindFieldByName("issues");
    ASSERT_NE(issues, nullptr);
    EXPECT_TRUE(issues->is_repeated());
    EXPECT_EQ(TypeOf(*issues), "chemoterm.type.v1.Issue");
  });
}

TEST(Parity, EveryReasonIsAnErrorReasonAndTheReverse) {
  const EnumDescriptor& reasons = *type::v1::ErrorReason_descriptor();
  for (int i = 0; i <= static_cast<int>(Reason::kLast); ++i) {
    const std::string name(InfoOf(static_cast<Reason>(i)).name);
    EXPECT_NE(reasons.FindValueByName(name), nullptr) << name;
  }
  EXPECT_EQ(reasons.value_count(), static_cast<int>(Reason::kLast) + 2);  // and _UNSPECIFIED
}

// Reads the descriptor set of the build, which has the comments that the compiled-in one lacks.
class ProtosetTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(CHEMOTERM_PROTOSET, std::ios::binary);
    ASSERT_TRUE(set_.ParseFromIstream(&file)) << CHEMOTERM_PROTOSET;
    for (const FileDescriptorProto& proto : set_.file()) {
      const auto* built = pool_.BuildFile(proto);
      ASSERT_NE(built, nullptr) << proto.name();
      if (proto.package().starts_with("chemoterm.")) ours_.push_back(built);
    }
    ASSERT_EQ(ours_.size(), 4U);
  }

  void ForEachMessage(const std::function<void(const Descriptor&)>& visit) const {
    for (const auto* file : ours_) {
      for (int i = 0; i < file->message_type_count(); ++i) visit(*file->message_type(i));
    }
  }

  void ForEachMethod(const std::function<void(const MethodDescriptor&)>& visit) const {
    for (const auto* file : ours_) {
      for (int i = 0; i < file->service_count(); ++i) {
        const ServiceDescriptor& service = *file->service(i);
        for (int j = 0; j < service.method_count(); ++j) visit(*service.method(j));
      }
    }
  }

  FileDescriptorSet set_;
  DescriptorPool pool_;
  std::vector<const FileDescriptor*> ours_;
};

template <class Declaration>
std::string CommentOf(const Declaration& declaration) {
  google::protobuf::SourceLocation location;
  if (!declaration.GetSourceLocation(&location)) return {};
  return location.leading_comments;
}

TEST_F(ProtosetTest, EveryFieldSaysWhoSetsIt) {
  ForEachMessage([](const Descriptor& message) {
    EXPECT_NE(CommentOf(message), "") << message.full_name();
    for (int i = 0; i < message.field_count(); ++i) {
      EXPECT_THAT(CommentOf(*message.field(i)),
                  testing::MatchesRegex(" (Required|Optional|Output only)\\. (.|\n)+"))
          << message.field(i)->full_name();
    }
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
      EXPECT_NE(CommentOf(*message.oneof_decl(i)), "") << message.oneof_decl(i)->full_name();
    }
  });
}

TEST_F(ProtosetTest, EveryServiceMethodAndEnumValueHasAComment) {
  ForEachMethod([](const MethodDescriptor& method) {
    EXPECT_NE(CommentOf(*method.service()), "") << method.service()->full_name();
    EXPECT_NE(CommentOf(method), "") << method.full_name();
  });
  for (const auto* file : ours_) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      const EnumDescriptor& type = *file->enum_type(i);
      EXPECT_NE(CommentOf(type), "") << type.full_name();
      EXPECT_EQ(type.value(0)->number(), 0);
      EXPECT_TRUE(type.value(0)->name().ends_with("_UNSPECIFIED")) << type.full_name();
      for (int j = 0; j < type.value_count(); ++j) {
        EXPECT_NE(CommentOf(*type.value(j)), "") << type.value(j)->full_name();
      }
    }
  }
}

// The method whose answer comes in pages from this one; null if it is not of that kind.
const MethodDescriptor* PagedMethodOf(const MethodDescriptor& method) {
  if (!method.server_streaming() || method.client_streaming()) return nullptr;
  constexpr std::string_view kPrefix = "Stream";
  if (!method.name().starts_with(kPrefix)) return nullptr;
  return method.service()->FindMethodByName(method.name().substr(kPrefix.size()));
}

TEST_F(ProtosetTest, EveryMethodHasMessagesOfItsOwn) {
  std::set<std::string> used;
  ForEachMethod([&](const MethodDescriptor& method) {
    if (const auto* paged = PagedMethodOf(method)) {
      EXPECT_EQ(method.input_type(), paged->input_type());
      EXPECT_EQ(method.output_type(), paged->output_type());
      return;
    }
    EXPECT_EQ(method.input_type()->name(), method.name() + "Request");
    EXPECT_EQ(method.output_type()->name(), method.name() + "Response");
    EXPECT_TRUE(used.insert(method.input_type()->full_name()).second);
    EXPECT_TRUE(used.insert(method.output_type()->full_name()).second);
  });
}

TEST_F(ProtosetTest, HoldsTheHealthServiceAndTheErrorDetails) {
  EXPECT_NE(pool_.FindServiceByName("grpc.health.v1.Health"), nullptr);
  EXPECT_NE(pool_.FindMessageTypeByName("google.rpc.ErrorInfo"), nullptr);
  EXPECT_NE(pool_.FindMessageTypeByName("google.rpc.BadRequest"), nullptr);
}

}  // namespace
}  // namespace chemoterm
