// The product of factors that are rounded to bfloat16, whose products are exact in float32 and added there. Two depths that
// follow each other are a pair of 32 bits: an instruction multiplies 16 pairs by 16 pairs and adds both products of each.
//
// Both factors are packed. A of 5×3 and B of 3×4 become two pairs of depth, the second half empty:
//   A  row by row          a00 a01 | a02 0     a10 a11 | a12 0   …
//   B  pair by pair, in panels of 32 columns   b00 b10 | b01 b11 | b02 b12 | b03 b13 | 0 …    b20 0 | b21 0 | b22 0 | b23 0 | 0 …
//
// A float32 of 24 bits is the sum of three of 8 bits: itself rounded, what that leaves rounded, and the rest. Factors in three
// parts are packed as three, and a tile adds up the products of the parts. Source: G. Henry, P. T. P. Tang, A. Heinecke,
// Leveraging the bfloat16 artificial intelligence datatype for higher-precision computations, arXiv:1904.06376, 2019.
#if defined(__x86_64__)
#include <immintrin.h>
#include "gemm_bfloat16.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma")
#endif

namespace puregrad {
namespace bfloat16 {

namespace {

#define PG_INLINE static inline __attribute__((always_inline))

constexpr int lanes = 16, tileRows = 12;
constexpr int64_t blockRows = 576, blockColumns = 1024;

PG_INLINE __mmask16 first(int64_t count) {
  return count >= lanes ? __mmask16(0xffff) : __mmask16((1u << (count > 0 ? count : 0)) - 1);
}

// The first 16 numbers of each, rounded; those of `low` come first. Numbers below 2^-126 become 0.
PG_INLINE __m512i rounded(__m512 low, __m512 high) { return (__m512i)_mm512_cvtne2ps_pbh(high, low); }

// What numbers are without their first parts, exactly.
template <int part>
PG_INLINE __m512 rest(__m512 x) {
#pragma GCC unroll 2
  for (int i = 0; i < part; i++) x = _mm512_sub_ps(x, _mm512_cvtpbh_ps(_mm512_cvtneps_pbh(x)));
  return x;
}

// Lane i: number i, then number 16 + i.
PG_INLINE __m512i interleaved(__m512i numbers) {
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20,
                                         4, 19, 3, 18, 2, 17, 1, 16, 0);
  return _mm512_permutexvar_epi16(order, numbers);
}

// A square of 16 by 16 pairs, transposed.
PG_INLINE void turn(__m512i *x) {
  __m512i y[lanes];
#pragma GCC unroll 8
  for (int i = 0; i < lanes; i += 2) {
    y[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
    y[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < lanes; i += 4) {
    x[i] = _mm512_unpacklo_epi64(y[i], y[i + 2]);
    x[i + 1] = _mm512_unpackhi_epi64(y[i], y[i + 2]);
    x[i + 2] = _mm512_unpacklo_epi64(y[i + 1], y[i + 3]);
    x[i + 3] = _mm512_unpackhi_epi64(y[i + 1], y[i + 3]);
  }
  // x[4 g + c] has columns c, c + 4, c + 8, c + 12 of rows 4 g to 4 g + 3.
#pragma GCC unroll 4
  for (int c = 0; c < 4; c++) {
    y[c] = _mm512_shuffle_i32x4(x[c], x[4 + c], 0x88);
    y[4 + c] = _mm512_shuffle_i32x4(x[c], x[4 + c], 0xdd);
    y[8 + c] = _mm512_shuffle_i32x4(x[8 + c], x[12 + c], 0x88);
    y[12 + c] = _mm512_shuffle_i32x4(x[8 + c], x[12 + c], 0xdd);
  }
#pragma GCC unroll 4
  for (int c = 0; c < 4; c++) {
    x[c] = _mm512_shuffle_i32x4(y[c], y[8 + c], 0x88);
    x[8 + c] = _mm512_shuffle_i32x4(y[c], y[8 + c], 0xdd);
    x[4 + c] = _mm512_shuffle_i32x4(y[4 + c], y[12 + c], 0x88);
    x[12 + c] = _mm512_shuffle_i32x4(y[4 + c], y[12 + c], 0xdd);
  }
}

// A part of 32 neighbours, those of each half that are there; what is kept in bfloat16 is taken as it is.
template <int part>
PG_INLINE __m512i neighbours(const float *from, __mmask16 low, __mmask16 high) {
  return rounded(rest<part>(_mm512_maskz_loadu_ps(low, from)), rest<part>(_mm512_maskz_loadu_ps(high, from + lanes)));
}
PG_INLINE __m512 widened(const half::Float16 *from, __mmask16 there) {
  return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(there, from));
}
template <int part>
PG_INLINE __m512i neighbours(const half::Float16 *from, __mmask16 low, __mmask16 high) {
  return rounded(widened(from, low), widened(from + lanes, high));
}
template <int part>
PG_INLINE __m512i neighbours(const half::Bfloat16 *from, __mmask16 low, __mmask16 high) {
  return _mm512_maskz_loadu_epi16(static_cast<__mmask32>(high) << lanes | low, from);
}

// A part of 16 pairs, of those that are there, whose halves lie so far apart.
template <int part>
PG_INLINE __m512i pairsAt(const float *from, int64_t apart, __mmask16 low, __mmask16 high) {
  return interleaved(rounded(rest<part>(_mm512_maskz_loadu_ps(low, from)), rest<part>(_mm512_maskz_loadu_ps(high, from + apart))));
}
template <int part>
PG_INLINE __m512i pairsAt(const half::Float16 *from, int64_t apart, __mmask16 low, __mmask16 high) {
  return interleaved(rounded(widened(from, low), widened(from + apart, high)));
}
template <int part>
PG_INLINE __m512i pairsAt(const half::Bfloat16 *from, int64_t apart, __mmask16 low, __mmask16 high) {
  const __m256i first = _mm256_maskz_loadu_epi16(low, from), second = _mm256_maskz_loadu_epi16(high, from + apart);
  return interleaved(_mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1));
}

// A part of up to 16 lines by 32 depths. `byLine`: a vector is a line's 16 pairs; otherwise it is a pair of depths of 16 lines. Zeros
// where there is nothing.
template <int part, class Element>
PG_INLINE void block(__m512i *x, bool byLine, const Element *from, int64_t line, int64_t depth, int64_t lines, int64_t depths) {
  if (line == 1 && depth != 1) {
    const __mmask16 there = first(lines);
#pragma GCC unroll 16
    for (int p = 0; p < lanes; p++)
      x[p] = pairsAt<part>(from + 2 * p * depth, depth, 2 * p < depths ? there : 0, 2 * p + 1 < depths ? there : 0);
    if (byLine) turn(x);
    return;
  }
  Element gathered[lanes * panel];
  if (depth != 1) {
    for (int64_t i = 0; i < lines && i < lanes; i++)
      for (int64_t p = 0; p < depths && p < panel; p++) gathered[i * panel + p] = from[i * line + p * depth];
    from = gathered;
    line = panel;
  }
  const __mmask16 low = first(depths), high = first(depths - lanes);
#pragma GCC unroll 16
  for (int i = 0; i < lanes; i++) x[i] = i < lines ? neighbours<part>(from + i * line, low, high) : _mm512_setzero_si512();
  if (!byLine) turn(x);
}

// A part of the first `there` of so many depths of a line, which are neighbours. Zeros behind them.
template <int part, class Element>
void packLine(uint32_t *to, const Element *from, int64_t there, int64_t depth) {
  for (int64_t p = 0; p < depth; p += panel)
    _mm512_storeu_si512(to + p / 2, neighbours<part>(from + p, first(there - p), first(there - p - lanes)));
}

template <int part, class Element>
void packLineBlock(uint32_t *to, const Element *a, int64_t row, int64_t column, int64_t rows, int64_t depth) {
  __m512i x[lanes];
  block<part>(x, true, a, row, column, rows, depth);
  for (int j = 0; j < lanes; j++) _mm512_storeu_si512(to + j * rowPairs, x[j]);
}

// What is kept in 16 bits is never taken in parts.
template <class Element>
void packLines(uint32_t *to, int parts, int64_t apart, const Element *a, int64_t row, int64_t column, int64_t rows, int64_t depth) {
  constexpr bool splits = sizeof(Element) == sizeof(float);
  // As memory is fetched ahead: along a line, or along the lines of a depth.
  if (column == 1)
    for (int64_t i = 0; i < (rows + lanes - 1) / lanes * lanes; i++, to += rowPairs) {
      const Element *const from = i < rows ? a + i * row : a;
      const int64_t there = i < rows ? depth : 0;
      packLine<0>(to, from, there, depth);
      if constexpr (splits) {
        if (parts == 1) continue;
        packLine<1>(to + apart, from, there, depth);
        packLine<2>(to + 2 * apart, from, there, depth);
      }
    }
  else
    for (int64_t p = 0; p < depth; p += panel)
      for (int64_t i = 0; i < rows; i += lanes) {
        const Element *const from = a + i * row + p * column;
        uint32_t *const at = to + i * rowPairs + p / 2;
        packLineBlock<0>(at, from, row, column, rows - i, depth - p);
        if constexpr (splits) {
          if (parts == 1) continue;
          packLineBlock<1>(at + apart, from, row, column, rows - i, depth - p);
          packLineBlock<2>(at + 2 * apart, from, row, column, rows - i, depth - p);
        }
      }
}

template <int part, class Element>
void packPanelBlock(uint32_t *to, const Element *b, int64_t row, int64_t column, int64_t columns, int64_t depth) {
  __m512i x[lanes];
  block<part>(x, false, b, column, row, columns, depth);
  for (int q = 0; q < lanes; q++) _mm512_storeu_si512(to + q * panel, x[q]);
}

template <class Element>
void packPanel(uint32_t *to, int parts, int64_t apart, const Element *b, int64_t row, int64_t column, int64_t columns, int64_t depth) {
  for (int64_t half = 0; half < panel; half += lanes)
    for (int64_t p = 0; p < depth; p += panel) {
      const Element *const from = b + half * column + p * row;
      uint32_t *const at = to + p / 2 * panel + half;
      packPanelBlock<0>(at, from, row, column, columns - half, depth - p);
      if constexpr (sizeof(Element) == sizeof(float)) {
        if (parts == 1) continue;
        packPanelBlock<1>(at + apart, from, row, column, columns - half, depth - p);
        packPanelBlock<2>(at + 2 * apart, from, row, column, columns - half, depth - p);
      }
    }
}

// A panel of B, packed, its parts so many words apart.
template <int count>
struct PackedPanel {
  static constexpr int parts = count;
  const uint32_t *b;
  int64_t apart;
  PackedPanel part(int i) const { return {b + i * apart, apart}; }
  __m512i pairs(int64_t p, int vector) const { return _mm512_loadu_si512(b + p * panel + vector * lanes); }
};

// A panel of B where it lies, its columns neighbours, for the one tile that needs it.
template <class Element>
struct InPlace {
  static constexpr int parts = 1;
  const Element *b;
  int64_t row, depth;
  __mmask16 there[2];
  InPlace part(int) const { return *this; }
  __m512i pairs(int64_t p, int vector) const {
    return pairsAt<0>(b + 2 * p * row + vector * lanes, row, there[vector], 2 * p + 1 < depth ? there[vector] : 0);
  }
};

// A panel of B where it lies, for the first of several tiles: it keeps what it rounds, which the others find packed. Between the
// products of a tile that takes hardly any time, and B is fetched while they are made.
template <class Element>
struct KeptPanel {
  static constexpr int parts = 1;
  InPlace<Element> from;
  uint32_t *kept;
  KeptPanel part(int) const { return *this; }
  __m512i pairs(int64_t p, int vector) const {
    const __m512i found = from.pairs(p, vector);
    _mm512_storeu_si512(kept + p * panel + vector * lanes, found);
    return found;
  }
};

// C tile = or += rows of A · a panel of B. Only the first `rows` and `columns` are written.
template <int MR, int NV, bool add, class Right>
__attribute__((noinline)) void tile(int64_t pairs, const uint32_t *lines, int64_t apart, const Right panels, float *c, int64_t cRow, int rows,
                                    int columns) {
  __m512 sums[MR][NV];
#pragma GCC unroll 16
  for (int i = 0; i < MR; i++)
#pragma GCC unroll 2
    for (int j = 0; j < NV; j++) sums[i][j] = _mm512_setzero_ps();
  if (add) {
#pragma GCC unroll 16
    for (int i = 0; i < MR; i++)
#pragma GCC unroll 2
      for (int j = 0; j < NV; j++) __builtin_prefetch(c + (i < rows ? i : rows - 1) * cRow + j * lanes, 1);
  }
  for (int pair = firstPair(Right::parts); pair < pairCount; pair++) {
    const uint32_t *const a = lines + partPairs[pair].a * apart;
    const Right b = panels.part(partPairs[pair].b);
    for (int64_t p = 0; p < pairs; p++) {
      __m512bh right[NV];
#pragma GCC unroll 2
      for (int j = 0; j < NV; j++) right[j] = (__m512bh)b.pairs(p, j);
#pragma GCC unroll 16
      for (int i = 0; i < MR; i++) {
        const __m512bh left = (__m512bh)_mm512_set1_epi32(static_cast<int>(a[i * rowPairs + p]));
#pragma GCC unroll 2
        for (int j = 0; j < NV; j++) sums[i][j] = _mm512_dpbf16_ps(sums[i][j], left, right[j]);
      }
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < MR; i++)
    if (i < rows)
#pragma GCC unroll 2
      for (int j = 0; j < NV; j++) {
        float *const to = c + i * cRow + j * lanes;
        const __mmask16 there = first(columns - j * lanes);
        _mm512_mask_storeu_ps(to, there, add ? _mm512_add_ps(_mm512_maskz_loadu_ps(there, to), sums[i][j]) : sums[i][j]);
      }
}

template <bool add, class Right>
void tiles(Packed x, const Right &b, float *c, int64_t cRow, int64_t rows, int columns) {
  const bool narrow = columns <= lanes;
#define PG_TILE(MR, left)                                                              \
  narrow ? tile<MR, 1, add, Right>(x.pairs, x.a, x.aPart, b, c, cRow, left, columns)    \
         : tile<MR, 2, add, Right>(x.pairs, x.a, x.aPart, b, c, cRow, left, columns)
  for (int64_t i = 0; i < rows; i += tileRows, x.a += tileRows * rowPairs, c += tileRows * cRow) {
    const int left = rows - i < tileRows ? static_cast<int>(rows - i) : tileRows;
    if (left > 8) PG_TILE(tileRows, left);
    else if (left > 4) PG_TILE(8, left);
    else PG_TILE(4, left);
  }
#undef PG_TILE
}

// c[j] = or += a, packed, · line j of B, where lines lie along the depth.
template <bool add, class Element>
void dots(int64_t columns, int64_t depth, const uint32_t *a, const Element *b, int64_t line, float *c) {
  constexpr int together = 4;
  for (int64_t j = 0; j < columns; j += together) {
    const Element *from[together];
    __m512 sums[together];
#pragma GCC unroll 4
    for (int i = 0; i < together; i++) {
      from[i] = b + (j + i < columns ? j + i : columns - 1) * line;
      sums[i] = _mm512_setzero_ps();
    }
    for (int64_t p = 0; p < depth; p += panel) {
      const __m512bh left = (__m512bh)_mm512_loadu_si512(a + p / 2);
      const __mmask16 low = first(depth - p), high = first(depth - p - lanes);
#pragma GCC unroll 4
      for (int i = 0; i < together; i++)
        sums[i] = _mm512_dpbf16_ps(sums[i], left, (__m512bh)neighbours<0>(from[i] + p, low, high));
    }
#pragma GCC unroll 4
    for (int i = 0; i < together; i++)
      if (j + i < columns) c[j + i] = (add ? c[j + i] : 0) + _mm512_reduce_add_ps(sums[i]);
  }
}

// How B is read: packed, where it lies, so and kept by the first tile of each panel, or as lines that lie along the depth.
enum class Right { PACKED, IN_PLACE, KEPT, LINES };

// C = or += some rows of A · some columns of B, from such elements of the factors on.
struct Block {
  int64_t rows, columns, depth, a, b;
  float *c;
};

// Where the packed parts of a block lie, and how many words one panel of B is from the next: none where one follows the other.
struct Parts {
  uint32_t *a, *b;
  int64_t aPart, bPart, nextPanel;
  int count;
};

// A panel is packed just before the first tiles that need it, so that they find it in the cache.
template <bool add, class Element>
void multiplyPanels(const PairTiles &packed, Right right, const Gemm<float> &g, const Block &x, const Element *b, bool packsB,
                    const Parts &parts) {
  uint32_t *at = parts.b;
  for (int64_t j = 0; j < x.columns; j += panel, at += parts.nextPanel) {
    const int columns = x.columns - j < panel ? static_cast<int>(x.columns - j) : panel;
    const Element *const from = b + j * g.bColumn;
    float *const c = x.c + j;
    const InPlace<Element> there{from, g.bRow, x.depth, {first(columns), first(columns - lanes)}};
    Packed factors{parts.a, at, parts.aPart, parts.bPart, parts.count, (x.depth + 1) / 2};
    switch (right) {
      case Right::IN_PLACE: tiles<add>(factors, there, c, g.cRow, x.rows, columns); break;
      case Right::KEPT: {
        const int64_t top = x.rows < tileRows ? x.rows : tileRows;
        tiles<add>(factors, KeptPanel<Element>{there, at}, c, g.cRow, top, columns);
        factors.a += top * rowPairs;
        packed.multiply(add, factors, c + top * g.cRow, g.cRow, x.rows - top, columns);
        break;
      }
      default:
        if (packsB) packPanel(at, parts.count, parts.bPart, from, g.bRow, g.bColumn, columns, x.depth);
        packed.multiply(add, factors, c, g.cRow, x.rows, columns);
    }
  }
}

template <bool add>
void multiplyBlock(const PairTiles &packed, Right right, const Gemm<float> &g, const Block &x, bool packsB, const Parts &parts) {
  withElements(g.a, g.aHalf, x.a, [&](const auto *from) {
    packLines(parts.a, parts.count, parts.aPart, from, g.aRow, g.aColumn, x.rows, x.depth);
  });
  withElements(g.b, g.bHalf, x.b, [&](const auto *from) {
    if (right == Right::LINES) dots<add>(x.columns, x.depth, parts.a, from, g.bColumn, x.c);
    else multiplyPanels<add>(packed, right, g, x, from, packsB, parts);
  });
}

template <int parts>
void tilesOf(bool add, const Packed &x, float *c, int64_t cRow, int64_t rows, int columns) {
  const PackedPanel<parts> panels{x.b, x.bPart};
  (add ? tiles<true, PackedPanel<parts>> : tiles<false, PackedPanel<parts>>)(x, panels, c, cRow, rows, columns);
}

void packedTiles(bool add, const Packed &x, float *c, int64_t cRow, int64_t rows, int columns) {
  (x.parts == 1 ? tilesOf<1> : tilesOf<splitParts>)(add, x, c, cRow, rows, columns);
}

void nothing() {}

const PairTiles ownTiles{tileRows, true, nothing, nothing, packedTiles};

template <int parts>
void runOwn(const Gemm<float> &g, const GemmPart &part, const BlockDone *done) {
  runPart(ownTiles, parts, g, part, done);
}

}  // namespace

void runPart(const PairTiles &packed, int parts, const Gemm<float> &g, const GemmPart &part, const BlockDone *done) {
  const int64_t m = part.row1 - part.row0, n = part.column1 - part.column0, k = g.k;
  const int64_t a = part.row0 * g.aRow, b = part.column0 * g.bColumn;
  float *const c = g.c + part.row0 * g.cRow + part.column0;
  const Finished finished{part, done};
  // Chosen for the whole product, so that parts add up in the same order.
  const Right right = parts > 1         ? Right::PACKED
                      : g.bColumn == 1 ? (g.m <= packed.mostInPlace ? Right::IN_PLACE
                                          : packed.keeps            ? Right::KEPT
                                                                    : Right::PACKED)
                                       : (g.m == 1 && g.bRow == 1 ? Right::LINES : Right::PACKED);
  const int64_t depths = (k + 2 * blockPairs - 1) / (2 * blockPairs);
  const int64_t blockDepth = ((k + depths - 1) / depths + panel - 1) / panel * panel;
  const int64_t height = ((m < blockRows ? m : blockRows) + lanes - 1) / lanes * lanes;
  const bool hasPanels = right == Right::PACKED || right == Right::KEPT;
  // Panels stay for later blocks of rows, where rounding them again would not be hidden.
  const bool stay = right == Right::PACKED && m > blockRows;
  const int64_t width = stay && n > panel ? ((n < blockColumns ? n : blockColumns) + panel - 1) / panel * panel : panel;
  const Parts memory{static_cast<uint32_t *>(gemmMemory(part.thread, 0, parts * height * rowPairs * 4)),
                     hasPanels ? static_cast<uint32_t *>(gemmMemory(part.thread, 1, parts * width * blockDepth * 2)) : nullptr,
                     height * rowPairs, width * blockDepth / 2, stay ? blockDepth / 2 * panel : 0, parts};
  if (memory.a == nullptr || (hasPanels && memory.b == nullptr)) return;
  packed.begin();
  for (int64_t jc = 0; jc < n; jc += blockColumns) {
    const int64_t nc = n - jc < blockColumns ? n - jc : blockColumns;
    for (int64_t pc = 0; pc < k; pc += blockDepth) {
      const int64_t kc = k - pc < blockDepth ? k - pc : blockDepth;
      for (int64_t ic = 0; ic < m; ic += blockRows) {
        const int64_t mc = m - ic < blockRows ? m - ic : blockRows;
        const Block block{mc, nc, kc, a + ic * g.aRow + pc * g.aColumn, b + pc * g.bRow + jc * g.bColumn, c + ic * g.cRow + jc};
        (pc > 0 ? multiplyBlock<true> : multiplyBlock<false>)(packed, right, g, block, ic == 0, memory);
        if (pc + kc < k) continue;
        if (!finished.wholeRows()) finished.block(ic, ic + mc, jc, jc + nc);
        else if (jc + nc == n) finished.rows(ic, ic + mc);
      }
    }
  }
  packed.end();
}

extern const PairKernels pairKernels = {runOwn<1>, runOwn<splitParts>, tileRows, panel};

}  // namespace bfloat16
}  // namespace puregrad

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
