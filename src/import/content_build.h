// A content folder as it is shipped: only what the manifest names, with right sums, checked, under
// the name of its digest.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "import/content_folder.h"

namespace chemoterm::imports {

struct ContentBuild {
  std::string digest, version;
  std::string path;          // <builds>/<digest>
  std::size_t files = 0;     // beside the manifest
  std::uintmax_t bytes = 0;  // of these
  bool was_there = false;    // and nothing was written
};

// Copies the content of `dir` to <builds>/<digest>, whole or not at all: the copy is loaded as the
// service would before it takes its name. The sums in its manifest are those of the files, whatever
// the manifest of `dir` says; else the bytes are the same. Fails with kUnprocessable and every
// fault, a line each.
absl::StatusOr<ContentBuild> BuildContent(const std::string& dir, const std::string& builds,
                                          const Progress& progress);

// The build whose digest begins with `digest`. Fails when none or several do.
absl::StatusOr<std::string> FindBuild(const std::string& builds, std::string_view digest);

}  // namespace chemoterm::imports
