// Findings: what an operation noticed while it did its work.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm {

enum class Severity : std::uint8_t { kError, kWarning, kInformation };

// FHIR's code of `severity` ("error", "warning", "information").
std::string_view ToString(Severity severity);

// One concern. Several concerns are several issues, never one merged text.
struct Issue {
  Severity severity = Severity::kError;
  std::string_view
      type;  // FHIR issue-type: "code-invalid", "invalid", "not-found", "business-rule", ...
  std::string_view tx_type;  // http://hl7.org/fhir/tools/CodeSystem/tx-issue-type: "invalid-code",
                             // ...; may be empty
  std::string_view message_id;  // HL7's or our message id (terminology/messages)
  std::string text;             // rendered from the message in the caller's language
  std::string expression;       // FHIRPath of the element ("Coding.display"); empty if none
};

using Issues = std::vector<Issue>;

}  // namespace chemoterm
