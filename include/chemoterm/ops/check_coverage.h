// check-coverage: what a payer says about the lines of an order.
// FHIR $check-coverage (ours), CoverageService.CheckCoverage, `chemoterm check-coverage`.
#pragma once

#include "chemoterm/ops/check_order.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// Without a payer, every payer that says something about a line's code is asked.
struct CheckCoverageRequest {
  std::vector<OrderLine> lines;
  std::string payer;
  std::string plan;
  std::string jurisdiction;
  std::string date;
};

struct CheckCoverageResult {
  std::vector<OrderCoverage> coverages;
  std::string_view disclaimer;
};

template <>
struct Params<CheckCoverageRequest> {
  static constexpr auto kAll = std::make_tuple(
      Param{"line", Kind::kParts, "1..*", &CheckCoverageRequest::lines,
            "The lines, numbered from 1; of each the code and its date count."},
      Param{"payer", Kind::kStringOrReference, "0..1", &CheckCoverageRequest::payer,
            "Payer by slug, name or alias, or as Organization; default: all with notes."},
      Param{"plan", Kind::kStringOrReference, "0..1", &CheckCoverageRequest::plan,
            "Plan by slug, name or alias, or as InsurancePlan: its notes and those of the payer as "
            "a whole."},
      Param{"jurisdiction", Kind::kCode, "0..1", &CheckCoverageRequest::jurisdiction,
            "US or US-xx; a state also gets the notes for the whole country."},
      Param{"date", Kind::kDate, "0..1", &CheckCoverageRequest::date,
            "Date of service of lines that have none; default today."});
};

template <>
struct Params<CheckCoverageResult> {
  static constexpr auto kAll =
      std::make_tuple(Param{"coverage", Kind::kParts, "0..*", &CheckCoverageResult::coverages,
                            "One for each line and payer."},
                      Param{"disclaimer", Kind::kString, "0..1", &CheckCoverageResult::disclaimer,
                            "What the answer is not."});
};

struct CheckCoverageOp {
  using Request = CheckCoverageRequest;
  using Result = CheckCoverageResult;
  static constexpr OpInfo kInfo{
      "check-coverage",
      "",
      {.system = true},
      {.system = true},
      Cost::kCheap,
      false,
      "CoverageService.CheckCoverage",
      "check-coverage",
      "Coverage of an order",
      "What payers' policies say about each line of an order, merged per "
      "payer: covered, prior authorization, what the record must show, on "
      "which conditions, and from which notes."};
};

}  // namespace chemoterm
