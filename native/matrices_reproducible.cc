// The factorizations and substitutions of reproducible programs, as src/core/kernel has them.
#include "matrices.h"

namespace puregrad {

template <class T>
bool factorSymmetricReproducibly(int64_t n, T *l) {
  for (int64_t i = 0; i < n; i++) {
    T *const row = l + i * n;
    for (int64_t j = 0; j <= i; j++) {
      const T *const other = l + j * n;
      double rest = static_cast<double>(row[j]);
      for (int64_t k = 0; k < j; k++) rest -= static_cast<double>(row[k]) * static_cast<double>(other[k]);
      if (j < i) row[j] = static_cast<T>(rest / static_cast<double>(other[j]));
      else if (rest > 0 && rest < __builtin_inf()) row[j] = static_cast<T>(__builtin_sqrt(rest));
      else return false;
    }
    if (!(row[i] > 0 && static_cast<double>(row[i]) < __builtin_inf())) return false;
  }
  return true;
}

template <class T>
void factorReproducibly(int64_t n, T *x, T *column) {
  T *const order = x + n * n;
  for (int64_t i = 0; i < n; i++) order[i] = static_cast<T>(i);
  for (int64_t j = 0; j < n; j++) {
    for (int64_t i = 0; i < n; i++) column[i] = x[i * n + j];
    for (int64_t i = 1; i < n; i++) {
      double rest = static_cast<double>(column[i]);
      for (int64_t k = 0; k < i && k < j; k++)
        rest -= static_cast<double>(x[i * n + k]) * static_cast<double>(column[k]);
      column[i] = static_cast<T>(rest);
    }
    int64_t pivot = j;
    for (int64_t i = j + 1; i < n; i++)
      if (__builtin_fabs(static_cast<double>(column[i])) > __builtin_fabs(static_cast<double>(column[pivot]))) pivot = i;
    for (int64_t i = 0; i < n; i++) x[i * n + j] = column[i];
    if (pivot != j) {
      for (int64_t k = 0; k < n; k++) {
        const T element = x[j * n + k];
        x[j * n + k] = x[pivot * n + k];
        x[pivot * n + k] = element;
      }
      const T row = order[j];
      order[j] = order[pivot];
      order[pivot] = row;
    }
    const double divisor = static_cast<double>(x[j * (n + 1)]);
    if (divisor != 0)
      for (int64_t i = j + 1; i < n; i++) x[i * n + j] = static_cast<T>(static_cast<double>(x[i * n + j]) / divisor);
  }
}

template <class T>
void substituteReproducibly(int64_t n, int64_t m, const Triangle<T> &triangle, T *x, double *sums) {
  for (int64_t step = 0; step < n; step++) {
    const int64_t i = triangle.lower ? step : n - 1 - step;
    const int64_t first = triangle.lower ? 0 : i + 1, end = triangle.lower ? i : n;
    T *const own = x + i * m;
    for (int64_t j = 0; j < m; j++) sums[j] = static_cast<double>(own[j]);
    for (int64_t k = first; k < end; k++) {
      const double factor = static_cast<double>(triangle.at[i * triangle.row + k * triangle.column]);
      for (int64_t j = 0; j < m; j++) sums[j] -= factor * static_cast<double>(x[k * m + j]);
    }
    const double pivot =
      triangle.unit ? 1 : static_cast<double>(triangle.at[i * (triangle.row + triangle.column)]);
    for (int64_t j = 0; j < m; j++) own[j] = static_cast<T>(sums[j] / pivot);
  }
}

template bool factorSymmetricReproducibly(int64_t, float *);
template bool factorSymmetricReproducibly(int64_t, double *);
template void factorReproducibly(int64_t, float *, float *);
template void factorReproducibly(int64_t, double *, double *);
template void substituteReproducibly(int64_t, int64_t, const Triangle<float> &, float *, double *);
template void substituteReproducibly(int64_t, int64_t, const Triangle<double> &, double *, double *);

}  // namespace puregrad
