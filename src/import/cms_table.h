// What the imports of the tables of CMS share: what they are told and tell, the cells that the
// tables have in common, and the way into the content.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "import/changes.h"
#include "import/content_folder.h"
#include "import/published_table.h"
#include "load/faults.h"

namespace chemoterm::imports {

inline constexpr std::string_view kGovernmentWork = "US-government work";  // a licence

struct CmsOptions {
  std::string file;
  std::string dir;       // content folder
  std::string as_of;     // YYYY-MM-DD: day of the release
  std::string from, to;  // YYYY-MM-DD: when the rows are in force; empty = what the table says
  std::string setting;   // of pairs: "practitioner" or "outpatient"
  bool all = false;      // pairs between codes that are not loaded as well
};

struct CmsReport {
  std::string title;
  std::size_t rows = 0, taken = 0, out_of_scope = 0;
  // What else was not taken, by why.
  std::map<std::string, std::size_t, std::less<>> left_out;
  bool was_there = false;  // an earlier import, or a file of the content in its place
  Changes changes;         // only then
  ImportResult import;
};

// What a table may be.
struct TableLimits {
  std::size_t bytes;
  std::size_t rows;
};

// A table that is read into a file of the content. Faults are told with their lines, all of them.
class CmsTable {
 public:
  virtual ~CmsTable() = default;
  CmsTable(const CmsTable&) = delete;
  CmsTable& operator=(const CmsTable&) = delete;

  virtual void OnLine(std::string_view line) { table_.OnLine(line); }
  virtual void Finish() { table_.Finish(); }
  // Rows, and what became of them.
  CmsReport Report() const;

 protected:
  CmsTable(const TableForm& form, const TableLimits& limits, const load::FileFaults& faults)
      : faults_(faults),
        table_(form, limits.rows, faults, [this](const TableRow& row) { OnRow(row); }) {}
  virtual void OnRow(const TableRow& row) = 0;

  // False, and a fault, for the key of a row that was there before.
  bool IsNew(const std::string& key, int line);
  void Fault(int line, std::string_view what, std::string_view cell, std::string_view why) const;

  const load::FileFaults& faults_;
  PublishedTable table_;
  CmsReport report_;

 private:
  std::map<std::string, int, std::less<>> lines_;  // by key
};

// Of HCPCS: level I is CPT, level II is CMS's own.
enum class CodeLevel : std::uint8_t { kNone, kOne, kTwo };
CodeLevel LevelOf(std::string_view code);
// The alias that the content has for the code's system.
std::string_view SystemAliasOf(CodeLevel level);

// "1,234.50" as "1234.50" and ".5" as "0.5"; nothing for a text that is no plain decimal number.
std::optional<std::string> PublishedNumber(std::string_view text);
// "20240701", "2024183" (day of the year), "7/1/2024" or "2024-07-01" as the last; nothing for a
// text that is no day.
std::optional<std::string> PublishedDay(std::string_view text);
// The first year of this century in a text; empty if there is none.
std::string YearIn(std::string_view text);
// "2024q3" of a day, and the quarter's first day.
std::string QuarterOf(std::string_view day);
std::string QuarterStart(std::string_view day);
// A cell of our CSV: one blank for white space and control characters, in quotes where it needs
// them.
std::string CsvCell(std::string_view text);

// The codes of a content folder that rows can be about.
struct LoadedCodes {
  std::set<std::string, std::less<>> cpt, hcpcs;
  bool Has(std::string_view code) const {
    return cpt.find(code) != cpt.end() || hcpcs.find(code) != hcpcs.end();
  }
};
absl::StatusOr<LoadedCodes> CodesInContent(const std::string& dir);

// Gives the lines of a file to `table` and then finishes it. Fails with kUnprocessable and every
// fault, a line each, else gives the sum of the file.
absl::StatusOr<std::string> ReadTable(const std::string& file, const TableLimits& limits,
                                      load::Faults& faults, CmsTable& table,
                                      const Progress& progress);

// "<title>; imported from <name of the file>, sha256 <sum>".
std::string CitationOf(std::string_view title, std::string_view file, std::string_view sum);

// Says what `files.front()` changes, and puts all of them into the content.
absl::StatusOr<CmsReport> PutTable(const std::string& dir, CmsReport report,
                                   const std::vector<ImportedFile>& files, std::size_t key_cells,
                                   const Progress& progress);

}  // namespace chemoterm::imports
