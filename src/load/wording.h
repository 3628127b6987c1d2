// Code systems whose names others own: their file laid over ours of the same codes, and without
// names that are not to be shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/build.h"
#include "load/resource_reader.h"

namespace chemoterm::load {

// The text of a CodeSystem without displays, definitions and designations, wherever they stand.
std::string WithoutNames(std::string_view text);

// A CodeSystem laid over one in our own wording; both flat, as FHIR JSON that has been read.
struct LaidOver {
  std::string text;
  std::vector<std::string> own_worded;  // codes whose display is ours
};
// The head and the names of `owners` come first. What a code has in `own` is kept beside them: the
// display as a synonym. Codes that only `own` has follow behind. Of the same version it takes the
// id of `own` as well.
LaidOver LayOver(std::string_view owners, std::string_view own);

// The text that is served in place of the file's, where it lies over another or names are not to be
// shown; empty = the file's own. Fills `notes`. Nothing, and a fault, where it cannot be made.
std::optional<std::string> WordedText(const Build& build, const ContentFile& file,
                                      const model::CodeSystem& system, CodeSystemNotes& notes);

// True for a file that another one lies over.
bool IsLaidUnder(const Manifest& manifest, const ManifestFile& file);

}  // namespace chemoterm::load
