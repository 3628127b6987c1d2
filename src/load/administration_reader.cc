// The rows by which drug administrations become codes.
#include <algorithm>

#include "base/text.h"
#include "load/administration_conditions.h"
#include "load/build.h"
#include "load/content_checks.h"
#include "load/record_node.h"
#include "load/rule_parameters.h"

namespace chemoterm::load {
namespace {

using model::RuleIndex;
using model::administration::Choice;
using model::administration::Conditions;
using model::administration::Role;
using model::administration::Step;
using model::administration::TimeUnits;

// The steps that make findings of their rule: it needs a severity.
constexpr Step kFindingSteps[] = {
    Step::kOverlappingTimes, Step::kAnotherEncounter,   Step::kClockBackwards,
    Step::kOverADay,         Step::kClassUnknown,       Step::kRunningTimeUnknown,
    Step::kNoPlannedTime,    Step::kPumpTooShort,       Step::kItemMissing,
    Step::kPastMidnight,     Step::kLongPush,           Step::kInterrupted,
    Step::kSecondSite,       Step::kConcurrentInfusion, Step::kHipecUnderHalfHour};
// The steps that leave administrations uncoded by their rule: it cannot be left out itself.
constexpr Step kLeavingSteps[] = {
    Step::kAnotherEncounter, Step::kClockBackwards,     Step::kOverADay,
    Step::kFlushIncluded,    Step::kRefillWithStart,    Step::kClassUnknown,
    Step::kNoPlannedTime,    Step::kRunningTimeUnknown, Step::kItemMissing,
    Step::kNothingFits,      Step::kHipecUnderHalfHour};

template <std::size_t n>
bool Has(const Step (&steps)[n], Step step) {
  return std::find(std::begin(steps), std::end(steps), step) != std::end(steps);
}

template <class Code>
std::vector<std::string_view> AllNames() {
  const auto& names = model::administration::Names<Code>::kAll;
  return {std::begin(names), std::end(names)};
}

// Rows as they were read. They wait for the rules, which stand behind them.
struct CodeText {
  Conditions conditions;
  std::string role, code, rule;
  int line = 0;
};
struct UncodedText {
  Conditions conditions;
  std::string rule, reason;
  std::vector<std::string> likely;
  int line = 0;
};
struct RuleText {
  std::string id, title, meaning, message, severity;
  std::optional<Conditions> when;
  ParametersNode parameters;
  ProvenanceTexts provenance;
  int line = 0;
};

class AdministrationReader {
 public:
  AdministrationReader(Build& build, const ContentFile& file)
      : build_(build),
        file_(file),
        to_(build.snapshot().administration_rules),
        sets_(build, file.faults),
        code_conditions_(build, file.faults),
        uncoded_conditions_(build, file.faults),
        rule_conditions_(build, file.faults),
        code_node_(file.faults),
        uncoded_node_(file.faults),
        outside_node_(file.faults),
        when_node_(file.faults),
        rule_node_(file.faults),
        root_(file.faults) {
    BindCodes();
    BindUncoded();
    BindOutside();
    BindRules();
    root_.Nested("codes", &code_node_, Need::kRequired)
        .Nested("uncoded", &uncoded_node_, Need::kRequired)
        .Nested("outside", &outside_node_)
        .Nested("rules", &rule_node_, Need::kRequired);
    BindProvenance(root_, head_);
  }

  void Run() {
    if (!to_.rules.empty()) {
      return file_.faults.Add(0, "there is another file of administration rules");
    }
    ReadRecord(file_.text, root_, file_.faults);
    for (const RuleText& row : rules_) FileRule(row);
    CheckSteps();
    for (const CodeText& row : codes_) FileCode(row);
    for (const UncodedText& row : uncoded_) FileUncoded(row);
  }

 private:
  void BindCodes() {
    code_conditions_.Bind(code_node_);
    code_node_.Text("role", &code_.role, Need::kRequired)
        .Text("code", &code_.code, Need::kRequired)
        .Text("rule", &code_.rule, Need::kRequired)
        .Then([this] {
          code_.line = code_node_.line();
          code_.conditions = code_conditions_.Take(code_node_);
          CheckOneOf("role", code_.role, AllNames<Role>(), code_node_.LineOf("role"), file_.faults);
          codes_.push_back(code_);
        });
  }

  void BindUncoded() {
    uncoded_conditions_.Bind(uncoded_node_);
    uncoded_node_.Text("rule", &uncoded_row_.rule, Need::kRequired)
        .Text("reason", &uncoded_row_.reason, Need::kRequired)
        .List("likely", &uncoded_row_.likely, Need::kRequired)
        .Then([this] {
          uncoded_row_.line = uncoded_node_.line();
          uncoded_row_.conditions = uncoded_conditions_.Take(uncoded_node_);
          uncoded_.push_back(uncoded_row_);
        });
  }

  // For pages; nothing is coded by these.
  void BindOutside() {
    outside_node_.Text("what", &outside_.what, Need::kRequired)
        .Text("reason", &outside_.reason, Need::kRequired)
        .List("likely", &outside_.likely, Need::kRequired)
        .Then([this] {
          build_.ProvenanceOf(outside_.provenance, head_, outside_node_.line(), file_);
        });
    BindProvenance(outside_node_, outside_.provenance);
  }

  void BindRules() {
    rule_conditions_.Bind(when_node_);
    rule_node_.Text("id", &rule_.id, Need::kRequired)
        .Text("title", &rule_.title, Need::kRequired)
        .Text("meaning", &rule_.meaning, Need::kRequired)
        .Text("message", &rule_.message, Need::kRequired)
        .Text("severity", &rule_.severity)
        .Free("parameters", &rule_.parameters)
        .Nested("when", &when_node_)
        .Then([this] { KeepRule(); });
    BindProvenance(rule_node_, rule_.provenance);
  }

  void KeepRule() {
    rule_.line = rule_node_.line();
    rule_.when.reset();
    if (when_node_.seen()) rule_.when = rule_conditions_.Take(when_node_);
    if (rule_.when && rule_.severity.empty()) {
      file_.faults.Add(rule_.line, "a rule with 'when' needs a 'severity'");
    }
    CheckOneOf("severity", rule_.severity, {"error", "warning", "information"},
               rule_node_.LineOf("severity"), file_.faults);
    CheckMessageBraces(rule_.id, rule_.message, rule_node_.LineOf("message"), file_.faults);
    rules_.push_back(rule_);
    rule_.parameters.Clear();
  }

  void FileRule(const RuleText& row) {
    CheckId(row);
    const auto step = model::administration::CodeOf<Step>(row.id);
    ReadParameters(row, step);
    if (step) CheckSeverity(row, *step);
    const auto provenance = build_.ProvenanceOf(row.provenance, head_, row.line, file_);
    if (!provenance) return;
    const std::string_view verification = build_.snapshot().symbols[provenance->verification];
    if (step && Has(kLeavingSteps, *step) && verification == "unverified") {
      file_.faults.Add(row.line, base::Concat({"the rule '", row.id,
                                               "' leaves administrations uncoded and must not be "
                                               "unverified"}));
    }
    if (build_.IsHidden(verification)) return;
    if (step) to_.steps[Index(*step)] = static_cast<RuleIndex>(to_.rules.size());
    to_.rules.push_back({.id = row.id,
                         .title = row.title,
                         .meaning = row.meaning,
                         .message = row.message,
                         .severity = SeverityOf(row.severity),
                         .when = row.when,
                         .provenance = *provenance});
  }

  void CheckId(const RuleText& row) const {
    const auto is_same = [&](const auto& other) { return other.id == row.id; };
    const auto& orders = build_.snapshot().order_rules.rules;
    if (!IsSlug(row.id)) file_.faults.Add(row.line, "'id' must be a slug");
    if (std::count_if(rules_.begin(), rules_.begin() + (&row - rules_.data()), is_same) > 0 ||
        std::any_of(orders.begin(), orders.end(), is_same)) {
      file_.faults.Add(row.line, base::Concat({"the rule '", row.id, "' appears twice"}));
    }
  }

  void CheckSeverity(const RuleText& row, Step step) const {
    if (!row.severity.empty() || !Has(kFindingSteps, step)) return;
    file_.faults.Add(
        row.line, base::Concat({"the rule '", row.id, "' makes findings and needs a 'severity'"}));
  }

  void CheckSteps() const {
    for (const std::string_view id : AllNames<Step>()) {
      if (FindRule(id) != nullptr) continue;
      file_.faults.Add(0, base::Concat({"the rule '", id, "', which the coder needs, is missing"}));
    }
  }

  void ReadParameters(const RuleText& row, std::optional<Step> step) {
    RuleParameters parameters(build_, sets_, file_.faults, row.line, row.parameters);
    if (step) ReadLimits(*step, row.line, parameters);
    parameters.Finish();
  }

  void ReadLimits(Step step, int line, RuleParameters& p) {
    auto& limits = to_.limits;
    switch (step) {
      case Step::kAnotherEncounter:
        limits.encounter_gap = p.Integer("gap-minutes");
        return;
      case Step::kOverADay:
        limits.day = p.Positive("max-minutes");
        limits.within_a_day =
            ChoiceOf<model::administration::Technique>("techniques", p.List("techniques"), line);
        return;
      case Step::kFlushOnly:
        limits.beside_flush =
            ChoiceOf<model::administration::Route>("beside-routes", p.List("beside-routes"), line);
        return;
      case Step::kProlongedPump:
        limits.pump = p.Positive("over-minutes");
        return;
      case Step::kShortInfusion:
        limits.short_infusion = p.Positive("max-minutes");
        return;
      case Step::kExtraHours:
        limits.hours = UnitsOf(p);
        return;
      case Step::kSecondSite:
        limits.second_site_modifier = p.Text("modifier");
        return;
      case Step::kHipecFirst:
        limits.hipec = p.Positive("min-minutes");
        return;
      case Step::kHipecFurther:
        limits.hipec_further = UnitsOf(p);
        return;
      case Step::kOverlappingTimes:
      case Step::kClockBackwards:
      case Step::kRunningTimeUnknown:
      case Step::kFlushIncluded:
      case Step::kRefillWithStart:
      case Step::kClassUnknown:
      case Step::kNoPlannedTime:
      case Step::kPumpTooShort:
      case Step::kItemMissing:
      case Step::kNothingFits:
      case Step::kPastMidnight:
      case Step::kLongPush:
      case Step::kInterrupted:
      case Step::kOneDrugOneService:
      case Step::kConcurrentInfusion:
      case Step::kHipecUnderHalfHour:
        return;
    }
  }

  static TimeUnits UnitsOf(RuleParameters& p) {
    return {p.Positive("first"), p.Positive("threshold"), p.Positive("step")};
  }

  template <class Code>
  Choice<Code> ChoiceOf(std::string_view key, const std::vector<std::string>& names,
                        int line) const {
    Choice<Code> choice;
    for (const std::string& name : names) {
      CheckOneOf(key, name, AllNames<Code>(), line, file_.faults);
      choice.Add(model::administration::CodeOf<Code>(name));
    }
    return choice;
  }

  const RuleText* FindRule(std::string_view id) const {
    const auto found = std::find_if(rules_.begin(), rules_.end(),
                                    [&](const RuleText& rule) { return rule.id == id; });
    return found == rules_.end() ? nullptr : &*found;
  }

  // Nothing for a rule that is left out as unverified: the row that names it is left out with it.
  std::optional<RuleIndex> RuleOf(std::string_view id, int line) const {
    const auto found = std::find_if(to_.rules.begin(), to_.rules.end(),
                                    [&](const auto& rule) { return rule.id == id; });
    if (found != to_.rules.end()) return static_cast<RuleIndex>(found - to_.rules.begin());
    if (FindRule(id) == nullptr) {
      file_.faults.Add(line, base::Concat({"'", base::Clip(id, 60), "' is no rule of this file"}));
    }
    return std::nullopt;
  }

  void FileCode(const CodeText& row) {
    const auto role = model::administration::CodeOf<Role>(row.role);
    const auto code = sets_.CodeOf(row.code, row.line);
    const auto rule = RuleOf(row.rule, row.line);
    if (role && code && rule) to_.codes.push_back({row.conditions, *role, *code, *rule});
  }

  void FileUncoded(const UncodedText& row) {
    std::vector<model::SystemCode> likely;
    for (const std::string& item : row.likely) {
      if (const auto code = sets_.CodeOf(item, row.line)) likely.push_back(*code);
    }
    const auto rule = RuleOf(row.rule, row.line);
    if (rule) to_.uncoded.push_back({row.conditions, *rule, row.reason, std::move(likely)});
  }

  struct OutsideText {
    std::string what, reason;
    std::vector<std::string> likely;
    ProvenanceTexts provenance;
  };

  Build& build_;
  const ContentFile& file_;
  model::AdministrationRules& to_;
  RuleSets sets_;
  ConditionsReader code_conditions_, uncoded_conditions_, rule_conditions_;
  RecordNode code_node_, uncoded_node_, outside_node_, when_node_, rule_node_, root_;
  ProvenanceTexts head_;
  // Those being read.
  CodeText code_;
  UncodedText uncoded_row_;
  OutsideText outside_;
  RuleText rule_;
  std::vector<CodeText> codes_;
  std::vector<UncodedText> uncoded_;
  std::vector<RuleText> rules_;
};

}  // namespace

void ReadAdministrationRules(Build& build, const ContentFile& file) {
  AdministrationReader(build, file).Run();
}

}  // namespace chemoterm::load
