#include "import/published_table.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::imports {
namespace {

constexpr int kMostHeaderLines = 60;
constexpr int kMostLinesOfRow = 20;
constexpr std::size_t kMostColumns = 1000;

using Cells = std::vector<std::string_view>;

void AppendCompared(std::string& to, std::string_view header) {
  for (const char c : base::ToLower(header)) {
    if (base::IsAlnum(c)) to += c;
  }
}

std::size_t FilledOf(const Cells& cells) {
  return static_cast<std::size_t>(std::count_if(
      cells.begin(), cells.end(), [](std::string_view cell) { return !base::Trim(cell).empty(); }));
}

bool IsNote(const Cells& cells) {
  return FilledOf(cells) == 1 && std::any_of(cells.begin(), cells.end(), [](std::string_view cell) {
           return base::Trim(cell).find(' ') != std::string_view::npos;
         });
}

// A quoted cell between tabs, as spreadsheets write them.
std::string_view WithoutQuotes(std::string_view cell) {
  if (cell.size() < 2 || !cell.starts_with('"') || !cell.ends_with('"')) return cell;
  return cell.substr(1, cell.size() - 2);
}

Cells SplitAtTabs(std::string_view line) {
  Cells cells = base::Split(line, '\t');
  std::transform(cells.begin(), cells.end(), cells.begin(), WithoutQuotes);
  return cells;
}

bool Fits(const TableColumn& column, std::string_view header) {
  return header.find(column.part) != std::string_view::npos &&
         (column.not_part.empty() || header.find(column.not_part) == std::string_view::npos);
}

}  // namespace

std::string_view TableRow::Cell(std::size_t column) const {
  const auto& place = places_[column];
  return place ? base::Trim(cells_[*place]) : std::string_view{};
}

std::string_view PublishedTable::HeaderOf(std::size_t column) const {
  if (!has_header() || !places_[column]) return {};
  return headers_[*places_[column]];
}

void PublishedTable::OnLine(std::string_view line) {
  ++line_;
  if (is_broken_) return;
  if (!is_open_) {
    row_line_ = line_;
    if (base::Trim(line).empty()) return;
    // The header settles what the rows are; lines before it may be of either form.
    if (!has_header()) is_tabbed_ = line.find('\t') != std::string_view::npos;
    if (is_tabbed_) return OnCells(SplitAtTabs(line));
  }
  switch (csv_.Feed(line)) {
    case load::CsvRowParser::State::kBroken:
      is_open_ = false;
      // Notices are prose.
      if (!has_header()) return OnHeaderCells({line});
      return faults_.Add(line_, "the quotes are not as RFC 4180 has them");
    case load::CsvRowParser::State::kOpen:
      is_open_ = true;
      is_broken_ = line_ - row_line_ >= kMostLinesOfRow;
      if (is_broken_) faults_.Add(row_line_, "a quoted cell does not end");
      return;
    case load::CsvRowParser::State::kRow:
      is_open_ = false;
      return OnCells({csv_.cells().begin(), csv_.cells().end()});
  }
}

void PublishedTable::OnCells(const Cells& cells) {
  if (FilledOf(cells) == 0) return;
  if (!has_header()) return OnHeaderCells(cells);
  if (rows_ == 0 && IsMoreHeader(cells)) return;
  if (!IsNote(cells)) return OnRowCells(cells);
  if (note_line_ == 0) note_line_ = row_line_;
}

// Header lines below the one with the names have none in the first column, and no plain number.
bool PublishedTable::IsMoreHeader(const Cells& cells) const {
  const std::size_t key = places_[0].value_or(0);
  return key < cells.size() && base::Trim(cells[key]).empty() &&
         std::none_of(
             cells.begin(), cells.end(),
             [](std::string_view cell) {
               cell = base::Trim(cell);
               return !cell.empty() && std::all_of(cell.begin(), cell.end(), base::IsDigit);
             });
}

void PublishedTable::OnHeaderCells(const Cells& cells) {
  for (const std::string_view cell : cells) {
    if (const auto text = base::Trim(cell); !text.empty()) {
      notices_ += text;
      notices_ += ' ';
    }
  }
  if (line_ > kMostHeaderLines || cells.size() > kMostColumns) {
    is_broken_ = true;
    return;
  }
  if (FilledOf(cells) < 2) return;
  headers_.resize(std::max(headers_.size(), cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i) AppendCompared(headers_[i], cells[i]);
  width_ = headers_.size();
  if (!PlaceColumns()) places_.clear();
}

std::optional<std::size_t> PublishedTable::PlaceOf(const TableColumn& column,
                                                   std::size_t from) const {
  const auto fits = [&](const std::string& header) { return Fits(column, header); };
  auto found =
      std::find_if(headers_.begin() + static_cast<std::ptrdiff_t>(from), headers_.end(), fits);
  if (found == headers_.end()) found = std::find_if(headers_.begin(), headers_.end(), fits);
  if (found == headers_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - headers_.begin());
}

bool PublishedTable::PlaceColumns() {
  std::size_t from = 0;
  for (const TableColumn& column : form_) {
    const auto place = PlaceOf(column, from);
    const bool is_taken =
        place && std::find(places_.begin(), places_.end(), place) != places_.end();
    if ((!place || is_taken) && column.required) return false;
    places_.push_back(is_taken ? std::nullopt : place);
    if (place && !is_taken) from = *place + 1;
  }
  return true;
}

void PublishedTable::OnRowCells(Cells cells) {
  if (note_line_ != 0) faults_.Add(note_line_, "neither a row nor a note behind the last row");
  note_line_ = 0;
  if (++rows_ > most_rows_) {
    is_broken_ = true;
    return faults_.Add(row_line_, base::Concat({"more than ", base::ToText(most_rows_), " rows"}));
  }
  while (cells.size() > width_ && base::Trim(cells.back()).empty()) cells.pop_back();
  if (cells.size() != width_) {
    return faults_.Add(row_line_,
                       base::Concat({base::ToText(cells.size()), " cells, but the header has ",
                                     base::ToText(width_)}));
  }
  on_row_(TableRow(row_line_, cells, places_));
}

void PublishedTable::Finish() {
  if (is_open_ && !is_broken_) faults_.Add(row_line_, "a quoted cell does not end");
  if (has_header()) {
    if (rows_ == 0 && !is_open_) faults_.Add(0, "no rows behind the header");
    return;
  }
  std::vector<std::string_view> names;
  for (const TableColumn& column : form_) {
    if (column.required) names.push_back(column.name);
  }
  faults_.Add(0, base::Concat({"no header with the columns ", base::Join(names, ", ")}));
}

}  // namespace chemoterm::imports
