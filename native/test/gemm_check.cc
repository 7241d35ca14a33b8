// Checks the matrix product, of factors as they are, rounded to bfloat16 and in parts of bfloat16, against sums in double precision: shapes,
// strides, threads, factors kept in 16 bits, and that finished blocks are announced once each.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>
#include "../gemm.h"
#include "../gemm_limits.h"

using namespace puregrad;

static long failures = 0, checks = 0;
static uint64_t state = 88172645463325252ull;
static uint64_t word() {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}
static int64_t below(int64_t n) { return static_cast<int64_t>(word() % static_cast<uint64_t>(n)); }

struct Seen {
  std::vector<int> times;
  int64_t n;
};

enum class Taken { WHOLE, ROUNDED, SPLIT };

static void multiply(const Gemm<float> &g, Taken taken, int threads, const BlockDone *done) {
  if (taken == Taken::ROUNDED) gemmRounded(g, threads, done);
  else if (taken == Taken::SPLIT) gemmSplit(g, threads, done);
  else gemm(g, threads, done);
}
static void multiply(const Gemm<double> &g, Taken, int threads, const BlockDone *done) { gemm(g, threads, done); }

// How a factor lies in memory.
enum class Kept { WHOLE, FLOAT16, BFLOAT16 };
static Kept anyKept() { return static_cast<Kept>(below(3)); }

// Fills a factor with numbers of at most 1/2 in size; the same ones in 16 bits, where it is kept so.
template <class T>
static HalfFactor fill(std::vector<T> &numbers, std::vector<uint16_t> &halves, Kept kept) {
  if (kept == Kept::WHOLE) {
    for (T &x : numbers) x = static_cast<T>(static_cast<double>(word() >> 40) / (1 << 24) - 0.5);
    return {};
  }
  const bool bfloat16 = kept == Kept::BFLOAT16;
  const int fraction = bfloat16 ? 7 : 10, half = bfloat16 ? 126 : 14;
  halves.resize(numbers.size());
  for (size_t i = 0; i < numbers.size(); i++) {
    const uint64_t sign = word() & 0x8000, exponent = static_cast<uint64_t>(half - 1 - below(9));
    halves[i] = static_cast<uint16_t>(sign | exponent << fraction | (word() & ((1u << fraction) - 1)));
    numbers[i] = static_cast<T>(bfloat16 ? half::floatOf(half::Bfloat16{halves[i]}) : half::floatOf(half::Float16{halves[i]}));
  }
  return {halves.data(), bfloat16};
}

template <class T>
static void check(int64_t m, int64_t n, int64_t k, int ta, int tb, int threads, double tolerance, Taken taken = Taken::WHOLE,
                  Kept keptA = Kept::WHOLE, Kept keptB = Kept::WHOLE) {
  const auto factor = [taken](T x) {
    return static_cast<double>(taken == Taken::ROUNDED ? static_cast<T>(roundedToBfloat16(static_cast<float>(x))) : x);
  };
  const int64_t pad = below(3), cRow = n + below(4);
  std::vector<T> a(static_cast<size_t>((m + pad) * (k + pad) + 1)), b(static_cast<size_t>((k + pad) * (n + pad) + 1));
  std::vector<T> c(static_cast<size_t>(m * cRow + 1), T(7)), single(c);
  std::vector<uint16_t> aHalves, bHalves;
  const HalfFactor aHalf = fill(a, aHalves, keptA), bHalf = fill(b, bHalves, keptB);
  // What is kept in 16 bits is not read as anything else.
  Gemm<T> g{m, n, k, aHalf.elements ? nullptr : a.data(), ta ? 1 : k + pad, ta ? m + pad : 1, bHalf.elements ? nullptr : b.data(), tb ? 1 : n + pad, tb ? k + pad : 1, c.data(), cRow,
            aHalf, bHalf};
  Seen seen{std::vector<int>(static_cast<size_t>(m * n)), n};
  BlockDone done{[](void *context, int64_t r0, int64_t r1, int64_t c0, int64_t c1, int) {
                   Seen &s = *static_cast<Seen *>(context);
                   for (int64_t i = r0; i < r1; i++)
                     for (int64_t j = c0; j < c1; j++) s.times[static_cast<size_t>(i * s.n + j)]++;
                 },
                 &seen, word() % 2 == 0, word() % 2 == 0};
  multiply(g, taken, threads, &done);
  Gemm<T> one = g;
  one.c = single.data();
  multiply(one, taken, 1, nullptr);
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < cRow; j++) {
      checks++;
      const size_t at = static_cast<size_t>(i * cRow + j);
      double want = 0, size = 0;
      if (j < n)
        for (int64_t p = 0; p < k; p++) {
          const double product = factor(a[static_cast<size_t>(i * g.aRow + p * g.aColumn)]) *
                                 factor(b[static_cast<size_t>(p * g.bRow + j * g.bColumn)]);
          want += product;
          size += std::fabs(product);
        }
      else want = 7;
      const bool close = std::fabs(static_cast<double>(c[at]) - want) <= tolerance * (size + 1e-30) || (k == 0 && c[at] == 0) || (j >= n && c[at] == T(7));
      const bool announced = j >= n || seen.times[static_cast<size_t>(i * n + j)] == 1;
      if ((!close || !announced || c[at] != single[at]) && failures++ < 20)
        std::printf("%d bytes%s, %ld x %ld x %ld, transposed %d %d, %d threads, at %ld %ld: %g, expected %g, announced %d\n",
                    static_cast<int>(sizeof(T)), taken == Taken::ROUNDED ? " rounded" : taken == Taken::SPLIT ? " in parts" : "", long(m), long(n), long(k), ta, tb, threads, long(i), long(j),
                    static_cast<double>(c[at]), want, announced);
    }
}

// Blocks that nobody was told of are updates: to = addend + factor · C, the same on any number of threads.
static void checkUpdate(int64_t m, int64_t n, int64_t k, int ta, int tb, int threads, bool inPlace) {
  const int64_t row = n + below(3), toRow = inPlace ? row : n + below(3);
  std::vector<float> a(static_cast<size_t>(m * k)), b(static_cast<size_t>(k * n)), c(static_cast<size_t>(m * n));
  std::vector<float> addend(static_cast<size_t>(m * row + 1)), other(static_cast<size_t>(m * toRow + 1), 7);
  std::vector<uint16_t> none;
  for (std::vector<float> *numbers : {&a, &b, &addend}) fill(*numbers, none, Kept::WHOLE);
  const std::vector<float> before = addend;
  std::vector<float> &to = inPlace ? addend : other;
  const TileUpdate<float> update{-0.5f, addend.data(), row, to.data(), toRow};
  Seen seen{std::vector<int>(static_cast<size_t>(m * n)), n};
  BlockDone done{[](void *context, int64_t r0, int64_t r1, int64_t c0, int64_t c1, int) {
                   Seen &s = *static_cast<Seen *>(context);
                   for (int64_t i = r0; i < r1; i++)
                     for (int64_t j = c0; j < c1; j++) s.times[static_cast<size_t>(i * s.n + j)]++;
                 },
                 &seen, word() % 2 == 0, word() % 2 == 0, &update};
  const Gemm<float> g{m, n, k, a.data(), ta ? 1 : k, ta ? m : 1, b.data(), tb ? 1 : n, tb ? k : 1, c.data(), n};
  gemm(g, threads, &done);
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++) {
      checks++;
      double product = 0;
      for (int64_t p = 0; p < k; p++)
        product += static_cast<double>(a[static_cast<size_t>(i * g.aRow + p * g.aColumn)]) *
                   static_cast<double>(b[static_cast<size_t>(p * g.bRow + j * g.bColumn)]);
      const bool told = seen.times[static_cast<size_t>(i * n + j)] == 1;
      const double found = told ? c[static_cast<size_t>(i * n + j)] : to[static_cast<size_t>(i * toRow + j)];
      const double want = told ? product : before[static_cast<size_t>(i * row + j)] - 0.5 * product;
      if (std::fabs(found - want) > 4e-6 * static_cast<double>(k + 1) && failures++ < 20)
        std::printf("update of %ld x %ld x %ld, transposed %d %d, %d threads, at %ld %ld: %g, expected %g\n", long(m), long(n), long(k), ta,
                    tb, threads, long(i), long(j), found, want);
    }
}

static void checkAll() {
  const int64_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 10, 12, 13, 16, 17, 31, 32, 33, 47, 64, 65, 100, 129, 200, 257, 300};
  for (int round = 0; round < 600; round++) {
    const int64_t m = sizes[below(23)], n = sizes[below(23)], k = sizes[below(23)];
    const int threads = 1 + static_cast<int>(below(3));
    check<float>(m, n, k, word() % 2, word() % 2, threads, 4e-6);
    check<double>(m, n, k, word() % 2, word() % 2, threads, 1e-14);
    check<float>(m, n, k, word() % 2, word() % 2, threads, 4e-6, Taken::ROUNDED);
    check<float>(m, n, k, word() % 2, word() % 2, threads, 4e-6, Taken::SPLIT);
    check<float>(m, n, k, word() % 2, word() % 2, threads, 4e-6, static_cast<Taken>(below(3)), anyKept(), anyKept());
  }
  for (int round = 0; round < 300; round++)
    checkUpdate(sizes[below(23)], sizes[below(23)], sizes[below(23)], word() % 2, word() % 2, 1 + static_cast<int>(below(3)),
                word() % 2);
  check<float>(150, 1100, 530, 0, 0, 2, 4e-6);
  check<float>(40, 2100, 300, 1, 1, 2, 4e-6);
  // Enough rows for a copy of a large B, whole and of the columns of a part; parts of fewer rows read it in place.
  for (int transposed = 0; transposed < 2; transposed++) check<float>(643, 1030, 600, transposed, 0, 2 + transposed, 4e-6);
  // Several blocks of each factor; B in place, packed and along the depth; a last part of one row.
  for (int transposed = 0; transposed < 2; transposed++) {
    check<float>(607, 1050, 530, 1 - transposed, transposed, 1, 4e-6, Taken::ROUNDED);
    check<float>(607, 1050, 530, 1 - transposed, transposed, 1, 4e-6, Taken::SPLIT);
  }
  for (int transposed = 0; transposed < 2; transposed++) {
    check<float>(1, 1500, 1300, 0, transposed, 3, 4e-6, Taken::ROUNDED);
    check<float>(13, 1500, 600, 0, transposed, 2, 4e-6, Taken::ROUNDED);
  }
  for (Kept kept : {Kept::WHOLE, Kept::FLOAT16, Kept::BFLOAT16})
    for (int transposed = 0; transposed < 2; transposed++)
      for (Taken taken : {Taken::WHOLE, Taken::ROUNDED}) {
        // Few rows of a B beyond all caches but the last, and several blocks of each factor.
        for (int64_t m : {1, 3, 8, 9}) check<float>(m, 1030, 300, transposed, transposed, 3, 4e-6, taken, anyKept(), kept);
        check<float>(150, 1100, 270, transposed, 1 - transposed, 2, 4e-6, taken, kept, anyKept());
      }
  for (int threads = 2; threads < 10; threads++) check<float>(500, 700, 300, threads % 2, 0, threads, 4e-6);
}

int main() {
  setGemmLimits(nearCache);
  checkAll();
  // Small caches, so that small products are packed and have several blocks.
  setGemmLimits(farCache(16 * 1024, 256 * 1024));
  checkAll();
  if (failures > 0) std::printf("%ld of ", failures);
  std::printf("%ld checks %s\n", checks, failures > 0 ? "failed" : "passed");
  return failures > 0;
}
