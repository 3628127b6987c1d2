// What is different between two content folders.
#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <string>
#include <string_view>

#include "import/changes.h"

namespace chemoterm::imports {

// Of each part the names of what differs, as they are compared: a code with its system, a figure
// with its code, property, start and setting, a relation with its ends, kind, start and setting, a
// note by its id, a file by its path without the start of a sum.
struct ContentDiff {
  Changes files, codes, figures, relations, notes;

  // The parts by their names, in the order in which they are told.
  std::array<std::pair<std::string_view, const Changes*>, 5> Parts() const {
    return {{{"files", &files},
             {"codes", &codes},
             {"figures", &figures},
             {"relations", &relations},
             {"notes", &notes}}};
  }
};

// Compares the files that the manifests name, whether or not the content is right. Fails with
// kUnprocessable for a manifest or a file that cannot be read.
absl::StatusOr<ContentDiff> DiffContent(const std::string& old_dir, const std::string& new_dir);

// {"files": {"added": [...], "removed": [...], "changed": [...]}, "codes": ...}
std::string ToJson(const ContentDiff& diff);

}  // namespace chemoterm::imports
