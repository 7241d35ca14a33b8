// P·A = L·U with partial pivoting (Crout's order): for each block of columns, what stands left of it and above it is
// subtracted by one product; then the block is factored, and the rows right of it are found.
#include "matrices.h"

namespace puregrad {
namespace {

constexpr int64_t tile = 16;

template <class T>
void exchange(T *a, T *b, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const T element = a[i];
    a[i] = b[i];
    b[i] = element;
  }
}

// The place of the largest of m absolute values, the first of equals; those of numbers are ordered as their bits are.
// NaN is it where it comes first, and nowhere else, as where each is compared with the largest before it.
template <class T, class Bits>
int64_t largestOf(int64_t m, const T *x) {
  constexpr Bits sign = static_cast<Bits>(Bits{1} << (8 * sizeof(T) - 1));
  const T infinity = static_cast<T>(__builtin_inf());
  Bits infinite, most = 0;
  __builtin_memcpy(&infinite, &infinity, sizeof infinite);
  const auto sizeAt = [&](int64_t i) {
    Bits bits;
    __builtin_memcpy(&bits, x + i, sizeof bits);
    bits = static_cast<Bits>(bits & ~sign);
    return bits > infinite ? Bits{0} : bits;
  };
  if (x[0] != x[0]) return 0;
  for (int64_t i = 0; i < m; i++) most = sizeAt(i) > most ? sizeAt(i) : most;
  for (int64_t i = 0; i < m; i++)
    if (sizeAt(i) == most) return i;
  return 0;
}

int64_t largest(int64_t m, const float *x) { return largestOf<float, uint32_t>(m, x); }
int64_t largest(int64_t m, const double *x) { return largestOf<double, uint64_t>(m, x); }

// A panel of `columns` columns of m rows, each column in one piece. pivots[c] is the row exchanged with row c.
template <class T>
void factorPanel(int64_t m, int64_t columns, T *panel, int64_t *pivots) {
  const auto subtract = stepKernels(isa()).subtractProducts[dtypeOf<T>];
  for (int64_t c = 0; c < columns; c++) {
    T *const column = panel + c * m;
    for (int64_t k = 1; k < c; k++)
      for (int64_t q = 0; q < k; q++) column[k] -= panel[q * m + k] * column[q];
    subtract(column + c, column, 1, panel + c, m, c, m - c);
    const int64_t pivot =
      pivots[c] = c + largest(m - c, column + c);
    if (pivot != c)
      for (int64_t k = 0; k < columns; k++) exchange(panel + k * m + c, panel + k * m + pivot, 1);
    const T divisor = column[c];
    if (divisor == 0) continue;
    for (int64_t i = c + 1; i < m; i++) column[i] /= divisor;
  }
}

// out[i, c] = panel column c, element i.
template <class T>
void writePanel(int64_t m, int64_t columns, const T *panel, T *out, int64_t row) {
  for (int64_t i0 = 0; i0 < m; i0 += tile)
    for (int64_t c = 0; c < columns; c++)
      for (int64_t i = i0; i < m && i < i0 + tile; i++) out[i * row + c] = panel[c * m + i];
}

template <class T>
void factor(int64_t n, T *x, T *scratch, int threads) {
  T *const order = x + n * n;
  for (int64_t i = 0; i < n; i++) order[i] = static_cast<T>(i);
  for (int64_t first = 0; first < n; first += blockRows) {
    const int64_t columns = n - first < blockRows ? n - first : blockRows, rows = n - first, end = first + columns;
    T *const corner = x + first * (n + 1);
    subtractProduct(rows, columns, first, x + first * n, n, int64_t{1}, x + first, n, int64_t{1}, corner, n, scratch, threads);
    stepKernels(isa()).gatherMatrix[dtypeOf<T>](scratch, corner, columns, rows, 1, n);
    int64_t pivots[blockRows];
    factorPanel(rows, columns, scratch, pivots);
    writePanel(rows, columns, scratch, corner, n);
    for (int64_t c = 0; c < columns; c++) {
      if (pivots[c] == c) continue;
      T *const row = x + (first + c) * n, *const other = x + (first + pivots[c]) * n;
      exchange(row, other, first);
      exchange(row + end, other + end, n - end);
      exchange(order + first + c, order + first + pivots[c], 1);
    }
    if (end == n) continue;
    T *const right = x + first * n + end;
    subtractProduct(columns, n - end, first, x + first * n, n, int64_t{1}, x + end, n, int64_t{1}, right, n, scratch, threads);
    substituteRows(columns, n - end, Triangle<T>{corner, n, 1, true, true}, right, n);
  }
}

template <class T>
void factorOne(const RoutineCall &call, int64_t matrix, T *scratch, int threads) {
  const int64_t n = call.sizes[1];
  T *const x = static_cast<T *>(call.out) + matrix * n * (n + 1);
  copy(x, static_cast<const T *>(call.reads[0]) + matrix * n * n, n * n);
  if (call.reproducible) factorReproducibly(n, x, scratch);
  else factor(n, x, scratch, threads);
}

bool reach(DType dtype, const int64_t *sizes, RoutineReach &arrays) {
  const double n = static_cast<double>(sizes[1]);
  arrays.arrays = 1;
  arrays.reads[0] = elementsOf(sizes[0], sizes[1], sizes[1]);
  arrays.writes = elementsOf(sizes[0], sizes[1], sizes[1] + 1);
  arrays.scratchBytes = scratchBytes(sizes[0], sizes[1] * blockRows, dtype == F32 ? 4 : 8);
  arrays.cost = static_cast<double>(sizes[0]) * n * n * (n / 30 + 1) * (dtype == F32 ? 1 : 2);
  return true;
}

void run(const RoutineCall &call) {
  if (call.dtype == F32) forEachMatrix<float, factorOne<float>>(call);
  else forEachMatrix<double, factorOne<double>>(call);
}

}  // namespace

extern const Routine luFactorRoutine = {"luFactor", 2, reach, run};

}  // namespace puregrad
