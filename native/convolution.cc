// Convolutions and their adjoints in the kernel, spread over threads: images are parts, and slices of them where there are
// few.
#include "convolution.h"
#include <cstddef>
#include "isa.h"
#include "thread_pool.h"

namespace puregrad {
namespace {

const ConvolutionKernels &kernels() {
  switch (isa()) {
#if defined(__x86_64__)
    case Isa::avx512:
      return avx512::convolutionKernels;
    case Isa::avx2:
      return avx2::convolutionKernels;
#endif
    default:
      return generic::convolutionKernels;
  }
}

// How far windows reach: positions before the first input and behind the last one.
Surround surroundOf(const Windows &w) {
  Surround around{};
  for (int axis = 0; axis < 3; axis++) {
    const WindowAxis &a = w.axes[axis];
    const int64_t last = a.stride * (a.output - 1) + a.dilation * (a.taps - 1) - a.low;
    const int64_t before = a.low > 0 ? (a.low + a.inputDilation - 1) / a.inputDilation : 0;
    const int64_t end = last < 0 ? 0 : last / a.inputDilation + 1;
    const int64_t behind = end > a.input ? end - a.input : 0;
    around.before[axis] = before;
    around.sizes[axis] = before + a.input + behind;
    around.needed = around.needed || before > 0 || behind > 0;
  }
  return around;
}

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

// Where the pieces of a thread's memory begin.
struct Room {
  int64_t runs, kernel, own, end;
};

template <class T>
Room roomOf(const Windows &w, const Surround &around) {
  constexpr int64_t bytes = sizeof(T);
  const int64_t image = around.needed ? elementsOf(around.sizes[0], around.sizes[1], around.sizes[2], w.channels, bytes) : 0;
  const int64_t runs = elementsOf(w.taps, sizeof(Run));
  const int64_t kernel = elementsOf(w.taps, w.inside, w.width, bytes);
  if (image < 0 || runs < 0 || kernel < 0) return {0, 0, 0, -1};
  Room room{};
  room.runs = aligned(image);
  room.kernel = room.runs + aligned(runs);
  room.own = room.kernel + aligned(kernel);
  room.end = room.own + correlationRoom * bytes;
  return room;
}

double workOf(const Windows &w) {
  double work = static_cast<double>(w.images) * static_cast<double>(w.outputPixels) * static_cast<double>(w.taps) *
                static_cast<double>(w.inside) * static_cast<double>(w.width);
  for (const WindowAxis &axis : w.axes) work /= static_cast<double>(axis.inputDilation);
  return work;
}

double costOf(DType dtype, const Windows &w) { return workOf(w) * (dtype == F32 ? 0.02 : 0.04) + 50; }

template <class T>
struct Spread {
  ConvolutionWork<T> work;
  const RoutineCall *call;
  Room room;
  const ConvolutionKernels *kernels;
  int64_t slices, parts;
};

void run(const ConvolutionKernels &k, const ConvolutionWork<float> &work, const ConvolutionPart &part) { k.convolveSingle(work, part); }
void run(const ConvolutionKernels &k, const ConvolutionWork<double> &work, const ConvolutionPart &part) { k.convolveTwice(work, part); }
void add(const ConvolutionKernels &k, const ConvolutionWork<float> &work, const ConvolutionPart &part) { k.correlateSingle(work, part); }
void add(const ConvolutionKernels &k, const ConvolutionWork<double> &work, const ConvolutionPart &part) { k.correlateTwice(work, part); }
void pack(const ConvolutionKernels &k, const Windows &w, const float *kernel, float *to) { k.packSingle(w, kernel, to); }
void pack(const ConvolutionKernels &k, const Windows &w, const double *kernel, double *to) { k.packTwice(w, kernel, to); }

// The work with the memory of a thread.
template <class T>
ConvolutionWork<T> onThread(const Spread<T> &spread, int thread) {
  ConvolutionWork<T> work = spread.work;
  char *const memory = spread.call->scratch[thread];
  work.image = reinterpret_cast<T *>(memory);
  work.runs = reinterpret_cast<Run *>(memory + spread.room.runs);
  return work;
}

template <class T>
void convolveTask(void *context, int64_t index, int thread) {
  const Spread<T> &spread = *static_cast<const Spread<T> *>(context);
  run(*spread.kernels, onThread(spread, thread), {index / spread.slices, index % spread.slices, spread.slices});
}

// A thread for each part, with sums of its own.
template <class T>
void correlateTask(void *context, int64_t index, int thread) {
  const Spread<T> &spread = *static_cast<const Spread<T> *>(context);
  const Windows &w = *spread.work.w;
  ConvolutionWork<T> work = onThread(spread, thread);
  char *const memory = spread.call->scratch[thread];
  work.own = reinterpret_cast<T *>(memory + spread.room.own);
  if (index > 0) work.out = reinterpret_cast<T *>(spread.call->scratch[index] + spread.room.kernel);
  __builtin_memset(work.out, 0, static_cast<size_t>(w.taps * w.inside * w.width) * sizeof(T));
  const int64_t units = w.images * spread.slices;
  for (int64_t unit = units * index / spread.parts; unit < units * (index + 1) / spread.parts; unit++)
    add(*spread.kernels, work, {unit / spread.slices, unit % spread.slices, spread.slices});
}

template <class T>
Spread<T> spreadOf(const RoutineCall &call, const Windows &w) {
  Spread<T> spread{};
  spread.work.w = &w;
  spread.work.around = surroundOf(w);
  spread.work.x = static_cast<const T *>(call.reads[0]);
  spread.work.out = static_cast<T *>(call.out);
  spread.call = &call;
  spread.room = roomOf<T>(w, spread.work.around);
  spread.kernels = &kernels();
  spread.slices = w.images >= call.threads || w.images == 0 ? 1 : (call.threads + w.images - 1) / w.images;
  return spread;
}

template <class T>
struct Exactly {
  const Windows *w;
  const RoutineCall *call;
};

template <class T>
void convolveImage(void *context, int64_t image, int thread) {
  const Exactly<T> &work = *static_cast<const Exactly<T> *>(context);
  convolveReproducibly(*work.w, static_cast<const T *>(work.call->reads[0]), static_cast<const T *>(work.call->reads[1]),
                       static_cast<T *>(work.call->out), image, reinterpret_cast<double *>(work.call->scratch[thread]));
}

template <class T>
void convolve(const RoutineCall &call) {
  Windows w;
  windowsOf(call.sizes, w);
  if (call.reproducible) {
    Exactly<T> work{&w, &call};
    return parallel(call.threads, w.images, convolveImage<T>, &work, 20 * workOf(w));
  }
  Spread<T> spread = spreadOf<T>(call, w);
  spread.work.kernel = static_cast<const T *>(call.reads[1]);
  spread.work.own = reinterpret_cast<T *>(call.scratch[0] + spread.room.kernel);
  pack(*spread.kernels, w, spread.work.kernel, spread.work.own);
  parallel(call.threads, w.images * spread.slices, convolveTask<T>, &spread, costOf(call.dtype, w));
}

template <class T>
void correlate(const RoutineCall &call) {
  Windows w;
  windowsOf(call.sizes, w);
  if (call.reproducible)
    return correlateReproducibly(w, static_cast<const T *>(call.reads[0]), static_cast<const T *>(call.reads[1]),
                                 static_cast<T *>(call.out), reinterpret_cast<double *>(call.scratch[0]));
  Spread<T> spread = spreadOf<T>(call, w);
  spread.work.y = static_cast<const T *>(call.reads[1]);
  const int64_t units = w.images * spread.slices;
  // A thread is worth its start from some work on.
  const int64_t most = static_cast<int64_t>(workOf(w) / 2e5);
  spread.parts = call.threads < units ? call.threads : units;
  if (spread.parts > most) spread.parts = most;
  if (spread.parts < 1) spread.parts = 1;
  parallel(static_cast<int>(spread.parts), spread.parts, correlateTask<T>, &spread, costOf(call.dtype, w));
  const int64_t size = w.taps * w.inside * w.width;
  T *const out = spread.work.out;
  for (int64_t part = 1; part < spread.parts; part++) {
    const T *const other = reinterpret_cast<const T *>(call.scratch[part] + spread.room.kernel);
    for (int64_t i = 0; i < size; i++) out[i] += other[i];
  }
}

bool reachOf(DType dtype, const int64_t *sizes, RoutineReach &arrays, bool adjoint) {
  Windows w;
  if (!windowsOf(sizes, w)) return false;
  const int64_t input = elementsOf(w.images, w.inputPixels, w.channels), output = elementsOf(w.images, w.outputPixels, w.width);
  const int64_t kernel = elementsOf(w.taps, w.inside, w.width);
  const Surround around = surroundOf(w);
  const int64_t room = (dtype == F32 ? roomOf<float>(w, around) : roomOf<double>(w, around)).end;
  // In a reproducible program sums of a row of outputs, or of a kernel.
  const int64_t exact = elementsOf(adjoint ? (kernel < 0 ? 0 : kernel) : w.width, 8);
  if (room < 0 || exact < 0) return false;
  arrays.arrays = 2;
  arrays.reads[0] = input;
  arrays.reads[1] = adjoint ? output : kernel;
  arrays.writes = adjoint ? kernel : output;
  arrays.scratchBytes = room > exact ? room : exact;
  arrays.cost = costOf(dtype, w);
  return true;
}

bool convolutionReach(DType dtype, const int64_t *sizes, RoutineReach &arrays) { return reachOf(dtype, sizes, arrays, false); }
bool correlationReach(DType dtype, const int64_t *sizes, RoutineReach &arrays) { return reachOf(dtype, sizes, arrays, true); }

void convolutionRun(const RoutineCall &call) {
  if (call.dtype == F32) convolve<float>(call);
  else convolve<double>(call);
}

void correlationRun(const RoutineCall &call) {
  if (call.dtype == F32) correlate<float>(call);
  else correlate<double>(call);
}

}  // namespace

extern const Routine convolutionRoutine = {"convolution", windowSizeCount, convolutionReach, convolutionRun};
extern const Routine correlationRoutine = {"correlation", windowSizeCount, correlationReach, correlationRun};

}  // namespace puregrad
