#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/display.h"
#include "engine/operations.h"
#include "engine/resolve.h"
#include "engine/validate_coding.h"

namespace chemoterm::engine {
namespace {

const model::ValueSet kNoValueSet;

// The code system that the request names; `system` is taken for `url`.
absl::StatusOr<std::string_view> ReadUrl(const Scope& scope, const ValidateCodeRequest& request) {
  if (const auto* given = scope.catalog.given_system(); given != nullptr) {
    if (request.url.empty() || request.url == given->info().url) return given->info().url;
    return Fail(Reason::kConflictingParameters, "url and codeSystem name different code systems",
                "codeSystem");
  }
  if (!request.url.empty() && !request.system.empty() && request.url != request.system) {
    return Fail(Reason::kConflictingParameters, "url and system name different code systems",
                "system");
  }
  return request.url.empty() ? std::string_view(request.system) : std::string_view(request.url);
}

absl::Status CheckShape(const ValidateCodeRequest& request) {
  const int given =
      !request.code.empty() + request.coding.has_value() + request.codeable_concept.has_value();
  if (given == 0) {
    return Fail(Reason::kNothingToValidate, "One of code, coding and codeableConcept is needed",
                "code");
  }
  if (given > 1) {
    return Fail(Reason::kConflictingParameters,
                "code, coding and codeableConcept exclude each other",
                request.codeable_concept ? "codeableConcept" : "coding");
  }
  if (!request.display.empty() && request.code.empty()) {
    return Fail(Reason::kConflictingParameters, "display goes with code; a coding carries its own",
                "display");
  }
  return {};
}

void Fill(const CheckedCoding& checked, std::string_view code, ValidateCodeResult& result) {
  result.result = checked.valid;
  result.display = checked.display;
  result.code = code;
  result.system = checked.system;
  result.version = checked.version;
  if (checked.inactive) result.inactive = true;
  result.status = checked.status;
  result.normalized_code = checked.normalized_code;
  if (!checked.unknown_system.empty())
    result.caused_by_unknown_systems.push_back(checked.unknown_system);
}

// One coding of a CodeableConcept, in the code system asked for or in its own.
struct ConceptCheck {
  const Scope& scope;
  const ValidateCodeRequest& request;
  const CheckOptions& options;
  std::string_view url;
};

ValidateCodeResult CheckConcept(const ConceptCheck& check) {
  ValidateCodeResult result;
  const auto& codings = check.request.codeable_concept->coding;
  std::optional<ValidateCodeResult> wrong;
  for (std::size_t i = 0; i < codings.size(); ++i) {
    const Coding& coding = codings[i];
    if (!check.url.empty() && !coding.system.empty() && coding.system != check.url) continue;
    const std::string_view system =
        coding.system.empty() ? check.url : std::string_view(coding.system);
    ValidateCodeResult one;
    Fill(CheckCoding(
             check.scope,
             {system,
              coding.version.empty() ? std::string_view(check.request.version) : coding.version,
              coding.code, coding.display,
              base::Concat({"CodeableConcept.coding[", base::ToText(i), "]"})},
             check.options),
         coding.code, one);
    auto& unknown = result.caused_by_unknown_systems;
    unknown.insert(unknown.end(), one.caused_by_unknown_systems.begin(),
                   one.caused_by_unknown_systems.end());
    if (!one.result && !wrong) wrong = one;
    if (one.result && !result.result) {
      std::swap(one.caused_by_unknown_systems, unknown);
      result = std::move(one);
    }
  }
  if (!result.result && wrong) {
    std::swap(wrong->caused_by_unknown_systems, result.caused_by_unknown_systems);
    result = *std::move(wrong);
  } else if (!result.result) {
    check.scope.AddIssue(Severity::kError, "code-invalid", "invalid-code",
                         "CODEABLE_CONCEPT_NONE_VALID", {{"system", check.url}}, "CodeableConcept");
  }
  result.codeable_concept = &*check.request.codeable_concept;
  return result;
}

}  // namespace

absl::StatusOr<ValidateCodeResult> ValidateCode(const Scope& scope,
                                                const ValidateCodeRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckDate(request.date));
  RETURN_IF_ERROR(CheckShape(request));
  ASSIGN_OR_RETURN(const std::string_view url, ReadUrl(scope, request));
  ASSIGN_OR_RETURN(
      const ConceptNames names,
      ConceptNames::Make(scope, kNoValueSet, request.display_language, request.use_supplements,
                         request.coding && !request.coding->system.empty()
                             ? std::string_view(request.coding->system)
                             : url));
  const CheckOptions options{names, request.abstract.value_or(true),
                             request.lenient_display_validation.value_or(false)};
  ValidateCodeResult result;
  if (request.codeable_concept) {
    if (request.codeable_concept->coding.empty()) {
      return Fail(Reason::kMissingParameter, "The CodeableConcept has no coding",
                  "codeableConcept.coding");
    }
    result = CheckConcept({scope, request, options, url});
  } else if (request.coding) {
    const Coding& coding = *request.coding;
    if (coding.code.empty())
      return Fail(Reason::kMissingParameter, "The coding has no code", "coding.code");
    const std::string_view version =
        coding.version.empty() ? std::string_view(request.version) : coding.version;
    const bool other_system = !url.empty() && !coding.system.empty() && coding.system != url;
    if (other_system) {
      scope.AddIssue(Severity::kError, "invalid", "invalid-data", "CODING_OTHER_SYSTEM",
                     {{"system", base::Clip(coding.system, 200)}, {"expected", url}},
                     "Coding.system");
      result.code = coding.code;
      result.system = coding.system;
    } else {
      const std::string_view system = coding.system.empty() ? url : std::string_view(coding.system);
      Fill(CheckCoding(scope, {system, version, coding.code, coding.display, "Coding"}, options),
           coding.code, result);
    }
  } else {
    if (url.empty())
      return Fail(Reason::kMissingParameter, "A code needs the url of its code system", "url");
    Fill(CheckCoding(scope, {url, request.version, request.code, request.display, ""}, options),
         request.code, result);
  }
  result.message = Summarize(scope, result.result);
  return result;
}

}  // namespace chemoterm::engine
