#include "hooks/suggestions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "base/text.h"
#include "hooks/edit.h"
#include "hooks/elements.h"
#include "json/slice.h"

namespace chemoterm::hooks {
namespace {

// A code with modifiers ("code:59:25") taken apart.
struct ModifiedCode {
  explicit ModifiedCode(std::string_view text) {
    const auto parts = base::Split(text, ':');
    code = parts.front();
    modifiers.assign(parts.begin() + 1, parts.end());
  }
  std::string ToText() const {
    std::string text(code);
    for (const std::string_view modifier : modifiers) text += base::Concat({":", modifier});
    return text;
  }

  std::string_view code;
  std::vector<std::string_view> modifiers;
};

// Only a ServiceRequest has a place for units, and of quantity[x] it may have one.
bool HasUnits(std::string_view resource) {
  return TextOf(resource, "resourceType") == "ServiceRequest" &&
         json::Member(resource, "quantityRatio").empty() &&
         json::Member(resource, "quantityRange").empty();
}

// The fixes of one suggestion. Several fixes of one line are one change of its resource.
class Changes {
 public:
  Changes(const OrderFinding& finding, const DraftOrders& orders)
      : finding_(finding), orders_(orders) {}

  // False when the fix cannot be expressed.
  bool Add(const OrderFix& fix) {
    if (fix.action == "add-line") return AddLine(fix);
    const DraftLine& line = orders_.Line(*fix.line);
    if (line.reference.empty()) return false;
    if (fix.action == "remove-line") return RemoveLine(line);
    if (fix.action == "replace-code") return ReplaceCode(fix, line);
    if (fix.action == "set-units") return SetUnits(fix, line);
    if (fix.action == "add-modifier") return AddModifier(fix, line);
    if (fix.action == "remove-modifier") return RemoveModifier(fix, line);
    return false;
  }

  Suggestion Take() { return {.label = base::Join(labels_, "; "), .actions = std::move(actions_)}; }

 private:
  // What a line's resource has become by the fixes so far.
  struct Edited {
    std::string resource, code;
    CodePlace place;
    std::size_t action = 0;
  };

  bool AddLine(const OrderFix& fix) {
    const std::int32_t units = fix.units.value_or(1);
    const std::int32_t like = finding_.lines.empty() ? 1 : finding_.lines.front();
    const std::string times = units == 1 ? "" : base::Concat({" x ", base::ToText(units)});
    labels_.push_back(base::Concat({"Add ", fix.coding.code, times}));
    actions_.push_back({.type = "create",
                        .description = labels_.back(),
                        .resource = NewServiceRequest(orders_.Line(like), fix.coding, units),
                        .resource_id = {}});
    return true;
  }

  bool RemoveLine(const DraftLine& line) {
    labels_.push_back(base::Concat({"Remove ", line.code()}));
    actions_.push_back({.type = "delete",
                        .description = Describe(line),
                        .resource = {},
                        .resource_id = line.reference});
    return true;
  }

  bool ReplaceCode(const OrderFix& fix, const DraftLine& line) {
    Edited& edited = Edit(line);
    ModifiedCode code(edited.code);
    labels_.push_back(base::Concat({"Replace ", code.code, " by ", fix.coding.code}));
    code.code = fix.coding.code;
    CodingView coding = fix.coding;
    const std::string text = code.ToText();
    coding.code = text;
    Update(edited, line, WithCode(edited.resource, edited.place, coding), text);
    edited.place.coding = 0;  // it is the only one now
    return true;
  }

  bool SetUnits(const OrderFix& fix, const DraftLine& line) {
    if (!HasUnits(line.resource)) return false;
    Edited& edited = Edit(line);
    labels_.push_back(
        base::Concat({"Set the units of ", line.code(), " to ", base::ToText(*fix.units)}));
    Update(edited, line, WithUnits(edited.resource, *fix.units), edited.code);
    return true;
  }

  bool AddModifier(const OrderFix& fix, const DraftLine& line) {
    labels_.push_back(base::Concat({"Add modifier ", fix.modifier, " to ", line.code()}));
    Edited& edited = Edit(line);
    SetModifiedCode(edited, line, base::Concat({edited.code, ":", fix.modifier}));
    return true;
  }

  bool RemoveModifier(const OrderFix& fix, const DraftLine& line) {
    Edited& edited = Edit(line);
    ModifiedCode code(edited.code);
    labels_.push_back(base::Concat({"Remove modifier ", fix.modifier, " from ", code.code}));
    std::erase(code.modifiers, fix.modifier);
    SetModifiedCode(edited, line, code.ToText());
    return true;
  }

  // The line's resource as it is by now, with an action of its own.
  Edited& Edit(const DraftLine& line) {
    const auto [place, is_new] = edited_.try_emplace(&line);
    if (is_new) {
      place->second = {.resource = std::string(line.resource),
                       .code = line.order.coding->code,
                       .place = line.place,
                       .action = actions_.size()};
      actions_.push_back({.type = "update", .description = {}, .resource = {}, .resource_id = {}});
    }
    return place->second;
  }

  void SetModifiedCode(Edited& edited, const DraftLine& line, const std::string& code) {
    Update(edited, line, WithModifiedCode(edited.resource, edited.place, code), code);
  }

  void Update(Edited& edited, const DraftLine& line, std::string resource, std::string code) {
    edited.resource = std::move(resource);
    edited.code = std::move(code);
    Action& action = actions_[edited.action];
    action.resource = edited.resource;
    if (!action.description.empty()) action.description += "; ";
    action.description += Describe(line);
  }

  // The last label with the order that it is about.
  std::string Describe(const DraftLine& line) const {
    return base::Concat({labels_.back(), " (", line.reference, ")"});
  }

  const OrderFinding& finding_;
  const DraftOrders& orders_;
  std::vector<std::string> labels_;
  std::vector<Action> actions_;
  std::map<const DraftLine*, Edited> edited_;
};

bool AreAlternatives(const std::vector<OrderFix>& fixes) {
  return std::all_of(fixes.begin(), fixes.end(), [&](const OrderFix& fix) {
    return fix.action == "replace-code" && fix.line == fixes.front().line;
  });
}

void AddSuggestion(const OrderFinding& finding, std::span<const OrderFix> fixes,
                   const DraftOrders& orders, std::vector<Suggestion>& suggestions) {
  Changes changes(finding, orders);
  const bool can_be_told = std::all_of(fixes.begin(), fixes.end(),
                                       [&](const OrderFix& fix) { return changes.Add(fix); });
  if (can_be_told && !fixes.empty()) suggestions.push_back(changes.Take());
}

}  // namespace

std::vector<Suggestion> SuggestionsFor(const OrderFinding& finding, const DraftOrders& orders) {
  const std::span<const OrderFix> fixes = finding.fixes;
  std::vector<Suggestion> suggestions;
  if (!AreAlternatives(finding.fixes)) {
    AddSuggestion(finding, fixes, orders, suggestions);
    return suggestions;
  }
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    AddSuggestion(finding, fixes.subspan(i, 1), orders, suggestions);
  }
  return suggestions;
}

}  // namespace chemoterm::hooks
