// validate-code: is this code right, and its display?
// FHIR CodeSystem/$validate-code, TerminologyService.ValidateCode, `chemoterm validate`.
#pragma once

#include "chemoterm/ops/tx_parameters.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// One of: code with url, coding, codeableConcept. A wrong code is a result (false with issues), not
// an error.
struct ValidateCodeRequest : TxResources {
  std::string url;
  std::string code;
  std::string version;
  std::string display;
  std::optional<Coding> coding;
  std::optional<CodeableConcept> codeable_concept;
  std::string date;
  std::optional<bool> abstract;
  std::string display_language;
  std::string system;
  std::optional<bool> lenient_display_validation;
  std::vector<std::string> use_supplements;
  std::string code_system;  // FHIR JSON
};

struct ValidateCodeResult {
  bool result = false;
  std::string_view message;
  std::string_view display;
  std::string_view code;
  std::string_view system;
  std::string_view version;
  const CodeableConcept* codeable_concept = nullptr;
  std::optional<bool> inactive;
  std::string_view status;
  std::string_view normalized_code;
  std::vector<std::string_view> caused_by_unknown_systems;
  std::vector<std::string_view> unknown_systems;
};

template <>
struct Params<ValidateCodeRequest> {
  static constexpr auto kAll = std::tuple_cat(
      std::make_tuple(
          Param{"url", Kind::kUri, "0..1", &ValidateCodeRequest::url,
                "The code system to check against."},
          Param{"codeSystem", Kind::kCodeSystem, "0..1", &ValidateCodeRequest::code_system,
                "The code system itself, instead of its url."},
          Param{"code", Kind::kCode, "0..1", &ValidateCodeRequest::code,
                "The code to check; needs url."},
          Param{"version", Kind::kString, "0..1", &ValidateCodeRequest::version,
                "The version of the code system."},
          Param{"display", Kind::kString, "0..1", &ValidateCodeRequest::display,
                "A display to check; needs code."},
          Param{"coding", Kind::kCoding, "0..1", &ValidateCodeRequest::coding,
                "Coding to check, instead of code."},
          Param{"codeableConcept", Kind::kCodeableConcept, "0..1",
                &ValidateCodeRequest::codeable_concept,
                "CodeableConcept to check: valid if one coding is."},
          Param{"date", Kind::kDateTime, "0..1", &ValidateCodeRequest::date,
                "Check as of this date; default today."},
          Param{"abstract", Kind::kBoolean, "0..1", &ValidateCodeRequest::abstract,
                "False: abstract codes are not accepted."},
          Param{"displayLanguage", Kind::kCode, "0..1", &ValidateCodeRequest::display_language,
                "Language of the display check."},
          Param{"system", Kind::kUri, "0..1", &ValidateCodeRequest::system, "Accepted for url."},
          Param{"lenient-display-validation", Kind::kBoolean, "0..1",
                &ValidateCodeRequest::lenient_display_validation,
                "True: a wrong display is a warning."},
          Param{"useSupplement", Kind::kCanonical, "0..*", &ValidateCodeRequest::use_supplements,
                "Supplements that must be applied; an unknown one is an error."}),
      kTxResourceParams);
};

template <>
struct Params<ValidateCodeResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"result", Kind::kBoolean, "1..1", &ValidateCodeResult::result,
            "True if the code is valid."},
      Param{"message", Kind::kString, "0..1", &ValidateCodeResult::message,
            "Summary of the issues."},
      Param{"display", Kind::kString, "0..1", &ValidateCodeResult::display, "A valid display."},
      Param{"code", Kind::kCode, "0..1", &ValidateCodeResult::code, "The code checked."},
      Param{"system", Kind::kUri, "0..1", &ValidateCodeResult::system, "Its code system."},
      Param{"version", Kind::kString, "0..1", &ValidateCodeResult::version,
            "Version of the code system."},
      Param{"codeableConcept", Kind::kCodeableConcept, "0..1",
            &ValidateCodeResult::codeable_concept, "The CodeableConcept of the request."},
      Param{"inactive", Kind::kBoolean, "0..1", &ValidateCodeResult::inactive,
            "True if the code is inactive."},
      Param{"status", Kind::kCode, "0..1", &ValidateCodeResult::status,
            "Status of an inactive code."},
      Param{"normalized-code", Kind::kCode, "0..1", &ValidateCodeResult::normalized_code,
            "The code in its normal spelling, where that differs."},
      Param{"x-caused-by-unknown-system", Kind::kCanonical, "0..*",
            &ValidateCodeResult::caused_by_unknown_systems,
            "Code systems that are not loaded, without which the code cannot be judged."},
      Param{"x-unknown-system", Kind::kCanonical, "0..*", &ValidateCodeResult::unknown_systems,
            "Code systems of the request that neither the value set names nor the service has."});
};

struct ValidateCodeOp {
  using Request = ValidateCodeRequest;
  using Result = ValidateCodeResult;
  static constexpr OpInfo kInfo{
      "validate-code",
      "CodeSystem",
      {.type = true, .instance = true},
      {.type = true, .instance = true},
      Cost::kCheap,
      true,
      "TerminologyService.ValidateCode",
      "validate",
      "Check a code",
      "Whether a code, and the display given with it, are valid; one issue per concern."};
};

}  // namespace chemoterm
