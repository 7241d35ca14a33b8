// Nests: the work on every element of an iteration space, block by block, one call of a step kernel for each step
// and block. What a block needs is decided when the program is loaded; a run only moves pointers.
#include "chain_code.h"
#include "memory.h"
#include "program.h"
#include "thread_pool.h"

namespace puregrad {
namespace {

// Columns from which a block is one row, or a part of it; blocks of shorter rows hold several whole rows.
constexpr int64_t longRow = 512;
// Columns from which a value of each row is handed to a kernel row by row, rather than repeated along the row.
constexpr int64_t byRowFrom = 48;
constexpr int64_t blockMemory = 24576, smallestBlock = 256, largestBlock = 4096, unbufferedBlock = 8192;
// Rows added up in float32 before they go to a double.
constexpr int64_t rowsInFloat = 256;
// Columns of a block across rows.
constexpr int64_t crossingColumns = 64;
constexpr int64_t lineBytes = 64;
// Bytes written by a nest from which its stores go past the caches.
constexpr int64_t streamedBytes = 8 << 20;

enum OperationKind : uint8_t {
  ONE_INPUT, TWO_INPUTS, THREE_INPUTS, TWO_BY_ROW, THREE_BY_ROW, REDUCE_ROWS, EXPAND_ROWS, EXPAND_ONE, GATHER_BLOCK,
  GATHER_RUN, TILE, STORE_BLOCK, STORE_RUN, CHAIN, CHAIN_BY_ROW
};

// The form of step_kernels.h that an operation calls.
union Kernel {
  Unary unary;
  Binary binary;
  Ternary ternary;
  void (*rows)(void *, const void *, int64_t, int64_t);
  void (*strided)(void *, const void *, int64_t, int64_t);
  void (*scatter)(void *, int64_t, const void *, int64_t);
  void (*matrix)(void *, const void *, int64_t, int64_t, int64_t, int64_t);
};

// Cheap steps in one loop of machine code.
struct ChainCall {
  // The sources, then the stores; each is a value.
  int32_t sourceCount, storeCount;
  int32_t *operands;
  // By row: bytes from row to row.
  int64_t *advance;
  ChainCode code;
  // With stores that bypass the caches, or null.
  ChainCode streaming;
};
constexpr int32_t largestChainSteps = 48, largestChainOperands = 160;

struct Operation {
  OperationKind kind;
  Extent span;
  // Values: the output, then the inputs.
  int32_t out, a, b, c;
  Kernel kernel;
  union {
    // BY_ROW: bytes from row to row of the output and the inputs.
    int64_t advance[4];
    // Memory read or written: strides in elements, and the bytes of an element.
    struct {
      int64_t row, column, size;
    } stride;
    ChainCall *chain;
  };
  // Of a step: what it computes, for what dtype.
  StepOp step;
  DType dtype;
};

// Where a value in memory lies; strides in bytes.
struct Cursor {
  int32_t value;
  Place place;
  int64_t strides[axes];
};

struct Slot {
  int32_t value;
  int64_t offset;
};

struct Accumulator {
  int32_t value;
  DType dtype;
  bool sum, overRows;
  // float32 sums over rows: totals are doubles, and come in parts of float32 unless the program is reproducible.
  bool wide;
  // Elements from row to row of the source; 0 is the width of the block.
  int64_t sourceRow;
  // Within the scratch of a thread.
  int64_t totals, parts;
  Place place;
  int64_t outer[outerAxes], columnStride;
};

// What each thread has of a nest.
struct Lane {
  // Where each value of the block in hand lies.
  char **values;
  // Where each cursor starts for the outer index in hand.
  char **origins;
  char *scratch;
};

}  // namespace

struct Nest {
  const StepKernels *kernels;
  bool reproducible;
  int64_t sizes[axes], outerCount, rows, columns;
  int64_t blockRows, blockColumns;
  bool wholeRows;
  // Blocks of one row after another, for sums in the order of memory.
  bool rowsOutside;
  // One block and one outer index.
  bool single;
  // Once for each outer index; on each block, before and after the accumulations; at the end of an outer index.
  Operation *before, *work, *stores, *after;
  int32_t beforeCount, workCount, storeCount, afterCount;
  Cursor *cursors;
  // Of a single block, the first cursors never move.
  int32_t cursorCount, fixedCursors;
  Slot *slots;
  int32_t slotCount;
  Accumulator *accumulators;
  int32_t accumulatorCount;
  enum { NOTHING, OUTER, ROWS, COLUMNS } split;
  double cost;
  int lanes;
  Lane *lane;
};

namespace {

// A value of a block while the nest is planned.
struct Value {
  Extent extent;
  DType dtype;
  // Memory, where there is a view; else a slot of its own for a whole outer index, or one that is used again.
  const View *view;
  bool held, unused;
  int32_t producer, lastUse, slot;
  // The same value repeated, or -1.
  int32_t asRows, asBlock;
};

bool isChain(const Operation &operation) { return operation.kind == CHAIN || operation.kind == CHAIN_BY_ROW; }

struct Planner {
  Program &program;
  const NestBody &body;
  Nest &nest;
  const StepKernels &kernels;
  int64_t rows, columns;
  // Blocks hold several whole rows.
  bool several;
  // Nothing but sums or maxima over the rows of memory.
  bool plain;
  // Blocks hold parts of several rows, because some load runs across the rows.
  bool crossing;
  Value *values;
  int32_t valueCount;
  int32_t *registers;
  Extent *loadExtents;

  bool isLoad(int32_t reg) const { return reg < body.loadCount; }
  // Whether a block has one element of it.
  bool isSingle(Extent extent) const { return extent == ONE || (extent == ROW && !several); }

  int32_t add(Extent extent, DType dtype, const View *view) {
    values[valueCount] = Value{extent, dtype, view, false, false, -1, -1, -1, -1, -1};
    return valueCount++;
  }

  Operation &append(Operation *list, int32_t &count, OperationKind kind, Extent span, int32_t out, int32_t a) {
    Operation &operation = list[count++];
    operation.step = STEP_OPS;
    operation.kind = kind;
    operation.span = span;
    operation.out = out;
    operation.a = a;
    operation.b = operation.c = -1;
    return operation;
  }
  Operation &work(OperationKind kind, Extent span, int32_t out, int32_t a) {
    values[out].producer = nest.workCount;
    return append(nest.work, nest.workCount, kind, span, out, a);
  }

  // Whether the elements of a block lie in memory as kernels want them.
  bool inPlace(Extent extent, const View &view) const {
    const int64_t row = view.strides[rowAxis], column = view.strides[columnAxis];
    if (extent == ONE || plain) return true;
    if (extent == ROW) return !several || row == 1;
    return !crossing && (columns == 1 || column == 1) && (!several || row == columns);
  }

  int32_t gathered(Extent extent, int32_t memory) {
    const View &view = *values[memory].view;
    const int32_t out = add(extent, view.dtype, nullptr);
    if (extent == ROW) {
      Operation &operation = work(GATHER_RUN, ROW, out, memory);
      operation.kernel.strided = kernels.gatherStrided[view.dtype];
      operation.stride.row = view.strides[rowAxis];
    } else if (several && !crossing && view.strides[rowAxis] == 0) {
      values[out].held = true;
      Operation &operation = append(nest.before, nest.beforeCount, TILE, FULL, out, memory);
      operation.kernel.strided = kernels.gatherStrided[view.dtype];
      operation.stride.column = view.strides[columnAxis];
      operation.stride.size = elementSize(view.dtype);
    } else {
      Operation &operation = work(GATHER_BLOCK, FULL, out, memory);
      operation.kernel.matrix = kernels.gatherMatrix[view.dtype];
      operation.stride.row = view.strides[rowAxis];
      operation.stride.column = view.strides[columnAxis];
    }
    return out;
  }

  int32_t valueOf(int32_t reg) {
    if (registers[reg] >= 0) return registers[reg];
    const View &view = body.loads[reg];
    const Extent extent = loadExtents[reg];
    const int32_t memory = add(extent, view.dtype, &view);
    return registers[reg] = inPlace(extent, view) ? memory : gathered(extent, memory);
  }

  // The value repeated so that it spans rows, or the block.
  int32_t widened(int32_t value, Extent extent) {
    const Extent from = values[value].extent;
    if (from <= extent || (extent == ROW && !several)) return value;
    int32_t &known = extent == ROW ? values[value].asRows : values[value].asBlock;
    if (known >= 0) return known;
    const DType dtype = values[value].dtype;
    const int32_t out = known = add(extent, dtype, nullptr);
    if (isSingle(from)) {
      work(EXPAND_ONE, extent, out, value).kernel.strided = kernels.gatherStrided[dtype];
    } else {
      work(EXPAND_ROWS, FULL, out, value).kernel.rows = kernels.expandRows[dtype];
    }
    return out;
  }

  void step(int32_t index) {
    const Step &step = body.steps[index];
    const int32_t reg = body.loadCount + index;
    if (step.operation == ROW_SUM || step.operation == ROW_MAX) {
      const int32_t in = widened(valueOf(step.inputs[0]), FULL);
      const int32_t out = registers[reg] = add(ROW, step.dtype, nullptr);
      work(REDUCE_ROWS, ROW, out, in).kernel.rows =
        step.operation == ROW_SUM ? kernels.rowSum[step.dtype] : kernels.rowMax[step.dtype];
      return;
    }
    int32_t inputs[3] = {-1, -1, -1};
    Extent extent = ONE;
    for (int i = 0; i < step.arity; i++) {
      inputs[i] = valueOf(step.inputs[i]);
      if (values[inputs[i]].extent < extent) extent = values[inputs[i]].extent;
    }
    unsigned scalars = 0;
    bool byRow = false;
    for (int i = 0; i < step.arity; i++) {
      const Extent own = values[inputs[i]].extent;
      if (own == extent || isSingle(own) == isSingle(extent)) {
        // Rows beside a block of rows are neither single nor alike.
        if (own == extent || isSingle(own)) continue;
        if (columns >= byRowFrom && !crossing) {
          byRow = true;
          scalars |= 1u << i;
        } else {
          inputs[i] = widened(inputs[i], FULL);
        }
      } else {
        scalars |= 1u << i;
      }
    }
    const DType data = values[inputs[step.operation == SELECT ? 1 : 0]].dtype;
    const int32_t out = registers[reg] = add(extent, step.dtype, nullptr);
    const OperationKind kind = step.arity == 1   ? ONE_INPUT
                               : step.arity == 2 ? (byRow ? TWO_BY_ROW : TWO_INPUTS)
                                                 : (byRow ? THREE_BY_ROW : THREE_INPUTS);
    values[out].held = extent == ONE;
    Operation &operation = extent == ONE ? append(nest.before, nest.beforeCount, kind, extent, out, inputs[0])
                                         : work(kind, extent, out, inputs[0]);
    operation.b = inputs[1];
    operation.c = inputs[2];
    operation.step = step.operation;
    operation.dtype = data;
    if (step.arity == 1)
      operation.kernel.unary =
        step.operation == CAST ? kernels.cast[data][step.dtype] : kernels.unary[step.operation][data];
    else if (step.arity == 2)
      operation.kernel.binary = kernels.binary[step.operation][data][scalars];
    else
      operation.kernel.ternary = kernels.ternary[step.operation][data][scalars];
    if (!byRow) return;
    operation.advance[0] = columns * elementSize(step.dtype);
    for (int i = 0; i < step.arity; i++) {
      const Value &input = values[inputs[i]];
      const int64_t size = elementSize(input.dtype);
      operation.advance[i + 1] = input.extent == FULL ? columns * size : input.extent == ROW ? size : 0;
    }
  }

  void store(int32_t index) {
    const Store &store = body.stores[index];
    const View &view = store.view;
    int32_t source = widened(valueOf(store.reg), view.extent);
    if (values[source].view != nullptr)
      for (int32_t other = 0; other < body.storeCount; other++)
        if (other != index && overlap(*values[source].view, body.stores[other].view)) {
          source = copied(source, view.extent);
          break;
        }
    const int32_t to = add(view.extent, view.dtype, &view);
    const bool once = view.extent == ONE, dense = view.extent == FULL && inPlace(FULL, view);
    Operation &operation =
      append(once ? nest.after : nest.stores, once ? nest.afterCount : nest.storeCount,
             view.extent == FULL && !dense ? STORE_BLOCK : STORE_RUN, view.extent, to, source);
    operation.kernel.scatter = kernels.scatterStrided[view.dtype];
    operation.stride.row = dense ? 1 : view.strides[rowAxis];
    operation.stride.column = columns == 1 ? 1 : view.strides[columnAxis];
    operation.stride.size = elementSize(view.dtype);
  }

  // A value in memory that a store may overwrite before it is read.
  int32_t copied(int32_t memory, Extent extent) {
    const View &view = *values[memory].view;
    const int32_t out = add(extent, view.dtype, nullptr);
    const bool once = extent == ONE;
    values[out].held = once;
    Operation &operation = once ? append(nest.before, nest.beforeCount, GATHER_RUN, ONE, out, memory)
                           : extent == ROW ? work(GATHER_RUN, ROW, out, memory)
                                           : work(GATHER_BLOCK, FULL, out, memory);
    if (extent == FULL) operation.kernel.matrix = kernels.gatherMatrix[view.dtype];
    else operation.kernel.strided = kernels.gatherStrided[view.dtype];
    operation.stride.row = view.strides[rowAxis];
    operation.stride.column = view.strides[columnAxis];
    // Not written straight to its store.
    values[out].producer = -1;
    return out;
  }

  bool readsOver(const Operation &operation, const View &written) const {
    const int32_t inputs[3] = {operation.a, operation.b, operation.c};
    for (int32_t input : inputs)
      if (input >= 0 && values[input].view != nullptr && overlap(*values[input].view, written)) return true;
    return false;
  }

  // The operation that computes what a store writes writes it itself, where nothing reads the old elements later.
  bool writesStraight(const Operation &store) {
    Value &source = values[store.a];
    const Value &to = values[store.out];
    if (source.view != nullptr || source.held || source.producer < 0 || source.extent != to.extent) return false;
    if (!inPlace(to.extent, *to.view)) return false;
    for (int32_t i = source.producer + 1; i < nest.workCount; i++)
      if (readsOver(nest.work[i], *to.view)) return false;
    for (int32_t i = 0; i < nest.storeCount; i++)
      if (&nest.stores[i] != &store && readsOver(nest.stores[i], *to.view)) return false;
    for (int32_t i = 0; i < nest.accumulatorCount; i++) {
      const Value &value = values[nest.accumulators[i].value];
      if (value.view != nullptr && overlap(*value.view, *to.view)) return false;
    }
    return true;
  }

  void shortenStores() {
    int32_t kept = 0;
    for (int32_t i = 0; i < nest.storeCount; i++) {
      const Operation store = nest.stores[i];
      if (writesStraight(nest.stores[i])) {
        values[store.a].view = values[store.out].view;
        values[store.out].unused = true;
        // The rest of the loop must not see this store again.
        nest.stores[i].a = nest.stores[i].b = nest.stores[i].c = -1;
      }
    }
    // Stores of what lies in memory come first: another store may lie over it.
    for (int pass = 0; pass < 2; pass++)
      for (int32_t i = 0; i < nest.storeCount; i++) {
        Operation store = nest.stores[i];
        if (store.a < 0 || store.kind == TILE) continue;
        if ((values[store.a].view != nullptr) != (pass == 0)) continue;
        nest.stores[i].kind = TILE;
        sorted[kept++] = store;
      }
    nest.storeCount = kept;
    for (int32_t i = 0; i < kept; i++) nest.stores[i] = sorted[i];
  }
  Operation *sorted;
  // Stores of chains bypass the caches.
  bool streams;

  // The rows of a block that a chain works on hold one element of the value.
  bool isOneInChain(int32_t value) const { return values[value].extent != FULL; }

  bool mayChain(const Operation &operation) const {
    return operation.span == FULL && operation.step < STEP_OPS && isChainStep(operation.step, operation.dtype) &&
           values[operation.out].dtype == operation.dtype;
  }

  int32_t usesOf(int32_t value, const Operation *list, int32_t count) const {
    int32_t uses = 0;
    for (int32_t i = 0; i < count; i++) uses += (list[i].a == value) + (list[i].b == value) + (list[i].c == value);
    return uses;
  }
  int32_t allUses(int32_t value) const {
    int32_t uses = usesOf(value, nest.work, nest.workCount) + usesOf(value, nest.stores, nest.storeCount) +
                   usesOf(value, nest.after, nest.afterCount);
    for (int32_t i = 0; i < nest.accumulatorCount; i++) uses += nest.accumulators[i].value == value;
    return uses;
  }

  // Operations as one chain, or as two where the registers do not suffice.
  void chained(const Operation *list, int32_t count, Operation *to, int32_t &made) {
    if (count < 2 || !chainOf(list, count, to, made)) {
      if (count > 2) {
        chained(list, count / 2, to, made);
        return chained(list + count / 2, count - count / 2, to, made);
      }
      for (int32_t i = 0; i < count; i++) to[made++] = list[i];
    }
  }

  bool chainOf(const Operation *list, int32_t count, Operation *to, int32_t &made) {
    ChainSource sources[largestChainOperands];
    ChainStep steps[largestChainSteps];
    ChainStore stores[largestChainSteps];
    int32_t operands[largestChainOperands];
    int32_t sourceCount = 0, storeCount = 0;
    bool byRow = false;
    const auto stepOf = [&](int32_t value) {
      for (int32_t i = 0; i < count; i++)
        if (list[i].out == value) return i;
      return -1;
    };
    for (int32_t i = 0; i < count; i++) {
      const int32_t inputs[3] = {list[i].a, list[i].b, list[i].c};
      for (int32_t input : inputs) {
        if (input < 0 || stepOf(input) >= 0) continue;
        int32_t known = 0;
        while (known < sourceCount && operands[known] != input) known++;
        if (known < sourceCount) continue;
        if (sourceCount == largestChainOperands - largestChainSteps) return false;
        operands[sourceCount++] = input;
        byRow = byRow || (values[input].extent == ROW && several);
      }
    }
    for (int32_t i = 0; i < count; i++) {
      ChainStep &step = steps[i];
      step.operation = list[i].step;
      const int32_t inputs[3] = {list[i].a, list[i].b, list[i].c};
      for (int k = 0; k < 3; k++) {
        step.inputs[k] = -1;
        if (inputs[k] < 0) continue;
        const int32_t inside = stepOf(inputs[k]);
        int32_t source = 0;
        while (inside < 0 && operands[source] != inputs[k]) source++;
        step.inputs[k] = inside >= 0 ? sourceCount + inside : source;
      }
      const Value &out = values[list[i].out];
      if (out.view == nullptr && allUses(list[i].out) == usesOf(list[i].out, list, count)) continue;
      stores[storeCount] = {sourceCount + i, sourceCount + storeCount};
      operands[sourceCount + storeCount++] = list[i].out;
    }
    for (int32_t i = 0; i < sourceCount; i++)
      sources[i] = {byRow ? i : operands[i], isOneInChain(operands[i])};
    for (int32_t i = 0; i < storeCount && !byRow; i++) stores[i].pointer = operands[stores[i].pointer];

    const DType dtype = list[0].dtype;
    const Chain chain{dtype, sourceCount, count, storeCount, sources, steps, stores};
    ChainCall *call = program.region.array<ChainCall>(1);
    int32_t *kept = program.region.array<int32_t>(sourceCount + storeCount);
    int64_t *advance = program.region.array<int64_t>(sourceCount + storeCount);
    if (program.region.exhausted || !keepChain(chain, false, call->code)) return false;
    if (streams && storeCount > 0 && !byRow && !keepChain(chain, true, call->streaming)) return false;
    call->sourceCount = sourceCount;
    call->storeCount = storeCount;
    call->operands = kept;
    call->advance = advance;
    for (int32_t i = 0; i < sourceCount + storeCount; i++) {
      const Value &value = values[operands[i]];
      const int64_t size = elementSize(value.dtype);
      kept[i] = operands[i];
      advance[i] = value.extent == FULL ? columns * size : value.extent == ROW ? size : 0;
    }
    Operation &operation = append(to, made, byRow ? CHAIN_BY_ROW : CHAIN, FULL, list[count - 1].out, list[count - 1].out);
    operation.chain = call;
    return true;
  }

  // Notes the code of a chain, to be made executable when the program is whole.
  bool keepChain(const Chain &chain, bool streaming, ChainCode &code) {
    constexpr int64_t room = 16384;
    uint8_t *bytes = static_cast<uint8_t *>(program.chainRoom);
    if (bytes == nullptr) bytes = program.chainRoom = static_cast<uint8_t *>(program.unlinked.take(room));
    if (bytes == nullptr) return false;
    const int64_t size = writeChain(chain, streaming, bytes, room);
    PendingChain *pending = size == 0 ? nullptr : program.unlinked.array<PendingChain>(1);
    uint8_t *copy = size == 0 ? nullptr : static_cast<uint8_t *>(program.unlinked.take(size));
    if (pending == nullptr || copy == nullptr) return false;
    __builtin_memcpy(copy, bytes, static_cast<size_t>(size));
    *pending = {copy, size, &code, program.pendingChains};
    program.pendingChains = pending;
    program.codeBytes += (size + lineBytes - 1) / lineBytes * lineBytes;
    return true;
  }

  // Gathers cheap steps into chains. A chain stands where its last step stood; steps that do not need it go before.
  void makeChains(Operation *to, Operation *open) {
    int32_t made = 0, gathered = 0;
    const auto close = [&] {
      chained(open, gathered, to, made);
      gathered = 0;
    };
    for (int32_t i = 0; i < nest.workCount; i++) {
      const Operation &operation = nest.work[i];
      if (mayChain(operation)) {
        if (gathered == largestChainSteps || (gathered > 0 && open[0].dtype != operation.dtype)) close();
        open[gathered++] = operation;
        continue;
      }
      bool depends = values[operation.out].view != nullptr;
      for (int32_t k = 0; k < gathered; k++) depends = depends || usesOf(open[k].out, &operation, 1) > 0;
      if (depends) close();
      to[made++] = operation;
    }
    close();
    for (int32_t i = 0; i < made; i++) nest.work[i] = to[i];
    nest.workCount = made;
  }

  void use(int32_t value, int32_t at) {
    if (value >= 0 && values[value].lastUse < at) values[value].lastUse = at;
  }

  // Gives each value that is not memory a slot; those of a block are used again. Returns how many these are.
  int32_t allocate(int32_t *owners) {
    for (int32_t i = 0; i < nest.workCount; i++) {
      const Operation &operation = nest.work[i];
      if (isChain(operation)) {
        for (int32_t k = 0; k < operation.chain->sourceCount; k++) use(operation.chain->operands[k], i);
        continue;
      }
      use(operation.a, i);
      use(operation.b, i);
      use(operation.c, i);
    }
    for (int32_t i = 0; i < nest.accumulatorCount; i++) use(nest.accumulators[i].value, nest.workCount);
    for (int32_t i = 0; i < nest.storeCount; i++) use(nest.stores[i].a, nest.workCount + 1);
    int32_t count = 0;
    const auto release = [&](int32_t value) {
      if (values[value].slot >= 0) owners[values[value].slot] = -1;
    };
    for (int32_t i = 0; i < nest.workCount; i++) {
      const Operation &operation = nest.work[i];
      const auto place = [&](int32_t value) {
        int32_t slot = 0;
        while (slot < count && owners[slot] >= 0) slot++;
        if (slot == count) count++;
        owners[slot] = value;
        values[value].slot = slot;
      };
      if (isChain(operation)) {
        // Loads may follow stores, so that nothing is written over what is read.
        const ChainCall &call = *operation.chain;
        for (int32_t k = 0; k < call.storeCount; k++) {
          const int32_t out = call.operands[call.sourceCount + k];
          if (values[out].view == nullptr) place(out);
        }
        for (int32_t k = 0; k < call.sourceCount; k++)
          if (values[call.operands[k]].lastUse == i) release(call.operands[k]);
        continue;
      }
      const int32_t inputs[3] = {operation.a, operation.b, operation.c};
      Value &out = values[operation.out];
      const auto ends = [&](int32_t input) { return input >= 0 && values[input].lastUse == i; };
      const auto mayHold = [&](int32_t input) {
        return operation.kind <= THREE_BY_ROW && values[input].extent == out.extent &&
               elementSize(values[input].dtype) == elementSize(out.dtype);
      };
      for (int32_t input : inputs)
        if (ends(input) && mayHold(input)) release(input);
      if (out.view == nullptr) place(operation.out);
      for (int32_t input : inputs)
        if (ends(input) && !mayHold(input)) release(input);
      if (out.lastUse < 0) release(operation.out);
    }
    return count;
  }
};

double costOfStep(StepOp operation, DType dtype) {
  const double width = elementSize(dtype) == 8 ? 2 : 1;
  switch (operation) {
    case POW:
      return 4 * width;
    // One element after the other.
    case TAN:
    case ASIN:
    case ACOS:
    case ATAN:
    case SINH:
    case COSH:
    case ASINH:
    case ACOSH:
    case ATANH:
    case LOG2:
    case LOG10:
    case EXP2:
    case CBRT:
    case LGAMMA:
    case GAMMA:
    case DIGAMMA:
    case ERFC:
    case ERFCX:
    case ERFINV:
    case ERFCINV:
    case NDTR:
    case LOG_NDTR:
    case NDTRI:
    case ATAN2:
    case HYPOT:
      return 20;
    case POLYGAMMA:
    case SINC:
    case BESSEL_I:
    case BESSEL_IE:
    case BESSEL_J:
    case GAMMA_P:
    case GAMMA_Q:
    case GAMMA_DENSITY:
    case GAMMA_P_SLOPE:
    case LOG_BETA:
    case BETA_INC:
    case GAMMA_P_INV:
    case POISSON_QUANTILE:
    case BINOMIAL_QUANTILE:
      return 100;
    case EXP:
    case LOG:
    case LOG1P:
    case EXPM1:
    case SIN:
    case COS:
    case TANH:
    case SIGMOID:
    case ERF:
      return 0.8 * width;
    case DIV:
    case SQRT:
    case RSQRT:
      return 0.3 * width;
    default:
      return 0.08 * width;
  }
}

inline void runChain(const ChainCall &call, char **values, int64_t n) {
  if (call.streaming != nullptr) {
    uintptr_t bits = 0;
    for (int32_t i = 0; i < call.storeCount; i++)
      bits |= reinterpret_cast<uintptr_t>(values[call.operands[call.sourceCount + i]]);
    if (bits % lineBytes == 0) return call.streaming(values, n);
  }
  call.code(values, n);
}

void runChainByRow(const ChainCall &call, char **values, int64_t rows, int64_t columns) {
  char *pointers[largestChainOperands];
  const int32_t count = call.sourceCount + call.storeCount;
  for (int32_t i = 0; i < count; i++) pointers[i] = values[call.operands[i]];
  for (int64_t r = 0; r < rows; r++) {
    call.code(pointers, columns);
    for (int32_t i = 0; i < count; i++) pointers[i] += call.advance[i];
  }
}

inline void runOperations(const Operation *operations, int32_t count, char **values, int64_t rows, int64_t columns) {
  const int64_t counts[3] = {rows * columns, rows, 1};
  for (const Operation *operation = operations; operation != operations + count; operation++) {
    const int64_t n = counts[operation->span];
    if (n == 0) continue;
    char *out = values[operation->out];
    const char *a = values[operation->a];
    switch (operation->kind) {
      case ONE_INPUT:
        operation->kernel.unary(out, a, n);
        break;
      case TWO_INPUTS:
        operation->kernel.binary(out, a, values[operation->b], n);
        break;
      case THREE_INPUTS:
        operation->kernel.ternary(out, a, values[operation->b], values[operation->c], n);
        break;
      case TWO_BY_ROW: {
        const char *b = values[operation->b];
        const int64_t *advance = operation->advance;
        for (int64_t r = 0; r < rows; r++, out += advance[0], a += advance[1], b += advance[2])
          operation->kernel.binary(out, a, b, columns);
        break;
      }
      case THREE_BY_ROW: {
        const char *b = values[operation->b], *c = values[operation->c];
        const int64_t *advance = operation->advance;
        for (int64_t r = 0; r < rows; r++, out += advance[0], a += advance[1], b += advance[2], c += advance[3])
          operation->kernel.ternary(out, a, b, c, columns);
        break;
      }
      case REDUCE_ROWS:
      case EXPAND_ROWS:
        operation->kernel.rows(out, a, rows, columns);
        break;
      case EXPAND_ONE:
        operation->kernel.strided(out, a, n, 0);
        break;
      case GATHER_BLOCK:
        operation->kernel.matrix(out, a, rows, columns, operation->stride.row, operation->stride.column);
        break;
      case GATHER_RUN:
        operation->kernel.strided(out, a, n, operation->stride.row);
        break;
      case TILE: {
        operation->kernel.strided(out, a, columns, operation->stride.column);
        const int64_t row = columns * operation->stride.size, all = rows * row;
        for (int64_t done = row; done < all; done *= 2)
          __builtin_memcpy(out + done, out, static_cast<size_t>(smaller(done, all - done)));
        break;
      }
      case STORE_BLOCK: {
        const int64_t advance = operation->stride.row * operation->stride.size;
        const int64_t step = columns * operation->stride.size;
        for (int64_t r = 0; r < rows; r++, out += advance, a += step)
          operation->kernel.scatter(out, operation->stride.column, a, columns);
        break;
      }
      case STORE_RUN:
        operation->kernel.scatter(out, operation->stride.row, a, n);
        break;
      case CHAIN:
        runChain(*operation->chain, values, n);
        break;
      case CHAIN_BY_ROW:
        runChainByRow(*operation->chain, values, rows, columns);
        break;
    }
  }
}

template <class T>
void fillWith(char *to, T value, int64_t n) {
  for (int64_t i = 0; i < n; i++) reinterpret_cast<T *>(to)[i] = value;
}

void clear(const Nest &nest, const Lane &lane, const Accumulator &accumulator) {
  char *totals = lane.scratch + accumulator.totals;
  const int64_t n = accumulator.overRows ? nest.columns : 1;
  if (!accumulator.sum) {
    switch (accumulator.dtype) {
      case F32:
        return fillWith(totals, -__builtin_inff(), n);
      case F64:
        return fillWith(totals, -__builtin_inf(), n);
      case I32:
        return fillWith(totals, INT32_MIN, n);
      case U32:
        return fillWith(totals, uint32_t{0}, n);
      default:
        return fillWith(totals, uint8_t{0}, n);
    }
  }
  const int64_t size = accumulator.wide || !accumulator.overRows ? 8 : elementSize(accumulator.dtype);
  __builtin_memset(totals, 0, static_cast<size_t>(n * size));
  if (accumulator.wide && !nest.reproducible)
    __builtin_memset(lane.scratch + accumulator.parts, 0, static_cast<size_t>(n * 4));
}

template <class T>
double ascendingSum(double total, const char *a, int64_t n) {
  for (int64_t i = 0; i < n; i++) total += static_cast<double>(reinterpret_cast<const T *>(a)[i]);
  return total;
}

void accumulate(const Nest &nest, const Lane &lane, const Accumulator &accumulator, int64_t rows, int64_t columns,
                int64_t column0) {
  const StepKernels &kernels = *nest.kernels;
  const DType dtype = accumulator.dtype;
  const char *a = lane.values[accumulator.value];
  char *totals = lane.scratch + accumulator.totals;
  if (rows * columns == 0) return;
  if (accumulator.overRows) {
    const int64_t row = accumulator.sourceRow == 0 ? columns : accumulator.sourceRow;
    if (!accumulator.wide) {
      const auto fold = accumulator.sum ? kernels.columnSum[dtype] : kernels.columnMax[dtype];
      return fold(totals + column0 * elementSize(dtype), a, rows, columns, row);
    }
    if (!nest.reproducible)
      return kernels.columnSum[F32](lane.scratch + accumulator.parts + column0 * 4, a, rows, columns, row);
    double *to = reinterpret_cast<double *>(totals) + column0;
    const float *from = reinterpret_cast<const float *>(a);
    for (int64_t r = 0; r < rows; r++)
      for (int64_t c = 0; c < columns; c++) to[c] += static_cast<double>(from[r * row + c]);
    return;
  }
  const int64_t n = rows * columns;
  if (!accumulator.sum) {
    double block;
    kernels.rowMax[dtype](&block, a, 1, n);
    return kernels.binary[MAX][dtype][0](totals, totals, &block, 1);
  }
  if (dtype == I32 || dtype == U32) {
    uint32_t block;
    kernels.rowSum[dtype](&block, a, 1, n);
    *reinterpret_cast<uint32_t *>(totals) += block;
    return;
  }
  double &total = *reinterpret_cast<double *>(totals);
  if (!nest.reproducible) total += kernels.blockSum[dtype](a, n);
  else total = dtype == F32 ? ascendingSum<float>(total, a, n) : ascendingSum<double>(total, a, n);
}

// Moves float32 parts into the doubles.
void settle(const Nest &nest, const Lane &lane, int64_t column0, int64_t columns) {
  for (int32_t i = 0; i < nest.accumulatorCount; i++) {
    const Accumulator &accumulator = nest.accumulators[i];
    if (!accumulator.wide || nest.reproducible) continue;
    double *totals = reinterpret_cast<double *>(lane.scratch + accumulator.totals) + column0;
    float *parts = reinterpret_cast<float *>(lane.scratch + accumulator.parts) + column0;
    for (int64_t c = 0; c < columns; c++) totals[c] += static_cast<double>(parts[c]);
    // Apart: V8 of Node 20 moves a conversion to double behind the next store.
    __builtin_memset(parts, 0, static_cast<size_t>(columns) * sizeof(float));
  }
}

// The totals of another thread into those of the first.
void combine(const Nest &nest, const Lane &first, const Lane &other, const Accumulator &accumulator) {
  char *to = first.scratch + accumulator.totals;
  const char *from = other.scratch + accumulator.totals;
  const int64_t n = accumulator.overRows ? nest.columns : 1;
  const bool real = accumulator.dtype == F32 || accumulator.dtype == F64;
  const DType dtype =
    accumulator.sum && (accumulator.wide || (!accumulator.overRows && real)) ? F64 : accumulator.dtype;
  nest.kernels->binary[accumulator.sum ? ADD : MAX][dtype][0](to, to, from, n);
}

void write(const Program &program, const Nest &nest, const Accumulator &accumulator, int64_t outer) {
  char *to = at(program.bases, accumulator.place) + outerOffset(nest.sizes, accumulator.outer, outer);
  const char *totals = nest.lane[0].scratch + accumulator.totals;
  const DType dtype = accumulator.dtype;
  if (accumulator.overRows) {
    if (!accumulator.wide) {
      if (nest.columns > 0) nest.kernels->scatterStrided[dtype](to, accumulator.columnStride, totals, nest.columns);
      return;
    }
    for (int64_t c = 0; c < nest.columns; c++)
      reinterpret_cast<float *>(to)[c * accumulator.columnStride] =
        static_cast<float>(reinterpret_cast<const double *>(totals)[c]);
    return;
  }
  if (accumulator.sum && dtype == F32)
    *reinterpret_cast<float *>(to) = static_cast<float>(*reinterpret_cast<const double *>(totals));
  else
    __builtin_memcpy(to, totals, static_cast<size_t>(elementSize(dtype)));
}

inline void runBlock(const Nest &nest, const Lane &lane, int64_t rows, int64_t columns, int64_t column0) {
  runOperations(nest.work, nest.workCount, lane.values, rows, columns);
  for (int32_t i = 0; i < nest.accumulatorCount; i++)
    accumulate(nest, lane, nest.accumulators[i], rows, columns, column0);
  runOperations(nest.stores, nest.storeCount, lane.values, rows, columns);
}

inline void moveTo(const Nest &nest, const Lane &lane, int64_t row, int64_t column) {
  for (int32_t i = 0; i < nest.cursorCount; i++) {
    const Cursor &cursor = nest.cursors[i];
    lane.values[cursor.value] =
      lane.origins[i] + row * cursor.strides[rowAxis] + column * cursor.strides[columnAxis];
  }
}

void begin(const Program &program, const Nest &nest, const Lane &lane, int64_t outer) {
  for (int32_t i = 0; i < nest.cursorCount; i++) {
    const Cursor &cursor = nest.cursors[i];
    lane.values[cursor.value] = lane.origins[i] =
      at(program.bases, cursor.place) + outerOffset(nest.sizes, cursor.strides, outer);
  }
  runOperations(nest.before, nest.beforeCount, lane.values, smaller(nest.blockRows, nest.rows), nest.columns);
  for (int32_t i = 0; i < nest.accumulatorCount; i++) clear(nest, lane, nest.accumulators[i]);
}

void end(const Program &program, const Nest &nest, int64_t outer) {
  for (int32_t i = 0; i < nest.accumulatorCount; i++) write(program, nest, nest.accumulators[i], outer);
  runOperations(nest.after, nest.afterCount, nest.lane[0].values, 1, 1);
}

void runSingle(const Program &program, const Nest &nest) {
  const Lane &lane = nest.lane[0];
  for (int32_t i = nest.fixedCursors; i < nest.cursorCount; i++) {
    const Cursor &cursor = nest.cursors[i];
    lane.values[cursor.value] = at(program.bases, cursor.place);
  }
  if (nest.beforeCount > 0) runOperations(nest.before, nest.beforeCount, lane.values, nest.rows, nest.columns);
  for (int32_t i = 0; i < nest.accumulatorCount; i++) clear(nest, lane, nest.accumulators[i]);
  runBlock(nest, lane, nest.rows, nest.columns, 0);
  if (nest.accumulatorCount > 0) settle(nest, lane, 0, nest.columns);
  if (nest.accumulatorCount + nest.afterCount > 0) end(program, nest, 0);
}

void runPart(const Nest &nest, const Lane &lane, int64_t row0, int64_t row1, int64_t column0, int64_t column1) {
  // Rows of nothing still have sums.
  const int64_t width = larger(nest.blockColumns, 1), height = nest.blockRows;
  if (nest.rowsOutside) {
    for (int64_t r = row0; r < row1; r += height) {
      int64_t c = column0;
      do {
        const int64_t columns = smaller(width, column1 - c);
        moveTo(nest, lane, r, c);
        runBlock(nest, lane, smaller(height, row1 - r), columns, c);
        c += width;
      } while (c < column1);
    }
    return;
  }
  int64_t c = column0;
  do {
    const int64_t columns = smaller(width, column1 - c);
    int64_t pending = 0;
    for (int64_t r = row0; r < row1; r += height) {
      const int64_t rows = smaller(height, row1 - r);
      moveTo(nest, lane, r, c);
      runBlock(nest, lane, rows, columns, c);
      pending += rows;
      if (pending < rowsInFloat) continue;
      settle(nest, lane, c, columns);
      pending = 0;
    }
    if (pending > 0) settle(nest, lane, c, columns);
    c += width;
  } while (c < column1);
}

// The part of `count` that the parts before `part` of `parts` leave to it, in multiples of `unit`.
struct Range {
  int64_t begin, end;
};
Range rangeOf(int64_t count, int64_t unit, int64_t part, int64_t parts) {
  const int64_t units = (count + unit - 1) / unit;
  return {smaller(count, units * part / parts * unit), smaller(count, units * (part + 1) / parts * unit)};
}

struct Split {
  const Program *program;
  const Nest *nest;
  int64_t outer, parts;
};

void runSplit(void *context, int64_t part, int thread) {
  const Split &split = *static_cast<const Split *>(context);
  const Nest &nest = *split.nest;
  const Lane &lane = nest.lane[thread];
  if (nest.split == Nest::OUTER) {
    const Range range = rangeOf(nest.outerCount, 1, part, split.parts);
    for (int64_t outer = range.begin; outer < range.end; outer++) {
      begin(*split.program, nest, lane, outer);
      runPart(nest, lane, 0, nest.rows, 0, nest.columns);
      // As `end`, on this lane.
      Nest own = nest;
      own.lane = nest.lane + thread;
      end(*split.program, own, outer);
    }
    return;
  }
  begin(*split.program, nest, lane, split.outer);
  if (nest.split == Nest::ROWS) {
    const Range range = rangeOf(nest.rows, nest.blockRows, part, split.parts);
    if (range.begin < range.end) runPart(nest, lane, range.begin, range.end, 0, nest.columns);
  } else {
    const Range range = rangeOf(nest.columns, 64, part, split.parts);
    if (range.begin < range.end) runPart(nest, lane, 0, nest.rows, range.begin, range.end);
  }
}

}  // namespace

namespace {

// `like` has the blocks and threads to use, or is null.
Nest *planNestLike(Program &program, const NestBody &body, Region &temporary, double costAround, const Nest *like) {
  Region &region = program.region;
  Nest *made = region.array<Nest>(1);
  const int64_t registers = int64_t{body.loadCount} + body.stepCount;
  const int64_t most = 2 * int64_t{body.loadCount} + body.stepCount + 2 * int64_t{body.storeCount};
  // Each value is repeated at most twice.
  const int64_t valueLimit = 3 * most + 1, operationLimit = valueLimit + body.storeCount;
  Value *values = temporary.array<Value>(valueLimit);
  int32_t *registerValues = temporary.array<int32_t>(registers);
  Extent *loadExtents = temporary.array<Extent>(body.loadCount);
  int32_t *owners = temporary.array<int32_t>(valueLimit);
  Operation *lists[4], *sorted = temporary.array<Operation>(body.storeCount + 1);
  Operation *chains = temporary.array<Operation>(operationLimit), *open = temporary.array<Operation>(largestChainSteps);
  for (Operation *&list : lists) list = temporary.array<Operation>(operationLimit);
  if (region.exhausted || temporary.exhausted) return nullptr;

  Nest &nest = *made;
  nest.kernels = program.kernels;
  nest.reproducible = program.reproducible;
  nest.outerCount = 1;
  for (int axis = 0; axis < axes; axis++) nest.sizes[axis] = body.sizes[axis];
  for (int axis = 0; axis < outerAxes; axis++)
    if (body.sizes[axis] == 0) nest.outerCount = 0;
  for (int axis = 0; axis < outerAxes && nest.outerCount > 0; axis++) nest.outerCount *= body.sizes[axis];
  const int64_t rows = nest.rows = body.sizes[rowAxis], columns = nest.columns = body.sizes[columnAxis];
  nest.before = lists[0];
  nest.work = lists[1];
  nest.stores = lists[2];
  nest.after = lists[3];
  nest.accumulatorCount = body.accumulationCount;
  nest.accumulators = region.array<Accumulator>(body.accumulationCount);
  if (region.exhausted) return nullptr;

  // Of a single element everything is full, so that it can be a chain.
  bool reduces = false;
  for (int32_t i = 0; i < body.stepCount; i++)
    reduces = reduces || body.steps[i].operation == ROW_SUM || body.steps[i].operation == ROW_MAX;
  const bool element = rows == 1 && columns == 1 && !reduces;
  for (int32_t i = 0; i < body.stepCount && element; i++) body.steps[i].extent = FULL;
  for (int32_t i = 0; i < body.storeCount && element; i++) body.stores[i].view.extent = FULL;

  // What is the same along columns, or rows too, is loaded once.
  bool plain = body.stepCount == 0 && body.storeCount == 0, transposed = false;
  for (int32_t i = 0; i < body.loadCount; i++) {
    const View &view = body.loads[i];
    const int64_t row = view.strides[rowAxis], column = view.strides[columnAxis];
    Extent extent = element ? FULL : view.extent;
    if (rows > 0 && columns > 0 && !element) {
      if (extent == FULL && column == 0 && columns > 1) extent = ROW;
      if (extent == ROW && row == 0) extent = ONE;
    }
    loadExtents[i] = extent;
    plain = plain && extent == FULL && (column == 1 || columns == 1);
    const auto size = [](int64_t stride) { return stride < 0 ? -stride : stride; };
    transposed = transposed || (extent == FULL && columns > 1 && column != 1 && size(row) < size(column));
  }
  for (int32_t i = 0; i < body.accumulationCount; i++) plain = plain && body.accumulations[i].overRows;
  bool needsRows = reduces, ascending = false;
  // A row value is written once, and not before every part of the row has read it.
  for (int32_t i = 0; i < body.storeCount; i++) needsRows = needsRows || body.stores[i].view.extent == ROW;
  for (int32_t i = 0; i < body.accumulationCount; i++) ascending = ascending || !body.accumulations[i].overRows;
  ascending = ascending && program.reproducible;

  // An accumulation in the order of memory asks for whole rows or one after another.
  const bool crossing = transposed && !plain && !needsRows && !ascending && rows >= 4 && columns >= longRow;
  const bool several = crossing || (!plain && rows > 1 && columns < longRow);
  // What is written is not read again from the caches where there is much of it; what is written where it was read is
  // there already.
  int64_t written = 0;
  bool inPlace = false;
  for (int32_t i = 0; i < body.storeCount; i++) {
    const View &store = body.stores[i].view;
    if (store.extent == FULL) written += elementSize(store.dtype);
    for (int32_t k = 0; k < body.loadCount; k++) inPlace = inPlace || overlap(body.loads[k], store);
  }
  const bool streams = !inPlace && nest.outerCount * rows * columns >= streamedBytes / larger(written, 1);
  Planner planner{program,  body,   nest, *program.kernels, rows,        columns, several, plain,
                  crossing, values, 0,    registerValues,   loadExtents, sorted,  streams};
  for (int64_t i = 0; i < registers; i++) registerValues[i] = -1;
  for (int32_t i = 0; i < body.stepCount; i++) planner.step(i);
  for (int32_t i = 0; i < body.accumulationCount; i++) {
    const Accumulation &accumulation = body.accumulations[i];
    const View &view = accumulation.view;
    Accumulator &accumulator = nest.accumulators[i];
    accumulator.value = planner.widened(planner.valueOf(accumulation.reg), FULL);
    accumulator.dtype = view.dtype;
    accumulator.sum = accumulation.sum;
    accumulator.overRows = accumulation.overRows;
    accumulator.wide = accumulation.sum && accumulation.overRows && view.dtype == F32 &&
                       (program.reproducible || rows > rowsInFloat);
    const View *source = values[accumulator.value].view;
    accumulator.sourceRow = plain && rows > 1 ? source->strides[rowAxis] : 0;
    // A stride of 0 would read as none.
    if (plain && rows > 1 && accumulator.sourceRow == 0) accumulator.sourceRow = columns > 0 ? 0 : 1;
    accumulator.place = view.place;
    for (int axis = 0; axis < outerAxes; axis++) accumulator.outer[axis] = view.strides[axis] * elementSize(view.dtype);
    accumulator.columnStride = columns == 1 ? 1 : view.strides[columnAxis];
  }
  for (int32_t i = 0; i < body.storeCount; i++) planner.store(i);
  planner.shortenStores();
  if (!program.reproducible && makesChains()) planner.makeChains(chains, open);
  const int32_t blockSlots = planner.allocate(owners);

  int64_t widest = 1, tiles = 0, elements = rows * columns;
  for (int32_t i = 0; i < planner.valueCount; i++) {
    const Value &value = values[i];
    if (value.view != nullptr) continue;
    widest = larger(widest, elementSize(value.dtype));
    if (value.held && value.extent != ONE) tiles++;
  }
  const int64_t live = blockSlots + tiles;
  int64_t block = live == 0 ? unbufferedBlock
                            : larger(smallestBlock, smaller(largestBlock, blockMemory / (live * widest) / 64 * 64));
  if (transposed && !several) block = 128;
  nest.wholeRows = needsRows || (several && !crossing);
  nest.rowsOutside = ascending;
  nest.blockColumns = nest.wholeRows ? columns : smaller(columns, crossing ? crossingColumns : block);
  // Rows that repeat have no stride that columnSum could follow.
  nest.blockRows = several ? larger(1, smaller(rows, block / larger(nest.blockColumns, 1))) : 1;
  if (plain && rows > 1) {
    nest.blockRows = rowsInFloat;
    for (int32_t i = 0; i < nest.accumulatorCount; i++)
      if (nest.accumulators[i].sourceRow == 0) nest.blockRows = 1;
  }
  if (like != nullptr) {
    nest.blockRows = like->blockRows;
    nest.blockColumns = like->blockColumns;
  }

  // Slots: first what is held for an outer index, then what each block uses anew, then the totals.
  const int64_t slotElements = larger(1, nest.blockRows * larger(nest.blockColumns, 1));
  const int64_t slotBytes = (slotElements * widest + lineBytes - 1) / lineBytes * lineBytes + 2 * lineBytes;
  nest.slots = region.array<Slot>(planner.valueCount);
  nest.cursors = region.array<Cursor>(planner.valueCount);
  if (region.exhausted) return nullptr;
  int64_t next = 0;
  for (int32_t i = 0; i < planner.valueCount; i++) {
    if (values[i].view != nullptr || !values[i].held) continue;
    nest.slots[nest.slotCount++] = {i, next};
    next += values[i].extent == ONE ? lineBytes : slotBytes;
  }
  for (int32_t i = 0; i < planner.valueCount; i++)
    if (values[i].slot >= 0 && values[i].view == nullptr)
      nest.slots[nest.slotCount++] = {i, next + values[i].slot * slotBytes};
  next += blockSlots * slotBytes;
  for (int32_t i = 0; i < nest.accumulatorCount; i++) {
    Accumulator &accumulator = nest.accumulators[i];
    const int64_t n = accumulator.overRows ? columns : 1;
    accumulator.totals = next;
    next += (n * 8 + lineBytes - 1) / lineBytes * lineBytes;
    accumulator.parts = next;
    if (accumulator.wide && !program.reproducible) next += (n * 4 + lineBytes - 1) / lineBytes * lineBytes;
  }
  reserveScratch(program, next);

  // Cursors: those of memory that stays where it is come first.
  for (int pass = 0; pass < 2; pass++)
    for (int32_t i = 0; i < planner.valueCount; i++) {
      const Value &value = values[i];
      if (value.view == nullptr || value.unused) continue;
      const Place &place = value.view->place;
      if ((place.base == ARENA || place.base == CONSTANT) != (pass == 0)) continue;
      Cursor &cursor = nest.cursors[nest.cursorCount++];
      if (pass == 0) nest.fixedCursors++;
      cursor.value = i;
      cursor.place = place;
      for (int axis = 0; axis < axes; axis++)
        cursor.strides[axis] = value.view->strides[axis] * elementSize(value.view->dtype);
    }
  nest.single = nest.outerCount == 1 && rows > 0 && rows <= nest.blockRows && columns <= nest.blockColumns;

  double each = 0;
  for (int32_t i = 0; i < body.stepCount; i++)
    each += registerExtent(body, body.loadCount + i) == FULL ? costOfStep(body.steps[i].operation, body.steps[i].dtype)
                                                              : 0.01;
  for (int32_t i = 0; i < nest.workCount; i++) each += nest.work[i].kind == GATHER_BLOCK ? 0.5 : 0;
  each += 0.1 * (body.loadCount + body.storeCount + body.accumulationCount);
  const double steps = 5.0 * (nest.workCount + nest.storeCount + nest.accumulatorCount + 1);
  const double blocks =
    static_cast<double>((rows + nest.blockRows - 1) / nest.blockRows) *
    static_cast<double>((columns + larger(nest.blockColumns, 1) - 1) / larger(nest.blockColumns, 1));
  nest.cost = static_cast<double>(nest.outerCount) *
              (static_cast<double>(elements) * each + blocks * steps + 20 +
               static_cast<double>(nest.accumulatorCount) * static_cast<double>(columns) * 0.5);

  if (like != nullptr) nest.cost = like->cost;
  const bool mayPart = !program.reproducible || nest.accumulatorCount == 0;
  nest.lanes = nest.cost + costAround >= worthThreads ? program.threads : 1;
  nest.split = Nest::NOTHING;
  if (nest.lanes > 1 && !nest.single) {
    if (nest.outerCount >= 4 * nest.lanes) nest.split = Nest::OUTER;
    else if (rows >= 2 * nest.lanes * nest.blockRows && mayPart && elements * each >= 4000) nest.split = Nest::ROWS;
    else if (!nest.wholeRows && columns >= 256 * nest.lanes && !ascending && elements * each >= 4000)
      nest.split = Nest::COLUMNS;
    else if (nest.outerCount > 1) nest.split = Nest::OUTER;
  }

  const auto kept = [&](Operation *&list, int32_t count) {
    Operation *copy = region.array<Operation>(count);
    if (copy != nullptr && count > 0)
      __builtin_memcpy(copy, list, static_cast<size_t>(count) * sizeof(Operation));
    list = copy;
  };
  kept(nest.before, nest.beforeCount);
  kept(nest.work, nest.workCount);
  kept(nest.stores, nest.storeCount);
  kept(nest.after, nest.afterCount);
  nest.lane = region.array<Lane>(nest.lanes);
  if (region.exhausted) return nullptr;
  for (int lane = 0; lane < nest.lanes; lane++) {
    nest.lane[lane].values = region.array<char *>(planner.valueCount);
    nest.lane[lane].origins = region.array<char *>(nest.cursorCount);
  }
  return region.exhausted ? nullptr : made;
}

// The nest with all it reads and writes in different memories.
const Nest *planApart(Program &program, const NestBody &body, Region &temporary, double costAround) {
  NestBody apart = body;
  apart.loads = temporary.array<View>(body.loadCount);
  apart.stores = temporary.array<Store>(body.storeCount);
  if (temporary.exhausted) return nullptr;
  int32_t memory = 0;
  for (int32_t i = 0; i < body.loadCount; i++) {
    apart.loads[i] = body.loads[i];
    apart.loads[i].memory = --memory;
  }
  for (int32_t i = 0; i < body.storeCount; i++) {
    apart.stores[i] = body.stores[i];
    apart.stores[i].view.memory = --memory;
  }
  PendingChain *const pendingChains = program.pendingChains;
  const int64_t codeBytes = program.codeBytes;
  const Nest *nest = planNestLike(program, apart, temporary, costAround, nullptr);
  program.pendingChains = pendingChains;
  program.codeBytes = codeBytes;
  return nest;
}

}  // namespace

Nest *planNest(Program &program, const NestBody &body, Region &temporary, double costAround) {
  // Sums follow blocks and threads, and those what lies where: memory that is used again must not change a number.
  bool overlaps = false;
  for (int32_t i = 0; i < body.loadCount; i++)
    for (int32_t k = 0; k < body.storeCount; k++) overlaps = overlaps || overlap(body.loads[i], body.stores[k].view);
  if (body.accumulationCount == 0 || !overlaps) return planNestLike(program, body, temporary, costAround, nullptr);
  const Nest *apart = planApart(program, body, temporary, costAround);
  return apart == nullptr ? nullptr : planNestLike(program, body, temporary, costAround, apart);
}

bool linkChains(Program &program) {
  if (program.codeBytes == 0) return true;
  program.code = allocateCode(program.codeBytes);
  if (program.code == nullptr) return false;
  uint8_t *at = program.code;
  for (PendingChain *pending = program.pendingChains; pending != nullptr; pending = pending->next) {
    __builtin_memcpy(at, pending->bytes, static_cast<size_t>(pending->size));
    *pending->code = reinterpret_cast<ChainCode>(at);
    at += (pending->size + lineBytes - 1) / lineBytes * lineBytes;
  }
  program.pendingChains = nullptr;
  return sealCode(program.code, program.codeBytes);
}

void unlinkChains(Program &program) { freeCode(program.code, program.codeBytes); }

void bindNest(const Program &program, Nest &nest) {
  for (int i = 0; i < nest.lanes; i++) {
    Lane &lane = nest.lane[i];
    lane.scratch = program.scratch[i];
    for (int32_t s = 0; s < nest.slotCount; s++)
      lane.values[nest.slots[s].value] = lane.scratch + nest.slots[s].offset;
    for (int32_t c = 0; c < nest.fixedCursors; c++)
      lane.values[nest.cursors[c].value] = at(program.bases, nest.cursors[c].place);
  }
}

void beginNest(const Program &program, Nest &nest, int64_t outer, int thread, int threads) {
  for (int i = 0; i < threads; i++) begin(program, nest, nest.lane[thread + i], outer);
}

void runNestPart(Nest &nest, int64_t row0, int64_t row1, int64_t column0, int64_t column1, int thread) {
  if (row0 < row1) runPart(nest, nest.lane[thread], row0, row1, column0, column1);
}

void endNest(const Program &program, Nest &nest, int64_t outer, int thread, int threads) {
  for (int i = 1; i < threads; i++)
    for (int32_t k = 0; k < nest.accumulatorCount; k++)
      combine(nest, nest.lane[thread], nest.lane[thread + i], nest.accumulators[k]);
  if (thread == 0) return end(program, nest, outer);
  Nest own = nest;
  own.lane = nest.lane + thread;
  end(program, own, outer);
}

void runNest(const Program &program, Nest &nest, int threads) {
  if (nest.single) return runSingle(program, nest);
  const int parts = threads < nest.lanes ? threads : nest.lanes;
  Split split{&program, &nest, 0, parts};
  if (parts > 1 && nest.split == Nest::OUTER) return parallel(parts, parts, runSplit, &split, nest.cost);
  for (int64_t outer = 0; outer < nest.outerCount; outer++) {
    if (parts > 1 && nest.split != Nest::NOTHING) {
      split.outer = outer;
      parallel(parts, parts, runSplit, &split, nest.cost / static_cast<double>(nest.outerCount));
      endNest(program, nest, outer, 0, parts);
    } else {
      begin(program, nest, nest.lane[0], outer);
      if (nest.rows > 0) runPart(nest, nest.lane[0], 0, nest.rows, 0, nest.columns);
      end(program, nest, outer);
    }
  }
}

bool needsWholeRows(const Nest &nest) { return nest.wholeRows; }
bool accumulates(const Nest &nest) { return nest.accumulatorCount > 0; }
int lanesOf(const Nest &nest) { return nest.lanes; }
double costOf(const Nest &nest) { return nest.cost; }

}  // namespace puregrad
