// Value sets of the content as they were resolved for earlier requests.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/value_set.h"

namespace chemoterm::engine {

struct ResolvedValueSet;

// Belongs to one snapshot. Only for requests that bring no resources and no rules about versions:
// what a value set means then follows from the snapshot and the caller's FHIR version alone.
// Thread-safe. Bounded by the content: an entry for a value set and a version.
class KnownValueSets {
 public:
  // nullptr when it is not known.
  std::shared_ptr<const ResolvedValueSet> Get(const model::ValueSet& set,
                                              std::string_view fhir_version) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_set_.find(&set);
    if (found == by_set_.end()) return nullptr;
    for (const auto& [version, resolved] : found->second) {
      if (version == fhir_version) return resolved;
    }
    return nullptr;
  }
  void Put(const model::ValueSet& set, std::string_view fhir_version,
           std::shared_ptr<const ResolvedValueSet> resolved) {
    const std::lock_guard lock(mutex_);
    ByVersion& versions = by_set_[&set];
    for (const auto& [version, known] : versions) {
      if (version == fhir_version) return;  // another thread was faster
    }
    versions.emplace_back(fhir_version, std::move(resolved));
  }

 private:
  using ByVersion = std::vector<std::pair<std::string, std::shared_ptr<const ResolvedValueSet>>>;
  mutable std::mutex mutex_;
  std::unordered_map<const model::ValueSet*, ByVersion> by_set_;
};

}  // namespace chemoterm::engine
