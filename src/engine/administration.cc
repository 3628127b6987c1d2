// The operation code-administration: the coder's answer, and what the order rules say of it.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/administration_coder.h"
#include "engine/display.h"
#include "engine/expression.h"
#include "engine/operations.h"
#include "engine/order_check.h"
#include "engine/order_lines.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

std::int32_t Clamped(std::int64_t number) {
  return static_cast<std::int32_t>(
      std::min<std::int64_t>(number, std::numeric_limits<std::int32_t>::max()));
}

// "code:modifier" with the names of both.
CodingView WithModifier(const Scope& scope, CodingView coding, std::string_view modifier) {
  coding.code = scope.texts.Keep(base::Concat({coding.code, ":", modifier}));
  const auto system = scope.snapshot.FindSystem(coding.system, coding.version);
  if (!system) return coding;
  if (const auto expression = ParseExpression(scope, *system, coding.code)) {
    coding.display = scope.texts.Keep(ComposeDisplay(scope, coding.display, *expression));
  }
  return coding;
}

// Rules in the order of the file, each once; what they say likewise.
void AddRules(const Scope& scope, std::vector<Citation> cited, CodedLine& line) {
  std::stable_sort(cited.begin(), cited.end(),
                   [](const Citation& a, const Citation& b) { return a.rule < b.rule; });
  std::vector<std::string_view> sentences;
  for (const Citation& each : cited) {
    const std::string_view id = scope.snapshot.administration_rules.rules[each.rule].id;
    if (line.rules.empty() || line.rules.back() != id) line.rules.push_back(id);
    if (std::find(sentences.begin(), sentences.end(), each.sentence) == sentences.end()) {
      sentences.push_back(each.sentence);
    }
  }
  line.explanation = scope.texts.Keep(base::Join(sentences, " "));
}

CodedLine ToCodedLine(const Scope& scope, const AdministrationLine& line) {
  CodedLine coded;
  coded.coding = CodingOf(scope.snapshot, line.code);
  if (!line.modifier.empty()) coded.coding = WithModifier(scope, coded.coding, line.modifier);
  coded.units = Clamped(line.units);
  coded.administrations = line.administrations;
  AddRules(scope, line.cited, coded);
  return coded;
}

// The date of the earliest start as it is written; empty when no start has a date.
std::string_view EarliestDate(const CodeAdministrationRequest& request) {
  std::string_view earliest;
  for (const Administration& each : request.administrations) {
    const auto date = DateOf(each.start);
    if (!date.empty() && (earliest.empty() || date < earliest)) earliest = date;
  }
  return earliest;
}

OrderLine ToOrderLine(const Scope& scope, const AdministrationLine& line) {
  OrderLine ordered;
  ordered.coding = Coding{.system = std::string(scope.snapshot.Text(line.code.system)),
                          .version = {},
                          .code = std::string(scope.snapshot.Text(line.code.code)),
                          .display = {}};
  if (!line.modifier.empty()) ordered.modifiers.emplace_back(line.modifier);
  ordered.units = Clamped(line.units);
  ordered.access = line.access;
  if (line.lesions > 0) ordered.lesions = Clamped(line.lesions);
  return ordered;
}

CheckOrderRequest ToOrder(const Scope& scope, const CodeAdministrationRequest& request,
                          const std::vector<AdministrationLine>& lines) {
  CheckOrderRequest order;
  order.setting = request.setting;
  order.payer = request.payer;
  order.diagnoses = request.diagnoses;
  order.date = request.date.empty() ? std::string(EarliestDate(request)) : request.date;
  for (const AdministrationLine& line : lines) order.lines.push_back(ToOrderLine(scope, line));
  return order;
}

// As the coder's findings; fixes may name modifiers of the order, which does not outlive the call.
AdministrationFinding ToFinding(const Scope& scope, OrderFinding&& of_order) {
  AdministrationFinding finding;
  finding.rule = of_order.rule;
  finding.severity = of_order.severity;
  finding.lines = std::move(of_order.lines);
  finding.message = of_order.message;
  finding.fixes = std::move(of_order.fixes);
  for (OrderFix& fix : finding.fixes) fix.modifier = scope.texts.Keep(std::string(fix.modifier));
  finding.source = of_order.source;
  finding.as_of = of_order.as_of;
  return finding;
}

// What the order rules say of the lines together.
absl::Status AddOrderFindings(const Scope& scope, const CodeAdministrationRequest& request,
                              const std::vector<AdministrationLine>& lines,
                              std::vector<AdministrationFinding>& findings) {
  if (lines.empty()) return {};
  if (lines.size() > kMaxOrderLines) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"The administrations need more than ", base::ToText(kMaxOrderLines),
                              " lines"}),
                "administration");
  }
  const CheckOrderRequest order = ToOrder(scope, request, lines);
  ASSIGN_OR_RETURN(const ResolvedOrder resolved, ResolveOrder(scope, order));
  ASSIGN_OR_RETURN(auto found, OrderCheck(scope, order, resolved).Run());
  for (OrderFinding& each : found) {
    findings.push_back(ToFinding(scope, std::move(each)));
  }
  return {};
}

}  // namespace

absl::StatusOr<CodeAdministrationResult> CodeAdministration(
    const Scope& scope, const CodeAdministrationRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  ASSIGN_OR_RETURN(auto administered, ReadAdministrations(scope, request));
  if (scope.snapshot.administration_rules.rules.empty()) {
    return Fail(Reason::kUnprocessable, "The content has no rules of administrations");
  }
  ASSIGN_OR_RETURN(CodedEncounter coded, AdministrationCoder(scope, administered).Run());
  CodeAdministrationResult result;
  for (const AdministrationLine& line : coded.lines) {
    result.lines.push_back(ToCodedLine(scope, line));
  }
  result.uncoded = std::move(coded.uncoded);
  result.findings = std::move(coded.findings);
  RETURN_IF_ERROR(AddOrderFindings(scope, request, coded.lines, result.findings));
  result.disclaimer = scope.snapshot.messages.Text("DISCLAIMER");
  return result;
}

}  // namespace chemoterm::engine
