#include "load/content_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "base/fold.h"
#include "base/text.h"
#include "load/csv.h"
#include "load/files.h"
#include "load/record_node.h"

namespace chemoterm::load {
namespace {

using model::Fact;

// The names in braces; nothing when the braces do not match.
std::optional<std::set<std::string_view>> ArgumentsOf(std::string_view text) {
  std::set<std::string_view> names;
  for (;;) {
    const auto at = text.find_first_of("{}");
    if (at == std::string_view::npos) return names;
    const auto end = text.find_first_of("{}", at + 1);
    if (text[at] == '}' || end == std::string_view::npos || text[end] == '{') return std::nullopt;
    const auto name = text.substr(at + 1, end - at - 1);
    if (name.empty() || name.find(' ') != std::string_view::npos) return std::nullopt;
    names.insert(name);
    text.remove_prefix(end + 1);
  }
}

bool Overlap(const Fact& a, const Fact& b) {
  const auto starts_in = [](const Fact& x, const Fact& y) {
    return y.period.last == 0 || x.period.first <= y.period.last;
  };
  return starts_in(a, b) && starts_in(b, a);
}

class RowChecks {
 public:
  explicit RowChecks(const Build& build) : build_(build), snapshot_(build.snapshot()) {}

  void Run() {
    for (std::size_t i = 0; i < build_.fact_rows.size(); ++i) {
      const FactRow& row = build_.fact_rows[i];
      CheckTwice(row);
      CheckSupplement(row);
      const auto& property = snapshot_.fact_properties[row.fact.property];
      if (property.group != model::FactGroup::kFigures) continue;
      figures_[{row.system, row.code, row.fact.property, row.fact.setting}].push_back(i);
    }
    for (const auto& [key, rows] : figures_) CheckOverlaps(rows);
  }

 private:
  Place PlaceOf(const FactRow& row) const { return {row.file->path, row.line}; }
  std::string Name(const FactRow& row) const {
    return base::Concat({"'", snapshot_.fact_properties[row.fact.property].code, "' of ",
                         snapshot_.symbols[row.code]});
  }

  void CheckTwice(const FactRow& row) {
    const Fact& fact = row.fact;
    std::string key =
        base::Concat({snapshot_.symbols[row.system], "\n", snapshot_.symbols[row.code], "\n",
                      base::ToText(fact.property), "\n", snapshot_.symbols[fact.coding_system],
                      "\n", snapshot_.text[fact.value], "\n", snapshot_.symbols[fact.setting], "\n",
                      base::ToText(fact.period.first), "\n", base::ToText(fact.period.last), "\n",
                      base::ToText(Index(fact.provenance.source))});
    const auto [seen, added] = seen_.try_emplace(std::move(key), PlaceOf(row));
    if (added) return;
    build_.FaultsOf(row.file->path)
        .Add(row.line,
             base::Concat({"the value of ", Name(row), " is already at ", ToText(seen->second)}));
  }

  void CheckSupplement(const FactRow& row) {
    if (!supplied_.insert(row.system).second) return;
    const auto system = snapshot_.symbols[row.system];
    for (const SupplementEntry& entry : build_.manifest().supplements) {
      const auto canonical = snapshot_.system_aliases.find(entry.system);
      if (canonical != snapshot_.system_aliases.end() && canonical->second == system) return;
    }
    build_.FaultsOf(kManifestName)
        .Add(0, base::Concat({"'supplements' has no entry for ", build_.AliasOf(system),
                              ", which has rows"}));
  }

  void CheckOverlaps(const std::vector<std::size_t>& rows) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t j = i + 1; j < rows.size(); ++j) {
        const FactRow& a = build_.fact_rows[rows[i]];
        const FactRow& b = build_.fact_rows[rows[j]];
        if (!Overlap(a.fact, b.fact) || (a.fact.conflict.size != 0 && b.fact.conflict.size != 0))
          continue;
        build_.FaultsOf(b.file->path)
            .Add(b.line, base::Concat({Name(b), " is also in force by ", ToText(PlaceOf(a)),
                                       ", and not both say so in 'conflict'"}));
        return;  // one fault for each figure is enough
      }
    }
  }

  const Build& build_;
  const model::Snapshot& snapshot_;
  std::unordered_map<std::string, Place> seen_;
  std::set<base::Symbol> supplied_;
  std::map<std::tuple<base::Symbol, base::Symbol, std::uint16_t, base::Symbol>,
           std::vector<std::size_t>>
      figures_;
};

// Every text of a JSON file, whatever its shape.
class EachText final : public json::Node {
 public:
  explicit EachText(std::function<void(std::string_view, int)> each) : each_(std::move(each)) {}
  absl::Status OnScalar(std::string_view, const json::Scalar& value,
                        const json::Cursor& cursor) override {
    if (value.type == json::ScalarType::kString) each_(value.text, cursor.line());
    return {};
  }
  Node* Child(std::string_view, bool*, const json::Cursor&) override { return this; }

 private:
  std::function<void(std::string_view, int)> each_;
};

}  // namespace

void CheckMessageBraces(std::string_view id, std::string_view text, int line,
                        const FileFaults& faults) {
  if (ArgumentsOf(text)) return;
  faults.Add(line,
             base::Concat({"the braces of the message '", base::Clip(id, 60), "' do not match"}));
}

void CheckMessages(const Build& build) {
  const model::Messages& messages = build.snapshot().messages;
  for (const auto& [key, place] : build.message_lines) {
    const auto& [language, id] = key;
    if (language == "en") continue;
    const FileFaults faults = build.FaultsOf(place.file);
    if (!messages.Has(id)) {
      faults.Add(place.line,
                 base::Concat({"the message '", id, "' is not among the English ones"}));
      continue;
    }
    const auto own = ArgumentsOf(messages.texts().at(language).at(id));
    const auto english = ArgumentsOf(messages.Text(id));
    if (!own || !english) continue;
    for (const std::string_view name : *own) {
      if (english->contains(name)) continue;
      faults.Add(place.line,
                 base::Concat({"the English message '", id, "' has no argument '", name, "'"}));
    }
  }
}

void CheckFactRows(const Build& build) { RowChecks(build).Run(); }

absl::StatusOr<ForbiddenTexts> ForbiddenTexts::Read(const std::string& path) {
  ForbiddenTexts forbidden;
  if (path.empty()) return forbidden;
  const auto text = ReadWholeFile(path);
  if (!text.ok()) return text.status();
  int line = 0;
  for (const std::string_view each : base::Split(*text, '\n')) {
    ++line;
    const auto words = base::Words(each);
    for (std::size_t i = 0; i + kRun <= words.size(); ++i) {
      forbidden.runs_.try_emplace(base::Join(std::span(words).subspan(i, kRun), " "), line);
    }
  }
  return forbidden;
}

void ForbiddenTexts::CheckText(std::string_view text, int line, const FileFaults& faults) const {
  const auto words = base::Words(text);
  for (std::size_t i = 0; i + kRun <= words.size(); ++i) {
    const std::string run = base::Join(std::span(words).subspan(i, kRun), " ");
    const auto hit = runs_.find(run);
    if (hit == runs_.end()) continue;
    return faults.Add(line, base::Concat({"five words in a row of line ", base::ToText(hit->second),
                                          " of the forbidden texts: \"", run, "\""}));
  }
}

void ForbiddenTexts::Check(const ContentFile& file) const {
  if (runs_.empty()) return;
  if (std::string_view(file.entry.path).ends_with(".json")) {
    EachText each([&](std::string_view text, int line) { CheckText(text, line, file.faults); });
    const auto first = file.text.find_first_not_of(" \t\r\n");
    const bool is_array = first != std::string_view::npos && file.text[first] == '[';
    // What is not valid JSON is its own reader's fault to report.
    static_cast<void>(is_array ? json::ReadArray(file.text, ContentLimits(), each)
                               : json::ReadObject(file.text, ContentLimits(), each));
    return;
  }
  int line = 0;
  for (const std::string_view each : base::Split(file.text, '\n'))
    CheckText(each, ++line, file.faults);
}

}  // namespace chemoterm::load
