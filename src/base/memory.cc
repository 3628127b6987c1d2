#include "base/memory.h"

#include <malloc.h>

namespace chemoterm::base {

void UseFewArenas() { mallopt(M_ARENA_MAX, 2); }

void ReturnFreedMemory() { malloc_trim(0); }

}  // namespace chemoterm::base
