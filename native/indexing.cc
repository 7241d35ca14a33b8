// Indexing, scans, sorting and random bits.
#include "message.h"
#include "program.h"
#include "thread_pool.h"

namespace puregrad {
namespace {

// Random elements of one part; a multiple of every vector.
constexpr int64_t randomPart = 16384;

template <class T>
T *pointer(const Program &program, const Place &place) {
  return reinterpret_cast<T *>(at(program.bases, place));
}

// Calls f with a zero of the C++ type of a dtype.
template <class F>
void withType(DType dtype, F f) {
  switch (dtype) {
    case F32:
      return f(float{});
    case F64:
      return f(double{});
    case I32:
      return f(int32_t{});
    case U32:
      return f(uint32_t{});
    case F16:
    case BF16:
      return f(uint16_t{});
    default:
      return f(uint8_t{});
  }
}

template <class T>
constexpr bool isReal = static_cast<T>(0.5) != T(0);

// The element of an axis that an index names, or -1. Each index is read once, also where something else writes to it.
inline int64_t picked(const Indexing &x, const uint32_t *index) {
  const uint32_t value = *static_cast<const volatile uint32_t *>(index);
  const bool inside = static_cast<int64_t>(value) < x.n && (x.indexDType == U32 || value <= INT32_MAX);
  return inside ? static_cast<int64_t>(value) : -1;
}

bool refuse(const Indexing &x, const char *name, const uint32_t *at, Status *status) {
  const int64_t index = x.indexDType == U32 ? int64_t{*at} : int64_t{static_cast<int32_t>(*at)};
  report(status, INDEX_OUT_OF_RANGE, name, ": index ", index, " is outside an axis of size ", x.n);
  return false;
}

// How many of the outer indices have elements to move: where none has, one still checks the indices. The sizes of what
// has no elements are bounded by no memory.
inline int64_t outerOf(const Indexing &x) { return x.inner == 0 ? smaller(x.outer, 1) : x.outer; }

// Elements that lie together are moved one by one where they are so few (`Inner`, otherwise 0), without a call for each.
template <class T, int Inner>
bool gatherRuns(const Program &program, const Indexing &x, Status *status) {
  const T *from = pointer<const T>(program, x.x);
  const uint32_t *indices = pointer<const uint32_t>(program, x.indices);
  T *out = pointer<T>(program, x.out);
  for (int64_t b = 0; b < x.batch; b++, indices += x.k)
    for (int64_t o = 0; o < outerOf(x); o++, from += x.n * x.inner)
      for (int64_t i = 0; i < x.k; i++, out += x.inner) {
        const int64_t index = picked(x, indices + i);
        if (index < 0) return refuse(x, "gather", indices + i, status);
        const T *run = from + index * x.inner;
        if (Inner == 0) __builtin_memmove(out, run, static_cast<size_t>(x.inner) * sizeof(T));
        else
          for (int r = 0; r < Inner; r++) out[r] = run[r];
      }
  return true;
}

template <class T>
bool gather(const Program &program, const Indexing &x, Status *status) {
  if (x.k == 0) return true;
  switch (x.inner) {
    case 1: return gatherRuns<T, 1>(program, x, status);
    case 2: return gatherRuns<T, 2>(program, x, status);
    case 3: return gatherRuns<T, 3>(program, x, status);
    case 4: return gatherRuns<T, 4>(program, x, status);
    default: return gatherRuns<T, 0>(program, x, status);
  }
}

// Integers wrap.
template <class T>
T sumOf(T a, T b) {
  if constexpr (isReal<T>) return a + b;
  else return static_cast<T>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

template <class T>
bool scatterAdd(const Program &program, const Indexing &x, Status *status) {
  const T *from = pointer<const T>(program, x.x);
  const uint32_t *indices = pointer<const uint32_t>(program, x.indices);
  T *out = pointer<T>(program, x.out);
  __builtin_memset(out, 0, static_cast<size_t>(x.batch * x.outer * x.n * x.inner) * sizeof(T));
  if (x.k == 0) return true;
  for (int64_t b = 0; b < x.batch; b++, indices += x.k)
    for (int64_t o = 0; o < outerOf(x); o++, out += x.n * x.inner)
      for (int64_t i = 0; i < x.k; i++, from += x.inner) {
        const int64_t index = picked(x, indices + i);
        if (index < 0) return refuse(x, "scatterAdd", indices + i, status);
        T *to = out + index * x.inner;
        for (int64_t r = 0; r < x.inner; r++) to[r] = sumOf(to[r], from[r]);
      }
  return true;
}

// Totals of floats are doubles; integers wrap.
template <class T, bool real = isReal<T>>
struct TotalOf {
  using type = double;
};
template <class T>
struct TotalOf<T, false> {
  using type = uint32_t;
};

template <class T>
void cumsum(const Program &program, const Indexing &x) {
  using Total = typename TotalOf<T>::type;
  constexpr int64_t width = 64;
  if (x.n == 0 || x.inner == 0) return;
  const int64_t step = x.reverse ? -x.inner : x.inner;
  for (int64_t o = 0; o < x.outer; o++)
    for (int64_t c = 0; c < x.inner; c += width) {
      const int64_t columns = smaller(width, x.inner - c);
      int64_t at = (o * x.n + (x.reverse ? x.n - 1 : 0)) * x.inner + c;
      Total totals[width] = {};
      for (int64_t i = 0; i < x.n; i++, at += step) {
        const T *from = pointer<const T>(program, x.x) + at;
        T *out = pointer<T>(program, x.out) + at;
        for (int64_t k = 0; k < columns; k++) {
          totals[k] += static_cast<Total>(from[k]);
          out[k] = static_cast<T>(totals[k]);
        }
      }
    }
}

template <class T>
void argmax(const Program &program, const Indexing &x) {
  if (x.inner == 0) return;
  const T *from = pointer<const T>(program, x.x);
  int32_t *out = pointer<int32_t>(program, x.out);
  __builtin_memset(out, 0, static_cast<size_t>(x.outer * x.inner) * 4);
  for (int64_t o = 0; o < x.outer; o++, from += x.n * x.inner, out += x.inner)
    for (int64_t i = 1; i < x.n; i++)
      for (int64_t c = 0; c < x.inner; c++) {
        const T value = from[i * x.inner + c], largest = from[out[c] * x.inner + c];
        // The first NaN stays.
        if (largest == largest && (value > largest || value != value)) out[c] = static_cast<int32_t>(i);
      }
}

struct Keyed {
  uint64_t key;
  int64_t index;
};

// A word as wide as a number.
template <class T>
struct WordOf {
  using Type = uint32_t;
};
template <>
struct WordOf<double> {
  using Type = uint64_t;
};

// Numbers in the order of their keys; -0 beside 0, NaN last.
template <class T>
uint64_t keyOf(T x) {
  if constexpr (isReal<T>) {
    using Bits = typename WordOf<T>::Type;
    constexpr Bits top = Bits{1} << (8 * sizeof(T) - 1);
    if (x != x) return static_cast<Bits>(-1);
    const T value = x == 0 ? 0 : x;
    Bits bits;
    __builtin_memcpy(&bits, &value, sizeof(T));
    return static_cast<Bits>((bits & top) != 0 ? ~bits : bits | top);
  } else if constexpr (static_cast<T>(-1) < T{0}) {
    return static_cast<uint32_t>(x) ^ (uint32_t{1} << 31);
  } else {
    return static_cast<uint64_t>(x);
  }
}

// The digits of long rows, the lowest first; a digit that all have is no round.
constexpr int64_t leastByDigits = 256;
constexpr int digitBits = 11;

Keyed *byDigits(Keyed *a, Keyed *b, int64_t n, int keyBits) {
  constexpr uint64_t mask = (1 << digitBits) - 1;
  for (int shift = 0; shift < keyBits; shift += digitBits) {
    uint32_t starts[1 << digitBits] = {};
    for (int64_t i = 0; i < n; i++) starts[(a[i].key >> shift) & mask]++;
    if (starts[(a[0].key >> shift) & mask] == static_cast<uint64_t>(n)) continue;
    uint32_t before = 0;
    for (uint32_t &start : starts) {
      const uint32_t count = start;
      start = before;
      before += count;
    }
    for (int64_t i = 0; i < n; i++) b[starts[(a[i].key >> shift) & mask]++] = a[i];
    Keyed *other = a;
    a = b;
    b = other;
  }
  return a;
}

// Runs of eight by insertion, then merged.
Keyed *sorted(Keyed *a, Keyed *b, int64_t n) {
  constexpr int64_t run = 8;
  for (int64_t start = 0; start < n; start += run)
    for (int64_t i = start + 1; i < smaller(start + run, n); i++) {
      const Keyed x = a[i];
      int64_t j = i;
      for (; j > start && a[j - 1].key > x.key; j--) a[j] = a[j - 1];
      a[j] = x;
    }
  for (int64_t width = run; width < n; width *= 2) {
    for (int64_t start = 0; start < n; start += 2 * width) {
      int64_t i = start, j = smaller(start + width, n), to = start;
      const int64_t middle = j, end = smaller(start + 2 * width, n);
      while (i < middle && j < end) b[to++] = a[j].key < a[i].key ? a[j++] : a[i++];
      while (i < middle) b[to++] = a[i++];
      while (j < end) b[to++] = a[j++];
    }
    Keyed *other = a;
    a = b;
    b = other;
  }
  return a;
}

template <class T>
void argsort(const Program &program, const Indexing &x) {
  if (x.n == 0) return;
  Keyed *memory = reinterpret_cast<Keyed *>(program.scratch[0]);
  const T *from = pointer<const T>(program, x.x);
  int32_t *out = pointer<int32_t>(program, x.out);
  for (int64_t r = 0; r < x.outer; r++, from += x.n, out += x.n) {
    for (int64_t i = 0; i < x.n; i++) memory[i] = {keyOf(from[i]), i};
    const Keyed *order = x.n < leastByDigits ? sorted(memory, memory + x.n, x.n)
                                             : byDigits(memory, memory + x.n, x.n, 8 * static_cast<int>(sizeof(T)));
    for (int64_t i = 0; i < x.n; i++) out[i] = static_cast<int32_t>(order[i].index);
  }
}

struct Random {
  const Program *program;
  const Indexing *x;
  int64_t parts;
};

void randomBitsPart(void *context, int64_t index, int) {
  const Random &random = *static_cast<const Random *>(context);
  const Indexing &x = *random.x;
  const int64_t b = index / random.parts, first = index % random.parts * randomPart;
  random.program->kernels->randomBits(pointer<uint32_t>(*random.program, x.out) + b * x.n + first,
                                      pointer<const uint32_t>(*random.program, x.x) + 2 * b, first,
                                      smaller(randomPart, x.n - first));
}

void randomBits(const Program &program, const Indexing &x, int threads) {
  if (x.n == 0) return;
  Random random{&program, &x, (x.n + randomPart - 1) / randomPart};
  const int64_t parts = x.batch * random.parts;
  if (threads > 1 && x.n > randomPart) return parallel(threads, parts, randomBitsPart, &random);
  for (int64_t i = 0; i < parts; i++) randomBitsPart(&random, i, 0);
}

}  // namespace

int64_t scratchFor(InstructionKind kind, const Indexing &x) {
  return kind == ARGSORT ? 2 * x.n * static_cast<int64_t>(sizeof(Keyed)) : 0;
}

bool runIndexing(const Program &program, InstructionKind kind, const Indexing &x, int threads, Status *status) {
  switch (kind) {
    case GATHER:
    case SCATTER_ADD: {
      bool done = true;
      withType(x.dtype, [&](auto zero) {
        using T = decltype(zero);
        done = kind == GATHER ? gather<T>(program, x, status) : scatterAdd<T>(program, x, status);
      });
      return done;
    }
    case CUMSUM:
      withType(x.dtype, [&](auto zero) { cumsum<decltype(zero)>(program, x); });
      break;
    case ARGMAX:
      withType(x.dtype, [&](auto zero) { argmax<decltype(zero)>(program, x); });
      break;
    case ARGSORT:
      withType(x.dtype, [&](auto zero) { argsort<decltype(zero)>(program, x); });
      break;
    case THREEFRY:
      if (x.n > 0)
        program.kernels->threefry(pointer<uint32_t>(program, x.out), pointer<const uint32_t>(program, x.x),
                                  pointer<const uint32_t>(program, x.indices), x.n);
      break;
    default:
      randomBits(program, x, threads);
  }
  return true;
}

}  // namespace puregrad
