#include "import/cms_table.h"

#include <algorithm>
#include <filesystem>

#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/slice.h"
#include "load/files.h"
#include "load/manifest.h"

namespace chemoterm::imports {
namespace {

constexpr std::size_t kClip = 40;

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), base::IsDigit);
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

// Without the commas between groups of three digits; nothing when they stand elsewhere.
std::optional<std::string> WithoutThousands(std::string_view whole) {
  const auto groups = base::Split(whole, ',');
  const bool good = std::all_of(groups.begin(), groups.end(), IsDigits) &&
                    (groups.size() == 1 || groups.front().size() <= 3) &&
                    std::all_of(groups.begin() + 1, groups.end(),
                                [](std::string_view group) { return group.size() == 3; });
  if (!good) return std::nullopt;
  return base::Join(groups, "");
}

std::optional<std::string> Day(std::string_view year, std::string_view month,
                               std::string_view day) {
  if (year.size() != 4 || !IsDigits(year) || !IsDigits(month) || !IsDigits(day)) {
    return std::nullopt;
  }
  const auto two = [](std::string_view text) {
    return text.size() == 1 ? base::Concat({"0", text}) : std::string(text);
  };
  std::string date = base::Concat({year, "-", two(month), "-", two(day)});
  if (date.size() != 10 || !base::ParseDate(date)) return std::nullopt;
  return date;
}

std::optional<std::string> DayOfYear(std::string_view year, std::string_view number) {
  const auto first = base::ParseDate(base::Concat({year, "-01-01"}));
  const auto days = base::ParseInt<int>(number);
  if (!first || !days || *days < 1) return std::nullopt;
  std::string day = base::FormatDay(base::AddDays(first->first, *days - 1));
  if (!day.starts_with(year)) return std::nullopt;
  return day;
}

int QuarterNumber(std::string_view day) {
  return (base::ParseInt<int>(day.substr(5, 2)).value_or(1) - 1) / 3 + 1;
}

void AddCodes(const std::string& dir, const load::Manifest& manifest, std::string_view alias,
              std::set<std::string, std::less<>>& codes) {
  const auto canonical = manifest.systems.find(alias);
  if (canonical == manifest.systems.end()) return;
  for (const load::ManifestFile& file : manifest.files) {
    if (file.kind != load::FileKind::kCodeSystem) continue;
    const auto text = load::ReadContentFile(dir, file.path);
    if (!text.ok()) continue;
    if (json::Unquote(json::Member(base::Trim(*text), "url")) != canonical->second) continue;
    for (auto& [code, display] : CodesOf(*text).displays) codes.insert(code);
  }
}

}  // namespace

CmsReport CmsTable::Report() const {
  CmsReport report = report_;
  report.rows += table_.rows();
  return report;
}

bool CmsTable::IsNew(const std::string& key, int line) {
  const auto [first, added] = lines_.try_emplace(key, line);
  if (!added) {
    faults_.Add(line, base::Concat({"the row of ", base::Clip(key, kClip), " is already at line ",
                                    base::ToText(first->second)}));
  }
  return added;
}

void CmsTable::Fault(int line, std::string_view what, std::string_view cell,
                     std::string_view why) const {
  faults_.Add(line, base::Concat({what, " '", base::Clip(cell, kClip), "' ", why}));
}

CodeLevel LevelOf(std::string_view code) {
  if (code.size() != 5) return CodeLevel::kNone;
  const std::string_view middle = code.substr(1, 3);
  if (!IsDigits(middle)) return CodeLevel::kNone;
  const bool ends_right = base::IsDigit(code[4]) || IsUpper(code[4]);
  if (base::IsDigit(code[0]) && ends_right) return CodeLevel::kOne;
  return IsUpper(code[0]) && base::IsDigit(code[4]) ? CodeLevel::kTwo : CodeLevel::kNone;
}

std::string_view SystemAliasOf(CodeLevel level) {
  switch (level) {
    case CodeLevel::kOne:
      return "cpt";
    case CodeLevel::kTwo:
      return "hcpcs";
    case CodeLevel::kNone:
      return {};
  }
  return {};
}

std::optional<std::string> PublishedNumber(std::string_view text) {
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (point == std::string_view::npos) return WithoutThousands(whole);
  const std::string_view fraction = text.substr(point + 1);
  const auto digits = whole.empty() ? std::optional<std::string>("0") : WithoutThousands(whole);
  if (!digits || !IsDigits(fraction)) return std::nullopt;
  return base::Concat({*digits, ".", fraction});
}

std::optional<std::string> PublishedDay(std::string_view text) {
  if (text.size() == 7 && IsDigits(text)) return DayOfYear(text.substr(0, 4), text.substr(4));
  if (text.size() == 8 && IsDigits(text)) {
    return Day(text.substr(0, 4), text.substr(4, 2), text.substr(6));
  }
  if (const auto parts = base::Split(text, '/'); parts.size() == 3) {
    return Day(parts[2], parts[0], parts[1]);
  }
  const auto parts = base::Split(text, '-');
  return parts.size() == 3 ? Day(parts[0], parts[1], parts[2]) : std::nullopt;
}

std::string YearIn(std::string_view text) {
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    const std::string_view year = text.substr(i, 4);
    const bool begins = i == 0 || !base::IsDigit(text[i - 1]);
    const bool ends = i + 4 == text.size() || !base::IsDigit(text[i + 4]);
    if (begins && ends && year.starts_with("20") && IsDigits(year)) return std::string(year);
  }
  return {};
}

std::string QuarterOf(std::string_view day) {
  return base::Concat({day.substr(0, 4), "q", base::ToText(QuarterNumber(day))});
}

std::string QuarterStart(std::string_view day) {
  const int month = (QuarterNumber(day) - 1) * 3 + 1;
  return base::Concat({day.substr(0, 4), month < 10 ? "-0" : "-", base::ToText(month), "-01"});
}

std::string CsvCell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    const bool is_blank = static_cast<unsigned char>(c) <= ' ';
    if (is_blank && cell.ends_with(' ')) continue;
    if (c == '"') cell += '"';
    cell += is_blank ? ' ' : c;
  }
  if (cell.find_first_of("\",") == std::string::npos) return cell;
  return base::Concat({"\"", cell, "\""});
}

absl::StatusOr<LoadedCodes> CodesInContent(const std::string& dir) {
  ASSIGN_OR_RETURN(const load::Manifest manifest, ManifestInContent(dir));
  LoadedCodes codes;
  AddCodes(dir, manifest, SystemAliasOf(CodeLevel::kOne), codes.cpt);
  AddCodes(dir, manifest, SystemAliasOf(CodeLevel::kTwo), codes.hcpcs);
  return codes;
}

absl::StatusOr<std::string> ReadTable(const std::string& file, const TableLimits& limits,
                                      load::Faults& faults, CmsTable& table,
                                      const Progress& progress) {
  constexpr std::size_t kShownEvery = std::size_t{1} << 20;
  std::size_t shown = 0;
  const auto read = load::ReadLines(file, limits.bytes,
                                    [&](std::string_view line, std::size_t done, std::size_t size) {
                                      if (done >= shown) {
                                        progress("reading the table", done, size);
                                        shown = done + kShownEvery;
                                      }
                                      table.OnLine(line);
                                    });
  if (!read.ok()) {
    return Fail(Reason::kUnprocessable,
                base::Concat({file, ": ", base::FromAbsl(read.status().message())}));
  }
  table.Finish();
  if (faults.empty()) return read->sha256;
  std::vector<std::string> lines;
  for (const load::ContentError& error : faults.Take(file)) lines.push_back(error.ToString());
  return Fail(Reason::kUnprocessable, base::Join(lines, "\n"));
}

std::string CitationOf(std::string_view title, std::string_view file, std::string_view sum) {
  return base::Concat({title, "; imported from ", std::filesystem::path(file).filename().string(),
                       ", sha256 ", sum});
}

absl::StatusOr<CmsReport> PutTable(const std::string& dir, CmsReport report,
                                   const std::vector<ImportedFile>& files, std::size_t key_cells,
                                   const Progress& progress) {
  progress("comparing with what was there", 0, 0);
  ASSIGN_OR_RETURN(const FoundFile before, FindReplaced(dir, files.front()));
  report.was_there = !before.path.empty();
  if (report.was_there) {
    report.changes = CompareRows(before.text, files.front().bytes, key_cells);
  }
  ASSIGN_OR_RETURN(report.import, PutIntoContent(dir, files, progress));
  return report;
}

}  // namespace chemoterm::imports
