// One order against all rules.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/order_lines.h"

namespace chemoterm::engine {

// Lives for one call.
class OrderCheck {
 public:
  OrderCheck(const Scope& scope, const CheckOrderRequest& request, const ResolvedOrder& order)
      : scope_(scope), snapshot_(scope.snapshot), request_(request), order_(order) {}

  // Findings in the order of the rules; those of one rule by their lines. Fails with kTooCostly
  // when there are too many.
  absl::StatusOr<std::vector<OrderFinding>> Run();

  // The predicates, for std::visit. Each looks at the whole order.
  void operator()(const model::order::SystemUnknown& p);
  void operator()(const model::order::CodeMalformed& p);
  void operator()(const model::order::CodeNotHeld& p);
  void operator()(const model::order::NotYetValid& p);
  void operator()(const model::order::Retired& p);
  void operator()(const model::order::ModifierUnknown& p);
  void operator()(const model::order::ModifierBarred& p);
  void operator()(const model::order::ModifierMissing& p);
  void operator()(const model::order::UnitsOutside& p);
  void operator()(const model::order::UnitsOver& p);
  void operator()(const model::order::MinutesOutside& p);
  void operator()(const model::order::MinutesMissing& p);
  void operator()(const model::order::TimesReversed& p);
  void operator()(const model::order::OverMidnight& p);
  void operator()(const model::order::LesionsOutside& p);
  void operator()(const model::order::LesionsMissing& p);
  void operator()(const model::order::PlaceBarred& p);
  void operator()(const model::order::ClassBarred& p);
  void operator()(const model::order::ClassUnknown& p);
  void operator()(const model::order::Always& p);
  void operator()(const model::order::DateOutside& p);
  void operator()(const model::order::NeedsRelated& p);
  void operator()(const model::order::NeedsOneOf& p);
  void operator()(const model::order::OneOfRank& p);
  void operator()(const model::order::SecondAccess& p);
  void operator()(const model::order::Pair& p);
  void operator()(const model::order::NotTogether& p);
  void operator()(const model::order::Alone& p);
  void operator()(const model::order::Hours& p);
  void operator()(const model::order::SameDrug& p);
  void operator()(const model::order::Duplicate& p);
  void operator()(const model::order::DiagnosisNotFirst& p);
  void operator()(const model::order::DiagnosisMissing& p);
  void operator()(const model::order::DiagnosisAlone& p);
  void operator()(const model::order::PayerUnknown& p);
  void operator()(const model::order::PlanUnknown& p);

 private:
  using Line = OrderedLine;
  using Encounter = std::span<const Line* const>;
  using Arguments = std::initializer_list<model::Messages::Argument>;

  // Calls `f(line)` for the lines that the rule looks at: by their dates and `which`.
  template <class F>
  void ForEachLine(F&& f) const;
  template <class F>
  void ForEachLine(const model::order::Which& which, F&& f) const;
  // Calls `f(encounter)` for the encounters on dates that the rule looks at.
  template <class F>
  void ForEachEncounter(F&& f) const;
  bool Is(const model::order::Which& which, const Line& line) const;
  static bool IsIn(std::optional<model::SetId> set, const Line& line) {
    return set && line.sets.test(Index(*set));
  }

  // The rows of a property of the line's code.
  std::span<const model::Fact> RowsOf(const Line& line, std::uint16_t property) const;
  // The value of a figure for the order's setting on the line's date, else the latest earlier one;
  // empty without any.
  std::string_view FigureOf(const Line& line, std::uint16_t property) const;
  bool IsKnownSystem(const Line& line) const;
  // Loaded, or known to the content by its code.
  bool IsHeld(const Line& line) const;
  bool HasDiagnosis(model::SetId set) const;
  std::string_view FirstDiagnosis(model::SetId set) const;
  // By the order's date, and by whether it has one of the lines.
  bool AppliesToOrder() const { return snapshot_.order_rules.rules[at_].period.Covers(order_.day); }
  bool AppliesToOrder(const model::order::Which& which) const;
  std::string_view ListOf(const std::vector<std::string>& texts) const;
  CodingView CodingOf(model::SystemCode code) const;
  // As the tables of CMS call the setting.
  std::string_view TableOfSetting() const {
    return order_.is_facility ? "outpatient" : "practitioner";
  }

  // A finding of the rule at work about a line, and maybe another; `arguments` are beside code,
  // line, other and otherLine of these. Texts are copied.
  void Report(const Line& line, Arguments arguments, std::vector<OrderFix> fixes = {});
  void Report(const Line& line, const Line& other, Arguments arguments,
              std::vector<OrderFix> fixes = {});
  void Report(const Line* line, const Line* other, std::vector<std::int32_t> lines,
              Arguments arguments, std::vector<OrderFix> fixes = {});
  // True when the finding of one of the rules that this rule yields to has all these lines.
  bool Yields(const std::vector<std::int32_t>& lines) const;

  static OrderFix AddLine(CodingView coding, std::optional<std::int32_t> units = {});
  static OrderFix RemoveLine(const Line& line);
  static OrderFix SetUnits(const Line& line, std::int32_t units);
  static OrderFix AddModifier(const Line& line, std::string_view modifier);
  static OrderFix RemoveModifier(const Line& line, std::string_view modifier);
  OrderFix ReplaceCode(const Line& line, model::SystemCode code) const;
  std::vector<OrderFix> ReplaceCode(const Line& line,
                                    const model::order::Replacements& replacements) const;

  std::vector<OrderFix> FixHours(const model::order::Hours& p,
                                 const std::vector<const Line*>& hours, std::int32_t expected,
                                 std::int32_t given) const;

  const Scope& scope_;
  const model::Snapshot& snapshot_;
  const CheckOrderRequest& request_;
  const ResolvedOrder& order_;
  // A finding, maybe one that yields to another: others may still yield to it.
  struct Found {
    std::uint32_t rule = 0;
    bool is_dropped = false;
    OrderFinding finding;
  };
  static constexpr std::size_t kMaxFindings = 10'000;
  std::uint32_t at_ = 0;  // the rule at work
  std::vector<Found> found_;
};

template <class F>
void OrderCheck::ForEachLine(F&& f) const {
  const auto& period = snapshot_.order_rules.rules[at_].period;
  for (const Line& line : order_.lines) {
    if (period.Covers(line.day)) f(line);
  }
}

template <class F>
void OrderCheck::ForEachLine(const model::order::Which& which, F&& f) const {
  ForEachLine([&](const Line& line) {
    if (Is(which, line)) f(line);
  });
}

template <class F>
void OrderCheck::ForEachEncounter(F&& f) const {
  const auto& period = snapshot_.order_rules.rules[at_].period;
  for (const Encounter encounter : order_.encounters) {
    if (period.Covers(encounter.front()->day)) f(encounter);
  }
}

}  // namespace chemoterm::engine
