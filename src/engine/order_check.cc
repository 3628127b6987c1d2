#include "engine/order_check.h"

#include <algorithm>
#include <map>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/coverage_merge.h"
#include "engine/display.h"
#include "engine/expression.h"
#include "engine/operations.h"
#include "engine/order_coverage.h"
#include "engine/resolve.h"

namespace chemoterm::engine {

using model::order::Which;

absl::StatusOr<std::vector<OrderFinding>> OrderCheck::Run() {
  const auto& rules = snapshot_.order_rules.rules;
  const std::string_view setting = order_.is_facility ? "facility" : "practitioner";
  for (at_ = 0; at_ < rules.size(); ++at_) {
    const model::OrderRule& rule = rules[at_];
    if (!rule.setting.empty() && rule.setting != setting) continue;
    if (rule.about && !order_.sets.test(Index(*rule.about))) continue;
    const auto first = static_cast<std::ptrdiff_t>(found_.size());
    std::visit(*this, rule.predicate);
    if (found_.size() >= kMaxFindings) {
      return Fail(Reason::kTooCostly,
                  base::Concat({"The order has more than ", base::ToText(kMaxFindings),
                                " findings: check fewer lines at a time"}));
    }
    // Encounters may interleave.
    std::stable_sort(found_.begin() + first, found_.end(), [](const auto& a, const auto& b) {
      return a.finding.lines < b.finding.lines;
    });
  }
  std::vector<OrderFinding> findings;
  for (Found& found : found_) {
    if (!found.is_dropped) findings.push_back(std::move(found.finding));
  }
  return findings;
}

bool OrderCheck::Is(const Which& which, const Line& line) const {
  if (which.set && !line.sets.test(Index(*which.set))) return false;
  if (!which.property) return true;
  const auto rows = RowsOf(line, *which.property);
  return std::any_of(rows.begin(), rows.end(), [&](const model::Fact& row) {
    return row.period.Covers(line.day) &&
           std::find(which.values.begin(), which.values.end(), snapshot_.Text(row.value)) !=
               which.values.end();
  });
}

std::span<const model::Fact> OrderCheck::RowsOf(const Line& line, std::uint16_t property) const {
  if (!line.concept_id) return {};
  const auto facts = snapshot_.Facts(*line.system_id).Of(*line.concept_id);
  const auto rows = std::ranges::equal_range(facts, property, {}, &model::Fact::property);
  return {rows.begin(), rows.end()};
}

std::string_view OrderCheck::FigureOf(const Line& line, std::uint16_t property) const {
  const model::Fact* latest = nullptr;
  for (const model::Fact& row : RowsOf(line, property)) {
    if (snapshot_.Text(row.setting) != TableOfSetting() || row.period.first > line.day) continue;
    if (row.kind == ValueKind::kNone) continue;
    if (row.period.Covers(line.day)) return snapshot_.Text(row.value);
    if (latest == nullptr || latest->period.first < row.period.first) latest = &row;
  }
  return latest == nullptr ? std::string_view{} : snapshot_.Text(latest->value);
}

bool OrderCheck::IsKnownSystem(const Line& line) const {
  const auto& aliases = snapshot_.system_aliases;
  return line.system_id || std::any_of(aliases.begin(), aliases.end(), [&](const auto& alias) {
           return alias.second == line.system;
         });
}

bool OrderCheck::IsHeld(const Line& line) const {
  return line.concept_id || snapshot_.external_codes.contains(KeyOf(line.symbols));
}

std::string_view OrderCheck::ListOf(const std::vector<std::string>& texts) const {
  return scope_.texts.Keep(ListOr({texts.begin(), texts.end()}));
}

CodingView OrderCheck::CodingOf(model::SystemCode code) const {
  return engine::CodingOf(snapshot_, code);
}

OrderFix OrderCheck::AddLine(CodingView coding, std::optional<std::int32_t> units) {
  return {"add-line", {}, coding, units, {}};
}
OrderFix OrderCheck::RemoveLine(const Line& line) {
  return {"remove-line", line.number, {}, {}, {}};
}
OrderFix OrderCheck::SetUnits(const Line& line, std::int32_t units) {
  return {"set-units", line.number, {}, units, {}};
}
OrderFix OrderCheck::AddModifier(const Line& line, std::string_view modifier) {
  return {"add-modifier", line.number, {}, {}, modifier};
}
OrderFix OrderCheck::RemoveModifier(const Line& line, std::string_view modifier) {
  return {"remove-modifier", line.number, {}, {}, modifier};
}
OrderFix OrderCheck::ReplaceCode(const Line& line, model::SystemCode code) const {
  return {"replace-code", line.number, CodingOf(code), {}, {}};
}

std::vector<OrderFix> OrderCheck::ReplaceCode(
    const Line& line, const model::order::Replacements& replacements) const {
  for (const auto& [from, to] : replacements) {
    if (from == line.symbols) return {ReplaceCode(line, to)};
  }
  return {};
}

bool OrderCheck::Yields(const std::vector<std::int32_t>& lines) const {
  const auto& others = snapshot_.order_rules.rules[at_].yields_to;
  if (others.empty()) return false;
  return std::any_of(found_.begin(), found_.end(), [&](const Found& found) {
    const auto& theirs = found.finding.lines;
    return std::find(others.begin(), others.end(), found.rule) != others.end() &&
           std::includes(theirs.begin(), theirs.end(), lines.begin(), lines.end());
  });
}

void OrderCheck::Report(const Line& line, Arguments arguments, std::vector<OrderFix> fixes) {
  Report(&line, nullptr, {line.number}, arguments, std::move(fixes));
}

void OrderCheck::Report(const Line& line, const Line& other, Arguments arguments,
                        std::vector<OrderFix> fixes) {
  Report(&line, &other, {line.number, other.number}, arguments, std::move(fixes));
}

void OrderCheck::Report(const Line* line, const Line* other, std::vector<std::int32_t> lines,
                        Arguments arguments, std::vector<OrderFix> fixes) {
  if (found_.size() >= kMaxFindings) return;
  std::sort(lines.begin(), lines.end());
  const bool is_dropped = Yields(lines);
  const model::OrderRule& rule = snapshot_.order_rules.rules[at_];
  std::vector<model::Messages::Argument> all(arguments);
  std::string number;
  std::string other_number;
  if (line != nullptr) {
    number = base::ToText(line->number);
    all.insert(all.end(), {{"code", line->code}, {"line", number}});
  }
  if (other != nullptr) {
    other_number = base::ToText(other->number);
    all.insert(all.end(), {{"other", other->code}, {"otherLine", other_number}});
  }
  found_.push_back(
      {at_,
       is_dropped,
       {rule.id, ToString(rule.severity), std::move(lines),
        scope_.texts.Keep(model::Messages::Fill(rule.message, all)), std::move(fixes),
        snapshot_.SourceOf(rule.provenance).citation, snapshot_.Text(rule.provenance.as_of)}});
}

// Predicates of one line.

void OrderCheck::operator()(const model::order::SystemUnknown&) {
  ForEachLine([&](const Line& line) {
    if (!IsKnownSystem(line)) Report(line, {{"value", line.system}});
  });
}

void OrderCheck::operator()(const model::order::CodeMalformed& p) {
  const auto pattern_of = [&](const Line& line) -> const base::Pattern* {
    for (const auto& [system, pattern] : p.patterns) {
      if (system == line.symbols.system) return &pattern;
    }
    return line.system_id ? &snapshot_.System(*line.system_id).info().code_pattern : nullptr;
  };
  ForEachLine([&](const Line& line) {
    if (IsHeld(line)) return;
    const base::Pattern* pattern = pattern_of(line);
    if (pattern == nullptr || pattern->empty() || pattern->Matches(line.code)) return;
    Report(line, {});
  });
}

void OrderCheck::operator()(const model::order::CodeNotHeld&) {
  ForEachLine([&](const Line& line) {
    if (!IsHeld(line) && IsKnownSystem(line)) Report(line, {});
  });
}

void OrderCheck::operator()(const model::order::NotYetValid& p) {
  constexpr base::Day kYear = 10000;
  ForEachLine([&](const Line& line) {
    for (const model::Fact& row : RowsOf(line, p.property)) {
      const auto value = snapshot_.Text(row.value);
      const auto year = base::ParseInt<std::int32_t>(value);
      if (!row.period.Covers(line.day) || !year || line.day / kYear >= *year) continue;
      return Report(line, {{"value", value}, {"date", base::FormatDay(line.day)}});
    }
  });
}

void OrderCheck::operator()(const model::order::Retired& p) {
  ForEachLine([&](const Line& line) {
    if (!line.concept_id) return;
    if (!snapshot_.System(*line.system_id).IsInactive(*line.concept_id)) return;
    std::map<std::string_view, OrderFix> by_code;
    const auto& relations = snapshot_.relations;
    const auto rows = line.node ? relations.To(*line.node) : std::span<const std::uint32_t>();
    for (const auto at : rows) {
      const auto& row = relations.Row(at);
      if (row.kind != p.kind || !relations.Terms(row).period.Covers(line.day)) continue;
      const auto& node = relations.At(row.from);
      by_code.emplace(snapshot_.Text(node.code), ReplaceCode(line, {node.system, node.code}));
    }
    std::vector<std::string_view> codes;
    std::vector<OrderFix> fixes;
    for (const auto& [code, fix] : by_code) {
      codes.push_back(code);
      fixes.push_back(fix);
    }
    Report(line, {{"others", codes.empty() ? "none" : ListOr(codes)}}, std::move(fixes));
  });
}

void OrderCheck::operator()(const model::order::ModifierUnknown& p) {
  ForEachLine([&](const Line& line) {
    for (const auto modifier : line.modifiers) {
      if (p.pattern.Matches(modifier) != p.matches) continue;
      if (FindModifier(scope_, line.system_id, modifier).system) continue;
      std::vector<OrderFix> fixes;
      if (!p.matches) fixes.push_back(RemoveModifier(line, modifier));
      Report(line, {{"modifier", modifier}}, std::move(fixes));
    }
  });
}

void OrderCheck::operator()(const model::order::ModifierBarred& p) {
  ForEachLine([&](const Line& line) {
    if (line.modifiers.empty() || !Is(p.which, line)) return;
    for (const auto modifier : line.modifiers) {
      if (std::find(p.modifiers.begin(), p.modifiers.end(), modifier) == p.modifiers.end())
        continue;
      Report(line, {{"modifier", modifier}}, {RemoveModifier(line, modifier)});
    }
  });
}

void OrderCheck::operator()(const model::order::ModifierMissing& p) {
  ForEachLine(p.which, [&](const Line& line) {
    // What was thrown away stands on a second line of the drug.
    const auto has_one = [&](const Line& other) {
      return other.IsSameCode(line) && other.day == line.day && other.HasOneOf(p.modifiers);
    };
    if (std::any_of(order_.lines.begin(), order_.lines.end(), has_one)) return;
    std::vector<OrderFix> fixes;
    if (!p.add.empty()) fixes.push_back(AddModifier(line, p.add));
    Report(line, {{"modifiers", ListOf(p.modifiers)}}, std::move(fixes));
  });
}

void OrderCheck::operator()(const model::order::UnitsOutside& p) {
  ForEachLine([&](const Line& line) {
    if (line.units >= p.min && line.units <= p.max) return;
    Report(line, {{"units", base::ToText(line.units)},
                  {"min", base::ToText(p.min)},
                  {"max", base::ToText(p.max)}});
  });
}

void OrderCheck::operator()(const model::order::MinutesOutside& p) {
  const auto text = [](const auto& number) {
    return number ? base::ToText(*number) : std::string("none");
  };
  ForEachLine(p.which, [&](const Line& line) {
    if (!line.minutes) return;
    std::optional<std::int64_t> least;
    if (p.min) least = *p.min + std::int64_t{p.step} * (line.units - 1);
    const bool too_few = least && *line.minutes < *least;
    if (!too_few && (!p.max || *line.minutes <= *p.max)) return;
    auto fixes = ReplaceCode(line, p.replace);
    if (fixes.empty() && p.remove && too_few) {
      const std::int32_t over = *line.minutes - *p.min;
      const std::int32_t more = p.step > 0 && over >= 0 ? over / p.step : 0;
      fixes.push_back(over < 0 ? RemoveLine(line) : SetUnits(line, more + 1));
    }
    Report(line,
           {{"minutes", base::ToText(*line.minutes)},
            {"units", base::ToText(line.units)},
            {"min", text(least)},
            {"max", text(p.max)}},
           std::move(fixes));
  });
}

void OrderCheck::operator()(const model::order::MinutesMissing& p) {
  ForEachLine(p.which, [&](const Line& line) {
    if (line.minutes || line.given->start.empty() || !line.given->stop.empty()) return;
    Report(line, {});
  });
}

void OrderCheck::operator()(const model::order::TimesReversed&) {
  ForEachLine([&](const Line& line) {
    if (line.is_reversed) Report(line, {{"value", line.given->stop}});
  });
}

void OrderCheck::operator()(const model::order::OverMidnight& p) {
  ForEachLine(p.which, [&](const Line& line) {
    const auto first = DateOf(line.given->start);
    const auto last = DateOf(line.given->stop);
    if (first.empty() || last.empty() || first == last) return;
    Report(line, {{"date", first}, {"value", last}});
  });
}

void OrderCheck::operator()(const model::order::LesionsOutside& p) {
  const auto holds = [](const auto& range, std::int32_t lesions) {
    return lesions >= range.min && (!range.max || lesions <= *range.max);
  };
  ForEachLine([&](const Line& line) {
    if (!line.given->lesions) return;
    const std::int32_t lesions = *line.given->lesions;
    const auto own = std::find_if(p.ranges.begin(), p.ranges.end(),
                                  [&](const auto& range) { return range.code == line.symbols; });
    if (own == p.ranges.end() || holds(*own, lesions)) return;
    const auto other = std::find_if(p.ranges.begin(), p.ranges.end(),
                                    [&](const auto& range) { return holds(range, lesions); });
    std::vector<OrderFix> fixes;
    if (other != p.ranges.end()) fixes.push_back(ReplaceCode(line, other->code));
    Report(line, {{"value", base::ToText(lesions)}}, std::move(fixes));
  });
}

void OrderCheck::operator()(const model::order::LesionsMissing& p) {
  ForEachLine(p.which, [&](const Line& line) {
    if (!line.given->lesions) Report(line, {});
  });
}

void OrderCheck::operator()(const model::order::PlaceBarred& p) {
  ForEachLine([&](const Line& line) {
    if (line.place.empty()) return;
    const bool is_listed =
        std::find(p.places.begin(), p.places.end(), line.place) != p.places.end();
    if (is_listed != p.only && Is(p.which, line)) Report(line, {{"place", line.place}});
  });
}

void OrderCheck::operator()(const model::order::ClassBarred& p) {
  ForEachLine(p.which, [&](const Line& line) {
    if (std::find(p.classes.begin(), p.classes.end(), line.drug_class) == p.classes.end()) return;
    Report(line, {{"class", line.drug_class}}, ReplaceCode(line, p.replace));
  });
}

void OrderCheck::operator()(const model::order::ClassUnknown& p) {
  ForEachLine(p.which, [&](const Line& line) {
    if (!line.drug.empty() && line.drug_class.empty()) Report(line, {{"drug", line.drug_text}});
  });
}

void OrderCheck::operator()(const model::order::Always& p) {
  ForEachLine(p.which, [&](const Line& line) { Report(line, {}); });
}

void OrderCheck::operator()(const model::order::DateOutside& p) {
  const base::Day last = base::AddDays(scope_.today, p.days_ahead);
  ForEachLine([&](const Line& line) {
    if (line.day >= p.first && line.day <= last) return;
    Report(line, {{"date", base::FormatDay(line.day)}});
  });
}

// Predicates of the order as a whole.

bool OrderCheck::HasDiagnosis(model::SetId set) const {
  return std::any_of(order_.diagnoses.begin(), order_.diagnoses.end(),
                     [&](const auto& sets) { return sets.test(Index(set)); });
}

bool OrderCheck::AppliesToOrder(const Which& which) const {
  return AppliesToOrder() && std::any_of(order_.lines.begin(), order_.lines.end(),
                                         [&](const Line& line) { return Is(which, line); });
}

std::string_view OrderCheck::FirstDiagnosis(model::SetId set) const {
  for (std::size_t i = 0; i < order_.diagnoses.size(); ++i) {
    if (order_.diagnoses[i].test(Index(set))) return request_.diagnoses[i].code;
  }
  return {};
}

void OrderCheck::operator()(const model::order::DiagnosisNotFirst& p) {
  if (!HasDiagnosis(p.diagnoses) || !AppliesToOrder(p.which)) return;
  if (order_.diagnoses.front().test(Index(p.diagnoses))) return;
  Report(nullptr, nullptr, {}, {{"diagnosis", FirstDiagnosis(p.diagnoses)}});
}

void OrderCheck::operator()(const model::order::DiagnosisMissing& p) {
  if (!HasDiagnosis(p.given) || HasDiagnosis(p.diagnoses) || !AppliesToOrder(p.which)) return;
  Report(nullptr, nullptr, {}, {});
}

void OrderCheck::operator()(const model::order::DiagnosisAlone& p) {
  if (!HasDiagnosis(p.diagnoses) || HasDiagnosis(p.needs) || !AppliesToOrder()) return;
  Report(nullptr, nullptr, {}, {{"diagnosis", FirstDiagnosis(p.diagnoses)}});
}

void OrderCheck::operator()(const model::order::PayerUnknown&) {
  const auto name = NameOfReference(request_.payer);
  if (name.empty() || !AppliesToOrder() || snapshot_.coverage.FindPayer(name)) return;
  Report(nullptr, nullptr, {}, {{"value", base::Clip(name, 80)}});
}

// Whether the plan is known and, where a payer is named, one of that payer's.
static bool HasPlanOfPayer(const model::Coverage& known, std::string_view plan,
                           std::string_view payer) {
  const auto found = known.FindPlan(plan);
  return found && (payer.empty() || known.FindPayer(payer) == known.plans()[*found].payer);
}

void OrderCheck::operator()(const model::order::PlanUnknown&) {
  const auto name = NameOfReference(request_.plan);
  if (name.empty() || !AppliesToOrder()) return;
  if (HasPlanOfPayer(snapshot_.coverage, name, NameOfReference(request_.payer))) return;
  Report(nullptr, nullptr, {}, {{"value", base::Clip(name, 80)}});
}

// What the payer says, where one is given and known.
static absl::Status AddCoverages(const Scope& scope, const CheckOrderRequest& request,
                                 const ResolvedOrder& order,
                                 std::vector<OrderCoverage>& coverages) {
  const auto& known = scope.snapshot.coverage;
  const auto payer = NameOfReference(request.payer);
  const auto plan = NameOfReference(request.plan);
  const bool is_payer = !payer.empty() && known.FindPayer(payer);
  const bool is_plan = !plan.empty() && HasPlanOfPayer(known, plan, payer);
  if (!is_payer && !is_plan) return {};  // a finding
  ASSIGN_OR_RETURN(
      const NoteFilter filter,
      ReadNoteFilter(scope, is_payer ? payer : "", is_plan ? plan : "", request.jurisdiction));
  for (const OrderedLine& line : order.lines) AddCoverages(scope, filter, line, coverages);
  return {};
}

absl::StatusOr<CheckOrderResult> CheckOrder(const Scope& scope, const CheckOrderRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckJurisdiction(request.jurisdiction));
  ASSIGN_OR_RETURN(const ResolvedOrder order, ResolveOrder(scope, request));
  CheckOrderResult result;
  // Rules look at pairs of lines.
  RETURN_IF_ERROR(scope.budget.Spend(order.lines.size() * order.lines.size()));
  ASSIGN_OR_RETURN(result.findings, OrderCheck(scope, request, order).Run());
  result.verdict = "accept";
  for (const OrderFinding& finding : result.findings) {
    if (finding.severity == ToString(Severity::kError)) result.verdict = "reject";
    if (finding.severity == ToString(Severity::kWarning) && result.verdict == "accept")
      result.verdict = "review";
  }
  RETURN_IF_ERROR(AddCoverages(scope, request, order, result.coverages));
  result.disclaimer = scope.snapshot.messages.Text("DISCLAIMER");
  return result;
}

}  // namespace chemoterm::engine
