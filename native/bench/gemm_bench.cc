// The matrix product, of factors as they are, in bfloat16 and in parts of it (which are taken where there are tiles for them, or
// PUREGRAD_TILES=vectors is set), next to OpenBLAS; medians of interleaved runs, on one thread and on two:
//   c++ -std=c++17 -O3 -pthread -o gemm_bench native/bench/gemm_bench.cc native/gemm*.cc native/isa.cc
//     native/memory.cc native/thread_pool.cc -lopenblas && ./gemm_bench [threads] [first letters of a group] [near or far]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>
#include <unistd.h>
#include "../gemm.h"
#include "../gemm_limits.h"

extern "C" {
void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
void openblas_set_num_threads(int);
}

using namespace puregrad;

namespace {

// Seconds of this thread, which other processes do not add to, or of the clock.
double now(bool ofThread) {
  timespec time;
  clock_gettime(ofThread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// C [m, n] = A [m, k] · B [k, n], of A or B lying transposed.
struct Shape {
  const char *group;
  int m, k, n;
  bool ta, tb;
};

const Shape shapes[] = {
  {"square", 32, 32, 32, 0, 0},      {"square", 64, 64, 64, 0, 0},       {"square", 96, 96, 96, 0, 0},
  {"square", 128, 128, 128, 0, 0},   {"square", 256, 256, 256, 0, 0},    {"square", 512, 512, 512, 0, 0},
  {"square", 1024, 1024, 1024, 0, 0}, {"square", 1024, 1024, 1024, 1, 0}, {"square", 1024, 1024, 1024, 0, 1},
  {"mlp 32", 32, 784, 512, 0, 0},    {"mlp 32", 32, 512, 256, 0, 0},     {"mlp 32", 32, 256, 10, 0, 0},
  {"mlp 32", 256, 32, 10, 1, 0},     {"mlp 32", 32, 10, 256, 0, 1},      {"mlp 32", 512, 32, 256, 1, 0},
  {"mlp 32", 32, 256, 512, 0, 1},    {"mlp 32", 784, 32, 512, 1, 0},     {"mlp 128", 128, 784, 512, 0, 0},
  {"mlp 128", 128, 512, 256, 0, 0},  {"mlp 128", 128, 256, 10, 0, 0},    {"mlp 128", 256, 128, 10, 1, 0},
  {"mlp 128", 128, 10, 256, 0, 1},   {"mlp 128", 512, 128, 256, 1, 0},   {"mlp 128", 128, 256, 512, 0, 1},
  {"mlp 128", 784, 128, 512, 1, 0},  {"mlp 128", 128, 512, 784, 0, 1},   {"mlp 1024", 1024, 784, 512, 0, 0},
  {"mlp 1024", 1024, 512, 256, 0, 0}, {"mlp 1024", 1024, 256, 10, 0, 0},  {"mlp 1024", 256, 1024, 10, 1, 0},
  {"mlp 1024", 1024, 10, 256, 0, 1}, {"mlp 1024", 512, 1024, 256, 1, 0}, {"mlp 1024", 1024, 256, 512, 0, 1},
  {"mlp 1024", 784, 1024, 512, 1, 0}, {"tiny", 32, 2, 16, 0, 0},          {"tiny", 32, 16, 16, 0, 0},
  {"tiny", 32, 16, 1, 0, 0},         {"tiny", 16, 32, 1, 1, 0},          {"tiny", 32, 1, 16, 0, 1},
  {"tiny", 16, 32, 16, 1, 0},        {"tiny", 32, 16, 16, 0, 1},         {"tiny", 2, 32, 16, 1, 0},
  {"vector", 1, 512, 512, 0, 0},     {"vector", 512, 512, 1, 0, 0},      {"vector", 512, 1, 512, 0, 0}};

double median(std::vector<double> &times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

template <class Run>
void sample(std::vector<double> &times, int threads, int samples, int inner, Run run) {
  // Once beforehand: threads wake, memory comes into the cache.
  run();
  for (int i = 0; i < samples; i++) {
    const double start = now(threads == 1);
    for (int j = 0; j < inner; j++) run();
    times.push_back((now(threads == 1) - start) / inner);
  }
}

void compare(const Shape &s, int threads) {
  const auto filled = [](int count) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float &value : values) value = static_cast<float>(std::rand()) / static_cast<float>(RAND_MAX) - 0.5f;
    return values;
  };
  const std::vector<float> a = filled(s.m * s.k), b = filled(s.k * s.n);
  std::vector<float> c(static_cast<size_t>(s.m * s.n));
  const Gemm<float> product{s.m,      s.n,        s.k, a.data(), s.ta ? 1 : s.k, s.ta ? s.m : 1, b.data(), s.tb ? 1 : s.n,
                            s.tb ? s.k : 1, c.data(), s.n};
  const double flops = 2.0 * s.m * s.n * s.k;
  const int inner = std::max(1, static_cast<int>(5e6 / (flops + 5e3)));
  const int rounds = threads > 1 ? 15 : flops > 1e8 ? 12 : 60, samples = threads > 1 ? (flops > 1e8 ? 2 : 8) : 2;
  std::vector<double> ours, rounded, split, theirs;
  for (int round = 0; round < rounds; round++) {
    sample(ours, threads, samples, inner, [&] { gemm(product, threads, nullptr); });
    sample(rounded, threads, samples, inner, [&] { gemmRounded(product, threads, nullptr); });
    sample(split, threads, samples, inner, [&] { gemmSplit(product, threads, nullptr); });
    // A thread that waits for work would take time from the other side.
    if (threads > 1) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    sample(theirs, threads, samples, inner, [&] {
      cblas_sgemm(101, s.ta ? 112 : 111, s.tb ? 112 : 111, s.m, s.n, s.k, 1, a.data(), s.ta ? s.m : s.k, b.data(),
                  s.tb ? s.k : s.n, 0, c.data(), s.n);
    });
    if (threads > 1) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const double own = median(ours), other = median(theirs), half = median(rounded), parts = median(split);
  std::printf("%-8s %4d x %4d x %4d %s%s  %7.1f GFLOP/s %9.3f us, OpenBLAS %7.1f, ratio %.2f, bfloat16 %7.1f, ratio %.2f, "
              "in parts %7.1f, ratio %.2f\n",
              s.group, s.m, s.k, s.n, s.ta ? "T" : "N", s.tb ? "T" : "N", flops / own * 1e-9, own * 1e6, flops / other * 1e-9,
              other / own, flops / half * 1e-9, own / half, flops / parts * 1e-9, own / parts);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char **arguments) {
  // The threads of OpenBLAS stay awake for 0.1 s unless told otherwise, on a core the other side needs.
  if (std::getenv("OPENBLAS_THREAD_TIMEOUT") == nullptr) {
    setenv("OPENBLAS_THREAD_TIMEOUT", "20", 1);
    execv("/proc/self/exe", arguments);
  }
  const int only = count > 1 ? std::atoi(arguments[1]) : 0;
  const char *group = count > 2 ? arguments[2] : "";
  if (count > 3) setGemmLimits(std::strcmp(arguments[3], "near") == 0 ? nearCache : farCache(48 * 1024, 2 << 20));
  for (int threads = 1; threads <= 2; threads++) {
    if (only > 0 && threads != only) continue;
    openblas_set_num_threads(threads);
    std::printf("%d thread%s\n", threads, threads > 1 ? "s" : "");
    for (const Shape &shape : shapes)
      if (std::strncmp(shape.group, group, std::strlen(group)) == 0) compare(shape, threads);
  }
}
