// What an estimate of an order needs beside the figures of its codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/period.h"
#include "model/provenance.h"

namespace chemoterm::model {

// Which properties hold the figures of a fee schedule.
struct FeeProperties {
  std::uint16_t work = 0, malpractice = 0, conversion_factor = 0;
  std::uint16_t expense_nonfacility = 0, expense_facility = 0;
  std::uint16_t total_nonfacility = 0, total_facility = 0;
};

// Units of codes whose property has the value are paid by these percents, the dearest first; the
// last one is for all further units of the day.
struct FeeReduction {
  std::uint16_t property = 0;
  std::string value;
  std::vector<std::int32_t> percents;
  std::string message;
  Provenance provenance;
};

// The geographic cost indices of a payment locality, in thousandths.
struct Locality {
  std::string id, name;
  std::int64_t work = 0, expense = 0, malpractice = 0;
  Period period;
  Provenance provenance;
};

// Immutable once loaded; thread-safe.
struct EstimateRules {
  std::string currency;  // empty: no rules are loaded
  FeeProperties properties;
  std::vector<std::string> facility_places;  // places of service with facility rates
  std::vector<FeeReduction> reductions;
  std::vector<Locality> localities;
};

}  // namespace chemoterm::model
