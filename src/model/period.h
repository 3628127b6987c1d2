// The time in which a row holds.
#pragma once

#include "base/clock.h"
#include "base/string_pool.h"

namespace chemoterm::model {

// Both ends inclusive; a partial date covers all of its days. Symbols are the snapshot's.
struct Period {
  base::Day first = 0;   // 0 = open
  base::Day last = 0;    // 0 = open
  base::Symbol start{};  // as written; empty = open
  base::Symbol end{};

  friend bool operator==(const Period&, const Period&) = default;
  bool empty() const { return first == 0 && last == 0; }
  bool Covers(base::Day day) const {
    return (first == 0 || first <= day) && (last == 0 || day <= last);
  }
};

}  // namespace chemoterm::model
