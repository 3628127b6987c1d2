// translate: the codes of other systems that concept maps give for a code.
// FHIR ConceptMap/$translate, TerminologyService.TranslateCode, `chemoterm translate`.
#pragma once

#include "chemoterm/ops/tx_parameters.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// Something beside the code that a mapping may depend on.
struct TranslateDependency {
  std::string attribute;
  std::optional<Value> value;
  // Names of R4.
  std::string element;
  std::optional<CodeableConcept> codeable_concept;
};

// One code: a source code (forward) or a target code (back), with its system. The map by url, as
// concept_map (FHIR JSON), or none: then all that fit are asked. `system` is that of the code;
// `source_system` and `target_system` are of the two sides of the map.
struct TranslateRequest : TxResources {
  std::string url;
  std::string concept_map;
  std::string concept_map_version;
  std::string source_code;
  std::string system;
  std::string source_system;
  std::string version;
  std::string source_scope;
  std::optional<Coding> source_coding;
  std::optional<CodeableConcept> source_codeable_concept;
  std::string target_code;
  std::optional<Coding> target_coding;
  std::optional<CodeableConcept> target_codeable_concept;
  std::string target_scope;
  std::string target_system;
  std::vector<TranslateDependency> dependencies;
  // Names of R4; with `reverse`, source and target change places.
  std::string code;
  std::optional<Coding> coding;
  std::optional<CodeableConcept> codeable_concept;
  std::string source;
  std::string target;
  std::string targetsystem;
  std::optional<bool> reverse;
};

struct TranslateProperty {
  std::string_view uri;
  ValueView value;
};

struct TranslateAttribute {
  std::string_view attribute;
  ValueView value;
};

struct TranslateProduct {
  std::string_view attribute;
  ValueView value;
  // Names of R4; filled by the FHIR door.
  std::string_view element;
  CodingView concept_coding;
};

struct TranslateMatch {
  std::string_view relationship;  // of the source code to the target code
  std::string_view equivalence;   // R4's word for it; filled by the FHIR door
  CodingView concept_coding;
  CodingView source_coding;  // of a translation back: the code that maps to the one asked for
  std::vector<TranslateProperty> properties;
  std::vector<TranslateProduct> products;
  std::vector<TranslateAttribute> depends_on;
  std::string_view origin_map;
  std::string_view origin;  // R4's name of origin_map; filled by the FHIR door
  // Holds only if what it depends on is as it says, which the request left open.
  bool is_conditional = false;
};

struct TranslateResult {
  bool result = false;
  std::string_view message;
  std::vector<TranslateMatch> matches;
  bool asked_in_r4 = false;  // the request used R4's names
};

template <>
struct Params<TranslateDependency> {
  static constexpr auto kAll = std::make_tuple(
      Param{"attribute", Kind::kUri, "0..1", &TranslateDependency::attribute,
            "What it is: the attribute that the map names.", In::kR5},
      Param{"value", Kind::kAny, "0..1", &TranslateDependency::value, "Its value.", In::kR5},
      Param{"element", Kind::kUri, "0..1", &TranslateDependency::element,
            "What it is: the element that the map names.", In::kR4},
      Param{"concept", Kind::kCodeableConcept, "0..1", &TranslateDependency::codeable_concept,
            "Its value.", In::kR4});
};

template <>
struct Params<TranslateRequest> {
  static constexpr auto kAll = std::tuple_cat(
      std::make_tuple(
          Param{"url", Kind::kUri, "0..1", &TranslateRequest::url,
                "The concept map; without it, all that fit."},
          Param{"conceptMap", Kind::kConceptMap, "0..1", &TranslateRequest::concept_map,
                "The concept map itself, instead of its url."},
          Param{"conceptMapVersion", Kind::kString, "0..1", &TranslateRequest::concept_map_version,
                "The version of the concept map."},
          Param{"sourceCode", Kind::kCode, "0..1", &TranslateRequest::source_code,
                "The code to translate; needs its system.", In::kR5},
          Param{"system", Kind::kUri, "0..1", &TranslateRequest::system,
                "The code system of the code; beside targetCode and targetSystem, the one wanted."},
          Param{"sourceSystem", Kind::kUri, "0..1", &TranslateRequest::source_system,
                "The code system that is mapped from."},
          Param{"version", Kind::kString, "0..1", &TranslateRequest::version,
                "The version of the code system of the code."},
          Param{"sourceScope", Kind::kUri, "0..1", &TranslateRequest::source_scope,
                "The value set that is mapped from; maps without one fit as well.", In::kR5},
          Param{"sourceCoding", Kind::kCoding, "0..1", &TranslateRequest::source_coding,
                "Instead of sourceCode.", In::kR5},
          Param{"sourceCodeableConcept", Kind::kCodeableConcept, "0..1",
                &TranslateRequest::source_codeable_concept,
                "Instead of sourceCode: each of its codings is translated.", In::kR5},
          Param{"targetCode", Kind::kCode, "0..1", &TranslateRequest::target_code,
                "Instead of sourceCode: the codes that map to this one.", In::kR5},
          Param{"targetCoding", Kind::kCoding, "0..1", &TranslateRequest::target_coding,
                "Instead of targetCode.", In::kR5},
          Param{"targetCodeableConcept", Kind::kCodeableConcept, "0..1",
                &TranslateRequest::target_codeable_concept, "Instead of targetCode.", In::kR5},
          Param{"targetScope", Kind::kUri, "0..1", &TranslateRequest::target_scope,
                "The value set that is mapped to; maps without one fit as well.", In::kR5},
          Param{"targetSystem", Kind::kUri, "0..1", &TranslateRequest::target_system,
                "The code system that is mapped to.", In::kR5},
          Param{"dependency", Kind::kParts, "0..*", &TranslateRequest::dependencies,
                "Further facts that the map may depend on."},
          Param{"code", Kind::kCode, "0..1", &TranslateRequest::code, "The code; needs system.",
                In::kR4},
          Param{"coding", Kind::kCoding, "0..1", &TranslateRequest::coding, "Instead of code.",
                In::kR4},
          Param{"codeableConcept", Kind::kCodeableConcept, "0..1",
                &TranslateRequest::codeable_concept, "Instead of code.", In::kR4},
          Param{"source", Kind::kUri, "0..1", &TranslateRequest::source,
                "The value set that the code was chosen from.", In::kR4},
          Param{"target", Kind::kUri, "0..1", &TranslateRequest::target,
                "The value set that is wanted.", In::kR4},
          Param{"targetsystem", Kind::kUri, "0..1", &TranslateRequest::targetsystem,
                "The code system that is wanted.", In::kR4},
          Param{"reverse", Kind::kBoolean, "0..1", &TranslateRequest::reverse,
                "True: from the map's target to its source.", In::kR4}),
      kTxResourceParams);
};

template <>
struct Params<TranslateProperty> {
  static constexpr auto kAll = std::make_tuple(
      Param{"uri", Kind::kUri, "1..1", &TranslateProperty::uri, "What the property means."},
      Param{"value", Kind::kAny, "1..1", &TranslateProperty::value, "Its value."});
};

template <>
struct Params<TranslateAttribute> {
  static constexpr auto kAll = std::make_tuple(
      Param{"attribute", Kind::kUri, "1..1", &TranslateAttribute::attribute, "What it is."},
      Param{"value", Kind::kAny, "1..1", &TranslateAttribute::value, "What it must be."});
};

template <>
struct Params<TranslateProduct> {
  static constexpr auto kAll = std::make_tuple(
      Param{"attribute", Kind::kUri, "1..1", &TranslateProduct::attribute, "What it is.", In::kR5},
      Param{"value", Kind::kAny, "1..1", &TranslateProduct::value, "Its value.", In::kR5},
      Param{"element", Kind::kUri, "0..1", &TranslateProduct::element, "What it is.", In::kR4},
      Param{"concept", Kind::kCoding, "0..1", &TranslateProduct::concept_coding, "Its value.",
            In::kR4});
};

template <>
struct Params<TranslateMatch> {
  static constexpr auto kAll = std::make_tuple(
      Param{"relationship", Kind::kCode, "0..1", &TranslateMatch::relationship,
            "equivalent, related-to, source-is-narrower-than-target, "
            "source-is-broader-than-target or not-related-to.",
            In::kR5},
      Param{"equivalence", Kind::kCode, "0..1", &TranslateMatch::equivalence,
            "equivalent, relatedto, wider, narrower or disjoint: what the target is of the source.",
            In::kR4},
      Param{"concept", Kind::kCoding, "0..1", &TranslateMatch::concept_coding,
            "The target code; with reverse, the source code."},
      Param{"source", Kind::kCoding, "0..1", &TranslateMatch::source_coding,
            "The source code, where a target code was asked for."},
      Param{"property", Kind::kParts, "0..*", &TranslateMatch::properties,
            "Properties of the mapping.", In::kR5},
      Param{"product", Kind::kParts, "0..*", &TranslateMatch::products,
            "What the mapping yields beside the code."},
      Param{"dependsOn", Kind::kParts, "0..*", &TranslateMatch::depends_on,
            "What must be so for the mapping to hold.", In::kR5},
      Param{"originMap", Kind::kCanonical, "0..1", &TranslateMatch::origin_map,
            "The concept map that says so.", In::kR5},
      Param{"source", Kind::kUri, "0..1", &TranslateMatch::origin,
            "originMap, where the request used the older names.", In::kR4});
};

template <>
struct Params<TranslateResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"result", Kind::kBoolean, "1..1", &TranslateResult::result,
            "True: a match is there that holds and really maps."},
      Param{"message", Kind::kString, "0..1", &TranslateResult::message, "Why there is none."},
      Param{"match", Kind::kParts, "0..*", &TranslateResult::matches, "The translations."});
};

struct TranslateOp {
  using Request = TranslateRequest;
  using Result = TranslateResult;
  static constexpr OpInfo kInfo{"translate",
                                "ConceptMap",
                                {.type = true, .instance = true},
                                {.type = true, .instance = true},
                                Cost::kCheap,
                                true,
                                "TerminologyService.TranslateCode",
                                "translate",
                                "Translate a code by concept maps",
                                "The codes that concept maps give for a code, or the codes that "
                                "they map to it, each with the relationship and the map."};
};

}  // namespace chemoterm
