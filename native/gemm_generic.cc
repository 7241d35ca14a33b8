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
};

#define PG_VECTOR_BYTES 16
// Machines of 32 registers hold larger tiles.
#if defined(__aarch64__)
#define PG_ROWS 8
#else
#define PG_ROWS 4
#endif
#define PG_VECTORS 2
#define PG_DIRECT_WORK 1e6
#if defined(__wasm__) && !defined(__wasm_relaxed_simd__)
#define PG_GIVEN_TILES
GivenTile givenTiles[3];
#endif
#include "gemm.inc"
#include "convolution.inc"

}  // namespace generic
}  // namespace puregrad
