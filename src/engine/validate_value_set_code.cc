#include <algorithm>
#include <set>
#include <span>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/concept_names.h"
#include "engine/operations.h"
#include "engine/resolve.h"
#include "engine/validate_coding.h"
#include "engine/value_set_view.h"

namespace chemoterm::engine {
namespace {

using model::ConceptId;
using model::ListedConcept;
using model::SystemId;
using model::ValueSet;

// Where a value set has a code.
struct Hit {
  SystemId system;
  ConceptId id;
  const ListedConcept* listed = nullptr;
};

// What the includes that are about the system of a code say of its version.
struct Reading {
  // Versions of the system in which the code is looked for, the newest first.
  std::vector<SystemId> systems;
  // An include names a version that is not loaded.
  const NamedSystem* unknown = nullptr;
  // An include names another version than the coding does.
  const NamedSystem* other = nullptr;
  std::string_view written;  // in that include
  bool names_system = false;
};

// Checks codings against one value set.
class Validator {
 public:
  Validator(const Scope& scope, const ValidateValueSetCodeRequest& request,
            const VersionRules& rules, const ResolvedValueSet& resolved, const ConceptNames& names)
      : scope_(scope),
        request_(request),
        rules_(rules),
        view_(*resolved.view),
        views_(resolved.views),
        names_(names) {}

  // As messages name the value set.
  std::string_view Named() const;

  enum class Verdict : unsigned char {
    kIn,
    kOut,
    kUnclear,  // what the value set names is not there
  };
  struct Checked {
    Verdict verdict = Verdict::kOut;
    CheckedCoding coding;
  };
  // `in_concept`: one coding of several, so that not being in the value set is no error by itself.
  Checked Check(const CodingToCheck& coding, bool in_concept);

  // The system of a bare code; an issue is added where it cannot be told.
  std::string_view Infer(std::string_view code) const;
  void ReportNotInferred(std::string_view code, ValidateCodeResult& result) const;
  void ReportValueSetStatus() const;

  const std::vector<std::string_view>& caused() const { return caused_; }
  const std::vector<std::string_view>& unknown() const { return unknown_; }

 private:
  Reading Read(const CodingToCheck& coding) const;
  void ReadInclude(const CodingToCheck& coding, const ConceptSetView& include,
                   Reading& reading) const;
  void AddSystem(SystemId system, Reading& reading) const;
  std::optional<Hit> Find(const CodingToCheck& coding, const Reading& reading) const;
  std::optional<Hit> FindIn(SystemId system, const CodingToCheck& coding) const;
  bool IsShutOut(SystemId system, ConceptId id) const;
  bool MayHave(SystemId home, std::string_view code) const;
  void ReportVersion(const CodingToCheck& coding, const Reading& reading);
  void ReportForeignSystem(const CodingToCheck& coding);
  void ReportNotIn(const CodingToCheck& coding, bool in_concept) const;
  static void AddOnce(std::vector<std::string_view>& list, std::string_view text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  }

  const Scope& scope_;
  const ValidateValueSetCodeRequest& request_;
  const VersionRules& rules_;
  const ValueSetView& view_;
  std::span<const ValueSetView* const> views_;
  const ConceptNames& names_;
  std::vector<std::string_view> caused_;   // systems that the value set or coding names
  std::vector<std::string_view> unknown_;  // systems that only the coding names
};

std::string_view Validator::Named() const {
  const std::string canonical = view_.set().Canonical();
  return canonical.empty() ? std::string_view("(unidentified)") : scope_.texts.Keep(canonical);
}

void Validator::AddSystem(SystemId system, Reading& reading) const {
  auto& systems = reading.systems;
  if (std::find(systems.begin(), systems.end(), system) != systems.end()) return;
  const auto version = [&](SystemId id) -> std::string_view {
    return scope_.catalog.System(id).info().version;
  };
  const auto older = std::find_if(systems.begin(), systems.end(), [&](SystemId other) {
    return model::CompareVersions(version(other), version(system)) < 0;
  });
  systems.insert(older, system);
}

void Validator::ReadInclude(const CodingToCheck& coding, const ConceptSetView& include,
                            Reading& reading) const {
  const NamedSystem& named = *include.system;
  reading.names_system = true;
  if (!coding.version.empty()) {
    const bool fits =
        named.choice.version.empty() || model::FitsVersion(named.choice.version, coding.version);
    if (fits) {
      if (const auto exact = scope_.catalog.FindSystem(named.url, coding.version)) {
        return AddSystem(*exact, reading);
      }
    }
    // A value set in several versions has the right one elsewhere, perhaps.
    if (reading.other == nullptr) {
      reading.other = &named;
      reading.written = include.set->version;
    }
    return;
  }
  if (named.id) return AddSystem(*named.id, reading);
  if (reading.unknown == nullptr) reading.unknown = &named;
}

// The includes of the value set and of those that it imports, each once.
Reading Validator::Read(const CodingToCheck& coding) const {
  Reading reading;
  for (const ValueSetView* view : views_) {
    for (const ConceptSetView& include : view->includes()) {
      if (include.system && include.system->url == coding.system) {
        ReadInclude(coding, include, reading);
      }
    }
  }
  return reading;
}

std::optional<Hit> Validator::FindIn(SystemId system_id, const CodingToCheck& coding) const {
  const auto id = scope_.catalog.System(system_id).Find(coding.code);
  if (!id) return std::nullopt;
  Hit hit{system_id, *id};
  const OneConcept one{scope_, system_id, *id};
  if (!view_.Has(one, &hit.listed) || IsShutOut(system_id, *id)) return std::nullopt;
  return hit;
}

// With several versions, the newest in which the display is right; else the newest.
std::optional<Hit> Validator::Find(const CodingToCheck& coding, const Reading& reading) const {
  if (reading.systems.size() == 1) return FindIn(reading.systems.front(), coding);
  std::optional<Hit> first;
  for (const SystemId system : reading.systems) {
    const auto hit = FindIn(system, coding);
    if (!hit) continue;
    if (!first) first = hit;
    if (coding.display.empty()) return hit;
    const auto names = names_.Names(hit->system, hit->id, hit->listed);
    if (std::any_of(names.begin(), names.end(),
                    [&](const NameView& name) { return name.text == coding.display; })) {
      return hit;
    }
  }
  return first;
}

bool Validator::IsShutOut(SystemId system, ConceptId id) const {
  return request_.active_only.value_or(false) && scope_.catalog.System(system).IsInactive(id);
}

// A fragment may have the code, and the value set then has it too.
bool Validator::MayHave(SystemId home, std::string_view code) const {
  const auto& system = scope_.catalog.System(home);
  return system.info().is_fragment() && !system.Find(code) &&
         view_.MayHave(PossibleCode{scope_, home, code});
}

void Validator::ReportVersion(const CodingToCheck& coding, const Reading& reading) {
  const NamedSystem& named = *reading.other;
  const bool is_loaded = scope_.catalog.FindSystem(named.url, coding.version).has_value();
  if (!named.id) {
    AddOnce(caused_, ReportUnknownSystem(scope_, coding, named.url, named.choice.version));
  } else if (!is_loaded) {
    AddOnce(caused_, ReportUnknownSystem(scope_, coding, named.url, coding.version));
  }
  const std::string_view newest =
      named.id ? std::string_view(scope_.catalog.System(*named.id).info().version)
               : named.choice.version;
  const bool is_free = named.choice.version.empty();
  const bool is_changed = !is_free && named.choice.by != VersionRules::By::kName;
  const std::string_view message_id = is_free      ? "VALUESET_VALUE_MISMATCH_DEFAULT"
                                      : is_changed ? "VALUESET_VALUE_MISMATCH_CHANGED"
                                                   : "VALUESET_VALUE_MISMATCH";
  scope_.AddIssue(is_free ? Severity::kWarning : Severity::kError, "invalid", "vs-invalid",
                  message_id,
                  {{"system", named.url},
                   {"version", is_free ? newest : named.choice.version},
                   {"written", reading.written},
                   {"given", base::Clip(coding.version, 100)}},
                  coding.At("version"));
}

// A system that the value set does not name.
void Validator::ReportForeignSystem(const CodingToCheck& coding) {
  if (scope_.catalog.FindValueSet(coding.system, {}) != nullptr) {
    scope_.AddIssue(Severity::kError, "invalid", "invalid-data", "Terminology_TX_System_ValueSet2",
                    {{"url", coding.system}}, coding.At("system"));
    return;
  }
  const bool is_absolute = coding.system.find(':') != std::string_view::npos;
  if (!is_absolute) {
    scope_.AddIssue(Severity::kError, "invalid", "invalid-data", "Terminology_TX_System_Relative",
                    {}, coding.At("system"));
  }
  ReportUnknownSystem(scope_, coding, coding.system, coding.version, is_absolute);
  AddOnce(unknown_, coding.system);
}

void Validator::ReportNotIn(const CodingToCheck& coding, bool in_concept) const {
  std::string shown =
      base::Concat({base::Clip(coding.system, 200), coding.version.empty() ? "" : "|",
                    base::Clip(coding.version, 100), "#", base::Clip(coding.code, 100)});
  if (!coding.display.empty()) {
    shown += base::Concat({" ('", base::Clip(coding.display, 200), "')"});
  }
  scope_.AddIssue(in_concept ? Severity::kInformation : Severity::kError, "code-invalid",
                  in_concept ? "this-code-not-in-vs" : "not-in-vs",
                  "None_of_the_provided_codes_are_in_the_value_set_one",
                  {{"code", shown}, {"valueSet", Named()}}, coding.At("code"));
}

Validator::Checked Validator::Check(const CodingToCheck& coding, bool in_concept) {
  Checked checked;
  checked.coding.system = coding.system;
  checked.coding.version = coding.version;
  if (coding.system.empty()) {
    scope_.AddIssue(Severity::kWarning, "invalid", "invalid-data",
                    "Coding_has_no_system__cannot_validate", {}, coding.Here());
    ReportNotIn(coding, in_concept);
    return checked;
  }
  Reading reading = Read(coding);
  const bool membership_only = request_.membership_only.value_or(false);
  const bool is_other = reading.systems.empty() && reading.other != nullptr;
  if (is_other && !membership_only) ReportVersion(coding, reading);
  if (is_other && reading.other->id) AddSystem(*reading.other->id, reading);
  if (reading.systems.empty() && reading.unknown != nullptr) {
    const auto canonical =
        ReportUnknownSystem(scope_, coding, reading.unknown->url, reading.unknown->choice.version);
    AddOnce(caused_, canonical);
  }
  const bool is_unclear =
      reading.systems.empty() && (reading.unknown != nullptr || reading.other != nullptr);
  if (is_unclear) {
    checked.verdict = Verdict::kUnclear;
    return checked;
  }
  const auto hit = Find(coding, reading);
  const bool abstract_allowed = request_.abstract.value_or(true);
  const bool is_barred =
      hit && !abstract_allowed && scope_.catalog.System(hit->system).IsAbstract(hit->id);
  if (is_barred) ReportNotIn(coding, in_concept);
  if (hit && !is_barred) checked.verdict = Verdict::kIn;
  // Where the concept itself is looked at.
  std::optional<SystemId> home;
  if (hit) {
    home = hit->system;
  } else if (!reading.systems.empty()) {
    home = reading.systems.front();
  } else {
    home = scope_.catalog.FindSystem(coding.system, coding.version);
    if (home && scope_.catalog.System(*home).info().is_supplement()) home.reset();
  }
  if (!hit && !(home && MayHave(*home, coding.code))) ReportNotIn(coding, in_concept);
  if (membership_only) {
    if (home) checked.coding.version = scope_.catalog.System(*home).info().version;
    return checked;
  }
  if (!home) {
    ReportForeignSystem(coding);
    return checked;
  }
  const CheckOptions options{names_, abstract_allowed,
                             request_.lenient_display_validation.value_or(false), home,
                             hit ? hit->listed : nullptr};
  checked.coding = CheckCoding(scope_, coding, options);
  const auto& info = scope_.catalog.System(*home).info();
  if (!checked.coding.known && checked.coding.valid) checked.verdict = Verdict::kIn;  // a fragment
  const auto required = rules_.Required(info.url);
  if (!required.empty() && !model::FitsVersion(required, info.version)) {
    scope_.AddIssue(Severity::kError, "exception", "version-error", "VALUESET_VERSION_CHECK",
                    {{"version", info.version}, {"system", info.url}, {"required", required}},
                    coding.At("version"));
  }
  if (!hit && checked.coding.known && checked.coding.inactive) {
    const bool bars_inactive =
        request_.active_only.value_or(false) || view_.set().inactive == false;
    if (bars_inactive) {
      scope_.AddIssue(Severity::kError, "business-rule", "code-rule", "STATUS_CODE_WARNING_CODE",
                      {{"code", coding.code}}, coding.At("code"));
    }
  }
  if (hit && hit->listed != nullptr && hit->listed->deprecated) {
    scope_.AddIssue(Severity::kWarning, "business-rule", "code-comment",
                    "CONCEPT_DEPRECATED_IN_VALUESET",
                    {{"code", coding.code}, {"system", coding.system}, {"valueSet", Named()}},
                    coding.At("code"));
  }
  return checked;
}

std::string_view Validator::Infer(std::string_view code) const {
  std::set<std::string_view> urls;
  std::set<SystemId> asked;
  for (const ValueSetView* view : views_) {
    for (const ConceptSetView& include : view->includes()) {
      if (!include.system || !include.system->id) continue;
      if (!asked.insert(*include.system->id).second) continue;
      if (FindIn(*include.system->id, {include.system->url, {}, code, {}, {}})) {
        urls.insert(include.system->url);
      }
    }
  }
  if (urls.size() == 1) return *urls.begin();
  const std::string_view message_id =
      urls.empty() ? "UNABLE_TO_INFER_CODESYSTEM"
                   : "Unable_to_resolve_system__value_set_has_multiple_matches";
  scope_.AddIssue(
      Severity::kError, "not-found", "cannot-infer", message_id,
      {{"code", base::Clip(code, 100)}, {"valueSet", Named()}, {"systems", base::Join(urls, ", ")}},
      "code");
  return {};
}

void Validator::ReportNotInferred(std::string_view code, ValidateCodeResult& result) const {
  result.code = code;
  ReportNotIn({{}, {}, code, request_.display, {}}, false);
}

void Validator::ReportValueSetStatus() const {
  const ValueSet& set = view_.set();
  const auto report = [&](std::string_view message_id) {
    scope_.AddIssue(Severity::kInformation, "business-rule", "status-check", message_id,
                    {{"type", "ValueSet"}, {"canonical", set.Canonical()}});
  };
  if (set.standards_status == "withdrawn") report("MSG_WITHDRAWN");
  if (set.standards_status == "deprecated") report("MSG_DEPRECATED");
}

absl::Status CheckShape(const ValidateValueSetCodeRequest& request) {
  if (!request.context.empty()) {
    return Fail(Reason::kInvalidParameter, "context is not supported: name the value set by url",
                "context");
  }
  const int given =
      !request.code.empty() + request.coding.has_value() + request.codeable_concept.has_value();
  const bool is_bare =
      !request.code.empty() && request.system.empty() && !request.infer_system.value_or(false);
  if (given == 0 || is_bare) {
    return Fail(Reason::kNothingToValidate,
                "Unable to find code to validate (looked for coding | codeableConcept | "
                "code+system | code+inferSystem in parameters",
                "code");
  }
  if (given > 1) {
    return Fail(Reason::kConflictingParameters,
                "code, coding and codeableConcept exclude each other",
                request.codeable_concept ? "codeableConcept" : "coding");
  }
  return {};
}

void Show(const CheckedCoding& coding, ValidateCodeResult& result) {
  result.display = coding.display;
  result.version = coding.version;
  if (coding.inactive) result.inactive = true;
  result.status = coding.status;
  result.normalized_code = coding.normalized_code;
}

// A code or coding.
void CheckOne(const CodingToCheck& coding, Validator& validator, ValidateCodeResult& result) {
  const auto checked = validator.Check(coding, false);
  result.code = coding.code;
  result.system = coding.system;
  Show(checked.coding, result);
  result.result = checked.verdict == Validator::Verdict::kIn;
}

void CheckConcept(const Scope& scope, const CodeableConcept& codes, Validator& validator,
                  ValidateCodeResult& result) {
  bool any_out = false;
  for (std::size_t i = 0; i < codes.coding.size(); ++i) {
    const Coding& coding = codes.coding[i];
    const auto checked =
        validator.Check({coding.system, coding.version, coding.code, coding.display,
                         base::Concat({"CodeableConcept.coding[", base::ToText(i), "]"})},
                        true);
    any_out = any_out || checked.verdict == Validator::Verdict::kOut;
    if (checked.verdict != Validator::Verdict::kIn || result.result) continue;
    result.result = true;
    result.code = coding.code;
    result.system = coding.system;
    Show(checked.coding, result);
  }
  if (!result.result && any_out) {
    scope.AddIssue(Severity::kError, "code-invalid", "not-in-vs", "TX_GENERAL_CC_ERROR_MESSAGE",
                   {{"valueSet", validator.Named()}});
  }
  result.codeable_concept = &codes;
}

}  // namespace

absl::StatusOr<ValidateCodeResult> ValidateValueSetCode(
    const Scope& scope, const ValidateValueSetCodeRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckDate(request.date));
  RETURN_IF_ERROR(CheckShape(request));
  ASSIGN_OR_RETURN(const ValueSet* const set,
                   WantedValueSet(scope, request.url, request.value_set_version));
  const VersionRules rules(request);
  ASSIGN_OR_RETURN(const auto resolved, ResolveValueSet(scope, rules, *set, Missing::kIsEmpty));
  ASSIGN_OR_RETURN(
      const ConceptNames names,
      ConceptNames::Make(scope, *set, request.display_language, request.use_supplements));
  ValidateCodeResult result;
  if (request.codeable_concept) result.codeable_concept = &*request.codeable_concept;
  if (!resolved->missing.empty()) {
    // Without what it imports nothing can be said.
    for (const std::string& canonical : resolved->missing) {
      scope.AddIssue(Severity::kError, "not-found", "not-found", "Unable_to_resolve_value_Set_",
                     {{"url", base::Clip(canonical, 300)}});
    }
    result.code = request.coding ? request.coding->code : request.code;
    result.system = request.coding ? request.coding->system : request.system;
    result.message = Summarize(scope, false);
    return result;
  }
  Validator validator(scope, request, rules, *resolved, names);
  if (request.codeable_concept) {
    CheckConcept(scope, *request.codeable_concept, validator, result);
  } else if (request.coding) {
    const Coding& coding = *request.coding;
    CheckOne({coding.system, coding.version, coding.code, coding.display, "Coding"}, validator,
             result);
  } else {
    const std::string_view system =
        request.system.empty() ? validator.Infer(request.code) : std::string_view(request.system);
    if (system.empty()) {
      validator.ReportNotInferred(request.code, result);
    } else {
      CheckOne({system, request.system_version, request.code, request.display, ""}, validator,
               result);
    }
  }
  RETURN_IF_ERROR(scope.budget.Check());
  validator.ReportValueSetStatus();
  result.caused_by_unknown_systems = validator.caused();
  result.unknown_systems = validator.unknown();
  const bool has_error =
      std::any_of(scope.issues.begin(), scope.issues.end(),
                  [](const Issue& issue) { return issue.severity == Severity::kError; });
  result.result = result.result && !has_error;
  result.message = Summarize(scope, result.result);
  return result;
}

}  // namespace chemoterm::engine
