// Step kernels with vectors of 128 bits: what every x86-64, WebAssembly and NEON machine has.
#include "half.h"
#include "portable_math.h"
#include "special_math.h"
#include "step_kernel_tables.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace puregrad {
namespace generic {

#define PG_VECTOR_BYTES 16
#include "step_kernels.inc"

extern const StepKernels stepKernelTable = makeTable();

}  // namespace generic
}  // namespace puregrad
