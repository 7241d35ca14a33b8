// Epilogues that tiles of a product do themselves: a step along what is multiplied, as that of plain gradient descent,
//
//   matmul    c = xᵀ · dy
//   behind it r0 = c, r1 = rate, r2 = w; r3 = mul r1 r0; r4 = sub r2 r3; w' <- r4
//
// is w' = w − rate · xᵀ · dy, summed in registers. So c is neither written nor read again, and w comes into the cache while the sums
// are made.
#pragma once
#include "program.h"

namespace puregrad {

// Whether a product of float32 with this epilogue is such a step; nothing but the epilogue may read c then, which is for who asks to know.
bool isUpdate(const Matmul &matmul, const NestBody &epilogue, Update &update);

}  // namespace puregrad
