#include "gemm.h"
#include "gemm_tables.h"
#include "isa.h"
#include "memory.h"

namespace puregrad {

namespace {

const GemmKernels &kernels() {
  switch (isa()) {
#if defined(__x86_64__)
    case Isa::avx512:
      return avx512::gemmKernels;
    case Isa::avx2:
      return avx2::gemmKernels;
#endif
    default:
      return generic::gemmKernels;
  }
}

struct Kept {
  void *memory;
  int64_t bytes;
};

#if defined(__wasm__)
Kept kept[2];
#else
// Calls may come from several threads of the process at once; the part of a product names its own slot.
thread_local Kept kept[2];
#endif

template <class T>
struct Work {
  const Gemm<T> *g;
  const BlockDone *done;
  int64_t parts;
  bool byRows, small;
};

void run(const Gemm<float> &g, const GemmPart &part, const BlockDone *done) { kernels().single(g, part, done); }
void run(const Gemm<double> &g, const GemmPart &part, const BlockDone *done) { kernels().twice(g, part, done); }

int64_t boundary(int64_t size, int64_t unit, int64_t part, int64_t parts) {
  const int64_t units = (size + unit - 1) / unit;
  const int64_t at = units * part / parts * unit;
  return at < size ? at : size;
}

template <class T>
void runWork(void *context, int64_t index, int thread) {
  const Work<T> &work = *static_cast<const Work<T> *>(context);
  const Gemm<T> &g = *work.g;
  GemmPart part{0, g.m, 0, g.n, thread, work.small};
  if (work.byRows) {
    part.row0 = boundary(g.m, kernels().rows, index, work.parts);
    part.row1 = boundary(g.m, kernels().rows, index + 1, work.parts);
  } else {
    part.column0 = boundary(g.n, kernels().columns, index, work.parts);
    part.column1 = boundary(g.n, kernels().columns, index + 1, work.parts);
  }
  if (part.row0 < part.row1 && part.column0 < part.column1) run(g, part, work.done);
}

template <class T>
void multiply(const Gemm<T> &g, int threads, const BlockDone *done) {
  if (g.m <= 0 || g.n <= 0) return;
  const double work = static_cast<double>(g.m) * static_cast<double>(g.n) * static_cast<double>(g.k);
  // Without copies of A: short products, and few columns, where A is read only once.
  const bool small = work <= 300000 || g.n <= kernels().columns / 2;
  const bool byRows = (done != nullptr && done->wholeRows) || g.m >= g.n;
  // A thread is worth its start from about a million products on.
  const int64_t most = static_cast<int64_t>(work / 1e6);
  const int64_t parts = small || threads <= 1 || most <= 1 ? 1 : most < threads ? most : threads;
  Work<T> context{&g, done, parts, byRows, small};
  if (parts == 1) runWork<T>(&context, 0, 0);
  else parallel(static_cast<int>(parts), parts, runWork<T>, &context);
}

}  // namespace

void *gemmMemory(int, int which, int64_t bytes) {
  Kept &slot = kept[which];
  if (slot.bytes >= bytes) return slot.memory;
  pgFree(slot.memory);
  slot.memory = pgAllocate(static_cast<size_t>(bytes));
  slot.bytes = slot.memory == nullptr ? 0 : bytes;
  return slot.memory;
}

void gemm(const Gemm<float> &g, int threads, const BlockDone *done) { multiply(g, threads, done); }
void gemm(const Gemm<double> &g, int threads, const BlockDone *done) { multiply(g, threads, done); }

}  // namespace puregrad
