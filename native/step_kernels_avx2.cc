// Step kernels with vectors of 256 bits.
#if defined(__x86_64__)
#include "half.h"
#include "portable_math.h"
#include "special_math.h"
#include "step_kernel_tables.h"
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif

namespace puregrad {
namespace avx2 {

#define PG_VECTOR_BYTES 32
#define PG_AVX2 1
#include "step_kernels.inc"

extern const StepKernels stepKernelTable = makeTable();

}  // namespace avx2
}  // namespace puregrad

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
