// find-matches: the concepts of a code system that have given properties.
// FHIR CodeSystem/$find-matches, TerminologyService.FindMatches, `chemoterm find-matches`.
#pragma once

#include "chemoterm/ops/tx_parameters.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

struct WantedSubproperty {
  std::string code;
  std::optional<Value> value;
};

// A property that is known of the concept looked for. Subproperties are those of $lookup: where the
// value comes from and when it is in force.
struct WantedProperty {
  std::string code;
  std::optional<Value> value;
  std::vector<WantedSubproperty> subproperties;
};

struct FindMatchesRequest : TxResources {
  std::string system;
  std::string version;
  std::vector<WantedProperty> properties;
  std::optional<bool> exact;
  std::optional<bool> compositional;
};

struct UnmatchedSubproperty {
  std::string_view code;
  ValueView value;
};

struct UnmatchedProperty {
  std::string_view code;
  ValueView value;
  std::vector<UnmatchedSubproperty> properties;
};

struct FoundMatch {
  CodingView code;
  std::vector<UnmatchedProperty> unmatched;
  std::string_view comment;
};

struct FindMatchesResult {
  std::vector<FoundMatch> matches;
};

template <>
struct Params<WantedSubproperty> {
  static constexpr auto kAll = std::make_tuple(
      Param{"code", Kind::kCode, "1..1", &WantedSubproperty::code, "The subproperty."},
      Param{"value", Kind::kAny, "1..1", &WantedSubproperty::value, "Its value."});
};

template <>
struct Params<WantedProperty> {
  static constexpr auto kAll = std::make_tuple(
      Param{"code", Kind::kCode, "1..1", &WantedProperty::code,
            "A property of the code system or of its rows, or code, display, designation, "
            "definition, parent, child or inactive."},
      Param{"value", Kind::kAny, "0..1", &WantedProperty::value, "Its value; none = any."},
      Param{"subproperty", Kind::kParts, "0..*", &WantedProperty::subproperties,
            "What must be so of the value: its setting, period, verification and the like."});
};

template <>
struct Params<FindMatchesRequest> {
  static constexpr auto kAll = std::tuple_cat(
      std::make_tuple(
          Param{"system", Kind::kUri, "0..1", &FindMatchesRequest::system, "The code system."},
          Param{"version", Kind::kString, "0..1", &FindMatchesRequest::version,
                "The version of the code system."},
          Param{"property", Kind::kParts, "0..*", &FindMatchesRequest::properties,
                "What is known of the concept; at least one."},
          Param{"exact", Kind::kBoolean, "0..1", &FindMatchesRequest::exact,
                "True: for machines: values are compared as they are, and no concept that has "
                "another value. False, the default: for people, with possible matches."},
          Param{"compositional", Kind::kBoolean, "0..1", &FindMatchesRequest::compositional,
                "Accepted; matches are never expressions."}),
      kTxResourceParams);
};

template <>
struct Params<UnmatchedSubproperty> {
  static constexpr auto kAll = std::make_tuple(
      Param{"code", Kind::kCode, "1..1", &UnmatchedSubproperty::code, "The subproperty."},
      Param{"value", Kind::kAny, "1..1", &UnmatchedSubproperty::value, "Its value."});
};

template <>
struct Params<UnmatchedProperty> {
  static constexpr auto kAll =
      std::make_tuple(Param{"code", Kind::kCode, "1..1", &UnmatchedProperty::code, "The property."},
                      Param{"value", Kind::kAny, "0..1", &UnmatchedProperty::value, "Its value."},
                      Param{"property", Kind::kParts, "0..*", &UnmatchedProperty::properties,
                            "Its subproperties."});
};

template <>
struct Params<FoundMatch> {
  static constexpr auto kAll = std::make_tuple(
      Param{"code", Kind::kCoding, "1..1", &FoundMatch::code, "The concept."},
      Param{"unmatched", Kind::kParts, "0..*", &FoundMatch::unmatched,
            "Properties of the request that the concept does not have so."},
      Param{"comment", Kind::kString, "0..1", &FoundMatch::comment, "A note for people."});
};

template <>
struct Params<FindMatchesResult> {
  static constexpr auto kAll =
      std::make_tuple(Param{"match", Kind::kParts, "0..*", &FindMatchesResult::matches,
                            "The concepts, those that match most first; at most 100."});
};

struct FindMatchesOp {
  using Request = FindMatchesRequest;
  using Result = FindMatchesResult;
  static constexpr OpInfo kInfo{"find-matches",
                                "CodeSystem",
                                {.type = true, .instance = true},
                                {.type = true, .instance = true},
                                Cost::kHeavy,
                                true,
                                "TerminologyService.FindMatches",
                                "find-matches",
                                "Find concepts by their properties",
                                "The concepts of a code system that have the given properties, "
                                "and which of these each one lacks."};
};

}  // namespace chemoterm
