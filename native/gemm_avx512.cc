// The matrix product with vectors of 512 bits.
#if defined(__x86_64__)
#include "gemm_tables.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")
#endif

namespace puregrad {
namespace avx512 {

#define PG_VECTOR_BYTES 64
#define PG_TILE_ROWS 12
#include "gemm.inc"

}  // namespace avx512
}  // namespace puregrad

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
