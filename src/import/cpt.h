// The AMA's descriptor files of a site that has its licence -> the base of CPT in a content folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "import/cms_table.h"
#include "import/descriptor_table.h"

namespace chemoterm::imports {

struct CptOptions {
  std::map<DescriptorTier, std::string> files;  // kLong is there
  DescriptorTier display = DescriptorTier::kLong;
  std::string dir;                       // content folder
  std::string year;                      // YYYY: version of the CodeSystem
  std::string as_of;                     // YYYY-MM-DD: day of the release
  std::string licence;                   // as the site states it
  std::string notice;                    // empty = the AMA's of the year
  bool all = false;                      // codes that the content has no names for as well
  std::uint32_t expansion_concepts = 0;  // most codes in one expansion; 0 = any
};

struct CptReport {
  CmsReport table;
  // Of our own wording, by what became of it.
  std::size_t renamed = 0;           // has the AMA's display now
  std::vector<std::string> kept;     // is not in the file: retired, modifiers
  std::vector<std::string> missing;  // is not in the file, but in force
};

// What the CodeSystem is made of.
struct CptHead {
  std::string_view url, canonical_base, year, as_of, notice;
  bool is_complete = false;
};
using CptTiers = std::map<DescriptorTier, DescriptorTable::Descriptors>;
// A FHIR R5 CodeSystem of the codes that have a long descriptor. The display is the descriptor of
// the tier `display`, the long one where there is none; the others are designations.
std::string CptCodeSystem(const CptHead& head, const CptTiers& tiers, DescriptorTier display);

// "CPT copyright YEAR American Medical Association. All rights reserved."
std::string CptNotice(std::string_view year);

// Replaces an earlier import of the same year; other years stay. Fails with every fault of every
// file, a line each.
absl::StatusOr<CptReport> ImportCpt(const CptOptions& options, const Progress& progress);

}  // namespace chemoterm::imports
