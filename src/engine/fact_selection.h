// Which rows of a property are in force, and how a row is shown.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "chemoterm/ops/lookup.h"
#include "model/snapshot.h"

namespace chemoterm::engine {

struct Selection {
  std::vector<model::Fact> facts;
  bool earlier = false;  // none was in force: these are the latest earlier ones
};

// The rows of one property that are in force on `day`. Without any, the latest rows that ended
// before it.
Selection InForceOn(std::span<const model::Fact> rows, base::Day day);

// The value of a row; kind kNone for one that is known to be absent.
ValueView ValueOf(const model::Snapshot& snapshot, const model::Fact& fact);

// Citation, dates, verification, licence, setting and conflict of a row as subproperties.
std::vector<LookupSubproperty> ProvenanceOf(const model::Snapshot& snapshot,
                                            const model::Fact& fact);

// "short", "sections", "figures".
std::string_view GroupName(model::FactGroup group);

}  // namespace chemoterm::engine
