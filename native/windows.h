// Windows that move over images: the sizes of src/core/kernel/windows.ts, and where output, tap and input meet.
#pragma once
#include "routines.h"

namespace puregrad {

// stride·o + dilation·k − low = inputDilation·i for output o, tap k and input i.
struct WindowAxis {
  int64_t input, taps, output, stride, dilation, inputDilation, low;
};

constexpr int windowSizeCount = 28;

struct Windows {
  int64_t images, groups, inside, outside;
  WindowAxis axes[3];
  int64_t channels, width, inputPixels, outputPixels, taps;
};

// False where there are no such windows, or positions leave 40 bits.
inline bool windowsOf(const int64_t *sizes, Windows &w) {
  w.images = sizes[0];
  w.groups = sizes[1];
  w.inside = sizes[2];
  w.outside = sizes[3];
  double positions = 1;
  w.inputPixels = w.outputPixels = w.taps = 1;
  for (int axis = 0; axis < 3; axis++) {
    const int64_t *s = sizes + 4 + axis * 8;
    w.axes[axis] = {s[0], s[1], s[2], s[3], s[4], s[5], s[6] - s[7]};
    if (s[1] < 1 || s[3] < 1 || s[4] < 1 || s[5] < 1) return false;
    const double reach = static_cast<double>(s[3]) * static_cast<double>(s[2]) +
                         static_cast<double>(s[4]) * static_cast<double>(s[1]) + static_cast<double>(s[5]) * static_cast<double>(s[0]);
    positions *= reach + 1;
    if (reach > 1099511627776.0 || positions > 1099511627776.0) return false;
  }
  for (const WindowAxis &axis : w.axes) {
    w.inputPixels *= axis.input;
    w.outputPixels *= axis.output;
    w.taps *= axis.taps;
  }
  w.channels = elementsOf(w.groups, w.inside);
  w.width = elementsOf(w.groups, w.outside);
  return w.groups > 0 && w.channels >= 0 && w.width >= 0;
}

// Where an output meets a tap along one axis: an input, a zero outside, or nothing between two inputs.
constexpr int64_t nowhere = -1, between = -2;

inline int64_t meetingOf(const WindowAxis &axis, int64_t output, int64_t tap) {
  const int64_t at = axis.stride * output + axis.dilation * tap - axis.low;
  if (at % axis.inputDilation != 0) return between;
  const int64_t i = at / axis.inputDilation;
  return i < 0 || i >= axis.input ? nowhere : i;
}

// visit(tap, input pixel or `nowhere`) for each tap that a pixel of one image meets, in ascending order.
template <class Visit>
inline __attribute__((always_inline)) void eachTap(const Windows &w, int64_t pixel, const Visit &visit) {
  const WindowAxis &deep = w.axes[0], &high = w.axes[1], &wide = w.axes[2];
  const int64_t x = pixel % wide.output, y = pixel / wide.output % high.output, z = pixel / wide.output / high.output;
  for (int64_t a = 0; a < deep.taps; a++) {
    const int64_t i = meetingOf(deep, z, a);
    if (i == between) continue;
    for (int64_t b = 0; b < high.taps; b++) {
      const int64_t j = meetingOf(high, y, b);
      if (j == between) continue;
      for (int64_t c = 0; c < wide.taps; c++) {
        const int64_t k = meetingOf(wide, x, c);
        if (k == between) continue;
        const bool outside = i == nowhere || j == nowhere || k == nowhere;
        visit((a * high.taps + b) * wide.taps + c, outside ? nowhere : (i * high.input + j) * wide.input + k);
      }
    }
  }
}

}  // namespace puregrad
