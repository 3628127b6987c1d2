#include "chemoterm/reason.h"

#include <absl/strings/cord.h>

#include <array>

namespace chemoterm {
namespace {

using absl::StatusCode;

constexpr std::array<ReasonInfo, static_cast<std::size_t>(Reason::kLast) + 1> kReasons = {{
    {Reason::kInternal, "INTERNAL", StatusCode::kInternal, 500, "exception",
     "A fault of the service; the log has it."},
    {Reason::kMalformedBody, "MALFORMED_BODY", StatusCode::kInvalidArgument, 400, "structure",
     "The body is not JSON, not the expected resource, has a duplicate key or is nested too "
     "deeply."},
    {Reason::kInvalidParameter, "INVALID_PARAMETER", StatusCode::kInvalidArgument, 400, "value",
     "A parameter has the wrong type, an impossible value or is too long."},
    {Reason::kMissingParameter, "MISSING_PARAMETER", StatusCode::kInvalidArgument, 400, "required",
     "A required parameter, or one of a combination, is absent."},
    {Reason::kNothingToValidate, "NOTHING_TO_VALIDATE", StatusCode::kInvalidArgument, 400,
     "invalid", "A validation names no code that could be checked."},
    {Reason::kConflictingParameters, "CONFLICTING_PARAMETERS", StatusCode::kInvalidArgument, 400,
     "invalid",
     "Two parameters exclude or contradict each other, or one that may be given once is given "
     "twice."},
    {Reason::kUnknownRoute, "UNKNOWN_ROUTE", StatusCode::kUnimplemented, 404, "not-found",
     "No such path."},
    {Reason::kUnknownResource, "UNKNOWN_RESOURCE", StatusCode::kNotFound, 404, "not-found",
     "No resource of that type and id."},
    {Reason::kUnknownCodeSystem, "UNKNOWN_CODE_SYSTEM", StatusCode::kNotFound, 404, "not-found",
     "The code system is not loaded."},
    {Reason::kUnknownVersion, "UNKNOWN_VERSION", StatusCode::kNotFound, 404, "not-found",
     "The code system is loaded, but not in that version."},
    {Reason::kUnknownCode, "UNKNOWN_CODE", StatusCode::kNotFound, 404, "not-found",
     "The code is not in the code system."},
    {Reason::kUnknownSupplement, "UNKNOWN_SUPPLEMENT", StatusCode::kNotFound, 404, "not-found",
     "A supplement that must be applied is not loaded."},
    {Reason::kUnknownRelationKind, "UNKNOWN_RELATION_KIND", StatusCode::kInvalidArgument, 400,
     "value", "No such kind of relation."},
    {Reason::kUnknownPayer, "UNKNOWN_PAYER", StatusCode::kNotFound, 404, "not-found",
     "No payer of that name."},
    {Reason::kUnknownPlan, "UNKNOWN_PLAN", StatusCode::kNotFound, 404, "not-found",
     "No plan of that name."},
    {Reason::kUnknownValueSet, "UNKNOWN_VALUE_SET", StatusCode::kNotFound, 404, "not-found",
     "The value set, or one that it imports, is not loaded."},
    {Reason::kInvalidValueSet, "INVALID_VALUE_SET", StatusCode::kFailedPrecondition, 422, "invalid",
     "The value set cannot be evaluated as it is defined."},
    {Reason::kUnknownConceptMap, "UNKNOWN_CONCEPT_MAP", StatusCode::kNotFound, 404, "not-found",
     "The concept map is not loaded."},
    {Reason::kSupplementAsSystem, "SUPPLEMENT_AS_SYSTEM", StatusCode::kInvalidArgument, 400,
     "invalid", "A supplement was named where a code system is needed."},
    {Reason::kUnauthenticated, "UNAUTHENTICATED", StatusCode::kUnauthenticated, 401, "login",
     "A call of CDS Hooks without a token, or with one that is not accepted."},
    {Reason::kMethodNotAllowed, "METHOD_NOT_ALLOWED", StatusCode::kUnimplemented, 405,
     "not-supported", "The path exists, the HTTP method does not."},
    {Reason::kNotAcceptable, "NOT_ACCEPTABLE", StatusCode::kInvalidArgument, 406, "not-supported",
     "No representation that Accept or _format allows."},
    {Reason::kUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", StatusCode::kInvalidArgument, 415,
     "not-supported", "The body's Content-Type is not FHIR JSON of this base's version."},
    {Reason::kTooLarge, "TOO_LARGE", StatusCode::kResourceExhausted, 413, "too-long",
     "A body, header or message is over the limit."},
    {Reason::kUnprocessable, "UNPROCESSABLE", StatusCode::kFailedPrecondition, 422, "processing",
     "Understood, but the loaded content cannot answer it."},
    {Reason::kTooCostly, "TOO_COSTLY", StatusCode::kResourceExhausted, 422, "too-costly",
     "The answer would need more work than a request is granted."},
    {Reason::kTooManyRequests, "TOO_MANY_REQUESTS", StatusCode::kResourceExhausted, 429,
     "throttled", "The queue is full; try again later."},
    {Reason::kDeadlineExceeded, "DEADLINE_EXCEEDED", StatusCode::kDeadlineExceeded, 503, "timeout",
     "The request's time was over."},
    {Reason::kCancelled, "CANCELLED", StatusCode::kCancelled, 503, "timeout",
     "The caller went away."},
    {Reason::kNotReady, "NOT_READY", StatusCode::kUnavailable, 503, "transient",
     "No content is loaded yet, the content changed in the middle of a stream, or the service is "
     "shutting down."},
}};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (static_cast<std::size_t>(kReasons[i].reason) != i) return false;
  }
  return true;
}
static_assert(InOrder(), "the table of reasons follows the enum");

constexpr char kPayload[] = "chemoterm/failure";

}  // namespace

const ReasonInfo& InfoOf(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

absl::Status Fail(Reason reason, std::string_view text, std::string_view where,
                  std::string_view message_id) {
  absl::Status status(InfoOf(reason).grpc, {text.data(), text.size()});
  // One byte of reason, then where and message id with a separator that neither can hold.
  std::string payload(1, static_cast<char>(reason));
  payload.append(where).append(1, '\0').append(message_id);
  status.SetPayload(kPayload, absl::Cord(std::move(payload)));
  return status;
}

Failure FailureOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value())
    return {Reason::kInternal, "The service met an unexpected condition.", {}, {}};
  const std::string bytes(*payload);
  const std::string_view rest = std::string_view(bytes).substr(1);
  const auto bar = rest.find('\0');
  return {static_cast<Reason>(bytes[0]),
          std::string(status.message().data(), status.message().size()),
          std::string(rest.substr(0, bar)), std::string(rest.substr(bar + 1))};
}

}  // namespace chemoterm
