// What factorizations and solutions share. Matrices are row-major; `row` and `column` are strides in elements.
#pragma once
#include <cstddef>
#include "gemm.h"
#include "isa.h"
#include "routines.h"
#include "thread_pool.h"

namespace puregrad {

template <class T>
constexpr DType dtypeOf = sizeof(T) == 4 ? F32 : F64;

// Rows of a block: within it rows are subtracted one by one, all before it by one product.
constexpr int64_t blockRows = 32;
// Columns that stay in the first-level cache while the rows of a block go over them.
constexpr int64_t stripColumns = 128;

// A triangle as it is solved with: element (i, k) is at[i · row + k · column], the diagonal ones where `unit`.
template <class T>
struct Triangle {
  const T *at;
  int64_t row, column;
  bool lower, unit;
};

// matrices_reproducible.cc, of the kernels in src/core/kernel: one ascending sum in a double for each element, rounded once.
template <class T>
bool factorSymmetricReproducibly(int64_t n, T *l);
template <class T>
void factorReproducibly(int64_t n, T *x, T *column);
template <class T>
void substituteReproducibly(int64_t n, int64_t m, const Triangle<T> &, T *x, double *sums);

// matrices.cc: X of TX = B in the place of B, n rows of m neighbours. `product` has room for blockRows · m elements.
template <class T>
void substitute(int64_t n, int64_t m, const Triangle<T> &, T *x, T *product, int threads);

// matrices.cc: the same of few rows, xRow apart.
template <class T>
void substituteRows(int64_t n, int64_t m, const Triangle<T> &, T *x, int64_t xRow);

// matrices.cc: C = C - A·B by the matrix product; `product` has room for m·n elements.
template <class T>
void subtractProduct(int64_t m, int64_t n, int64_t k, const T *a, int64_t aRow, int64_t aColumn, const T *b, int64_t bRow,
                     int64_t bColumn, T *c, int64_t cRow, T *product, int threads);

// Bytes for so many elements of one matrix, none where the batch is empty; -1 where they cannot be.
inline int64_t scratchBytes(int64_t batch, int64_t elements, int64_t bytes) {
  return batch == 0 ? 0 : elements < 0 ? -1 : elements * bytes;
}

// Whether a diagonal has an exact zero: there is no solution, or more than one.
template <class T>
bool hasZero(int64_t n, const T *diagonal, int64_t step) {
  for (int64_t i = 0; i < n; i++)
    if (diagonal[i * step] == 0) return true;
  return false;
}

template <class T>
void fill(T *to, int64_t count, double value) {
  for (int64_t i = 0; i < count; i++) to[i] = static_cast<T>(value);
}

template <class T>
void copy(T *to, const T *from, int64_t count) {
  if (count > 0) __builtin_memcpy(to, from, static_cast<size_t>(count) * sizeof(T));
}

// work(call, matrix, scratch, threads) for every matrix of a batch: many matrices are shared among threads, one has all.
template <class T, void (*work)(const RoutineCall &, int64_t matrix, T *scratch, int threads)>
void forEachMatrix(const RoutineCall &call) {
  const int64_t batch = call.sizes[0];
  if (batch == 1 || call.threads <= 1) {
    for (int64_t matrix = 0; matrix < batch; matrix++)
      work(call, matrix, reinterpret_cast<T *>(call.scratch[0]), call.threads);
    return;
  }
  const auto part = [](void *context, int64_t matrix, int thread) {
    const RoutineCall &each = *static_cast<const RoutineCall *>(context);
    work(each, matrix, reinterpret_cast<T *>(each.scratch[thread]), 1);
  };
  parallel(call.threads, batch, part, const_cast<RoutineCall *>(&call), call.cost);
}

}  // namespace puregrad
