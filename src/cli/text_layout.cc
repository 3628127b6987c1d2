#include "cli/text_layout.h"

#include <algorithm>
#include <numeric>

namespace chemoterm::cli {
namespace {

constexpr std::size_t kGap = 2;          // blanks between columns
constexpr std::size_t kNarrowest = 14;   // a wrapped column is at least this wide
constexpr std::size_t kMostColumns = 8;  // more do not read well on any terminal

struct Range {
  char32_t first;
  char32_t last;
};
constexpr Range kZeroWidth[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};
constexpr Range kWide[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                           {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                           {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <std::size_t N>
bool Contains(const Range (&ranges)[N], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](Range r) { return c >= r.first && c <= r.last; });
}

// Takes one character off the front of `text`, which must not be empty; a broken byte counts as one
// character.
char32_t Take(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0xC0 || lead >= 0xF8 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t c = size == 1 ? lead : lead & (0x7FU >> size);
  std::size_t taken = 1;
  for (; taken < std::min(size, text.size()); ++taken) {
    const auto next = static_cast<unsigned char>(text[taken]);
    if ((next & 0xC0U) != 0x80U) break;
    c = (c << 6) | (next & 0x3FU);
  }
  text.remove_prefix(taken);
  return taken == size ? c : U'?';
}

std::size_t WidthOf(char32_t c) {
  if (c < 0x300) return 1;
  if (Contains(kZeroWidth, c)) return 0;
  return Contains(kWide, c) ? 2 : 1;
}

// The longest start of `text` that fits `width`, at least one character.
std::string_view Head(std::string_view text, std::size_t width) {
  std::string_view rest = text;
  std::size_t used = 0;
  while (!rest.empty()) {
    std::string_view next = rest;
    used += WidthOf(Take(next));
    if (used > width && rest.size() != text.size()) break;
    rest = next;
  }
  return text.substr(0, text.size() - rest.size());
}

void WrapLine(std::string_view text, std::size_t width, std::vector<std::string>& lines) {
  const std::size_t before = lines.size();
  std::string line;
  while (!text.empty()) {
    const auto blank = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (!line.empty() && DisplayWidth(line) + 1 + DisplayWidth(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    while (line.empty() && DisplayWidth(word) > width) {
      const auto head = Head(word, width);
      lines.emplace_back(head);
      word.remove_prefix(head.size());
    }
    if (word.empty()) continue;
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.size() == before) lines.push_back(std::move(line));
}

void Pad(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  const std::size_t used = DisplayWidth(text);
  if (used < width) out.append(width - used, ' ');
}

void TrimEnd(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
}

// One table row of wrapped cells.
void AppendRow(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
               std::string& out) {
  std::vector<std::vector<std::string>> wrapped;
  std::size_t height = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    // A column that is left out still has its place.
    wrapped.push_back(widths[i] == 0 ? std::vector<std::string>() : Wrap(cells[i], widths[i]));
    height = std::max(height, wrapped.back().size());
  }
  for (std::size_t line = 0; line < height; ++line) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (widths[i] == 0) continue;
      Pad(text, line < wrapped[i].size() ? wrapped[i][line] : "", widths[i] + kGap);
    }
    TrimEnd(text);
    out += text + "\n";
  }
}

std::size_t LongestLine(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string& line : Wrap(text, std::string::npos))
    longest = std::max(longest, DisplayWidth(line));
  return longest;
}

// Widths of the columns without wrapping; 0 for a column that holds nothing.
std::vector<std::size_t> NaturalWidths(const Table& table) {
  std::vector<std::size_t> widths(table.head.size(), 0);
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], LongestLine(row[i]));
  }
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] > 0) widths[i] = std::max(widths[i], DisplayWidth(table.head[i]));
  }
  return widths;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += WidthOf(Take(text));
  return width;
}

std::vector<std::string> Wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (true) {
    const auto end = text.find('\n');
    WrapLine(text.substr(0, end), width, lines);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string LayoutPairs(const std::vector<Pair>& pairs, std::size_t indent, std::size_t width) {
  std::size_t names = 0;
  for (const auto& [name, value] : pairs) names = std::max(names, DisplayWidth(name));
  const std::size_t left = indent + names + kGap;
  std::string out;
  for (const auto& [name, value] : pairs) {
    std::string label(indent, ' ');
    label += name;
    for (const std::string& line : Wrap(value, std::max(width, left + kNarrowest) - left)) {
      Pad(label, "", 0);
      label.append(left - std::min(left, DisplayWidth(label)), ' ');
      label += line;
      TrimEnd(label);
      out += label + "\n";
      label.clear();
    }
  }
  return out;
}

std::string LayoutTable(const Table& table, std::size_t width) {
  std::vector<std::size_t> widths = NaturalWidths(table);
  const auto columns = static_cast<std::size_t>(
      std::count_if(widths.begin(), widths.end(), [](auto w) { return w > 0; }));
  if (columns == 0 || columns > kMostColumns) return {};
  const std::size_t gaps = kGap * (columns - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > width) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) return {};
    --*widest;
  }
  std::string out;
  AppendRow(table.head, widths, out);
  std::vector<std::string> rule;
  for (const std::size_t column : widths) rule.emplace_back(column, '-');
  AppendRow(rule, widths, out);
  for (const auto& row : table.rows) AppendRow(row, widths, out);
  return out;
}

}  // namespace chemoterm::cli
