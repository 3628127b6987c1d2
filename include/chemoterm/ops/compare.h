// compare: how the codes of two value sets stand to each other.
// FHIR ValueSet/$compare (FHIR Tools IG; also called $related),
// TerminologyService.CompareValueSets, `chemoterm compare`.
#pragma once

#include "chemoterm/ops/tx_parameters.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// Each value set by url or as FHIR JSON.
struct CompareRequest : TxParameters {
  std::string this_url;
  std::string other_url;
  std::string value_set;  // this one
  std::string other_value_set;
  std::optional<bool> diagnostics;
};

struct CompareResult {
  std::string_view result;
  std::string_view message;
  std::optional<bool> performed_expansion;
  std::string_view common_codes;
  std::string_view missing_codes;
  std::string_view extra_codes;
};

template <>
struct Params<CompareRequest> {
  static constexpr auto kAll = std::tuple_cat(
      std::make_tuple(
          Param{"thisUrl", Kind::kUri, "0..1", &CompareRequest::this_url, "The one value set."},
          Param{"otherUrl", Kind::kUri, "0..1", &CompareRequest::other_url, "The other value set."},
          Param{"thisValueSet", Kind::kValueSet, "0..1", &CompareRequest::value_set,
                "The one value set itself, instead of its url."},
          Param{"otherValueSet", Kind::kValueSet, "0..1", &CompareRequest::other_value_set,
                "The other value set itself, instead of its url."},
          Param{"diagnostics", Kind::kBoolean, "0..1", &CompareRequest::diagnostics,
                "True: with the codes that make the difference."}),
      kTxParams);
};

template <>
struct Params<CompareResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{
          "result", Kind::kCode, "1..1", &CompareResult::result,
          "same, subset, superset, overlapping, disjoint, empty or indeterminate: what the one is "
          "of the other."},
      Param{"message", Kind::kString, "0..1", &CompareResult::message, "The result as a sentence."},
      Param{"performed-expansion", Kind::kBoolean, "0..1", &CompareResult::performed_expansion,
            "False: the definitions alone gave the answer."},
      Param{"common-codes", Kind::kString, "0..1", &CompareResult::common_codes,
            "Codes that both have, comma-separated."},
      Param{"missing-codes", Kind::kString, "0..1", &CompareResult::missing_codes,
            "Codes that the other lacks."},
      Param{"extra-codes", Kind::kString, "0..1", &CompareResult::extra_codes,
            "Codes that only the other has."});
};

struct CompareOp {
  using Request = CompareRequest;
  using Result = CompareResult;
  static constexpr OpInfo kInfo{"compare",
                                "ValueSet",
                                {.type = true},
                                {.type = true},
                                Cost::kHeavy,
                                true,
                                "TerminologyService.CompareValueSets",
                                "compare",
                                "Compare two value sets",
                                "Whether two value sets have the same codes, one more than the "
                                "other, some in common or none; from their definitions where "
                                "these tell, else from their expansions.",
                                "related"};
};

}  // namespace chemoterm
