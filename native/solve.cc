// X of A·X = B or Aᵀ·X = B by the factors of A: n rows of L and U, then the order of the rows. NaN where a pivot is zero.
#include "matrices.h"

namespace puregrad {
namespace {

// Factors may be anything that a program reads: only an order of rows is followed.
template <class T>
bool areRows(int64_t n, const T *order) {
  for (int64_t i = 0; i < n; i++)
    if (!(order[i] >= 0 && order[i] < static_cast<T>(n) && static_cast<T>(static_cast<int64_t>(order[i])) == order[i]))
      return false;
  return true;
}

template <class T>
void substituteBoth(int64_t n, int64_t m, const Triangle<T> &first, const Triangle<T> &second, T *x, T *scratch, int threads,
                    bool reproducible) {
  const Triangle<T> *const triangles[] = {&first, &second};
  for (const Triangle<T> *triangle : triangles) {
    if (reproducible) substituteReproducibly(n, m, *triangle, x, reinterpret_cast<double *>(scratch));
    else substitute(n, m, *triangle, x, scratch, threads);
  }
}

template <class T>
void solveOne(const RoutineCall &call, int64_t matrix, T *scratch, int threads) {
  const int64_t n = call.sizes[1], m = call.sizes[2];
  const T *const factors = static_cast<const T *>(call.reads[1]) + matrix * n * (n + 1), *const order = factors + n * n;
  const T *const b = static_cast<const T *>(call.reads[2]) + matrix * n * m;
  T *const x = static_cast<T *>(call.out) + matrix * n * m;
  if (hasZero(n, factors, n + 1) || !areRows(n, order)) return fill(x, n * m, __builtin_nan(""));
  if (call.sizes[3] == 1) {
    T *const rows = scratch;
    copy(rows, b, n * m);
    const Triangle<T> upper{factors, 1, n, true, false}, lower{factors, 1, n, false, true};
    substituteBoth(n, m, upper, lower, rows, scratch + n * m + n * m % 2, threads, call.reproducible);
    for (int64_t i = 0; i < n; i++) copy(x + static_cast<int64_t>(order[i]) * m, rows + i * m, m);
  } else {
    for (int64_t i = 0; i < n; i++) copy(x + i * m, b + static_cast<int64_t>(order[i]) * m, m);
    const Triangle<T> lower{factors, n, 1, true, true}, upper{factors, n, 1, false, false};
    substituteBoth(n, m, lower, upper, x, scratch, threads, call.reproducible);
  }
}

bool reach(DType dtype, const int64_t *sizes, RoutineReach &arrays) {
  const double n = static_cast<double>(sizes[1]), m = static_cast<double>(sizes[2]);
  const int64_t each = elementsOf(sizes[1] + blockRows + 1, sizes[2] + 1);
  arrays.arrays = 3;
  arrays.reads[0] = elementsOf(sizes[0], sizes[1], sizes[1]);
  arrays.reads[1] = elementsOf(sizes[0], sizes[1], sizes[1] + 1);
  arrays.writes = arrays.reads[2] = elementsOf(sizes[0], sizes[1], sizes[2]);
  arrays.scratchBytes = scratchBytes(sizes[0], each, 8);
  arrays.cost = static_cast<double>(sizes[0]) * n * (n / 15 + 1) * m * (dtype == F32 ? 1 : 2);
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) forEachMatrix<float, solveOne<float>>(call);
  else forEachMatrix<double, solveOne<double>>(call);
}

}  // namespace

extern const Routine solveRoutine = {"solve", 4, reach, run};

}  // namespace puregrad
