#include "isa.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if !defined(__wasm__)
#include <cstdlib>
#include <cstring>
#endif

namespace puregrad {

namespace {

#if defined(__x86_64__)
struct Cpu {
  bool avx2, avx512, bmi2, bfloat16;
};

// Asked of the processor itself: what compilers offer for it needs a library of theirs at run time, which not every
// cross compiler has. Registers count only if the system saves them (XCR0): 128- and 256-bit ones are bits 1 and 2,
// those of AVX-512 bits 5 to 7.
Cpu cpu() {
  unsigned a, b, c, d, low, high;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) return {};
  const bool fma = (c >> 12 & 1) != 0, float16 = (c >> 29 & 1) != 0;
  if ((c >> 27 & 1) == 0) return {};
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return {};
  const bool saved = (low & 6) == 6, savedAll = saved && (low & 0xe0) == 0xe0;
  const unsigned foundation = 1u << 16, doubleAndQuad = 1u << 17, byteAndWord = 1u << 30, shorter = 1u << 31;
  const unsigned avx512 = foundation | doubleAndQuad | byteAndWord | shorter;
  const bool avx2 = saved && fma && float16 && (b >> 5 & 1) != 0, bmi2 = (b >> 8 & 1) != 0;
  const bool all = savedAll && fma && (b & avx512) == avx512;
  const bool bfloat16 = all && a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 5 & 1) != 0;
  return {avx2, all, bmi2, bfloat16};
}
#endif

Isa best() {
#if defined(__x86_64__)
  const Cpu found = cpu();
  return found.avx512 ? Isa::avx512 : found.avx2 ? Isa::avx2 : Isa::generic;
#elif defined(__aarch64__)
  return Isa::neon;
#else
  return Isa::generic;
#endif
}

Isa capped() {
  const Isa most = best();
#if !defined(__wasm__)
  const char *cap = getenv("PUREGRAD_ISA");
  if (cap == nullptr) return most;
  if (strcmp(cap, "generic") == 0) return Isa::generic;
  if (strcmp(cap, "avx2") == 0 && most == Isa::avx512) return Isa::avx2;
#endif
  return most;
}

}  // namespace

Isa isa() {
  static const Isa chosen = capped();
  return chosen;
}

bool hasBmi2() {
#if defined(__x86_64__)
  return cpu().bmi2;
#else
  return false;
#endif
}

bool hasBfloat16() {
#if defined(__x86_64__)
  static const bool found = isa() == Isa::avx512 && cpu().bfloat16;
  return found;
#else
  return false;
#endif
}

const char *isaName(Isa isa) {
  switch (isa) {
    case Isa::avx512:
      return "avx512";
    case Isa::avx2:
      return "avx2";
    case Isa::neon:
      return "neon";
    default:
      return "generic";
  }
}

}  // namespace puregrad
