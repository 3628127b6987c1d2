// What the allocator holds of the memory that was freed (docs/adr/0009-allocator.md).
#pragma once

namespace chemoterm::base {

// Threads share two arenas from now on: with one for each thread, what one has freed the others
// cannot use. For the whole process; call it before there are threads.
void UseFewArenas();

// Gives freed memory back to the system. Takes about a millisecond.
void ReturnFreedMemory();

}  // namespace chemoterm::base
