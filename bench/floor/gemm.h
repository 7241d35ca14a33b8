// A packed, cache-blocked product for any strides, for whatever vectors the compiler was told of (-march=native).
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>

#if defined(__AVX512F__)
constexpr int lanes = 16, tileRows = 8;
#elif defined(__AVX__)
constexpr int lanes = 8, tileRows = 6;
#else
constexpr int lanes = 4, tileRows = 6;
#endif
constexpr int tileColumns = 2 * lanes;
typedef float Vector __attribute__((vector_size(lanes * 4), aligned(4), may_alias));

struct Scratch {
  float *a = nullptr, *b = nullptr;
};
inline Scratch &scratch() {
  static thread_local Scratch s;
  return s;
}

constexpr int64_t depth = 384, rowsAtOnce = tileRows * 16, columnsAtOnce = tileColumns * 64;

// C = alpha A B + beta C; the columns of C lie next to each other.
inline void product(int64_t m, int64_t n, int64_t k, const float *a, int64_t aRow, int64_t aColumn, const float *b,
                    int64_t bRow, int64_t bColumn, float *c, int64_t cRow, float alpha = 1, float beta = 0) {
  Scratch &s = scratch();
  if (s.a == nullptr) {
    s.a = static_cast<float *>(aligned_alloc(64, sizeof(float) * rowsAtOnce * depth));
    s.b = static_cast<float *>(aligned_alloc(64, sizeof(float) * columnsAtOnce * depth));
  }
  for (int64_t j0 = 0; j0 < n; j0 += columnsAtOnce) {
    const int64_t columns = n - j0 < columnsAtOnce ? n - j0 : columnsAtOnce;
    for (int64_t k0 = 0; k0 < k; k0 += depth) {
      const int64_t deep = k - k0 < depth ? k - k0 : depth;
      for (int64_t j = 0; j < columns; j += tileColumns) {
        float *to = s.b + j * deep;
        const int64_t wide = columns - j < tileColumns ? columns - j : tileColumns;
        if (bRow == 1 && bColumn != 1) {
          for (int64_t x = 0; x < tileColumns; x++) {
            const float *from = b + k0 + (j0 + j + (x < wide ? x : 0)) * bColumn;
            for (int64_t l = 0; l < deep; l++) to[l * tileColumns + x] = x < wide ? from[l] : 0;
          }
          continue;
        }
        for (int64_t l = 0; l < deep; l++, to += tileColumns) {
          const float *from = b + (k0 + l) * bRow + (j0 + j) * bColumn;
          if (bColumn == 1 && wide == tileColumns) memcpy(to, from, sizeof(float) * tileColumns);
          else
            for (int64_t x = 0; x < tileColumns; x++) to[x] = x < wide ? from[x * bColumn] : 0;
        }
      }
      for (int64_t i0 = 0; i0 < m; i0 += rowsAtOnce) {
        const int64_t rows = m - i0 < rowsAtOnce ? m - i0 : rowsAtOnce;
        for (int64_t i = 0; i < rows; i += tileRows) {
          float *to = s.a + i * deep;
          const int64_t high = rows - i < tileRows ? rows - i : tileRows;
          if (aRow == 1) {
            const float *from = a + i0 + i + k0 * aColumn;
            for (int64_t l = 0; l < deep; l++)
              for (int64_t y = 0; y < tileRows; y++) to[l * tileRows + y] = y < high ? from[l * aColumn + y] : 0;
            continue;
          }
          for (int64_t y = 0; y < tileRows; y++) {
            const float *from = a + (i0 + i + y) * aRow + k0 * aColumn;
            for (int64_t l = 0; l < deep; l++) to[l * tileRows + y] = y < high ? from[l * aColumn] : 0;
          }
        }
        for (int64_t j = 0; j < columns; j += tileColumns)
          for (int64_t i = 0; i < rows; i += tileRows) {
            const float *pa = s.a + i * deep, *pb = s.b + j * deep;
            Vector sums[tileRows][2] = {};
            for (int64_t l = 0; l < deep; l++, pa += tileRows, pb += tileColumns) {
              const Vector b0 = *reinterpret_cast<const Vector *>(pb);
              const Vector b1 = *reinterpret_cast<const Vector *>(pb + lanes);
#pragma GCC unroll 8
              for (int y = 0; y < tileRows; y++) {
                sums[y][0] += pa[y] * b0;
                sums[y][1] += pa[y] * b1;
              }
            }
            const float keep = k0 == 0 ? beta : 1;
            const int64_t high = rows - i < tileRows ? rows - i : tileRows;
            const int64_t wide = columns - j < tileColumns ? columns - j : tileColumns;
            float edge[tileRows][tileColumns];
            if (wide < tileColumns) memcpy(edge, sums, sizeof edge);
            for (int64_t y = 0; y < high; y++) {
              float *to = c + (i0 + i + y) * cRow + j0 + j;
              if (wide == tileColumns)
                for (int half = 0; half < 2; half++) {
                  Vector &v = *reinterpret_cast<Vector *>(to + half * lanes);
                  v = keep == 0 ? alpha * sums[y][half] : keep * v + alpha * sums[y][half];
                }
              else
                for (int64_t x = 0; x < wide; x++) to[x] = (keep == 0 ? 0 : keep * to[x]) + alpha * edge[y][x];
            }
          }
      }
    }
  }
}

// The same on several threads, each with rows or columns of its own.
inline void productOn(int threads, int64_t m, int64_t n, int64_t k, const float *a, int64_t aRow, int64_t aColumn,
                      const float *b, int64_t bRow, int64_t bColumn, float *c, int64_t cRow, float alpha = 1,
                      float beta = 0) {
  if (threads < 2 || m * n * k < 500000) return product(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, alpha, beta);
  const bool byRows = m >= n;
  const int64_t size = byRows ? m : n, unit = byRows ? tileRows : tileColumns;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int t = 0; t < threads; t++) {
    const int64_t units = (size + unit - 1) / unit;
    const int64_t from = units * t / threads * unit, next = units * (t + 1) / threads * unit;
    const int64_t count = (next < size ? next : size) - from;
    if (count <= 0) continue;
    if (byRows) product(count, n, k, a + from * aRow, aRow, aColumn, b, bRow, bColumn, c + from * cRow, cRow, alpha, beta);
    else product(m, count, k, a, aRow, aColumn, b + from * bColumn, bRow, bColumn, c + from, cRow, alpha, beta);
  }
}
