// related-codes: the codes that are linked to a code, and how.
// FHIR CodeSystem/$related-codes (ours), TerminologyService.ListRelatedCodes, `chemoterm related`.
#pragma once

#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// Code with system, or coding. `depth` (1..10) follows transitive kinds further; other kinds stop
// at 1.
struct RelatedCodesRequest {
  std::string system;
  std::string version;
  std::string code;
  std::optional<Coding> coding;
  std::vector<std::string> kinds;
  std::string direction;
  std::string date;
  std::optional<std::int32_t> depth;
  std::string display_language;
};

struct RelatedCode {
  std::string_view kind;       // reads from the asked code: "96415 add-on-of 96413"
  std::string_view direction;  // "from": the row starts at the asked code; "to": it ends there
                               // (inverse kind shown)
  CodingView concept_coding;
  std::string_view description;
  std::int32_t depth = 1;
  PeriodView period;
  std::string_view indicator;
  std::string_view setting;
  std::string_view citation;
  std::string_view citation_url;
  std::string_view as_of;
  std::string_view verification;
};

struct RelatedCodesResult {
  std::vector<RelatedCode> related;
  std::string_view disclaimer;
};

template <>
struct Params<RelatedCodesRequest> {
  static constexpr auto kAll = std::make_tuple(
      Param{"system", Kind::kUri, "0..1", &RelatedCodesRequest::system,
            "The code system of the code."},
      Param{"version", Kind::kString, "0..1", &RelatedCodesRequest::version,
            "The version of the code system."},
      Param{"code", Kind::kCode, "0..1", &RelatedCodesRequest::code, "The code; needs system."},
      Param{"coding", Kind::kCoding, "0..1", &RelatedCodesRequest::coding, "Instead of code."},
      Param{"kind", Kind::kCode, "0..*", &RelatedCodesRequest::kinds,
            "Kinds of relation wanted, as read from the code; none = all."},
      Param{"direction", Kind::kCode, "0..1", &RelatedCodesRequest::direction,
            "from (rows that start at the code), to (rows that end there) or both; default both."},
      Param{"date", Kind::kDate, "0..1", &RelatedCodesRequest::date,
            "Relations in force on this date; default today."},
      Param{"depth", Kind::kInteger, "0..1", &RelatedCodesRequest::depth,
            "How far transitive kinds are followed, 1 to 10; default 1."},
      Param{"displayLanguage", Kind::kCode, "0..1", &RelatedCodesRequest::display_language,
            "Language of the displays."});
};

template <>
struct Params<RelatedCode> {
  static constexpr auto kAll = std::make_tuple(
      Param{"kind", Kind::kCode, "1..1", &RelatedCode::kind,
            "Kind of relation, read from the asked code."},
      Param{"direction", Kind::kCode, "1..1", &RelatedCode::direction, "from or to."},
      Param{"concept", Kind::kCoding, "1..1", &RelatedCode::concept_coding, "The related code."},
      Param{"description", Kind::kString, "0..1", &RelatedCode::description,
            "What the row says beside its kind."},
      Param{"depth", Kind::kInteger, "1..1", &RelatedCode::depth, "Steps from the asked code."},
      Param{"period", Kind::kPeriod, "0..1", &RelatedCode::period,
            "When the relation is in force."},
      Param{"indicator", Kind::kCode, "0..1", &RelatedCode::indicator,
            "NCCI modifier indicator: 0 no modifier, 1 a modifier may be used, 9 not applicable."},
      Param{"setting", Kind::kCode, "0..1", &RelatedCode::setting,
            "practitioner or outpatient, where it differs."},
      Param{"citation", Kind::kString, "0..1", &RelatedCode::citation, "The source."},
      Param{"citation-url", Kind::kUri, "0..1", &RelatedCode::citation_url, "Where to read it."},
      Param{"as-of", Kind::kDate, "0..1", &RelatedCode::as_of, "State of the source."},
      Param{"verification", Kind::kCode, "0..1", &RelatedCode::verification,
            "sourced, derived, editorial or unverified."});
};

template <>
struct Params<RelatedCodesResult> {
  static constexpr auto kAll =
      std::make_tuple(Param{"related", Kind::kParts, "0..*", &RelatedCodesResult::related,
                            "One per relation in force."},
                      Param{"disclaimer", Kind::kString, "0..1", &RelatedCodesResult::disclaimer,
                            "What the rows are not."});
};

struct RelatedCodesOp {
  using Request = RelatedCodesRequest;
  using Result = RelatedCodesResult;
  static constexpr OpInfo kInfo{"related-codes",
                                "CodeSystem",
                                {.type = true, .instance = true},
                                {.type = true, .instance = true},
                                Cost::kCheap,
                                false,
                                "TerminologyService.ListRelatedCodes",
                                "related",
                                "Codes linked to a code",
                                "Add-on codes and their primaries, siblings, replacements, NCCI "
                                "pairs and other links, each with its source."};
};

}  // namespace chemoterm
