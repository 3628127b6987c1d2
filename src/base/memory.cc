#include "base/memory.h"

#include <cstddef>

// Whichever of the two allocators the program is linked with; the library itself needs neither.
extern "C" {
[[gnu::weak]] void mi_collect(bool force) noexcept;
[[gnu::weak]] void mi_option_set(int option, long value);
[[gnu::weak]] int malloc_trim(std::size_t kept) noexcept;
}

namespace chemoterm::base {
namespace {

// mi_option_decommit_delay of mimalloc 2.0, mi_option_purge_delay since 2.1: milliseconds.
constexpr int kDecommitDelay = 15;

}  // namespace

void ReturnFreedMemoryAtOnce() {
  if (mi_option_set != nullptr) mi_option_set(kDecommitDelay, 0);
}

void ReturnFreedMemory() {
  if (mi_collect != nullptr) {
    mi_collect(/*force=*/true);
  } else if (malloc_trim != nullptr) {
    malloc_trim(0);
  }
}

}  // namespace chemoterm::base
