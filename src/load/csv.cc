#include "load/csv.h"

#include <csv.h>

#include <algorithm>

#include "base/text.h"

namespace chemoterm::load {

// Fed line by line, libcsv tells by its rows where cells with line breaks end.
struct CsvRowParser::Impl {
  Impl() {
    usable = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0;
    csv_set_space_func(&parser, [](unsigned char) { return 0; });  // blanks belong to the cell
  }
  ~Impl() { csv_free(&parser); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool Feed(std::string_view text) {
    return csv_parse(&parser, text.data(), text.size(), &OnCell, &OnRow, this) == text.size();
  }
  static void OnCell(void* text, std::size_t size, void* self) {
    static_cast<Impl*>(self)->cells.emplace_back(static_cast<const char*>(text), size);
  }
  static void OnRow(int, void* self) { static_cast<Impl*>(self)->row_done = true; }

  csv_parser parser{};
  bool usable = false;
  bool row_done = true;
  CsvCells cells;
};

CsvRowParser::CsvRowParser() : impl_(std::make_unique<Impl>()) {}
CsvRowParser::~CsvRowParser() = default;
CsvRowParser::CsvRowParser(CsvRowParser&&) noexcept = default;
CsvRowParser& CsvRowParser::operator=(CsvRowParser&&) noexcept = default;

void CsvRowParser::Reset() { impl_ = std::make_unique<Impl>(); }

const CsvCells& CsvRowParser::cells() const { return impl_->cells; }

CsvRowParser::State CsvRowParser::Feed(std::string_view line) {
  if (impl_->row_done) impl_->cells.clear();
  impl_->row_done = false;
  if (!impl_->usable || !impl_->Feed(line) || !impl_->Feed("\n")) {
    Reset();
    return State::kBroken;
  }
  return impl_->row_done ? State::kRow : State::kOpen;
}

void ReadCsv(std::string_view text, const FileFaults& faults,
             const std::function<bool(const CsvCells& header)>& on_header,
             const std::function<void(int line, const CsvCells& cells)>& on_row) {
  if (!base::IsValidUtf8(text)) return faults.Add(0, "not valid UTF-8");
  if (text.starts_with("\xEF\xBB\xBF")) return faults.Add(1, "begins with a byte-order mark");
  CsvRowParser parser;
  std::size_t columns = 0;
  int line = 0;
  while (!text.empty()) {
    auto [row, rest] = base::SplitOnce(text, '\n');
    text = rest;
    ++line;
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.empty()) {
      faults.Add(line, "an empty line");
      continue;
    }
    if (row.find('\r') != std::string_view::npos) return faults.Add(line, "a bare carriage return");
    switch (parser.Feed(row)) {
      case CsvRowParser::State::kBroken:
        return faults.Add(line, "the quotes are not as RFC 4180 has them");
      case CsvRowParser::State::kOpen:
        return faults.Add(line, "a quoted cell does not end on its line");
      case CsvRowParser::State::kRow:
        break;
    }
    if (line == 1) {
      columns = parser.cells().size();
      if (!on_header(parser.cells())) return;
    } else if (parser.cells().size() != columns) {
      faults.Add(line, base::Concat({base::ToText(parser.cells().size()),
                                     " cells, but the header has ", base::ToText(columns)}));
    } else {
      on_row(line, parser.cells());
    }
  }
  if (columns == 0) faults.Add(0, "no header line");
}

bool IsHeader(const CsvCells& header, const std::vector<std::string_view>& expected,
              const FileFaults& faults) {
  if (std::equal(header.begin(), header.end(), expected.begin(), expected.end())) return true;
  faults.Add(1, base::Concat({"the header must be '", base::Join(expected, ","), "'"}));
  return false;
}

}  // namespace chemoterm::load
