// lookup: everything known about one code.
// FHIR CodeSystem/$lookup, TerminologyService.LookupCode, `chemoterm lookup`.
#pragma once

#include "chemoterm/ops/tx_parameters.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// Either code with system, or coding. `date` defaults to today.
//
// Properties by name, by group (`sections`, `figures`, `short`), `designation`, `lang.xx`,
// `parent`, `child`, or `*`; none = the default set. Dated figures: those in force on `date`; asked
// for by group or `*` without `date`, all of them with their periods.
struct LookupRequest : TxResources {
  std::string code;
  std::string system;
  std::string version;
  std::optional<Coding> coding;
  std::string date;
  std::string display_language;
  std::vector<std::string> properties;
  std::vector<std::string> use_supplements;
};

struct LookupDesignation {
  std::string_view language;
  CodingView use;
  std::vector<CodingView> additional_uses;
  std::string_view value;
  std::string_view source;  // canonical of the supplement that has it; empty = the code system
};

struct LookupSubproperty {
  std::string_view code;
  ValueView value;
  std::string_view description;
};

struct LookupProperty {
  std::string_view code;
  ValueView value;
  std::string_view description;
  std::string_view source;  // canonical of the supplement that the value came from
  std::vector<LookupSubproperty> subproperties;
};

struct LookupResult {
  std::string_view name;
  std::string_view version;
  std::string_view display;
  std::string_view code;
  std::string_view system;
  std::string_view definition;
  std::optional<bool> abstract;
  std::vector<LookupDesignation> designations;
  std::vector<LookupProperty> properties;
  std::vector<std::string_view> used_supplements;
  std::string_view disclaimer;
};

template <>
struct Params<LookupRequest> {
  static constexpr auto kAll = std::tuple_cat(
      std::make_tuple(
          Param{"code", Kind::kCode, "0..1", &LookupRequest::code,
                "The code to look up; needs system."},
          Param{"system", Kind::kUri, "0..1", &LookupRequest::system,
                "The code system of the code."},
          Param{"version", Kind::kString, "0..1", &LookupRequest::version,
                "The version of the code system; default: the newest loaded."},
          Param{"coding", Kind::kCoding, "0..1", &LookupRequest::coding,
                "Code and system in one, instead of code."},
          Param{"date", Kind::kDateTime, "0..1", &LookupRequest::date,
                "Answer as of this date: which figures are in force; default today."},
          Param{"displayLanguage", Kind::kCode, "0..1", &LookupRequest::display_language,
                "BCP 47 tag or Accept-Language list for the display."},
          Param{"property", Kind::kCode, "0..*", &LookupRequest::properties,
                "Properties wanted: a code, a group (short, sections, figures), designation, "
                "lang.xx, "
                "or * for all."},
          Param{"useSupplement", Kind::kCanonical, "0..*", &LookupRequest::use_supplements,
                "Supplements that must be applied; an unknown one is an error.", In::kR5}),
      kTxResourceParams);
};

template <>
struct Params<LookupDesignation> {
  static constexpr auto kAll = std::make_tuple(
      Param{"language", Kind::kCode, "0..1", &LookupDesignation::language, "BCP 47 tag."},
      Param{"use", Kind::kCoding, "0..1", &LookupDesignation::use, "What the designation is for."},
      Param{"additionalUse", Kind::kCoding, "0..*", &LookupDesignation::additional_uses,
            "Further uses.", In::kR5},
      Param{"value", Kind::kString, "1..1", &LookupDesignation::value, "The text."},
      Param{"source", Kind::kCanonical, "0..1", &LookupDesignation::source,
            "The supplement that has it.", In::kR5});
};

template <>
struct Params<LookupSubproperty> {
  static constexpr auto kAll =
      std::make_tuple(Param{"code", Kind::kCode, "1..1", &LookupSubproperty::code,
                            "citation, citation-url, as-of, period-start, period-end, "
                            "verification, licence, setting or conflict."},
                      Param{"value", Kind::kAny, "1..1", &LookupSubproperty::value, "Its value."},
                      Param{"description", Kind::kString, "0..1", &LookupSubproperty::description,
                            "Text for the value."});
};

template <>
struct Params<LookupProperty> {
  static constexpr auto kAll = std::make_tuple(
      Param{"code", Kind::kCode, "1..1", &LookupProperty::code, "The property's code."},
      Param{"value", Kind::kAny, "0..1", &LookupProperty::value,
            "The value; absent = known not to apply."},
      Param{"description", Kind::kString, "0..1", &LookupProperty::description,
            "Text for the value."},
      Param{"source", Kind::kCanonical, "0..1", &LookupProperty::source,
            "Canonical of the supplement that the value came from.", In::kR5},
      Param{"subproperty", Kind::kParts, "0..*", &LookupProperty::subproperties,
            "Where the value comes from."});
};

template <>
struct Params<LookupResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"name", Kind::kString, "1..1", &LookupResult::name, "Name of the code system."},
      Param{"version", Kind::kString, "0..1", &LookupResult::version,
            "Version of the code system."},
      Param{"display", Kind::kString, "1..1", &LookupResult::display,
            "Display in the asked language."},
      Param{"code", Kind::kCode, "0..1", &LookupResult::code, "The code."},
      Param{"system", Kind::kUri, "0..1", &LookupResult::system, "Its code system."},
      Param{"definition", Kind::kString, "0..1", &LookupResult::definition,
            "Definition of the concept.", In::kR5},
      Param{"abstract", Kind::kBoolean, "0..1", &LookupResult::abstract,
            "True: not for use in records."},
      Param{"designation", Kind::kParts, "0..*", &LookupResult::designations, "Other names."},
      Param{"property", Kind::kParts, "0..*", &LookupResult::properties,
            "Properties, with their sources."},
      Param{"used-supplement", Kind::kCanonical, "0..*", &LookupResult::used_supplements,
            "Supplements applied."},
      Param{"disclaimer", Kind::kString, "0..1", &LookupResult::disclaimer,
            "Present with figures, rules and coverage: what they are not."});
};

struct LookupOp {
  using Request = LookupRequest;
  using Result = LookupResult;
  static constexpr OpInfo kInfo{"lookup",
                                "CodeSystem",
                                {.type = true},
                                {.type = true, .instance = true},
                                Cost::kCheap,
                                true,
                                "TerminologyService.LookupCode",
                                "lookup",
                                "Look a code up",
                                "Display, definition, designations and properties of a code, each "
                                "property with its source and period."};
};

}  // namespace chemoterm
