// The matrix product with vectors of 128 bits.
#include "convolution.h"
#include "gemm_tables.h"

namespace puregrad {
namespace generic {

// The first lanes of a vector in memory.
template <class T>
struct Part {
  static constexpr int lanes = 16 / static_cast<int>(sizeof(T));
  typedef T Vector __attribute__((vector_size(16)));
  const int count;
  explicit Part(int lanesThere) : count(lanesThere) {}

  Vector load(const T *from) const {
    Vector vector{};
    for (int i = 0; i < lanes; i++)
      if (i < count) vector[i] = from[i];
    return vector;
  }
  void store(T *to, const Vector &vector) const {
    for (int i = 0; i < lanes; i++)
      if (i < count) to[i] = vector[i];
  }
  typedef uint16_t Halves __attribute__((vector_size(8)));
  Halves halves(const uint16_t *from) const {
    Halves some{};
    for (int i = 0; i < 4; i++)
      if (i < count) some[i] = from[i];
    return some;
  }
};

// half::floatOf in all lanes.
template <class Halves>
inline __attribute__((always_inline)) Part<float>::Vector float16s(const Halves &halves) {
  typedef uint32_t Words __attribute__((vector_size(16)));
  const Words bits = __builtin_convertvector(halves, Words), size = bits & 0x7fff;
  const Words finite = reinterpret_cast<Words>(reinterpret_cast<Part<float>::Vector>(size << 13) * 0x1p112f);
  const Words infinite = (size << 13 & 0x7fe000) | 0x7f800000, beyond = reinterpret_cast<Words>(size > 0x7bff);
  return reinterpret_cast<Part<float>::Vector>((bits & 0x8000) << 16 | (beyond & infinite) | (~beyond & finite));
}

template <class Halves>
inline __attribute__((always_inline)) Part<float>::Vector bfloat16s(const Halves &halves) {
  typedef uint32_t Words __attribute__((vector_size(16)));
  return reinterpret_cast<Part<float>::Vector>(__builtin_convertvector(halves, Words) << 16);
}

template <class Halves>
inline __attribute__((always_inline)) auto bfloat16sFromMemory(const Halves &halves) {
  return bfloat16s(halves);
}

#define PG_VECTOR_BYTES 16
// Machines of 32 registers hold larger tiles.
#if defined(__aarch64__)
#define PG_ROWS 8
#else
#define PG_ROWS 4
#endif
#define PG_VECTORS 2
#define PG_DIRECT_WORK 1e6
#define PG_LINES 4
#if defined(__wasm__) && !defined(__wasm_relaxed_simd__)
#define PG_GIVEN_TILES
GivenTile givenTiles[3];
#endif
#include "gemm.inc"
#include "convolution.inc"

}  // namespace generic
}  // namespace puregrad
