#include "step_kernels.h"
#include "step_kernel_tables.h"

namespace puregrad {

const StepKernels &stepKernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::avx512:
      return avx512::stepKernelTable;
    case Isa::avx2:
      return avx2::stepKernelTable;
#endif
    default:
      return generic::stepKernelTable;
  }
}

}  // namespace puregrad
