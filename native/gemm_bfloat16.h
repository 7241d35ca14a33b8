// What the tiles for products of factors in bfloat16 have in common.
#pragma once
#include "gemm_tables.h"

namespace puregrad {
namespace bfloat16 {

// Columns of a packed panel of B, and pairs of depths of a block. Rows of A lie so many pairs apart, and not a power of two,
// which would put them into few sets of the cache.
constexpr int panel = 32;
constexpr int64_t blockPairs = 256, rowPairs = blockPairs + 16;

// Tiles of packed factors. Behind the last pair of depths there are zeros up to a multiple of 16 pairs, in both.
struct PairTiles {
  // Products of up to so many rows leave B where it lies.
  int64_t mostInPlace;
  // Around the tiles of a part, on its thread.
  void (*begin)();
  void (*end)();
  // C = or += rows of A · a panel of B. Only `rows` and `columns` of C are written; rows of A exist up to a multiple of 16.
  void (*multiply)(bool add, int64_t pairs, const uint32_t *a, const uint32_t *b, float *c, int64_t cRow, int64_t rows,
                   int columns);
};

void runPart(const PairTiles &, const Gemm<float> &, const GemmPart &, const BlockDone *);

}  // namespace bfloat16

// gemm_amx.cc: tiles of a matrix unit, or an imitation of it for tests.
namespace amx {

// Whether this process may use the unit, and it multiplies as it should.
bool isThere();
extern const RoundedKernels roundedKernels, imitated;

}  // namespace amx
}  // namespace puregrad
