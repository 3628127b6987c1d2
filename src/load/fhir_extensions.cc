#include "load/fhir_extensions.h"

#include <algorithm>
#include <iterator>

#include "json/slice.h"

namespace chemoterm::load {
namespace {

constexpr std::string_view kHl7 = "http://hl7.org/fhir/StructureDefinition/";

// In code systems and, under names of their own, in value sets.
constexpr std::string_view kOrderUri = "http://hl7.org/fhir/concept-properties#order";
constexpr std::string_view kLabelUri = "http://hl7.org/fhir/concept-properties#label";
constexpr ExtensionProperty kProperties[] = {
    {"codesystem-conceptOrder", "order", kOrderUri, "decimal", ValueKind::kDecimal},
    {"valueset-conceptOrder", "order", kOrderUri, "decimal", ValueKind::kDecimal},
    {"codesystem-label", "label", kLabelUri, "string", ValueKind::kString},
    {"valueset-label", "label", kLabelUri, "string", ValueKind::kString},
    {"itemWeight", "weight", "http://hl7.org/fhir/concept-properties#itemWeight", "decimal",
     ValueKind::kDecimal},
};

constexpr std::string_view kShownOfConcept[] = {
    "valueset-deprecated", "valueset-concept-definition", "rendering-style", "rendering-xhtml"};
constexpr std::string_view kShownOfDesignation[] = {"coding-sctdescid",
                                                    "structuredefinition-standards-status"};

}  // namespace

std::string ValueOfExtension(std::string_view extension) {
  for (json::Members members(extension); members.Next();) {
    if (!members.key().starts_with("value")) continue;
    const std::string_view value = members.value();
    return value.starts_with('"') ? json::Unquote(value) : std::string(value);
  }
  return {};
}

Extension ReadExtension(std::string_view object) {
  Extension read;
  const std::string url = json::Unquote(json::Member(object, "url"));
  if (!url.starts_with(kHl7)) return read;
  read.name = url.substr(kHl7.size());
  read.value = ValueOfExtension(object);
  if (read.name == "structuredefinition-standards-status") read.role = Extension::Role::kStatus;
  for (const ExtensionProperty& property : kProperties) {
    if (property.extension != read.name || read.value.empty()) continue;
    read.role = Extension::Role::kProperty;
    read.property = property;
  }
  return read;
}

bool IsShownOfConcept(std::string_view name) {
  return std::find(std::begin(kShownOfConcept), std::end(kShownOfConcept), name) !=
         std::end(kShownOfConcept);
}

bool IsShownOfDesignation(std::string_view name) {
  return std::find(std::begin(kShownOfDesignation), std::end(kShownOfDesignation), name) !=
         std::end(kShownOfDesignation);
}

void JoinJson(std::string& list, std::string_view object) {
  if (!list.empty()) list += ',';
  list += object;
}

}  // namespace chemoterm::load
