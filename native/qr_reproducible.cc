// A = Q·R by reflections: Q over R, as src/core/kernel/qr.ts has it.
#include "lanes.h"
#include "routines.h"

namespace puregrad {
namespace {

using namespace lanes;

struct Shape {
  int64_t batch, m, n, q, width;
};

Shape shapeOf(const int64_t *sizes) {
  int64_t m = sizes[1], n = sizes[2], q = sizes[3] != 0 || m < n ? m : n;
  return {sizes[0], m, n, q, n > q ? n : q};
}

struct Work {
  double *columns, *taus, *vector;
  Work(Scratch &scratch, const Shape &s)
      : columns(scratch.take(elementsOf(s.m, s.n))), taus(scratch.take(s.n)), vector(scratch.take(s.m)) {}
};

template <class T>
void factorize(const Shape &s, const Work &work, const T *a, T *out) {
  int64_t m = s.m, n = s.n, count = m < n ? m : n;
  for (int64_t i = 0; i < (m + s.q) * s.width; i++) out[i] = 0;
  double most = largestOf(a, m * n);
  if (most != most) {
    for (int64_t i = 0; i < (m + s.q) * s.width; i++) out[i] = static_cast<T>(most);
    return;
  }
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++) work.columns[j * m + i] = static_cast<double>(a[i * n + j]);
  triangularize(work.columns, work.taus, m, n);
  for (int64_t k = 0; k < s.q; k++) {
    double sign = k < count && work.columns[k * m + k] < 0 ? -1 : 1;
    for (int64_t i = 0; i < m; i++) work.vector[i] = 0;
    work.vector[k] = sign;
    applyReflections(work.columns, work.taus, count, m, work.vector);
    for (int64_t i = 0; i < m; i++) out[i * s.width + k] = static_cast<T>(work.vector[i]);
    T *row = out + (m + k) * s.width;
    for (int64_t j = k; j < n; j++) row[j] = static_cast<T>(sign * work.columns[j * m + k]);
  }
}

template <class T>
void factorizeAll(const RoutineCall &call) {
  Shape s = shapeOf(call.sizes);
  Scratch scratch(call.scratch[0]);
  Work work(scratch, s);
  for (int64_t b = 0; b < s.batch; b++)
    factorize(s, work, static_cast<const T *>(call.reads[0]) + b * s.m * s.n,
              static_cast<T *>(call.out) + b * (s.m + s.q) * s.width);
}

bool reach(DType, const int64_t *sizes, RoutineReach &arrays) {
  if (sizes[3] > 1) return false;
  Shape s = shapeOf(sizes);
  arrays.arrays = 1;
  arrays.reads[0] = elementsOf(s.batch, s.m, s.n);
  arrays.writes = elementsOf(s.batch, s.m + s.q, s.width);
  if (elementsOf(s.m, s.n) < 0 || elementsOf(s.m + s.q, s.width) < 0) return false;
  Scratch scratch(nullptr);
  Work(scratch, s);
  arrays.scratchBytes = scratch.used();
  double k = static_cast<double>(s.m < s.n ? s.m : s.n);
  arrays.cost = static_cast<double>(s.batch) * static_cast<double>(s.m) * k * static_cast<double>(s.width);
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) factorizeAll<float>(call);
  else factorizeAll<double>(call);
}

}  // namespace

extern const Routine qrRoutine = {"qr", 4, reach, run};

}  // namespace puregrad
