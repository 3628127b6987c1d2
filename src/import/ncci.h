// The tables of CMS's National Correct Coding Initiative: pairs (PTP), most units (MUE) and add-on
// codes (AOC).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "import/cms_table.h"

namespace chemoterm::imports {

// A release of 2026 has about 1,900,000 pairs in 150 MB.
inline constexpr TableLimits kPairsLimits{std::size_t{1} << 30, 10'000'000};
inline constexpr TableLimits kUnitsLimits{std::size_t{16} << 20, 200'000};
inline constexpr TableLimits kAddOnsLimits{std::size_t{64} << 20, 500'000};

// Rows of relations, and the codes in them that are not loaded.
class RelationRows {
 public:
  explicit RelationRows(const LoadedCodes& loaded) : loaded_(loaded) {}

  bool IsInScope(std::string_view from, std::string_view to) const {
    return loaded_.Has(from) || loaded_.Has(to);
  }
  struct Terms {
    std::string_view kind, start, end, indicator, setting, note;
  };
  void Add(std::string_view from, std::string_view to, const Terms& terms);
  // A file of kind `relations`, given away; sources are the manifest's.
  std::string TakeRelations();
  // A file of kind `external-codes`, sorted.
  std::string ExternalCodes() const;

 private:
  const LoadedCodes& loaded_;
  std::string lines_;
  std::set<std::string, std::less<>> external_;
};

// Column 1 and column 2 codes that are not paid together. Holds 16 bytes of each row that it reads,
// beside the rows that it takes.
class PairsTable final : public CmsTable {
 public:
  PairsTable(const LoadedCodes& loaded, std::string_view setting, bool all,
             const load::FileFaults& faults);
  void Finish() override;
  RelationRows& relations() { return relations_; }

 private:
  struct Seen {
    std::uint64_t pair;
    std::int32_t day;
    std::int32_t line;
  };
  void OnRow(const TableRow& row) override;

  std::string setting_;
  bool all_;
  RelationRows relations_;
  std::vector<Seen> seen_;
};

// The most units of a code in a day or a claim line that are believed.
class UnitsTable final : public CmsTable {
 public:
  UnitsTable(const LoadedCodes& loaded, const load::FileFaults& faults);
  void Finish() override;
  // "practitioner" or "outpatient", by the table's own header; empty for another table.
  std::string_view Setting() const;
  std::string Figures() const;

 private:
  void OnRow(const TableRow& row) override;
  const LoadedCodes& loaded_;
  std::string lines_;
};

// Notes of relations by "from to start".
using Notes = std::map<std::string, std::string, std::less<>>;

// Add-on codes with the codes that they go with. A note of `notes` stays where it says what the
// table says ("type 1") and more.
class AddOnTable final : public CmsTable {
 public:
  AddOnTable(const LoadedCodes& loaded, const Notes& notes, bool all,
             const load::FileFaults& faults);
  RelationRows& relations() { return relations_; }

 private:
  void OnRow(const TableRow& row) override;
  const Notes& notes_;
  bool all_;
  RelationRows relations_;
};

// A table of pairs or add-ons has the ended ones too: it takes the place of all earlier ones (of
// its setting). One of units holds from `options.from` (default: the first day of the quarter of
// as_of), and ends those that began before.
absl::StatusOr<CmsReport> ImportPairs(const CmsOptions& options, const Progress& progress);
absl::StatusOr<CmsReport> ImportUnits(const CmsOptions& options, const Progress& progress);
absl::StatusOr<CmsReport> ImportAddOns(const CmsOptions& options, const Progress& progress);

}  // namespace chemoterm::imports
