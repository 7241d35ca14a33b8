// A = U·diag(s)·V' by reflections and one-sided Jacobi rotations, as src/core/kernel/svd.ts has it.
#include "lanes.h"
#include "routines.h"

namespace puregrad {
namespace {

using namespace lanes;

constexpr double epsilon = 2.220446049250313e-16, negligible = 1e-250;
constexpr int mostSweeps = 60;

struct Shape {
  int64_t batch, m, n, values, lefts, rights, width, tall, flat;
};

Shape shapeOf(const int64_t *sizes) {
  int64_t m = sizes[1], n = sizes[2], values = m < n ? m : n;
  int64_t lefts = sizes[3] != 0 ? m : values, rights = sizes[3] != 0 ? n : values;
  return {sizes[0], m, n, values, lefts, rights, lefts > rights ? lefts : rights, m < n ? n : m, values};
}

struct Work {
  double *columns, *taus, *r, *turned, *squares, *values, *left, *right, *spare, *spareTaus;
  int64_t *order;
  Work(Scratch &scratch, const Shape &s)
      : columns(scratch.take(s.tall * s.flat)),
        taus(scratch.take(s.flat)),
        r(scratch.take(s.flat * s.flat)),
        turned(scratch.take(s.flat * s.flat)),
        squares(scratch.take(s.flat)),
        values(scratch.take(s.flat)),
        left(scratch.take(s.tall * (s.m < s.n ? s.rights : s.lefts))),
        right(scratch.take(s.flat * s.flat)),
        spare(scratch.take(s.tall * s.flat)),
        spareTaus(scratch.take(s.flat)),
        order(scratch.take<int64_t>(s.flat)) {}
};

void orthogonalize(double *x, double *turned, double *squares, int64_t n) {
  double tolerance = epsilon * squareRoot(static_cast<double>(n));
  bool rotated = true;
  for (int sweep = 0; rotated && sweep < mostSweeps; sweep++) {
    rotated = false;
    for (int64_t p = 0; p < n; p++) squares[p] = dot(x + p * n, x + p * n, n);
    for (int64_t p = 0; p < n - 1; p++)
      for (int64_t q = p + 1; q < n; q++) {
        double a = squares[p], b = squares[q];
        if (a < negligible || b < negligible) continue;
        double product = dot(x + p * n, x + q * n, n);
        if (sizeOf(product) <= tolerance * squareRoot(a) * squareRoot(b)) continue;
        rotated = true;
        double theta = (a - b) / (2 * product);
        double t = (theta < 0 ? -1 : 1) / (sizeOf(theta) + squareRoot(1 + theta * theta));
        double c = 1 / squareRoot(1 + t * t), s = c * t;
        rotate(x + p * n, x + q * n, c, -s, n);
        rotate(turned + p * n, turned + q * n, c, -s, n);
        squares[p] = a + t * product;
        squares[q] = b - t * product;
        if (!(squares[p] > 0.5 * a)) squares[p] = dot(x + p * n, x + p * n, n);
        if (!(squares[q] > 0.5 * b)) squares[q] = dot(x + q * n, x + q * n, n);
      }
  }
  for (int64_t p = 0; p < n; p++) squares[p] = dot(x + p * n, x + p * n, n);
}

void decompose(const Work &work, int64_t tall, int64_t flat, int64_t lefts) {
  triangularize(work.columns, work.taus, tall, flat);
  for (int64_t i = 0; i < flat * flat; i++) work.r[i] = work.turned[i] = 0;
  for (int64_t i = 0; i < flat; i++) {
    work.turned[i * flat + i] = 1;
    for (int64_t j = i; j < flat; j++) work.r[i * flat + j] = work.columns[j * tall + i];
  }
  double *squares = work.squares;
  orthogonalize(work.r, work.turned, squares, flat);
  sortPlaces(work.order, flat, [squares](int64_t i, int64_t j) { return squares[i] > squares[j]; });
  int64_t rank = 0;
  for (int64_t k = 0; k < flat; k++) {
    int64_t from = work.order[k];
    const double *turned = work.turned + from * flat;
    double *left = work.left + k * tall;
    double stretch = squareRoot(dot(turned, turned, flat));
    for (int64_t j = 0; j < flat; j++) left[j] = turned[j] / stretch;
    for (int64_t j = flat; j < tall; j++) left[j] = 0;
    applyReflections(work.columns, work.taus, flat, tall, left);
    work.values[k] = 0;
    if (squares[from] < negligible) continue;
    double length = squareRoot(squares[from]);
    work.values[k] = length / stretch;
    rank = k + 1;
    for (int64_t j = 0; j < flat; j++) work.right[k * flat + j] = work.r[from * flat + j] / length;
  }
  complete(work.right, flat, rank, flat, work.spare, work.spareTaus);
  complete(work.left, tall, flat, lefts, work.spare, work.spareTaus);
}

template <class T>
void factorize(const Shape &s, const Work &work, const T *a, T *out) {
  int64_t m = s.m, n = s.n, all = (m + 1 + n) * s.width;
  bool wide = m < n;
  double most = largestOf(a, m * n), unit = unitOf(most);
  for (int64_t i = 0; i < all; i++) out[i] = static_cast<T>(most == most ? 0 : most);
  if (most != most) return;
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++)
      work.columns[wide ? i * n + j : j * m + i] = static_cast<double>(a[i * n + j]) * unit;
  decompose(work, s.tall, s.flat, wide ? s.rights : s.lefts);
  const double *u = wide ? work.right : work.left, *v = wide ? work.left : work.right;
  T *values = out + m * s.width, *rows = values + s.width;
  for (int64_t k = 0; k < s.lefts; k++) {
    double sign = pointsBack(u + k * m, m) ? -1 : 1;
    for (int64_t i = 0; i < m; i++) out[i * s.width + k] = static_cast<T>(sign * u[k * m + i]);
    if (k >= s.values) continue;
    values[k] = static_cast<T>(work.values[k] / unit);
    for (int64_t j = 0; j < n; j++) rows[j * s.width + k] = static_cast<T>(sign * v[k * n + j]);
  }
  for (int64_t k = s.values; k < s.rights; k++) {
    double sign = pointsBack(v + k * n, n) ? -1 : 1;
    for (int64_t j = 0; j < n; j++) rows[j * s.width + k] = static_cast<T>(sign * v[k * n + j]);
  }
}

template <class T>
void factorizeAll(const RoutineCall &call) {
  Shape s = shapeOf(call.sizes);
  Scratch scratch(call.scratch[0]);
  Work work(scratch, s);
  for (int64_t b = 0; b < s.batch; b++)
    factorize(s, work, static_cast<const T *>(call.reads[0]) + b * s.m * s.n,
              static_cast<T *>(call.out) + b * (s.m + 1 + s.n) * s.width);
}

bool reach(DType, const int64_t *sizes, RoutineReach &arrays) {
  if (sizes[3] > 1) return false;
  Shape s = shapeOf(sizes);
  arrays.arrays = 1;
  arrays.reads[0] = elementsOf(s.batch, s.m, s.n);
  arrays.writes = elementsOf(s.batch, s.m + 1 + s.n, s.width);
  if (elementsOf(s.tall, s.tall) < 0 || elementsOf(s.m + 1 + s.n, s.width) < 0) return false;
  Scratch scratch(nullptr);
  Work(scratch, s);
  arrays.scratchBytes = scratch.used();
  double k = static_cast<double>(s.flat);
  arrays.cost = static_cast<double>(s.batch) * k * k * (static_cast<double>(s.tall) + 25 * k);
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) factorizeAll<float>(call);
  else factorizeAll<double>(call);
}

}  // namespace

extern const Routine svdRoutine = {"svd", 4, reach, run};

}  // namespace puregrad
