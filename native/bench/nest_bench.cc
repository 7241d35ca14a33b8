// Nests next to loops written by hand, on one thread (and two, where given):
//   node --import tsx bench/nest-programs.ts build/nests
//   c++ -std=c++17 -O3 -march=native -fno-math-errno -fno-trapping-math -pthread -o build/nest_bench \
//     native/bench/nest_bench.cc $(ls native/*.cc | grep -v -e addon -e wasm)
//   build/nest_bench build/nests [threads]
// Interleaved medians in microseconds.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>
#include "../thread_pool.h"
#include "../vm.h"

using namespace puregrad;

namespace {

std::vector<uint8_t> contentsOf(const std::string &path) {
  std::vector<uint8_t> result;
  FILE *file = fopen(path.c_str(), "rb");
  if (file == nullptr) return result;
  uint8_t piece[65536];
  for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;) result.insert(result.end(), piece, piece + n);
  fclose(file);
  return result;
}

float *floats(size_t count) {
  float *memory = static_cast<float *>(aligned_alloc(64, (count * 4 + 127) / 64 * 64));
  for (size_t i = 0; i < count; i++) memory[i] = static_cast<float>(i * 2654435761u % 1000) / 500;
  return memory;
}

using Floor = void (*)(float *out, const std::vector<const float *> &in, int64_t n);

void adam(float *out, const std::vector<const float *> &in, int64_t n) {
  const float *p = in[0], *m = in[1], *v = in[2], *g = in[3];
#pragma GCC ivdep
  for (int64_t i = 0; i < n; i++) {
    const float first = 0.9f * m[i] + 0.1f * g[i], second = 0.999f * v[i] + 0.001f * (g[i] * g[i]);
    out[i] = p[i] - 0.001f * (first / (__builtin_sqrtf(second) + 1e-8f));
    out[n + i] = first;
    out[2 * n + i] = second;
  }
}

void rosenbrock(float *out, const std::vector<const float *> &in, int64_t n) {
  const float *x = in[0];
  out[0] = -400 * x[0] * (x[1] - x[0] * x[0]) - 2 * (1 - x[0]);
#pragma GCC ivdep
  for (int64_t i = 1; i < n - 1; i++)
    out[i] = 200 * (x[i] - x[i - 1] * x[i - 1]) - 400 * x[i] * (x[i + 1] - x[i] * x[i]) - 2 * (1 - x[i]);
  out[n - 1] = 200 * (x[n - 1] - x[n - 2] * x[n - 2]);
}

double microseconds(const std::function<void()> &run, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; i++) run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times * 1e6;
}

void compare(const std::string &folder, const char *name, Floor floor, int64_t n, int threads) {
  const std::vector<uint8_t> words = contentsOf(folder + "/" + name + ".words");
  const std::vector<uint8_t> constants = contentsOf(folder + "/" + name + ".constants");
  Status status{};
  Program *program = loadProgram(reinterpret_cast<const int32_t *>(words.data()), words.size() / 4, constants.data(),
                                 constants.size(), &status);
  if (program == nullptr) {
    printf("%s: %s\n", name, status.message);
    return;
  }
  std::vector<const uint8_t *> inputs;
  std::vector<const float *> numbers;
  for (size_t i = 0; i < inputCount(program); i++) {
    numbers.push_back(floats(inputBytes(program, i) / 4));
    inputs.push_back(reinterpret_cast<const uint8_t *>(numbers.back()));
  }
  float *out = floats(outputBytes(program) / 4), *byHand = floats(outputBytes(program) / 4);
  const auto run = [&] { runProgram(program, inputs.data(), reinterpret_cast<uint8_t *>(out), threads, &status); };
  const auto runFloor = [&] {
    if (floor != nullptr) floor(byHand, numbers, n);
  };
  microseconds(run, 3);
  microseconds(runFloor, 3);
  const int times = std::max(1, static_cast<int>(5000 / microseconds(run, 10)));
  std::vector<double> ours, theirs;
  for (int round = 0; round < 31; round++) {
    ours.push_back(microseconds(run, times));
    theirs.push_back(microseconds(runFloor, times));
  }
  std::sort(ours.begin(), ours.end());
  std::sort(theirs.begin(), theirs.end());
  printf("%-20s %10.3f", name, ours[15]);
  if (floor != nullptr) printf(" %10.3f %8.2f", theirs[15], theirs[15] / ours[15]);
  printf("\n");
  freeProgram(program);
}

}  // namespace

int main(int count, char **arguments) {
  const std::string folder = count > 1 ? arguments[1] : "build/nests";
  const int threads = count > 2 ? atoi(arguments[2]) : 1;
  setThreadCount(threads);
  printf("%-20s %10s %10s %8s\n", "work", "nest", "by hand", "ratio");
  compare(folder, "rosenbrock-10", rosenbrock, 10, threads);
  compare(folder, "rosenbrock-1000", rosenbrock, 1000, threads);
  compare(folder, "rosenbrock-100000", rosenbrock, 100000, threads);
  compare(folder, "adam", adam, 1000000, threads);
  compare(folder, "softmax", nullptr, 0, threads);
  compare(folder, "tanh", nullptr, 0, threads);
}
