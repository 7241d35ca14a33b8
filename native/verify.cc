// Reads the words of a kernel program. Nothing is run that was not found here to stay within the declared memory.
#include "gemm.h"
#include "message.h"
#include "program.h"
#include "updates.h"

namespace puregrad {
namespace {

// Sizes and their products stay exact in doubles, and far from the limits of 64 bits.
constexpr int64_t largestSize = (int64_t{1} << 53) - 1;
constexpr int deepestNesting = 200;

const char *const dtypeNames[DTYPES] = {"float32", "float64", "int32", "uint32", "bool", "float16", "bfloat16"};

bool isComparison(StepOp operation) { return operation == EQUAL || operation == LESS || operation == LESS_EQUAL; }
// Of 16 bits, which are kept and moved and not computed with.
bool isStored(DType dtype) { return dtype == F16 || dtype == BF16; }
bool isReduction(StepOp operation) { return operation == ROW_SUM || operation == ROW_MAX; }

bool hasKernel(const StepKernels &kernels, StepOp operation, DType dtype) {
  if (operation == CAST) return true;
  if (operation == ROW_SUM) return kernels.rowSum[dtype] != nullptr;
  if (operation == ROW_MAX) return kernels.rowMax[dtype] != nullptr;
  switch (stepInputs[operation]) {
    case 1:
      return kernels.unary[operation][dtype] != nullptr;
    case 2:
      return kernels.binary[operation][dtype][0] != nullptr;
    default:
      return kernels.ternary[operation][dtype][0] != nullptr;
  }
}

// a · b for a of 0 or more, or false where it has more than 63 bits.
bool multiplied(int64_t a, int64_t b, int64_t &result) {
  if (b != 0 && a > INT64_MAX / (b < 0 ? -b : b)) return false;
  result = a * b;
  return true;
}

// Whether no two positions of a space have one element.
bool isOnce(const int64_t *sizes, const View &view) {
  int64_t reach = 0;
  for (int64_t least = 0;;) {
    // The axis of the smallest stride that is not among those before; of equal ones the second fails.
    int next = -1, equal = 0;
    int64_t stride = INT64_MAX;
    for (int axis = 0; axis < axes; axis++) {
      const int64_t own = view.strides[axis] < 0 ? -view.strides[axis] : view.strides[axis];
      if (sizes[axis] <= 1) continue;
      if (own == 0) return false;
      if (own == stride) equal++;
      if (own <= least || own >= stride) continue;
      stride = own;
      next = axis;
      equal = 0;
    }
    if (next < 0) return true;
    if (equal > 0 || stride <= reach) return false;
    reach += (sizes[next] - 1) * stride;
    least = stride;
  }
}

struct Decoder {
  Program &program;
  const int32_t *words;
  int64_t position, limit;
  Region &temporary;
  Status *status;
  bool failed;
  int nesting, loops;
  int64_t loopCounts[maximumLoops];
  // How often the instruction in hand runs.
  double times;
  // The number of the instruction around it that lies in no other; of the last one that can fail.
  int64_t outermost, failsAt;
  // The last product that tiles may turn into an update.
  const Matmul *updating;
  // The product whose epilogue is in hand.
  const Matmul *behind;

  template <class... Pieces>
  bool failAt(int64_t where, Pieces... pieces) {
    if (!failed) report(status, MALFORMED, "kernel program, word ", where, ": ", pieces...);
    failed = true;
    return false;
  }
  template <class... Pieces>
  bool fail(Pieces... pieces) {
    return failAt(position - 1, pieces...);
  }
  bool outOfMemory() {
    if (!failed) report(status, OUT_OF_MEMORY, "no memory for the kernel program");
    failed = true;
    return false;
  }

  int64_t next() {
    if (failed) return 0;
    if (position >= limit) {
      failAt(position, "expected more words");
      return 0;
    }
    return words[position++];
  }

  int64_t size(const char *name) {
    const int64_t n = next();
    if (n >= 0) return n;
    fail("expected a ", name, " of 0 or more, got ", n);
    return 0;
  }

  int64_t below(int64_t end, const char *name) {
    const int64_t n = next();
    if (failed || (n >= 0 && n < end)) return n;
    fail("expected a ", name, " below ", end, ", got ", n);
    return 0;
  }

  DType dtype() { return static_cast<DType>(below(DTYPES, "dtype")); }

  // The product of sizes; fails where that of those that are not 0 is too large.
  template <class... Sizes>
  int64_t product(Sizes... sizes) {
    const int64_t list[] = {sizes...};
    int64_t total = 1;
    bool none = false;
    for (int64_t n : list) {
      if (n == 0) {
        none = true;
        continue;
      }
      if (n > largestSize / total) {
        fail("the sizes have too large a product");
        return 0;
      }
      total *= n;
    }
    return none ? 0 : total;
  }

  Place place(DType dtype) {
    const uint32_t word = static_cast<uint32_t>(next());
    const int64_t index = word >> 2;
    Place result{ARENA, 0};
    switch (word & 3) {
      case 0:
        break;
      case 1:
        result.base = CONSTANT;
        break;
      case 2:
        if (index >= program.inputCount)
          fail("expected one of ", int64_t{program.inputCount}, " inputs, got input ", index);
        else
          result.base = static_cast<int32_t>(INPUT + index);
        break;
      default:
        result.base = OUTPUT;
    }
    if ((word & 3) != 2 && index != 0) fail("expected a place, got ", int64_t{word});
    result.byte = size("offset") * elementSize(dtype);
    return result;
  }

  const char *nameOf(int32_t base) {
    return base == ARENA ? "the arena" : base == CONSTANT ? "the constants" : base == OUTPUT ? "the output" : "an input";
  }

  // Everything that axes of these sizes and strides reach from a place lies in its memory. Without elements nothing
  // is reached, and the place becomes the start of its memory.
  bool reach(Place &place, DType dtype, const int64_t *sizes, const int64_t *strides, int count, bool writes,
             int64_t &firstByte, int64_t &endByte) {
    if (failed) return false;
    if (writes && place.base != ARENA && place.base != OUTPUT)
      return fail("expected a place in the arena or the output to write to, got ", nameOf(place.base));
    firstByte = endByte = 0;
    for (int axis = 0; axis < count; axis++)
      if (sizes[axis] == 0) {
        place.byte = 0;
        return true;
      }
    int64_t first = 0, last = 0;
    bool fits = true;
    for (int axis = 0; axis < count && fits; axis++) {
      int64_t span;
      fits = multiplied(sizes[axis] - 1, strides[axis], span) &&
             !(span < 0 ? __builtin_add_overflow(first, span, &first) : __builtin_add_overflow(last, span, &last));
    }
    const int64_t bytes = elementSize(dtype);
    constexpr int64_t most = INT64_MAX / 32;
    fits = fits && first > -most && last < most;
    if (!fits) return fail("the strides reach out of ", nameOf(place.base));
    first = first * bytes + place.byte;
    last = (last + 1) * bytes + place.byte;
    const int64_t memory = bytesOf(program, place.base);
    if (first < 0 || last > memory)
      return fail("bytes ", first, " to ", last, " do not lie in the ", memory, " bytes of ", nameOf(place.base));
    firstByte = first;
    endByte = last;
    return writes ? wrote(place.base, first, last) : read(place.base, first, last);
  }

  // Inputs in place. The bytes there are those of the input until they are written: every instruction that reads the
  // input comes before the first one that writes there, or is that one, a nest that stores each element exactly where it
  // loads it; behind it nothing can fail. An instruction with bodies counts as one.

  // Whether the result fills the bytes it reaches.
  static bool isWhole(const Matmul &matmul) {
    return matmul.c.endByte - matmul.c.firstByte == matmul.outerCount * matmul.m * matmul.n * elementSize(matmul.dtype);
  }
  bool read(int32_t base, int64_t first, int64_t end) {
    // What the product in hand has written is nothing of before.
    const bool own = behind != nullptr && base == behind->c.place.base && isWhole(*behind) &&
                     first >= behind->c.firstByte && end <= behind->c.endByte;
    for (const Matmul *one = own || base != ARENA ? nullptr : updating; one != nullptr; one = one->update->before)
      one->update->isRead |= one->c.place.base == ARENA && first < one->c.endByte && one->c.firstByte < end;
    for (int64_t i = 0; i < program.inPlaceCount; i++) {
      InPlace &own = program.inPlace[i];
      if (base != INPUT + own.input) continue;
      if (own.writtenBy >= 0 && own.writtenBy < outermost) return readsLate(own);
      own.readBy = outermost;
    }
    return true;
  }
  bool wrote(int32_t base, int64_t first, int64_t end) {
    for (int64_t i = 0; i < program.inPlaceCount; i++) {
      InPlace &own = program.inPlace[i];
      if (base == OUTPUT && own.writtenBy < 0 && first < own.endByte && own.firstByte < end) own.writtenBy = outermost;
    }
    return true;
  }
  bool readsLate(const InPlace &own) {
    return fail("input ", int64_t{own.input}, " is read after its place was written");
  }
  bool isAnyWritten() const {
    for (int64_t i = 0; i < program.inPlaceCount; i++)
      if (program.inPlace[i].writtenBy >= 0) return true;
    return false;
  }
  bool mayFail() {
    failsAt = outermost;
    return isAnyWritten() ? fail("something that can fail runs after an input was overwritten") : true;
  }
  // Whether an access is one of the input, or writes in its place.
  bool isOf(const View &view, const InPlace &own) const { return view.place.base == INPUT + own.input; }
  bool isOver(const View &view, const InPlace &own) const {
    return view.place.base == OUTPUT && view.firstByte < own.endByte && own.firstByte < view.endByte;
  }

  bool storesWhereItLoads(const NestBody &body, const InPlace &own) const {
    bool reads = false;
    for (int32_t i = 0; i < body.loadCount; i++) reads = reads || isOf(body.loads[i], own);
    if (!reads) return true;
    for (int32_t i = 0; i < body.accumulationCount; i++)
      if (isOver(body.accumulations[i].view, own)) return false;
    for (int32_t i = 0; i < body.storeCount; i++) {
      const View &store = body.stores[i].view;
      if (!isOver(store, own)) continue;
      if (store.extent != FULL || !isOnce(body.sizes, store)) return false;
      for (int32_t k = 0; k < body.loadCount; k++) {
        const View &load = body.loads[k];
        if (!isOf(load, own)) continue;
        if (load.extent != FULL || load.dtype != store.dtype || own.firstByte + load.place.byte != store.place.byte)
          return false;
        for (int axis = 0; axis < axes; axis++)
          if (load.strides[axis] != store.strides[axis]) return false;
      }
    }
    return true;
  }
  bool isElementwise(const Instruction &instruction, const NestBody *body) {
    for (int64_t i = 0; i < program.inPlaceCount; i++) {
      const InPlace &own = program.inPlace[i];
      if (own.readBy != outermost || own.writtenBy != outermost) continue;
      bool fits = instruction.kind == NEST || instruction.kind == MATMUL;
      if (instruction.kind == MATMUL) {
        const Matmul &matmul = *instruction.matmul;
        fits = !isOf(matmul.a, own) && !isOf(matmul.b, own) && !isOver(matmul.c, own);
      }
      if (!fits || (body != nullptr && !storesWhereItLoads(*body, own))) return readsLate(own);
    }
    return true;
  }

  // A contiguous run.
  Place run(DType dtype, int64_t count, bool writes) {
    Place result = place(dtype);
    const int64_t stride = 1;
    int64_t first, end;
    reach(result, dtype, &count, &stride, 1, writes, first, end);
    return result;
  }

  // Nothing is reached by any stride.
  void settle(View &view) {
    if (view.firstByte < view.endByte) return;
    for (int64_t &stride : view.strides) stride = 0;
  }

  View view(const int64_t *sizes, DType dtype, Extent extent, bool writes) {
    View result{};
    result.dtype = dtype;
    result.extent = extent;
    result.place = place(dtype);
    for (int axis = 0; axis < axes; axis++) result.strides[axis] = next();
    if (extent != FULL) result.strides[columnAxis] = 0;
    if (extent == ONE) result.strides[rowAxis] = 0;
    result.memory = result.place.base;
    const int spanned = extent == FULL ? 6 : extent == ROW ? 5 : 4;
    // Strides along axes of one element say nothing.
    for (int axis = 0; axis < axes; axis++)
      if (sizes[axis] == 1) result.strides[axis] = 0;
    reach(result.place, dtype, sizes, result.strides, spanned, writes, result.firstByte, result.endByte);
    settle(result);
    for (int64_t i = 0; i < program.inPlaceCount; i++) {
      if (!isOf(result, program.inPlace[i])) continue;
      result.memory = OUTPUT;
      result.firstByte += program.inPlace[i].firstByte;
      result.endByte += program.inPlace[i].firstByte;
    }
    return result;
  }

  int32_t registerBelow(int64_t end) { return static_cast<int32_t>(below(end, "register that has a value")); }

  void step(const NestBody &body, int32_t index) {
    Step &step = body.steps[index];
    step.operation = static_cast<StepOp>(below(STEP_OPS, "step operation"));
    step.dtype = dtype();
    step.extent = static_cast<Extent>(below(3, "extent"));
    if (failed) return;
    step.arity = stepInputs[step.operation];
    const char *name = stepNames[step.operation];
    DType inputs[3] = {};
    Extent widest = ONE;
    for (int i = 0; i < 3; i++) {
      if (i >= step.arity) {
        const int64_t none = next();
        if (none != -1) fail("expected -1 for an input that ", name, " does not have, got ", none);
        continue;
      }
      step.inputs[i] = registerBelow(body.loadCount + index);
      if (failed) return;
      inputs[i] = registerDType(body, step.inputs[i]);
      const Extent extent = registerExtent(body, step.inputs[i]);
      if (extent < widest) widest = extent;
    }
    if (failed) return;
    const DType data = step.operation == SELECT ? inputs[1] : inputs[0];
    const DType result = isComparison(step.operation) ? BOOL : step.operation == CAST ? step.dtype : data;
    for (int i = 0; i < step.arity; i++) {
      const DType expected = step.operation == SELECT && i == 0 ? BOOL : data;
      if (inputs[i] != expected) {
        fail(name, " expected an input of ", dtypeNames[expected], ", got ", dtypeNames[inputs[i]]);
        return;
      }
    }
    if (step.dtype != result)
      fail(name, " of ", dtypeNames[data], " gives ", dtypeNames[result], ", not ", dtypeNames[step.dtype]);
    else if (!hasKernel(*program.kernels, step.operation, data))
      fail("there is no ", name, " of ", dtypeNames[data]);
    else if (isReduction(step.operation) ? step.extent != ROW : step.extent > widest)
      fail(name, " expected the extent of its ", isReduction(step.operation) ? "rows" : "widest input");
  }

  // The rest of an instruction.
  bool body(NestBody &result) {
    result.loadCount = static_cast<int32_t>(size("number of loads"));
    result.stepCount = static_cast<int32_t>(size("number of steps"));
    result.storeCount = static_cast<int32_t>(size("number of stores"));
    result.accumulationCount = static_cast<int32_t>(size("number of accumulations"));
    if (failed) return false;
    const int64_t expected = int64_t{result.loadCount} * 10 + int64_t{result.stepCount} * 6 +
                             int64_t{result.storeCount} * 9 + int64_t{result.accumulationCount} * 10;
    if (expected != limit - position)
      return fail("expected ", expected, " more words of the instruction, got ", limit - position);
    result.loads = temporary.array<View>(result.loadCount);
    result.steps = temporary.array<Step>(result.stepCount);
    result.stores = temporary.array<Store>(result.storeCount);
    result.accumulations = temporary.array<Accumulation>(result.accumulationCount);
    if (temporary.exhausted) return outOfMemory();
    const int64_t *sizes = result.sizes;
    for (int32_t i = 0; i < result.loadCount && !failed; i++) {
      const DType type = dtype();
      const Extent extent = static_cast<Extent>(below(3, "extent"));
      result.loads[i] = view(sizes, type, extent, false);
    }
    for (int32_t i = 0; i < result.stepCount && !failed; i++) step(result, i);
    const int32_t registers = result.loadCount + result.stepCount;
    for (int32_t i = 0; i < result.storeCount && !failed; i++) {
      Store &store = result.stores[i];
      store.reg = registerBelow(registers);
      if (failed) break;
      store.view = view(sizes, registerDType(result, store.reg), registerExtent(result, store.reg), true);
    }
    for (int32_t i = 0; i < result.accumulationCount && !failed; i++) {
      Accumulation &accumulation = result.accumulations[i];
      accumulation.reg = registerBelow(registers);
      accumulation.sum = below(2, "reduction") == 0;
      accumulation.overRows = below(2, "part of the space") == 0;
      if (failed) break;
      View &view = accumulation.view;
      view.dtype = registerDType(result, accumulation.reg);
      view.extent = accumulation.overRows ? FULL : ONE;
      if (accumulation.sum && program.kernels->rowSum[view.dtype] == nullptr)
        fail("there is no sum of ", dtypeNames[view.dtype]);
      if (!failed && program.kernels->rowMax[view.dtype] == nullptr)
        fail("there is no maximum of ", dtypeNames[view.dtype]);
      view.place = place(view.dtype);
      int64_t reached[axes];
      for (int axis = 0; axis < outerAxes; axis++) view.strides[axis] = next();
      view.strides[rowAxis] = 0;
      view.strides[columnAxis] = next();
      if (!accumulation.overRows) view.strides[columnAxis] = 0;
      for (int axis = 0; axis < axes; axis++) {
        reached[axis] = axis < outerAxes || (axis == columnAxis && accumulation.overRows) ? sizes[axis] : 1;
        if (reached[axis] == 1) view.strides[axis] = 0;
      }
      view.memory = view.place.base;
      reach(view.place, view.dtype, reached, view.strides, axes, true, view.firstByte, view.endByte);
      settle(view);
    }
    return !failed;
  }

  bool nest(Instruction &instruction) {
    NestBody parsed{};
    for (int axis = 0; axis < axes; axis++) parsed.sizes[axis] = size("size");
    const int64_t *sizes = parsed.sizes;
    product(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5]);
    if (!body(parsed) || (nesting == 1 && !isElementwise(instruction, &parsed))) return false;
    instruction.nest = planNest(program, parsed, temporary, 0);
    if (instruction.nest == nullptr) return outOfMemory();
    program.cost += times * costOf(*instruction.nest);
    return true;
  }

  // Numbers of 16 bits are widened to float32 as they are read.
  DType factorOf(const Matmul &matmul) {
    const DType type = dtype();
    if (!failed && type != matmul.dtype && !(isStored(type) && matmul.dtype == F32))
      fail("a matmul of ", dtypeNames[matmul.dtype], " expected a factor of its own dtype or of 16 bits for float32, got ",
           dtypeNames[type]);
    return type;
  }

  // What runs once, and before all that is read from here on. On WebAssembly other tiles may take the place of ours.
  bool findUpdate(Matmul &matmul, const NestBody &body) {
    Update found;
    if (!updatesInTiles || program.reproducible || nesting > 1 || !isUpdate(matmul, body, found)) return true;
    matmul.update = program.region.array<Update>(1);
    if (matmul.update == nullptr) return false;
    *matmul.update = found;
    matmul.update->before = updating;
    updating = &matmul;
    return true;
  }

  bool matmul(Instruction &instruction) {
    Matmul *matmul = instruction.matmul = program.region.array<Matmul>(1);
    if (matmul == nullptr) return outOfMemory();
    matmul->dtype = dtype();
    if (matmul->dtype != F32 && matmul->dtype != F64) fail("a matmul expected float32 or float64");
    matmul->factors = static_cast<Factors>(below(3, "precision of factors"));
    if (!failed && matmul->factors != Factors::WHOLE && matmul->dtype != F32) fail("only factors of float32 have another precision");
    const DType a = factorOf(*matmul), b = factorOf(*matmul);
    int64_t sizes[axes];
    for (int axis = 0; axis < outerAxes; axis++) sizes[axis] = matmul->outer[axis] = size("size");
    const int64_t m = matmul->m = size("size"), n = matmul->n = size("size"), k = matmul->k = size("size");
    const int64_t outer = matmul->outerCount = product(sizes[0], sizes[1], sizes[2], sizes[3]);
    product(sizes[0], sizes[1], sizes[2], sizes[3], m, n, k);
    if (failed) return false;
    const auto matrix = [&](DType type, int64_t rows, int64_t columns, bool writes) {
      sizes[rowAxis] = rows;
      sizes[columnAxis] = columns;
      return view(sizes, type, FULL, writes);
    };
    matmul->a = matrix(a, m, k, false);
    matmul->b = matrix(b, k, n, false);
    matmul->c = matrix(matmul->dtype, m, n, true);
    if (!failed && n > 1 && matmul->c.firstByte < matmul->c.endByte && matmul->c.strides[columnAxis] != 1)
      return fail("expected columns of c that lie next to each other");
    const int64_t epilogue = below(2, "number of epilogues");
    if (failed) return false;
    const double cost = costOf(*matmul);
    program.cost += times * cost;
    if (epilogue == 0) return true;
    NestBody parsed{};
    for (int axis = 0; axis < axes; axis++) parsed.sizes[axis] = sizes[axis];
    behind = matmul;
    const bool isRead = body(parsed);
    behind = nullptr;
    if (!isRead || (nesting == 1 && !isElementwise(instruction, &parsed))) return false;
    matmul->epilogue = planNest(program, parsed, temporary, cost);
    if (!findUpdate(*matmul, parsed)) return outOfMemory();
    if (matmul->epilogue == nullptr) return outOfMemory();
    program.cost += times * costOf(*matmul->epilogue);
    return true;
  }

  void computed(DType dtype) {
    if (!failed && isStored(dtype)) fail("nothing is computed of ", dtypeNames[dtype]);
  }

  bool indexing(Instruction &instruction) {
    Indexing *parsed = instruction.indexing = program.region.array<Indexing>(1);
    if (parsed == nullptr) return outOfMemory();
    Indexing &x = *parsed;
    x.batch = x.outer = x.n = x.inner = x.k = 1;
    x.dtype = x.indexDType = U32;
    int64_t work = 0;
    switch (instruction.kind) {
      case GATHER:
      case SCATTER_ADD: {
        x.dtype = dtype();
        if (instruction.kind == SCATTER_ADD) computed(x.dtype);
        x.indexDType = dtype();
        if (!failed && x.indexDType != I32 && x.indexDType != U32)
          fail("expected indices of int32 or uint32, got ", dtypeNames[x.indexDType]);
        x.batch = size("size");
        x.outer = size("size");
        x.n = size("size");
        x.inner = size("size");
        x.k = size("size");
        const int64_t whole = product(x.batch, x.outer, x.n, x.inner);
        const int64_t picked = product(x.batch, x.outer, x.k, x.inner);
        const bool gathers = instruction.kind == GATHER;
        mayFail();
        x.x = run(x.dtype, gathers ? whole : picked, false);
        x.indices = run(x.indexDType, product(x.batch, x.k), false);
        x.out = run(x.dtype, gathers ? picked : whole, true);
        work = whole + picked + product(x.batch, x.outer, x.k);
        const int64_t outBytes = (gathers ? picked : whole) * elementSize(x.dtype);
        if (!failed && x.out.base == x.indices.base && x.out.byte < x.indices.byte + x.batch * x.k * 4 &&
            x.indices.byte < x.out.byte + outBytes)
          fail("the output lies over the indices");
        break;
      }
      case CUMSUM:
      case ARGMAX: {
        x.dtype = dtype();
        x.outer = size("size");
        x.n = size("size");
        x.inner = size("size");
        const int64_t elements = product(x.outer, x.n, x.inner);
        if (instruction.kind == CUMSUM) {
          x.reverse = below(2, "direction") == 1;
          if (!failed && program.kernels->rowSum[x.dtype] == nullptr) fail("there is no cumsum of ", dtypeNames[x.dtype]);
        }
        computed(x.dtype);
        x.x = run(x.dtype, elements, false);
        x.out = instruction.kind == CUMSUM ? run(x.dtype, elements, true) : run(I32, product(x.outer, x.inner), true);
        work = elements + product(x.outer, x.inner);
        break;
      }
      case ARGSORT: {
        x.dtype = dtype();
        computed(x.dtype);
        x.outer = size("size");
        x.n = size("size");
        const int64_t elements = product(x.outer, x.n);
        x.x = run(x.dtype, elements, false);
        x.out = run(I32, elements, true);
        work = elements * 40;
        break;
      }
      case THREEFRY: {
        x.n = size("size");
        const int64_t elements = product(2, x.n);
        x.x = run(U32, elements, false);
        x.indices = run(U32, elements, false);
        x.out = run(U32, elements, true);
        work = elements;
        break;
      }
      default: {
        x.batch = size("size");
        x.n = size("size");
        x.x = run(U32, product(2, x.batch), false);
        const int64_t elements = product(x.batch, x.n);
        x.out = run(U32, elements, true);
        work = elements + x.batch;
      }
    }
    if (failed) return false;
    reserveScratch(program, scratchFor(instruction.kind, x));
    program.cost += times * static_cast<double>(work);
    return true;
  }

  bool routine(Instruction &instruction) {
    RoutineWork *work = instruction.routine = program.region.array<RoutineWork>(1);
    if (work == nullptr) return outOfMemory();
    const int64_t number = size("number of a routine");
    work->routine = routineOf(number);
    if (!failed && work->routine == nullptr) return fail("there is no routine of the number ", number);
    work->dtype = dtype();
    if (!failed && work->dtype != F32 && work->dtype != F64) return fail("a routine expected float32 or float64");
    const int64_t sizes = below(maximumSizes + 1, "number of sizes");
    if (failed) return false;
    if (sizes != work->routine->sizes) return fail("expected ", int64_t{work->routine->sizes}, " sizes, got ", sizes);
    work->sizes = program.region.array<int64_t>(sizes);
    if (work->sizes == nullptr) return outOfMemory();
    for (int64_t i = 0; i < sizes; i++) work->sizes[i] = size("size");
    RoutineReach arrays{};
    if (failed) return false;
    bool known = work->routine->reach(work->dtype, work->sizes, arrays) && arrays.writes >= 0 && arrays.scratchBytes >= 0;
    for (int i = 0; i < arrays.arrays; i++) known = known && arrays.reads[i] >= 0;
    if (!known) return fail("there is no such work of the routine ", work->routine->name);
    const int64_t count = below(maximumArrays + 1, "number of arrays");
    if (!failed && count != arrays.arrays) return fail("expected ", int64_t{arrays.arrays}, " arrays, got ", count);
    work->arrays = arrays.arrays;
    for (int i = 0; i < work->arrays; i++) work->reads[i] = run(work->dtype, arrays.reads[i], false);
    work->out = run(work->dtype, arrays.writes, true);
    if (failed) return false;
    const int64_t bytes = elementSize(work->dtype), end = work->out.byte + arrays.writes * bytes;
    for (int i = 0; i < work->arrays; i++) {
      const Place &read = work->reads[i];
      if (read.base == work->out.base && read.byte < end && work->out.byte < read.byte + arrays.reads[i] * bytes)
        return fail("the output of a routine lies over what it reads");
    }
    reserveScratch(program, arrays.scratchBytes);
    work->cost = arrays.cost;
    program.cost += times * arrays.cost;
    return true;
  }

  bool copyAt(Instruction &instruction) {
    CopyAt *copy = instruction.copyAt = program.region.array<CopyAt>(1);
    if (copy == nullptr) return outOfMemory();
    const DType type = dtype();
    const int64_t bytes = elementSize(type);
    const int64_t count = size("number of elements");
    copy->depth = below(loops, "depth of a loop around it");
    if (failed) return false;
    copy->bytes = count * bytes;
    const int64_t sizes[2] = {loopCounts[copy->depth], count};
    const auto advancing = [&](Place &place, int64_t &advance, bool writes) {
      place = this->place(type);
      const int64_t strides[2] = {next(), 1};
      int64_t first, end;
      reach(place, type, sizes, strides, 2, writes, first, end);
      advance = strides[0] * bytes;
    };
    advancing(copy->from, copy->fromAdvance, false);
    advancing(copy->to, copy->toAdvance, true);
    // Strides of nothing are not checked.
    if (count == 0) copy->fromAdvance = copy->toAdvance = 0;
    program.cost += times * (20 + static_cast<double>(copy->bytes) / 8);
    return !failed;
  }

  bool loop(Instruction &instruction) {
    Loop *parsed = instruction.loop = program.region.array<Loop>(1);
    if (parsed == nullptr) return outOfMemory();
    parsed->count = size("number of repetitions");
    const int64_t length = size("length of a body");
    if (failed) return false;
    if (length > limit - position) return fail("the body of a loop ends behind its block");
    if (loops >= maximumLoops) return fail("loops nest at most ", int64_t{maximumLoops}, " deep");
    parsed->depth = loops;
    loopCounts[loops++] = parsed->count;
    const double before = times;
    times *= static_cast<double>(parsed->count);
    block(parsed->body, position + length);
    times = before;
    loops--;
    program.cost += times * static_cast<double>(parsed->count) * 2;
    return !failed;
  }

  bool repetition(Instruction &instruction) {
    While *parsed = instruction.repetition = program.region.array<While>(1);
    if (parsed == nullptr) return outOfMemory();
    parsed->atMost = next();
    if (parsed->atMost < -1) return fail("expected -1 or a number of turns, got ", parsed->atMost);
    parsed->predicate = run(BOOL, 1, false);
    const int64_t condition = size("length of a body");
    const int64_t body = size("length of a body");
    if (failed) return false;
    if (condition + body > limit - position) return fail("the bodies of a loop end behind its block");
    if (parsed->atMost < 0) program.unbounded = true;
    const double before = times;
    times *= parsed->atMost < 0 ? 100 : static_cast<double>(parsed->atMost);
    block(parsed->condition, position + condition) && block(parsed->body, position + body);
    program.cost += times * 2;
    times = before;
    return !failed;
  }

  bool branch(Instruction &instruction) {
    Branch *parsed = instruction.branch = program.region.array<Branch>(1);
    if (parsed == nullptr) return outOfMemory();
    parsed->predicate = run(BOOL, 1, false);
    const int64_t onTrue = size("length of a body");
    const int64_t onFalse = size("length of a body");
    if (failed) return false;
    if (onTrue + onFalse > limit - position) return fail("the bodies of a condition end behind its block");
    return block(parsed->onTrue, position + onTrue) && block(parsed->onFalse, position + onFalse);
  }

  // Where the instruction at `start` of a block ends, bodies included; -1 with a failure where that is not in the block.
  int64_t endOf(int64_t start, int64_t end) {
    if (end - start < 2) {
      failAt(start, "expected an instruction");
      return -1;
    }
    const int64_t kind = words[start], length = words[start + 1];
    const bool holdsBodies = kind == LOOP || kind == IF || kind == WHILE;
    const int64_t least = kind == LOOP ? 4 : kind == IF ? 6 : kind == WHILE ? 7 : 2;
    if (kind < NEST || kind > WHILE) {
      failAt(start, "expected a kind of instruction from 1 to 14, got ", kind);
      return -1;
    }
    if (length < least || length > end - start) {
      failAt(start + 1, "expected the length of an instruction, got ", length);
      return -1;
    }
    int64_t bodies = 0;
    if (kind == LOOP) bodies = words[start + 3];
    if (kind == IF) bodies = larger(words[start + 4], 0) + larger(words[start + 5], 0);
    if (kind == WHILE) bodies = larger(words[start + 5], 0) + larger(words[start + 6], 0);
    if (bodies < 0 || bodies > end - start - length) {
      failAt(start, "the bodies of an instruction end behind its block");
      return -1;
    }
    if (holdsBodies && length != least) {
      failAt(start + 1, "expected the length ", least, ", got ", length);
      return -1;
    }
    return start + length + bodies;
  }

  bool instruction(Instruction &result, int64_t end) {
    result.kind = static_cast<InstructionKind>(words[position]);
    const int64_t start = position, outside = limit;
    position += 2;
    limit = result.kind == LOOP || result.kind == IF || result.kind == WHILE ? end : start + words[start + 1];
    switch (result.kind) {
      case NEST:
        nest(result);
        break;
      case MATMUL:
        matmul(result);
        break;
      case ROUTINE:
        routine(result);
        break;
      case LOOP:
        loop(result);
        break;
      case COPY_AT:
        copyAt(result);
        break;
      case WHILE:
        repetition(result);
        break;
      case IF:
        branch(result);
        break;
      default:
        indexing(result);
    }
    temporary.empty();
    if (!failed && position != end) failAt(position, "expected the end of the instruction at word ", start);
    limit = outside;
    return !failed;
  }

  bool block(Block &result, int64_t end) {
    if (failed) return false;
    if (++nesting > deepestNesting) return fail("blocks nest at most ", int64_t{deepestNesting}, " deep");
    int64_t count = 0;
    for (int64_t at = position; at < end; count++) {
      at = endOf(at, end);
      if (failed) return false;
    }
    result.instructions = program.region.array<Instruction>(count);
    if (result.instructions == nullptr) return outOfMemory();
    result.count = count;
    for (int64_t i = 0; i < count; i++) {
      if (nesting == 1) outermost = i;
      if (!instruction(result.instructions[i], endOf(position, end))) return false;
      if (nesting > 1) continue;
      if (failsAt == outermost && !mayFail()) return false;
      if (!isElementwise(result.instructions[i], nullptr)) return false;
    }
    nesting--;
    return true;
  }

  bool inPlace() {
    const int64_t count = below(limit, "number of inputs in place");
    if (failed) return false;
    program.inPlace = program.region.array<InPlace>(count);
    if (program.region.exhausted) return outOfMemory();
    for (int64_t i = 0; i < count && !failed; i++) {
      InPlace &own = program.inPlace[i];
      own.input = static_cast<int32_t>(below(program.inputCount, "number of an input"));
      own.firstByte = size("place in the output");
      if (failed) return false;
      own.endByte = own.firstByte + program.inputBytes[own.input];
      own.readBy = own.writtenBy = -1;
      if (own.firstByte % 8 != 0) return fail("expected a multiple of 8, got ", own.firstByte);
      if (own.endByte > program.bytes[OUTPUT])
        return fail("input ", int64_t{own.input}, " does not lie in the ", program.bytes[OUTPUT], " bytes of the output");
      for (int64_t k = 0; k < i; k++) {
        const InPlace &other = program.inPlace[k];
        if (other.input == own.input || (own.firstByte < other.endByte && other.firstByte < own.endByte))
          return fail("inputs ", int64_t{other.input}, " and ", int64_t{own.input}, " have one place in the output");
      }
    }
    program.inPlaceCount = count;
    return !failed;
  }

  bool header(int64_t constantBytes) {
    const int64_t mark = next();
    if (!failed && mark != programMark) return fail("expected the mark of a kernel program, got ", mark);
    const int64_t version = next();
    if (!failed && version != programVersion) return fail("expected version ", int64_t{programVersion}, ", got ", version);
    program.reproducible = below(2, "set of flags") == 1;
    program.bytes[ARENA] = size("number of bytes");
    program.bytes[CONSTANT] = size("number of bytes");
    program.bytes[OUTPUT] = size("number of bytes");
    if (!failed && program.bytes[CONSTANT] != constantBytes)
      return fail("expected ", program.bytes[CONSTANT], " bytes of constants, got ", constantBytes);
    const int64_t inputs = size("number of inputs");
    if (!failed && inputs > limit - position) return fail("expected fewer inputs than words, got ", inputs);
    if (failed) return false;
    program.inputCount = static_cast<int32_t>(inputs);
    program.inputBytes = program.region.array<int64_t>(inputs);
    program.bases = program.region.array<char *>(INPUT + inputs);
    if (program.region.exhausted) return outOfMemory();
    for (int64_t i = 0; i < inputs; i++) program.inputBytes[i] = size("number of bytes");
    if (!inPlace()) return false;
    const int64_t length = next();
    if (!failed && length != limit - position)
      return fail("expected ", limit - position, " words of instructions, got ", length);
    program.kernels = program.reproducible ? &reproducibleStepKernels() : &stepKernels(isa());
    return !failed;
  }
};

}  // namespace

bool decodeProgram(Program &program, const int32_t *words, int64_t count, Region &temporary, Status *status) {
  Decoder decoder{program, words, 0, count, temporary, status, false, 0, 0, {}, 1, -1, -1, nullptr, nullptr};
  return decoder.header(program.bytes[CONSTANT]) && decoder.block(program.body, count);
}

}  // namespace puregrad
