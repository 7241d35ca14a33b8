// What the files of the convolution offer each other: one part of the work, for each width of vectors.
#pragma once
#include "windows.h"

namespace puregrad {

// Neighbouring elements of a padded image from `image` on, behind the first element of a pixel, that meet neighbouring rows of
// the kernel from `row` on.
struct Run {
  int64_t image, row, length;
};

// A padded image or, where nothing is outside, the image itself: its sizes and what lies before.
struct Surround {
  int64_t sizes[3], before[3];
  bool needed;
  int64_t pixels() const { return sizes[0] * sizes[1] * sizes[2]; }
};

template <class T>
struct ConvolutionWork {
  const Windows *w;
  Surround around;
  const T *x, *kernel, *y;
  T *out;
  // Working memory of a thread: a padded image, runs, and what a routine has of its own.
  T *image;
  Run *runs;
  T *own;
};

// A part of the pixels of an image: of so many slices one.
struct ConvolutionPart {
  int64_t image, slice, slices;
};

struct ConvolutionKernels {
  // out[part] = x * kernel, where `own` of the work is the kernel in panels.
  void (*convolveSingle)(const ConvolutionWork<float> &, const ConvolutionPart &);
  void (*convolveTwice)(const ConvolutionWork<double> &, const ConvolutionPart &);
  // out += x of the part at each tap ⊗ y, `own` being room for `correlationRoom` elements.
  void (*correlateSingle)(const ConvolutionWork<float> &, const ConvolutionPart &);
  void (*correlateTwice)(const ConvolutionWork<double> &, const ConvolutionPart &);
  // The kernel in panels of columns, as `convolve` reads it.
  void (*packSingle)(const Windows &, const float *kernel, float *panels);
  void (*packTwice)(const Windows &, const double *kernel, double *panels);
};

// Pixels that a correlation takes at once, so that they stay in the first-level cache, and columns of a panel at most.
constexpr int64_t correlationPixels = 128, mostColumns = 64;
constexpr int64_t correlationRoom = correlationPixels * mostColumns;

namespace generic {
extern const ConvolutionKernels convolutionKernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const ConvolutionKernels convolutionKernels;
}
namespace avx512 {
extern const ConvolutionKernels convolutionKernels;
}
#endif

// In one order and with one rounding, as reproducible programs have it; `sums` has room for a row of outputs, and for a kernel.
template <class T>
void convolveReproducibly(const Windows &, const T *x, const T *kernel, T *out, int64_t image, double *sums);
template <class T>
void correlateReproducibly(const Windows &, const T *x, const T *y, T *out, double *sums);

}  // namespace puregrad
