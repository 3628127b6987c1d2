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
    model::Relation row;
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
    CheckNew(line, cells, from, to);
    if (build_.IsHidden(snapshot.symbols[provenance->verification])) return;
    row.kind = *kind;
    row.from = build_.relations.NodeOf(snapshot.symbols.Intern(from),
                                       snapshot.symbols.Intern(cells[kFrom]));
    row.to =
        build_.relations.NodeOf(snapshot.symbols.Intern(to), snapshot.symbols.Intern(cells[kTo]));
    row.indicator = snapshot.symbols.Intern(cells[kIndicator]);
    row.setting = snapshot.symbols.Intern(cells[kSetting]);
    row.note = snapshot.symbols.Intern(cells[kNote]);
    row.period = build_.PeriodOf(cells[kPeriodStart], cells[kPeriodEnd]);
    row.provenance = *provenance;
    build_.relations.Add(row);
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
  void CheckNew(int line, const CsvCells& cells, std::string_view from, std::string_view to) {
    std::string a = base::Concat({from, "|", cells[kFrom]});
    std::string b = base::Concat({to, "|", cells[kTo]});
    if (a == b) file_.faults.Add(line, "a code related to itself");
    const auto& kind = build_.relation_kinds[*build_.relations.KindOf(cells[kKind])];
    const bool turn = kind.symmetric ? b < a : !kind.inverse.empty() && kind.inverse < kind.code;
    if (turn) std::swap(a, b);
    const std::string& name = turn ? kind.inverse : kind.code;
    const std::string key =
        base::Concat({a, "\n", name, "\n", b, "\n", cells[kSetting], "\n", cells[kPeriodStart]});
    const auto [seen, added] =
        build_.relation_lines.try_emplace(key, Place{std::string(file_.faults.file()), line});
    if (added) return;
    file_.faults.Add(line, base::Concat({"the relation is already at ", ToText(seen->second)}));
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
