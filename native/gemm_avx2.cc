// The matrix product with vectors of 256 bits.
#if defined(__x86_64__)
#include "gemm_tables.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif

namespace puregrad {
namespace avx2 {

#define PG_VECTOR_BYTES 32
#define PG_TILE_ROWS 6
#include "gemm.inc"

}  // namespace avx2
}  // namespace puregrad

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
