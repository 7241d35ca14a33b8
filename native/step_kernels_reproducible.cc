// Step kernels that give the same bytes on every machine: one element after another, every step computed in double
// and rounded once, sums in ascending order in one double.

// Before anything is compiled. Clang heeds it under -ffp-contract=on, not =fast.
#if defined(__clang__)
#pragma clang fp contract(off)
#else
#pragma GCC optimize("fp-contract=off")
#endif

#include "half.h"
#include "portable_math.h"
#include "special_math.h"
#include "step_kernel_tables.h"

namespace puregrad {

double portableSin(double x) { return portable::sin(x); }
double portableCos(double x) { return portable::cos(x); }

namespace {

template <class T>
constexpr bool isReal = static_cast<T>(0.5) != T(0);

// A double rounded to T, or an integer modulo 2³².
template <class T>
inline T roundedTo(double x) {
  if constexpr (isReal<T>) return static_cast<T>(x);
  else return static_cast<T>(portable::toInt32(x));
}

inline double roundedHalfEven(double x) {
  if (!(portable::abs(x) < 4503599627370496.0)) return x;
  const double size = portable::abs(x);
  const double nearest = size + 4503599627370496.0 - 4503599627370496.0;
  return __builtin_copysign(nearest, x);
}

inline double maximum(double a, double b) {
  if (a != a || b != b) return portable::nan;
  if (a == b) return __builtin_signbit(a) ? b : a;
  return a > b ? a : b;
}
inline double minimum(double a, double b) {
  if (a != a || b != b) return portable::nan;
  if (a == b) return __builtin_signbit(a) ? a : b;
  return a < b ? a : b;
}

#define PG_OPERATION1(Name, expression) \
  struct Name {                         \
    static double of(double a) {        \
      return expression;                \
    }                                   \
  };
#define PG_OPERATION2(Name, expression)  \
  struct Name {                          \
    static double of(double a, double b) { \
      return expression;                 \
    }                                    \
  };
PG_OPERATION1(Neg, -a)
PG_OPERATION1(Exp, portable::exp(a))
PG_OPERATION1(Log, portable::log(a))
PG_OPERATION1(Log1p, portable::log1p(a))
PG_OPERATION1(Expm1, portable::expm1(a))
PG_OPERATION1(Sqrt, portable::squareRoot(a))
PG_OPERATION1(Rsqrt, 1 / portable::squareRoot(a))
PG_OPERATION1(Sin, portable::sin(a))
PG_OPERATION1(Cos, portable::cos(a))
PG_OPERATION1(Tanh, portable::tanh(a))
PG_OPERATION1(Sigmoid, portable::sigmoid(a))
PG_OPERATION1(Erf, portable::erf(a))
PG_OPERATION1(Abs, portable::abs(a))
PG_OPERATION1(Sign, a > 0 ? 1 : a < 0 ? -1 : a)
PG_OPERATION1(Floor, portable::floor(a))
PG_OPERATION1(Ceil, -portable::floor(-a))
PG_OPERATION1(Trunc, a < 0 ? -portable::floor(-a) : portable::floor(a))
PG_OPERATION1(Round, roundedHalfEven(a))
PG_OPERATION2(Add, a + b)
PG_OPERATION2(Sub, a - b)
PG_OPERATION2(Mul, a * b)
PG_OPERATION2(Div, a / b)
PG_OPERATION2(Pow, portable::pow(a, b))
PG_OPERATION2(Max, maximum(a, b))
PG_OPERATION2(Min, minimum(a, b))
PG_OPERATION2(Equal, a == b)
PG_OPERATION2(Less, a < b)
PG_OPERATION2(LessEqual, a <= b)
#undef PG_OPERATION1
#undef PG_OPERATION2

template <class A, class B>
constexpr bool isSame = false;
template <class A>
constexpr bool isSame<A, A> = true;

// Products of integers can have more digits than a double.
template <class Operation, class T>
inline double combined(T a, T b) {
  if constexpr (isSame<Operation, Mul> && !isReal<T>)
    return static_cast<double>(static_cast<T>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b)));
  else
    return Operation::of(static_cast<double>(a), static_cast<double>(b));
}

template <class Operation, class T>
void unary(void *out, const void *a, int64_t n) {
  T *o = static_cast<T *>(out);
  const T *x = static_cast<const T *>(a);
  for (int64_t i = 0; i < n; i++) o[i] = roundedTo<T>(Operation::of(static_cast<double>(x[i])));
}

template <class Operation, class T, class R, int scalars>
void binary(void *out, const void *a, const void *b, int64_t n) {
  R *o = static_cast<R *>(out);
  const T *x = static_cast<const T *>(a);
  const T *y = static_cast<const T *>(b);
  const T x0 = *x, y0 = *y;
  for (int64_t i = 0; i < n; i++)
    o[i] = roundedTo<R>(combined<Operation, T>(scalars & 1 ? x0 : x[i], scalars & 2 ? y0 : y[i]));
}

template <class T, int scalars>
void select(void *out, const void *c, const void *a, const void *b, int64_t n) {
  T *o = static_cast<T *>(out);
  const uint8_t *condition = static_cast<const uint8_t *>(c);
  const T *x = static_cast<const T *>(a);
  const T *y = static_cast<const T *>(b);
  const uint8_t c0 = *condition;
  const T x0 = *x, y0 = *y;
  for (int64_t i = 0; i < n; i++)
    o[i] = (scalars & 1 ? c0 : condition[i]) != 0 ? (scalars & 2 ? x0 : x[i]) : (scalars & 4 ? y0 : y[i]);
}

template <class T, int scalars>
void mulAdd(void *out, const void *a, const void *b, const void *c, int64_t n) {
  T *o = static_cast<T *>(out);
  const T *x = static_cast<const T *>(a);
  const T *y = static_cast<const T *>(b);
  const T *z = static_cast<const T *>(c);
  const T x0 = *x, y0 = *y, z0 = *z;
  for (int64_t i = 0; i < n; i++) {
    const T product = roundedTo<T>(combined<Mul, T>(scalars & 1 ? x0 : x[i], scalars & 2 ? y0 : y[i]));
    o[i] = roundedTo<T>(static_cast<double>(product) + static_cast<double>(scalars & 4 ? z0 : z[i]));
  }
}

template <class To, class From>
void cast(void *out, const void *a, int64_t n) {
  To *o = static_cast<To *>(out);
  const From *x = static_cast<const From *>(a);
  for (int64_t i = 0; i < n; i++) {
    if constexpr (sizeof(To) == 1) o[i] = x[i] != 0;
    else o[i] = roundedTo<To>(static_cast<double>(x[i]));
  }
}

// The accumulator of sums: a double, or an integer that wraps.
template <class T>
struct AccumulatorOf {
  using type = uint32_t;
};
template <>
struct AccumulatorOf<float> {
  using type = double;
};
template <>
struct AccumulatorOf<double> {
  using type = double;
};
template <class T>
using Accumulator = typename AccumulatorOf<T>::type;

template <class T>
inline T sumOf(const T *a, int64_t n, int64_t stride, T initial) {
  Accumulator<T> total = static_cast<Accumulator<T>>(initial);
  for (int64_t i = 0; i < n; i++) total += static_cast<Accumulator<T>>(a[i * stride]);
  return static_cast<T>(total);
}
template <class T>
inline T maximumOf(const T *a, int64_t n, int64_t stride, T initial) {
  T largest = initial;
  for (int64_t i = 0; i < n; i++)
    largest = static_cast<T>(maximum(static_cast<double>(largest), static_cast<double>(a[i * stride])));
  return largest;
}

template <class T>
constexpr T leastOf() {
  if constexpr (isReal<T>) return static_cast<T>(-portable::infinity);
  else if constexpr (static_cast<T>(-1) < T(0)) return INT32_MIN;
  else return 0;
}

template <class T>
void rowSum(void *out, const void *a, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++)
    static_cast<T *>(out)[r] = sumOf<T>(static_cast<const T *>(a) + r * columns, columns, 1, 0);
}
template <class T>
void rowMax(void *out, const void *a, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++)
    static_cast<T *>(out)[r] = maximumOf<T>(static_cast<const T *>(a) + r * columns, columns, 1, leastOf<T>());
}
// To be called once for all rows: every call rounds.
template <class T>
void columnSum(void *acc, const void *a, int64_t rows, int64_t columns, int64_t rowStride) {
  T *o = static_cast<T *>(acc);
  for (int64_t c = 0; c < columns; c++) o[c] = sumOf<T>(static_cast<const T *>(a) + c, rows, rowStride, o[c]);
}
template <class T>
void columnMax(void *acc, const void *a, int64_t rows, int64_t columns, int64_t rowStride) {
  T *o = static_cast<T *>(acc);
  for (int64_t c = 0; c < columns; c++) o[c] = maximumOf<T>(static_cast<const T *>(a) + c, rows, rowStride, o[c]);
}
template <class T>
double blockSum(const void *a, int64_t n) {
  double total = 0;
  for (int64_t i = 0; i < n; i++) total += static_cast<double>(static_cast<const T *>(a)[i]);
  return total;
}

template <class T>
void gatherMatrix(void *out, const void *a, int64_t rows, int64_t columns, int64_t rowStride, int64_t columnStride) {
  T *o = static_cast<T *>(out);
  const T *x = static_cast<const T *>(a);
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) o[r * columns + c] = x[r * rowStride + c * columnStride];
}
template <class T>
void expandRows(void *out, const void *a, int64_t rows, int64_t columns) {
  gatherMatrix<T>(out, a, rows, columns, 1, 0);
}
template <class T>
void gatherStrided(void *out, const void *a, int64_t n, int64_t stride) {
  gatherMatrix<T>(out, a, 1, n, 0, stride);
}
template <class T>
void scatterStrided(void *out, int64_t stride, const void *a, int64_t n) {
  for (int64_t i = 0; i < n; i++) static_cast<T *>(out)[i * stride] = static_cast<const T *>(a)[i];
}

struct Block {
  uint32_t x, y;
};
// As src/core/kernel/threefry.ts.
Block threefryBlock(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1) {
  constexpr int rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  const uint32_t keys[3] = {key0, key1, 0x1bd11bda ^ key0 ^ key1};
  uint32_t x = counter0 + key0, y = counter1 + key1;
  for (uint32_t group = 0; group < 5; group++) {
    for (uint32_t r = 0; r < 4; r++) {
      const int bits = rotations[(group & 1) * 4 + r];
      x += y;
      y = ((y << bits) | (y >> (32 - bits))) ^ x;
    }
    x += keys[(group + 1) % 3];
    y += keys[(group + 2) % 3] + group + 1;
  }
  return {x, y};
}
void threefry(uint32_t *out, const uint32_t *keys, const uint32_t *counters, int64_t count) {
  for (int64_t i = 0; i < 2 * count; i += 2) {
    const Block block = threefryBlock(keys[i], keys[i + 1], counters[i], counters[i + 1]);
    out[i] = block.x;
    out[i + 1] = block.y;
  }
}
void randomBits(uint32_t *out, const uint32_t *key, int64_t first, int64_t count) {
  for (int64_t i = 0; i < count; i += 2) {
    const Block block = threefryBlock(key[0], key[1], static_cast<uint32_t>((first + i) >> 1), 1);
    out[i] = block.x;
    if (i + 1 < count) out[i + 1] = block.y;
  }
}

template <class Operation, class T, class R>
constexpr void setBinary(Binary (&forms)[3]) {
  forms[0] = binary<Operation, T, R, 0>;
  forms[1] = binary<Operation, T, R, 1>;
  forms[2] = binary<Operation, T, R, 2>;
}

template <class T, int scalars = 7>
constexpr void setTernary(StepKernels &k, DType dtype) {
  k.ternary[SELECT][dtype][scalars] = select<T, scalars>;
  if constexpr (sizeof(T) > 1) k.ternary[MUL_ADD][dtype][scalars] = mulAdd<T, scalars>;
  if constexpr (scalars > 0) setTernary<T, scalars - 1>(k, dtype);
}

#include "special_steps.inc"

template <class T>
constexpr void setType(StepKernels &k, DType dtype) {
  if constexpr (isReal<T>) {
    setBinary<Div, T, T>(k.binary[DIV][dtype]);
    setBinary<Pow, T, T>(k.binary[POW][dtype]);
    k.unary[EXP][dtype] = unary<Exp, T>;
    k.unary[LOG][dtype] = unary<Log, T>;
    k.unary[LOG1P][dtype] = unary<Log1p, T>;
    k.unary[EXPM1][dtype] = unary<Expm1, T>;
    k.unary[SQRT][dtype] = unary<Sqrt, T>;
    k.unary[RSQRT][dtype] = unary<Rsqrt, T>;
    k.unary[SIN][dtype] = unary<Sin, T>;
    k.unary[COS][dtype] = unary<Cos, T>;
    k.unary[TANH][dtype] = unary<Tanh, T>;
    k.unary[SIGMOID][dtype] = unary<Sigmoid, T>;
    k.unary[ERF][dtype] = unary<Erf, T>;
    setSpecial<T>(k, dtype);
    k.blockSum[dtype] = blockSum<T>;
  }
  if constexpr (sizeof(T) > 1) {
    setBinary<Add, T, T>(k.binary[ADD][dtype]);
    setBinary<Sub, T, T>(k.binary[SUB][dtype]);
    setBinary<Mul, T, T>(k.binary[MUL][dtype]);
    k.unary[NEG][dtype] = unary<Neg, T>;
    k.unary[ABS][dtype] = unary<Abs, T>;
    k.unary[SIGN][dtype] = unary<Sign, T>;
    k.unary[FLOOR][dtype] = unary<Floor, T>;
    k.unary[CEIL][dtype] = unary<Ceil, T>;
    k.unary[TRUNC][dtype] = unary<Trunc, T>;
    k.unary[ROUND][dtype] = unary<Round, T>;
    k.rowSum[dtype] = rowSum<T>;
    k.columnSum[dtype] = columnSum<T>;
  }
  setBinary<Max, T, T>(k.binary[MAX][dtype]);
  setBinary<Min, T, T>(k.binary[MIN][dtype]);
  setBinary<Equal, T, uint8_t>(k.binary[EQUAL][dtype]);
  setBinary<Less, T, uint8_t>(k.binary[LESS][dtype]);
  setBinary<LessEqual, T, uint8_t>(k.binary[LESS_EQUAL][dtype]);
  setTernary<T>(k, dtype);
  k.rowMax[dtype] = rowMax<T>;
  k.columnMax[dtype] = columnMax<T>;
  k.cast[dtype][F32] = cast<float, T>;
  k.cast[dtype][F64] = cast<double, T>;
  k.cast[dtype][I32] = cast<int32_t, T>;
  k.cast[dtype][U32] = cast<uint32_t, T>;
  k.cast[dtype][BOOL] = cast<uint8_t, T>;
  k.expandRows[dtype] = expandRows<T>;
  k.gatherStrided[dtype] = gatherStrided<T>;
  k.scatterStrided[dtype] = scatterStrided<T>;
  k.gatherMatrix[dtype] = gatherMatrix<T>;
}

constexpr StepKernels makeTable() {
  StepKernels k{};
  setType<float>(k, F32);
  setType<double>(k, F64);
  setType<int32_t>(k, I32);
  setType<uint32_t>(k, U32);
  setType<uint8_t>(k, BOOL);
  half::setTypes(k);
  k.threefry = threefry;
  k.randomBits = randomBits;
  return k;
}
constexpr StepKernels table = makeTable();

}  // namespace

const StepKernels &reproducibleStepKernels() { return table; }

}  // namespace puregrad
