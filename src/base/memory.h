// Memory that was freed, but that the allocator still holds.
#pragma once

namespace chemoterm::base {

// What is freed from now on goes back to the system at once, where it fills whole pages, and not
// after a while, thread by thread. For the whole process; an allocator that cannot is left as it
// is. Call it before there is much to free.
void ReturnFreedMemoryAtOnce();

// Gives back what was freed so far and is still held. Takes about a millisecond.
void ReturnFreedMemory();

}  // namespace chemoterm::base
