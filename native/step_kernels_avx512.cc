// Step kernels with vectors of 512 bits.
#if defined(__x86_64__)
#include "half.h"
#include "portable_math.h"
#include "special_math.h"
#include "step_kernel_tables.h"
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#else
// GCC takes the undefined operand within its own intrinsics for a mistake.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#endif

namespace puregrad {
namespace avx512 {

#define PG_VECTOR_BYTES 64
#define PG_AVX512 1
#include "step_kernels.inc"

extern const StepKernels stepKernelTable = makeTable();

}  // namespace avx512
}  // namespace puregrad

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
