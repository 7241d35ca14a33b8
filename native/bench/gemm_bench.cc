// The matrix product next to OpenBLAS, interleaved: c++ -O3 native/bench/gemm_bench.cc native/gemm*.cc native/isa.cc
// native/memory.cc native/thread_pool.cc -lopenblas -pthread
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>
#include "../gemm.h"

extern "C" {
void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
void openblas_set_num_threads(int);
}

using namespace puregrad;
static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int main(int count, char **arguments) {
  const int threads = count > 1 ? std::atoi(arguments[1]) : 1;
  openblas_set_num_threads(threads);
  struct Shape {
    int m, k, n;
    bool ta, tb;
  };
  const Shape shapes[] = {{64, 64, 64, 0, 0},     {128, 128, 128, 0, 0},  {256, 256, 256, 0, 0},   {512, 512, 512, 0, 0},
                          {1024, 1024, 1024, 0, 0}, {128, 784, 512, 0, 0},  {784, 128, 512, 1, 0},   {128, 512, 784, 0, 1},
                          {32, 784, 512, 0, 0},   {32, 512, 256, 0, 0},   {128, 512, 256, 0, 0},   {128, 256, 10, 0, 0},
                          {512, 128, 256, 1, 0},  {128, 256, 512, 0, 1},  {784, 32, 512, 1, 0},    {32, 16, 16, 0, 0}};
  for (const Shape &s : shapes) {
    std::vector<float> a(static_cast<size_t>(s.m * s.k), 0.5f), b(static_cast<size_t>(s.k * s.n), 0.25f), c(static_cast<size_t>(s.m * s.n));
    const double flops = 2.0 * s.m * s.n * s.k;
    const int inner = std::max(1, static_cast<int>(2e7 / flops));
    std::vector<double> ours, theirs;
    for (int round = 0; round < 40; round++) {
      double start = now();
      for (int i = 0; i < inner; i++)
        gemm(Gemm<float>{s.m, s.n, s.k, a.data(), s.ta ? 1 : s.k, s.ta ? s.m : 1, b.data(), s.tb ? 1 : s.n, s.tb ? s.k : 1, c.data(), s.n}, threads, nullptr);
      ours.push_back((now() - start) / inner);
      start = now();
      for (int i = 0; i < inner; i++)
        cblas_sgemm(101, s.ta ? 112 : 111, s.tb ? 112 : 111, s.m, s.n, s.k, 1, a.data(), s.ta ? s.m : s.k, b.data(), s.tb ? s.k : s.n, 0, c.data(), s.n);
      theirs.push_back((now() - start) / inner);
    }
    std::sort(ours.begin(), ours.end());
    std::sort(theirs.begin(), theirs.end());
    std::printf("%4d x %4d x %4d %c%c  %7.1f GFLOP/s, OpenBLAS %7.1f, ratio %.2f\n", s.m, s.k, s.n, s.ta ? 'T' : ' ', s.tb ? 'T' : ' ',
                flops / ours[20] * 1e-9, flops / theirs[20] * 1e-9, theirs[20] / ours[20]);
  }
}
