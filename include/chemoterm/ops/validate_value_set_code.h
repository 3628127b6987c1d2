// validate-code of ValueSet: is this code in the value set, and is its display right?
// FHIR ValueSet/$validate-code, TerminologyService.ValidateValueSetCode,
// `chemoterm validate --valueset`.
#pragma once

#include "chemoterm/ops/tx_parameters.h"
#include "chemoterm/ops/validate_code.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// The value set by url or as value_set (FHIR JSON); one of: code with system or infer_system,
// coding, codeable_concept.
struct ValidateValueSetCodeRequest : TxParameters {
  std::string url;
  std::string value_set;
  std::string value_set_version;
  std::string context;
  std::string code;
  std::string system;
  std::string system_version;
  std::string display;
  std::optional<Coding> coding;
  std::optional<CodeableConcept> codeable_concept;
  std::string date;
  std::optional<bool> abstract;
  std::string display_language;
  std::optional<bool> infer_system;
  std::optional<bool> lenient_display_validation;
  std::optional<bool> membership_only;
  std::optional<bool> active_only;
};

template <>
struct Params<ValidateValueSetCodeRequest> {
  static constexpr auto kAll = std::tuple_cat(
      std::make_tuple(
          Param{"url", Kind::kUri, "0..1", &ValidateValueSetCodeRequest::url, "The value set."},
          Param{"valueSet", Kind::kValueSet, "0..1", &ValidateValueSetCodeRequest::value_set,
                "The value set itself, instead of its url."},
          Param{"valueSetVersion", Kind::kString, "0..1",
                &ValidateValueSetCodeRequest::value_set_version, "The version of the value set."},
          Param{"context", Kind::kUri, "0..1", &ValidateValueSetCodeRequest::context,
                "Not supported: the value set must be named."},
          Param{"code", Kind::kCode, "0..1", &ValidateValueSetCodeRequest::code,
                "The code to check; needs system or inferSystem."},
          Param{"system", Kind::kUri, "0..1", &ValidateValueSetCodeRequest::system,
                "The code system of the code."},
          Param{"systemVersion", Kind::kString, "0..1",
                &ValidateValueSetCodeRequest::system_version, "The version of that system."},
          Param{"display", Kind::kString, "0..1", &ValidateValueSetCodeRequest::display,
                "A display to check; needs code."},
          Param{"coding", Kind::kCoding, "0..1", &ValidateValueSetCodeRequest::coding,
                "Coding to check, instead of code."},
          Param{"codeableConcept", Kind::kCodeableConcept, "0..1",
                &ValidateValueSetCodeRequest::codeable_concept,
                "CodeableConcept to check: one of its codings must be in the value set."},
          Param{"date", Kind::kDateTime, "0..1", &ValidateValueSetCodeRequest::date,
                "Check as of this date; default today."},
          Param{"abstract", Kind::kBoolean, "0..1", &ValidateValueSetCodeRequest::abstract,
                "False: abstract codes are not accepted."},
          Param{"displayLanguage", Kind::kCode, "0..1",
                &ValidateValueSetCodeRequest::display_language, "Language of the display check."},
          Param{"inferSystem", Kind::kBoolean, "0..1", &ValidateValueSetCodeRequest::infer_system,
                "True: the system of a bare code is the one of the value set's that has it."},
          Param{"lenient-display-validation", Kind::kBoolean, "0..1",
                &ValidateValueSetCodeRequest::lenient_display_validation,
                "True: a wrong display is a warning."},
          Param{"valueset-membership-only", Kind::kBoolean, "0..1",
                &ValidateValueSetCodeRequest::membership_only,
                "True: only whether the value set has the code; displays and status are not "
                "checked."},
          Param{"activeOnly", Kind::kBoolean, "0..1", &ValidateValueSetCodeRequest::active_only,
                "True: inactive concepts are not in the value set."}),
      kTxParams);
};

struct ValidateValueSetCodeOp {
  using Request = ValidateValueSetCodeRequest;
  using Result = ValidateCodeResult;
  static constexpr OpInfo kInfo{
      "validate-code",
      "ValueSet",
      {.type = true, .instance = true},
      {.type = true, .instance = true},
      Cost::kCheap,
      true,
      "TerminologyService.ValidateValueSetCode",
      "validate",
      "Check a code against a value set",
      "Whether a value set has a code, and whether the display given with it is right; one issue "
      "per concern."};
};

}  // namespace chemoterm
