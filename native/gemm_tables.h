// What the files of the matrix product offer each other.
#pragma once
#include <cstddef>
#include "gemm.h"

namespace puregrad {

// A part of a product: which rows and columns of C, and on which thread.
struct GemmPart {
  int64_t row0, row1, column0, column1;
  int thread;
  // Without packing A; decided for the whole product, so that parts add up in the same order.
  bool small;
};

// Kept working memory of a thread, at least so many bytes; null where there is none.
void *gemmMemory(int thread, int which, int64_t bytes);

struct GemmKernels {
  void (*single)(const Gemm<float> &, const GemmPart &, const BlockDone *);
  void (*twice)(const Gemm<double> &, const GemmPart &, const BlockDone *);
  // Parts start at multiples of these.
  int rows, columns;
};

namespace generic {
extern const GemmKernels gemmKernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const GemmKernels gemmKernels;
}
namespace avx512 {
extern const GemmKernels gemmKernels;
}
#endif

}  // namespace puregrad
