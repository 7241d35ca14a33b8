// Whether float32 factors may be multiplied in three parts of bfloat16 each. Three parts have all 24 bits of a number whose last
// bit is 2^-126 or more, and the product of two numbers is that of their parts as long as nothing is infinite on the way.
#if defined(__x86_64__)
#include "gemm_bfloat16.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#else
#pragma GCC target("avx512f")
#endif

namespace puregrad {
namespace bfloat16 {

namespace {

// Bits of the largest size, and of the smallest one that is not 0, less 1.
struct Sizes {
  uint32_t most, leastLess1;
};

Sizes both(const Sizes &a, const Sizes &b) {
  return {a.most > b.most ? a.most : b.most, a.leastLess1 < b.leastLess1 ? a.leastLess1 : b.leastLess1};
}

// A matrix as lines of elements that lie so far apart.
struct Lines {
  const float *from;
  int64_t count, next, length, step;
};

// Along the shorter stride; what repeats is looked at once.
Lines linesOf(const float *from, int64_t rows, int64_t columns, int64_t row, int64_t column) {
  if (row == 0) rows = 1;
  if (column == 0) columns = 1;
  return column == 1 || row != 1 ? Lines{from, rows, row, columns, column} : Lines{from, columns, column, rows, row};
}

template <bool neighbours>
Sizes sizesBetween(const Lines &lines, int64_t first, int64_t end) {
  Sizes found{0, UINT32_MAX};
  for (int64_t i = first; i < end; i++) {
    const float *const line = lines.from + i * lines.next;
    for (int64_t j = 0; j < lines.length; j++) {
      uint32_t word;
      __builtin_memcpy(&word, line + (neighbours ? j : j * lines.step), sizeof word);
      const uint32_t size = word & 0x7fffffff;
      found = both(found, {size, size - 1});
    }
  }
  return found;
}

Sizes sizesOf(const Lines &lines, int64_t first, int64_t end) {
  return (lines.step == 1 ? sizesBetween<true> : sizesBetween<false>)(lines, first, end);
}

constexpr int mostParts = 64;

struct Survey {
  Lines lines;
  int64_t parts;
  Sizes found[mostParts];
};

void surveyPart(void *context, int64_t part, int) {
  Survey &survey = *static_cast<Survey *>(context);
  const int64_t count = survey.lines.count;
  survey.found[part] = sizesOf(survey.lines, count * part / survey.parts, count * (part + 1) / survey.parts);
}

Sizes surveyed(const Lines &lines, int threads) {
  // 16 elements take half a nanosecond where they are in a cache, and some more where they are not.
  const double nanoseconds = static_cast<double>(lines.count) * static_cast<double>(lines.length) * 0.1;
  if (threads == 1 || nanoseconds < 2e4) return sizesOf(lines, 0, lines.count);
  Survey survey{lines, threads < mostParts ? threads : mostParts, {}};
  parallel(threads, survey.parts, surveyPart, &survey, nanoseconds);
  Sizes all = survey.found[0];
  for (int64_t part = 1; part < survey.parts; part++) all = both(all, survey.found[part]);
  return all;
}

double numberOf(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return static_cast<double>(x);
}

}  // namespace

bool splitsWell(const Gemm<float> &g, int threads) {
  const Sizes a = surveyed(linesOf(g.a, g.m, g.k, g.aRow, g.aColumn), threads);
  const Sizes b = surveyed(linesOf(g.b, g.k, g.n, g.bRow, g.bColumn), threads);
  // 2^127, below which a first part is finite, and 2^-103, from which on a third one is no less than 2^-126.
  constexpr uint32_t half = uint32_t(127 + 127) << 23, whole = uint32_t(127 - 103) << 23;
  const Sizes all = both(a, b);
  if (all.most >= half || all.leastLess1 < whole - 1) return false;
  // Parts may be larger than what they are parts of by a part in 256, and sums of their products by less than as much again.
  return numberOf(a.most) * numberOf(b.most) * static_cast<double>(g.k) < 0x1p127;
}

}  // namespace bfloat16
}  // namespace puregrad

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
