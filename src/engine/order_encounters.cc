// The predicates that look at the lines of one encounter together.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "engine/order_check.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using Line = OrderedLine;

// Where `code` stands in the list; its size if it does not.
std::size_t PlaceOf(const std::vector<model::SystemCode>& codes, model::SystemCode code) {
  return static_cast<std::size_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
}

bool Has(const std::vector<model::SystemCode>& codes, model::SystemCode code) {
  return PlaceOf(codes, code) < codes.size();
}

// Modifiers as a set.
bool HaveSameModifiers(const Line& a, const Line& b) {
  const auto has_all = [](const Line& x, const Line& y) {
    return std::all_of(x.modifiers.begin(), x.modifiers.end(), [&](const auto& modifier) {
      return std::find(y.modifiers.begin(), y.modifiers.end(), modifier) != y.modifiers.end();
    });
  };
  return has_all(a, b) && has_all(b, a);
}

}  // namespace

void OrderCheck::operator()(const model::order::UnitsOver& p) {
  const std::uint16_t property = order_.is_facility ? p.facility : p.practitioner;
  const auto limit_of = [&](const Line& line) -> std::optional<std::int32_t> {
    const auto indicator = FigureOf(line, p.indicator);
    if (std::find(p.values.begin(), p.values.end(), indicator) == p.values.end()) return {};
    return base::ParseInt<std::int32_t>(FigureOf(line, property));
  };
  const auto report = [&](const Line& line, std::int64_t units, std::int32_t limit,
                          std::vector<std::int32_t> lines, std::vector<OrderFix> fixes) {
    Report(&line, nullptr, std::move(lines),
           {{"units", base::ToText(units)}, {"limit", base::ToText(limit)}}, std::move(fixes));
  };
  ForEachEncounter([&](Encounter encounter) {
    for (auto at = encounter.begin(); at != encounter.end(); ++at) {
      const Line& line = **at;
      const auto is_same = [&](const Line* other) { return other->IsSameCode(line); };
      if (!line.concept_id) continue;
      if (p.per_day && std::any_of(encounter.begin(), at, is_same)) continue;  // done
      const auto limit = limit_of(line);
      if (!limit) continue;
      if (!p.per_day) {
        if (line.units > *limit)
          report(line, line.units, *limit, {line.number}, {SetUnits(line, *limit)});
        continue;
      }
      std::int64_t units = 0;
      std::vector<std::int32_t> lines;
      for (const Line* other : encounter) {
        if (!is_same(other)) continue;
        units += other->units;
        lines.push_back(other->number);
      }
      if (units > *limit) report(line, units, *limit, std::move(lines), {});
    }
  });
}

void OrderCheck::operator()(const model::order::NeedsRelated& p) {
  const auto& relations = snapshot_.relations;
  ForEachEncounter([&](Encounter encounter) {
    const auto any_line = [&](auto&& is) {
      return std::any_of(encounter.begin(), encounter.end(), is);
    };
    const bool has_also = p.also && any_line([&](const Line* each) { return IsIn(p.also, *each); });
    if (has_also) return;
    for (const Line* line : encounter) {
      if (!line->node || (p.codes && !IsIn(p.codes, *line)) || IsIn(p.except, *line)) continue;
      std::vector<std::uint32_t> rows;  // in force
      for (const auto at : relations.From(*line->node, p.kind)) {
        if (relations.Terms(relations.Row(at)).period.Covers(line->day)) rows.push_back(at);
      }
      const auto is_met = [&](std::uint32_t at) {
        return any_line([&](const Line* each) { return each->node == relations.Row(at).to; });
      };
      if (rows.empty() || std::any_of(rows.begin(), rows.end(), is_met)) continue;
      std::sort(rows.begin(), rows.end());  // as the table has them
      std::vector<std::string_view> codes;
      codes.reserve(rows.size());
      for (const auto at : rows) {
        codes.push_back(snapshot_.Text(relations.At(relations.Row(at).to).code));
      }
      auto fixes = ReplaceCode(*line, p.replace);
      if (fixes.empty() && rows.size() == 1) {
        const auto& node = relations.At(relations.Row(rows.front()).to);
        fixes.push_back(AddLine(CodingOf({node.system, node.code})));
      }
      Report(*line, {{"others", ListOr(codes)}}, std::move(fixes));
    }
  });
}

void OrderCheck::operator()(const model::order::NeedsOneOf& p) {
  ForEachEncounter([&](Encounter encounter) {
    const auto is_other = [&](const Line* line) { return IsIn(p.others, *line); };
    if (std::any_of(encounter.begin(), encounter.end(), is_other)) return;
    for (const Line* line : encounter) {
      if (!Is(p.which, *line)) continue;
      std::vector<OrderFix> fixes;
      if (p.single) fixes.push_back(AddLine(CodingOf(*p.single)));
      Report(*line, {{"others", p.others_text}}, std::move(fixes));
    }
  });
}

void OrderCheck::operator()(const model::order::OneOfRank& p) {
  ForEachEncounter([&](Encounter encounter) {
    const auto counts = [&](const Line& line) {
      return Has(p.rank, line.symbols) && !line.HasOneOf(p.modifiers);
    };
    for (const Line* line : encounter) {
      if (!Has(p.report, line->symbols) || !counts(*line)) continue;
      const Line* kept = line;
      for (const Line* other : encounter) {
        if (!counts(*other) || other->given->access != line->given->access) continue;
        const auto key = [&](const Line* each) {
          return std::pair(PlaceOf(p.rank, each->symbols), each->number);
        };
        if (key(other) < key(kept)) kept = other;
      }
      if (kept == line) continue;
      auto fixes = ReplaceCode(*line, p.sequential);
      if (fixes.empty()) fixes.push_back(RemoveLine(*line));
      Report(*line, *kept, {}, std::move(fixes));
    }
  });
}

void OrderCheck::operator()(const model::order::SecondAccess& p) {
  const auto counts = [&](const Line& line) {
    return !line.given->access.empty() && Is(p.which, line) && !line.HasOneOf(p.modifiers);
  };
  ForEachEncounter([&](Encounter encounter) {
    for (auto at = encounter.begin(); at != encounter.end(); ++at) {
      if (!counts(**at)) continue;
      for (auto before = encounter.begin(); before != at; ++before) {
        if (!counts(**before) || (*before)->given->access == (*at)->given->access) continue;
        Report(**at, **before, {}, {AddModifier(**at, p.modifiers.front())});
      }
    }
  });
}

void OrderCheck::operator()(const model::order::Pair& p) {
  const auto& relations = snapshot_.relations;
  const auto find = [&](const Line& first, const Line& second) -> const model::RelationTerms* {
    for (const auto kind : p.kinds) {
      for (const auto at : relations.Between(*first.node, kind, *second.node)) {
        const auto& terms = relations.Terms(relations.Row(at));
        const auto setting = snapshot_.Text(terms.setting);
        if (terms.indicator != p.indicator || !terms.period.Covers(first.day)) continue;
        if (setting.empty() || setting == TableOfSetting()) return &terms;
      }
    }
    return nullptr;
  };
  const auto report = [&](const Line& first, const Line& second,
                          const model::RelationTerms& terms) {
    Report(first, second, {{"value", snapshot_.Text(terms.note)}},
           {p.modifiers.empty() ? RemoveLine(second) : AddModifier(second, p.modifiers.front())});
  };
  const auto counts = [&](const Line& line) {
    return line.node && !IsIn(p.except, line) && !line.HasOneOf(p.modifiers);
  };
  ForEachEncounter([&](Encounter encounter) {
    for (auto a = encounter.begin(); a != encounter.end(); ++a) {
      if (!counts(**a)) continue;
      for (auto b = a + 1; b != encounter.end(); ++b) {
        if (!counts(**b)) continue;
        if (const auto* terms = find(**a, **b)) {
          report(**a, **b, *terms);
        } else if (const auto* turned = find(**b, **a)) {
          report(**b, **a, *turned);
        }
      }
    }
  });
}

void OrderCheck::operator()(const model::order::NotTogether& p) {
  ForEachEncounter([&](Encounter encounter) {
    for (const Line* line : encounter) {
      if (!Is(p.which, *line)) continue;
      const auto other = std::find_if(encounter.begin(), encounter.end(), [&](const Line* each) {
        return each != line && IsIn(p.others, *each);
      });
      if (other == encounter.end()) continue;
      const Line& modified = p.modified_others ? **other : *line;
      if (modified.HasOneOf(p.modifiers)) continue;
      Report(
          *line, **other, {},
          {p.modifiers.empty() ? RemoveLine(*line) : AddModifier(modified, p.modifiers.front())});
    }
  });
}

void OrderCheck::operator()(const model::order::Alone& p) {
  ForEachEncounter([&](Encounter encounter) {
    std::vector<std::int32_t> others;
    const Line* first = nullptr;
    for (const Line* line : encounter) {
      if (!IsIn(p.others, *line) || Is(p.which, *line)) continue;
      if (first == nullptr) first = line;
      others.push_back(line->number);
    }
    if (first == nullptr) return;
    for (const Line* line : encounter) {
      if (!Is(p.which, *line)) continue;
      auto lines = others;
      lines.push_back(line->number);
      Report(line, first, std::move(lines), {}, {RemoveLine(*line)});
    }
  });
}

namespace {

// The lines of an encounter that an hours rule is about.
struct HourLines {
  std::vector<const Line*> base;
  std::vector<const Line*> hours;
  std::int32_t expected = 0;
  std::int32_t given = 0;
};

// Nothing where the minutes do not tell: of each base line they must be known, and none of an hour
// line, which then speaks for itself.
std::optional<HourLines> ReadHours(const model::order::Hours& p,
                                   std::span<const Line* const> encounter) {
  HourLines lines;
  std::int64_t expected = 0;
  std::int64_t given = 0;
  for (const Line* line : encounter) {
    const bool is_hour = line->symbols == p.hour;
    if (!is_hour && !Has(p.base, line->symbols)) continue;
    if (line->minutes.has_value() == is_hour) return std::nullopt;
    (is_hour ? lines.hours : lines.base).push_back(line);
    if (is_hour) given += line->units;
    if (!is_hour) expected += p.UnitsFor(*line->minutes);
  }
  if (lines.base.empty()) return std::nullopt;
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  lines.expected = static_cast<std::int32_t>(std::min(expected, kMost));
  lines.given = static_cast<std::int32_t>(std::clamp(given, -kMost, kMost));
  return lines;
}

}  // namespace

std::vector<OrderFix> OrderCheck::FixHours(const model::order::Hours& p,
                                           const std::vector<const Line*>& hours,
                                           std::int32_t expected, std::int32_t given) const {
  if (hours.empty()) return {AddLine(CodingOf(p.hour), expected)};
  if (!p.more) return {SetUnits(*hours.front(), hours.front()->units + expected - given)};
  std::vector<OrderFix> fixes;
  for (const Line* line : hours) {
    const bool stays = expected > 0 && line == hours.front();
    fixes.push_back(stays ? SetUnits(*line, expected) : RemoveLine(*line));
  }
  return fixes;
}

void OrderCheck::operator()(const model::order::Hours& p) {
  ForEachEncounter([&](Encounter encounter) {
    const auto lines = ReadHours(p, encounter);
    if (!lines) return;
    const bool fits = p.more ? lines->given <= lines->expected : lines->given >= lines->expected;
    if (fits) return;
    std::vector<std::int32_t> numbers;
    for (const Line* line : lines->base) {
      if (p.more || p.UnitsFor(*line->minutes) > 0) numbers.push_back(line->number);
    }
    for (const Line* line : lines->hours) numbers.push_back(line->number);
    Report(nullptr, nullptr, std::move(numbers),
           {{"code", snapshot_.Text(p.hour.code)},
            {"other", lines->base.front()->code},
            {"units", base::ToText(lines->given)},
            {"expected", base::ToText(lines->expected)}},
           FixHours(p, lines->hours, lines->expected, lines->given));
  });
}

void OrderCheck::operator()(const model::order::SameDrug& p) {
  const auto concerns = [&](const Line& one, const Line& two) {
    const bool is_one = Is(p.which, one);
    const bool is_two = Is(p.which, two);
    return (is_one && is_two) || (is_one && IsIn(p.others, two)) || (is_two && IsIn(p.others, one));
  };
  ForEachEncounter([&](Encounter encounter) {
    for (auto at = encounter.begin(); at != encounter.end(); ++at) {
      const Line& line = **at;
      if (line.drug.empty() || line.HasOneOf(p.modifiers)) continue;
      const auto before = std::find_if(encounter.begin(), at, [&](const Line* other) {
        return other->drug == line.drug && !other->HasOneOf(p.modifiers) && concerns(*other, line);
      });
      if (before != at) Report(line, **before, {{"drug", line.drug_text}});
    }
  });
}

void OrderCheck::operator()(const model::order::Duplicate&) {
  ForEachEncounter([&](Encounter encounter) {
    for (auto at = encounter.begin(); at != encounter.end(); ++at) {
      const Line& line = **at;
      const auto first = std::find_if(encounter.begin(), at, [&](const Line* other) {
        return other->IsSameCode(line) && other->given->access == line.given->access &&
               other->drug == line.drug && HaveSameModifiers(*other, line);
      });
      if (first != at) Report(line, **first, {});
    }
  });
}

}  // namespace chemoterm::engine
