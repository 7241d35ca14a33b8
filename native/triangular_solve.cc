// X of op(T)·X = B with a triangle T of A; NaN where its diagonal has a zero.
#include "matrices.h"

namespace puregrad {
namespace {

template <class T>
void solveOne(const RoutineCall &call, int64_t matrix, T *scratch, int threads) {
  const int64_t n = call.sizes[1], m = call.sizes[2];
  const bool lower = call.sizes[3] == 1, transposed = call.sizes[4] == 1, unit = call.sizes[5] == 1;
  const T *const a = static_cast<const T *>(call.reads[0]) + matrix * n * n;
  const T *const b = static_cast<const T *>(call.reads[1]) + matrix * n * m;
  T *const x = static_cast<T *>(call.out) + matrix * n * m;
  if (!unit && hasZero(n, a, n + 1)) return fill(x, n * m, __builtin_nan(""));
  copy(x, b, n * m);
  const Triangle<T> triangle{a, transposed ? 1 : n, transposed ? n : 1, lower != transposed, unit};
  if (call.reproducible) substituteReproducibly(n, m, triangle, x, reinterpret_cast<double *>(scratch));
  else substitute(n, m, triangle, x, scratch, threads);
}

bool reach(DType dtype, const int64_t *sizes, RoutineReach &arrays) {
  const double n = static_cast<double>(sizes[1]), m = static_cast<double>(sizes[2]);
  arrays.arrays = 2;
  arrays.reads[0] = elementsOf(sizes[0], sizes[1], sizes[1]);
  arrays.writes = arrays.reads[1] = elementsOf(sizes[0], sizes[1], sizes[2]);
  arrays.scratchBytes = scratchBytes(sizes[0], elementsOf(blockRows + 1, sizes[2]), 8);
  arrays.cost = static_cast<double>(sizes[0]) * n * (n / 30 + 1) * m * (dtype == F32 ? 1 : 2);
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) forEachMatrix<float, solveOne<float>>(call);
  else forEachMatrix<double, solveOne<double>>(call);
}

}  // namespace

extern const Routine triangularSolveRoutine = {"triangularSolve", 6, reach, run};

}  // namespace puregrad
