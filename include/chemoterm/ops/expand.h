// expand: the codes of a value set.
// FHIR ValueSet/$expand, TerminologyService.ExpandValueSet, `chemoterm expand`.
#pragma once

#include "chemoterm/ops/tx_parameters.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// One of: url, value_set (FHIR JSON).
struct ExpandRequest : TxParameters {
  std::string url;
  std::string value_set;
  std::string value_set_version;
  std::string context;
  std::string filter;
  std::string date;
  std::optional<std::int32_t> offset;
  std::optional<std::int32_t> count;
  std::optional<bool> include_designations;
  std::vector<std::string> designations;
  std::optional<bool> include_definition;
  std::optional<bool> active_only;
  std::optional<bool> exclude_nested;
  std::optional<bool> exclude_not_for_ui;
  std::optional<bool> exclude_post_coordinated;
  std::string display_language;
  std::vector<std::string> properties;
  std::vector<std::string> exclude_systems;
};

// A parameter that shaped the expansion, or what was used for it.
struct ExpansionParameter {
  std::string_view name;
  ValueView value;
};

// A property that concepts of the expansion have values of.
struct ExpansionProperty {
  std::string_view code;
  std::string_view uri;
};

struct ContainedDesignation {
  std::string_view language;
  CodingView use;
  std::string_view value;
  std::string_view extensions;  // FHIR JSON, objects joined by commas
};

struct ContainedProperty {
  std::string_view code;
  ValueView value;
};

// In the order of the expansion; `depth` tells what an entry is nested in: the last one before it
// with a smaller depth.
struct ContainedConcept {
  std::int32_t depth = 0;
  std::string_view system;
  std::string_view version;  // only where the expansion has several versions of the system
  std::string_view code;
  std::string_view display;
  std::optional<bool> abstract;
  std::optional<bool> inactive;
  std::vector<ContainedDesignation> designations;
  std::vector<ContainedProperty> properties;
  std::string_view extensions;  // FHIR JSON, objects joined by commas
};

struct ExpandResult {
  std::string_view url;
  std::string_view version;
  std::string_view name;
  std::string_view title;
  std::string_view status;
  std::string_view identifier;  // of this expansion: a UUID as URN
  std::string_view timestamp;
  std::optional<std::int32_t> total;
  std::optional<std::int32_t> offset;
  std::vector<ExpansionParameter> parameters;
  std::vector<ExpansionProperty> properties;
  std::vector<ContainedConcept> contains;
  std::string_view unclosed_reason;  // why codes may be missing; empty = they are all there
  // For the FHIR door: members of the value set as JSON, joined by commas; the definition only when
  // it was asked for.
  std::string_view head_json, definition_json;
  std::string_view contained_json;  // value of `contained`
};

template <>
struct Params<ExpandRequest> {
  static constexpr auto kAll = std::tuple_cat(
      std::make_tuple(
          Param{"url", Kind::kUri, "0..1", &ExpandRequest::url, "The value set."},
          Param{"valueSet", Kind::kValueSet, "0..1", &ExpandRequest::value_set,
                "The value set itself, instead of its url."},
          Param{"valueSetVersion", Kind::kString, "0..1", &ExpandRequest::value_set_version,
                "The version of the value set."},
          Param{"context", Kind::kUri, "0..1", &ExpandRequest::context,
                "Not supported: the value set must be named."},
          Param{"filter", Kind::kString, "0..1", &ExpandRequest::filter,
                "Only concepts that have these words in code, display or a designation."},
          Param{"date", Kind::kDateTime, "0..1", &ExpandRequest::date,
                "Expand as of this date; default today."},
          Param{"offset", Kind::kInteger, "0..1", &ExpandRequest::offset,
                "How many concepts to skip."},
          Param{"count", Kind::kInteger, "0..1", &ExpandRequest::count,
                "How many concepts to return; 0 = only how many there are."},
          Param{"includeDesignations", Kind::kBoolean, "0..1", &ExpandRequest::include_designations,
                "True: with designations."},
          Param{"designation", Kind::kString, "0..*", &ExpandRequest::designations,
                "Designations wanted: a use as system|code, or a language as "
                "urn:ietf:bcp:47|de; none = all."},
          Param{"includeDefinition", Kind::kBoolean, "0..1", &ExpandRequest::include_definition,
                "True: with the definition of the value set."},
          Param{"activeOnly", Kind::kBoolean, "0..1", &ExpandRequest::active_only,
                "True: without inactive concepts."},
          Param{"excludeNested", Kind::kBoolean, "0..1", &ExpandRequest::exclude_nested,
                "True: a flat list."},
          Param{"excludeNotForUI", Kind::kBoolean, "0..1", &ExpandRequest::exclude_not_for_ui,
                "True: without abstract concepts."},
          Param{"excludePostCoordinated", Kind::kBoolean, "0..1",
                &ExpandRequest::exclude_post_coordinated,
                "Accepted; expansions never have expressions."},
          Param{"displayLanguage", Kind::kCode, "0..1", &ExpandRequest::display_language,
                "Language of the displays."},
          Param{"property", Kind::kString, "0..*", &ExpandRequest::properties,
                "Properties to return with each concept; * = all."},
          Param{"exclude-system", Kind::kCanonical, "0..*", &ExpandRequest::exclude_systems,
                "Code systems to leave out."}),
      kTxParams);
};

template <>
struct Params<ExpansionParameter> {
  static constexpr auto kAll =
      std::make_tuple(Param{"name", Kind::kCode, "1..1", &ExpansionParameter::name,
                            "A parameter of the request, or used-codesystem, used-fragment, "
                            "used-valueset, used-supplement, warning-draft and its kin."},
                      Param{"value", Kind::kAny, "0..1", &ExpansionParameter::value, "Its value."});
};

template <>
struct Params<ExpansionProperty> {
  static constexpr auto kAll = std::make_tuple(
      Param{"code", Kind::kCode, "1..1", &ExpansionProperty::code, "Code of the property."},
      Param{"uri", Kind::kUri, "0..1", &ExpansionProperty::uri, "What it means."});
};

template <>
struct Params<ContainedDesignation> {
  static constexpr auto kAll = std::make_tuple(
      Param{"language", Kind::kCode, "0..1", &ContainedDesignation::language, "Language."},
      Param{"use", Kind::kCoding, "0..1", &ContainedDesignation::use, "What it is for."},
      Param{"value", Kind::kString, "1..1", &ContainedDesignation::value, "The text."},
      Param{"extensions", Kind::kString, "0..1", &ContainedDesignation::extensions,
            "FHIR extensions as JSON, objects joined by commas."});
};

template <>
struct Params<ContainedProperty> {
  static constexpr auto kAll = std::make_tuple(
      Param{"code", Kind::kCode, "1..1", &ContainedProperty::code, "Code of the property."},
      Param{"value", Kind::kAny, "1..1", &ContainedProperty::value, "Its value."});
};

template <>
struct Params<ContainedConcept> {
  static constexpr auto kAll = std::make_tuple(
      Param{"depth", Kind::kInteger, "1..1", &ContainedConcept::depth,
            "0 for the top level; an entry lies in the last one before it with a smaller depth."},
      Param{"system", Kind::kUri, "0..1", &ContainedConcept::system, "The code system."},
      Param{"version", Kind::kString, "0..1", &ContainedConcept::version,
            "Its version, where the expansion has several."},
      Param{"code", Kind::kCode, "0..1", &ContainedConcept::code, "The code."},
      Param{"display", Kind::kString, "0..1", &ContainedConcept::display, "Its display."},
      Param{"abstract", Kind::kBoolean, "0..1", &ContainedConcept::abstract,
            "True: not to be chosen itself."},
      Param{"inactive", Kind::kBoolean, "0..1", &ContainedConcept::inactive,
            "True: no longer in use."},
      Param{"designation", Kind::kParts, "0..*", &ContainedConcept::designations,
            "Its designations, when asked for."},
      Param{"property", Kind::kParts, "0..*", &ContainedConcept::properties,
            "Its properties: those asked for, its status, order, label and weight."},
      Param{"extensions", Kind::kString, "0..1", &ContainedConcept::extensions,
            "FHIR extensions as JSON, objects joined by commas."});
};

// The FHIR door answers with a ValueSet of this content.
template <>
struct Params<ExpandResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"url", Kind::kUri, "0..1", &ExpandResult::url, "The value set."},
      Param{"version", Kind::kString, "0..1", &ExpandResult::version, "Its version."},
      Param{"name", Kind::kString, "0..1", &ExpandResult::name, "Its name for machines."},
      Param{"title", Kind::kString, "0..1", &ExpandResult::title, "Its name for people."},
      Param{"status", Kind::kCode, "0..1", &ExpandResult::status, "Its status."},
      Param{"identifier", Kind::kUri, "1..1", &ExpandResult::identifier, "Of this expansion."},
      Param{"timestamp", Kind::kDateTime, "1..1", &ExpandResult::timestamp, "When it was made."},
      Param{"total", Kind::kInteger, "0..1", &ExpandResult::total,
            "How many concepts the value set has."},
      Param{"offset", Kind::kInteger, "0..1", &ExpandResult::offset, "How many were skipped."},
      Param{"parameter", Kind::kParts, "0..*", &ExpandResult::parameters,
            "What shaped the expansion."},
      Param{"property", Kind::kParts, "0..*", &ExpandResult::properties,
            "Properties that concepts have values of."},
      Param{"contains", Kind::kParts, "0..*", &ExpandResult::contains, "The concepts."},
      Param{"unclosed-reason", Kind::kString, "0..1", &ExpandResult::unclosed_reason,
            "Why codes may be missing."});
};

struct ExpandOp {
  using Request = ExpandRequest;
  using Result = ExpandResult;
  static constexpr OpInfo kInfo{"expand",
                                "ValueSet",
                                {.type = true, .instance = true},
                                {.type = true, .instance = true},
                                Cost::kHeavy,
                                true,
                                "TerminologyService.ExpandValueSet",
                                "expand",
                                "The codes of a value set",
                                "All concepts of a value set, or a page of them, with displays, "
                                "designations and properties."};
};

}  // namespace chemoterm
