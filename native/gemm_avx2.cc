// The matrix product with vectors of 256 bits.
#if defined(__x86_64__)
#include <immintrin.h>
#include "convolution.h"
#include "gemm_tables.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#else
#pragma GCC target("avx2,fma,f16c")
#endif

namespace puregrad {
namespace avx2 {

// The first lanes of a vector in memory.
template <class T>
struct Part;

template <>
struct Part<float> {
  const int count;
  const __m256i lanes;
  explicit Part(int lanesThere)
      : count(lanesThere), lanes(_mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))) {}
  __m256 load(const float *from) const { return _mm256_maskload_ps(from, lanes); }
  void store(float *to, const __m256 &vector) const { _mm256_maskstore_ps(to, lanes, vector); }
  __m128i halves(const uint16_t *from) const {
    alignas(16) uint16_t some[8] = {};
    for (int i = 0; i < 8; i++)
      if (i < count) some[i] = from[i];
    return _mm_load_si128(reinterpret_cast<const __m128i *>(some));
  }
};

template <>
struct Part<double> {
  const __m256i lanes;
  explicit Part(int count) : lanes(_mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3))) {}
  __m256d load(const double *from) const { return _mm256_maskload_pd(from, lanes); }
  void store(double *to, const __m256d &vector) const { _mm256_maskstore_pd(to, lanes, vector); }
};

template <class Halves>
inline __attribute__((always_inline)) __m256 float16s(const Halves &halves) {
  return _mm256_cvtph_ps(reinterpret_cast<__m128i>(halves));
}

template <class Halves>
inline __attribute__((always_inline)) __m256 bfloat16s(const Halves &halves) {
  const __m256i words = _mm256_cvtepu16_epi32(reinterpret_cast<__m128i>(halves));
  return _mm256_castsi256_ps(_mm256_slli_epi32(words, 16));
}

template <class Halves>
inline __attribute__((always_inline)) auto bfloat16sFromMemory(const Halves &halves) {
  return bfloat16s(halves);
}

#define PG_VECTOR_BYTES 32
#define PG_ROWS 6
#define PG_VECTORS 2
#define PG_DIRECT_WORK 2.2e6
#define PG_LINES 4
#include "gemm.inc"
#include "convolution.inc"

}  // namespace avx2
}  // namespace puregrad

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
