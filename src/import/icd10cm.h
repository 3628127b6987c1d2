// The ICD-10-CM tabular list (XML of NCHS and CMS) -> a FHIR CodeSystem in a content folder.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "import/changes.h"
#include "import/content_folder.h"

namespace chemoterm::imports {

// What a tabular list may be. That of 2026 has 10 MB and 98,186 codes, 7 levels deep.
struct TabularLimits {
  std::size_t bytes = std::size_t{128} << 20;
  std::size_t codes = 1'000'000;
  int depth = 16;
};

struct TabularOptions {
  std::string_view url;      // of the CodeSystem
  std::string_view edition;  // its version; empty = what the XML says
  std::string_view date;     // YYYY-MM-DD
  // All codes there are, one a line, with or without dots, maybe with text behind: of the codes
  // that a 7th character makes, only those in the list are kept. Empty = all are.
  std::string_view code_list;
};

// A tabular list as a FHIR R5 CodeSystem.
struct Tabular {
  std::string json;
  std::string version;
  std::size_t codes = 0;
  std::size_t extended = 0;     // made by a 7th character
  std::size_t not_in_list = 0;  // made, but not in the code list
  std::size_t group_notes = 0;  // of chapters and blocks, which are no codes: left out
};

// Fails with kUnprocessable and "line 3: reason".
absl::StatusOr<Tabular> ReadTabular(std::string_view xml, const TabularOptions& options,
                                    const TabularLimits& limits, const Progress& progress);

struct Icd10cmOptions {
  std::string file, code_list_file, dir;
  std::string url;  // empty = what the content's manifest calls icd10cm
  std::string edition;
  std::string as_of;      // YYYY-MM-DD
  bool keep_old = false;  // leave other versions in the content
};

struct Icd10cmResult {
  Tabular tabular;  // without its JSON
  ImportResult import;
  // Against what was there before; empty when nothing was.
  std::string old_version;
  Changes changes;  // `changed`: renamed
};

// Replaces what an earlier import put there. Fails with kUnprocessable, naming the file.
absl::StatusOr<Icd10cmResult> ImportIcd10cm(const Icd10cmOptions& options,
                                            const Progress& progress);

}  // namespace chemoterm::imports
