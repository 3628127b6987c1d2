// Tables as CMS publishes them: notices, a header whose names may be stacked over several lines,
// rows, and notes behind them; CSV, or cells between tabs.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/csv.h"
#include "load/faults.h"

namespace chemoterm::imports {

// A column that is read. Of a header only lower-case letters and digits count: "NON-FAC\nPE RVU" is
// "nonfacpervu".
struct TableColumn {
  std::string_view name;           // for messages
  std::string_view part;           // what its header has in it
  std::string_view not_part = {};  // what it has not; empty = anything
  bool required = true;
};

// The columns that are read: each is the first that fits behind the one before it, else the first
// of all. The first of them is in every row.
using TableForm = std::vector<TableColumn>;

// A row, while it is given.
class TableRow {
 public:
  TableRow(int line, const std::vector<std::string_view>& cells,
           const std::vector<std::optional<std::size_t>>& places)
      : line_(line), cells_(cells), places_(places) {}

  int line() const { return line_; }  // where it begins
  // By the place in the TableForm, without blanks around it; empty where the table has no such
  // column.
  std::string_view Cell(std::size_t column) const;

 private:
  int line_;
  const std::vector<std::string_view>& cells_;
  const std::vector<std::optional<std::size_t>>& places_;
};

// Reads a table line by line. Blank lines, and behind the last row notes (lines with one cell of
// several words), are passed over; what else is no row is a fault.
class PublishedTable {
 public:
  using OnRow = std::function<void(const TableRow& row)>;

  // `form` and `faults` must outlive it.
  PublishedTable(const TableForm& form, std::size_t most_rows, const load::FileFaults& faults,
                 OnRow on_row)
      : form_(form), most_rows_(most_rows), faults_(faults), on_row_(std::move(on_row)) {}

  // The next line, without its end.
  void OnLine(std::string_view line);
  // What can be told only behind the last line.
  void Finish();

  std::size_t rows() const { return rows_; }
  // The lines before the header, blanks between their cells.
  const std::string& notices() const { return notices_; }
  // The header of a column as it is compared; empty where the table has none.
  std::string_view HeaderOf(std::size_t column) const;

 private:
  bool has_header() const { return !places_.empty(); }
  void OnCells(const std::vector<std::string_view>& cells);
  bool IsMoreHeader(const std::vector<std::string_view>& cells) const;
  void OnHeaderCells(const std::vector<std::string_view>& cells);
  void OnRowCells(std::vector<std::string_view> cells);
  bool PlaceColumns();
  std::optional<std::size_t> PlaceOf(const TableColumn& column, std::size_t from) const;

  const TableForm& form_;
  std::size_t most_rows_;
  const load::FileFaults& faults_;
  OnRow on_row_;
  load::CsvRowParser csv_;
  bool is_tabbed_ = false;  // the cells stand between tabs
  bool is_open_ = false;    // a quoted cell goes on
  bool is_broken_ = false;  // nothing more can be read
  int line_ = 0;
  int row_line_ = 0;   // where the row begins
  int note_line_ = 0;  // where notes begin; 0 = there were none since the last row
  std::string notices_;
  std::vector<std::string> headers_;                // as they are compared
  std::vector<std::optional<std::size_t>> places_;  // of the form's columns
  std::size_t width_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace chemoterm::imports
