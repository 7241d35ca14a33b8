// What the files of the matrix product offer each other.
#pragma once
#include <cstddef>
#include "gemm.h"
#include "gemm_limits.h"

namespace puregrad {

// A part of a product: which rows and columns of C, and on which thread.
struct GemmPart {
  int64_t row0, row1, column0, column1;
  int thread;
  // Without packing A; decided for the whole product, so that parts add up in the same order.
  bool direct;
};

// Whether rows of B lie in so many pages that many rows of A repay a copy, be it of the columns of one part.
template <class T>
bool hasLargeB(const Gemm<T> &g) {
  return g.k * g.n > 600000;
}

template <class T>
bool hasHalves(const Gemm<T> &g) {
  return g.aHalf.elements != nullptr || g.bHalf.elements != nullptr;
}

// Whether a product has too few rows to repay a copy of B, which lies along its columns or along the depth.
template <class T>
bool isThin(const Gemm<T> &g) {
  return g.m <= (hasHalves(g) || hasLargeB(g) ? 8 : 3) && (g.bColumn == 1 || g.bRow == 1);
}

// Calls with the elements of a factor from one of them on, as they are kept.
template <class T, class Call>
inline __attribute__((always_inline)) void withElements(const T *whole, const HalfFactor &kept, int64_t from, Call call) {
  if constexpr (sizeof(T) == sizeof(float)) {
    if (kept.elements != nullptr) {
      if (kept.isBfloat16) call(static_cast<const half::Bfloat16 *>(kept.elements) + from);
      else call(static_cast<const half::Float16 *>(kept.elements) + from);
      return;
    }
  }
  call(whole + from);
}

// Tells the caller of a product what of a part is final; rows and columns are those of the part.
struct Finished {
  const GemmPart &part;
  const BlockDone *done;

  bool wholeRows() const { return done == nullptr || done->wholeRows; }
  template <class T>
  const TileUpdate<T> *update() const {
    if constexpr (updatesInTiles && sizeof(T) == sizeof(float)) return done == nullptr ? nullptr : done->update;
    else return nullptr;
  }
  void block(int64_t row0, int64_t row1, int64_t column0, int64_t column1) const {
    if (done != nullptr)
      done->call(done->context, part.row0 + row0, part.row0 + row1, part.column0 + column0, part.column0 + column1,
                 part.thread);
  }
  void rows(int64_t row0, int64_t row1) const { block(row0, row1, 0, part.column1 - part.column0); }
};

// Kept working memory of a thread, at least so many bytes; null where there is none.
void *gemmMemory(int thread, int which, int64_t bytes);

struct GemmKernels {
  void (*single)(const Gemm<float> &, const GemmPart &, const BlockDone *);
  void (*twice)(const Gemm<double> &, const GemmPart &, const BlockDone *);
  // A tile of C; parts start at multiples of its rows and of the lanes of a vector.
  int rows, lanes;
  // Up to so many multiplications the tiles read A where it lies.
  double mostDirect;
  // See turnedCopy.
  void (*turnSingle)(float *to, int64_t toRow, const float *from, int64_t fromRow, int64_t lines, int64_t depth);
  void (*turnTwice)(double *to, int64_t toRow, const double *from, int64_t fromRow, int64_t lines, int64_t depth);
};

// Of factors in bfloat16: rounded, or split into three parts each.
struct PairKernels {
  void (*rounded)(const Gemm<float> &, const GemmPart &, const BlockDone *);
  void (*split)(const Gemm<float> &, const GemmPart &, const BlockDone *);
  int rows, lanes;
};

namespace generic {
extern const GemmKernels gemmKernels;
#if defined(__wasm__)
// Whole tiles of another module take the place of those here: packed, packed and added, of rows apart. See fused_tiles.cc.
typedef void (*GivenTile)(int64_t depth, const float *a, int64_t aRow, int64_t aColumn, int rows, const float *b, int64_t bRow,
                          float *c, int64_t cRow, int columns);
extern GivenTile givenTiles[3];
#endif
}
#if defined(__x86_64__)
namespace avx2 {
extern const GemmKernels gemmKernels;
}
namespace avx512 {
extern const GemmKernels gemmKernels;
}
namespace bfloat16 {
extern const PairKernels pairKernels;
}
#endif

}  // namespace puregrad
