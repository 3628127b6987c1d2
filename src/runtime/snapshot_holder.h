// The snapshot now served. Readers copy the pointer; a reload swaps it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "engine/known_value_sets.h"
#include "model/snapshot.h"

namespace chemoterm::runtime {

// A snapshot, and what was found out about it while it is served.
struct Served {
  explicit Served(std::unique_ptr<const model::Snapshot> content) : snapshot(std::move(content)) {}

  const std::unique_ptr<const model::Snapshot> snapshot;
  mutable engine::KnownValueSets known;
};
using ServedPtr = std::shared_ptr<const Served>;

// Thread-safe. A mutex-guarded copy: 48 ns alone, about 0.3 us contended
// (docs/adr/0005-snapshot-holder.md).
class SnapshotHolder {
 public:
  ServedPtr Get() const {
    const std::lock_guard lock(mutex_);
    return served_;
  }
  // The old snapshot dies with its last reader, outside the lock.
  void Set(ServedPtr served) {
    const std::lock_guard lock(mutex_);
    served_.swap(served);
  }

 private:
  mutable std::mutex mutex_;
  ServedPtr served_;
};

}  // namespace chemoterm::runtime
