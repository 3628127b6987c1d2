// The HCPCS level II file of CMS (fixed width, or CSV) -> a FHIR CodeSystem in a content folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "import/cms_table.h"
#include "json/writer.h"

namespace chemoterm::imports {

inline constexpr TableLimits kHcpcsLimits{std::size_t{128} << 20, 1'000'000};

// Codes and modifiers with CMS's own descriptions. Codes and modifiers of CPT, and dental codes,
// whose descriptions others own, are left out.
class HcpcsTable final : public CmsTable {
 public:
  explicit HcpcsTable(const load::FileFaults& faults);
  void OnLine(std::string_view line) override;
  void Finish() override;

  struct Head {
    std::string_view url, version, as_of;
  };
  // A FHIR R5 CodeSystem. A code that ended before `as_of` is retired.
  std::string CodeSystem(const Head& head) const;

 private:
  enum class Form : std::uint8_t { kUnknown, kFixedWidth, kCsv };
  // A line of the file: the first of a code, or one that goes on with its description.
  struct Record {
    int line = 0;
    std::string_view code, kind, description, short_description, coverage, added, terminated;
  };
  struct Concept {
    std::string code, description, short_description, coverage, added, terminated;
  };
  void OnRow(const TableRow& row) override;
  void OnRecord(const Record& record);
  void OnFirst(const Record& record);
  void OnMore(const Record& record);
  static void WriteConcept(json::Array& list, const Concept& from, std::string_view as_of);

  Form form_ = Form::kUnknown;
  int line_ = 0;
  std::vector<Concept> concepts_;
  std::string current_;  // code of the last first record
  bool is_current_taken_ = false;
};

struct HcpcsOptions {
  CmsOptions table;
  std::string edition;    // version of the CodeSystem; empty = year and month of as_of
  bool keep_old = false;  // leave other versions in the content
};

// Replaces what an earlier import put there.
absl::StatusOr<CmsReport> ImportHcpcs(const HcpcsOptions& options, const Progress& progress);

}  // namespace chemoterm::imports
