#include "gateway/batch_validate.h"

#include <algorithm>
#include <chrono>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "fhir/outcome.h"
#include "fhir/parameters.h"
#include "gateway/negotiation.h"
#include "json/writer.h"

namespace chemoterm::gateway {
namespace {

constexpr std::string_view kValidation = "validation";

bool Has(const fhir::ParameterList& list, std::string_view name) {
  return std::any_of(list.parameters.begin(), list.parameters.end(),
                     [&](const fhir::Parameter& parameter) { return parameter.name == name; });
}

template <class Op>
absl::StatusOr<std::string> Validate(const Exchange& exchange, const fhir::ParameterList& list) {
  ASSIGN_OR_RETURN(const typename Op::Request request,
                   fhir::ReadRequest<Op>(list, exchange.strict));
  ASSIGN_OR_RETURN(const auto answer, exchange.engine.Run(exchange.call, request));
  return fhir::WriteResult<Op>(answer, exchange.route.version);
}

absl::StatusOr<std::string> AnswerOne(const Exchange& exchange, const fhir::Parameter& validation,
                                      const fhir::ParameterList& shared) {
  if (std::chrono::steady_clock::now() >= exchange.call.deadline) {
    return Fail(Reason::kDeadlineExceeded, "The request's time was over before this validation.");
  }
  if (validation.form != fhir::Form::kResource) {
    return Fail(Reason::kInvalidParameter, "'validation' carries a Parameters resource",
                kValidation);
  }
  ASSIGN_OR_RETURN(fhir::ParameterList list, fhir::ReadBody(validation.resource));
  const std::size_t own = list.parameters.size();
  for (const fhir::Parameter& parameter : shared.parameters) {
    const auto end = list.parameters.begin() + static_cast<std::ptrdiff_t>(own);
    const bool is_own = std::any_of(list.parameters.begin(), end, [&](const fhir::Parameter& each) {
      return each.name == parameter.name;
    });
    if (parameter.name != kValidation && !is_own) list.parameters.push_back(parameter);
  }
  const bool has_value_set = Has(list, "url") || Has(list, "valueSet");
  return has_value_set ? Validate<ValidateValueSetCodeOp>(exchange, list)
                       : Validate<ValidateCodeOp>(exchange, list);
}

}  // namespace

absl::StatusOr<FhirReply> RunBatchValidate(Exchange& exchange) {
  RETURN_IF_ERROR(CheckContentType(exchange.http.header("Content-Type"),
                                   exchange.http.header("Content-Encoding"), BodyKind::kFhirJson,
                                   fhir::InfoOf(exchange.route.version).short_form));
  ASSIGN_OR_RETURN(const fhir::ParameterList shared, fhir::ReadBody(exchange.http.body()));
  if (!Has(shared, kValidation)) {
    return Fail(Reason::kMissingParameter, "There is no 'validation'", kValidation);
  }
  FhirReply reply;
  {
    json::Object root(&reply.body);
    root.Text("resourceType", "Parameters");
    auto list = root.List("parameter");
    for (const fhir::Parameter& parameter : shared.parameters) {
      if (parameter.name != kValidation) continue;
      const auto answer = AnswerOne(exchange, parameter, shared);
      auto object = list.Sub();
      object.Text("name", kValidation);
      object.Raw("resource", answer.ok()
                                 ? *answer
                                 : fhir::WriteOutcome(FailureOf(answer.status()),
                                                      {.canonical_base = CanonicalBase(exchange),
                                                       .from_query = false,
                                                       .is_part = true}));
    }
  }
  return reply;
}

}  // namespace chemoterm::gateway
