// Eigenvalues and vectors of symmetric matrices by a tridiagonal form and implicit QL, as src/core/kernel/eigh.ts has it.
#include "lanes.h"
#include "routines.h"

namespace puregrad {
namespace {

using namespace lanes;

constexpr double epsilon = 2.220446049250313e-16;
constexpr int mostSteps = 60;

struct Work {
  double *s, *vectors, *d, *e, *taus, *w, *p;
  int64_t *order;
  Work(Scratch &scratch, int64_t n)
      : s(scratch.take(n * n)),
        vectors(scratch.take(n * n)),
        d(scratch.take(n)),
        e(scratch.take(n)),
        taus(scratch.take(n)),
        w(scratch.take(n)),
        p(scratch.take(n)),
        order(scratch.take<int64_t>(n)) {}
};

void tridiagonalize(const Work &work, int64_t n) {
  auto [s, vectors, d, e, taus, w, p, order] = work;
  (void)order;
  for (int64_t k = 0; k < n; k++) e[k] = taus[k] = 0;
  for (int64_t k = 0; k < n - 1; k++) {
    int64_t rest = n - k - 1;
    double *at = s + k * n + k + 1;
    d[k] = s[k * n + k];
    double tau = taus[k] = reflector(at, rest);
    e[k] = at[0];
    if (tau == 0) continue;
    w[0] = 1;
    for (int64_t i = 1; i < rest; i++) w[i] = at[i];
    for (int64_t i = 0; i < rest; i++) p[i] = tau * dot(s + (k + 1 + i) * n + k + 1, w, rest);
    addMultiple(p, -0.5 * tau * dot(p, w, rest), w, rest);
    for (int64_t i = 0; i < rest; i++) {
      double *row = s + (k + 1 + i) * n + k + 1;
      double wi = w[i], pi = p[i];
      int64_t j = 0;
      for (; j + 4 <= rest; j += 4) store(row + j, load(row + j) - (wi * load(p + j) + pi * load(w + j)));
      for (; j < rest; j++) row[j] -= wi * p[j] + pi * w[j];
    }
  }
  if (n > 0) d[n - 1] = s[n * n - 1];
  for (int64_t i = 0; i < n * n; i++) vectors[i] = 0;
  for (int64_t k = 0; k < n; k++) vectors[k * n + k] = 1;
  for (int64_t k = n - 2; k >= 0; k--)
    for (int64_t j = k + 1; j < n; j++) reflect(s + k * n + k + 1, taus[k], vectors + j * n + k + 1, n - k - 1);
}

double stepQL(double *d, double *e, double *vectors, int64_t n, int64_t l, int64_t m) {
  double g = d[l], q = (d[l + 1] - g) / (2 * e[l]), length = squareRoot(q * q + 1);
  double slope = q < 0 ? q - length : q + length;
  d[l] = e[l] / slope;
  double next = e[l] * slope;
  d[l + 1] = next;
  double shift = g - d[l];
  for (int64_t i = l + 2; i < n; i++) d[i] -= shift;
  double p = d[m], second = e[l + 1], c = 1, c2 = 1, c3 = 1, s = 0, s2 = 0;
  for (int64_t i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    double x = c * e[i], h = c * p, r = squareRoot(p * p + e[i] * e[i]);
    e[i + 1] = s * r;
    s = e[i] / r;
    c = p / r;
    p = c * d[i] - s * x;
    d[i + 1] = h + s * (c * x + s * d[i]);
    rotate(vectors + i * n, vectors + (i + 1) * n, c, s, n);
  }
  p = -s * s2 * c3 * second * e[l] / next;
  e[l] = s * p;
  d[l] = c * p;
  return shift;
}

bool diagonalize(double *d, double *e, double *vectors, int64_t n) {
  double shift = 0, size = 0;
  for (int64_t l = 0; l < n; l++) {
    double here = sizeOf(d[l]) + sizeOf(e[l]);
    if (here > size) size = here;
    double small = epsilon * size;
    int64_t m = l;
    while (m < n - 1 && sizeOf(e[m]) > small) m++;
    for (int step = 0; m > l && sizeOf(e[l]) > small; step++) {
      if (step == mostSteps) return false;
      shift += stepQL(d, e, vectors, n, l, m);
    }
    d[l] += shift;
    e[l] = 0;
  }
  return true;
}

template <class T>
void factorize(int64_t n, const Work &work, const T *a, T *out) {
  double most = largestOf(a, n * n), unit = unitOf(most);
  bool found = most == most;
  if (found) {
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j <= i; j++)
        work.s[i * n + j] = work.s[j * n + i] =
            (static_cast<double>(a[i * n + j]) * unit + static_cast<double>(a[j * n + i]) * unit) / 2;
    tridiagonalize(work, n);
    found = diagonalize(work.d, work.e, work.vectors, n);
  }
  if (!found) {
    for (int64_t i = 0; i < (n + 1) * n; i++) out[i] = static_cast<T>(__builtin_nan(""));
    return;
  }
  const double *values = work.d;
  sortPlaces(work.order, n, [values](int64_t i, int64_t j) { return values[i] < values[j]; });
  for (int64_t k = 0; k < n; k++) {
    const double *vector = work.vectors + work.order[k] * n;
    double sign = pointsBack(vector, n) ? -1 : 1;
    out[k] = static_cast<T>(values[work.order[k]] / unit);
    for (int64_t i = 0; i < n; i++) out[(i + 1) * n + k] = static_cast<T>(sign * vector[i]);
  }
}

template <class T>
void factorizeAll(const RoutineCall &call) {
  int64_t batch = call.sizes[0], n = call.sizes[1];
  Scratch scratch(call.scratch[0]);
  Work work(scratch, n);
  for (int64_t b = 0; b < batch; b++)
    factorize(n, work, static_cast<const T *>(call.reads[0]) + b * n * n, static_cast<T *>(call.out) + b * (n + 1) * n);
}

bool reach(DType, const int64_t *sizes, RoutineReach &arrays) {
  int64_t batch = sizes[0], n = sizes[1];
  arrays.arrays = 1;
  arrays.reads[0] = elementsOf(batch, n, n);
  arrays.writes = elementsOf(batch, n + 1, n);
  if (elementsOf(n + 1, n) < 0) return false;
  Scratch scratch(nullptr);
  Work(scratch, n);
  arrays.scratchBytes = scratch.used();
  double size = static_cast<double>(n);
  arrays.cost = 3 * static_cast<double>(batch) * size * size * size;
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) factorizeAll<float>(call);
  else factorizeAll<double>(call);
}

}  // namespace

extern const Routine eighRoutine = {"eigh", 2, reach, run};

}  // namespace puregrad
