// What the conversions share: texts, codings, resources of requests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/ops/tx_parameters.h"
#include "rpc/convert.h"

namespace chemoterm::rpc {

using google::protobuf::RepeatedPtrField;

// Sets a text, or nothing where it is empty: setting an empty one costs as much as a short one.
template <class Proto>
void Set(Proto& proto, std::string* (Proto::*field)(), std::string_view text) {
  if (!text.empty()) (proto.*field)()->assign(text);
}

// An `optional` field; nothing where it is not given.
template <class Proto, class Value>
std::optional<Value> Given(const Proto& proto, bool (Proto::*has)() const,
                           Value (Proto::*value)() const) {
  return (proto.*has)() ? std::optional((proto.*value)()) : std::nullopt;
}

inline void AddTexts(const std::vector<std::string_view>& texts,
                     RepeatedPtrField<std::string>& proto) {
  for (const auto text : texts) proto.Add()->assign(text);
}

inline std::vector<std::string> Texts(const RepeatedPtrField<std::string>& proto) {
  return {proto.begin(), proto.end()};
}

inline Coding ToCoding(const type::v1::Coding& proto) {
  return {proto.system(), proto.version(), proto.code(), proto.display()};
}

inline std::optional<Coding> CodingOf(bool present, const type::v1::Coding& proto) {
  return present ? std::optional(ToCoding(proto)) : std::nullopt;
}

inline CodeableConcept ToCodeableConcept(const type::v1::CodeableConcept& proto) {
  CodeableConcept codes;
  codes.text = proto.text();
  for (const auto& coding : proto.coding()) codes.coding.push_back(ToCoding(coding));
  return codes;
}

// Nothing where no kind is set.
std::optional<Value> ToValue(const type::v1::Value& proto);

template <class Proto>
void SetTxResources(const Proto& proto, TxResources& request) {
  request.tx_resources = Texts(proto.tx_resource());
  request.cache_id = proto.cache_id();
}

inline void ToProto(const CodingView& coding, type::v1::Coding& proto) {
  using Proto = type::v1::Coding;
  Set(proto, &Proto::mutable_system, coding.system);
  Set(proto, &Proto::mutable_version, coding.version);
  Set(proto, &Proto::mutable_code, coding.code);
  Set(proto, &Proto::mutable_display, coding.display);
}

}  // namespace chemoterm::rpc
