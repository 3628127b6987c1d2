// OperationOutcome resources; the shape is the same in every version.
#pragma once

#include <string>
#include <string_view>

#include "chemoterm/issue.h"
#include "chemoterm/reason.h"

namespace chemoterm::fhir {

struct OutcomeOptions {
  std::string_view canonical_base;  // details.coding is of <canonical_base>/CodeSystem/reason
  // The request's parameters came by query: a `where` that names a parameter goes out as location
  // "http.<name>".
  bool from_query = false;
  // A part of an answer, as in $batch-validate-code. HL7's cases then want the text alone in
  // `details`, so the reason is in `diagnostics`; and a place would be taken for one of the whole
  // request.
  bool is_part = false;
};

// A failure as OperationOutcome with one issue of severity error. HTTP status:
// InfoOf(failure.reason).http. `where` becomes `location` when it is "http.<name>", else
// `expression`.
std::string WriteOutcome(const Failure& failure, const OutcomeOptions& options);

// Findings as OperationOutcome. Without any: one issue "informational" with the text `all_ok`.
std::string WriteOutcome(const Issues& issues, std::string_view all_ok);

// The same, appended to `out` (for a nested resource).
void AppendOutcome(const Issues& issues, std::string& out);

}  // namespace chemoterm::fhir
