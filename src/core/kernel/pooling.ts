import type { FloatBuffer, Routine, RoutineReach } from './routine.ts'
import {
  areWindowSizes,
  axesOf,
  eachMeeting,
  windowElements,
  windowSizes,
  windowsOf,
  type WindowAxis,
} from './windows.ts'

/* One group of as many channels inside as outside, sizes as in windows.ts: every channel is on its own. */

/** How windows move, a number for each axis of space; `low` and `high` is what they reach beyond the image. */
export interface WindowParameters {
  readonly taps: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

export const windowAxes = (space: readonly number[], params: WindowParameters): readonly WindowAxis[] =>
  axesOf(space, params.taps, { ...params, inputDilation: space.map(() => 1) })

/** The sizes for images of a shape. */
export const poolingSizes = (images: readonly number[], params: WindowParameters): readonly number[] => {
  const last = images.length - 1
  return windowSizes({
    images: images[0]!,
    groups: 1,
    inside: images[last]!,
    outside: images[last]!,
    axes: windowAxes(images.slice(1, last), params),
  })
}

/** The tap of each window where its largest element is, the first of several and of NaNs; what lies outside is smaller. */
const windowArgmaxes = (sizes: readonly number[], [x]: readonly FloatBuffer[], out: FloatBuffer): void => {
  const windows = windowsOf(sizes)
  const channels = windows.inside
  const best = new Float64Array(channels)
  const taps = new Int32Array(channels).fill(-1)
  eachMeeting(
    windows,
    (_, tap, source) => {
      if (source < 0) return
      for (let c = 0, from = source * channels; c < channels; c++, from++) {
        const value = x![from]!
        const known = best[c]!
        if (taps[c]! >= 0 && (known !== known || value <= known)) continue
        best[c] = value
        taps[c] = tap
      }
    },
    (pixel) => {
      out.set(taps, pixel * channels)
      taps.fill(-1)
    },
  )
}

/** Of each window the element at the tap that is given for it. */
const takeFromWindows = (
  sizes: readonly number[],
  [x, taps]: readonly FloatBuffer[],
  out: FloatBuffer,
): void => {
  const windows = windowsOf(sizes)
  const channels = windows.inside
  out.fill(0)
  eachMeeting(windows, (pixel, tap, source) => {
    if (source < 0) return
    for (let c = 0, at = pixel * channels; c < channels; c++, at++)
      if (taps![at] === tap) out[at] = x![source * channels + c]!
  })
}

/** The adjoint: each element added to zeros at the tap that is given for its window, in one double rounded once. */
const putIntoWindows = (
  sizes: readonly number[],
  [y, taps]: readonly FloatBuffer[],
  out: FloatBuffer,
): void => {
  const windows = windowsOf(sizes)
  const channels = windows.inside
  const sums = new Float64Array(windowElements(windows).input)
  eachMeeting(windows, (pixel, tap, source) => {
    if (source < 0) return
    for (let c = 0, at = pixel * channels; c < channels; c++, at++)
      if (taps![at] === tap) sums[source * channels + c]! += y![at]!
  })
  out.set(sums)
}

/** The routine of a function of windows, by its arrays: the images, and one element for each window. */
const windowRoutine = <N extends string>(
  name: N,
  arrays: (input: number, output: number) => RoutineReach,
  run: (sizes: readonly number[], reads: readonly FloatBuffer[], out: FloatBuffer) => void,
): Routine<N> => ({
  name,
  reach: (sizes) => {
    if (!areWindowSizes(sizes)) return undefined
    const windows = windowsOf(sizes)
    if (windows.groups !== 1 || windows.inside !== windows.outside) return undefined
    const { input, output } = windowElements(windows)
    return arrays(input, output)
  },
  work: (sizes) => {
    const { output, taps } = windowElements(windowsOf(sizes))
    return output * taps
  },
  run,
  native: true,
})

export const windowArgmaxRoutine = /* @__PURE__ */ windowRoutine(
  'windowArgmax',
  (input, output) => ({ reads: [input], writes: output }),
  windowArgmaxes,
)

export const windowTakeRoutine = /* @__PURE__ */ windowRoutine(
  'windowTake',
  (input, output) => ({ reads: [input, output], writes: output }),
  takeFromWindows,
)

export const windowPutRoutine = /* @__PURE__ */ windowRoutine(
  'windowPut',
  (input, output) => ({ reads: [output, output], writes: input }),
  putIntoWindows,
)
