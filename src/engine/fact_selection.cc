#include "engine/fact_selection.h"

#include <algorithm>

namespace chemoterm::engine {

using model::Fact;
using model::FactGroup;
using model::Snapshot;

Selection InForceOn(std::span<const Fact> rows, base::Day day) {
  Selection selection;
  base::Day latest_end = 0;
  for (const Fact& fact : rows) {
    if (fact.period.Covers(day)) selection.facts.push_back(fact);
    if (fact.period.last < day) latest_end = std::max(latest_end, fact.period.last);
  }
  if (!selection.facts.empty() || latest_end == 0) return selection;
  selection.earlier = true;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(selection.facts),
               [&](const Fact& fact) { return fact.period.last == latest_end; });
  return selection;
}

ValueView ValueOf(const Snapshot& snapshot, const Fact& fact) {
  const auto text = snapshot.Text(fact.value);
  if (fact.kind != ValueKind::kCoding) return {fact.kind, text, {}};
  return {fact.kind,
          text,
          {snapshot.Text(fact.coding_system), {}, text, snapshot.Text(fact.coding_display)}};
}

std::vector<LookupSubproperty> ProvenanceOf(const Snapshot& snapshot, const Fact& fact) {
  const auto& source = snapshot.SourceOf(fact.provenance);
  std::vector<LookupSubproperty> parts;
  parts.reserve(8);
  const auto add = [&](std::string_view code, ValueKind kind, std::string_view text) {
    if (!text.empty()) parts.push_back({code, {kind, text, {}}, {}});
  };
  add("citation", ValueKind::kString, source.citation);
  add("citation-url", ValueKind::kUri, source.url);
  add("as-of", ValueKind::kDateTime, snapshot.Text(fact.provenance.as_of));
  add("period-start", ValueKind::kDateTime, snapshot.Text(fact.period.start));
  add("period-end", ValueKind::kDateTime, snapshot.Text(fact.period.end));
  add("verification", ValueKind::kCode, snapshot.Text(fact.provenance.verification));
  add("licence", ValueKind::kString, snapshot.Text(fact.provenance.licence));
  add("setting", ValueKind::kCode, snapshot.Text(fact.setting));
  add("conflict", ValueKind::kString, snapshot.Text(fact.conflict));
  return parts;
}

std::string_view GroupName(FactGroup group) {
  switch (group) {
    case FactGroup::kShort:
      return "short";
    case FactGroup::kSections:
      return "sections";
    case FactGroup::kFigures:
      return "figures";
  }
  return {};
}

}  // namespace chemoterm::engine
