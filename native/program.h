// A program after it was checked and made ready: what the files that implement vm.h share.
#pragma once
#include <cstddef>
#include <cstdint>
#include "chain_code.h"
#include "routines.h"
#include "step_kernels.h"
#include "vm.h"

namespace puregrad {

// Memory handed out piece by piece and given back at once. Pieces are zeroed and aligned to 64 bytes. Emptied, it hands out
// memory it had before: what each instruction needs while it is planned touches no new pages.
struct Region {
  struct Chunk;
  Chunk *last;
  bool exhausted;

  // Null, and `exhausted` from then on, where there is no memory.
  void *take(int64_t bytes);
  void empty();
  void release();

  template <class T>
  T *array(int64_t count) {
    return static_cast<T *>(take(count * static_cast<int64_t>(sizeof(T))));
  }
};

// The first two words of every program.
constexpr int32_t programMark = 0x50474b31, programVersion = 6;

inline int64_t elementSize(DType dtype) {
  return dtype == F64 ? 8 : dtype == BOOL ? 1 : dtype == F16 || dtype == BF16 ? 2 : 4;
}

inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

// The memories a place can lie in; input i is `INPUT + i`.
enum Base { ARENA = 0, CONSTANT = 1, OUTPUT = 2, INPUT = 3 };

struct Place {
  int32_t base;
  int64_t byte;
};

inline char *at(char *const *bases, const Place &place) { return bases[place.base] + place.byte; }

// An iteration space has six axes: four outer ones, rows, columns.
constexpr int outerAxes = 4, axes = 6, rowAxis = 4, columnAxis = 5;

enum Extent : uint8_t { FULL = 0, ROW = 1, ONE = 2 };

// A strided view of memory with the bytes it can reach: those of `memory`, which is where its place is, but that of an
// input in place is the output. Strides count elements; those along axes it does not span are 0.
struct View {
  Place place;
  DType dtype;
  Extent extent;
  int64_t strides[axes];
  int32_t memory;
  int64_t firstByte, endByte;
};

inline bool overlap(const View &a, const View &b) {
  return a.memory == b.memory && a.firstByte < b.endByte && b.firstByte < a.endByte;
}

// The byte offset of an outer index within a view.
inline int64_t outerOffset(const int64_t *sizes, const int64_t *strides, int64_t index) {
  int64_t offset = 0;
  for (int axis = outerAxes - 1; axis >= 0 && index > 0; axis--) {
    offset += index % sizes[axis] * strides[axis];
    index /= sizes[axis];
  }
  return offset;
}

struct Step {
  StepOp operation;
  DType dtype;
  Extent extent;
  int arity;
  int32_t inputs[3];
};

struct Store {
  int32_t reg;
  View view;
};

struct Accumulation {
  int32_t reg;
  bool sum, overRows;
  View view;
};

// A nest as it is written, every word of it checked. Register i is load i, then come the steps.
struct NestBody {
  int64_t sizes[axes];
  int32_t loadCount, stepCount, storeCount, accumulationCount;
  View *loads;
  Step *steps;
  Store *stores;
  Accumulation *accumulations;
};

inline DType registerDType(const NestBody &body, int32_t reg) {
  return reg < body.loadCount ? body.loads[reg].dtype : body.steps[reg - body.loadCount].dtype;
}
inline Extent registerExtent(const NestBody &body, int32_t reg) {
  return reg < body.loadCount ? body.loads[reg].extent : body.steps[reg - body.loadCount].extent;
}

struct Nest;
struct Instruction;

struct Block {
  Instruction *instructions;
  int64_t count;
};

// How a product of float32 takes its factors: as they are, rounded to bfloat16, or in three parts of bfloat16 where that is faster.
enum class Factors { WHOLE, ROUNDED, SPLIT };

struct Matmul;

// to = addend ± factor · C, see updates.h. C is then nowhere in memory, which those bytes would be of.
struct Update {
  Place factor;
  bool subtracts;
  View addend, to;
  // Whether something reads the bytes of C.
  bool isRead;
  // The product before that has one.
  const Matmul *before;
};

// The dtype is that of the result; each factor has its own, which the view of it says.
struct Matmul {
  DType dtype;
  Factors factors;
  int64_t outer[outerAxes], outerCount, m, n, k;
  View a, b, c;
  Nest *epilogue;
  // What the epilogue is, where tiles may do that; else null.
  Update *update;
};

enum InstructionKind {
  NEST = 1, MATMUL, GATHER, SCATTER_ADD, CUMSUM, ARGMAX, ARGSORT, THREEFRY, RANDOM_BITS, LOOP, COPY_AT, IF, ROUTINE,
  WHILE
};

// Indexing, scans, sorting and random bits, over `[batch, outer, n, inner]`.
struct Indexing {
  DType dtype, indexDType;
  bool reverse;
  int64_t batch, outer, n, inner, k;
  Place x, indices, out;
};

struct CopyAt {
  int64_t bytes, depth, fromAdvance, toAdvance;
  Place from, to;
};

struct RoutineWork {
  const Routine *routine;
  DType dtype;
  int64_t *sizes;
  int arrays;
  Place reads[maximumArrays], out;
  double cost;
};

struct Loop {
  int64_t count, depth;
  Block body;
};

// The body as long as the condition leaves true at the predicate; at most so often, unless that is negative.
struct While {
  int64_t atMost;
  Place predicate;
  Block condition, body;
};

struct Branch {
  Place predicate;
  Block onTrue, onFalse;
};

struct Instruction {
  InstructionKind kind;
  union {
    Nest *nest;
    Matmul *matmul;
    Indexing *indexing;
    RoutineWork *routine;
    CopyAt *copyAt;
    Loop *loop;
    Branch *branch;
    While *repetition;
  };
};

// An input that may lie in the output, from its first byte there to behind its last one, and the instructions that last
// read it and first wrote there, by their numbers among those that lie in no other; −1 is none. See verify.cc.
struct InPlace {
  int32_t input;
  int64_t firstByte, endByte;
  int64_t readBy, writtenBy;
};

// Code of a chain that has yet to become executable, and who calls it.
struct PendingChain {
  const uint8_t *bytes;
  int64_t size;
  ChainCode *code;
  PendingChain *next;
};

constexpr int maximumThreads = 64, maximumLoops = 8;

struct Program {
  Region region;
  bool reproducible;
  int threads;
  const StepKernels *kernels;
  int32_t inputCount;
  int64_t bytes[3];
  int64_t *inputBytes;
  InPlace *inPlace;
  int64_t inPlaceCount;
  // By Base; the output and the inputs are those of the run in hand.
  char **bases;
  // Working memory of each thread: no two instructions use it at once.
  char *scratch[maximumThreads];
  int64_t scratchBytes;
  // The machine code of all chains; while the program is loaded, room to write one in and those written so far, in a region
  // of their own.
  uint8_t *code;
  int64_t codeBytes;
  Region unlinked;
  uint8_t *chainRoom;
  PendingChain *pendingChains;
  Block body;
  int64_t counters[maximumLoops];
  // Rough number of nanoseconds of one run on one thread; loops without a bound count as a hundred turns.
  double cost;
  // Nothing says how often a loop of it runs.
  bool unbounded;
};

inline int64_t bytesOf(const Program &program, int32_t base) {
  return base < INPUT ? program.bytes[base] : program.inputBytes[base - INPUT];
}

inline void reserveScratch(Program &program, int64_t bytes) {
  if (program.scratchBytes < bytes) program.scratchBytes = bytes;
}

// Work below this many nanoseconds stays on one thread.
constexpr double worthThreads = 20000;

// verify.cc: checks every word and makes the instructions ready. False with a status where something is amiss.
// `temporary` is emptied after each instruction.
bool decodeProgram(Program &, const int32_t *words, int64_t count, Region &temporary, Status *);

// nest.cc: planNest chooses blocks, registers and kernels; null where there is no memory. bindNest gives a nest its
// pointers, once the memory of the program is there.
Nest *planNest(Program &, const NestBody &, Region &temporary, double costAround);
void bindNest(const Program &, Nest &);
// linkChains makes the code of all nests executable, once all are planned; false where there is no memory.
bool linkChains(Program &);
void unlinkChains(Program &);
void runNest(const Program &, Nest &, int threads);
// The parts of one outer index, in the order of the caller and each on one of the threads, between begin and end.
void beginNest(const Program &, Nest &, int64_t outer, int thread, int threads);
void runNestPart(Nest &, int64_t row0, int64_t row1, int64_t column0, int64_t column1, int thread);
void endNest(const Program &, Nest &, int64_t outer, int thread, int threads);
bool needsWholeRows(const Nest &);
bool accumulates(const Nest &);
int lanesOf(const Nest &);
double costOf(const Nest &);

// indexing.cc: false with a status where an index is out of range.
bool runIndexing(const Program &, InstructionKind, const Indexing &, int threads, Status *);
int64_t scratchFor(InstructionKind, const Indexing &);

// vm.cc
double costOf(const Matmul &);

}  // namespace puregrad
