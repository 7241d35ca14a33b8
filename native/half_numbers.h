// Numbers of 16 bits, float16 and bfloat16, and the one of float32 that each of them is. Always inlined, so that no file
// calls what was compiled for the instruction set of another.
#pragma once
#include <cstdint>

namespace puregrad {
namespace half {

struct Float16 {
  uint16_t bits;
};
struct Bfloat16 {
  uint16_t bits;
};

static inline __attribute__((always_inline)) float ofWord(uint32_t word) {
  float x;
  __builtin_memcpy(&x, &word, sizeof x);
  return x;
}
static inline __attribute__((always_inline)) uint32_t wordOf(float x) {
  uint32_t word;
  __builtin_memcpy(&word, &x, sizeof word);
  return word;
}

// The exponent and the fraction where float32 has them, but for the distance of the biases; the product is exact.
static inline __attribute__((always_inline)) float floatOf(Float16 x) {
  const uint32_t size = x.bits & 0x7fffu, sign = (x.bits & 0x8000u) << 16;
  const uint32_t finite = wordOf(ofWord(size << 13) * 0x1p112f);
  return ofWord(sign | (size > 0x7bff ? 0x7f800000 | (size & 0x3ff) << 13 : finite));
}
static inline __attribute__((always_inline)) float floatOf(Bfloat16 x) { return ofWord(static_cast<uint32_t>(x.bits) << 16); }

}  // namespace half
}  // namespace puregrad
