// C = A·B for matrices of any strides, packed and cache-blocked.
#pragma once
#include <cstdint>
#include "half_numbers.h"
#include "thread_pool.h"

namespace puregrad {

// A factor of a product of float32 that is kept in 16 bits: its numbers are widened as they are read. None without elements.
struct HalfFactor {
  const void *elements = nullptr;
  bool isBfloat16 = false;
};

// A [m, k], B [k, n], C [m, n]; strides in elements; the columns of C lie next to each other. C is overwritten. Where aHalf or
// bHalf has elements, they are the factor.
template <class T>
struct Gemm {
  int64_t m, n, k;
  const T *a;
  int64_t aRow, aColumn;
  const T *b;
  int64_t bRow, bColumn;
  T *c;
  int64_t cRow;
  HalfFactor aHalf = {}, bHalf = {};
};

// to = addend + factor · C, for the element of each row and column: of these to and addend may be one matrix, whose columns lie next to
// each other.
template <class T>
struct TileUpdate {
  T factor;
  const T *addend;
  int64_t addendRow;
  T *to;
  int64_t toRow;
};
#if defined(__wasm__)
constexpr bool updatesInTiles = false;
#else
constexpr bool updatesInTiles = true;
#endif

// Called as soon as C[row0..row1, column0..column1) is final, by the thread that finished it, while it is in cache.
struct BlockDone {
  void (*call)(void *context, int64_t row0, int64_t row1, int64_t column0, int64_t column1, int thread);
  void *context;
  // Blocks then span all columns.
  bool wholeRows;
  // Whether it does not matter which thread tells of which block; otherwise that does not depend on timing.
  bool anyThread;
  // What the call does, where it is that: tiles that sum the whole depth do it themselves, write no C and tell of no block.
  const TileUpdate<float> *update = nullptr;
};

// `threads` is an upper bound: small products use fewer. Working memory is kept and reused between calls;
// every element of C is summed in the same order whatever the number of threads.
void gemm(const Gemm<float> &, int threads, const BlockDone *done);
void gemm(const Gemm<double> &, int threads, const BlockDone *done);
// The product of both factors rounded to bfloat16: numbers below 2^-126 count as 0, all others as the nearest. Products and
// sums are those of float32, of which results below 2^-126 may be 0.
void gemmRounded(const Gemm<float> &, int threads, const BlockDone *done);
float roundedToBfloat16(float);
// The product of both factors in three parts of bfloat16 each, where there are tiles that multiply those faster than float32;
// elsewhere, and of factors that three parts are not as good as, that of float32. The error is that of float32 but for products and
// sums below 2^-126, which may be 0.
void gemmSplit(const Gemm<float> &, int threads, const BlockDone *done);

// to[p · toRow + j] = from[j · fromRow + p] for the depths p of so many lines j: a right factor that lies along the depth, for
// several products, each of which would turn it by itself.
void turnedCopy(float *to, int64_t toRow, const float *from, int64_t fromRow, int64_t lines, int64_t depth);
void turnedCopy(double *to, int64_t toRow, const double *from, int64_t fromRow, int64_t lines, int64_t depth);

}  // namespace puregrad
