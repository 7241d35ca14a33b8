// Tiles of the matrix unit that Intel calls AMX: a register holds 16 rows of 64 bytes, and one instruction multiplies 16 rows
// of 16 pairs by 16 pairs of 16 columns. A square of 32 by 32 elements of C is four registers:
//
//            B 6    B 7        pairs p … p + 15, 16 columns each
//   A 4      C 0    C 1
//   A 5      C 2    C 3        16 rows each
//
// Written without such a processor at hand: everything but the seven instructions runs in tests, on an imitation of the
// registers, and before the unit is used a product of it is compared with one of AVX-512.
#if defined(__x86_64__)
#include <cpuid.h>
#include "gemm_bfloat16.h"
#include "isa.h"
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace puregrad {
namespace amx {

namespace {

constexpr int side = 16, square = 2 * side;

struct Unit {
  static void begin() {
    struct {
      uint8_t palette = 1, startRow = 0, reserved[14] = {};
      uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      uint8_t rows[16] = {side, side, side, side, side, side, side, side};
    } shapes;
    static_assert(sizeof shapes == 64, "the operand of ldtilecfg");
    asm volatile("ldtilecfg %0" ::"m"(shapes));
  }
  static void end() { asm volatile("tilerelease"); }
  template <int t>
  static void zero() {
    asm volatile("tilezero %%tmm%c0" ::"i"(t));
  }
  template <int t>
  static void load(const uint32_t *from, int64_t row) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(from), "r"(4 * row), "i"(t) : "memory");
  }
  template <int t>
  static void store(float *to, int64_t row) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(to), "r"(4 * row), "i"(t) : "memory");
  }
  template <int c, int a, int b>
  static void multiply() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(c), "i"(a), "i"(b));
  }
};

// The same registers in memory. Numbers below 2^-126 are 0, as factors and as results.
struct Imitation {
  static thread_local uint32_t registers[8][side][side];

  static void begin() { __builtin_memset(registers, 0xff, sizeof registers); }
  static void end() { __builtin_memset(registers, 0xff, sizeof registers); }
  template <int t>
  static void zero() {
    __builtin_memset(registers[t], 0, sizeof registers[t]);
  }
  template <int t>
  static void load(const uint32_t *from, int64_t row) {
    for (int i = 0; i < side; i++) __builtin_memcpy(registers[t][i], from + i * row, sizeof registers[t][i]);
  }
  template <int t>
  static void store(float *to, int64_t row) {
    for (int i = 0; i < side; i++) __builtin_memcpy(to + i * row, registers[t][i], sizeof registers[t][i]);
  }
  static float normal(float x) { return __builtin_fabsf(x) < 0x1p-126f ? 0 : x; }
  static float number(uint32_t word) {
    float x;
    __builtin_memcpy(&x, &word, sizeof x);
    return normal(x);
  }
  template <int c, int a, int b>
  static void multiply() {
    for (int i = 0; i < side; i++)
      for (int j = 0; j < side; j++) {
        float sums[2] = {};
        for (int p = 0; p < side; p++) {
          const uint32_t left = registers[a][i][p], right = registers[b][p][j];
          sums[0] = normal(sums[0] + normal(number(left << 16) * number(right << 16)));
          sums[1] = normal(sums[1] + normal(number(left & 0xffff0000) * number(right & 0xffff0000)));
        }
        const float total = normal(number(registers[c][i][j]) + normal(sums[0] + sums[1]));
        __builtin_memcpy(&registers[c][i][j], &total, sizeof total);
      }
  }
};
thread_local uint32_t Imitation::registers[8][side][side];

template <class Registers>
void multiply(bool add, const bfloat16::Packed &x, float *c, int64_t cRow, int64_t rows, int columns) {
  using bfloat16::panel;
  using bfloat16::rowPairs;
  alignas(64) float made[square][square];
  for (int64_t i = 0; i < rows; i += square) {
    const bool below = rows - i > side;
    Registers::template zero<0>();
    Registers::template zero<1>();
    Registers::template zero<2>();
    Registers::template zero<3>();
    for (int pair = bfloat16::firstPair(x.parts); pair < bfloat16::pairCount; pair++) {
      const uint32_t *const a = x.a + bfloat16::partPairs[pair].a * x.aPart + i * rowPairs;
      const uint32_t *const b = x.b + bfloat16::partPairs[pair].b * x.bPart;
      for (int64_t p = 0; p < x.pairs; p += side) {
        Registers::template load<4>(a + p, rowPairs);
        Registers::template load<6>(b + p * panel, panel);
        Registers::template load<7>(b + p * panel + side, panel);
        Registers::template multiply<0, 4, 6>();
        Registers::template multiply<1, 4, 7>();
        if (!below) continue;
        Registers::template load<5>(a + side * rowPairs + p, rowPairs);
        Registers::template multiply<2, 5, 6>();
        Registers::template multiply<3, 5, 7>();
      }
    }
    Registers::template store<0>(made[0], square);
    Registers::template store<1>(made[0] + side, square);
    Registers::template store<2>(made[side], square);
    Registers::template store<3>(made[side] + side, square);
    for (int64_t r = 0; r < square && i + r < rows; r++) {
      float *const to = c + (i + r) * cRow;
      for (int j = 0; j < columns; j++) to[j] = add ? to[j] + made[r][j] : made[r][j];
    }
  }
}

// Few rows leave most of a register empty: those go to AVX-512.
template <class Registers>
constexpr bfloat16::PairTiles tilesOf{side, false, Registers::begin, Registers::end, multiply<Registers>};

template <class Registers, int parts>
void runPart(const Gemm<float> &g, const GemmPart &part, const BlockDone *done) {
  bfloat16::runPart(tilesOf<Registers>, parts, g, part, done);
}
template <class Registers>
constexpr PairKernels kernelsOf{runPart<Registers, 1>, runPart<Registers, bfloat16::splitParts>, square, bfloat16::panel};

bool isAllowed() {
#if defined(__linux__) && defined(SYS_arch_prctl)
  unsigned a, b, c, d, low, high;
  if (!hasBfloat16() || __get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  const unsigned bfloat16 = 1u << 22, tiles = 1u << 24, saved = 3u << 17;
  if ((d & bfloat16) == 0 || (d & tiles) == 0) return false;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  // Linux saves these registers for a process once it has asked for them.
  constexpr long askFor = 0x1023, tileData = 18;
  return (low & saved) == saved && syscall(SYS_arch_prctl, askFor, tileData) == 0;
#else
  return false;
#endif
}

// A product with edges on all sides, by the unit and by AVX-512.
bool multipliesRight() {
  constexpr int m = 43, n = 37, k = 75;
  float a[m * k], b[k * n], c[m * n], expected[m * n];
  for (int i = 0; i < m * k; i++) a[i] = static_cast<float>((i * 37) % 101 - 50) / 16;
  for (int i = 0; i < k * n; i++) b[i] = static_cast<float>((i * 53) % 103 - 51) / 32;
  const Gemm<float> product{m, n, k, a, k, 1, b, n, 1, c, n};
  Gemm<float> other = product;
  other.c = expected;
  const GemmPart whole{0, m, 0, n, 0, false};
  runPart<Unit, 1>(product, whole, nullptr);
  bfloat16::pairKernels.rounded(other, whole, nullptr);
  // Multiples of 2^-9 below 2^15: every sum is exact.
  for (int i = 0; i < m * n; i++)
    if (!(c[i] == expected[i])) return false;
  return true;
}

}  // namespace

bool isThere() {
  static const bool found = isAllowed() && multipliesRight();
  return found;
}

extern const PairKernels pairKernels = kernelsOf<Unit>;
extern const PairKernels imitated = kernelsOf<Imitation>;

}  // namespace amx
}  // namespace puregrad
#endif
