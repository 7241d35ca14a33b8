// Chains of random steps next to the step kernels one after another, bit by bit, on numbers that include every special
// case: chain_check [rounds] [seed]. Build with native/chain_code.cc, native/isa.cc and native/step_kernels*.cc.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>
#include "../chain_code.h"
#include "../isa.h"

using namespace puregrad;

namespace {

uint64_t state = 1;
uint32_t random(uint32_t end) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<uint32_t>(state >> 33) % end;
}

constexpr StepOp unaries[] = {NEG, ABS, SQRT, RSQRT, FLOOR, ROUND};
constexpr StepOp binaries[] = {ADD, SUB, MUL, DIV, MAX, MIN};

template <class T>
T number() {
  using Limits = std::numeric_limits<T>;
  const T special[] = {T(0), -T(0), T(1), T(-1), Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(),
                       Limits::max(), Limits::min(), Limits::denorm_min(), T(0.5), T(-2.5)};
  if (random(4) == 0) return special[random(12)];
  return static_cast<T>(static_cast<int>(random(2000000)) - 1000000) / T(1000);
}

// All kinds of NaN are one.
template <class T>
bool same(T a, T b) {
  return (a != a && b != b) || memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T>
bool check(const StepKernels &kernels, DType dtype) {
  const int32_t sourceCount = 1 + static_cast<int32_t>(random(7)), stepCount = 1 + static_cast<int32_t>(random(24));
  const int64_t n = random(70);
  std::vector<ChainSource> sources;
  std::vector<ChainStep> steps;
  std::vector<ChainStore> stores;
  std::vector<std::vector<T>> values;
  std::vector<std::vector<T>> memory;
  for (int32_t i = 0; i < sourceCount; i++) {
    const bool one = random(3) == 0;
    sources.push_back({i, one});
    std::vector<T> value(static_cast<size_t>(n) + 1);
    for (T &x : value) x = number<T>();
    if (one)
      for (T &x : value) x = value[0];
    values.push_back(value);
    memory.push_back(value);
  }
  for (int32_t i = 0; i < stepCount; i++) {
    ChainStep step{ADD, {-1, -1, -1}};
    const uint32_t kind = random(4);
    const int arity = kind == 0 ? 1 : kind < 3 ? 2 : 3;
    step.operation = arity == 1 ? unaries[random(sizeof(unaries) / sizeof(StepOp))] : arity == 2 ? binaries[random(sizeof(binaries) / sizeof(StepOp))] : MUL_ADD;
    std::vector<T> out(static_cast<size_t>(n) + 1);
    const std::vector<T> *in[3];
    for (int k = 0; k < arity; k++) {
      step.inputs[k] = static_cast<int32_t>(random(static_cast<uint32_t>(sourceCount + i)));
      in[k] = &values[static_cast<size_t>(step.inputs[k])];
    }
    if (arity == 1) kernels.unary[step.operation][dtype](out.data(), in[0]->data(), n);
    if (arity == 2) kernels.binary[step.operation][dtype][0](out.data(), in[0]->data(), in[1]->data(), n);
    if (arity == 3) kernels.ternary[MUL_ADD][dtype][0](out.data(), in[0]->data(), in[1]->data(), in[2]->data(), n);
    steps.push_back(step);
    values.push_back(out);
    if (random(3) == 0 || i + 1 == stepCount) {
      stores.push_back({sourceCount + i, static_cast<int32_t>(memory.size())});
      memory.emplace_back(static_cast<size_t>(n) + 1, T(77));
    }
  }
  const Chain chain{dtype, sourceCount, stepCount, static_cast<int32_t>(stores.size()), sources.data(), steps.data(),
                    stores.data()};
  constexpr int64_t room = 32768;
  uint8_t *code = allocateCode(room);
  const int64_t size = writeChain(chain, false, code, room);
  bool good = true;
  if (size > 0) {
    sealCode(code, room);
    std::vector<char *> pointers;
    for (std::vector<T> &m : memory) pointers.push_back(reinterpret_cast<char *>(m.data()));
    reinterpret_cast<ChainCode>(code)(pointers.data(), n);
    for (const ChainStore &store : stores) {
      const std::vector<T> &actual = memory[static_cast<size_t>(store.pointer)];
      const std::vector<T> &expected = values[static_cast<size_t>(store.operand)];
      for (int64_t i = 0; i < n && good; i++) {
        const size_t at = static_cast<size_t>(i);
        good = same(actual[at], expected[at]);
        if (!good) printf("step %d: expected %g, got %g\n", store.operand - sourceCount, double(expected[at]), double(actual[at]));
      }
      // Nothing is written behind the block.
      good = good && actual[static_cast<size_t>(n)] == T(77);
    }
  }
  freeCode(code, room);
  return good;
}

}  // namespace

int main(int count, char **arguments) {
  if (!makesChains()) {
    printf("no chains on this machine\n");
    return 0;
  }
  const int rounds = count > 1 ? atoi(arguments[1]) : 20000;
  if (count > 2) state = static_cast<uint64_t>(atoll(arguments[2]));
  const StepKernels &kernels = stepKernels(isa());
  for (int round = 0; round < rounds; round++)
    if (!check<float>(kernels, F32) || !check<double>(kernels, F64)) {
      printf("round %d differs\n", round);
      return 1;
    }
  printf("%d rounds: equal\n", rounds);
  return 0;
}
