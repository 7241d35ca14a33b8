// What the files of the step kernels offer each other.
#pragma once
#include "step_kernels.h"

namespace puregrad {

namespace generic {
extern const StepKernels stepKernelTable;
}
#if defined(__x86_64__)
namespace avx2 {
extern const StepKernels stepKernelTable;
}
namespace avx512 {
extern const StepKernels stepKernelTable;
}
#endif

// Sine and cosine of portable_math.h, for arguments too large for the fast kernels.
double portableSin(double);
double portableCos(double);

}  // namespace puregrad
