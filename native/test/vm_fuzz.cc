// Random programs, then the same with words changed at random: loading gives a program or a message, and whatever
// loads runs. To be compiled with sanitizers (npm run sanitize): vm_fuzz [rounds] [seed].
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
#include "../memory.h"
#include "../program.h"

using namespace puregrad;

namespace {

uint64_t state = 1;
uint32_t random32() {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<uint32_t>((state ^ (state >> 29)) >> 24);
}
int32_t below(int32_t n) { return static_cast<int32_t>(random32() % static_cast<uint32_t>(n)); }
template <class T, size_t N>
T pick(const T (&list)[N]) {
  return list[below(static_cast<int32_t>(N))];
}

using Words = std::vector<int32_t>;

constexpr int32_t memoryBytes = 1 << 16;
constexpr int32_t inputs = 2;

// Arena, constants, one of two inputs, output.
void addPlace(Words &words, bool writes, int32_t most) {
  const int32_t readable[] = {0, 1, 2, 2 | (1 << 2), 3};
  const int32_t writable[] = {0, 3};
  words.push_back(writes ? pick(writable) : pick(readable));
  words.push_back(below(most));
}

void addStrides(Words &words, const int32_t *sizes, int32_t extent) {
  const int32_t rows = sizes[4], columns = sizes[5];
  const int32_t inner = extent == 0 ? rows * columns : extent == 1 ? rows : 1;
  for (int axis = 0; axis < 4; axis++) words.push_back(below(3) == 0 ? 0 : axis == 3 ? inner : 2 * inner);
  switch (below(5)) {
    case 0:
      words.push_back(1);
      words.push_back(rows);
      break;
    case 1:
      words.push_back(0);
      words.push_back(1);
      break;
    case 2:
      words.push_back(below(7) - 3);
      words.push_back(below(7) - 3);
      break;
    default:
      words.push_back(extent == 0 ? columns : 1);
      words.push_back(1);
  }
}

struct Register {
  int32_t dtype, extent;
};

void addBody(Words &words, const int32_t *sizes, int32_t firstDType) {
  Words loads, steps, stores, accumulations;
  std::vector<Register> registers;
  const int32_t loadCount = 1 + below(4), stepCount = below(7);
  for (int32_t i = 0; i < loadCount; i++) {
    const int32_t dtypes[] = {0, 0, 0, 1, 1, 2, 3, 4, 5, 6};
    const int32_t dtype = i == 0 && firstDType >= 0 ? firstDType : pick(dtypes), extent = below(3) * below(2);
    loads.push_back(dtype);
    loads.push_back(extent);
    addPlace(loads, false, 200);
    addStrides(loads, sizes, extent);
    registers.push_back({dtype, extent});
  }
  for (int32_t i = 0; i < stepCount; i++) {
    int32_t operation = below(STEP_OPS), inputsOf[3] = {-1, -1, -1};
    const int32_t count = static_cast<int32_t>(registers.size());
    const int32_t a = below(count), dtype = registers[a].dtype;
    std::vector<int32_t> alike, conditions;
    for (int32_t r = 0; r < count; r++) {
      if (registers[r].dtype == dtype) alike.push_back(r);
      if (registers[r].dtype == BOOL) conditions.push_back(r);
    }
    const auto other = [&] { return alike[below(static_cast<int32_t>(alike.size()))]; };
    if (operation == SELECT && conditions.empty()) operation = MUL_ADD;
    const int32_t arity = stepInputs[operation];
    const bool compares = operation == EQUAL || operation == LESS || operation == LESS_EQUAL;
    const int32_t result = compares ? BOOL : operation == CAST ? below(DTYPES) : dtype;
    inputsOf[0] = a;
    for (int32_t k = 1; k < arity; k++) inputsOf[k] = other();
    if (operation == SELECT) {
      inputsOf[2] = a;
      inputsOf[0] = conditions[below(static_cast<int32_t>(conditions.size()))];
    }
    int32_t extent = 2;
    for (int32_t k = 0; k < arity; k++)
      if (registers[inputsOf[k]].extent < extent) extent = registers[inputsOf[k]].extent;
    if (operation == ROW_SUM || operation == ROW_MAX) extent = 1;
    steps.insert(steps.end(), {operation, result, extent, inputsOf[0], inputsOf[1], inputsOf[2]});
    registers.push_back({result, extent});
  }
  const int32_t storeCount = 1 + below(3), accumulationCount = below(3);
  const int32_t count = static_cast<int32_t>(registers.size());
  for (int32_t i = 0; i < storeCount; i++) {
    const int32_t reg = below(count);
    stores.push_back(reg);
    // Some in place of a load.
    const int32_t load = below(loadCount);
    const Register &read = registers[load];
    if (below(3) == 0 && read.dtype == registers[reg].dtype && read.extent == registers[reg].extent) {
      stores.insert(stores.end(), loads.begin() + load * 10 + 2, loads.begin() + load * 10 + 10);
    } else {
      addPlace(stores, true, 200);
      addStrides(stores, sizes, registers[reg].extent);
    }
  }
  for (int32_t i = 0; i < accumulationCount; i++) {
    accumulations.insert(accumulations.end(), {below(count), below(2), below(2)});
    addPlace(accumulations, true, 200);
    for (int axis = 0; axis < 4; axis++) accumulations.push_back(sizes[5]);
    accumulations.push_back(1 + below(2));
  }
  words.insert(words.end(), {loadCount, stepCount, storeCount, accumulationCount});
  for (const Words *part : {&loads, &steps, &stores, &accumulations}) words.insert(words.end(), part->begin(), part->end());
}

void addInstruction(Words &words, int depth, int loops) {
  const size_t start = words.size();
  const int32_t sizes[] = {0, 1, 2, 3, 7, 16, 33, 64, 70};
  const int32_t small[] = {0, 1, 1, 1, 2, 3, 5, 8};
  const int32_t kinds[] = {1, 1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 13, 14};
  const int32_t kind = pick(kinds);
  words.insert(words.end(), {kind, 0});
  const auto size = [&] { words.push_back(pick(sizes)); };
  const auto places = [&](int count, int writes) {
    for (int i = 0; i < count; i++) addPlace(words, i >= count - writes, 100);
  };
  int32_t space[6] = {1, 1, 1, 1, 1, 1};
  if (below(3) == 0) space[3] = 1 + below(3);
  if (below(6) == 0) space[2] = below(3);
  switch (kind) {
    case NEST:
      space[4] = pick(sizes);
      space[5] = below(6) == 0 ? 600 + below(900) : pick(sizes);
      if (space[5] > 100 && space[4] > 7) space[4] = 7;
      words.insert(words.end(), space, space + 6);
      addBody(words, space, -1);
      break;
    case MATMUL: {
      const int32_t dtype = below(2), m = pick(sizes), n = pick(sizes), k = pick(sizes);
      const int32_t kept[] = {F32, F32, F16, BF16};
      const auto factor = [&] { return dtype == F32 ? pick(kept) : dtype; };
      words.insert(words.end(), {dtype, dtype == F32 ? below(3) : 0, factor(), factor()});
      words.insert(words.end(), space, space + 4);
      words.insert(words.end(), {m, n, k});
      const auto matrix = [&](int32_t rows, int32_t columns, bool writes) {
        addPlace(words, writes, 100);
        space[4] = rows;
        space[5] = columns;
        for (int axis = 0; axis < 4; axis++) words.push_back(axis == 3 ? rows * columns : 0);
        if (!writes && below(2) == 0) words.insert(words.end(), {1, rows});
        else words.insert(words.end(), {columns, 1});
      };
      matrix(m, k, false);
      matrix(k, n, false);
      matrix(m, n, true);
      const int32_t epilogue = below(2);
      words.push_back(epilogue);
      if (epilogue) addBody(words, space, dtype);
      break;
    }
    case GATHER:
    case SCATTER_ADD:
      words.insert(words.end(), {below(DTYPES), 2 + below(2), below(3), below(3)});
      words.push_back(100);
      words.push_back(below(4));
      size();
      places(3, 1);
      break;
    case CUMSUM:
      words.push_back(below(DTYPES));
      words.insert(words.end(), {below(4), pick(sizes), below(4), below(2)});
      places(2, 1);
      break;
    case ARGMAX:
      words.push_back(below(DTYPES));
      words.insert(words.end(), {below(4), pick(sizes), below(4)});
      places(2, 1);
      break;
    case ARGSORT:
      words.push_back(below(DTYPES));
      words.insert(words.end(), {below(4), pick(sizes)});
      places(2, 1);
      break;
    case THREEFRY:
      size();
      places(3, 1);
      break;
    case RANDOM_BITS:
      words.push_back(below(3));
      size();
      places(2, 1);
      break;
    case LOOP: {
      words.insert(words.end(), {below(4), 0});
      if (depth < 4)
        for (int i = below(3); i > 0; i--) addInstruction(words, depth + 1, loops + 1);
      words[start + 1] = 4;
      words[start + 3] = static_cast<int32_t>(words.size() - start - 4);
      return;
    }
    case COPY_AT:
      words.insert(words.end(), {below(DTYPES), below(40), loops == 0 ? 0 : below(loops)});
      addPlace(words, false, 100);
      words.push_back(below(9) - 2);
      addPlace(words, true, 100);
      words.push_back(below(9) - 2);
      break;
    case ROUTINE: {
      const Routine *routine = allRoutines[below(routineCount)];
      int64_t given[maximumSizes];
      words.insert(words.end(), {static_cast<int32_t>(numberOf(routine->name)), below(2), routine->sizes});
      for (int i = 0; i < routine->sizes; i++) words.push_back(static_cast<int32_t>(given[i] = pick(small)));
      RoutineReach arrays{};
      const bool known = routine->reach(static_cast<DType>(words[start + 3]), given, arrays);
      const int count = known ? arrays.arrays : below(4);
      words.push_back(count);
      places(count + 1, 1);
      break;
    }
    case WHILE:
    default: {
      if (kind == WHILE) words.push_back(below(6));
      addPlace(words, false, 100);
      const size_t lengths = words.size();
      words.insert(words.end(), {0, 0});
      const size_t first = words.size();
      const auto bodyOf = [&] {
        if (depth < 4)
          for (int i = below(3); i > 0; i--) addInstruction(words, depth + 1, loops);
      };
      bodyOf();
      const size_t second = words.size();
      bodyOf();
      words[start + 1] = static_cast<int32_t>(first - start);
      words[lengths] = static_cast<int32_t>(second - first);
      words[lengths + 1] = static_cast<int32_t>(words.size() - second);
      return;
    }
  }
  words[start + 1] = static_cast<int32_t>(words.size() - start);
}

Words program(int instructions) {
  Words body;
  for (int i = 0; i < instructions; i++) addInstruction(body, 0, 0);
  const int32_t inPlace = below(2);
  Words words = {programMark, programVersion, below(2), memoryBytes, memoryBytes, memoryBytes, inputs, memoryBytes, memoryBytes, inPlace};
  if (inPlace > 0) words.insert(words.end(), {below(2), 0});
  words.push_back(static_cast<int32_t>(body.size()));
  words.insert(words.end(), body.begin(), body.end());
  return words;
}

int loadedCount = 0, ranCount = 0;

bool attempt(const Words &words, bool show) {
  // Only what the header declares may be touched; memory of its own so that the sanitizer sees every step beyond.
  std::vector<uint8_t> constants(memoryBytes);
  for (uint8_t &byte : constants) byte = static_cast<uint8_t>(below(3));
  Status status;
  Program *loaded = loadProgram(words.data(), words.size(), constants.data(), constants.size(), &status);
  if (loaded == nullptr) {
    if (show) std::printf("%s\n", status.message);
    return false;
  }
  loadedCount++;
  if (loaded->cost < 3e6 && !loaded->unbounded) {
    ranCount++;
    std::vector<uint8_t *> memory;
    std::vector<const uint8_t *> pointers;
    for (size_t i = 0; i < inputCount(loaded); i++) {
      const size_t bytes = inputBytes(loaded, i);
      uint8_t *block = static_cast<uint8_t *>(std::malloc(bytes + 1));
      for (size_t k = 0; k < bytes; k += 4) {
        const float values[] = {0, 1, -2.5f, 1e30f, __builtin_nanf(""), __builtin_inff()};
        const float value = pick(values);
        std::memcpy(block + k, &value, bytes - k < 4 ? bytes - k : 4);
        if (below(2)) block[k] = static_cast<uint8_t>(below(100));
      }
      memory.push_back(block);
      pointers.push_back(block);
    }
    uint8_t *output = static_cast<uint8_t *>(std::malloc(outputBytes(loaded) + 1));
    for (size_t i = 0; i < inputCount(loaded); i++)
      if (placeInOutput(loaded, i) >= 0) pointers[i] = output + placeInOutput(loaded, i);
    for (int run = 0; run < 2; run++) runProgram(loaded, pointers.data(), output, 1 + below(2), &status);
    for (uint8_t *block : memory) std::free(block);
    std::free(output);
  }
  freeProgram(loaded);
  return true;
}

}  // namespace

int32_t near(int32_t word) {
  return static_cast<int32_t>(static_cast<uint32_t>(word) + static_cast<uint32_t>(below(5)) - 2u);
}

int main(int count, char **arguments) {
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 2000;
  state = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
  for (int round = 0; round < rounds; round++) {
    const uint64_t seed = state;
    if (count > 3) std::printf("%d %llu\n", round, static_cast<unsigned long long>(seed));
    // Programs of one instruction are often well-formed.
    Words words = program(below(3) == 0 ? 4 : 1);
    attempt(words, count > 3);
    for (int mutation = 0; mutation < 8; mutation++) {
      Words changed = words;
      for (int i = 1 + below(3); i > 0; i--) {
        const size_t at = 9 + random32() % (changed.size() - 9);
        const int32_t values[] = {0,  1,  -1, 2,   3,   4,  8,       64, 1000, 65536, INT32_MAX, INT32_MIN, 1 << 30,
                                  10, 12, 5,  100, 512, -2, -100000};
        changed[at] = below(3) == 0 ? static_cast<int32_t>(random32()) : below(2) == 0 ? near(changed[at]) : pick(values);
      }
      if (below(10) == 0) changed.resize(random32() % (changed.size() + 1));
      attempt(changed, false);
    }
  }
  std::printf("%d rounds: %d programs loaded, %d run\n", rounds, loadedCount, ranCount);
  return loadedCount > rounds / 10 ? 0 : 1;
}
