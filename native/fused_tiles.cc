// A second WebAssembly module: the tiles of the matrix product with the fused multiply-add of relaxed SIMD, for engines
// that have it. It works in the memory of the first one.
#if defined(__wasm_relaxed_simd__)
#include "gemm_generic.cc"

#define PG_TILE(name, left, add)                                                                                         \
  extern "C" __attribute__((export_name(name))) void tile_##left##_##add(                                               \
    int64_t depth, const float *a, int64_t aRow, int64_t aColumn, int rows, const float *b, int64_t bRow, float *c,      \
    int64_t cRow, int columns) {                                                                                         \
    using namespace puregrad::generic;                                                                                   \
    tile<float, PG_ROWS, PG_VECTORS, left, false, add>(depth, a, aRow, aColumn, rows, b, bRow, c, cRow, columns);        \
  }

PG_TILE("packed", NEIGHBOURS, false)
PG_TILE("added", NEIGHBOURS, true)
PG_TILE("apart", APART, false)
#endif
