// Checks every entry of every table of step kernels against plain scalar code, for blocks of 0 to 70 and of 1000
// elements, unaligned, in place, and measures the errors of the elementary functions in units in the last place.
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>
#include "../portable_math.h"
#include "../step_kernels.h"

using namespace puregrad;

namespace {

long checks = 0, failures = 0;

void check(bool holds, const char *format, ...) {
  checks++;
  if (holds) return;
  if (failures++ > 40) return;
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  printf("\n");
}

uint64_t state = 88172645463325252ull;
uint64_t randomWord() {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state * 2685821657736338717ull;
}
double uniform() { return static_cast<double>(randomWord() >> 11) * 0x1p-53; }
double between(double a, double b) { return a + (b - a) * uniform(); }

const char *const dtypeNames[] = {"f32", "f64", "i32", "u32", "bool"};

template <class T>
constexpr bool isReal = std::numeric_limits<T>::has_infinity;

template <class T>
std::vector<T> edges() {
  using Limits = std::numeric_limits<T>;
  if constexpr (isReal<T>) {
    const T inf = Limits::infinity();
    std::vector<T> e = {0, Limits::denorm_min(), Limits::min(), Limits::min() / 2, Limits::max(), inf, T(1), T(0.5),
                        T(1.5), T(2.5), T(3.5), T(2), T(3), T(1) + Limits::epsilon(), T(1) - Limits::epsilon() / 2,
                        T(88.7), T(88.8), T(89), T(103.9), T(104.1), T(709.7), T(709.8), T(745.1), T(745.2), T(87.4),
                        T(1e5), T(1e6), T(1e10), T(1e20), T(8388607.5), T(8388609), T(0.49999997), T(4503599627370497),
                        T(2147483647), T(2147483648.0), T(2147483649.0), T(4294967295.0), T(4294967296.0), T(1e-5),
                        T(1e-10), T(1e-20), T(1e-30), T(20), T(9), T(6), T(4), T(0.3465), T(0.3466)};
    const size_t half = e.size();
    for (size_t i = 0; i < half; i++) e.push_back(-e[i]);
    e.push_back(Limits::quiet_NaN());
    return e;
  } else if constexpr (sizeof(T) == 1) {
    return {0, 1};
  } else {
    return {0, 1, 2, 3, static_cast<T>(-1), Limits::max(), Limits::min(), static_cast<T>(Limits::max() - 1), 65536};
  }
}

// Every seventh element is an edge, so that edges meet each other and every lane.
template <class T>
T draw(const std::vector<T> &e) {
  if (randomWord() % 7 == 0) return e[randomWord() % e.size()];
  if constexpr (sizeof(T) == 1) return randomWord() & 1;
  else if constexpr (!isReal<T>) return static_cast<T>(randomWord() >> (randomWord() % 2 ? 32 : 60));
  else {
    switch (randomWord() % 4) {
      case 0:
        return static_cast<T>(between(-1, 1));
      case 1:
        return static_cast<T>(between(-40, 40));
      case 2:
        return static_cast<T>(std::round(between(-9, 9)));
      default:
        return static_cast<T>(std::ldexp(between(-1, 1), static_cast<int>(between(-40, 40))));
    }
  }
}
template <class T>
std::vector<T> block(size_t n) {
  const std::vector<T> e = edges<T>();
  std::vector<T> x(n);
  for (T &element : x) element = draw(e);
  return x;
}

// The distance of a result from the exact value in units in the last place of T; 0 for equal edge values.
template <class T>
double ulps(T got, long double exact) {
  const T nearest = static_cast<T>(exact);
  if (std::isnan(exact) || std::isnan(got)) return std::isnan(exact) && std::isnan(got) ? 0 : INFINITY;
  if (std::isinf(nearest) || std::isinf(got)) {
    if (got == nearest) return 0;
    // Next to the largest number.
    const T largest = std::numeric_limits<T>::max();
    return std::fabs(got) == largest || std::fabs(nearest) == largest ? 1 : INFINITY;
  }
  if (nearest == 0 && got == 0) return std::signbit(nearest) == std::signbit(got) ? 0 : INFINITY;
  int exponent;
  std::frexp(nearest, &exponent);
  constexpr int digits = std::numeric_limits<T>::digits, least = std::numeric_limits<T>::min_exponent;
  const int e = nearest == 0 || exponent < least ? least : exponent;
  return static_cast<double>(std::fabs(static_cast<long double>(got) - exact) / std::ldexp(1.0L, e - digits));
}

using Reference1 = long double (*)(long double);
long double roundHalfEven(long double x) { return std::nearbyint(x); }
long double signOf(long double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
long double sigmoidOf(long double x) { return x >= 0 ? 1 / (1 + expl(-x)) : expl(x) / (1 + expl(x)); }
long double rsqrtOf(long double x) { return 1 / sqrtl(x); }
long double negOf(long double x) { return -x; }

struct Function {
  StepOp op;
  Reference1 of;
  // Admitted errors of floats and doubles.
  double ulps32, ulps64;
  // Where errors are measured.
  double from, to;
};
const Function functions[] = {
    {NEG, negOf, 0, 0, -1, 1},         {EXP, expl, 2, 3, -87, 88},          {LOG, logl, 2, 3, 1e-30, 1e30},
    {LOG1P, log1pl, 2, 3, -0.999, 10}, {EXPM1, expm1l, 2, 3, -20, 80},      {SQRT, sqrtl, 0.5, 0.5, 0, 1e10},
    {RSQRT, rsqrtOf, 2, 3, 0, 1e10},   {SIN, sinl, 2, 3, -1e5, 1e5},        {COS, cosl, 2, 3, -1e5, 1e5},
    {TANH, tanhl, 2, 3, -10, 10},      {SIGMOID, sigmoidOf, 2, 3, -50, 50}, {ERF, erfl, 2, 3, -5, 5},
    {ABS, fabsl, 0, 0, -1, 1},         {SIGN, signOf, 0, 0, -1, 1},         {FLOOR, floorl, 0, 0, -100, 100},
    {ROUND, roundHalfEven, 0, 0, -100, 100}};

long double powOf(long double x, long double y) {
  if (std::isnan(y) || (std::fabs(x) == 1 && std::isinf(y))) return NAN;
  return powl(x, y);
}

template <class T>
T minMax(bool max, T a, T b) {
  if constexpr (isReal<T>) {
    if (a != a || b != b) return std::numeric_limits<T>::quiet_NaN();
    if (a == b) return std::signbit(a) == max ? b : a;
  }
  return (a > b) == max ? a : b;
}

template <class T>
T integer(uint32_t x) {
  return static_cast<T>(x);
}

template <class T>
long double binaryOf(StepOp op, T a, T b) {
  if (op == MAX || op == MIN) return static_cast<long double>(minMax<T>(op == MAX, a, b));
  if (op == EQUAL) return a == b;
  if (op == LESS) return a < b;
  if (op == LESS_EQUAL) return a <= b;
  if constexpr (isReal<T>) {
    if (op == ADD) return static_cast<long double>(a + b);
    if (op == SUB) return static_cast<long double>(a - b);
    if (op == MUL) return static_cast<long double>(a * b);
    if (op == DIV) return static_cast<long double>(a / b);
    return powOf(a, b);
  } else {
    const uint32_t x = static_cast<uint32_t>(a), y = static_cast<uint32_t>(b);
    return integer<T>(op == ADD ? x + y : op == SUB ? x - y : x * y);
  }
}

template <class T>
bool same(T a, T b) {
  if constexpr (isReal<T>) return (a != a && b != b) || (a == b && std::signbit(a) == std::signbit(b));
  else return a == b;
}
template <class T>
bool near(T got, long double exact, double tolerance) {
  if constexpr (isReal<T>) return tolerance == 0 ? same(got, static_cast<T>(exact)) : ulps(got, exact) <= tolerance;
  else return got == static_cast<T>(exact);
}

constexpr uint8_t guard = 0xa5;
// Room for n elements at an odd address, with guards behind.
template <class T>
struct Room {
  std::vector<uint8_t> bytes;
  size_t n;
  explicit Room(size_t count) : bytes(count * sizeof(T) + 65, guard), n(count) {}
  void *data() { return bytes.data() + 1; }
  T at(size_t i) const {
    T x;
    memcpy(&x, bytes.data() + 1 + i * sizeof(T), sizeof(T));
    return x;
  }
  void fill(const T *from) {
    if (n) memcpy(data(), from, n * sizeof(T));
  }
  bool guarded() const {
    for (size_t i = n * sizeof(T) + 1; i < bytes.size(); i++)
      if (bytes[i] != guard) return false;
    return bytes[0] == guard;
  }
};

std::vector<size_t> sizes() {
  std::vector<size_t> s;
  for (size_t n = 0; n <= 70; n++) s.push_back(n);
  for (int i = 0; i < 20; i++) s.push_back(1000);
  return s;
}

struct Table {
  const char *name;
  const StepKernels &k;
  bool reproducible;
};

template <class T, class R, class Run, class Expected>
void checkBlocks(const char *table, const char *what, DType dtype, size_t n, double tolerance, Run run,
                 Expected expected) {
  Room<R> out(n);
  run(out.data());
  bool fits = true;
  for (size_t i = 0; i < n; i++) {
    const long double e = expected(i);
    if (!near<R>(out.at(i), e, tolerance)) {
      check(false, "%s %s %s: n = %zu, element %zu: %.17g, expected %.17Lg", table, what, dtypeNames[dtype], n, i,
            static_cast<double>(out.at(i)), e);
      fits = false;
      break;
    }
  }
  if (fits) check(true, "");
  check(out.guarded(), "%s %s %s: n = %zu writes beyond its block", table, what, dtypeNames[dtype], n);
}

template <class T>
void checkUnary(const Table &table, DType dtype) {
  for (const Function &f : functions) {
    Unary kernel = table.k.unary[f.op][dtype];
    const bool expected = isReal<T> || (sizeof(T) > 1 && (f.op == NEG || f.op == ABS || f.op == SIGN || f.op == FLOOR || f.op == ROUND));
    check((kernel != nullptr) == expected, "%s %s %s: present or absent", table.name, stepNames[f.op], dtypeNames[dtype]);
    if (kernel == nullptr) continue;
    const double tolerance = sizeof(T) == 8 ? f.ulps64 : f.ulps32;
    for (size_t n : sizes()) {
      const std::vector<T> x = block<T>(n);
      const auto of = [&](size_t i) -> long double {
        if constexpr (isReal<T>) return f.of(x[i]);
        else {
          const uint32_t bits = static_cast<uint32_t>(x[i]);
          const bool negative = x[i] < 0;
          if (f.op == NEG || (f.op == ABS && negative)) return integer<T>(0u - bits);
          if (f.op == SIGN) return negative ? -1 : x[i] > 0;
          return x[i];
        }
      };
      checkBlocks<T, T>(table.name, stepNames[f.op], dtype, n, tolerance,
                        [&](void *out) { kernel(out, x.data(), static_cast<int64_t>(n)); }, of);
      checkBlocks<T, T>(
          table.name, stepNames[f.op], dtype, n, tolerance,
          [&](void *out) {
            if (n) memcpy(out, x.data(), n * sizeof(T));
            kernel(out, out, static_cast<int64_t>(n));
          },
          of);
    }
  }
}

template <class T, class R>
void checkBinaryOp(const Table &table, DType dtype, StepOp op, double tolerance) {
  for (int scalars = 0; scalars < 3; scalars++) {
    Binary kernel = table.k.binary[op][dtype][scalars];
    check(kernel != nullptr, "%s %s %s: absent", table.name, stepNames[op], dtypeNames[dtype]);
    if (kernel == nullptr) continue;
    for (size_t n : sizes()) {
      const std::vector<T> a = block<T>(n + 1), b = block<T>(n + 1);
      const auto of = [&](size_t i) { return binaryOf<T>(op, a[scalars == 1 ? 0 : i], b[scalars == 2 ? 0 : i]); };
      const int64_t count = static_cast<int64_t>(n);
      checkBlocks<T, R>(table.name, stepNames[op], dtype, n, tolerance,
                        [&](void *out) { kernel(out, a.data(), b.data(), count); }, of);
      if (sizeof(T) == sizeof(R)) {
        if (scalars != 1)
          checkBlocks<T, R>(
              table.name, stepNames[op], dtype, n, tolerance,
              [&](void *out) {
                if (n) memcpy(out, a.data(), n * sizeof(T));
                kernel(out, n ? out : a.data(), b.data(), count);
              },
              of);
        if (scalars != 2)
          checkBlocks<T, R>(
              table.name, stepNames[op], dtype, n, tolerance,
              [&](void *out) {
                if (n) memcpy(out, b.data(), n * sizeof(T));
                kernel(out, a.data(), n ? out : b.data(), count);
              },
              of);
      }
    }
  }
}

template <class T>
void checkTernary(const Table &table, DType dtype) {
  for (int scalars = 0; scalars < 8; scalars++) {
    Ternary select = table.k.ternary[SELECT][dtype][scalars];
    Ternary mulAdd = table.k.ternary[MUL_ADD][dtype][scalars];
    check(select != nullptr, "%s select %s: absent", table.name, dtypeNames[dtype]);
    for (size_t n : sizes()) {
      const std::vector<uint8_t> c = block<uint8_t>(n + 1);
      const std::vector<T> a = block<T>(n + 1), b = block<T>(n + 1), d = block<T>(n + 1);
      const auto at = [&](const auto &v, int bit, size_t i) { return v[scalars >> bit & 1 ? 0 : i]; };
      const int64_t count = static_cast<int64_t>(n);
      const auto selected = [&](size_t i) {
        return static_cast<long double>(at(c, 0, i) ? at(a, 1, i) : at(b, 2, i));
      };
      checkBlocks<T, T>(table.name, "select", dtype, n, 0,
                        [&](void *out) { select(out, c.data(), a.data(), b.data(), count); }, selected);
      if (!(scalars & 2))
        checkBlocks<T, T>(
            table.name, "select", dtype, n, 0,
            [&](void *out) {
              if (n) memcpy(out, a.data(), n * sizeof(T));
              select(out, c.data(), n ? out : a.data(), b.data(), count);
            },
            selected);
      if (mulAdd == nullptr) continue;
      checkBlocks<T, T>(
          table.name, "mulAdd", dtype, n, 0, [&](void *out) { mulAdd(out, a.data(), b.data(), d.data(), count); },
          [&](size_t i) -> long double {
            const T x = at(a, 0, i), y = at(b, 1, i), z = at(d, 2, i);
            if constexpr (isReal<T>) {
              bool fused = !table.reproducible;
#if !defined(__aarch64__)
              fused = fused && strcmp(table.name, "generic") != 0;
#endif
              volatile T product = x * y;
              return fused ? std::fma(x, y, z) : product + z;
            } else {
              return integer<T>(static_cast<uint32_t>(x) * static_cast<uint32_t>(y) + static_cast<uint32_t>(z));
            }
          });
    }
  }
}

template <class To, class From>
void checkCast(const Table &table, DType to, DType from) {
  Unary kernel = table.k.cast[from][to];
  check(kernel != nullptr, "%s cast absent", table.name);
  for (size_t n : sizes()) {
    const std::vector<From> x = block<From>(n);
    checkBlocks<From, To>(
        table.name, "cast from", from, n, 0,
        [&](void *out) { kernel(out, x.data(), static_cast<int64_t>(n)); },
        [&](size_t i) -> long double {
          const long double v = static_cast<long double>(x[i]);
          if (sizeof(To) == 1) return x[i] != 0;
          if (isReal<To>) return static_cast<To>(x[i]);
          if (!std::isfinite(v)) return 0;
          const long double whole = truncl(v), modulus = 4294967296.0L;
          const uint32_t bits = static_cast<uint32_t>(static_cast<int64_t>(whole - modulus * floorl(whole / modulus)));
          return static_cast<To>(bits);
        });
  }
}

template <class T>
long double exactSum(const T *x, size_t n, size_t stride) {
  long double total = 0;
  for (size_t i = 0; i < n; i++) total += static_cast<long double>(x[i * stride]);
  return total;
}
template <class T>
bool sumFits(T got, const T *x, size_t n, size_t stride, T initial) {
  if constexpr (isReal<T>) {
    long double exact = exactSum(x, n, stride) + initial, size = std::fabs(initial);
    for (size_t i = 0; i < n; i++) size += std::fabs(x[i * stride]);
    if (!std::isfinite(static_cast<T>(exact)) || !std::isfinite(static_cast<T>(size)))
      return !std::isfinite(got) || std::isnan(exact) == std::isnan(got);
    // Sums of float32 are made in double or in blocks; of float64 in ascending order each of n − 1 additions may round by half a unit.
    const long double units = 8 + (sizeof(T) == 8 ? n / 2 : 0);
    return std::fabs(got - exact) <= size * std::numeric_limits<T>::epsilon() * units + std::numeric_limits<T>::denorm_min();
  } else {
    uint32_t total = static_cast<uint32_t>(initial);
    for (size_t i = 0; i < n; i++) total += static_cast<uint32_t>(x[i * stride]);
    return got == static_cast<T>(total);
  }
}

template <class T>
std::vector<T> moderate(size_t n) {
  std::vector<T> x = block<T>(n);
  if constexpr (isReal<T>)
    for (T &e : x)
      if (!(std::fabs(e) < 1e6)) e = static_cast<T>(between(-1, 1));
  return x;
}

template <class T>
void checkReductions(const Table &table, DType dtype) {
  const StepKernels &k = table.k;
  for (size_t columns : {0u, 1u, 2u, 3u, 5u, 7u, 8u, 10u, 15u, 16u, 17u, 31u, 33u, 63u, 64u, 65u, 100u, 129u, 1000u, 3000u})
    for (size_t rows : {0u, 1u, 2u, 5u, 17u, 600u}) {
      if (rows * columns > 100000) continue;
      const int64_t r = static_cast<int64_t>(rows), c = static_cast<int64_t>(columns);
      const std::vector<T> wild = block<T>(rows * (columns + 3) + 1);
      const std::vector<T> x = moderate<T>(rows * (columns + 3) + 1);
      const T least = isReal<T> ? static_cast<T>(-INFINITY) : std::numeric_limits<T>::min();
      if (k.rowSum[dtype] != nullptr) {
        Room<T> out(rows);
        k.rowSum[dtype](out.data(), x.data(), r, c);
        for (size_t i = 0; i < rows; i++)
          check(sumFits<T>(out.at(i), x.data() + i * columns, columns, 1, 0), "%s rowSum %s %zu %zu: %g", table.name,
                dtypeNames[dtype], rows, columns, static_cast<double>(out.at(i)));
        check(out.guarded(), "%s rowSum %s guards", table.name, dtypeNames[dtype]);
        Room<T> acc(columns);
        const std::vector<T> initial = moderate<T>(columns);
        acc.fill(initial.data());
        k.columnSum[dtype](acc.data(), x.data(), r, c, c + 3);
        for (size_t i = 0; i < columns; i++)
          check(sumFits<T>(acc.at(i), x.data() + i, rows, columns + 3, initial[i]), "%s columnSum %s %zu %zu",
                table.name, dtypeNames[dtype], rows, columns);
        check(acc.guarded(), "%s columnSum %s guards", table.name, dtypeNames[dtype]);
      }
      if constexpr (isReal<T>) {
        const double total = k.blockSum[dtype](x.data(), c * r);
        check(sumFits<T>(static_cast<T>(total), x.data(), rows * columns, 1, 0), "%s blockSum %s %zu", table.name,
              dtypeNames[dtype], rows * columns);
      }
      Room<T> out(rows);
      k.rowMax[dtype](out.data(), wild.data(), r, c);
      for (size_t i = 0; i < rows; i++) {
        T largest = least;
        for (size_t j = 0; j < columns; j++) largest = minMax<T>(true, largest, wild[i * columns + j]);
        check(same(out.at(i), largest), "%s rowMax %s %zu %zu: %g %g", table.name, dtypeNames[dtype], rows, columns,
              static_cast<double>(out.at(i)), static_cast<double>(largest));
      }
      check(out.guarded(), "%s rowMax %s guards", table.name, dtypeNames[dtype]);
      Room<T> acc(columns);
      const std::vector<T> initial = block<T>(columns);
      acc.fill(initial.data());
      k.columnMax[dtype](acc.data(), wild.data(), r, c, c + 3);
      for (size_t j = 0; j < columns; j++) {
        T largest = initial[j];
        for (size_t i = 0; i < rows; i++) largest = minMax<T>(true, largest, wild[i * (columns + 3) + j]);
        check(same(acc.at(j), largest), "%s columnMax %s %zu %zu", table.name, dtypeNames[dtype], rows, columns);
      }
      check(acc.guarded(), "%s columnMax %s guards", table.name, dtypeNames[dtype]);
    }
}

template <class T>
void checkMovement(const Table &table, DType dtype) {
  const StepKernels &k = table.k;
  for (size_t n : sizes()) {
    const int64_t count = static_cast<int64_t>(n);
    const std::vector<T> x = block<T>(4 * n + 4);
    for (int64_t stride : {0, 1, 2, 3, -1, -2}) {
      const size_t start = stride < 0 ? 4 * n : 0;
      const auto at = [&](size_t i) { return x[static_cast<size_t>(static_cast<int64_t>(start) + static_cast<int64_t>(i) * stride)]; };
      checkBlocks<T, T>(table.name, "gatherStrided", dtype, n, 0,
                        [&](void *out) { k.gatherStrided[dtype](out, x.data() + start, count, stride); },
                        [&](size_t i) { return static_cast<long double>(at(i)); });
      if (stride < 1 || n == 0) continue;
      const size_t s = static_cast<size_t>(stride);
      checkBlocks<T, T>(
          table.name, "scatterStrided", dtype, n * s, 0,
          [&](void *out) {
            memset(out, 0, n * s * sizeof(T));
            k.scatterStrided[dtype](out, stride, x.data(), count);
          },
          [&](size_t i) { return static_cast<long double>(i % s == 0 ? x[i / s] : T(0)); });
    }
    for (size_t rows : {1u, 3u, 17u, 40u}) {
      const std::vector<T> y = block<T>(rows * (n + 2) * 2 + 8);
      const int64_t r = static_cast<int64_t>(rows);
      checkBlocks<T, T>(table.name, "expandRows", dtype, n * rows, 0,
                        [&](void *out) { k.expandRows[dtype](out, y.data(), r, count); },
                        [&](size_t i) { return static_cast<long double>(y[i / n]); });
      const struct {
        int64_t row, column;
      } strides[] = {{count, 1}, {count + 1, 1}, {1, r}, {1, r + 1}, {0, 1}, {2, 2 * r}, {1, 0}, {count * 2, 2}};
      for (const auto &s : strides)
        checkBlocks<T, T>(
            table.name, "gatherMatrix", dtype, n * rows, 0,
            [&](void *out) { k.gatherMatrix[dtype](out, y.data(), r, count, s.row, s.column); },
            [&](size_t i) {
              return static_cast<long double>(y[(i / n) * static_cast<size_t>(s.row) + (i % n) * static_cast<size_t>(s.column)]);
            });
    }
  }
}

template <class T>
void checkType(const Table &table, DType dtype) {
  checkUnary<T>(table, dtype);
  if constexpr (isReal<T>) {
    checkBinaryOp<T, T>(table, dtype, DIV, 0);
    checkBinaryOp<T, T>(table, dtype, POW, 4);
  }
  if constexpr (sizeof(T) > 1)
    for (StepOp op : {ADD, SUB, MUL}) checkBinaryOp<T, T>(table, dtype, op, 0);
  for (StepOp op : {MAX, MIN}) checkBinaryOp<T, T>(table, dtype, op, 0);
  for (StepOp op : {EQUAL, LESS, LESS_EQUAL}) checkBinaryOp<T, uint8_t>(table, dtype, op, 0);
  checkTernary<T>(table, dtype);
  checkCast<float, T>(table, F32, dtype);
  checkCast<double, T>(table, F64, dtype);
  checkCast<int32_t, T>(table, I32, dtype);
  checkCast<uint32_t, T>(table, U32, dtype);
  checkCast<uint8_t, T>(table, BOOL, dtype);
  checkReductions<T>(table, dtype);
  checkMovement<T>(table, dtype);
}

void checkThreefry(const Table &table) {
  // Known answers of the Random123 distribution.
  const struct {
    uint32_t counter[2], key[2], out[2];
  } known[] = {{{0, 0}, {0, 0}, {0x6b200159, 0x99ba4efe}},
               {{0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, {0x1cb996fc, 0xbb002be7}},
               {{0x243f6a88, 0x85a308d3}, {0x13198a2e, 0x03707344}, {0xc4923a9c, 0x483df7a0}}};
  for (const auto &answer : known) {
    uint32_t out[2];
    table.k.threefry(out, answer.key, answer.counter, 1);
    check(out[0] == answer.out[0] && out[1] == answer.out[1], "%s threefry known answer", table.name);
  }
  for (size_t n : sizes()) {
    const std::vector<uint32_t> keys = block<uint32_t>(2 * n + 2), counters = block<uint32_t>(2 * n);
    std::vector<uint32_t> expected(2 * n), bits(n + 2);
    for (size_t i = 0; i < n; i++) table.k.threefry(&expected[2 * i], &keys[2 * i], &counters[2 * i], 1);
    checkBlocks<uint32_t, uint32_t>(
        table.name, "threefry", U32, 2 * n, 0,
        [&](void *out) {
          table.k.threefry(static_cast<uint32_t *>(out), keys.data(), counters.data(), static_cast<int64_t>(n));
        },
        [&](size_t i) { return expected[i]; });
    const int64_t first = 2 * static_cast<int64_t>(randomWord() % 1000);
    for (size_t i = 0; i < n; i += 2) {
      const uint32_t counter[2] = {static_cast<uint32_t>((static_cast<size_t>(first) + i) / 2), 1};
      table.k.threefry(&bits[i], keys.data(), counter, 1);
    }
    checkBlocks<uint32_t, uint32_t>(
        table.name, "randomBits", U32, n, 0,
        [&](void *out) {
          table.k.randomBits(static_cast<uint32_t *>(out), keys.data(), first, static_cast<int64_t>(n));
        },
        [&](size_t i) { return bits[i]; });
  }
}

template <class T>
double worst(const Table &table, DType dtype, const Function &f) {
  constexpr int n = 4096;
  static T x[n], y[n];
  double largest = 0;
  for (int repetition = 0; repetition < 60; repetition++) {
    for (T &e : x) {
      const int kind = static_cast<int>(randomWord() % 3);
      e = static_cast<T>(kind == 0 ? between(f.from, f.to)
                         : kind == 1 ? std::ldexp(between(-1, 1), static_cast<int>(between(-30, 17)))
                                     : between(-3, 3));
      if (!(e >= static_cast<T>(f.from) && e <= static_cast<T>(f.to))) e = static_cast<T>(between(f.from, f.to));
    }
    table.k.unary[f.op][dtype](y, x, n);
    for (int i = 0; i < n; i++) largest = std::fmax(largest, ulps(y[i], f.of(x[i])));
  }
  return largest;
}
template <class T>
double worstPow(const Table &table, DType dtype) {
  constexpr int n = 4096;
  static T a[n], b[n], y[n];
  double largest = 0;
  const double range = sizeof(T) == 4 ? 86 : 700;
  for (int repetition = 0; repetition < 60; repetition++) {
    for (int i = 0; i < n; i++) {
      a[i] = static_cast<T>(randomWord() % 2 ? between(0.1, 4) : std::exp(between(-60, 60)));
      b[i] = static_cast<T>(randomWord() % 2 ? between(-10, 10) : between(-range, range) / std::log(static_cast<double>(a[i])));
    }
    table.k.binary[POW][dtype][0](y, a, b, n);
    for (int i = 0; i < n; i++) largest = std::fmax(largest, ulps(y[i], powl(a[i], b[i])));
  }
  return largest;
}

}  // namespace

int main() {
  std::vector<Table> tables = {{"generic", stepKernels(Isa::generic), false}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    tables.push_back({"avx2", stepKernels(Isa::avx2), false});
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    tables.push_back({"avx512", stepKernels(Isa::avx512), false});
#endif
  tables.push_back({"reproducible", reproducibleStepKernels(), true});
  for (const Table &table : tables) {
    checkType<float>(table, F32);
    checkType<double>(table, F64);
    checkType<int32_t>(table, I32);
    checkType<uint32_t>(table, U32);
    checkType<uint8_t>(table, BOOL);
    checkThreefry(table);
  }

  printf("Largest errors in units in the last place\n%-10s", "");
  for (const Table &table : tables) printf(" %14s f32/f64", table.name);
  printf("\n");
  for (const Function &f : functions) {
    if (f.ulps32 == 0) continue;
    printf("%-10s", stepNames[f.op]);
    for (const Table &table : tables) {
      const double single = worst<float>(table, F32, f), twice = worst<double>(table, F64, f);
      check(single <= f.ulps32 && twice <= f.ulps64, "%s %s: error too large", table.name, stepNames[f.op]);
      printf(" %14.2f / %4.2f", single, twice);
    }
    printf("\n");
  }
  printf("%-10s", "pow");
  for (const Table &table : tables) {
    const double single = worstPow<float>(table, F32), twice = worstPow<double>(table, F64);
    check(single <= 2 && twice <= 4, "%s pow: error too large", table.name);
    printf(" %14.2f / %4.2f", single, twice);
  }
  printf("\n%ld checks passed%s", checks - failures, failures ? "" : "\n");
  if (failures) printf(", %ld failed\n", failures);
  return failures != 0;
}
