// Discrete Fourier transforms in double precision, as src/core/kernel/fft.ts has them.
#include "lanes.h"
#include "portable_math.h"
#include "routines.h"

namespace puregrad {
namespace {

using namespace lanes;

constexpr int maximumFactors = 64;

struct Complex {
  double *re, *im;
};

Complex takeComplex(Scratch &scratch, int64_t n) {
  double *re = scratch.take(n);
  return {re, scratch.take(n)};
}

// e^(-2πik/n) for 0 <= k < n, from the angle within an octant.
void root(const Complex &to, int64_t at, int64_t k, int64_t n) {
  int64_t octant = 8 * k / n, rest = 8 * k - octant * n;
  double angle = static_cast<double>(octant % 2 == 0 ? rest : n - rest) * 0.7853981633974483 / static_cast<double>(n);
  double c = portable::cos(angle), s = portable::sin(angle);
  bool steep = octant % 4 == 1 || octant % 4 == 2;
  double x = steep ? s : c, y = steep ? c : s;
  to.re[at] = octant >= 2 && octant < 6 ? -x : x;
  to.im[at] = octant < 4 ? -y : y;
}

void fillRoots(const Complex &to, int64_t n) {
  int64_t known = n % 8 == 0 ? n / 8 : n % 4 == 0 ? n / 4 - 1 : n / 2;
  for (int64_t k = 0; k <= known; k++) root(to, k, k, n);
  if (n % 8 == 0)
    for (int64_t k = known + 1; k < n / 4; k++) {
      to.re[k] = -to.im[n / 4 - k];
      to.im[k] = -to.re[n / 4 - k];
    }
  if (n % 4 == 0)
    for (int64_t k = n / 4; k < n; k++) {
      to.re[k] = to.im[k - n / 4];
      to.im[k] = -to.re[k - n / 4];
    }
  else
    for (int64_t k = known + 1; k < n; k++) {
      to.re[k] = to.re[n - k];
      to.im[k] = -to.im[n - k];
    }
}

// A length that splits, its roots, and memory for one transform.
struct Plan {
  int64_t n;
  int count;
  int factors[maximumFactors];
  Complex roots, work;
};

// The factors of a length, fours first; false where one is above 13.
bool splits(int64_t n, Plan &plan) {
  plan.n = n;
  plan.count = 0;
  int64_t rest = n;
  const int known[] = {4, 2, 3, 5, 7, 11, 13};
  for (int factor : known)
    for (; rest % factor == 0 && rest > 1; rest /= factor) plan.factors[plan.count++] = factor;
  return rest <= 1;
}

int64_t chirpLength(int64_t n) {
  int64_t length = 1;
  while (length < 2 * n - 1) length *= 2;
  return length;
}

// a and b are complex vectors: to = a·b for the factor b = c + si of every one, or of each.
inline void multiply(double *re, double *im, int64_t at, double a, double b, double c, double s) {
  re[at] = a * c - b * s;
  im[at] = a * s + b * c;
}

inline void multiply(double *re, double *im, int64_t at, Four a, Four b, double c, double s) {
  store(re + at, a * c - b * s);
  store(im + at, a * s + b * c);
}

inline double fetch(const double *from, double) { return *from; }
inline Four fetch(const double *from, Four) { return load(from); }
inline void put(double *to, double x) { *to = x; }
inline void put(double *to, Four x) { store(to, x); }

template <class V>
void twoAt(const Complex &x, const Complex &y, int64_t a, int64_t part, int64_t to, int64_t stride, double c, double s) {
  V re0 = fetch(x.re + a, V()), im0 = fetch(x.im + a, V());
  V re1 = fetch(x.re + a + part, V()), im1 = fetch(x.im + a + part, V());
  put(y.re + to, re0 + re1);
  put(y.im + to, im0 + im1);
  multiply(y.re, y.im, to + stride, re0 - re1, im0 - im1, c, s);
}

void splitByTwo(const Plan &plan, int64_t length, int64_t stride, const Complex &x, const Complex &y) {
  int64_t m = length / 2, part = stride * m;
  for (int64_t p = 0; p < m; p++) {
    double c = plan.roots.re[p * stride], s = plan.roots.im[p * stride];
    int64_t q = 0;
    for (; q + 4 <= stride; q += 4) twoAt<Four>(x, y, q + stride * p, part, q + stride * 2 * p, stride, c, s);
    for (; q < stride; q++) twoAt<double>(x, y, q + stride * p, part, q + stride * 2 * p, stride, c, s);
  }
}

template <class V>
void fourAt(const Plan &plan, const Complex &x, const Complex &y, int64_t a, int64_t part, int64_t to, int64_t stride, int64_t turn) {
  V re0 = fetch(x.re + a, V()), im0 = fetch(x.im + a, V());
  V re1 = fetch(x.re + a + part, V()), im1 = fetch(x.im + a + part, V());
  V re2 = fetch(x.re + a + 2 * part, V()), im2 = fetch(x.im + a + 2 * part, V());
  V re3 = fetch(x.re + a + 3 * part, V()), im3 = fetch(x.im + a + 3 * part, V());
  V evenRe = re0 + re2, evenIm = im0 + im2, evenRe2 = re0 - re2, evenIm2 = im0 - im2;
  V oddRe = re1 + re3, oddIm = im1 + im3, oddRe2 = re1 - re3, oddIm2 = im1 - im3;
  const double *c = plan.roots.re, *s = plan.roots.im;
  put(y.re + to, evenRe + oddRe);
  put(y.im + to, evenIm + oddIm);
  multiply(y.re, y.im, to + stride, evenRe2 + oddIm2, evenIm2 - oddRe2, c[turn], s[turn]);
  multiply(y.re, y.im, to + 2 * stride, evenRe - oddRe, evenIm - oddIm, c[2 * turn], s[2 * turn]);
  multiply(y.re, y.im, to + 3 * stride, evenRe2 - oddIm2, evenIm2 + oddRe2, c[3 * turn], s[3 * turn]);
}

void splitByFour(const Plan &plan, int64_t length, int64_t stride, const Complex &x, const Complex &y) {
  int64_t m = length / 4, part = stride * m;
  for (int64_t p = 0; p < m; p++) {
    int64_t q = 0;
    for (; q + 4 <= stride; q += 4) fourAt<Four>(plan, x, y, q + stride * p, part, q + stride * 4 * p, stride, p * stride);
    for (; q < stride; q++) fourAt<double>(plan, x, y, q + stride * p, part, q + stride * 4 * p, stride, p * stride);
  }
}

template <class V>
void anyAt(const Plan &plan, int r, const Complex &x, const Complex &y, int64_t from, int64_t part, int64_t to, int64_t j, int64_t turn) {
  V re = fetch(x.re + from, V()), im = fetch(x.im + from, V());
  for (int64_t k = 1; k < r; k++) {
    int64_t at = j * k % r * (plan.n / r);
    double c = plan.roots.re[at], s = plan.roots.im[at];
    V a = fetch(x.re + from + k * part, V()), b = fetch(x.im + from + k * part, V());
    re += a * c - b * s;
    im += a * s + b * c;
  }
  multiply(y.re, y.im, to, re, im, plan.roots.re[turn], plan.roots.im[turn]);
}

void splitByAny(const Plan &plan, int r, int64_t length, int64_t stride, const Complex &x, const Complex &y) {
  int64_t m = length / r, part = stride * m;
  for (int64_t p = 0; p < m; p++)
    for (int64_t j = 0; j < r; j++) {
      int64_t to = stride * (r * p + j), turn = p * j * stride, q = 0;
      for (; q + 4 <= stride; q += 4) anyAt<Four>(plan, r, x, y, q + stride * p, part, q + to, j, turn);
      for (; q < stride; q++) anyAt<double>(plan, r, x, y, q + stride * p, part, q + to, j, turn);
    }
}

// The sum of x[j]·e^(-2πijk/n) in the place of x.
void transform(const Plan &plan, const Complex &x) {
  Complex from = x, to = plan.work;
  int64_t length = plan.n, stride = 1;
  for (int i = 0; i < plan.count; i++) {
    int r = plan.factors[i];
    if (r == 2) splitByTwo(plan, length, stride, from, to);
    else if (r == 4) splitByFour(plan, length, stride, from, to);
    else splitByAny(plan, r, length, stride, from, to);
    Complex other = from;
    from = to;
    to = other;
    length /= r;
    stride *= r;
  }
  if (from.re == x.re || from.re == x.im) return;
  memcpy(x.re, from.re, static_cast<size_t>(plan.n) * sizeof(double));
  memcpy(x.im, from.im, static_cast<size_t>(plan.n) * sizeof(double));
}

// Memory and tables for the transforms of one length: directly, or by a chirp in a length that splits.
struct Transform {
  int64_t n;
  bool direct;
  Plan plan;
  Complex numbers, chirp, spectrum, longer;
  Transform(Scratch &scratch, int64_t size) : n(size) {
    numbers = takeComplex(scratch, n);
    direct = splits(n, plan);
    if (!direct) {
      splits(chirpLength(n), plan);
      chirp = takeComplex(scratch, n);
      spectrum = takeComplex(scratch, plan.n);
      longer = takeComplex(scratch, plan.n);
    }
    plan.roots = takeComplex(scratch, plan.n);
    plan.work = takeComplex(scratch, plan.n);
  }
};

void prepare(const Transform &t) {
  fillRoots(t.plan.roots, t.plan.n);
  if (t.direct) return;
  int64_t n = t.n, length = t.plan.n;
  for (int64_t k = 0; k < length; k++) t.spectrum.re[k] = t.spectrum.im[k] = 0;
  int64_t square = 0;
  for (int64_t k = 0; k < n; k++) {
    root(t.chirp, k, square, 2 * n);
    t.spectrum.re[k] = t.chirp.re[k];
    t.spectrum.im[k] = -t.chirp.im[k];
    if (k > 0) {
      t.spectrum.re[length - k] = t.chirp.re[k];
      t.spectrum.im[length - k] = -t.chirp.im[k];
    }
    square = (square + 2 * k + 1) % (2 * n);
  }
  transform(t.plan, t.spectrum);
}

void apply(const Transform &t, const Complex &x) {
  if (t.direct) return transform(t.plan, x);
  int64_t n = t.n, length = t.plan.n;
  const Complex &l = t.longer;
  for (int64_t k = 0; k < n; k++) {
    l.re[k] = x.re[k] * t.chirp.re[k] - x.im[k] * t.chirp.im[k];
    l.im[k] = x.re[k] * t.chirp.im[k] + x.im[k] * t.chirp.re[k];
  }
  for (int64_t k = n; k < length; k++) l.re[k] = l.im[k] = 0;
  transform(t.plan, l);
  for (int64_t k = 0; k < length; k++) {
    double re = l.re[k], im = l.im[k];
    l.re[k] = re * t.spectrum.re[k] - im * t.spectrum.im[k];
    l.im[k] = re * t.spectrum.im[k] + im * t.spectrum.re[k];
  }
  transform(t.plan, {l.im, l.re});
  double size = static_cast<double>(length);
  for (int64_t k = 0; k < n; k++) {
    double re = l.re[k] / size, im = l.im[k] / size;
    x.re[k] = re * t.chirp.re[k] - im * t.chirp.im[k];
    x.im[k] = re * t.chirp.im[k] + im * t.chirp.re[k];
  }
}

template <class T>
void transformAll(const RoutineCall &call) {
  int64_t batch = call.sizes[0], n = call.sizes[1];
  if (batch == 0 || n == 0) return;
  Scratch scratch(call.scratch[0]);
  Transform t(scratch, n);
  prepare(t);
  // The inverse is the transform of what has real and imaginary parts exchanged.
  double *first = call.sizes[2] == 1 ? t.numbers.im : t.numbers.re;
  double *second = call.sizes[2] == 1 ? t.numbers.re : t.numbers.im;
  for (int64_t b = 0; b < batch; b++) {
    const T *from = static_cast<const T *>(call.reads[0]) + b * 2 * n;
    T *to = static_cast<T *>(call.out) + b * 2 * n;
    for (int64_t k = 0; k < n; k++) {
      first[k] = static_cast<double>(from[k]);
      second[k] = static_cast<double>(from[n + k]);
    }
    apply(t, t.numbers);
    for (int64_t k = 0; k < n; k++) {
      to[k] = static_cast<T>(first[k]);
      to[n + k] = static_cast<T>(second[k]);
    }
  }
}

bool reach(DType, const int64_t *sizes, RoutineReach &arrays) {
  int64_t batch = sizes[0], n = sizes[1];
  if (sizes[2] > 1) return false;
  arrays.arrays = 1;
  arrays.writes = arrays.reads[0] = elementsOf(batch, 2, n);
  Scratch scratch(nullptr);
  Transform t(scratch, n);
  arrays.scratchBytes = scratch.used();
  double perElement = 2;
  for (int64_t length = t.plan.n; length > 1; length /= 2) perElement += t.direct ? 1 : 2;
  arrays.cost = static_cast<double>(batch) * static_cast<double>(t.plan.n) * perElement;
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) transformAll<float>(call);
  else transformAll<double>(call);
}

}  // namespace

extern const Routine fftRoutine = {"fft", 3, reach, run};

}  // namespace puregrad
