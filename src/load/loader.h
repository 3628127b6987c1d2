// Files -> snapshot: the only way content gets in.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chemoterm/displays.h"
#include "model/snapshot.h"

namespace chemoterm::load {

struct LoadOptions {
  std::string dir = {};             // with manifest.json
  std::string canonical_base = {};  // replaces the manifest's; empty = keep
  bool hide_unverified = false;     // leave out rows and notes with verification `unverified`
  Displays displays = Displays::kLicensed;
  // Texts, one a line, of which no content may carry five words in a row; empty = none.
  std::string forbidden_words_file = {};
  bool check_digests = true;      // a file that differs from its sha256 in the manifest is an error
  std::string packages_dir = {};  // FHIR packages (.tgz) that are loaded beside; empty = none
  std::string manifest_name = "manifest.json";  // a draft of it, before it takes the name
};

// One fault of the content.
struct ContentError {
  std::string file;  // relative to the folder
  int line = 0;      // from 1; 0 = the file as a whole
  std::string reason;

  std::string ToString() const;  // "rows/x.json:12: reason"
};

// What came of one FHIR package.
struct PackageReport {
  std::string file;
  std::string name, version;
  std::vector<std::string> fhir_versions;
  std::map<std::string, std::size_t> loaded;   // by resource type
  std::map<std::string, std::size_t> skipped;  // of types that no operation uses
  std::vector<ContentError> left_out;  // up to 1,000 broken or doubled resources, `file` as in it
  std::size_t left_out_count = 0;
  std::vector<std::string> warnings;  // such as dependencies that are not loaded
};

// Loads all of the content, or nothing. On failure `errors` has every fault found (at least one)
// and the Status joins them, a line each.
// `packages` (may be null) gets a report for each package.
absl::StatusOr<std::unique_ptr<const model::Snapshot>> LoadSnapshot(
    const LoadOptions& options, std::vector<ContentError>* errors,
    std::vector<PackageReport>* packages = nullptr);

// Rewrites the sha256 values of manifest.json in `dir` to those of the files, and nothing else of
// its text.
absl::Status RewriteDigests(const std::string& dir);

}  // namespace chemoterm::load
