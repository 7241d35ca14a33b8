// Loads and runs programs. Compiled without contraction: the products of reproducible programs are here.
#if defined(__clang__)
#pragma clang fp contract(off)
#else
#pragma GCC optimize("fp-contract=off")
#endif

#include "vm.h"
#include "gemm.h"
#include "gemm_tables.h"
#include "small_products.h"
#include "memory.h"
#include "message.h"
#include "program.h"
#include "thread_pool.h"

namespace puregrad {

struct Region::Chunk {
  Chunk *before;
  int64_t used, size;
};

// Of bytes, between places that are handed out.
constexpr int64_t line = 64;

void *Region::take(int64_t bytes) {
  constexpr int64_t smallest = 8192, largestDoubled = 65536;
  static_assert(sizeof(Chunk) <= line, "a chunk starts with a line of its own");
  if (exhausted || bytes < 0 || bytes > INT64_C(1) << 46) {
    exhausted = true;
    return nullptr;
  }
  bytes = (bytes + line - 1) / line * line;
  if (last == nullptr || last->size - last->used < bytes) {
    const int64_t doubled = last == nullptr ? smallest : smaller(2 * last->size, largestDoubled);
    const int64_t size = larger(doubled, bytes + line);
    Chunk *chunk = static_cast<uint64_t>(size) > SIZE_MAX / 2 ? nullptr
                                                               : static_cast<Chunk *>(pgAllocate(static_cast<size_t>(size)));
    if (chunk == nullptr) {
      exhausted = true;
      return nullptr;
    }
    *chunk = {last, line, size};
    last = chunk;
  }
  char *piece = reinterpret_cast<char *>(last) + last->used;
  last->used += bytes;
  __builtin_memset(piece, 0, static_cast<size_t>(bytes));
  return piece;
}

// The chunk made last is the largest, or large enough.
void Region::empty() {
  if (last == nullptr) return;
  while (last->before != nullptr) {
    Chunk *before = last->before;
    last->before = before->before;
    pgFree(before);
  }
  last->used = line;
}

void Region::release() {
  while (last != nullptr) {
    Chunk *before = last->before;
    pgFree(last);
    last = before;
  }
}

namespace {

// Read in place of memory of no bytes.
alignas(64) char nothing[64];

char *allocated(int64_t bytes) {
  if (static_cast<uint64_t>(bytes) > SIZE_MAX / 2) return nullptr;
  return static_cast<char *>(pgAllocate(static_cast<size_t>(larger(bytes, 64))));
}

void bindBlock(const Program &program, const Block &block) {
  for (int64_t i = 0; i < block.count; i++) {
    const Instruction &instruction = block.instructions[i];
    switch (instruction.kind) {
      case NEST:
        bindNest(program, *instruction.nest);
        break;
      case MATMUL:
        if (instruction.matmul->epilogue != nullptr) bindNest(program, *instruction.matmul->epilogue);
        break;
      case LOOP:
        bindBlock(program, instruction.loop->body);
        break;
      case WHILE:
        bindBlock(program, instruction.repetition->condition);
        bindBlock(program, instruction.repetition->body);
        break;
      case IF:
        bindBlock(program, instruction.branch->onTrue);
        bindBlock(program, instruction.branch->onFalse);
        break;
      default:
        break;
    }
  }
}

bool isHalf(const View &view) { return view.dtype == F16 || view.dtype == BF16; }
bool hasHalves(const Matmul &matmul) { return isHalf(matmul.a) || isHalf(matmul.b); }

char *startOf(const Program &program, const Matmul &matmul, const View &view, int64_t outer) {
  return at(program.bases, view.place) + outerOffset(matmul.outer, view.strides, outer) * elementSize(view.dtype);
}

template <class T>
Gemm<T> productAt(const Program &program, const Matmul &matmul, int64_t outer) {
  const View &a = matmul.a, &b = matmul.b, &c = matmul.c;
  const auto whole = [&](const View &view) {
    return isHalf(view) ? nullptr : reinterpret_cast<T *>(startOf(program, matmul, view, outer));
  };
  const auto halves = [&](const View &view) {
    return isHalf(view) ? HalfFactor{startOf(program, matmul, view, outer), view.dtype == BF16} : HalfFactor{};
  };
  return {matmul.m,
          matmul.n,
          matmul.k,
          whole(a),
          a.strides[rowAxis],
          a.strides[columnAxis],
          whole(b),
          b.strides[rowAxis],
          b.strides[columnAxis],
          whole(c),
          c.strides[rowAxis],
          halves(a),
          halves(b)};
}

template <bool rounded, class T>
double factorOf(T x) {
  return static_cast<double>(rounded ? static_cast<T>(roundedToBfloat16(static_cast<float>(x))) : x);
}
template <bool rounded>
double factorOf(half::Float16 x) {
  return factorOf<rounded>(half::floatOf(x));
}
template <bool rounded>
double factorOf(half::Bfloat16 x) {
  return factorOf<rounded>(half::floatOf(x));
}

// Each element is one sum in double over ascending k, rounded once.
template <bool rounded, class T, class Element>
void plainProductOf(const Gemm<T> &p, const Element *right, int64_t row0, int64_t row1) {
  constexpr int64_t width = 64;
  for (int64_t i = row0; i < row1; i++)
    for (int64_t j0 = 0; j0 < p.n; j0 += width) {
      const int64_t columns = smaller(width, p.n - j0);
      double totals[width] = {};
      for (int64_t k = 0; k < p.k; k++) {
        double a = 0;
        withElements(p.a, p.aHalf, i * p.aRow + k * p.aColumn, [&](const auto *left) { a = factorOf<rounded>(*left); });
        const Element *b = right + k * p.bRow + j0 * p.bColumn;
        if (p.bColumn == 1)
          for (int64_t j = 0; j < columns; j++) totals[j] += a * factorOf<rounded>(b[j]);
        else
          for (int64_t j = 0; j < columns; j++) totals[j] += a * factorOf<rounded>(b[j * p.bColumn]);
      }
      for (int64_t j = 0; j < columns; j++) p.c[i * p.cRow + j0 + j] = static_cast<T>(totals[j]);
    }
}
template <bool rounded, class T>
void plainProduct(const Gemm<T> &p, int64_t row0, int64_t row1) {
  withElements(p.b, p.bHalf, 0, [&](const auto *right) { plainProductOf<rounded>(p, right, row0, row1); });
}

template <class T>
struct PlainRows {
  Gemm<T> product;
  int64_t parts;
};
template <bool rounded, class T>
void plainRows(void *context, int64_t part, int) {
  const PlainRows<T> &rows = *static_cast<const PlainRows<T> *>(context);
  const int64_t m = rows.product.m;
  plainProduct<rounded>(rows.product, m * part / rows.parts, m * (part + 1) / rows.parts);
}

template <bool rounded, class T>
void runPlainMatmul(const Program &program, const Matmul &matmul, int threads) {
  for (int64_t outer = 0; outer < matmul.outerCount; outer++) {
    PlainRows<T> rows{productAt<T>(program, matmul, outer), threads};
    const double work = static_cast<double>(matmul.m) * static_cast<double>(matmul.n) * static_cast<double>(matmul.k);
    if (threads > 1 && matmul.m > 1 && work > worthThreads) parallel(threads, threads, plainRows<rounded, T>, &rows);
    else plainProduct<rounded>(rows.product, 0, matmul.m);
  }
  if (matmul.epilogue != nullptr) runNest(program, *matmul.epilogue, threads);
}

TileUpdate<float> updateAt(const Program &program, const Update &update) {
  const float factor = *reinterpret_cast<const float *>(at(program.bases, update.factor));
  return {update.subtracts ? -factor : factor, reinterpret_cast<const float *>(at(program.bases, update.addend.place)),
          update.addend.strides[rowAxis], reinterpret_cast<float *>(at(program.bases, update.to.place)),
          update.to.strides[rowAxis]};
}

struct Epilogue {
  Nest *nest;
  // Added to the number of the thread that gemm tells.
  int thread;
};

void epilogueOn(void *context, int64_t row0, int64_t row1, int64_t column0, int64_t column1, int thread) {
  const Epilogue &epilogue = *static_cast<const Epilogue *>(context);
  runNestPart(*epilogue.nest, row0, row1, column0, column1, epilogue.thread + thread);
}

void multiply(const Matmul &matmul, const Gemm<float> &product, int threads, const BlockDone *done) {
  switch (matmul.factors) {
    case Factors::WHOLE: return gemm(product, threads, done);
    case Factors::ROUNDED: return gemmRounded(product, threads, done);
    case Factors::SPLIT: return gemmSplit(product, threads, done);
  }
}
void multiply(const Matmul &, const Gemm<double> &product, int threads, const BlockDone *done) { gemm(product, threads, done); }

template <class T>
void runProduct(const Program &program, const Matmul &matmul, int64_t outer, int thread, int threads) {
  const Gemm<T> product = productAt<T>(program, matmul, outer);
  Nest *nest = matmul.epilogue;
  if (nest == nullptr) {
    if (matmul.m > 0 && matmul.n > 0) multiply(matmul, product, threads, nullptr);
    return;
  }
  Epilogue epilogue{nest, thread};
  BlockDone done{epilogueOn, &epilogue, needsWholeRows(*nest), !accumulates(*nest)};
  TileUpdate<float> update;
  if (matmul.update != nullptr && !matmul.update->isRead) {
    update = updateAt(program, *matmul.update);
    done.update = &update;
  }
  beginNest(program, *nest, outer, thread, threads);
  if (matmul.m > 0 && matmul.n > 0) multiply(matmul, product, threads, &done);
  else if (matmul.m > 0) runNestPart(*nest, 0, matmul.m, 0, 0, thread);
  endNest(program, *nest, outer, thread, threads);
}

struct Products {
  const Program *program;
  const Matmul *matmul;
  int64_t parts;
};
template <class T>
void productsOn(void *context, int64_t part, int thread) {
  const Products &products = *static_cast<const Products *>(context);
  const int64_t count = products.matmul->outerCount;
  for (int64_t outer = count * part / products.parts; outer < count * (part + 1) / products.parts; outer++)
    runProduct<T>(*products.program, *products.matmul, outer, thread, 1);
}

bool startsAtOnce(const Matmul &matmul) {
  return matmul.epilogue == nullptr && matmul.factors != Factors::ROUNDED && isSmall(matmul) && !hasHalves(matmul);
}

// The products from one outer index to another: along the last outer axis they lie at even distances.
template <class T>
void smallProductsBetween(const Program &program, const Matmul &matmul, int64_t from, int64_t to) {
  constexpr int axis = outerAxes - 1;
  const int64_t size = matmul.outer[axis];
  for (int64_t outer = from; outer < to;) {
    const int64_t count = smaller(size - outer % size, to - outer);
    smallProducts({productAt<T>(program, matmul, outer), count, matmul.a.strides[axis], matmul.b.strides[axis],
                   matmul.c.strides[axis]});
    outer += count;
  }
}

template <class T>
void smallProductsOn(void *context, int64_t part, int) {
  const Products &products = *static_cast<const Products *>(context);
  const int64_t count = products.matmul->outerCount;
  smallProductsBetween<T>(*products.program, *products.matmul, count * part / products.parts,
                          count * (part + 1) / products.parts);
}

template <class T>
void runMatmul(const Program &program, const Matmul &matmul, int threads) {
  if (program.reproducible)
    return (matmul.factors == Factors::ROUNDED ? runPlainMatmul<true, T> : runPlainMatmul<false, T>)(program, matmul, threads);
  if (startsAtOnce(matmul)) {
    const double cost = costOf(matmul);
    if (threads == 1 || cost < worthThreads) return smallProductsBetween<T>(program, matmul, 0, matmul.outerCount);
    Products products{&program, &matmul, threads};
    return parallel(threads, threads, smallProductsOn<T>, &products, cost);
  }
  if (matmul.epilogue != nullptr && lanesOf(*matmul.epilogue) < threads) threads = lanesOf(*matmul.epilogue);
  const double cost = costOf(matmul);
  const double each = cost / static_cast<double>(larger(matmul.outerCount, 1));
  if (threads > 1 && matmul.outerCount >= threads && cost > worthThreads && each < 20 * worthThreads) {
    Products products{&program, &matmul, threads};
    return parallel(threads, threads, productsOn<T>, &products, cost);
  }
  for (int64_t outer = 0; outer < matmul.outerCount; outer++) runProduct<T>(program, matmul, outer, 0, threads);
}

void runRoutine(const Program &program, const RoutineWork &work, int threads) {
  RoutineCall call{work.dtype, work.sizes, {}, at(program.bases, work.out), program.scratch, threads, work.cost, program.reproducible};
  for (int i = 0; i < work.arrays; i++) call.reads[i] = at(program.bases, work.reads[i]);
  if (work.cost < worthThreads) call.threads = 1;
  work.routine->run(call);
}

bool runBlock(Program &program, const Block &block, int threads, Status *status) {
  for (const Instruction *instruction = block.instructions; instruction != block.instructions + block.count;
       instruction++) {
    switch (instruction->kind) {
      case NEST:
        runNest(program, *instruction->nest, threads);
        break;
      case MATMUL:
        if (instruction->matmul->dtype == F32) runMatmul<float>(program, *instruction->matmul, threads);
        else runMatmul<double>(program, *instruction->matmul, threads);
        break;
      case ROUTINE:
        runRoutine(program, *instruction->routine, threads);
        break;
      case LOOP: {
        const Loop &loop = *instruction->loop;
        for (int64_t i = 0; i < loop.count; i++) {
          program.counters[loop.depth] = i;
          if (!runBlock(program, loop.body, threads, status)) return false;
        }
        break;
      }
      case WHILE: {
        const While &loop = *instruction->repetition;
        for (int64_t i = 0; loop.atMost < 0 || i < loop.atMost; i++) {
          if (!runBlock(program, loop.condition, threads, status)) return false;
          if (*at(program.bases, loop.predicate) == 0) break;
          if (!runBlock(program, loop.body, threads, status)) return false;
        }
        break;
      }
      case COPY_AT: {
        const CopyAt &copy = *instruction->copyAt;
        const int64_t counter = program.counters[copy.depth];
        if (copy.bytes > 0)
          __builtin_memmove(at(program.bases, copy.to) + counter * copy.toAdvance,
                            at(program.bases, copy.from) + counter * copy.fromAdvance, static_cast<size_t>(copy.bytes));
        break;
      }
      case IF: {
        const Branch &branch = *instruction->branch;
        const bool holds = *at(program.bases, branch.predicate) != 0;
        if (!runBlock(program, holds ? branch.onTrue : branch.onFalse, threads, status)) return false;
        break;
      }
      default:
        if (!runIndexing(program, instruction->kind, *instruction->indexing, threads, status)) return false;
    }
  }
  return true;
}

}  // namespace

// Programs of more nanoseconds wake threads when they start, so that these are there at the first large instruction.
constexpr double worthWaking = 150000;

double costOf(const Matmul &matmul) {
  const double work = static_cast<double>(matmul.m) * static_cast<double>(matmul.n) * static_cast<double>(matmul.k);
  if (startsAtOnce(matmul)) return static_cast<double>(matmul.outerCount) * (4 + work * 0.3);
  return static_cast<double>(matmul.outerCount) * (50 + work * (matmul.dtype == F32 ? 0.02 : 0.04));
}

Program *loadProgram(const int32_t *words, size_t count, const uint8_t *constants, size_t constantBytes,
                     Status *status) {
  Status unread;
  if (status == nullptr) status = &unread;
  status->code = OK;
  status->message[0] = 0;
  Program *program = reinterpret_cast<Program *>(allocated(sizeof(Program)));
  if (program == nullptr) {
    report(status, OUT_OF_MEMORY, "no memory for the kernel program");
    return nullptr;
  }
  __builtin_memset(static_cast<void *>(program), 0, sizeof(Program));
  const int threads = threadCount();
  program->threads = threads < 1 ? 1 : threads < maximumThreads ? threads : maximumThreads;
  program->bytes[CONSTANT] = static_cast<int64_t>(constantBytes);
  Region temporary{};
  const bool decoded = decodeProgram(*program, words, static_cast<int64_t>(count), temporary, status);
  bool ready = decoded;
  if (decoded) {
    program->bases[ARENA] = allocated(program->bytes[ARENA]);
    program->bases[CONSTANT] = allocated(program->bytes[CONSTANT]);
    ready = program->bases[ARENA] != nullptr && program->bases[CONSTANT] != nullptr && linkChains(*program);
    program->unlinked.release();
    for (int i = 0; i < program->threads && ready; i++) {
      program->scratch[i] = allocated(program->scratchBytes);
      ready = program->scratch[i] != nullptr;
    }
    if (!ready)
      report(status, OUT_OF_MEMORY, "no memory for the ", program->bytes[ARENA] + program->bytes[CONSTANT],
             " bytes of the kernel program");
  }
  temporary.release();
  if (!ready) {
    freeProgram(program);
    return nullptr;
  }
  __builtin_memset(program->bases[ARENA], 0, static_cast<size_t>(program->bytes[ARENA]));
  if (constantBytes > 0) __builtin_memcpy(program->bases[CONSTANT], constants, constantBytes);
  bindBlock(*program, program->body);
  return program;
}

void freeProgram(Program *program) {
  if (program == nullptr) return;
  if (program->bases != nullptr) {
    pgFree(program->bases[ARENA]);
    pgFree(program->bases[CONSTANT]);
  }
  for (char *scratch : program->scratch) pgFree(scratch);
  unlinkChains(*program);
  program->unlinked.release();
  program->region.release();
  pgFree(program);
}

size_t inputCount(const Program *program) { return static_cast<size_t>(program->inputCount); }
size_t inputBytes(const Program *program, size_t input) { return static_cast<size_t>(program->inputBytes[input]); }
size_t outputBytes(const Program *program) { return static_cast<size_t>(program->bytes[OUTPUT]); }
int64_t placeInOutput(const Program *program, size_t input) {
  for (int64_t i = 0; i < program->inPlaceCount; i++)
    if (static_cast<size_t>(program->inPlace[i].input) == input) return program->inPlace[i].firstByte;
  return -1;
}

void runProgram(Program *program, const uint8_t *const *inputs, uint8_t *output, int threads, Status *status) {
  status->code = OK;
  status->message[0] = 0;
  program->bases[OUTPUT] = output != nullptr ? reinterpret_cast<char *>(output) : nothing;
  for (int32_t i = 0; i < program->inputCount; i++)
    // Nothing is ever written to an input.
    program->bases[INPUT + i] =
      inputs[i] != nullptr ? const_cast<char *>(reinterpret_cast<const char *>(inputs[i])) : nothing;
  const int most = threads < 1 ? 1 : threads < program->threads ? threads : program->threads;
  if (most > 1 && program->cost > worthWaking) wakeThreads(most);
  runBlock(*program, program->body, most, status);
}

}  // namespace puregrad
