#include "chemoterm/issue.h"
#include "chemoterm/params.h"

namespace chemoterm {

std::string_view ToString(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kInformation:
      return "information";
  }
  return {};
}

std::string_view ToString(Kind kind) {
  switch (kind) {
    case Kind::kCode:
      return "code";
    case Kind::kUri:
      return "uri";
    case Kind::kCanonical:
      return "canonical";
    case Kind::kString:
      return "string";
    case Kind::kId:
      return "id";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kInteger:
      return "integer";
    case Kind::kDecimal:
      return "decimal";
    case Kind::kDate:
      return "date";
    case Kind::kDateTime:
      return "dateTime";
    case Kind::kCoding:
      return "Coding";
    case Kind::kCodeableConcept:
      return "CodeableConcept";
    case Kind::kPeriod:
      return "Period";
    case Kind::kMoney:
      return "Money";
    case Kind::kReference:
      return "Reference";
    case Kind::kStringOrReference:
    case Kind::kAny:
      return "Element";
    case Kind::kResource:
      return "Resource";
    case Kind::kCodeSystem:
      return "CodeSystem";
    case Kind::kValueSet:
      return "ValueSet";
    case Kind::kConceptMap:
      return "ConceptMap";
    case Kind::kParts:
      return "";
  }
  return {};
}

}  // namespace chemoterm
