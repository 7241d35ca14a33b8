// What the two files of attention share; src/core/kernel/attention.ts describes the arrays.
#pragma once
#include <cstdint>
#include "routines.h"

namespace puregrad {

enum AttentionKind { FORWARD, TANGENT, COTANGENT };

struct AttentionSizes {
  int64_t batch, queries, keys, width;
  bool causal;
};

inline AttentionSizes attentionSizes(const int64_t *sizes) {
  return {sizes[0], sizes[1], sizes[2], sizes[3], sizes[4] != 0};
}

// Doubles: the weights of one row, and the sums of one of the batch.
inline int64_t attentionPlainScratch(const AttentionSizes &s) {
  return 8 * (s.keys + (s.queries + 2 * s.keys) * s.width);
}

// One order of operations on every executor, as `run` of the routines in TypeScript has it.
void reproducibleAttention(const RoutineCall &, AttentionKind);

}  // namespace puregrad
