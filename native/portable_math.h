// Elementary functions that give the same bytes on every machine: only + − · ÷, square roots, floor and bit
// operations on doubles, all of which IEEE 754 rounds in one way. src/core/kernel/portable-math.ts is the same, line for
// line, and says where the methods come from. To be compiled without contraction of a · b + c.
#pragma once
#include <cstdint>

namespace puregrad {
namespace portable {

constexpr double infinity = __builtin_inf();
constexpr double nan = __builtin_nan("");

inline double abs(double x) { return __builtin_fabs(x); }
inline double floor(double x) { return __builtin_floor(x); }
inline double squareRoot(double x) { return __builtin_sqrt(x); }

inline int64_t bitsOf(double x) {
  int64_t bits;
  __builtin_memcpy(&bits, &x, 8);
  return bits;
}

inline double fromBits(int64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, 8);
  return x;
}

inline int32_t highWord(double x) { return static_cast<int32_t>(bitsOf(x) >> 32); }

// 2ⁿ for −1022 ≤ n ≤ 1023.
inline double powerOfTwo(int32_t n) { return fromBits(static_cast<int64_t>(n + 1023) << 52); }

// y · 2ⁿ for |n| < 2044 and a moderate y, rounded once.
inline double scaled(double y, int32_t n) {
  const int32_t half = n >> 1;
  return y * powerOfTwo(half) * powerOfTwo(n - half);
}

// x · 2⁻ᵏ for a normal x and result.
inline double shifted(double x, int32_t k) {
  return fromBits(static_cast<int64_t>(static_cast<uint64_t>(bitsOf(x)) - (static_cast<uint64_t>(k) << 52)));
}

// The k for which x · 2⁻ᵏ lies in [√½, √2), for a normal positive x.
inline int32_t exponentOf(double x) { return (highWord(x) - 0x3fe6a09e) >> 20; }

constexpr double log2e = 1.4426950408889634;
// ln 2 in two parts; multiples of the first by exponents are exact.
constexpr double ln2High = 0.6931471804855391;
constexpr double ln2Low = 7.440617110012397e-11;

// e^r − 1 − r for |r| ≤ ½ ln 2.
inline double expm1Tail(double r) {
  double p = 2.0875366147928507e-9;
  p = 2.5108979252282437e-8 + r * p;
  p = 2.7557402518940786e-7 + r * p;
  p = 2.755724437304609e-6 + r * p;
  p = 2.4801587172695e-5 + r * p;
  p = 0.00019841269885967127 + r * p;
  p = 0.0013888888888962283 + r * p;
  p = 0.008333333333321691 + r * p;
  p = 0.04166666666666651 + r * p;
  p = 0.16666666666666677 + r * p;
  p = 0.5 + r * p;
  return r * r * p;
}

// e^(high + low), a low that is small against high.
inline double expOfSum(double high, double low) {
  const double n = floor(high * log2e + 0.5);
  const double r = high - n * ln2High - n * ln2Low + low;
  return scaled(1 + (r + expm1Tail(r)), static_cast<int32_t>(n));
}

// eˣ
inline double exp(double x) {
  if (x != x) return x;
  if (x > 709.79) return infinity;
  if (x < -745.2) return 0;
  return expOfSum(x, 0);
}

// eˣ − 1
inline double expm1(double x) {
  if (x != x || abs(x) < 5.6e-17) return x;
  if (x > 709.79) return infinity;
  if (x < -38) return -1;
  const double n = floor(x * log2e + 0.5);
  const double high = x - n * ln2High;
  const double low = n * ln2Low;
  const double r = high - low;
  const double q = r + (expm1Tail(r) + (high - r - low));
  const double half = powerOfTwo(static_cast<int32_t>(n) - 1);
  return 2 * (half * q + (half - 0.5));
}

// k ln 2 + log(1 + f) for √½ ≤ 1 + f < √2
inline double logReduced(double f, double k) {
  const double s = f / (2 + f);
  const double z = s * s;
  double p = 0.147961046819666;
  p = 0.15314035913060925 + z * p;
  p = 0.18183564863477478 + z * p;
  p = 0.22222198563553802 + z * p;
  p = 0.2857142874247406 + z * p;
  p = 0.39999999999414326 + z * p;
  p = 0.6666666666666734 + z * p;
  const double halfSquare = 0.5 * f * f;
  return k * ln2High - (halfSquare - (s * (halfSquare + z * p) + k * ln2Low) - f);
}

inline double logNormal(double x, int32_t k) {
  const int32_t e = exponentOf(x);
  return logReduced(shifted(x, e) - 1, k + e);
}

// The natural logarithm.
inline double log(double x) {
  if (x != x || x == infinity) return x;
  if (x == 0) return -infinity;
  if (x < 0) return nan;
  if (x < 2.2250738585072014e-308) return logNormal(x * 18014398509481984, -54);
  return logNormal(x, 0);
}

// log(1 + x)
inline double log1p(double x) {
  if (x != x || abs(x) < 5.6e-17) return x;
  if (x < -1) return nan;
  if (x == -1) return -infinity;
  if (x > 18014398509481984) return log(x);
  const int32_t k = exponentOf(1 + x);
  return logReduced(k == 0 ? x : shifted(x, k) + (powerOfTwo(-k) - 1), k);
}

// (e²ˢ − 1) / (e²ˢ + 1) as s and a small correction.
inline double tanhSmall(double s) {
  const double tail = expm1Tail(2 * s);
  const double e = 2 * s + tail;
  return s + (tail - s * e) / (e + 2);
}

inline double tanhLarge(double e, bool nearOne) {
  const double d = e + 2;
  if (nearOne) return 1 - 2 / d;
  const double t = e / d;
  return t - t * ((e - (d - 2)) / d);
}

// The hyperbolic tangent.
inline double tanh(double x) {
  const double size = abs(x);
  if (x != x || size < 1e-9) return x;
  if (size > 20) return x > 0 ? 1 : -1;
  const double t = size < 0.17 ? tanhSmall(size) : tanhLarge(expm1(2 * size), size > 1);
  return x > 0 ? t : -t;
}

// 1 / (1 + e⁻ˣ)
inline double sigmoid(double x) {
  const double e = exp(-abs(x));
  const double d = 1 + e;
  const double t = (x >= 0 ? 1 : e) / d;
  return t - t * ((e - (d - 1)) / d);
}

// What rounding took from the product p = a · b. Source: T. J. Dekker, 1971.
inline double productError(double a, double b, double p) {
  const double ca = 134217729 * a;
  const double cb = 134217729 * b;
  const double a1 = ca - (ca - a);
  const double b1 = cb - (cb - b);
  const double a2 = a - a1;
  const double b2 = b - b1;
  return a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2;
}

// The bits of 2/π, 24 in each number.
constexpr double twoOverPi[50] = {
  10680707, 7228996, 1387004, 2578385, 16069853, 12639074, 9804092, 4427841, 16666979, 11263675, 12935607,
  2387514, 4345298, 14681673, 3074569, 13734428, 16653803, 1880361, 10960616, 8533493, 3062596, 8710556,
  7349940, 6258241, 3772886, 3769171, 3798172, 8675211, 12450088, 3874808, 9961438, 366607, 15675153, 9132554,
  7151469, 3571407, 2607881, 12013382, 4155038, 6285869, 7677882, 13102053, 15825725, 473591, 9065106,
  15363067, 6271263, 9264392, 5636912, 4652155,
};

// π/2 in three parts; multiples of the first two by integers below 2²⁰ are exact.
constexpr double halfPi1 = 1.5707963267341256;
constexpr double halfPi2 = 6.077100506303966e-11;
constexpr double halfPi3 = 2.0222662487959506e-21;
// π/2 in two parts.
constexpr double halfPi = 1.5707963267948966;
constexpr double halfPiLow = 6.123233995736766e-17;

constexpr double two24 = 16777216;

// r + quadrant · π/2, |r| ≤ π/4 up to rounding, is an angle but for whole turns.
struct Angle {
  double r;
  int32_t quadrant;
};

// x is an integer of four limbs times 2^(24 q); its product with 2/π is added up in columns of 24 bits, from the
// units (column 0) to the seventh behind the point. What lies to the left counts whole turns.
inline Angle reducedFar(double x) {
  const int64_t bits = bitsOf(abs(x));
  const int32_t exponent = static_cast<int32_t>(bits >> 52) - 1075;
  const double mantissa = fromBits((bits & 0xfffffffffffff) | 0x4330000000000000);
  // Exponents of |x| > 10⁶ are at least −33.
  const int32_t q = (exponent + 48) / 24 - 2;
  const double shift = powerOfTwo(exponent - 24 * q);
  const double high = floor(mantissa / two24);
  const double low = (mantissa - high * two24) * shift;
  const double lowCarry = floor(low / two24);
  const double middle = (high - floor(high / two24) * two24) * shift + lowCarry;
  const double middleCarry = floor(middle / two24);
  const double top = floor(high / two24) * shift + middleCarry;
  const double topCarry = floor(top / two24);
  const double limbs[4] = {low - lowCarry * two24, middle - middleCarry * two24, top - topCarry * two24, topCarry};
  double columns[8];
  for (int32_t column = 0; column < 8; column++) {
    double total = 0;
    for (int32_t i = 0; i < 4; i++) {
      const int32_t j = i + q - 1 + column;
      if (j >= 0) total += limbs[i] * twoOverPi[j];
    }
    columns[column] = total;
  }
  for (int32_t column = 7; column > 0; column--) {
    const double carry = floor(columns[column] / two24);
    columns[column] = columns[column] - carry * two24;
    columns[column - 1] = columns[column - 1] + carry;
  }
  double n = columns[0] - floor(columns[0] * 0.25) * 4;
  const bool above = columns[1] >= 8388608;
  if (above) {
    n += 1;
    for (int32_t column = 1; column < 8; column++) columns[column] = two24 - 1 - columns[column];
  }
  const double first = columns[1] * 5.9604644775390625e-8 + columns[2] * 3.552713678800501e-15;
  const double second = columns[3] * 2.117582368135751e-22 + columns[4] * 1.262177448353619e-29;
  const double last = columns[5] * 7.52316384526264e-37 + columns[6] * 4.484155085839415e-44;
  const double fraction = first + (second + last);
  const double rest = first - fraction + (second + last);
  const double p = fraction * halfPi;
  const double r = p + (productError(fraction, halfPi, p) + fraction * halfPiLow + rest * halfPi);
  const bool backwards = x < 0;
  const int32_t turns = static_cast<int32_t>(n);
  return {backwards != above ? -r : r, (backwards ? -turns : turns) & 3};
}

inline Angle reducedByHalfPi(double x) {
  if (abs(x) > 1000000) return reducedFar(x);
  const double n = floor(x * 0.6366197723675814 + 0.5);
  const double first = x - n * halfPi1;
  const double part = n * halfPi2;
  const double second = first - part;
  return {second - (n * halfPi3 - (first - second - part)), static_cast<int32_t>(n) & 3};
}

// sin r for |r| ≤ π/4
inline double sinReduced(double r) {
  const double z = r * r;
  double p = 1.5896197677837889e-10;
  p = -2.5050747218783656e-8 + z * p;
  p = 2.7557313618019283e-6 + z * p;
  p = -0.00019841269829580163 + z * p;
  p = 0.008333333333322108 + z * p;
  p = -0.1666666666666663 + z * p;
  return r + r * z * p;
}

// cos r for |r| ≤ π/4
inline double cosReduced(double r) {
  const double z = r * r;
  double p = -1.1358514007909577e-11;
  p = 2.0875700417504e-9 + z * p;
  p = -2.755731417625336e-7 + z * p;
  p = 2.4801587288841458e-5 + z * p;
  p = -0.001388888888887304 + z * p;
  p = 0.041666666666666595 + z * p;
  return 1 - (0.5 * z - z * z * p);
}

inline double sinOfTurn(int32_t turn, double r) {
  const double value = (turn & 1) == 0 ? sinReduced(r) : cosReduced(r);
  return (turn & 2) == 0 ? value : -value;
}

// The sine.
inline double sin(double x) {
  if (x - x != 0) return nan;
  if (abs(x) < 1e-9) return x;
  const Angle angle = reducedByHalfPi(x);
  return sinOfTurn(angle.quadrant, angle.r);
}

// The cosine.
inline double cos(double x) {
  if (x - x != 0) return nan;
  const Angle angle = reducedByHalfPi(x);
  return sinOfTurn(angle.quadrant + 1, angle.r);
}

inline double erfSmall(double x) {
  const double z = x * x;
  double p = -7.779476959021837e-10;
  p = 1.371098517488564e-8 + z * p;
  p = -1.62063149184187e-7 + z * p;
  p = 1.644713172985184e-6 + z * p;
  p = -1.492471231540805e-5 + z * p;
  p = 0.00012055293577623624 + z * p;
  p = -0.0008548325929339361 + z * p;
  p = 0.005223977606119001 + z * p;
  p = -0.02686617064311153 + z * p;
  p = 0.11283791670944185 + z * p;
  p = -0.3761263890318352 + z * p;
  p = 0.12837916709551256 + z * p;
  return x + x * p;
}

inline double erfLarge(double x) {
  double p = -4.946848057834945e-12;
  p = 2.0520626883730802e-10 + x * p;
  p = -3.9470901891653984e-9 + x * p;
  p = 4.6565725278809375e-8 + x * p;
  p = -3.743999572964966e-7 + x * p;
  p = 2.141846027044436e-6 + x * p;
  p = -8.69345720457209e-6 + x * p;
  p = 2.290928657227939e-5 + x * p;
  p = -2.049123612396992e-5 + x * p;
  p = -0.0001345921161279594 + x * p;
  p = 0.0007699058404680343 + x * p;
  p = -0.0019150129727337542 + x * p;
  p = 0.00040971859588903516 + x * p;
  p = 0.018990852946702736 + x * p;
  p = -0.10270380563504432 + x * p;
  p = -0.6366434907791557 + x * p;
  p = -1.128374121232682 + x * p;
  p = -4.994387721932596e-7 + x * p;
  return 1 - exp(p);
}

// (2/√π) ∫₀ˣ exp(−t²) dt; beyond 1 by a polynomial for log(1 − erf x).
inline double erf(double x) {
  if (x != x) return x;
  const double size = abs(x);
  if (size < 1) return erfSmall(x);
  const double value = size < 6 ? erfLarge(size) : 1;
  return x > 0 ? value : -value;
}

// What rounding took from the sum s = a + b. Source: D. E. Knuth.
inline double sumError(double a, double b, double s) {
  const double bb = s - a;
  return a - (s - bb) + (b - bb);
}

// ln 2 in two parts, the first of 42 bits.
constexpr double ln2First = 0.6931471805598903;
constexpr double ln2Second = 5.497923018708371e-14;
constexpr double third = 0.3333333333333333;
constexpr double thirdLow = 1.850371707708594e-17;

// xʸ for finite x > 0, x ≠ 1, and finite y ≠ 0, as e^(y log x) with a logarithm of twice the precision:
// log m = 2s (1 + s²/3 + s⁴ T(s²)), s = (m − 1) / (m + 1).
inline double powPositive(double x, double y) {
  const bool tiny = x < 2.2250738585072014e-308;
  const double normal = tiny ? x * 18014398509481984 : x;
  const int32_t e = exponentOf(normal);
  const double m = shifted(normal, e);
  const int32_t k = tiny ? e - 54 : e;

  const double f = m - 1;
  const double d = m + 1;
  const double dLow = m - (d - 1);
  const double s = f / d;
  const double sd = s * d;
  const double sLow = (f - sd - productError(s, d, sd) - s * dLow) / d;

  const double z = s * s;
  const double zLow = productError(s, s, z) + 2 * s * sLow;
  double p = 0.0659818327342686;
  p = 0.06628406774248734 + z * p;
  p = 0.07693378759026565 + z * p;
  p = 0.09090892181443781 + z * p;
  p = 0.11111111259986958 + z * p;
  p = 0.14285714285049636 + z * p;
  p = 0.20000000000001128 + z * p;
  const double c = z * third;
  const double cLow = productError(z, third, c) + z * thirdLow + zLow * third + z * z * p;
  const double t = s * c;
  const double tLow = productError(s, c, t) + s * cLow + sLow * c;

  const double a = k * ln2First;
  const double b = 2 * s;
  const double ab = a + b;
  const double sum = ab + 2 * t;
  const double sumLow = sumError(a, b, ab) + sumError(ab, 2 * t, sum) + k * ln2Second + 2 * sLow + 2 * tLow;

  const double high = sum + sumLow;
  const double low = sum - high + sumLow;

  const double power = y * high;
  if (power > 709.79) return infinity;
  if (power < -745.2) return 0;
  return expOfSum(power, productError(y, high, power) + y * low);
}

// xʸ with the edge cases of JavaScript: 1 to a power that is infinite or NaN is NaN.
inline double pow(double x, double y) {
  if (y == 0) return 1;
  if (x != x || y != y) return nan;
  const double size = abs(x);
  if (size == 1 && abs(y) == infinity) return nan;
  const double half = y * 0.5;
  const bool whole = floor(y) == y;
  const bool odd = whole && floor(half) != half;
  if (x < 0 && !whole && size != infinity) return nan;
  const bool negative = odd && (x < 0 || 1 / x < 0);
  double value =
    size == 0 || size == infinity || abs(y) == infinity ? ((size > 1) == (y > 0) ? infinity : 0)
    : size == 1                                           ? 1
                                                          : powPositive(size, y);
  return negative ? -value : value;
}

// As JavaScript converts: towards zero, modulo 2³²; 0 for what is not finite.
inline int32_t toInt32(double x) {
  if (abs(x) < 2147483648.0) return static_cast<int32_t>(x);
  const int64_t bits = bitsOf(x);
  const int32_t exponent = (static_cast<int32_t>(bits >> 52) & 0x7ff) - 1075;
  if (exponent >= 32) return 0;
  const uint64_t mantissa = (static_cast<uint64_t>(bits) & 0xfffffffffffff) | 0x10000000000000;
  const uint32_t size = static_cast<uint32_t>(exponent < 0 ? mantissa >> -exponent : mantissa << exponent);
  return static_cast<int32_t>(x < 0 ? 0u - size : size);
}

}  // namespace portable
}  // namespace puregrad
