// Memory aligned to 64 bytes.
#pragma once
#include <cstddef>

extern "C" {
// Null where there is none.
void *pgAllocate(size_t bytes);
void pgFree(void *);
}
