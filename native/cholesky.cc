// The lower factor L of L·Lᵀ = (A + Aᵀ)/2. It is found as U = Lᵀ, block row by block row: what lies above a block is
// subtracted by one product, and rows are neighbours in all that follows.
#include "matrices.h"

namespace puregrad {
namespace {

constexpr int64_t tile = 16;

// Elements from row to row of U: rows whose distance is a power of two would share few sets of the cache.
inline int64_t rowLength(int64_t n) { return n + 16; }

// One triangle of (A + Aᵀ)/2, zeros in the other one: [i, j] with i ≤ j at i · row + j · column.
template <class T>
void symmetrize(int64_t n, const T *a, T *out, int64_t row, int64_t column) {
  const T half = static_cast<T>(0.5);
  for (int64_t i0 = 0; i0 < n; i0 += tile)
    for (int64_t j0 = i0; j0 < n; j0 += tile)
      for (int64_t i = i0; i < n && i < i0 + tile; i++)
        for (int64_t j = j0; j < n && j < j0 + tile; j++) {
          if (j < i) continue;
          out[j * row + i * column] = 0;
          out[i * row + j * column] = i == j ? a[i * (n + 1)] : half * a[i * n + j] + half * a[j * n + i];
        }
}

template <class T>
bool isPivot(T x) {
  return x > 0 && static_cast<double>(x) < __builtin_inf();
}

// Row i of U from column `first` on: the rows above it within the block, `above` of them, are subtracted and it is divided.
template <class T>
void finishRow(int64_t length, T *u, int64_t i, int64_t above, int64_t first, int64_t columns, T pivot) {
  T *const row = u + i * length + first;
  const T *const top = u + (i - above) * length;
  stepKernels(isa()).subtractProducts[dtypeOf<T>](row, top + i, length, top + first, length, above, columns);
  if (pivot == 1) return;
  for (int64_t j = 0; j < columns; j++) row[j] /= pivot;
}

// False where a pivot is not a positive finite number.
template <class T>
bool factor(int64_t n, T *u, T *product, int threads) {
  const int64_t length = rowLength(n);
  for (int64_t first = 0; first < n; first += blockRows) {
    const int64_t rows = n - first < blockRows ? n - first : blockRows, width = n - first, end = first + rows;
    subtractProduct(rows, width, first, u + first, int64_t{1}, length, u + first, length, int64_t{1},
                    u + first * length + first, length, product, threads);
    for (int64_t i = first; i < end; i++) {
      finishRow(length, u, i, i - first, i, end - i, T{1});
      T *const row = u + i * (length + 1);
      if (!isPivot(row[0])) return false;
      const T root = static_cast<T>(__builtin_sqrt(static_cast<double>(row[0])));
      for (int64_t j = 0; j < end - i; j++) row[j] /= root;
      row[0] = root;
      // The product has filled the other triangle too.
      fill(u + i * length + first, i - first, 0);
    }
    for (int64_t j = end; j < n; j += stripColumns)
      for (int64_t i = first; i < end; i++)
        finishRow(length, u, i, i - first, j, n - j < stripColumns ? n - j : stripColumns, u[i * (length + 1)]);
  }
  return true;
}

template <class T>
void factorOne(const RoutineCall &call, int64_t matrix, T *scratch, int threads) {
  const int64_t n = call.sizes[1];
  const T *const a = static_cast<const T *>(call.reads[0]) + matrix * n * n;
  T *const out = static_cast<T *>(call.out) + matrix * n * n;
  bool found;
  if (call.reproducible) {
    symmetrize(n, a, out, 1, n);
    found = factorSymmetricReproducibly(n, out);
  } else {
    const int64_t length = rowLength(n);
    symmetrize(n, a, scratch, length, 1);
    found = factor(n, scratch, scratch + n * length, threads);
    stepKernels(isa()).gatherMatrix[dtypeOf<T>](out, scratch, n, n, 1, length);
  }
  if (found) return;
  fill(out, n * n, 0);
  for (int64_t i = 0; i < n; i++) fill(out + i * n, i + 1, __builtin_nan(""));
}

bool reach(DType dtype, const int64_t *sizes, RoutineReach &arrays) {
  const double n = static_cast<double>(sizes[1]);
  const int64_t each = elementsOf(rowLength(sizes[1]) + blockRows, sizes[1]);
  arrays.arrays = 1;
  arrays.writes = arrays.reads[0] = elementsOf(sizes[0], sizes[1], sizes[1]);
  arrays.scratchBytes = scratchBytes(sizes[0], each, dtype == F32 ? 4 : 8);
  arrays.cost = static_cast<double>(sizes[0]) * n * n * (n / 60 + 1) * (dtype == F32 ? 1 : 2);
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) forEachMatrix<float, factorOne<float>>(call);
  else forEachMatrix<double, factorOne<double>>(call);
}

}  // namespace

extern const Routine choleskyRoutine = {"cholesky", 2, reach, run};

}  // namespace puregrad
