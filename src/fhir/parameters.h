// Parameters in and out: FHIR `Parameters` or a query string <-> the operations' structs, by the
// tables of include/chemoterm/ops.
//
//   ASSIGN_OR_RETURN(ParameterList list, ReadBody(http.body()));        // or ReadQuery(query)
//   ASSIGN_OR_RETURN(LookupRequest request, ReadRequest<LookupOp>(list, strict));
//   ... engine.Run ...
//   std::string body = WriteResult<LookupOp>(answer, version);
//
// Failures name the place: "Parameters.parameter[2].valueCoding.code" in a body, "http.code" in a
// query.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chemoterm/answer.h"
#include "chemoterm/ops/all_ops.h"
#include "fhir/version.h"

namespace chemoterm::fhir {

// Limits on input; the body's size is the transport's limit and json::Limits'.
inline constexpr std::size_t kMaxTextBytes = 16 * 1024;
inline constexpr std::size_t kMaxParameters = 10'000;

// What a parameter holds. FHIR lets it hold one thing only.
enum class Form : std::uint8_t {
  kNothing,
  kText,     // a JSON string, or any value of a query
  kBoolean,  // a JSON boolean
  kNumber,   // a JSON number, as text
  kCoding,
  kCodeableConcept,
  kOtherObject,  // a value[x] of a type that no operation takes (Period, Quantity, ...)
  kParts,
  kResource,
};

// One parameter as received.
struct Parameter {
  std::string name;
  Form form = Form::kNothing;
  std::string suffix;  // of value[x]: "Code", "Coding"; empty for a query
  std::string text;    // kText, kBoolean ("true"), kNumber
  Coding coding;
  CodeableConcept codeable_concept;
  std::vector<Parameter> parts;
  std::string_view resource;  // kResource: its text inside the body, valid as long as that
};

// All parameters of a request, in order.
struct ParameterList {
  bool from_query = false;
  std::vector<Parameter> parameters;
  // Query only: names that start with an underscore (`_format`, `_pretty`, ...) and their decoded
  // values.
  std::vector<std::pair<std::string, std::string>> controls;

  // The first control of that name; empty if absent.
  std::string_view Control(std::string_view name) const;
  // Where the parameter stands, for failures.
  std::string WhereOf(const Parameter& parameter) const;
};

// A query string (without '?') or a form body as decoded pairs in order: percent-encoding, '+' as
// blank. Failures: broken percent-encoding, NUL, invalid UTF-8, too many or over-long values.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseQuery(std::string_view query);

// The same as parameters of an operation.
absl::StatusOr<ParameterList> ReadQuery(std::string_view query);

// The body of a POST: a `Parameters` resource.
absl::StatusOr<ParameterList> ReadBody(std::string_view body);

// Percent-decodes one path segment ('+' stays); fails like ParseQuery.
absl::StatusOr<std::string> DecodeSegment(std::string_view segment);

// Behind ReadRequest and IsGetAllowed; instantiated for AllOps in request_reader.cc.
template <class Op>
struct RequestReader {
  static absl::StatusOr<typename Op::Request> Read(const ParameterList& list, bool strict);
  static bool IsGetAllowed(const ParameterList& list);
};

// Behind WriteResult; instantiated for AllOps in result_writer.cc.
template <class Op>
struct ResultWriter {
  static std::string Write(const Answer<typename Op::Result>& answer, FhirVersion version);
};

// The request, checked against the table: types, dates that exist, single values given once.
// Parameters that the table does not know are ignored, or kInvalidParameter when `strict`; one that
// carries a resource is kUnprocessable, since ignoring it would give a wrong answer. Required
// parameters are the engine's to check.
template <class Op>
absl::StatusOr<typename Op::Request> ReadRequest(const ParameterList& list, bool strict) {
  return RequestReader<Op>::Read(list, strict);
}

// False when a parameter used is not of a primitive type: such a request needs POST (405 for GET).
template <class Op>
bool IsGetAllowed(const ParameterList& list) {
  return RequestReader<Op>::IsGetAllowed(list);
}

// The answer as a `Parameters` resource; issues become the parameter `issues` with an
// OperationOutcome.
template <class Op>
std::string WriteResult(const Answer<typename Op::Result>& answer, FhirVersion version) {
  return ResultWriter<Op>::Write(answer, version);
}

}  // namespace chemoterm::fhir
