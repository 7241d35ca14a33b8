// The largest elements of windows: at which tap they are, the elements at taps, and elements put back at taps. Channels
// lie next to each other, so each loop over them is one over vectors.
#include <cstddef>
#include "thread_pool.h"
#include "windows.h"

namespace puregrad {
namespace {

constexpr int channelBlock = 64;

template <class T>
struct Work {
  Windows w;
  const T *x, *taps;
  T *out;
  double *sums;
};

template <class T>
void argmaxOf(const Work<T> &work, int64_t pixel, const T *image, T *to) {
  const int64_t channels = work.w.channels;
  for (int64_t c0 = 0; c0 < channels; c0 += channelBlock) {
    const int n = static_cast<int>(channels - c0 < channelBlock ? channels - c0 : channelBlock);
    T best[channelBlock], at[channelBlock];
    bool first = true;
    eachTap(work.w, pixel, [&](int64_t tap, int64_t source) {
      if (source < 0) return;
      const T *from = image + source * channels + c0;
      const T number = static_cast<T>(tap);
      if (first) {
        first = false;
        __builtin_memcpy(best, from, static_cast<size_t>(n) * sizeof(T));
        for (int c = 0; c < n; c++) at[c] = number;
        return;
      }
      for (int c = 0; c < n; c++) {
        // Larger, or the first NaN.
        const bool takes = !(from[c] <= best[c]) & (best[c] == best[c]);
        best[c] = takes ? from[c] : best[c];
        at[c] = takes ? number : at[c];
      }
    });
    if (!first) __builtin_memcpy(to + c0, at, static_cast<size_t>(n) * sizeof(T));
    else
      for (int c = 0; c < n; c++) to[c0 + c] = -1;
  }
}

template <class T>
void argmaxImage(void *context, int64_t image, int) {
  const Work<T> &work = *static_cast<const Work<T> *>(context);
  const Windows &w = work.w;
  const T *x = work.x + image * w.inputPixels * w.channels;
  T *out = work.out + image * w.outputPixels * w.channels;
  for (int64_t pixel = 0; pixel < w.outputPixels; pixel++) argmaxOf(work, pixel, x, out + pixel * w.channels);
}

template <class T>
void takeImage(void *context, int64_t image, int) {
  const Work<T> &work = *static_cast<const Work<T> *>(context);
  const Windows &w = work.w;
  const int64_t channels = w.channels;
  const T *x = work.x + image * w.inputPixels * channels;
  for (int64_t pixel = 0; pixel < w.outputPixels; pixel++) {
    const int64_t at = (image * w.outputPixels + pixel) * channels;
    T *out = work.out + at;
    const T *taps = work.taps + at;
    __builtin_memset(out, 0, static_cast<size_t>(channels) * sizeof(T));
    eachTap(w, pixel, [&](int64_t tap, int64_t source) {
      if (source < 0) return;
      const T *from = x + source * channels;
      const T number = static_cast<T>(tap);
      for (int64_t c = 0; c < channels; c++) out[c] = taps[c] == number ? from[c] : out[c];
    });
  }
}

// Adds in S, the element's own type or a double.
template <class T, class S>
void putImage(const Work<T> &work, int64_t image, S *sums) {
  const Windows &w = work.w;
  const int64_t channels = w.channels;
  __builtin_memset(sums, 0, static_cast<size_t>(w.inputPixels * channels) * sizeof(S));
  for (int64_t pixel = 0; pixel < w.outputPixels; pixel++) {
    const int64_t at = (image * w.outputPixels + pixel) * channels;
    const T *y = work.x + at, *taps = work.taps + at;
    eachTap(w, pixel, [&](int64_t tap, int64_t source) {
      if (source < 0) return;
      S *to = sums + source * channels;
      const T number = static_cast<T>(tap);
      for (int64_t c = 0; c < channels; c++) to[c] = taps[c] == number ? to[c] + static_cast<S>(y[c]) : to[c];
    });
  }
}

template <class T>
void putOwn(void *context, int64_t image, int) {
  const Work<T> &work = *static_cast<const Work<T> *>(context);
  putImage(work, image, work.out + image * work.w.inputPixels * work.w.channels);
}

// One order and one rounding, as reproducible programs have it.
template <class T>
void putRounded(const Work<T> &work) {
  const int64_t each = work.w.inputPixels * work.w.channels;
  for (int64_t image = 0; image < work.w.images; image++) {
    putImage(work, image, work.sums);
    T *out = work.out + image * each;
    for (int64_t i = 0; i < each; i++) out[i] = static_cast<T>(work.sums[i]);
  }
}

double costOf(const Windows &w) {
  return static_cast<double>(w.images) * static_cast<double>(w.outputPixels) * static_cast<double>(w.taps) *
         (4 + 0.3 * static_cast<double>(w.channels));
}

bool plain(const int64_t *sizes, Windows &w) { return windowsOf(sizes, w) && w.groups == 1 && w.inside == w.outside; }

template <class T>
Work<T> workOf(const RoutineCall &call) {
  Work<T> work{};
  windowsOf(call.sizes, work.w);
  work.x = static_cast<const T *>(call.reads[0]);
  work.taps = static_cast<const T *>(call.reads[1]);
  work.out = static_cast<T *>(call.out);
  work.sums = reinterpret_cast<double *>(call.scratch == nullptr ? nullptr : call.scratch[0]);
  return work;
}

template <class T>
void eachImage(const RoutineCall &call, void (*task)(void *, int64_t, int)) {
  Work<T> work = workOf<T>(call);
  if (work.w.channels == 0) return;
  parallel(call.threads, work.w.images, task, &work, costOf(work.w));
}

bool argmaxReach(DType, const int64_t *sizes, RoutineReach &arrays) {
  Windows w;
  if (!plain(sizes, w)) return false;
  arrays.arrays = 1;
  arrays.reads[0] = elementsOf(w.images, w.inputPixels, w.channels);
  arrays.writes = elementsOf(w.images, w.outputPixels, w.channels);
  arrays.cost = costOf(w);
  return true;
}

bool takeReach(DType dtype, const int64_t *sizes, RoutineReach &arrays) {
  if (!argmaxReach(dtype, sizes, arrays)) return false;
  arrays.arrays = 2;
  arrays.reads[1] = arrays.writes;
  return true;
}

bool putReach(DType dtype, const int64_t *sizes, RoutineReach &arrays) {
  Windows w;
  if (!takeReach(dtype, sizes, arrays) || !plain(sizes, w)) return false;
  const int64_t input = arrays.reads[0];
  arrays.reads[0] = arrays.writes;
  arrays.writes = input;
  arrays.scratchBytes = elementsOf(w.inputPixels, w.channels, 8);
  return true;
}

void argmaxRun(const RoutineCall &call) {
  if (call.dtype == F32) eachImage<float>(call, argmaxImage<float>);
  else eachImage<double>(call, argmaxImage<double>);
}

void takeRun(const RoutineCall &call) {
  if (call.dtype == F32) eachImage<float>(call, takeImage<float>);
  else eachImage<double>(call, takeImage<double>);
}

void putRun(const RoutineCall &call) {
  if (call.dtype == F32 && call.reproducible) putRounded(workOf<float>(call));
  else if (call.dtype == F32) eachImage<float>(call, putOwn<float>);
  else eachImage<double>(call, putOwn<double>);
}

}  // namespace

extern const Routine windowArgmaxRoutine = {"windowArgmax", windowSizeCount, argmaxReach, argmaxRun};
extern const Routine windowTakeRoutine = {"windowTake", windowSizeCount, takeReach, takeRun};
extern const Routine windowPutRoutine = {"windowPut", windowSizeCount, putReach, putRun};

}  // namespace puregrad
