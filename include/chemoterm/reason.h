// Why an operation could not be done, and the one table from such a reason to gRPC, HTTP and FHIR
// codes.
//
// Two channels, never mixed: "could not do it" is an absl::Status made by Fail(); "did it, here is
// what I found" is a list of Issues in the Answer (issue.h).
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace chemoterm {

// Stable reasons; their names are part of the contract (ErrorInfo.reason, OperationOutcome
// details.coding).
enum class Reason : std::uint8_t {
  kInternal,           // a broken invariant of ours; the detail goes to the log only
  kMalformedBody,      // not JSON, not the expected resource, truncated, duplicate key, too deep
  kInvalidParameter,   // wrong type, not a date, over-long, out of range
  kMissingParameter,   // a required parameter or a required combination is absent
  kNothingToValidate,  // a validation that names no code
  kConflictingParameters,  // two parameters that exclude or contradict each other
  kUnknownRoute,           // no such path
  kUnknownResource,        // no resource of that type and id
  kUnknownCodeSystem,
  kUnknownVersion,  // the code system is known, that version is not
  kUnknownCode,
  kUnknownSupplement,
  kUnknownRelationKind,
  kUnknownPayer,
  kUnknownPlan,
  kUnknownValueSet,
  kInvalidValueSet,  // a value set that cannot be evaluated: a filter, a circle of imports
  kUnknownConceptMap,
  kSupplementAsSystem,  // a supplement was named where a code system is needed
  kUnauthenticated,     // no token, or one that is not accepted
  kMethodNotAllowed,
  kNotAcceptable,
  kUnsupportedMediaType,
  kTooLarge,         // body, header or message over the limit
  kUnprocessable,    // understood, but cannot be answered from the loaded content
  kTooCostly,        // over the request's budget of concepts
  kTooManyRequests,  // queue full
  kDeadlineExceeded,
  kCancelled,
  kNotReady,  // no content loaded yet, or draining
  kLast = kNotReady,
};

// One row of the table of reasons.
struct ReasonInfo {
  Reason reason;
  std::string_view name;        // UPPER_SNAKE, stable: ErrorInfo.reason
  absl::StatusCode grpc;        // gRPC status code
  int http;                     // HTTP status
  std::string_view issue_type;  // FHIR issue-type code, in R4 and R5 alike
  std::string_view meaning;     // for docs/errors.md
};

// The row of `reason`; never fails.
const ReasonInfo& InfoOf(Reason reason);

// What a failed Status carries beside its text.
struct Failure {
  Reason reason = Reason::kInternal;
  std::string text;        // for people; never holds internals
  std::string where;       // the parameter or element meant ("code", "property[2]"); empty if none
  std::string message_id;  // HL7's message id where there is one
};

// A Status with the code of `reason`, `text` as message and the rest as payload.
absl::Status Fail(Reason reason, std::string_view text, std::string_view where = {},
                  std::string_view message_id = {});

// Reads a failed Status back. A Status that Fail() did not make is kInternal with a fixed text.
Failure FailureOf(const absl::Status& status);

}  // namespace chemoterm
