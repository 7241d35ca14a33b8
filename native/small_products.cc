// Small products, unrolled for the columns and terms that points, turns and rigid motions have. N and K are columns and
// terms, or 0 where only the product itself says how many.
#include "small_products.h"

namespace puregrad {
namespace {

template <class T, int N, int K>
void run(const SmallProducts<T> &products) {
  const Gemm<T> &p = products.first;
  const int64_t n = N > 0 ? N : p.n, k = K > 0 ? K : p.k;
  const int64_t aRow = p.aRow, aColumn = p.aColumn, bRow = p.bRow, bColumn = p.bColumn;
  const T *a = p.a, *b = p.b;
  T *c = p.c;
  for (int64_t i = 0; i < products.count; i++) {
    for (int64_t row = 0; row < p.m; row++) {
      const T *left = a + row * aRow;
      T *out = c + row * p.cRow;
      if (N > 0) {
        T sums[N > 0 ? N : 1];
        for (int64_t j = 0; j < n; j++) sums[j] = left[0] * b[j * bColumn];
        for (int64_t l = 1; l < k; l++) {
          const T x = left[l * aColumn];
          for (int64_t j = 0; j < n; j++) sums[j] += x * b[l * bRow + j * bColumn];
        }
        for (int64_t j = 0; j < n; j++) out[j] = sums[j];
      } else {
        for (int64_t j = 0; j < n; j++) {
          T sum = left[0] * b[j * bColumn];
          for (int64_t l = 1; l < k; l++) sum += left[l * aColumn] * b[l * bRow + j * bColumn];
          out[j] = sum;
        }
      }
    }
    a += products.aNext;
    b += products.bNext;
    c += products.cNext;
  }
}

template <class T, int N>
void ofTerms(const SmallProducts<T> &products) {
  switch (products.first.k) {
    case 3: return run<T, N, 3>(products);
    case 4: return run<T, N, 4>(products);
    default: return run<T, N, 0>(products);
  }
}

template <class T>
void ofColumns(const SmallProducts<T> &products) {
  switch (products.first.n) {
    case 1: return ofTerms<T, 1>(products);
    case 2: return ofTerms<T, 2>(products);
    case 3: return ofTerms<T, 3>(products);
    case 4: return ofTerms<T, 4>(products);
    default: return ofTerms<T, 0>(products);
  }
}

}  // namespace

void smallProducts(const SmallProducts<float> &products) { ofColumns(products); }
void smallProducts(const SmallProducts<double> &products) { ofColumns(products); }

}  // namespace puregrad
