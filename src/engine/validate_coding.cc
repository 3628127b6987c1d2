#include "engine/validate_coding.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/display.h"
#include "engine/expression.h"
#include "engine/near_miss.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::CodeSystem;
using model::ConceptId;
using model::SystemId;

constexpr std::size_t kNearMisses = 3;

bool MatchesWhole(std::string_view code, const std::string& pattern) {
  const RE2 expression(pattern, RE2::Quiet);
  return expression.ok() && RE2::FullMatch(re2::StringPiece(code.data(), code.size()), expression);
}

// "Valid display is 'A' (en)" or "Valid display is one of 2 choices: 'A' (en) or 'B' (es)".
std::string DescribeValid(const std::vector<ValidDisplay>& valid) {
  std::vector<std::string> quoted;
  quoted.reserve(valid.size());
  for (const auto& display : valid)
    quoted.push_back(base::Concat({"'", display.text, "' (", display.language, ")"}));
  if (quoted.size() == 1) return base::Concat({"Valid display is ", quoted.front()});
  return base::Concat({"Valid display is one of ", base::ToText(quoted.size()),
                       " choices: ", ListOr({quoted.begin(), quoted.end()})});
}

// The languages as HL7's texts name them: "--" for none.
std::string DescribeLanguages(const base::LanguageList& languages) {
  std::string text;
  for (const auto& range : languages.ranges) {
    if (!text.empty()) text += ',';
    text += range.tag;
  }
  return text.empty() ? "--" : text;
}

class Checker {
 public:
  Checker(const Scope& scope, const CodingToCheck& coding, const CheckOptions& options)
      : scope_(scope), coding_(coding), options_(options) {}

  CheckedCoding Run();

 private:
  std::string At(std::string_view member) const {
    return coding_.path.empty() ? std::string(member) : base::Concat({coding_.path, ".", member});
  }
  std::string Here() const { return coding_.path.empty() ? "code" : coding_.path; }
  bool FindSystem();
  bool FindCode();
  void ReportUnknown(std::string_view code);
  void ReportSystemStatus();
  void CheckConcept();
  void ReportReplacements();
  void CheckModifiers();
  void CheckDisplay();

  const Scope& scope_;
  const CodingToCheck& coding_;
  const CheckOptions& options_;
  CheckedCoding result_;
  SystemId system_id_{};
  const CodeSystem* system_ = nullptr;
  ConceptId id_{};
  std::optional<Expression> expression_;
};

bool Checker::FindSystem() {
  result_.system = coding_.system;
  result_.version = coding_.version;
  if (coding_.system.empty()) {
    scope_.AddIssue(Severity::kError, "invalid", "invalid-data",
                    "Coding_has_no_system__cannot_validate", {}, Here());
    return false;
  }
  const auto found = ResolveSystem(scope_, coding_.system, coding_.version, At("system"));
  if (found.ok()) {
    system_id_ = *found;
    system_ = &scope_.snapshot.System(*found);
    result_.system = system_->info().url;
    result_.version = system_->info().version;
    return true;
  }
  const Failure failure = FailureOf(found.status());
  const bool supplement = failure.reason == Reason::kSupplementAsSystem;
  const bool conflict = failure.reason == Reason::kConflictingParameters;
  // Message ids are string literals of this layer, so the view of the issue must name one of them.
  const std::string_view message_id = supplement ? "CODESYSTEM_CS_NO_SUPPLEMENT"
                                      : failure.reason == Reason::kUnknownVersion
                                          ? "UNKNOWN_CODESYSTEM_VERSION"
                                      : conflict ? ""
                                                 : "UNKNOWN_CODESYSTEM";
  const bool unknown = !supplement && !conflict;
  scope_.issues.push_back({Severity::kError, unknown ? "not-found" : "invalid",
                           unknown ? "not-found" : "invalid-data", message_id, failure.text,
                           At("system")});
  if (unknown) {
    result_.unknown_system = scope_.texts.Keep(
        coding_.version.empty() ? std::string(coding_.system)
                                : base::Concat({coding_.system, "|", coding_.version}));
  }
  return false;
}

void Checker::ReportUnknown(std::string_view code) {
  const auto& info = system_->info();
  const std::string shown = base::Clip(code, 100);
  const bool possible =
      info.is_fragment() && (info.code_pattern.empty() || MatchesWhole(code, info.code_pattern));
  result_.valid = possible;
  scope_.AddIssue(possible ? Severity::kWarning : Severity::kError, "code-invalid", "invalid-code",
                  possible ? "UNKNOWN_CODE_IN_FRAGMENT" : "Unknown_Code_in_Version",
                  {{"code", shown}, {"system", info.url}, {"version", info.version}}, At("code"));
  if (info.code_pattern.empty()) return;
  std::vector<std::string> near;
  for (const ConceptId id : NearMisses(*system_, code, kNearMisses)) {
    near.push_back(base::Concat({system_->Code(id), " (", system_->Display(id), ")"}));
  }
  if (near.empty()) return;
  scope_.AddIssue(Severity::kInformation, "informational", "processing-note", "NEAR_MISS",
                  {{"code", shown}, {"codes", ListOr({near.begin(), near.end()})}}, At("code"));
}

bool Checker::FindCode() {
  std::string_view code = coding_.code;
  auto id = system_->Find(code);
  if (!id && IsExpression(*system_, code)) {
    expression_ = ParseExpression(scope_, system_id_, code);
    if (!expression_) {
      scope_.AddIssue(Severity::kError, "code-invalid", "invalid-code", "EXPRESSION_MALFORMED",
                      {{"code", base::Clip(code, 100)}}, At("code"));
      return false;
    }
    code = expression_->base;
    id = system_->Find(code);
  }
  if (!id) {
    ReportUnknown(code);
    return false;
  }
  id_ = *id;
  return true;
}

void Checker::ReportSystemStatus() {
  const auto& info = system_->info();
  const std::string canonical = Canonical(info);
  if (info.status == "draft") {
    scope_.AddIssue(Severity::kInformation, "business-rule", "status-check", "MSG_DRAFT",
                    {{"system", canonical}});
  }
  if (info.experimental) {
    scope_.AddIssue(Severity::kInformation, "business-rule", "status-check", "MSG_EXPERIMENTAL",
                    {{"system", canonical}});
  }
}

void Checker::ReportReplacements() {
  const auto& relations = scope_.snapshot.relations;
  const auto node = relations.Find(scope_.snapshot.symbols.Find(system_->info().url),
                                   scope_.snapshot.symbols.Find(system_->Code(id_)));
  if (!node) return;
  std::vector<std::string_view> codes;
  for (const auto row : relations.To(*node)) {
    const auto& kind = relations.kinds()[relations.Row(row).kind];
    if (kind.code == "replaces")
      codes.push_back(scope_.snapshot.Text(relations.At(relations.Row(row).from).code));
  }
  if (codes.empty()) return;
  scope_.AddIssue(Severity::kInformation, "business-rule", "code-comment", "CODE_REPLACED",
                  {{"code", system_->Code(id_)}, {"codes", ListOr(codes)}}, At("code"));
}

void Checker::CheckConcept() {
  const std::string_view correct = system_->Code(id_);
  const std::string_view given = expression_ ? expression_->base : coding_.code;
  if (given != correct) {
    result_.normalized_code = correct;
    scope_.AddIssue(Severity::kInformation, "business-rule", "code-rule", "CODE_CASE_DIFFERENCE",
                    {{"code", given}, {"correct", correct}, {"system", Canonical(system_->info())}},
                    At("code"));
  }
  if (system_->IsAbstract(id_) && !options_.abstract_allowed) {
    result_.valid = false;
    scope_.AddIssue(Severity::kError, "business-rule", "code-rule", "ABSTRACT_CODE_NOT_ALLOWED",
                    {{"system", system_->info().url}, {"code", correct}}, At("code"));
  }
  const std::string_view status = system_->Status(id_);
  if (system_->IsInactive(id_)) {
    result_.inactive = true;
    result_.status = status;
    const std::string described = status.empty() || status == "inactive"
                                      ? "inactive"
                                      : base::Concat({status, " and inactive"});
    scope_.AddIssue(Severity::kWarning, "business-rule", "code-comment", "INACTIVE_CONCEPT_FOUND",
                    {{"code", correct}, {"status", described}}, Here());
    ReportReplacements();
  } else if (status == "deprecated") {
    scope_.AddIssue(Severity::kWarning, "business-rule", "code-comment", "DEPRECATED_CONCEPT_FOUND",
                    {{"code", correct}}, Here());
  }
}

// The row of a property of codings that names this modifier.
const model::Fact* FindCodingFact(const model::Snapshot& snapshot,
                                  std::span<const model::Fact> facts, std::string_view property,
                                  std::string_view code) {
  const auto it = std::find_if(facts.begin(), facts.end(), [&](const model::Fact& fact) {
    return fact.kind == ValueKind::kCoding && snapshot.Text(fact.value) == code &&
           snapshot.fact_properties[fact.property].code == property;
  });
  return it == facts.end() ? nullptr : &*it;
}

void Checker::CheckModifiers() {
  const auto& snapshot = scope_.snapshot;
  const auto own = system_->Property(id_, "modifier");
  if (own && own->text == "true") {
    result_.valid = false;
    scope_.AddIssue(Severity::kError, "business-rule", "code-rule", "EXPRESSION_BASE_IS_MODIFIER",
                    {{"code", expression_->base}}, At("code"));
    return;
  }
  const auto facts = snapshot.Facts(system_id_).Of(id_);
  std::vector<std::string_view> seen;
  for (const auto& modifier : expression_->modifiers) {
    if (std::find(seen.begin(), seen.end(), modifier.code) != seen.end()) {
      result_.valid = false;
      scope_.AddIssue(Severity::kError, "business-rule", "code-rule",
                      "EXPRESSION_MODIFIER_REPEATED", {{"modifier", modifier.code}}, At("code"));
      continue;
    }
    seen.push_back(modifier.code);
    if (!modifier.system) {
      scope_.AddIssue(Severity::kWarning, "code-invalid", "invalid-code",
                      "EXPRESSION_MODIFIER_UNKNOWN", {{"modifier", modifier.code}}, At("code"));
      continue;
    }
    if (const auto* excluded =
            FindCodingFact(snapshot, facts, "modifier-excluded", modifier.code)) {
      result_.valid = false;
      scope_.AddIssue(Severity::kError, "business-rule", "code-rule",
                      "EXPRESSION_MODIFIER_EXCLUDED",
                      {{"modifier", modifier.code},
                       {"code", expression_->base},
                       {"reason", snapshot.Text(excluded->description)}},
                      At("code"));
    } else if (FindCodingFact(snapshot, facts, "modifier", modifier.code) == nullptr) {
      scope_.AddIssue(Severity::kWarning, "business-rule", "code-rule",
                      "EXPRESSION_MODIFIER_UNUSUAL",
                      {{"modifier", modifier.code}, {"code", expression_->base}}, At("code"));
    }
  }
  std::string normalized = Normalized(*expression_);
  if (normalized != coding_.code)
    result_.normalized_code = scope_.texts.Keep(std::move(normalized));
}

void Checker::CheckDisplay() {
  const auto& info = system_->info();
  bool language_met = true;
  const std::string_view shown = ChooseDisplay(*system_, id_, options_.languages, &language_met);
  result_.display =
      expression_ ? scope_.texts.Keep(ComposeDisplay(scope_, shown, *expression_)) : shown;
  if (coding_.display.empty()) return;
  if (expression_) {
    scope_.AddIssue(Severity::kInformation, "informational", "display-comment",
                    "EXPRESSION_NO_DISPLAY", {}, At("display"));
    return;
  }
  if (language_met && coding_.display == shown) return;  // what most callers send
  const std::string given = base::NormalizeDisplay(coding_.display);
  const auto is_given = [&](const ValidDisplay& display) {
    return base::NormalizeDisplay(display.text) == given;
  };
  const auto valid = ValidDisplays(*system_, id_, options_.languages);
  if (std::any_of(valid.begin(), valid.end(), is_given)) return;
  const std::string clipped = base::Clip(coding_.display, 200);
  const std::string languages = DescribeLanguages(options_.languages);
  const std::string_view code = system_->Code(id_);
  const bool lenient = options_.lenient_display || info.own_wording;
  if (valid.empty() && base::NormalizeDisplay(system_->Display(id_)) == given) {
    scope_.AddIssue(
        Severity::kInformation, "invalid", "invalid-display",
        "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK",
        {{"system", info.url}, {"code", code}, {"languages", languages}, {"display", clipped}},
        At("display"));
    return;
  }
  const Severity severity = lenient ? Severity::kWarning : Severity::kError;
  result_.valid = result_.valid && lenient;
  if (info.own_wording) {
    scope_.AddIssue(
        severity, "invalid", "invalid-display", "OWN_WORDED_DISPLAY",
        {{"display", clipped}, {"system", info.url}, {"code", code}, {"valid", result_.display}},
        At("display"));
  } else if (valid.empty()) {
    scope_.AddIssue(severity, "invalid", "invalid-display",
                    "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR",
                    {{"display", clipped},
                     {"system", info.url},
                     {"code", code},
                     {"languages", languages},
                     {"valid", system_->Display(id_)}},
                    At("display"));
  } else {
    scope_.AddIssue(severity, "invalid", "invalid-display",
                    "Display_Name_for__should_be_one_of__instead_of",
                    {{"display", clipped},
                     {"system", info.url},
                     {"code", code},
                     {"languages", languages},
                     {"valid", DescribeValid(valid)}},
                    At("display"));
  }
}

CheckedCoding Checker::Run() {
  if (!FindSystem() || !FindCode()) return result_;
  result_.valid = true;
  CheckConcept();
  if (expression_) CheckModifiers();
  CheckDisplay();
  ReportSystemStatus();
  return result_;
}

}  // namespace

CheckedCoding CheckCoding(const Scope& scope, const CodingToCheck& coding,
                          const CheckOptions& options) {
  return Checker(scope, coding, options).Run();
}

}  // namespace chemoterm::engine
