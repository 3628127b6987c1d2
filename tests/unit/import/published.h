// Texts as CMS's tables, for tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "import/cms_table.h"
#include "load/faults.h"

namespace chemoterm::imports {

inline void GiveLines(std::string_view text, CmsTable& table) {
  while (!text.empty()) {
    auto [line, rest] = base::SplitOnce(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    table.OnLine(line);
    text = rest;
  }
  table.Finish();
}

// "3: reason", a fault each; "0: reason" for the table as a whole.
inline std::vector<std::string> Lines(load::Faults& faults) {
  std::vector<std::string> lines;
  for (const load::ContentError& error : faults.Take()) {
    lines.push_back(base::Concat({base::ToText(error.line), ": ", error.reason}));
  }
  return lines;
}

// The text with `from` once replaced by `to`.
inline std::string With(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace chemoterm::imports
