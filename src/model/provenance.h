// Where facts come from: sources and the provenance of a row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/string_pool.h"
#include "model/ids.h"

namespace chemoterm::model {

// A row of sources.json, or several of them joined ("PTP24P+PTP24O": citations joined by "; ", the
// first url).
struct Source {
  std::string id;
  std::string citation;
  std::string url;
  std::string as_of;
  std::string licence;
};

// What every row carries; symbols are the snapshot's. `as_of` may be a partial date.
struct Provenance {
  SourceId source{};
  base::Symbol as_of{};
  base::Symbol verification{};
  base::Symbol licence{};

  friend bool operator==(const Provenance&, const Provenance&) = default;
};

}  // namespace chemoterm::model
