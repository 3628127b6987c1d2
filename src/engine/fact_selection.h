// Which rows of a property are in force, and how a row is shown.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "chemoterm/ops/lookup.h"
#include "model/snapshot.h"

namespace chemoterm::engine {

// Tells which rows of one property to show for a day: those in force, or without any the latest
// that ended before it.
class Selection {
 public:
  Selection(std::span<const model::Fact> rows, base::Day day);

  bool Has(const model::Fact& row) const {
    return latest_end_ == 0 ? row.period.Covers(day_) : row.period.last == latest_end_;
  }
  // None is in force: these are the latest earlier ones.
  bool is_earlier() const { return latest_end_ != 0; }

 private:
  base::Day day_;
  base::Day latest_end_ = 0;
};

// The value of a row; kind kNone for one that is known to be absent.
ValueView ValueOf(const model::Snapshot& snapshot, const model::Fact& fact);

// Citation, dates, verification, licence, setting and conflict of a row as subproperties.
std::vector<LookupSubproperty> ProvenanceOf(const model::Snapshot& snapshot,
                                            const model::Fact& fact);

// "short", "sections", "figures".
std::string_view GroupName(model::FactGroup group);

}  // namespace chemoterm::engine
