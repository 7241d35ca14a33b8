// The lower factor L of a positive definite A = L·Lᵀ, row by row.
#include "routines.h"

namespace puregrad {
namespace {

template <class T>
void factor(int64_t n, const T *a, T *out) {
  for (int64_t i = 0; i < n; i++) {
    T *row = out + i * n;
    for (int64_t j = 0; j <= i; j++) {
      const T *above = out + j * n;
      double rest = static_cast<double>(a[i * n + j]);
      for (int64_t k = 0; k < j; k++) rest -= static_cast<double>(row[k]) * static_cast<double>(above[k]);
      row[j] = static_cast<T>(j < i ? rest / static_cast<double>(above[j]) : rest > 0 ? __builtin_sqrt(rest) : __builtin_nan(""));
    }
    for (int64_t j = i + 1; j < n; j++) row[j] = 0;
  }
}

template <class T>
void factorAll(const RoutineCall &call) {
  const int64_t batch = call.sizes[0], n = call.sizes[1];
  for (int64_t b = 0; b < batch; b++)
    factor(n, static_cast<const T *>(call.reads[0]) + b * n * n, static_cast<T *>(call.out) + b * n * n);
}

bool reach(DType, const int64_t *sizes, RoutineReach &arrays) {
  const double n = static_cast<double>(sizes[1]);
  arrays.arrays = 1;
  arrays.writes = arrays.reads[0] = elementsOf(sizes[0], sizes[1], sizes[1]);
  arrays.cost = static_cast<double>(sizes[0]) * n * n * n / 3;
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) factorAll<float>(call);
  else factorAll<double>(call);
}

}  // namespace

extern const Routine choleskyRoutine = {"cholesky", 2, reach, run};

}  // namespace puregrad
