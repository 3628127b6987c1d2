#include "import/changes.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/text.h"
#include "load/faults.h"
#include "load/resource_reader.h"

namespace chemoterm::imports {
namespace {

// A row of our CSV: the cells that name it, and the others.
struct KeyedRow {
  std::string_view key, rest;
  friend bool operator<(const KeyedRow& a, const KeyedRow& b) { return a.key < b.key; }
};

std::vector<KeyedRow> RowsOf(std::string_view csv, std::size_t key_cells) {
  std::vector<KeyedRow> rows;
  csv = base::SplitOnce(csv, '\n').second;
  while (!csv.empty()) {
    const auto [line, rest] = base::SplitOnce(csv, '\n');
    csv = rest;
    std::size_t end = 0;
    for (std::size_t i = 0; i < key_cells && end != std::string_view::npos; ++i) {
      end = line.find(',', end + (i == 0 ? 0 : 1));
    }
    rows.push_back({line.substr(0, end), line.substr(std::min(end, line.size()))});
  }
  std::stable_sort(rows.begin(), rows.end());
  return rows;
}

// The codes of a key: "cpt,A,kind,cpt,B,2024-07-01" is about A and B.
std::string NameOf(std::string_view key) {
  const auto cells = base::Split(key, ',');
  return cells.size() < 5 ? std::string(cells[0]) : base::Concat({cells[1], " ", cells[4]});
}

// Compares two sorted ranges of rows with a key.
template <class Rows, class Less, class Same, class Name>
Changes CompareSorted(const Rows& before, const Rows& now, Less less, Same same, Name name) {
  Changes changes;
  auto old_row = before.begin();
  auto new_row = now.begin();
  while (old_row != before.end() || new_row != now.end()) {
    if (old_row == before.end() || (new_row != now.end() && less(*new_row, *old_row))) {
      changes.added.push_back(name(*new_row++));
    } else if (new_row == now.end() || less(*old_row, *new_row)) {
      changes.removed.push_back(name(*old_row++));
    } else {
      if (!same(*old_row, *new_row)) changes.changed.push_back(name(*new_row));
      ++old_row;
      ++new_row;
    }
  }
  return changes;
}

}  // namespace

Changes CompareRows(std::string_view before, std::string_view now, std::size_t key_cells) {
  return CompareSorted(
      RowsOf(before, key_cells), RowsOf(now, key_cells), std::less<KeyedRow>(),
      [](const KeyedRow& a, const KeyedRow& b) { return a.rest == b.rest; },
      [](const KeyedRow& row) { return NameOf(row.key); });
}

Codes CodesOf(std::string_view json) {
  Codes codes;
  load::Faults ignored(/*lenient=*/true);
  const auto system = load::ParseCodeSystem(
      json, [](std::string_view text) { return std::string(text); }, {},
      load::FileFaults(ignored, ""));
  if (system == nullptr) return codes;
  codes.version = system->info().version;
  for (std::uint32_t i = 0; i < system->size(); ++i) {
    const auto id = static_cast<model::ConceptId>(i);
    codes.displays.emplace(system->Code(id), system->Display(id));
  }
  return codes;
}

Changes CompareCodes(const Codes& before, const Codes& now) {
  using Row = std::pair<const std::string, std::string>;
  return CompareSorted(
      before.displays, now.displays, [](const Row& a, const Row& b) { return a.first < b.first; },
      [](const Row& a, const Row& b) { return a.second == b.second; },
      [](const Row& row) { return row.first; });
}

Changes CompareTexts(std::vector<NamedText> before, std::vector<NamedText> now) {
  for (auto* rows : {&before, &now}) {
    std::sort(rows->begin(), rows->end(), [](const NamedText& a, const NamedText& b) {
      return std::tie(a.name, a.text) < std::tie(b.name, b.text);
    });
  }
  return CompareSorted(
      before, now, [](const NamedText& a, const NamedText& b) { return a.name < b.name; },
      [](const NamedText& a, const NamedText& b) { return a.text == b.text; },
      [](const NamedText& row) { return row.name; });
}

}  // namespace chemoterm::imports
