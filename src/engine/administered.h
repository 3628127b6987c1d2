// The administrations of a request, checked and read once for all steps of the coder.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chemoterm/ops/code_administration.h"
#include "engine/scope.h"
#include "model/administration_rules.h"

namespace chemoterm::engine {

inline constexpr std::int64_t kMinute = 60'000;  // milliseconds

// Points into the request and the snapshot.
struct Administered {
  const Administration* given = nullptr;
  std::int32_t number = 0;  // from 1
  // Becomes what the coder takes it for: a pump for a short time is an infusion.
  model::administration::Circumstances how;
  model::administration::Technique given_technique{};
  std::optional<std::int64_t> start, stop;  // milliseconds since 1970; nothing without a time
  std::string drug_key;                     // equal for equal drugs; none is like another
  std::string drug;                         // as given; "#2" without one
  std::string access;                       // in lower case; empty = not named
  std::vector<std::int32_t> linked;         // those at the same time, in both directions, ascending

  bool is_reversed() const { return start && stop && *stop < *start; }
  bool is_by(model::administration::Route route, model::administration::Technique technique) const {
    return how.route == route && how.technique == technique;
  }
  // By vein or artery.
  bool is_into_vessel() const {
    return how.route == model::administration::Route::kIv ||
           how.route == model::administration::Route::kIa;
  }
  // An infusion of the kind that is counted by its time.
  bool is_timed() const {
    return how.technique == model::administration::Technique::kInfusion &&
           (is_into_vessel() || how.route == model::administration::Route::kHipec);
  }
  // Minutes that a pump is to run, else those that it ran; 0 = not known.
  std::int64_t planned_minutes() const {
    const std::int32_t planned = given->planned_minutes.value_or(0);
    return planned > 0 ? planned : how.minutes;
  }
};

inline constexpr std::size_t kMaxAdministrations = 1000;

// Fails on a request without administrations or with more than kMaxAdministrations, on codes, dates
// and numbers that cannot be, and on a link to nothing.
absl::StatusOr<std::vector<Administered>> ReadAdministrations(
    const Scope& scope, const CodeAdministrationRequest& request);

}  // namespace chemoterm::engine
