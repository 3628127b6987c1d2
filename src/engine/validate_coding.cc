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

// "Valid display is 'A' (en)" or "Valid display is one of 2 choices: 'A' (en) or 'B' (es)".
std::string DescribeValid(const std::vector<NameView>& valid) {
  std::vector<std::string> quoted;
  quoted.reserve(valid.size());
  const bool any = std::any_of(valid.begin(), valid.end(),
                               [](const NameView& name) { return name.for_display; });
  for (const NameView& name : valid) {
    if (any && !name.for_display) continue;
    quoted.push_back(name.language.empty()
                         ? base::Concat({"'", name.text, "'"})
                         : base::Concat({"'", name.text, "' (", name.language, ")"}));
  }
  if (quoted.size() == 1) return base::Concat({"Valid display is ", quoted.front()});
  return base::Concat({"Valid display is one of ", base::ToText(quoted.size()),
                       " choices: ", ListOr({quoted.begin(), quoted.end()})});
}

// Issues that stay out of the summary: they say that the content is partial or a draft, or repeat
// what the answer shows.
bool IsSummarized(const Issue& issue) {
  constexpr std::string_view kLeftOut[] = {
      "UNKNOWN_CODE_IN_FRAGMENT", "CODE_CASE_DIFFERENCE", "INACTIVE_DISPLAY_FOUND",
      "CONCEPT_DEPRECATED_IN_VALUESET", "VALUESET_VALUE_MISMATCH_DEFAULT"};
  if (issue.severity == Severity::kError) return true;
  return issue.tx_type != "status-check" && issue.tx_type != "this-code-not-in-vs" &&
         std::find(std::begin(kLeftOut), std::end(kLeftOut), issue.message_id) ==
             std::end(kLeftOut);
}

class Checker {
 public:
  Checker(const Scope& scope, const CodingToCheck& coding, const CheckOptions& options)
      : scope_(scope), coding_(coding), options_(options) {}

  CheckedCoding Run();

 private:
  std::string At(std::string_view member) const { return coding_.At(member); }
  std::string Here() const { return coding_.Here(); }
  bool FindSystem();
  void UseSystem(SystemId id);
  bool FindCode();
  void ReportUnknown(std::string_view code);
  void ReportSystemStatus();
  void CheckConcept();
  void ReportReplacements();
  void CheckModifiers();
  void CheckDisplay();
  // True when a finding about the display was made, or none is needed.
  bool CheckDisplayIn(const std::vector<NameView>& names);
  std::vector<NameView> WantedOf(const std::vector<NameView>& names) const;
  void ReportWrongDisplay(const std::vector<NameView>& valid, std::string_view message_id);

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
  if (options_.system) {
    UseSystem(*options_.system);
    return true;
  }
  if (coding_.system.empty()) {
    scope_.AddIssue(Severity::kError, "invalid", "invalid-data",
                    "Coding_has_no_system__cannot_validate", {}, Here());
    return false;
  }
  const auto found = ResolveSystem(scope_, coding_.system, coding_.version, At("system"));
  if (found.ok()) {
    UseSystem(*found);
    return true;
  }
  const Failure failure = FailureOf(found.status());
  if (failure.reason == Reason::kSupplementAsSystem) {
    scope_.issues.push_back({Severity::kError, "invalid", "invalid-data",
                             "CODESYSTEM_CS_NO_SUPPLEMENT", failure.text, At("system")});
    return false;
  }
  if (failure.reason == Reason::kConflictingParameters) {
    scope_.issues.push_back(
        {Severity::kError, "invalid", "invalid-data", {}, failure.text, At("system")});
    return false;
  }
  result_.unknown_system = ReportUnknownSystem(scope_, coding_, coding_.system, coding_.version);
  return false;
}

void Checker::ReportUnknown(std::string_view code) {
  const auto& info = system_->info();
  const std::string shown = base::Clip(code, 100);
  const bool possible =
      info.is_fragment() && (info.code_pattern.empty() || info.code_pattern.Matches(code));
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

void Checker::UseSystem(SystemId id) {
  system_id_ = id;
  system_ = &scope_.catalog.System(id);
  result_.system = system_->info().url;
  result_.version = system_->info().version;
}

void Checker::ReportSystemStatus() {
  const auto& info = system_->info();
  const auto report = [&](std::string_view message_id) {
    scope_.AddIssue(Severity::kInformation, "business-rule", "status-check", message_id,
                    {{"type", "CodeSystem"}, {"canonical", Canonical(info)}});
  };
  if (info.standards_status == "deprecated") report("MSG_DEPRECATED");
  if (info.standards_status == "withdrawn") report("MSG_WITHDRAWN");
  if (info.status == "draft") report("MSG_DRAFT");
  if (info.experimental) report("MSG_EXPERIMENTAL");
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
    result_.status = status;
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
  const auto facts = scope_.catalog.Facts(system_id_).Of(id_);
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

// The names that a caller may send: those in a wanted language, and those that are in none.
std::vector<NameView> Checker::WantedOf(const std::vector<NameView>& names) const {
  const auto& ranges = options_.names.languages().ranges;
  std::vector<NameView> wanted;
  for (const NameView& name : names) {
    const bool fits = ranges.empty() || name.language.empty() ||
                      std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
                        return range.quality > 0 && base::LanguageMatches(range.tag, name.language);
                      });
    const auto same = [&](const NameView& other) { return other.text == name.text; };
    if (fits && !name.withdrawn && std::none_of(wanted.begin(), wanted.end(), same)) {
      wanted.push_back(name);
    }
  }
  return wanted;
}

void Checker::ReportWrongDisplay(const std::vector<NameView>& valid, std::string_view message_id) {
  const auto& info = system_->info();
  const bool is_own_worded = system_->IsOwnWorded(id_);
  const bool lenient = options_.lenient_display || is_own_worded;
  result_.valid = result_.valid && lenient;
  result_.display_fits = false;
  const std::string described = valid.empty() ? std::string() : DescribeValid(valid);
  const auto asked = options_.names.language_parameter();
  scope_.AddIssue(lenient ? Severity::kWarning : Severity::kError, "invalid", "invalid-display",
                  is_own_worded ? std::string_view("OWN_WORDED_DISPLAY") : message_id,
                  {{"display", base::Clip(coding_.display, 200)},
                   {"system", info.url},
                   {"code", system_->Code(id_)},
                   {"languages", asked.empty() ? std::string_view("--") : asked},
                   {"shown", result_.display},
                   {"default", system_->Display(id_)},
                   {"valid", described}},
                  At("display"));
}

bool Checker::CheckDisplayIn(const std::vector<NameView>& names) {
  const std::string folded = base::Fold(coding_.display);
  const std::string normal = base::NormalizeDisplay(coding_.display);
  const auto is_given = [&](const NameView& name) { return base::Fold(name.text) == folded; };
  const auto is_given_but_for_blanks = [&](const NameView& name) {
    return base::NormalizeDisplay(name.text) == normal;
  };
  const auto valid = WantedOf(names);
  if (std::any_of(valid.begin(), valid.end(), is_given)) return true;
  if (std::any_of(valid.begin(), valid.end(), is_given_but_for_blanks)) {
    if (system_->IsOwnWorded(id_)) return true;
    ReportWrongDisplay(valid, "Display_Name_WS_for__should_be_one_of__instead_of");
    return true;
  }
  const auto old = std::find_if(names.begin(), names.end(), [&](const NameView& name) {
    return name.withdrawn && is_given(name);
  });
  if (old != names.end()) {
    std::vector<std::string> quoted;
    quoted.reserve(valid.size());
    for (const NameView& name : valid) quoted.push_back(base::Concat({"\"", name.text, "\""}));
    scope_.AddIssue(Severity::kWarning, "invalid", "display-comment", "INACTIVE_DISPLAY_FOUND",
                    {{"display", coding_.display},
                     {"code", system_->Code(id_)},
                     {"valid", base::Join(quoted, ", ")}},
                    At("display"));
    return true;
  }
  if (!valid.empty()) return false;
  // No name in a wanted language: one in the system's own will do.
  const auto is_default = [&](const NameView& name) {
    return name.is_display || name.language == system_->info().language;
  };
  if (std::any_of(names.begin(), names.end(), [&](const NameView& name) {
        return is_default(name) && is_given_but_for_blanks(name);
      })) {
    scope_.AddIssue(Severity::kInformation, "invalid", "invalid-display",
                    "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK",
                    {{"system", system_->info().url},
                     {"code", system_->Code(id_)},
                     {"languages", options_.names.language_parameter()},
                     {"display", base::Clip(coding_.display, 200)}},
                    At("display"));
    return true;
  }
  return false;
}

void Checker::CheckDisplay() {
  const auto& names = options_.names;
  const ChosenName shown = names.Choose(system_id_, id_, options_.listed);
  // Where the caller bars all languages that there are, the display is still the answer's.
  const std::string_view text = shown.text.empty() ? system_->Display(id_) : shown.text;
  result_.display =
      expression_ ? scope_.texts.Keep(ComposeDisplay(scope_, text, *expression_)) : text;
  if (coding_.display.empty()) return;
  if (expression_) {
    scope_.AddIssue(Severity::kInformation, "informational", "display-comment",
                    "EXPRESSION_NO_DISPLAY", {}, At("display"));
    return;
  }
  // What most callers send.
  if (names.languages().ranges.empty() && coding_.display == text) return;
  const auto all = names.Names(system_id_, id_, options_.listed);
  if (all.empty() || CheckDisplayIn(all)) return;
  const auto valid = WantedOf(all);
  ReportWrongDisplay(valid, valid.empty() ? "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR"
                                          : "Display_Name_for__should_be_one_of__instead_of");
}

CheckedCoding Checker::Run() {
  if (!FindSystem() || !FindCode()) return result_;
  result_.valid = true;
  result_.known = true;
  CheckConcept();
  if (expression_) CheckModifiers();
  CheckDisplay();
  ReportSystemStatus();
  return result_;
}

}  // namespace

std::string CodingToCheck::At(std::string_view member) const {
  return path.empty() ? std::string(member) : base::Concat({path, ".", member});
}

std::string CodingToCheck::Here() const { return path.empty() ? "code" : path; }

std::string_view ReportUnknownSystem(const Scope& scope, const CodingToCheck& coding,
                                     std::string_view url, std::string_view version,
                                     bool is_foreign) {
  const auto versions = scope.catalog.VersionsOf(url);
  const std::string_view message_id = version.empty()    ? "UNKNOWN_CODESYSTEM"
                                      : versions.empty() ? "UNKNOWN_CODESYSTEM_VERSION_NONE"
                                                         : "UNKNOWN_CODESYSTEM_VERSION";
  const std::string_view sentence =
      is_foreign && version.empty() ? "UNKNOWN_CODESYSTEM_FOREIGN" : message_id;
  scope.issues.push_back({Severity::kError, "not-found", "not-found", message_id,
                          scope.Say(sentence, {{"system", base::Clip(url, 200)},
                                               {"version", base::Clip(version, 100)},
                                               {"versions", ListOr(versions)}}),
                          coding.At("system")});
  return scope.texts.Keep(version.empty() ? std::string(url) : base::Concat({url, "|", version}));
}

std::string_view Summarize(const Scope& scope, bool valid) {
  std::string text;
  for (const Issue& issue : scope.issues) {
    if (valid ? !IsSummarized(issue) || issue.severity == Severity::kError : !IsSummarized(issue)) {
      continue;
    }
    if (!text.empty()) text += "; ";
    text += issue.text;
  }
  return text.empty() ? std::string_view{} : scope.texts.Keep(std::move(text));
}

CheckedCoding CheckCoding(const Scope& scope, const CodingToCheck& coding,
                          const CheckOptions& options) {
  return Checker(scope, coding, options).Run();
}

}  // namespace chemoterm::engine
