// Numbers of 16 bits, which are kept and moved but not computed with: the kernels that step tables have for them.
#pragma once
#include <cstdint>
#include "half_numbers.h"
#include "step_kernels.h"

namespace puregrad {
namespace half {

// Defined in half.cc for the types of elements, so that no instruction set but the common one gets into them.
template <class To, class From>
void cast(void *out, const void *a, int64_t n);
void copy(void *out, const void *a, int64_t n);
void gatherMatrix(void *out, const void *a, int64_t rows, int64_t columns, int64_t rowStride, int64_t columnStride);
void gatherStrided(void *out, const void *a, int64_t n, int64_t stride);
void expandRows(void *out, const void *a, int64_t rows, int64_t columns);
void scatterStrided(void *out, int64_t stride, const void *a, int64_t n);

template <class T>
constexpr void setType(StepKernels &k, DType dtype) {
  k.cast[dtype][F32] = cast<float, T>;
  k.cast[dtype][F64] = cast<double, T>;
  k.cast[dtype][I32] = cast<int32_t, T>;
  k.cast[dtype][U32] = cast<uint32_t, T>;
  k.cast[dtype][BOOL] = cast<uint8_t, T>;
  k.cast[F32][dtype] = cast<T, float>;
  k.cast[F64][dtype] = cast<T, double>;
  k.cast[I32][dtype] = cast<T, int32_t>;
  k.cast[U32][dtype] = cast<T, uint32_t>;
  k.cast[BOOL][dtype] = cast<T, uint8_t>;
  k.cast[dtype][dtype] = copy;
  k.expandRows[dtype] = expandRows;
  k.gatherStrided[dtype] = gatherStrided;
  k.scatterStrided[dtype] = scatterStrided;
  k.gatherMatrix[dtype] = gatherMatrix;
}

constexpr void setTypes(StepKernels &k) {
  setType<Float16>(k, F16);
  setType<Bfloat16>(k, BF16);
  k.cast[F16][BF16] = cast<Bfloat16, Float16>;
  k.cast[BF16][F16] = cast<Float16, Bfloat16>;
}

}  // namespace half
}  // namespace puregrad
