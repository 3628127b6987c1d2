// The conversions of the operations on concept maps and of values.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "rpc/convert.h"
#include "rpc/convert_types.h"

namespace chemoterm::rpc {

namespace tv = terminology::v1;

static void ToProto(const TranslateProperty& property, tv::TranslateProperty& proto) {
  Set(proto, &tv::TranslateProperty::mutable_uri, property.uri);
  ToProto(property.value, *proto.mutable_value());
}

// Products and dependencies.
template <class Part, class Proto>
static void FillAttribute(const Part& part, Proto& proto) {
  Set(proto, &Proto::mutable_attribute, part.attribute);
  ToProto(part.value, *proto.mutable_value());
}

static void ToProto(const TranslateMatch& match, tv::TranslateMatch& proto) {
  using Proto = tv::TranslateMatch;
  Set(proto, &Proto::mutable_relationship, match.relationship);
  if (!match.concept_coding.empty()) ToProto(match.concept_coding, *proto.mutable_concept());
  if (!match.source_coding.empty()) ToProto(match.source_coding, *proto.mutable_source());
  for (const auto& each : match.properties) ToProto(each, *proto.add_property());
  for (const auto& each : match.products) FillAttribute(each, *proto.add_product());
  for (const auto& each : match.depends_on) FillAttribute(each, *proto.add_depends_on());
  Set(proto, &Proto::mutable_origin_map, match.origin_map);
}

TranslateRequest ToRequest(const tv::TranslateCodeRequest& proto) {
  TranslateRequest request;
  request.url = proto.url();
  request.concept_map = proto.concept_map();
  request.concept_map_version = proto.concept_map_version();
  request.source_code = proto.source_code();
  request.system = proto.system();
  request.source_system = proto.source_system();
  request.version = proto.version();
  request.source_scope = proto.source_scope();
  request.source_coding = CodingOf(proto.has_source_coding(), proto.source_coding());
  if (proto.has_source_codeable_concept()) {
    request.source_codeable_concept = ToCodeableConcept(proto.source_codeable_concept());
  }
  request.target_code = proto.target_code();
  request.target_coding = CodingOf(proto.has_target_coding(), proto.target_coding());
  if (proto.has_target_codeable_concept()) {
    request.target_codeable_concept = ToCodeableConcept(proto.target_codeable_concept());
  }
  request.target_scope = proto.target_scope();
  request.target_system = proto.target_system();
  for (const auto& each : proto.dependency()) {
    TranslateDependency& dependency = request.dependencies.emplace_back();
    dependency.attribute = each.attribute();
    if (each.has_value()) dependency.value = ToValue(each.value());
  }
  SetTxResources(proto, request);
  return request;
}

void ToProto(const TranslateResult& result, tv::TranslateCodeResponse& proto) {
  using Proto = tv::TranslateCodeResponse;
  proto.set_result(result.result);
  Set(proto, &Proto::mutable_message, result.message);
  for (const auto& match : result.matches) ToProto(match, *proto.add_match());
}

FindMatchesRequest ToRequest(const tv::FindMatchesRequest& proto) {
  FindMatchesRequest request;
  request.system = proto.system();
  request.version = proto.version();
  for (const auto& each : proto.property()) {
    WantedProperty& property = request.properties.emplace_back();
    property.code = each.code();
    if (each.has_value()) property.value = ToValue(each.value());
    for (const auto& part : each.subproperty()) {
      WantedSubproperty& subproperty = property.subproperties.emplace_back();
      subproperty.code = part.code();
      if (part.has_value()) subproperty.value = ToValue(part.value());
    }
  }
  if (proto.has_exact()) request.exact = proto.exact();
  if (proto.has_compositional()) request.compositional = proto.compositional();
  SetTxResources(proto, request);
  return request;
}

static void ToProto(const UnmatchedProperty& unmatched, tv::UnmatchedProperty& proto) {
  Set(proto, &tv::UnmatchedProperty::mutable_code, unmatched.code);
  if (unmatched.value.kind != ValueKind::kNone) ToProto(unmatched.value, *proto.mutable_value());
  for (const auto& each : unmatched.properties) {
    auto& part = *proto.add_property();
    Set(part, &tv::UnmatchedSubproperty::mutable_code, each.code);
    ToProto(each.value, *part.mutable_value());
  }
}

void ToProto(const FindMatchesResult& result, tv::FindMatchesResponse& proto) {
  for (const FoundMatch& each : result.matches) {
    tv::FoundMatch& match = *proto.add_match();
    ToProto(each.code, *match.mutable_code());
    for (const auto& unmatched : each.unmatched) ToProto(unmatched, *match.add_unmatched());
    Set(match, &tv::FoundMatch::mutable_comment, each.comment);
  }
}

ClosureRequest ToRequest(const tv::UpdateClosureRequest& proto) {
  ClosureRequest request;
  request.name = proto.name();
  for (const auto& each : proto.concept_()) request.concepts.push_back(ToCoding(each));
  request.version = proto.version();
  return request;
}

void ToProto(const ClosureResult& result, tv::UpdateClosureResponse& proto) {
  using Proto = tv::UpdateClosureResponse;
  Set(proto, &Proto::mutable_name, result.name);
  Set(proto, &Proto::mutable_version, result.version);
  Set(proto, &Proto::mutable_date, result.date);
  for (const ClosureEntry& each : result.entries) {
    tv::ClosureEntry& entry = *proto.add_entry();
    ToProto(each.source, *entry.mutable_source());
    Set(entry, &tv::ClosureEntry::mutable_relationship, each.relationship);
    ToProto(each.target, *entry.mutable_target());
  }
}

std::optional<Value> ToValue(const type::v1::Value& proto) {
  using Proto = type::v1::Value;
  switch (proto.kind_case()) {
    case Proto::kBooleanValue:
      return Value{ValueKind::kBoolean, proto.boolean_value() ? "true" : "false", {}};
    case Proto::kIntegerValue:
      return Value{ValueKind::kInteger, base::ToText(proto.integer_value()), {}};
    case Proto::kDecimalValue:
      return Value{ValueKind::kDecimal, proto.decimal_value(), {}};
    case Proto::kStringValue:
      return Value{ValueKind::kString, proto.string_value(), {}};
    case Proto::kCodeValue:
      return Value{ValueKind::kCode, proto.code_value(), {}};
    case Proto::kUriValue:
      return Value{ValueKind::kUri, proto.uri_value(), {}};
    case Proto::kDateValue:
      return Value{ValueKind::kDate, proto.date_value(), {}};
    case Proto::kDateTimeValue:
      return Value{ValueKind::kDateTime, proto.date_time_value(), {}};
    case Proto::kCodingValue:
      return Value{ValueKind::kCoding, {}, ToCoding(proto.coding_value())};
    case Proto::KIND_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace chemoterm::rpc
