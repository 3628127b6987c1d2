#include "engine/fact_selection.h"

#include <algorithm>

namespace chemoterm::engine {

using model::Fact;
using model::FactGroup;
using model::Snapshot;

Selection::Selection(std::span<const Fact> rows, base::Day day) : day_(day) {
  base::Day latest_end = 0;
  for (const Fact& row : rows) {
    if (row.period.Covers(day)) return;
    if (row.period.last < day) latest_end = std::max(latest_end, row.period.last);
  }
  latest_end_ = latest_end;
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
