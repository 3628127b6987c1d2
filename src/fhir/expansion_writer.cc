#include "fhir/expansion_writer.h"

#include <string_view>

#include "base/text.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

constexpr std::string_view kHl7 = "http://hl7.org/fhir/StructureDefinition/";

// value[x] of a value: the suffix is the type's name with a capital.
std::string_view ValueKey(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBoolean:
      return "valueBoolean";
    case ValueKind::kInteger:
      return "valueInteger";
    case ValueKind::kDecimal:
      return "valueDecimal";
    case ValueKind::kCode:
      return "valueCode";
    case ValueKind::kUri:
      return "valueUri";
    case ValueKind::kDate:
    case ValueKind::kDateTime:
      return "valueDateTime";
    case ValueKind::kCoding:
      return "valueCoding";
    case ValueKind::kNone:
    case ValueKind::kString:
      break;
  }
  return "valueString";
}

void WriteCoding(const CodingView& coding, json::Object object) {
  object.Text("system", coding.system);
  object.Text("version", coding.version);
  object.Text("code", coding.code);
  object.Text("display", coding.display);
}

void WriteValue(const ValueView& value, json::Object& object) {
  const std::string_view key = ValueKey(value.kind);
  switch (value.kind) {
    case ValueKind::kNone:
      return;
    case ValueKind::kBoolean:
    case ValueKind::kInteger:
    case ValueKind::kDecimal:
      return object.Raw(key, value.text);
    case ValueKind::kCoding:
      return WriteCoding(value.coding, object.Sub(key));
    case ValueKind::kString:
    case ValueKind::kCode:
    case ValueKind::kUri:
    case ValueKind::kDate:
    case ValueKind::kDateTime:
      return object.Text(key, value.text);
  }
}

// `extensions`: objects joined by commas.
void WriteExtensions(std::string_view extensions, json::Object& object) {
  if (!extensions.empty()) object.Raw("extension", base::Concat({"[", extensions, "]"}));
}

// All members of a concept but those that are nested in it.
void WriteConcept(const ContainedConcept& contained, json::Object& object) {
  WriteExtensions(contained.extensions, object);
  object.Text("system", contained.system);
  if (contained.abstract) object.Bool("abstract", *contained.abstract);
  if (contained.inactive) object.Bool("inactive", *contained.inactive);
  object.Text("version", contained.version);
  object.Text("code", contained.code);
  object.Text("display", contained.display);
  if (!contained.designations.empty()) {
    auto list = object.List("designation");
    for (const ContainedDesignation& designation : contained.designations) {
      auto element = list.Sub();
      WriteExtensions(designation.extensions, element);
      element.Text("language", designation.language);
      if (!designation.use.empty()) WriteCoding(designation.use, element.Sub("use"));
      element.Text("value", designation.value);
    }
  }
  if (!contained.properties.empty()) {
    auto list = object.List("property");
    for (const ContainedProperty& property : contained.properties) {
      auto element = list.Sub();
      element.Text("code", property.code);
      WriteValue(property.value, element);
    }
  }
}

// Writes the concepts from `at` on that are not above `depth`; returns the first that is.
std::size_t WriteContains(const std::vector<ContainedConcept>& contains, std::size_t at,
                          std::int32_t depth, json::Array& list) {
  while (at < contains.size() && contains[at].depth >= depth) {
    auto object = list.Sub();
    WriteConcept(contains[at], object);
    ++at;
    if (at < contains.size() && contains[at].depth > depth) {
      auto inner = object.List("contains");
      at = WriteContains(contains, at, depth + 1, inner);
    }
  }
  return at;
}

void WriteUnclosed(std::string_view reason, json::Object& expansion) {
  if (reason.empty()) return;
  auto list = expansion.List("extension");
  {
    auto mark = list.Sub();
    mark.Text("url", base::Concat({kHl7, "valueset-unclosed"}));
    mark.Bool("valueBoolean", true);
  }
  auto why = list.Sub();
  why.Text("url", base::Concat({kHl7, "valueset-unclosed-reason"}));
  why.Text("valueString", reason);
}

void WriteExpansion(const ExpandResult& result, json::Object expansion) {
  WriteUnclosed(result.unclosed_reason, expansion);
  expansion.Text("identifier", result.identifier);
  expansion.Text("timestamp", result.timestamp);
  if (result.total) expansion.Int("total", *result.total);
  if (result.offset) expansion.Int("offset", *result.offset);
  if (!result.parameters.empty()) {
    auto list = expansion.List("parameter");
    for (const ExpansionParameter& parameter : result.parameters) {
      auto element = list.Sub();
      element.Text("name", parameter.name);
      WriteValue(parameter.value, element);
    }
  }
  if (!result.properties.empty()) {
    auto list = expansion.List("property");
    for (const ExpansionProperty& property : result.properties) {
      auto element = list.Sub();
      element.Text("code", property.code);
      element.Text("uri", property.uri);
    }
  }
  if (!result.contains.empty()) {
    auto list = expansion.List("contains");
    WriteContains(result.contains, 0, 0, list);
  }
}

}  // namespace

std::string WriteExpansion(const ExpandResult& result, FhirVersion version) {
  std::string text = R"({"resourceType":"ValueSet")";
  if (!result.head_json.empty()) text += base::Concat({",", result.head_json});
  if (!result.contained_json.empty()) {
    text += base::Concat({",\"contained\":", result.contained_json});
  }
  if (!result.definition_json.empty()) text += base::Concat({",", result.definition_json});
  text += ",\"expansion\":";
  WriteExpansion(result, json::Object(&text));
  text += '}';
  return ToVersion(text, version);
}

}  // namespace chemoterm::fhir
