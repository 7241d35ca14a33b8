// Machine code for chains of cheap elementwise steps: one loop that keeps everything between its loads and stores in
// vector registers. For x86-64 with AVX-512 where the system lets a process make code; elsewhere a chain is the step
// kernels one after another.
#pragma once
#include "step_kernels.h"

namespace puregrad {

// Operands are numbered: the sources first, then the steps. Places of pointers count from the start of the array the
// code is called with.
struct ChainSource {
  int32_t pointer;
  // One element for all of the block, rather than a block.
  bool one;
};
struct ChainStep {
  StepOp operation;
  int32_t inputs[3];
};
struct ChainStore {
  int32_t operand, pointer;
};
struct Chain {
  // F32 or F64, of all operands.
  DType dtype;
  int32_t sourceCount, stepCount, storeCount;
  const ChainSource *sources;
  const ChainStep *steps;
  const ChainStore *stores;
};

// On blocks of n elements; a store may lie exactly over a source.
using ChainCode = void (*)(char *const *pointers, int64_t n);

// Whether chains can be made on this machine, in this process.
bool makesChains();
bool isChainStep(StepOp, DType);

// Writes position-independent code and returns its bytes; 0 where there is no room or the operands do not fit in the
// registers. With `streaming` stores bypass the caches: pointers of stores are multiples of 64, and a fence has to
// follow.
int64_t writeChain(const Chain &, bool streaming, uint8_t *to, int64_t room);

// Memory for code: written first, then made executable and never written again. Null where there is none.
uint8_t *allocateCode(int64_t bytes);
bool sealCode(uint8_t *, int64_t bytes);
void freeCode(uint8_t *, int64_t bytes);

}  // namespace puregrad
