#include "load/csv.h"

#include <csv.h>

#include <algorithm>

#include "base/text.h"

namespace chemoterm::load {
namespace {

// A libcsv parser that is fed line by line: that gives line numbers, and a row that does not end
// with its line is one whose quotes are open.
class LineParser {
 public:
  LineParser() {
    usable_ = csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) == 0;
    csv_set_space_func(&parser_, [](unsigned char) { return 0; });  // blanks belong to the cell
  }
  ~LineParser() { csv_free(&parser_); }
  LineParser(const LineParser&) = delete;
  LineParser& operator=(const LineParser&) = delete;

  // Empty on success, else why not.
  std::string_view Parse(std::string_view line) {
    cells_.clear();
    row_done_ = false;
    if (!usable_ || !Feed(line)) return "the quotes are not as RFC 4180 has them";
    if (!Feed("\n") || !row_done_) return "a quoted cell does not end on its line";
    return {};
  }
  const CsvCells& cells() const { return cells_; }

 private:
  bool Feed(std::string_view text) {
    return csv_parse(&parser_, text.data(), text.size(), &OnCell, &OnRow, this) == text.size();
  }
  static void OnCell(void* text, std::size_t size, void* self) {
    static_cast<LineParser*>(self)->cells_.emplace_back(static_cast<const char*>(text), size);
  }
  static void OnRow(int, void* self) { static_cast<LineParser*>(self)->row_done_ = true; }

  csv_parser parser_{};
  bool usable_ = false;
  bool row_done_ = false;
  CsvCells cells_;
};

}  // namespace

void ReadCsv(std::string_view text, const FileFaults& faults,
             const std::function<bool(const CsvCells& header)>& on_header,
             const std::function<void(int line, const CsvCells& cells)>& on_row) {
  if (!base::IsValidUtf8(text)) return faults.Add(0, "not valid UTF-8");
  if (text.starts_with("\xEF\xBB\xBF")) return faults.Add(1, "begins with a byte-order mark");
  LineParser parser;
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
    if (const auto why = parser.Parse(row); !why.empty()) return faults.Add(line, std::string(why));
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
