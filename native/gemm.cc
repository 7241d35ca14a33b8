#include "gemm.h"
#include "gemm_bfloat16.h"
#include "gemm_limits.h"
#include "gemm_tables.h"
#include "isa.h"
#include "memory.h"
#if !defined(__wasm__)
#include <cstdlib>
#include <cstring>
#endif

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
#if !defined(__wasm__)
  // Threads of workers end.
  ~Kept() { pgFree(memory); }
#endif
};

#if defined(__wasm__)
Kept kept[3];
#else
// Calls may come from several threads of the process at once; the part of a product names its own slot.
thread_local Kept kept[3];
#endif

// C cut into rows by columns of parts.
struct Grid {
  int64_t rows, columns;
};

// What computes a part, in tiles of so many rows by columns.
template <class T>
struct PartKernel {
  void (*run)(const Gemm<T> &, const GemmPart &, const BlockDone *);
  int rows, columns;
};

PartKernel<float> partKernel(const GemmKernels &kernels, const Gemm<float> &) {
  return {kernels.single, kernels.rows, kernels.lanes};
}
PartKernel<double> partKernel(const GemmKernels &kernels, const Gemm<double> &) {
  return {kernels.twice, kernels.rows, kernels.lanes};
}

template <class T>
struct Work {
  const Gemm<T> *g;
  const BlockDone *done;
  PartKernel<T> kernel;
  Grid grid;
  bool direct;
};

int64_t boundary(int64_t size, int64_t unit, int64_t part, int64_t parts) {
  const int64_t units = (size + unit - 1) / unit;
  const int64_t at = units * part / parts * unit;
  return at < size ? at : size;
}

template <class T>
void runWork(void *context, int64_t index, int thread) {
  const Work<T> &work = *static_cast<const Work<T> *>(context);
  const Gemm<T> &g = *work.g;
  const int64_t row = index / work.grid.columns, column = index % work.grid.columns;
  const int rows = work.kernel.rows, columns = work.kernel.columns;
  const GemmPart part{boundary(g.m, rows, row, work.grid.rows),
                      boundary(g.m, rows, row + 1, work.grid.rows),
                      boundary(g.n, columns, column, work.grid.columns),
                      boundary(g.n, columns, column + 1, work.grid.columns),
                      thread,
                      work.direct};
  if (part.row0 < part.row1 && part.column0 < part.column1) work.kernel.run(g, part, work.done);
}

// The grid of so many parts whose largest part takes least time: its tiles, and reading its rows of A and its columns of B,
// which every part does anew. An element that is copied, or that is read from a page of its own, takes as long as some 16
// multiplications: 0.2 to 0.6 ns, measured on Zen 4.
template <class T>
Grid gridOf(const Gemm<T> &g, const PartKernel<T> &kernel, bool direct, int64_t parts, bool rowsOnly) {
  const double near = 4, far = 16;
  const double readA = direct && g.aColumn == 1 ? near : far;
  const double readB = direct && g.bColumn == 1 && !hasLargeB(g) ? near : far;
  const int64_t rowTiles = (g.m + kernel.rows - 1) / kernel.rows;
  const int64_t columnTiles = (g.n + kernel.columns - 1) / kernel.columns;
  Grid best{parts, 1};
  double least = 0;
  for (int64_t columns = 1; columns <= (rowsOnly ? 1 : parts); columns++) {
    if (parts % columns != 0) continue;
    const int64_t rows = parts / columns;
    // Few rows are not packed, nor are they cut.
    if ((g.m <= 3 || isThin(g)) && rows > 1) continue;
    const double height = static_cast<double>((rowTiles + rows - 1) / rows) * kernel.rows;
    const double width = static_cast<double>((columnTiles + columns - 1) / columns) * kernel.columns;
    const double time = height * width + readA * height + readB * width;
    if (least > 0 && time >= least) continue;
    least = time;
    best = {rows, columns};
  }
  return best;
}

// Of the transposed product: the rows finished are columns of it.
void turnedDone(void *context, int64_t row0, int64_t row1, int64_t column0, int64_t column1, int thread) {
  const BlockDone &done = *static_cast<const BlockDone *>(context);
  done.call(done.context, column0, column1, row0, row1, thread);
}

// A column whose elements are neighbours is the row of the transposed product.
template <class T>
bool isTurned(const Gemm<T> &g) {
  return g.n == 1 && g.m > 1 && g.cRow == 1;
}
template <class T, class Multiply>
void turnedProduct(const Gemm<T> &g, const BlockDone *done, Multiply multiply) {
  const Gemm<T> turned{1, g.m, g.k, g.b, 0, g.bRow, g.a, g.aColumn, g.aRow, g.c, g.m, g.bHalf, g.aHalf};
  if (done == nullptr) return multiply(turned, nullptr);
  const BlockDone turnedBlocks{turnedDone, const_cast<BlockDone *>(done), false, done->anyThread};
  multiply(turned, &turnedBlocks);
}

template <class T>
double workOf(const Gemm<T> &g) {
  return static_cast<double>(g.m) * static_cast<double>(g.n) * static_cast<double>(g.k);
}

// A thread is worth its start from a tenth of a million products on. Twice as many parts, where they are large: what a
// busy core leaves undone is then taken over by the others.
template <class T>
void share(const Gemm<T> &g, const PartKernel<T> &kernel, bool direct, int threads, const BlockDone *done) {
  const double work = workOf(g);
  const int64_t most = static_cast<int64_t>(work / 1e5);
  int64_t parts = threads <= 1 || most <= 1 ? 1 : most < threads ? most : threads;
  if (parts == 1) return kernel.run(g, GemmPart{0, g.m, 0, g.n, 0, direct}, done);
  if (work > 16e6 * static_cast<double>(parts) && (done == nullptr || done->anyThread)) parts *= 2;
  Work<T> context{&g, done, kernel, gridOf(g, kernel, direct, parts, done != nullptr && done->wholeRows), direct};
  parallel(threads, parts, runWork<T>, &context, work * (sizeof(T) == 4 ? 0.015 : 0.03));
}

template <class T>
void multiply(const Gemm<T> &g, int threads, const BlockDone *done) {
  if (g.m <= 0 || g.n <= 0) return;
  if (isTurned(g))
    return turnedProduct(g, done, [&](const Gemm<T> &turned, const BlockDone *blocks) { multiply(turned, threads, blocks); });
  const GemmKernels &kernel = kernels();
  const double work = workOf(g);
  // Without copies of A: products whose B stays in the caches, and few columns, where A is read only once.
  const bool few = g.m <= 3 || g.n <= 3 * kernel.lanes || work <= 1e6;
  const GemmLimits &limits = gemmLimits();
  const int64_t span = g.k * (g.bColumn == 1 ? g.bRow : g.n) * static_cast<int64_t>(sizeof(T));
  const bool direct = hasHalves(g) ? isThin(g) : few || (work <= kernel.mostDirect && g.k <= 1024 && g.k * g.n <= 2000000 &&
                              span <= limits.directSpan && (g.aColumn == 1 || limits.turnedDirect));
  share(g, partKernel(kernel, g), direct, threads, done);
}

inline float toBfloat16(float x) {
  uint32_t word;
  __builtin_memcpy(&word, &x, sizeof word);
  const uint32_t size = word & 0x7fffffff;
  // NaN stays one, numbers below the smallest normal one become 0, all others the nearest, of two as near the even one.
  word = size > 0x7f800000   ? word | 0x400000
         : size < 0x00800000 ? word & 0x80000000
                             : word + 0x7fff + ((word >> 16) & 1);
  word &= 0xffff0000;
  __builtin_memcpy(&x, &word, sizeof x);
  return x;
}

inline float toBfloat16(half::Float16 x) { return toBfloat16(half::floatOf(x)); }
inline float toBfloat16(half::Bfloat16 x) { return toBfloat16(half::floatOf(x)); }

// Row by row of what lies along the shorter stride, which is kept.
template <class Element>
void copyRounded(float *to, const Element *from, int64_t rows, int64_t columns, int64_t row, int64_t column) {
  for (int64_t i = 0; i < rows; i++, to += columns) {
    const Element *at = from + i * row;
    if (column == 1)
      for (int64_t j = 0; j < columns; j++) to[j] = toBfloat16(at[j]);
    else
      for (int64_t j = 0; j < columns; j++) to[j] = toBfloat16(at[j * column]);
  }
}

// Where no instruction takes bfloat16: products of rounded copies.
void multiplyCopies(const Gemm<float> &g, int threads, const BlockDone *done) {
  const int64_t bytes = (g.m + g.n) * g.k * static_cast<int64_t>(sizeof(float));
  float *const a = static_cast<float *>(gemmMemory(0, 2, bytes > 0 ? bytes : 1));
  if (a == nullptr) return;
  float *const b = a + g.m * g.k;
  const bool aTurned = g.aColumn != 1 && g.aRow == 1, bTurned = g.bColumn != 1 && g.bRow == 1;
  withElements(g.a, g.aHalf, 0, [&](const auto *from) {
    if (aTurned) copyRounded(a, from, g.k, g.m, g.aColumn, 1);
    else copyRounded(a, from, g.m, g.k, g.aRow, g.aColumn);
  });
  withElements(g.b, g.bHalf, 0, [&](const auto *from) {
    if (bTurned) copyRounded(b, from, g.n, g.k, g.bColumn, 1);
    else copyRounded(b, from, g.k, g.n, g.bRow, g.bColumn);
  });
  const Gemm<float> copies{g.m, g.n, g.k, a, aTurned ? 1 : g.k, aTurned ? g.m : 1, b, bTurned ? 1 : g.n, bTurned ? g.k : 1,
                           g.c, g.cRow};
  multiply(copies, threads, done);
}

#if defined(__x86_64__)
// Which tiles multiply factors in bfloat16; for those in three parts null where float32 is faster.
struct ChosenPairs {
  const PairKernels *rounded, *split;
};

// PUREGRAD_TILES chooses by hand: none for AVX-512 alone, and for tests what takes longer: imitated for the tiles where there is
// no unit for them, vectors for AVX-512 of factors in three parts too.
ChosenPairs choosePairs() {
  const char *const given = std::getenv("PUREGRAD_TILES");
  const auto says = [given](const char *word) { return given != nullptr && std::strcmp(given, word) == 0; };
  if (!hasBfloat16()) return {nullptr, nullptr};
  if (says("imitated")) return {&amx::imitated, &amx::imitated};
  if (says("vectors")) return {&bfloat16::pairKernels, &bfloat16::pairKernels};
  if (!says("none") && amx::isThere()) return {&amx::pairKernels, &amx::pairKernels};
  return {&bfloat16::pairKernels, nullptr};
}

const ChosenPairs &chosenPairs() {
  static const ChosenPairs chosen = choosePairs();
  return chosen;
}
#endif

void multiplyRounded(const Gemm<float> &g, int threads, const BlockDone *done) {
  if (g.m <= 0 || g.n <= 0) return;
#if defined(__x86_64__)
  const PairKernels *const kernel = chosenPairs().rounded;
  if (kernel != nullptr && g.k > 0) {
    if (isTurned(g))
      return turnedProduct(g, done,
                           [&](const Gemm<float> &turned, const BlockDone *blocks) { multiplyRounded(turned, threads, blocks); });
    return share(g, PartKernel<float>{kernel->rounded, kernel->rows, kernel->lanes}, false, threads, done);
  }
#endif
  multiplyCopies(g, threads, done);
}

void multiplySplit(const Gemm<float> &g, int threads, const BlockDone *done) {
#if defined(__x86_64__)
  // Of fewer than a tile's worth in any direction most of a tile would be empty, and packing would cost more than products.
  // Factors of 16 bits have fewer than three parts.
  constexpr int64_t side = 16;
  const PairKernels *const kernel = chosenPairs().split;
  if (kernel != nullptr && !hasHalves(g) && g.m > side && g.n > side && g.k > side && bfloat16::splitsWell(g, threads))
    return share(g, PartKernel<float>{kernel->split, kernel->rows, kernel->lanes}, false, threads, done);
#endif
  multiply(g, threads, done);
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
void gemmRounded(const Gemm<float> &g, int threads, const BlockDone *done) { multiplyRounded(g, threads, done); }
void gemmSplit(const Gemm<float> &g, int threads, const BlockDone *done) { multiplySplit(g, threads, done); }
float roundedToBfloat16(float x) { return toBfloat16(x); }
void turnedCopy(float *to, int64_t toRow, const float *from, int64_t fromRow, int64_t lines, int64_t depth) {
  kernels().turnSingle(to, toRow, from, fromRow, lines, depth);
}
void turnedCopy(double *to, int64_t toRow, const double *from, int64_t fromRow, int64_t lines, int64_t depth) {
  kernels().turnTwice(to, toRow, from, fromRow, lines, depth);
}

}  // namespace puregrad
