// Sums and updates of vectors in double precision, in one stated order: src/core/kernel/lanes.ts and reflectors.ts are the
// same, line for line, so that decompositions have the same bytes on every executor. To be compiled without contraction.
#pragma once
#include <cstdint>
#include <cstring>

#if defined(__GNUC__) && !defined(__clang__)
// Vectors are never passed between files.
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

namespace puregrad {
namespace lanes {

typedef double Four __attribute__((vector_size(32)));

inline Four load(const double *from) {
  Four x;
  memcpy(&x, from, sizeof x);
  return x;
}

inline void store(double *to, const Four &x) { memcpy(to, &x, sizeof x); }

inline double squareRoot(double x) { return __builtin_sqrt(x); }
inline double sizeOf(double x) { return __builtin_fabs(x); }

// The sum of a[i]·b[i]: element i goes to lane i mod 4, and the lanes are added in pairs.
inline double dot(const double *a, const double *b, int64_t length) {
  Four sum = {0, 0, 0, 0};
  int64_t i = 0;
  for (; i + 4 <= length; i += 4) sum += load(a + i) * load(b + i);
  for (int lane = 0; i < length; i++, lane++) sum[lane] += a[i] * b[i];
  return sum[0] + sum[1] + (sum[2] + sum[3]);
}

// y += c·x
inline void addMultiple(double *y, double c, const double *x, int64_t length) {
  int64_t i = 0;
  for (; i + 4 <= length; i += 4) store(y + i, load(y + i) + c * load(x + i));
  for (; i < length; i++) y[i] += c * x[i];
}

// (x, y) becomes (c·x - s·y, s·x + c·y).
inline void rotate(double *x, double *y, double c, double s, int64_t length) {
  int64_t i = 0;
  for (; i + 4 <= length; i += 4) {
    Four u = load(x + i), v = load(y + i);
    store(x + i, c * u - s * v);
    store(y + i, s * u + c * v);
  }
  for (; i < length; i++) {
    double u = x[i], v = y[i];
    x[i] = c * u - s * v;
    y[i] = s * u + c * v;
  }
}

// The largest magnitude; NaN where one is not finite.
template <class T>
double largestOf(const T *a, int64_t length) {
  double most = 0;
  for (int64_t i = 0; i < length; i++) {
    double size = sizeOf(static_cast<double>(a[i]));
    if (!(size < __builtin_inf())) return __builtin_nan("");
    if (size > most) most = size;
  }
  return most;
}

// The power of two by which numbers up to `most` come to lie below 2, as far as 2^±1000.
inline double unitOf(double most) {
  if (most == 0) return 1;
  uint64_t bits;
  memcpy(&bits, &most, sizeof bits);
  int64_t exponent = static_cast<int64_t>((bits >> 52) & 0x7ff) - 1023;
  exponent = exponent < -1000 ? -1000 : exponent > 1000 ? 1000 : exponent;
  bits = static_cast<uint64_t>(1023 - exponent) << 52;
  double unit;
  memcpy(&unit, &bits, sizeof unit);
  return unit;
}

// Whether the first of the components that are largest, to within 10^-6, is negative.
inline bool pointsBack(const double *v, int64_t length) {
  double most = 0;
  for (int64_t i = 0; i < length; i++)
    if (sizeOf(v[i]) > most) most = sizeOf(v[i]);
  for (int64_t i = 0; i < length; i++)
    if (sizeOf(v[i]) >= most * 0.999999) return v[i] < 0;
  return false;
}

// Of a vector x: w in its place but for the first element, which becomes that of H·x; returns the factor of the reflection.
inline double reflector(double *x, int64_t length) {
  double most = largestOf(x, length);
  if (most == 0) return 0;
  double unit = unitOf(most);
  for (int64_t i = 0; i < length; i++) x[i] *= unit;
  double first = x[0], norm = squareRoot(dot(x, x, length));
  double end = first < 0 ? norm : -norm, inverse = 1 / (first - end);
  for (int64_t i = 1; i < length; i++) x[i] *= inverse;
  x[0] = end / unit;
  return (end - first) / end;
}

// y becomes H·y, with w behind its 1 at w + 1.
inline void reflect(const double *w, double tau, double *y, int64_t length) {
  if (tau == 0) return;
  double c = -tau * (y[0] + dot(w + 1, y + 1, length - 1));
  y[0] += c;
  addMultiple(y + 1, c, w + 1, length - 1);
}

// Triangular form of `count` columns of `rows` elements.
inline void triangularize(double *columns, double *taus, int64_t rows, int64_t count) {
  for (int64_t j = 0; j < count && j < rows; j++) {
    double *at = columns + j * rows + j;
    taus[j] = reflector(at, rows - j);
    for (int64_t k = j + 1; k < count; k++) reflect(at, taus[j], columns + k * rows + j, rows - j);
  }
}

// The reflections, `reflections` of them, in the order that gives a column of Q for a unit vector.
inline void applyReflections(const double *columns, const double *taus, int64_t reflections, int64_t rows, double *y) {
  for (int64_t j = reflections - 1; j >= 0; j--) reflect(columns + j * rows + j, taus[j], y + j, rows - j);
}

// Fills rows `from` to `to` of `vectors` so that they are orthonormal to each other and to the orthonormal ones before
// them; `columns` and `taus` are working memory for `from` rows.
inline void complete(double *vectors, int64_t length, int64_t from, int64_t to, double *columns, double *taus) {
  if (from >= to) return;
  memcpy(columns, vectors, static_cast<size_t>(from * length) * sizeof(double));
  triangularize(columns, taus, length, from);
  for (int64_t k = from; k < to; k++) {
    double *row = vectors + k * length;
    for (int64_t i = 0; i < length; i++) row[i] = 0;
    row[k] = 1;
    applyReflections(columns, taus, from, length, row);
  }
}

// The places of numbers in an order, equal ones as they stand: `before(i, j)` for strictly before.
template <class Before>
void sortPlaces(int64_t *order, int64_t n, Before before) {
  for (int64_t i = 0; i < n; i++) {
    int64_t j = i;
    for (; j > 0 && before(i, order[j - 1]); j--) order[j] = order[j - 1];
    order[j] = i;
  }
}

// Hands out parts of the working memory of a routine, or counts what it takes.
class Scratch {
 public:
  explicit Scratch(char *memory) : memory_(memory) {}
  template <class T = double>
  T *take(int64_t count) {
    T *found = reinterpret_cast<T *>(memory_ + used_);
    used_ += static_cast<double>(count) < 1e14 ? (count * 8 + 63) / 64 * 64 : int64_t{1} << 50;
    return found;
  }
  int64_t used() const { return used_; }

 private:
  char *memory_;
  int64_t used_ = 0;
};

}  // namespace lanes
}  // namespace puregrad
