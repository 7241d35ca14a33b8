// Convolution in the order of src/core/kernel/convolution.ts: each element one sum in a double over ascending taps and
// channels, or over ascending pixels, rounded once.
#include "convolution.h"

namespace puregrad {

template <class T>
void convolveReproducibly(const Windows &w, const T *x, const T *kernel, T *out, int64_t image, double *sums) {
  const T *from = x + image * w.inputPixels * w.channels;
  T *to = out + image * w.outputPixels * w.width;
  for (int64_t pixel = 0; pixel < w.outputPixels; pixel++, to += w.width) {
    for (int64_t j = 0; j < w.width; j++) sums[j] = 0;
    eachTap(w, pixel, [&](int64_t tap, int64_t source) {
      for (int64_t group = 0; group < w.groups; group++)
        for (int64_t c = 0; c < w.inside; c++) {
          const double value = source < 0 ? 0 : static_cast<double>(from[source * w.channels + group * w.inside + c]);
          const T *row = kernel + (tap * w.inside + c) * w.width;
          for (int64_t j = group * w.outside; j < (group + 1) * w.outside; j++) sums[j] += value * static_cast<double>(row[j]);
        }
    });
    for (int64_t j = 0; j < w.width; j++) to[j] = static_cast<T>(sums[j]);
  }
}

template <class T>
void correlateReproducibly(const Windows &w, const T *x, const T *y, T *out, double *sums) {
  const int64_t size = w.taps * w.inside * w.width;
  for (int64_t i = 0; i < size; i++) sums[i] = 0;
  for (int64_t image = 0; image < w.images; image++) {
    const T *from = x + image * w.inputPixels * w.channels;
    for (int64_t pixel = 0; pixel < w.outputPixels; pixel++, y += w.width)
      eachTap(w, pixel, [&](int64_t tap, int64_t source) {
        for (int64_t group = 0; group < w.groups; group++)
          for (int64_t c = 0; c < w.inside; c++) {
            const double value = source < 0 ? 0 : static_cast<double>(from[source * w.channels + group * w.inside + c]);
            double *row = sums + (tap * w.inside + c) * w.width;
            for (int64_t j = group * w.outside; j < (group + 1) * w.outside; j++) row[j] += value * static_cast<double>(y[j]);
          }
      });
  }
  for (int64_t i = 0; i < size; i++) out[i] = static_cast<T>(sums[i]);
}

template void convolveReproducibly(const Windows &, const float *, const float *, float *, int64_t, double *);
template void convolveReproducibly(const Windows &, const double *, const double *, double *, int64_t, double *);
template void correlateReproducibly(const Windows &, const float *, const float *, float *, double *);
template void correlateReproducibly(const Windows &, const double *, const double *, double *, double *);

}  // namespace puregrad
