// What the tiles for products of factors in bfloat16 have in common.
#pragma once
#include "gemm_tables.h"

namespace puregrad {
namespace bfloat16 {

// Columns of a packed panel of B, and pairs of depths of a block. Rows of A lie so many pairs apart, and not a power of two,
// which would put them into few sets of the cache.
constexpr int panel = 32;
constexpr int64_t blockPairs = 256, rowPairs = blockPairs + 16;

// The parts of two factors that are multiplied, the smallest products first: the most that three parts give, of which those that
// are left out are 2^-24 of the whole or less. Factors of one part have the last.
struct Pair {
  int a, b;
};
constexpr int splitParts = 3, pairCount = 6;
constexpr Pair partPairs[pairCount] = {{1, 1}, {0, 2}, {2, 0}, {0, 1}, {1, 0}, {0, 0}};

// Packed factors, each in one part or three that lie so many words apart. Behind the last pair of depths there are zeros up to a
// multiple of 16 pairs, in all of them.
struct Packed {
  const uint32_t *a, *b;
  int64_t aPart, bPart;
  int parts;
  int64_t pairs;
};

constexpr int firstPair(int parts) { return parts == 1 ? pairCount - 1 : 0; }

struct PairTiles {
  // Products of up to so many rows leave B where it lies.
  int64_t mostInPlace;
  // Whether of more rows the first tile of a panel of B packs it.
  bool keeps;
  // Around the tiles of a part, on its thread.
  void (*begin)();
  void (*end)();
  // C = or += rows of A · a panel of B. Only `rows` and `columns` of C are written; rows of A exist up to a multiple of 16.
  void (*multiply)(bool add, const Packed &, float *c, int64_t cRow, int64_t rows, int columns);
};

// Of factors in one part, rounded, or in three, whose sums they are.
void runPart(const PairTiles &, int parts, const Gemm<float> &, const GemmPart &, const BlockDone *);

// Whether three parts of each factor are as good as the factors: none is infinite or no number, the parts have all bits of every
// element, and no sum of products goes beyond the largest number.
bool splitsWell(const Gemm<float> &, int threads);

}  // namespace bfloat16

// gemm_amx.cc: tiles of a matrix unit, or an imitation of it for tests.
namespace amx {

// Whether this process may use the unit, and it multiplies as it should.
bool isThere();
extern const PairKernels pairKernels, imitated;

}  // namespace amx
}  // namespace puregrad
