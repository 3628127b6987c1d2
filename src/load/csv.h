// CSV as the content has it: RFC 4180 with a header line, strict, one row a line.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/faults.h"

namespace chemoterm::load {

using CsvCells = std::vector<std::string>;

// The cells of a row, from its lines, which are given without their ends.
class CsvRowParser {
 public:
  enum class State {
    kRow,     // the line ends a row: see cells()
    kOpen,    // a quoted cell goes on in the next line
    kBroken,  // the quotes are not as RFC 4180 has them; the next line begins anew
  };

  CsvRowParser();
  ~CsvRowParser();
  CsvRowParser(CsvRowParser&&) noexcept;
  CsvRowParser& operator=(CsvRowParser&&) noexcept;

  // `line` must not be empty where a row begins.
  State Feed(std::string_view line);
  // Forgets an open cell.
  void Reset();
  const CsvCells& cells() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Gives the header to `on_header` and, if that says true, every row with its line number to
// `on_row`. Rows always have as many cells as the header; others are faults and left out. A file
// that is not UTF-8 or breaks the quoting is one fault, and no more of it is read.
void ReadCsv(std::string_view text, const FileFaults& faults,
             const std::function<bool(const CsvCells& header)>& on_header,
             const std::function<void(int line, const CsvCells& cells)>& on_row);

// on_header for a header whose names are fixed.
bool IsHeader(const CsvCells& header, const std::vector<std::string_view>& expected,
              const FileFaults& faults);

}  // namespace chemoterm::load
