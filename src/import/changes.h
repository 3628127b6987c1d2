// What is different between two versions of a file.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::imports {

// Names of what differs, in their order: codes, pairs of codes, ids.
struct Changes {
  std::vector<std::string> added, removed, changed;
  bool empty() const { return added.empty() && removed.empty() && changed.empty(); }
};

// The rows that differ between two files of our CSV; the first `key_cells` cells name a row.
Changes CompareRows(std::string_view before, std::string_view now, std::size_t key_cells);

// Of a code system: display by code, and the version. Empty for a text that is none.
struct Codes {
  std::string version;
  std::map<std::string, std::string, std::less<>> displays;
};
Codes CodesOf(std::string_view json);

Changes CompareCodes(const Codes& before, const Codes& now);

struct NamedText {
  std::string name, text;
};
// In any order; a name may be there several times.
Changes CompareTexts(std::vector<NamedText> before, std::vector<NamedText> now);

}  // namespace chemoterm::imports
