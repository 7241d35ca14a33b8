#include "memory.h"
#include <cstdlib>
#if defined(_WIN32)
#include <malloc.h>
#endif

extern "C" {

void *pgAllocate(size_t bytes) {
  const size_t whole = (bytes + 63) / 64 * 64;
  if (whole < bytes) return nullptr;
#if defined(_WIN32)
  return _aligned_malloc(whole == 0 ? 64 : whole, 64);
#else
  void *memory = nullptr;
  return posix_memalign(&memory, 64, whole == 0 ? 64 : whole) == 0 ? memory : nullptr;
#endif
}

void pgFree(void *memory) {
#if defined(_WIN32)
  _aligned_free(memory);
#else
  free(memory);
#endif
}
}
