// The tables of the physician fee schedule of CMS: relative values (PPRRVU) and the cost indices of
// localities (GPCI).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/cms_table.h"

namespace chemoterm::imports {

inline constexpr TableLimits kFeeScheduleLimits{std::size_t{64} << 20, 200'000};
inline constexpr TableLimits kLocalitiesLimits{std::size_t{4} << 20, 10'000};

// The relative values of codes that are loaded. A row with a modifier has a part of the values and
// is left out. Descriptions are not read.
class FeeScheduleTable final : public CmsTable {
 public:
  FeeScheduleTable(const LoadedCodes& loaded, const load::FileFaults& faults);

  // Of the title; empty when it names none.
  std::string Year() const { return YearIn(table_.notices()); }
  // A file of figures. A figure is empty when `is_held(code, property)`.
  using IsHeld = std::function<bool(std::string_view code, std::string_view property)>;
  std::string Figures(const IsHeld& is_held) const;

 private:
  struct Row {
    std::string code;
    std::vector<std::string> cells;  // of the figures' columns
  };
  void OnRow(const TableRow& row) override;
  // How many of the figures the table has: some tables have no conversion factor, the last one.
  std::size_t figures() const;
  // False, and faults, where an indicator is none.
  bool HasGoodIndicators(const TableRow& row) const;
  // The number of a column, or "NA" where the table says so; nothing after a fault.
  std::optional<std::string> Value(const TableRow& row, std::size_t figure) const;

  const LoadedCodes& loaded_;
  std::vector<Row> rows_;
};

// Payment localities with their three cost indices.
class LocalitiesTable final : public CmsTable {
 public:
  explicit LocalitiesTable(const load::FileFaults& faults);
  std::string Year() const { return YearIn(table_.notices()); }
  std::string Localities() const;  // a file of kind `localities`

 private:
  void OnRow(const TableRow& row) override;
  std::string lines_;
};

// `options.from` and `to`, where empty, are the year of the table. What another file of the content
// says of a figure with a conflict is held back: two values of one figure must both say why.
absl::StatusOr<CmsReport> ImportFeeSchedule(const CmsOptions& options, const Progress& progress);
absl::StatusOr<CmsReport> ImportLocalities(const CmsOptions& options, const Progress& progress);

}  // namespace chemoterm::imports
