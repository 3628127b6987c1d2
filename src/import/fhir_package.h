// FHIR NPM packages (.tgz) -> packages/ of a content folder, kept as they are.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "import/content_folder.h"

namespace chemoterm::imports {

struct PackageImportOptions {
  std::vector<std::string> files;
  std::string dir;      // content folder
  std::string licence;  // of packages that name none
  std::string today;    // asOf of packages without a date
};

// All of the packages, or none. The same name and version replaces what was there; other versions
// stay beside it. Fails with kUnprocessable, naming the file.
absl::StatusOr<ImportResult> ImportPackages(const PackageImportOptions& options,
                                            const Progress& progress);

}  // namespace chemoterm::imports
