// The loops over blocks of elements that the steps of a nest are made of: one table for each instruction set.
#pragma once
#include <cstdint>
#include "isa.h"
#include "step_operations.h"

namespace puregrad {

// As in src/core/tensor/dtype.ts; booleans are bytes holding 0 or 1.
enum DType { F32 = 0, F64 = 1, I32 = 2, U32 = 3, BOOL = 4, F16 = 5, BF16 = 6, DTYPES = 7 };

// Each input is either a block of n elements or one element for all of them; bit i of `scalars` says that input i
// is one element. Pointers may be unaligned; out may be one of the block inputs.
using Unary = void (*)(void *out, const void *a, int64_t n);
using Binary = void (*)(void *out, const void *a, const void *b, int64_t n);
using Ternary = void (*)(void *out, const void *a, const void *b, const void *c, int64_t n);

struct StepKernels {
  // Null where the operation has no such form. Indexed by the dtype of the first data input (for comparisons the
  // dtype compared; the output is BOOL), except SELECT: the dtype of the values (its input a is BOOL).
  Unary unary[STEP_OPS][DTYPES];
  Binary binary[STEP_OPS][DTYPES][3];    // scalars: 0, 1 (a is one element), 2 (b is one element)
  Ternary ternary[STEP_OPS][DTYPES][8];  // SELECT and MUL_ADD, by the bits of scalars
  Unary cast[DTYPES][DTYPES];            // from, to; as the typed arrays of JavaScript convert (to BOOL: x != 0)
  // out[r] = reduction of a[r·columns … + columns), rows of a contiguous block; sums are pairwise or compensated.
  void (*rowSum[DTYPES])(void *out, const void *a, int64_t rows, int64_t columns);
  void (*rowMax[DTYPES])(void *out, const void *a, int64_t rows, int64_t columns);
  // acc[c] = acc[c] + Σ_r a[r, c], or the maximum; rows `rowStride` elements apart.
  void (*columnSum[DTYPES])(void *acc, const void *a, int64_t rows, int64_t columns, int64_t rowStride);
  void (*columnMax[DTYPES])(void *acc, const void *a, int64_t rows, int64_t columns, int64_t rowStride);
  // The sum of a block as a double (exact enough to add blocks up), F32, F64; integers wrap and use rowSum.
  double (*blockSum[DTYPES])(const void *a, int64_t n);
  // out[r·columns … + columns) = a[r]
  void (*expandRows[DTYPES])(void *out, const void *a, int64_t rows, int64_t columns);
  // out[i] = a[i·stride]
  void (*gatherStrided[DTYPES])(void *out, const void *a, int64_t n, int64_t stride);
  void (*scatterStrided[DTYPES])(void *out, int64_t stride, const void *a, int64_t n);
  // out[r·columns + c] = a[r·rowStride + c·columnStride]: blocked, so that transposed reads stay in cache.
  void (*gatherMatrix[DTYPES])(void *out, const void *a, int64_t rows, int64_t columns, int64_t rowStride,
                               int64_t columnStride);
  // target[c] = target[c] - Σ_r factors[r·step] · rows[r·rowStride + c], F32 and F64; null where nothing is fused.
  void (*subtractProducts[DTYPES])(void *target, const void *factors, int64_t step, const void *rows, int64_t rowStride,
                                   int64_t count, int64_t columns);
  void (*threefry)(uint32_t *out, const uint32_t *keys, const uint32_t *counters, int64_t count);
  // out[i] is half i&1 of the block of counter (i/2, 1), for i in [first, first + count); first is even.
  void (*randomBits)(uint32_t *out, const uint32_t *key, int64_t first, int64_t count);
};

const StepKernels &stepKernels(Isa);
// Scalar loops without fused roundings over the functions of portable_math.h: the same bytes on every machine.
const StepKernels &reproducibleStepKernels();

}  // namespace puregrad
