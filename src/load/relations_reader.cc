#include <unordered_map>

#include "base/text.h"
#include "load/build.h"
#include "load/csv.h"

namespace chemoterm::load {
namespace {

const std::vector<std::string_view> kHeader = {
    "from-system", "from",    "kind", "to-system", "to",    "period-start", "period-end",
    "indicator",   "setting", "note", "source",    "as-of", "verification"};
enum Column : std::uint8_t {
  kFromSystem,
  kFrom,
  kKind,
  kToSystem,
  kTo,
  kPeriodStart,
  kPeriodEnd,
  kIndicator,
  kSetting,
  kNote,
  kSource,
  kAsOf,
  kVerification,
};

class RelationsReader {
 public:
  RelationsReader(Build& build, const ContentFile& file) : build_(build), file_(file) {}

  void OnRow(int line, const CsvCells& cells) {
    const FileFaults& faults = file_.faults;
    auto& snapshot = build_.snapshot();
    CheckPlain(line, cells);
    const auto kind = build_.relations.KindOf(cells[kKind]);
    if (!kind) {
      faults.Add(line, base::Concat({"the kind '", base::Clip(cells[kKind], 60),
                                     "' is not in the code system of relation kinds"}));
    }
    const auto from = End(line, cells[kFromSystem], cells[kFrom]);
    const auto to = End(line, cells[kToSystem], cells[kTo]);
    const auto provenance = build_.ProvenanceOf({.source = cells[kSource],
                                                 .as_of = cells[kAsOf],
                                                 .verification = cells[kVerification],
                                                 .licence = {}},
                                                {}, line, file_);
    if (!kind || from.empty() || to.empty() || !provenance) return;
    auto& symbols = snapshot.symbols;
    if (build_.IsHidden(symbols[provenance->verification])) return;
    const auto from_node =
        build_.relations.NodeOf(symbols.Intern(from), symbols.Intern(cells[kFrom]));
    const auto to_node = build_.relations.NodeOf(symbols.Intern(to), symbols.Intern(cells[kTo]));
    const model::RelationTerms terms{
        .indicator = symbols.Intern(cells[kIndicator]),
        .setting = symbols.Intern(cells[kSetting]),
        .note = symbols.Intern(cells[kNote]),
        .period = build_.PeriodOf(cells[kPeriodStart], cells[kPeriodEnd]),
        .provenance = *provenance};
    CheckNew(line, {from_node, to_node, *kind, terms.setting, terms.period.start});
    build_.relations.Add(from_node, *kind, to_node, terms);
  }

 private:
  // What can be checked of a cell by itself.
  void CheckPlain(int line, const CsvCells& cells) {
    const FileFaults& faults = file_.faults;
    CheckDate("period-start", cells[kPeriodStart], line, faults);
    CheckDate("period-end", cells[kPeriodEnd], line, faults);
    CheckPeriod(cells[kPeriodStart], cells[kPeriodEnd], line, faults);
    CheckOneOf("indicator", cells[kIndicator], {"0", "1", "9"}, line, faults);
    CheckOneOf("setting", cells[kSetting], {"practitioner", "outpatient"}, line, faults);
  }

  // The canonical of an end whose code is known; empty after a fault.
  std::string End(int line, std::string_view system, std::string_view code) {
    if (code.empty()) {
      file_.faults.Add(line, "an end without a code");
      return {};
    }
    std::string canonical = build_.SystemOf(system, line, file_.faults);
    if (!canonical.empty()) build_.CheckKnown(canonical, code, line, file_.faults);
    return canonical;
  }

  // Each fact is stored once: a symmetric kind in either direction, others not by their inverse.
  void CheckNew(int line, RelationKey key) {
    if (key.from == key.to) file_.faults.Add(line, "a code related to itself");
    const auto& kind = build_.relation_kinds[key.kind];
    const bool turn =
        kind.symmetric ? key.to < key.from : !kind.inverse.empty() && kind.inverse < kind.code;
    if (turn) {
      std::swap(key.from, key.to);
      key.kind = build_.relations.KindOf(kind.inverse).value_or(key.kind);
    }
    const auto [seen, added] = build_.relation_lines.try_emplace(key, &file_.entry, line);
    if (added) return;
    const auto& [entry, first] = seen->second;
    file_.faults.Add(
        line, base::Concat({"the relation is already at ", ToText(Place{entry->path, first})}));
  }

  Build& build_;
  const ContentFile& file_;
};

}  // namespace

void ReadRelations(Build& build, const ContentFile& file) {
  RelationsReader reader(build, file);
  ReadCsv(
      file.text, file.faults,
      [&](const CsvCells& header) { return IsHeader(header, kHeader, file.faults); },
      [&](int line, const CsvCells& cells) { reader.OnRow(line, cells); });
}

}  // namespace chemoterm::load
