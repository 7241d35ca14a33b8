// Runs programs from several threads at once, while the number of threads of the pool changes: every result is the one
// that a single thread gives. To be compiled with the thread sanitizer (npm run sanitize): threads_check [rounds] [seed].
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>
#include "../program.h"
#include "../thread_pool.h"

using namespace puregrad;

namespace {

using Words = std::vector<int32_t>;

constexpr int callers = 3;

// A program of one instruction with one input.
Words framed(int32_t inputBytes, int32_t outputBytes, int32_t kind, const Words &rest) {
  const int32_t length = static_cast<int32_t>(rest.size()) + 2;
  Words words = {programMark, programVersion, 0, 0, 0, outputBytes, 1, inputBytes, 0, length, kind, length};
  words.insert(words.end(), rest.begin(), rest.end());
  return words;
}

// c = a · a, then tanh of each element and the sum of each column.
Words product(int32_t n) {
  const int32_t input = 2, output = 3;
  Words rest = {F32, 0, F32, F32, 1, 1, 1, 1, n, n, n};
  const auto matrix = [&](int32_t place) { rest.insert(rest.end(), {place, 0, 0, 0, 0, 0, n, 1}); };
  matrix(input);
  matrix(input);
  matrix(output);
  rest.insert(rest.end(), {1, 1, 1, 1, 1, F32, FULL});
  matrix(output);
  rest.insert(rest.end(), {TANH, F32, FULL, 0, -1, -1, 1});
  matrix(output);
  rest.insert(rest.end(), {1, 0, 0, output, n * n, 0, 0, 0, 0, 1});
  return framed(4 * n * n, 4 * (n * n + n), MATMUL, rest);
}

// exp of each element, and the sum of all.
Words nest(int32_t rows, int32_t columns) {
  const int32_t input = 2, output = 3;
  Words rest = {1, 1, 1, 1, rows, columns, 1, 1, 1, 1, F32, FULL, input, 0, 0, 0, 0, 0, columns, 1};
  rest.insert(rest.end(), {EXP, F32, FULL, 0, -1, -1, 1, output, 0, 0, 0, 0, 0, columns, 1});
  rest.insert(rest.end(), {1, 0, 1, output, rows * columns, 0, 0, 0, 0, 0});
  return framed(4 * rows * columns, 4 * (rows * columns + 1), NEST, rest);
}

Words randomBits(int32_t n) { return framed(8, 4 * n, RANDOM_BITS, {1, n, 2, 0, 3, 0}); }

struct Shared {
  Program *program;
  std::mutex running;
  std::vector<uint8_t> input, expected;
};

Program *load(const Words &words) {
  Status status;
  Program *program = loadProgram(words.data(), words.size(), nullptr, 0, &status);
  if (program == nullptr) {
    std::printf("%s\n", status.message);
    std::exit(1);
  }
  return program;
}

std::vector<uint8_t> outputOf(Program *program, const std::vector<uint8_t> &input, int threads) {
  std::vector<uint8_t> output(outputBytes(program));
  const uint8_t *const inputs[] = {input.data()};
  Status status;
  runProgram(program, inputs, output.data(), threads, &status);
  return output;
}

bool close(const std::vector<uint8_t> &a, const std::vector<uint8_t> &b) {
  for (size_t i = 0; i + 4 <= a.size(); i += 4) {
    float x, y;
    std::memcpy(&x, a.data() + i, 4);
    std::memcpy(&y, b.data() + i, 4);
    const float error = x - y, most = 1e-3f * (1 + (y < 0 ? -y : y));
    if (std::memcmp(&x, &y, 4) != 0 && !(error <= most && -error <= most)) return false;
  }
  return true;
}

}  // namespace

int main(int count, char **arguments) {
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 500;
  const unsigned seed = count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 1;
  setThreadCount(4);
  const Words words[] = {product(96), product(200), nest(1, 60000), nest(300, 200), randomBits(70000)};
  std::vector<Shared> shared(5);
  for (size_t i = 0; i < shared.size(); i++) {
    shared[i].program = load(words[i]);
    shared[i].input.resize(inputBytes(shared[i].program, 0));
    for (size_t k = 0; k + 4 <= shared[i].input.size(); k += 4) {
      const float value = static_cast<float>(k % 97) / 97 - 0.5f;
      std::memcpy(shared[i].input.data() + k, &value, 4);
    }
    shared[i].expected = outputOf(shared[i].program, shared[i].input, 1);
  }
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; caller++)
    threads.emplace_back([&, caller] {
      uint32_t state = seed + static_cast<uint32_t>(caller) * 7919u;
      for (int round = 0; round < rounds; round++) {
        state = state * 1664525u + 1013904223u;
        Shared &one = shared[(state >> 16) % shared.size()];
        if ((state >> 8) % 8 == 0) setThreadCount(1 + static_cast<int>((state >> 11) % 4));
        if ((state >> 24) % 16 == 0) {
          // A program of its own, as another environment would have.
          Program *own = load(words[(state >> 20) % 5]);
          std::vector<uint8_t> input(inputBytes(own, 0));
          outputOf(own, input, threadCount());
          freeProgram(own);
          continue;
        }
        const std::lock_guard<std::mutex> lock(one.running);
        if (!close(outputOf(one.program, one.input, threadCount()), one.expected)) wrong++;
      }
    });
  for (std::thread &thread : threads) thread.join();
  for (Shared &one : shared) freeProgram(one.program);
  std::printf("%d threads, %d rounds each: %d wrong results\n", callers, rounds, wrong.load());
  return wrong.load() == 0 ? 0 : 1;
}
