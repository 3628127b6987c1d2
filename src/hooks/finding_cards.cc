#include "hooks/finding_cards.h"

#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/elements.h"
#include "hooks/suggestions.h"
#include "json/slice.h"
#include "json/writer.h"

namespace chemoterm::hooks {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{8} * 1024 * 1024;

// Messages number the lines, which users of the client do not see.
std::string DescribeLines(const OrderFinding& finding, const DraftOrders& orders) {
  std::vector<std::string> lines;
  for (const std::int32_t number : finding.lines) {
    const DraftLine& line = orders.Line(number);
    const std::string where =
        line.reference.empty() ? std::string() : base::Concat({" (", line.reference, ")"});
    lines.push_back(
        Markdown(base::Concat({"line ", base::ToText(number), ": ", line.code(), where})));
  }
  return base::Join(lines, ", ");
}

std::string DetailOf(const OrderFinding& finding, const DraftOrders& orders,
                     std::string_view disclaimer) {
  std::string detail = Markdown(finding.message);
  if (!finding.lines.empty()) {
    detail += base::Concat({"\n\nOrders: ", DescribeLines(finding, orders)});
  }
  if (!finding.source.empty()) {
    detail += base::Concat({"\n\nSource: ", Markdown(finding.source)});
    if (!finding.as_of.empty()) detail += base::Concat({", as of ", finding.as_of});
  }
  if (!disclaimer.empty()) detail += base::Concat({"\n\n", Markdown(disclaimer)});
  return detail;
}

std::string ExtensionOf(const OrderFinding& finding) {
  std::string extension;
  {
    json::Object root(&extension);
    root.Text("rule", finding.rule);
    root.Text("severity", finding.severity);
    if (!finding.lines.empty()) {
      auto lines = root.List("lines");
      for (const std::int32_t number : finding.lines) lines.Raw(base::ToText(number));
    }
  }
  return extension;
}

Card CardOf(const OrderFinding& finding, const DraftOrders& orders, std::string_view disclaimer) {
  return {.summary = std::string(finding.message),
          .detail = DetailOf(finding, orders, disclaimer),
          .indicator = finding.severity == ToString(Severity::kInformation) ? "info" : "warning",
          .source = "chemoterm order rules",
          .topic = "claim",
          .suggestions = SuggestionsFor(finding, orders),
          .links = {},
          .has_override_reasons = true,
          .extension = ExtensionOf(finding)};
}

// About what the card takes when it is written.
std::size_t SizeOf(const Card& card) {
  constexpr std::size_t kRest = 1024;
  std::size_t bytes = card.detail.size() + kRest;
  for (const Suggestion& suggestion : card.suggestions) {
    for (const Action& action : suggestion.actions) bytes += action.resource.size();
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::vector<Card>> FindingCards(const CheckOrderResult& result,
                                               const DraftOrders& orders) {
  std::vector<Card> cards;
  std::size_t bytes = 0;
  for (const OrderFinding& finding : result.findings) {
    if (!orders.AreAllSelected() && !orders.IsSelected(finding.lines)) continue;
    cards.push_back(CardOf(finding, orders, result.disclaimer));
    bytes += SizeOf(cards.back());
    if (bytes > kMaxBytes) {
      return Fail(Reason::kTooCostly, "There are more findings than cards can show.",
                  "context.draftOrders");
    }
  }
  return cards;
}

std::string OverrideReasons(const Engine& engine, const CallContext& call) {
  const auto read = engine.Run(call, ReadResourceRequest{"CodeSystem", "override-reason"});
  if (!read.ok()) return {};
  const std::string_view code_system = read->value.json;
  const std::string url = TextOf(code_system, "url");
  std::string codings;
  {
    json::Array list(&codings);
    for (json::Elements each(json::Member(code_system, "concept")); each.Next();) {
      auto coding = list.Sub();
      coding.Text("system", url);
      coding.Text("code", TextOf(each.value(), "code"));
      coding.Text("display", TextOf(each.value(), "display"));
    }
  }
  return codings;
}

}  // namespace chemoterm::hooks
