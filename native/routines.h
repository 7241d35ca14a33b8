// Work on whole arrays: what `src/core/kernel/routine.ts` describes. A routine is one value, in a file of its own.
#pragma once
#include <cstdint>
#include "step_kernels.h"

namespace puregrad {

constexpr int maximumSizes = 32, maximumArrays = 8;

// How many elements the arrays of a routine have, and what running it takes.
struct RoutineReach {
  int arrays;
  int64_t reads[maximumArrays], writes;
  // Working memory for each thread, and a rough number of nanoseconds on one thread.
  int64_t scratchBytes;
  double cost;
};

struct RoutineCall {
  DType dtype;
  const int64_t *sizes;
  const void *reads[maximumArrays];
  void *out;
  // One piece for each of the threads.
  char *const *scratch;
  int threads;
  // What reach said of running it on one thread.
  double cost;
  // One order of operations on every executor, and no fused roundings.
  bool reproducible;
};

struct Routine {
  const char *name;
  int sizes;
  // False where there are no such sizes. They are 0 or more, below 2^31.
  bool (*reach)(DType, const int64_t *sizes, RoutineReach &);
  void (*run)(const RoutineCall &);
};

// All of them.
extern const Routine *const allRoutines[];
extern const int routineCount;

// What stands for a routine in the words of a program: the hash of its name, FNV-1a without its sign.
int64_t numberOf(const char *name);

// The routine of a number, or null.
const Routine *routineOf(int64_t number);

// The product of sizes, or -1 where it is 2^53 or more.
template <class... Sizes>
int64_t elementsOf(Sizes... sizes) {
  const int64_t list[] = {static_cast<int64_t>(sizes)...};
  double total = 1;
  for (int64_t n : list) total *= static_cast<double>(n);
  return total < 9007199254740992.0 ? static_cast<int64_t>(total) : -1;
}

}  // namespace puregrad
