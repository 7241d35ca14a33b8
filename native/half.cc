// Numbers of 16 bits: float16 and bfloat16, from and to all other elements.
#include "half.h"
#include <cstddef>
#include "portable_math.h"

namespace puregrad {
namespace half {
namespace {

inline double numberOf(Bfloat16 x) { return static_cast<double>(floatOf(x)); }

inline double numberOf(Float16 x) {
  const uint32_t exponent = (x.bits >> 10) & 31, fraction = x.bits & 1023;
  double size;
  if (exponent == 31) size = fraction == 0 ? __builtin_inf() : __builtin_nan("");
  else if (exponent == 0) size = static_cast<double>(fraction) * 0x1p-24;
  else {
    const uint64_t word = (static_cast<uint64_t>(exponent) - 15 + 1023) << 52 | static_cast<uint64_t>(fraction) << 42;
    __builtin_memcpy(&size, &word, sizeof size);
  }
  return x.bits >> 15 ? -size : size;
}

// The nearest of the numbers with so many bits of fraction, of two as near the even one; all NaN are one.
template <int fraction, int bias>
inline uint16_t bitsOf(double x) {
  uint64_t word;
  __builtin_memcpy(&word, &x, sizeof word);
  constexpr uint32_t infinite = static_cast<uint32_t>(2 * bias + 1) << fraction;
  const uint32_t sign = static_cast<uint32_t>(word >> 63) << 15;
  const uint64_t size = word & ~(UINT64_C(1) << 63);
  if (size > UINT64_C(0x7ff) << 52) return static_cast<uint16_t>(infinite | 1u << (fraction - 1));
  const int exponent = static_cast<int>(size >> 52) - 1023;
  if (exponent > bias) return static_cast<uint16_t>(sign | infinite);
  const bool small = exponent < 1 - bias;
  // Below the smallest normal number the distance of neighbours stays what it is there.
  const int dropped = 52 - fraction + (small ? 1 - bias - exponent : 0);
  if (dropped > 54) return static_cast<uint16_t>(sign);
  const uint64_t whole = (size & ((UINT64_C(1) << 52) - 1)) | (exponent > -1023 ? UINT64_C(1) << 52 : 0);
  const uint64_t down = whole >> dropped, rest = whole & ((UINT64_C(1) << dropped) - 1), middle = UINT64_C(1) << (dropped - 1);
  const uint64_t units = down + (rest > middle || (rest == middle && (down & 1)) ? 1 : 0);
  // A carry out of the fraction goes on into the exponent, up to infinity.
  const uint32_t field = small ? 0 : static_cast<uint32_t>(exponent + bias - 1);
  return static_cast<uint16_t>(sign | ((field << fraction) + static_cast<uint32_t>(units)));
}

template <class T>
struct Conversion {
  static double number(T x) { return static_cast<double>(x); }
  static T of(double x) { return static_cast<T>(x); }
};
template <>
struct Conversion<int32_t> {
  static double number(int32_t x) { return x; }
  static int32_t of(double x) { return static_cast<int32_t>(portable::toInt32(x)); }
};
template <>
struct Conversion<uint32_t> {
  static double number(uint32_t x) { return x; }
  static uint32_t of(double x) { return static_cast<uint32_t>(portable::toInt32(x)); }
};
// Booleans are the bytes.
template <>
struct Conversion<uint8_t> {
  static double number(uint8_t x) { return x; }
  static uint8_t of(double x) { return x != 0; }
};
template <>
struct Conversion<Float16> {
  static double number(Float16 x) { return numberOf(x); }
  static Float16 of(double x) { return {bitsOf<10, 15>(x)}; }
};
template <>
struct Conversion<Bfloat16> {
  static double number(Bfloat16 x) { return numberOf(x); }
  static Bfloat16 of(double x) { return {bitsOf<7, 127>(x)}; }
};

// Between float32 and these without a branch, which compilers make vectors of.
inline Bfloat16 bfloat16Of(float x) {
  const uint32_t word = wordOf(x), near = (word + 0x7fff + ((word >> 16) & 1)) >> 16;
  return {static_cast<uint16_t>((word & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : near)};
}

template <class To, class From>
struct Casting {
  static To of(From x) { return Conversion<To>::of(Conversion<From>::number(x)); }
};
template <>
struct Casting<float, Float16> {
  static float of(Float16 x) { return floatOf(x); }
};
template <>
struct Casting<Bfloat16, float> {
  static Bfloat16 of(float x) { return bfloat16Of(x); }
};

}  // namespace

template <class To, class From>
void cast(void *out, const void *a, int64_t n) {
  To *__restrict o = static_cast<To *>(out);
  const From *__restrict p = static_cast<const From *>(a);
  for (int64_t i = 0; i < n; i++) o[i] = Casting<To, From>::of(p[i]);
}

void copy(void *out, const void *a, int64_t n) { __builtin_memmove(out, a, static_cast<size_t>(n) * 2); }

void gatherMatrix(void *out, const void *a, int64_t rows, int64_t columns, int64_t rowStride, int64_t columnStride) {
  uint16_t *o = static_cast<uint16_t *>(out);
  const uint16_t *p = static_cast<const uint16_t *>(a);
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) o[r * columns + c] = p[r * rowStride + c * columnStride];
}
void gatherStrided(void *out, const void *a, int64_t n, int64_t stride) { gatherMatrix(out, a, 1, n, 0, stride); }
void expandRows(void *out, const void *a, int64_t rows, int64_t columns) { gatherMatrix(out, a, rows, columns, 1, 0); }
void scatterStrided(void *out, int64_t stride, const void *a, int64_t n) {
  uint16_t *o = static_cast<uint16_t *>(out);
  const uint16_t *p = static_cast<const uint16_t *>(a);
  for (int64_t i = 0; i < n; i++) o[i * stride] = p[i];
}

template void cast<float, Float16>(void *, const void *, int64_t);
template void cast<Float16, float>(void *, const void *, int64_t);
template void cast<double, Float16>(void *, const void *, int64_t);
template void cast<Float16, double>(void *, const void *, int64_t);
template void cast<int32_t, Float16>(void *, const void *, int64_t);
template void cast<Float16, int32_t>(void *, const void *, int64_t);
template void cast<uint32_t, Float16>(void *, const void *, int64_t);
template void cast<Float16, uint32_t>(void *, const void *, int64_t);
template void cast<uint8_t, Float16>(void *, const void *, int64_t);
template void cast<Float16, uint8_t>(void *, const void *, int64_t);
template void cast<float, Bfloat16>(void *, const void *, int64_t);
template void cast<Bfloat16, float>(void *, const void *, int64_t);
template void cast<double, Bfloat16>(void *, const void *, int64_t);
template void cast<Bfloat16, double>(void *, const void *, int64_t);
template void cast<int32_t, Bfloat16>(void *, const void *, int64_t);
template void cast<Bfloat16, int32_t>(void *, const void *, int64_t);
template void cast<uint32_t, Bfloat16>(void *, const void *, int64_t);
template void cast<Bfloat16, uint32_t>(void *, const void *, int64_t);
template void cast<uint8_t, Bfloat16>(void *, const void *, int64_t);
template void cast<Bfloat16, uint8_t>(void *, const void *, int64_t);
template void cast<Bfloat16, Float16>(void *, const void *, int64_t);
template void cast<Float16, Bfloat16>(void *, const void *, int64_t);

}  // namespace half
}  // namespace puregrad
