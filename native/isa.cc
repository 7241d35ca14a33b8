#include "isa.h"
#if !defined(__wasm__)
#include <cstdlib>
#include <cstring>
#endif

namespace puregrad {

namespace {

Isa best() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma"))
    return Isa::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Isa::avx2;
  return Isa::generic;
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
