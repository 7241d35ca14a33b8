// The matrix product with vectors of 512 bits.
#if defined(__x86_64__)
#include <immintrin.h>
#include "convolution.h"
#include "gemm_tables.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")
#endif

namespace puregrad {
namespace avx512 {

// The first lanes of a vector in memory.
template <class T>
struct Part;

template <>
struct Part<float> {
  const __mmask16 lanes;
  explicit Part(int count) : lanes(static_cast<__mmask16>((1u << count) - 1)) {}
  __m512 load(const float *from) const { return _mm512_maskz_loadu_ps(lanes, from); }
  void store(float *to, const __m512 &vector) const { _mm512_mask_storeu_ps(to, lanes, vector); }
};

template <>
struct Part<double> {
  const __mmask8 lanes;
  explicit Part(int count) : lanes(static_cast<__mmask8>((1u << count) - 1)) {}
  __m512d load(const double *from) const { return _mm512_maskz_loadu_pd(lanes, from); }
  void store(double *to, const __m512d &vector) const { _mm512_mask_storeu_pd(to, lanes, vector); }
};

#define PG_VECTOR_BYTES 64
#define PG_ROWS 8
#define PG_VECTORS 3
#define PG_DIRECT_WORK 4e9
#include "gemm.inc"
#include "convolution.inc"

}  // namespace avx512
}  // namespace puregrad

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
