// Solutions with triangles, blocked on the matrix product.
#include "matrices.h"

namespace puregrad {
namespace {

template <class T>
struct Difference {
  T *c;
  int64_t cRow;
  const T *product;
  int64_t width;
};

template <class T>
void subtractBlock(void *context, int64_t row0, int64_t row1, int64_t column0, int64_t column1, int) {
  const Difference<T> &difference = *static_cast<const Difference<T> *>(context);
  for (int64_t i = row0; i < row1; i++) {
    T *__restrict to = difference.c + i * difference.cRow;
    const T *__restrict from = difference.product + i * difference.width;
    for (int64_t j = column0; j < column1; j++) to[j] -= from[j];
  }
}

}  // namespace

template <class T>
void subtractProduct(int64_t m, int64_t n, int64_t k, const T *a, int64_t aRow, int64_t aColumn, const T *b, int64_t bRow,
                     int64_t bColumn, T *c, int64_t cRow, T *product, int threads) {
  if (k == 0) return;
  Difference<T> difference{c, cRow, product, n};
  const BlockDone done{subtractBlock<T>, &difference, false, true};
  gemm(Gemm<T>{m, n, k, a, aRow, aColumn, b, bRow, bColumn, product, n}, threads, &done);
}

template <class T>
void substituteRows(int64_t n, int64_t m, const Triangle<T> &triangle, T *x, int64_t xRow) {
  const auto subtract = stepKernels(isa()).subtractProducts[dtypeOf<T>];
  for (int64_t j = 0; j < m; j += stripColumns) {
    const int64_t width = m - j < stripColumns ? m - j : stripColumns;
    for (int64_t step = 0; step < n; step++) {
      const int64_t i = triangle.lower ? step : n - 1 - step, first = triangle.lower ? 0 : i + 1;
      const T *const factors = triangle.at + i * triangle.row + first * triangle.column;
      T *const row = x + i * xRow + j;
      subtract(row, factors, triangle.column, x + first * xRow + j, xRow, step, width);
      if (triangle.unit) continue;
      const T pivot = triangle.at[i * (triangle.row + triangle.column)];
      for (int64_t column = 0; column < width; column++) row[column] /= pivot;
    }
  }
}

template <class T>
void substitute(int64_t n, int64_t m, const Triangle<T> &triangle, T *x, T *product, int threads) {
  for (int64_t done = 0; done < n; done += blockRows) {
    const int64_t rows = n - done < blockRows ? n - done : blockRows;
    const int64_t first = triangle.lower ? done : n - done - rows, known = triangle.lower ? 0 : n - done;
    T *const own = x + first * m;
    subtractProduct(rows, m, done, triangle.at + first * triangle.row + known * triangle.column, triangle.row,
                    triangle.column, x + known * m, m, 1, own, m, product, threads);
    Triangle<T> within = triangle;
    within.at += first * (triangle.row + triangle.column);
    substituteRows(rows, m, within, own, m);
  }
}

template void subtractProduct(int64_t, int64_t, int64_t, const float *, int64_t, int64_t, const float *, int64_t, int64_t,
                              float *, int64_t, float *, int);
template void subtractProduct(int64_t, int64_t, int64_t, const double *, int64_t, int64_t, const double *, int64_t, int64_t,
                              double *, int64_t, double *, int);
template void substituteRows(int64_t, int64_t, const Triangle<float> &, float *, int64_t);
template void substituteRows(int64_t, int64_t, const Triangle<double> &, double *, int64_t);
template void substitute(int64_t, int64_t, const Triangle<float> &, float *, float *, int);
template void substitute(int64_t, int64_t, const Triangle<double> &, double *, double *, int);

}  // namespace puregrad
