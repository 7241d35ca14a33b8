// Attention by blocks of queries: the weights of a block are made, used and forgotten, so that memory is linear in the
// length. `src/core/kernel/attention.ts` says what the arrays are; the loops that give the same bytes everywhere are in
// `attention_reproducible.cc`.
#include "attention.h"
#include "gemm.h"
#include "step_kernels.h"
#include "thread_pool.h"

namespace puregrad {
namespace {

// Queries of a block: their weights stay in the second-level cache for some hundred keys.
constexpr int64_t blockRows = 64;

template <class T>
constexpr DType dtypeOf() {
  return sizeof(T) == 4 ? F32 : F64;
}

// c [m, n] = a [m, k] · b [k, n], any strides; on one thread.
template <class T>
void product(int64_t m, int64_t n, int64_t k, const T *a, int64_t aRow, int64_t aColumn, const T *b, int64_t bRow,
             int64_t bColumn, T *c, int64_t cRow) {
  gemm(Gemm<T>{m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow}, 1, nullptr);
}

// A transposed matrix as a right factor.
template <class T>
struct Turned {
  const T *at;
  int64_t row, column;
};

// c [m, n] = a [m, k] · b
template <class T>
void product(int64_t m, int64_t n, int64_t k, const T *a, int64_t aRow, const Turned<T> &b, T *c, int64_t cRow) {
  product<T>(m, n, k, a, aRow, 1, b.at, b.row, b.column, c, cRow);
}

template <class T>
struct Block {
  AttentionSizes s;
  const StepKernels *kernels;
  // One batch: queries, keys, values, and their results.
  const T *q, *k, *v;
  Turned<T> turnedKeys, turnedValues;
  // The rows, and the keys that any of them looks at.
  int64_t from, rows, seen;
  T *weights, *slopes, *part;
};

// Where one thread keeps what it works on: weights and slopes of a block, and a product of it; keys and values transposed.
template <class T>
int64_t scratchElements(const AttentionSizes &s) {
  const int64_t taller = s.keys > blockRows ? s.keys : blockRows;
  return 2 * blockRows * s.keys + taller * (s.width + 1) + 2 * s.keys * s.width;
}

// The transpose of keys or values, as a copy where several blocks multiply by it.
template <class T>
Turned<T> turned(const AttentionSizes &s, const T *matrix, T *copy) {
  if (s.queries <= blockRows) return {matrix, 1, s.width};
  turnedCopy(copy, s.keys, matrix, s.width, s.keys, s.width);
  return {copy, s.keys, 1};
}

template <class T>
const Binary *kernelsOf(const Block<T> &b, StepOp operation) {
  return b.kernels->binary[operation][dtypeOf<T>()];
}
template <class T>
void addTo(const Block<T> &b, T *total, const T *part, int64_t n) {
  kernelsOf(b, ADD)[0](total, total, part, n);
}

template <class T>
int64_t seenByRow(const Block<T> &b, int64_t row) {
  return b.s.causal ? (b.from + row + 1 < b.seen ? b.from + row + 1 : b.seen) : b.seen;
}

// A row of weights: exp(q kᵀ − level), zeros where nothing is looked at.
template <class T>
void exponentials(const Block<T> &b, int64_t row, T level) {
  T *w = b.weights + row * b.s.keys;
  const int64_t seen = seenByRow(b, row);
  kernelsOf(b, SUB)[2](w, w, &level, seen);
  b.kernels->unary[EXP][dtypeOf<T>()](w, w, seen);
  for (int64_t j = seen; j < b.seen; j++) w[j] = 0;
}
template <class T>
void exponentials(const Block<T> &b, const T *level, int64_t levelStride) {
  for (int64_t row = 0; row < b.rows; row++) exponentials(b, row, level[row * levelStride]);
}

template <class T>
void scores(const Block<T> &b) {
  product<T>(b.rows, b.seen, b.s.width, b.q + b.from * b.s.width, b.s.width, b.turnedKeys, b.weights, b.s.keys);
}

// The attention of a block: outputs and logarithms.
template <class T>
void forward(const Block<T> &b, T *out) {
  const int64_t width = b.s.width;
  scores(b);
  T most[blockRows], total[blockRows], logarithm[blockRows];
  // All of a row while it is in the first-level cache.
  for (int64_t row = 0; row < b.rows; row++) {
    const T *w = b.weights + row * b.s.keys;
    b.kernels->rowMax[dtypeOf<T>()](most + row, w, 1, seenByRow(b, row));
    exponentials(b, row, most[row]);
    b.kernels->rowSum[dtypeOf<T>()](total + row, w, 1, seenByRow(b, row));
  }
  b.kernels->unary[LOG][dtypeOf<T>()](logarithm, total, b.rows);
  product<T>(b.rows, width, b.seen, b.weights, b.s.keys, 1, b.v, width, 1, out + b.from * (width + 1), width + 1);
  for (int64_t row = 0; row < b.rows; row++) {
    T *o = out + (b.from + row) * (width + 1);
    kernelsOf(b, DIV)[2](o, o, total + row, width);
    o[width] = most[row] + logarithm[row];
  }
}

// The tangent of a block from the tangents of queries, keys and values.
template <class T>
void tangent(const Block<T> &b, const T *dq, const T *dk, const T *dv, const T *result, T *out) {
  const int64_t width = b.s.width, keys = b.s.keys;
  const T *given = result + b.from * (width + 1);
  T *made = out + b.from * (width + 1);
  scores(b);
  exponentials(b, given + width, width + 1);
  T *more = b.slopes;
  product<T>(b.rows, b.seen, width, dq + b.from * width, width, b.turnedKeys, more, keys);
  for (int64_t row = 0; row < b.rows; row++) {
    // The other product, a row at a time.
    T *line = more + row * keys;
    product<T>(1, b.seen, width, b.q + (b.from + row) * width, width, 1, dk, 1, width, b.part, keys);
    const T *w = b.weights + row * keys;
    T total = 0;
    addTo(b, line, b.part, b.seen);
    kernelsOf(b, MUL)[0](line, w, line, b.seen);
    b.kernels->rowSum[dtypeOf<T>()](&total, line, 1, b.seen);
    made[row * (width + 1) + width] = total;
  }
  product<T>(b.rows, width, b.seen, b.weights, keys, 1, dv, width, 1, made, width + 1);
  product<T>(b.rows, width, b.seen, more, keys, 1, b.v, width, 1, b.part, width);
  for (int64_t row = 0; row < b.rows; row++) {
    T *o = made + row * (width + 1);
    const T *r = given + row * (width + 1), *p = b.part + row * width;
    for (int64_t c = 0; c < width; c++) o[c] += p[c] - o[width] * r[c];
  }
}

// The cotangents that a block gives to its queries, and adds to keys and values.
template <class T>
void cotangent(const Block<T> &b, const T *result, const T *ct, T *dq, T *dk, T *dv) {
  const int64_t width = b.s.width, keys = b.s.keys;
  const T *given = result + b.from * (width + 1), *c = ct + b.from * (width + 1);
  scores(b);
  exponentials(b, given + width, width + 1);
  product<T>(b.rows, b.seen, width, c, width + 1, b.turnedValues, b.slopes, keys);
  for (int64_t row = 0; row < b.rows; row++) {
    const T *r = given + row * (width + 1), *g = c + row * (width + 1);
    T level = g[width];
    for (int64_t i = 0; i < width; i++) level -= g[i] * r[i];
    const T *w = b.weights + row * keys;
    T *s = b.slopes + row * keys;
    kernelsOf(b, ADD)[2](s, s, &level, b.seen);
    kernelsOf(b, MUL)[0](s, w, s, b.seen);
  }
  product<T>(b.rows, width, b.seen, b.slopes, keys, 1, b.k, width, 1, dq + b.from * width, width);
  product<T>(b.seen, width, b.rows, b.slopes, 1, keys, b.q + b.from * width, width, 1, b.part, width);
  addTo(b, dk, b.part, b.seen * width);
  product<T>(b.seen, width, b.rows, b.weights, 1, keys, c, width + 1, 1, b.part, width);
  addTo(b, dv, b.part, b.seen * width);
}

template <class T>
struct Task {
  const RoutineCall *call;
  AttentionSizes s;
  AttentionKind kind;
};

template <class T>
void runOne(void *context, int64_t index, int thread) {
  const Task<T> &task = *static_cast<const Task<T> *>(context);
  const AttentionSizes &s = task.s;
  const int64_t packed = (s.queries + 2 * s.keys) * s.width, result = s.queries * (s.width + 1);
  const int64_t k = s.queries * s.width, v = k + s.keys * s.width;
  const T *own = static_cast<const T *>(task.call->reads[0]) + index * packed;
  T *scratch = reinterpret_cast<T *>(task.call->scratch[thread]);
  T *const slopes = scratch + blockRows * s.keys, *const part = slopes + blockRows * s.keys;
  T *const keys = part + (s.keys > blockRows ? s.keys : blockRows) * (s.width + 1), *const values = keys + s.keys * s.width;
  Block<T> b{s, &stepKernels(isa()), own, own + k, own + v, turned(s, own + k, keys), {}, 0, 0, 0, scratch, slopes, part};
  if (task.kind == COTANGENT) b.turnedValues = turned(s, own + v, values);
  T *out = static_cast<T *>(task.call->out) + index * (task.kind == COTANGENT ? packed : result);
  if (task.kind == COTANGENT)
    for (int64_t i = k; i < packed; i++) out[i] = 0;
  for (b.from = 0; b.from < s.queries; b.from += blockRows) {
    b.rows = s.queries - b.from < blockRows ? s.queries - b.from : blockRows;
    b.seen = s.causal && b.from + b.rows < s.keys ? b.from + b.rows : s.keys;
    if (task.kind == FORWARD) {
      forward(b, out);
      continue;
    }
    const T *given = static_cast<const T *>(task.call->reads[1]) + index * result;
    const T *moved = static_cast<const T *>(task.call->reads[2]) + index * (task.kind == COTANGENT ? result : packed);
    if (task.kind == TANGENT) tangent(b, moved, moved + k, moved + v, given, out);
    else cotangent(b, given, moved, out, out + k, out + v);
  }
}

template <class T>
void runAll(const RoutineCall &call, AttentionKind kind) {
  Task<T> task{&call, attentionSizes(call.sizes), kind};
  parallel(call.threads, task.s.batch, runOne<T>, &task);
}

void run(const RoutineCall &call, AttentionKind kind) {
  if (call.reproducible) return reproducibleAttention(call, kind);
  if (call.dtype == F32) runAll<float>(call, kind);
  else runAll<double>(call, kind);
}

bool reachOf(DType dtype, const int64_t *sizes, RoutineReach &arrays, AttentionKind kind) {
  const AttentionSizes s = attentionSizes(sizes);
  if (sizes[4] > 1 || s.keys < 1) return false;
  const int64_t packed = elementsOf(s.batch, s.queries + 2 * s.keys, s.width);
  const int64_t result = elementsOf(s.batch, s.queries, s.width + 1);
  arrays.arrays = kind == FORWARD ? 1 : 3;
  arrays.reads[0] = packed;
  arrays.reads[1] = result;
  arrays.reads[2] = kind == COTANGENT ? result : packed;
  arrays.writes = kind == COTANGENT ? packed : result;
  const int64_t bytes = dtype == F32 ? 4 : 8;
  const int64_t fast = scratchElements<float>(s) * bytes;
  const int64_t plain = attentionPlainScratch(s);
  arrays.scratchBytes = fast > plain ? fast : plain;
  arrays.cost = (kind == FORWARD ? 2 : 5) * static_cast<double>(s.batch) * static_cast<double>(s.queries) *
                static_cast<double>(s.keys) * static_cast<double>(s.width) * 0.03;
  return true;
}

template <AttentionKind kind>
bool reach(DType dtype, const int64_t *sizes, RoutineReach &arrays) {
  return reachOf(dtype, sizes, arrays, kind);
}

template <AttentionKind kind>
void runKind(const RoutineCall &call) {
  run(call, kind);
}

}  // namespace

extern const Routine attentionRoutine = {"attention", 5, reach<FORWARD>, runKind<FORWARD>};
extern const Routine attentionTangentRoutine = {"attentionTangent", 5, reach<TANGENT>, runKind<TANGENT>};
extern const Routine attentionCotangentRoutine = {"attentionCotangent", 5, reach<COTANGENT>, runKind<COTANGENT>};

}  // namespace puregrad
