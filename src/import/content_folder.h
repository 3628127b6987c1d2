// Putting an imported file into a content folder, whole or not at all.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "load/loader.h"
#include "load/manifest.h"

namespace chemoterm::imports {

// What is going on, for a progress bar; `done` of `total`, or total 0 when that is not known.
using Progress = std::function<void(std::string_view step, std::size_t done, std::size_t total)>;

// A file to be put in, and what the manifest says of it.
struct ImportedFile {
  // The path is <stem>-<start of the sum><ending>, so that nothing that is in use is written over.
  std::string stem, ending;
  std::string kind, licence, source, citation, as_of;
  std::string url = {};
  std::string verification = {};
  std::string period_start = {}, period_end = {}, setting = {};
  bool search = false;
  std::string code_pattern = {}, over = {};  // of code systems
  std::size_t expansion_concepts = 0;        // the same; 0 = any
  // Entries with a path that begins with one of these are taken out, as are those of the same stem;
  // their files go as well.
  std::vector<std::string> replaces = {};
  // Entries with a path that begins with this whose period is open and starts before this file's
  // end on the day before it. Empty = none.
  std::string ends = {};
  std::string bytes = {};
};

struct ImportResult {
  std::vector<std::string> added;             // paths in the folder
  std::vector<std::string> replaced;          // paths that are gone
  std::vector<load::PackageReport> packages;  // of all that the folder now has
};

// The text of the first file of the folder whose path begins with `prefix`, and its path; empty
// texts if there is none. Fails for a folder without a readable manifest.
struct FoundFile {
  std::string path, text;
};
absl::StatusOr<FoundFile> FindInContent(const std::string& dir, std::string_view prefix);
// The first file that putting `file` in would replace, whatever its bytes.
absl::StatusOr<FoundFile> FindReplaced(const std::string& dir, const ImportedFile& file);

// "figures/x-0123456789ab.csv" as "figures/x.csv": a path without the start of a file's sum.
std::string WithoutSum(std::string_view path);

// The manifest of the folder. Fails where it cannot be read.
absl::StatusOr<load::Manifest> ManifestInContent(const std::string& dir);

// The canonical that the manifest's `systems` has for an alias. Fails where there is none.
absl::StatusOr<std::string> SystemInContent(const std::string& dir, std::string_view alias);

// Writes the files and a draft of the manifest beside it, loads the whole as the service would, and
// only then lets the draft take the manifest's name: what goes wrong before leaves the folder as it
// was. Fails with kUnprocessable and every fault of the content, a line each.
absl::StatusOr<ImportResult> PutIntoContent(const std::string& dir,
                                            const std::vector<ImportedFile>& files,
                                            const Progress& progress);

}  // namespace chemoterm::imports
