// Files -> snapshot: the only way content gets in.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <vector>

#include "model/snapshot.h"

namespace chemoterm::load {

struct LoadOptions {
  std::string dir = {};             // with manifest.json
  std::string canonical_base = {};  // replaces the manifest's; empty = keep
  bool hide_unverified = false;     // leave out rows and notes with verification `unverified`
  // Texts, one a line, of which no content may carry five words in a row; empty = none.
  std::string forbidden_words_file = {};
  bool check_digests = true;  // a file that differs from its sha256 in the manifest is an error
};

// One fault of the content.
struct ContentError {
  std::string file;  // relative to the folder
  int line = 0;      // from 1; 0 = the file as a whole
  std::string reason;

  std::string ToString() const;  // "rows/x.json:12: reason"
};

// Loads all of the content, or nothing. On failure `errors` has every fault found (at least one)
// and the Status joins them, a line each.
absl::StatusOr<std::unique_ptr<const model::Snapshot>> LoadSnapshot(
    const LoadOptions& options, std::vector<ContentError>* errors);

// Rewrites the sha256 values of manifest.json in `dir` to those of the files, and nothing else of
// its text.
absl::Status RewriteDigests(const std::string& dir);

}  // namespace chemoterm::load
