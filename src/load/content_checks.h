// What only shows when all files are read, or in every file alike.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "load/build.h"

namespace chemoterm::load {

// A template must close every brace that it opens, around a name.
void CheckMessageBraces(std::string_view id, std::string_view text, int line,
                        const FileFaults& faults);

// A message in another language has an English one, and no other arguments.
void CheckMessages(const Build& build);

// No row twice, no two figures in force at once unless both say with what they disagree, a
// supplement for every system that has rows.
void CheckFactRows(const Build& build);

// Texts that must not appear: no five words in a row of any line of the list.
class ForbiddenTexts {
 public:
  static absl::StatusOr<ForbiddenTexts> Read(const std::string& path);
  // Looks at every text of a JSON or CSV file.
  void Check(const ContentFile& file) const;
  bool empty() const { return runs_.empty(); }

 private:
  static constexpr std::size_t kRun = 5;
  void CheckText(std::string_view text, int line, const FileFaults& faults) const;
  std::unordered_map<std::string, int> runs_;  // five words -> line of the list
};

}  // namespace chemoterm::load
