// manifest.json: the files of the content, and what holds for each as a whole.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/faults.h"

namespace chemoterm::load {

inline constexpr std::string_view kManifestName = "manifest.json";
// The alias of the system that rows, figures and notes are about when their file names none
// (docs/content.md).
inline constexpr std::string_view kDefaultSystem = "cpt";
// The alias of the code system that holds the kinds of relations.
inline constexpr std::string_view kRelationKindSystem = "relation-kind";
// The alias, and the id, of the code system that is made of the rules of orders and
// administrations.
inline constexpr std::string_view kOrderRuleSystem = "order-rule";

// In the order in which files are read: each kind needs only those before it.
enum class FileKind : std::uint8_t {
  kSources,
  kStopWords,
  kSynonyms,
  kMessages,
  kProperties,
  kExternalCodes,
  kCodeSystem,
  kValueSet,
  kPayers,
  kRows,
  kFigures,
  kRelations,
  kConceptMap,
  kNamingSystem,
  kCoverage,
  kDrugs,
  kOrderRules,
  kEstimateRules,
  kLocalities,
  kAdministrationRules,
  kPackage,  // last: what the content has itself comes first
};

// An entry of `files`. Texts are empty where the entry has none.
struct ManifestFile {
  std::string path, sha256, licence, source, as_of, period_start, period_end, verification, setting;
  std::string citation, url;  // of `source`, where sources.json does not have it: imported files
  std::string system;         // alias
  FileKind kind = FileKind::kSources;
  std::string code_pattern;  // code systems: regular expression of every possible code
  bool search = false;       // code systems: index it
  bool own_wording = false;  // code systems: our displays stand in place of licensed ones
  // Code systems: path of the file in our own wording that this one, with its owner's, lies over.
  std::string over;
  std::size_t expansion_concepts = 0;  // code systems: most codes of it in an expansion; 0 = any
  int line = 0;
  std::size_t sha256_end = 0;  // offset just behind the sum's closing quote
};

// Under which canonical the rows and figures of a code system are served.
struct SupplementEntry {
  std::string id, system, version, name, title, description;
  bool is_default = true;  // applied when a request names no supplement
  int line = 0;
};

struct Manifest {
  std::string canonical_base, version;
  std::map<std::string, std::string, std::less<>> systems;  // alias -> canonical
  std::vector<SupplementEntry> supplements;
  std::vector<ManifestFile> files;
};

// Reads the text of a manifest; what is wrong with it goes to `faults`.
Manifest ReadManifest(std::string_view text, const FileFaults& faults);

std::string_view ToText(FileKind kind);

// Checks that several of our formats share: an empty text is no fault. `what` names the member.
void CheckOneOf(std::string_view what, std::string_view value,
                const std::vector<std::string_view>& allowed, int line, const FileFaults& faults);
void CheckDate(std::string_view what, std::string_view value, int line, const FileFaults& faults);
// Start and end of a period, each maybe empty.
void CheckPeriod(std::string_view start, std::string_view end, int line, const FileFaults& faults);
// Lower-case letters, digits and single hyphens between them; with `dots` also dots.
bool IsSlug(std::string_view text, bool dots = false);
bool IsFhirId(std::string_view text);

extern const std::vector<std::string_view> kVerifications;
extern const std::vector<std::string_view> kSettings;
extern const std::vector<std::string_view> kDrugClasses;

}  // namespace chemoterm::load
