#include "gemm_limits.h"
#if defined(__x86_64__)
#include <cpuid.h>
#include <cstring>
#endif

namespace puregrad {

const GemmLimits nearCache{INT64_MAX, true, 256};

GemmLimits farCache(int64_t first, int64_t second) {
  // A panel of 48 columns of floats takes at most three quarters of the first-level cache: 192 depths of 48 KB. B takes
  // at most nine twentieths of the second: 0.9 of 2 MB.
  const int64_t depth = first * 3 / 4 / (48 * 4) / 64 * 64;
  return {second * 9 / 20, false, depth < 64 ? 64 : depth > 256 ? 256 : depth};
}

namespace {

#if defined(__x86_64__)
// Bytes of the data cache of a level; 0 where the processor does not say.
int64_t cacheBytes(unsigned level) {
  for (unsigned index = 0; index < 16; index++) {
    unsigned a, b, c, d;
    if (__get_cpuid_count(4, index, &a, &b, &c, &d) == 0 || (a & 31) == 0) return 0;
    if ((a & 31) == 2 || ((a >> 5) & 7) != level) continue;
    const int64_t ways = (b >> 22) + 1, partitions = ((b >> 12) & 1023) + 1, line = (b & 4095) + 1;
    return ways * partitions * line * (static_cast<int64_t>(c) + 1);
  }
  return 0;
}

bool isIntel() {
  unsigned a, name[3];
  return __get_cpuid(0, &a, &name[0], &name[2], &name[1]) != 0 && std::memcmp(name, "GenuineIntel", 12) == 0;
}
#endif

GemmLimits found() {
#if defined(__x86_64__)
  if (isIntel()) {
    const int64_t first = cacheBytes(1), second = cacheBytes(2);
    if (first > 0 && second > 0) return farCache(first, second);
  }
#endif
  return nearCache;
}

GemmLimits &limits() {
  static GemmLimits known = found();
  return known;
}

}  // namespace

const GemmLimits &gemmLimits() { return limits(); }
void setGemmLimits(const GemmLimits &given) { limits() = given; }

}  // namespace puregrad
