// Nanoseconds for each element of the step kernels: 10⁶ elements in blocks of 1000, and the whole call for 10.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>
#include "../step_kernels.h"

using namespace puregrad;

namespace {

double secondsOf(const std::function<void()> &run) {
  double best = 1e9;
  for (int repetition = 0; repetition < 15; repetition++) {
    const auto start = std::chrono::steady_clock::now();
    run();
    const auto end = std::chrono::steady_clock::now();
    best = std::fmin(best, std::chrono::duration<double>(end - start).count());
  }
  return best;
}

constexpr int64_t block = 1000, blocks = 1000;
alignas(64) unsigned char a[8 * block + 64], b[8 * block + 64], c[8 * block + 64], out[8 * block + 64];

template <class T>
void fill(unsigned char *bytes, double from, double to) {
  for (int64_t i = 0; i < block; i++) {
    const T x = static_cast<T>(from + (to - from) * ((i * 7919) % block) / block);
    memcpy(bytes + i * static_cast<int64_t>(sizeof(T)), &x, sizeof(T));
  }
}

void report(const char *name, const std::function<void(int64_t)> &run) {
  const double large = secondsOf([&] {
    for (int64_t i = 0; i < blocks; i++) run(block);
  });
  const double ten = secondsOf([&] {
    for (int64_t i = 0; i < 10000; i++) run(10);
  });
  printf("  %-22s %8.3f ns/element %8.1f ns for 10\n", name, large / (block * blocks) * 1e9, ten / 10000 * 1e9);
}

template <class T>
void benchType(const StepKernels &k, DType dtype, const char *suffix) {
  char name[64];
  const struct {
    StepOp op;
    const char *name;
    double from, to;
  } unaries[] = {{NEG, "neg", -1, 1},    {EXP, "exp", -20, 20},     {LOG, "log", 0.01, 100}, {LOG1P, "log1p", -0.9, 10},
                 {EXPM1, "expm1", -5, 5}, {SQRT, "sqrt", 0, 100},    {RSQRT, "rsqrt", 1, 9},  {SIN, "sin", -10, 10},
                 {COS, "cos", -10, 10},  {TANH, "tanh", -5, 5},     {SIGMOID, "sigmoid", -9, 9}, {ERF, "erf", -3, 3},
                 {FLOOR, "floor", -9, 9}, {ROUND, "round", -9, 9},   {SIGN, "sign", -1, 1}};
  for (const auto &u : unaries) {
    fill<T>(a, u.from, u.to);
    snprintf(name, sizeof(name), "%s %s", u.name, suffix);
    report(name, [&](int64_t n) { k.unary[u.op][dtype](out, a, n); });
  }
  fill<T>(a, 0.1, 10);
  fill<T>(b, -5, 5);
  fill<T>(c, -5, 5);
  const struct {
    StepOp op;
    const char *name;
  } binaries[] = {{ADD, "add"}, {MUL, "mul"}, {DIV, "div"}, {MAX, "max"}, {LESS, "less"}, {POW, "pow"}};
  for (const auto &u : binaries) {
    snprintf(name, sizeof(name), "%s %s", u.name, suffix);
    report(name, [&](int64_t n) { k.binary[u.op][dtype][0](out, a, b, n); });
  }
  snprintf(name, sizeof(name), "max scalar %s", suffix);
  report(name, [&](int64_t n) { k.binary[MAX][dtype][2](out, a, b, n); });
  snprintf(name, sizeof(name), "mulAdd %s", suffix);
  report(name, [&](int64_t n) { k.ternary[MUL_ADD][dtype][0](out, a, b, c, n); });
  memset(c, 1, block);
  snprintf(name, sizeof(name), "select %s", suffix);
  report(name, [&](int64_t n) { k.ternary[SELECT][dtype][0](out, c, a, b, n); });
  snprintf(name, sizeof(name), "to int32 %s", suffix);
  report(name, [&](int64_t n) { k.cast[dtype][I32](out, b, n); });
  snprintf(name, sizeof(name), "to bool %s", suffix);
  report(name, [&](int64_t n) { k.cast[dtype][BOOL](out, b, n); });
  snprintf(name, sizeof(name), "from bool %s", suffix);
  report(name, [&](int64_t n) { k.cast[BOOL][dtype](out, c, n); });
  for (int64_t columns : {10, 100}) {
    snprintf(name, sizeof(name), "rowSum %d %s", static_cast<int>(columns), suffix);
    report(name, [&](int64_t n) { k.rowSum[dtype](out, a, n / columns, columns); });
    snprintf(name, sizeof(name), "rowMax %d %s", static_cast<int>(columns), suffix);
    report(name, [&](int64_t n) { k.rowMax[dtype](out, a, n / columns, columns); });
    snprintf(name, sizeof(name), "columnSum %d %s", static_cast<int>(columns), suffix);
    report(name, [&](int64_t n) { k.columnSum[dtype](out, a, n / columns, columns, columns); });
    snprintf(name, sizeof(name), "expandRows %d %s", static_cast<int>(columns), suffix);
    report(name, [&](int64_t n) { k.expandRows[dtype](out, a, n / columns, columns); });
    snprintf(name, sizeof(name), "transpose %d %s", static_cast<int>(columns), suffix);
    report(name, [&](int64_t n) { k.gatherMatrix[dtype](out, a, n / columns, columns, 1, n / columns); });
  }
  snprintf(name, sizeof(name), "blockSum %s", suffix);
  report(name, [&](int64_t n) { k.blockSum[dtype](a, n); });
  snprintf(name, sizeof(name), "gatherStrided %s", suffix);
  report(name, [&](int64_t n) { k.gatherStrided[dtype](out, a, n / 2, 2); });
}

void bench(const char *isaName, const StepKernels &k) {
  printf("%s\n", isaName);
  benchType<float>(k, F32, "f32");
  benchType<double>(k, F64, "f64");
  fill<uint32_t>(a, 0, 1e6);
  fill<uint32_t>(b, 0, 1e6);
  uint32_t *words = reinterpret_cast<uint32_t *>(out);
  const uint32_t *keys = reinterpret_cast<const uint32_t *>(a), *counters = reinterpret_cast<const uint32_t *>(b);
  report("add i32", [&](int64_t n) { k.binary[ADD][I32][0](out, a, b, n); });
  report("threefry (pairs)", [&](int64_t n) { k.threefry(words, keys, counters, n / 2); });
  report("randomBits", [&](int64_t n) { k.randomBits(words, keys, 0, n); });
}

}  // namespace

int main() {
  bench("generic", stepKernels(Isa::generic));
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) bench("avx2", stepKernels(Isa::avx2));
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    bench("avx512", stepKernels(Isa::avx512));
#endif
}
