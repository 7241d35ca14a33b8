import type { FloatBuffer, Routine } from './routine.ts'
import {
  areWindowSizes,
  axesOf,
  eachMeeting,
  windowElements,
  windowSizes,
  windowsOf,
  type WindowSteps,
} from './windows.ts'

/*
 * Images [images, …space, channels], kernels […taps, inside, groups · outside]; sizes are those of windows.ts. Every
 * element is one sum in a double, over taps and channels or over pixels, ascending, rounded once.
 */

/** Each output pixel: the sum over its taps of input pixel times matrix of the tap, within each group. */
const convolve = (sizes: readonly number[], [x, kernel]: readonly FloatBuffer[], out: FloatBuffer): void => {
  const windows = windowsOf(sizes)
  const { groups, inside, outside } = windows
  const [channels, width] = [groups * inside, groups * outside]
  const sums = new Float64Array(width)
  eachMeeting(
    windows,
    (_, tap, source) => {
      for (let group = 0; group < groups; group++)
        for (let c = 0; c < inside; c++) {
          const value = source < 0 ? 0 : x![source * channels + group * inside + c]!
          const row = (tap * inside + c) * width
          const end = (group + 1) * outside
          for (let j = group * outside; j < end; j++) sums[j]! += value * kernel![row + j]!
        }
    },
    (pixel) => {
      out.set(sums, pixel * width)
      sums.fill(0)
    },
  )
}

/** Each tap: the sum over the pixels where input and output meet at it of input pixel ⊗ output pixel, within each group. */
const correlate = (sizes: readonly number[], [x, y]: readonly FloatBuffer[], out: FloatBuffer): void => {
  const windows = windowsOf(sizes)
  const { groups, inside, outside } = windows
  const [channels, width] = [groups * inside, groups * outside]
  const sums = new Float64Array(windowElements(windows).taps * inside * width)
  eachMeeting(windows, (pixel, tap, source) => {
    for (let group = 0; group < groups; group++)
      for (let c = 0; c < inside; c++) {
        const value = source < 0 ? 0 : x![source * channels + group * inside + c]!
        const row = (tap * inside + c) * width
        const from = pixel * width
        const end = (group + 1) * outside
        for (let j = group * outside; j < end; j++) sums[row + j]! += value * y![from + j]!
      }
  })
  out.set(sums)
}

/** Of the three arrays that meet: images, outputs and the kernel. */
const elementsOf = (
  sizes: readonly number[],
): { readonly input: number; readonly output: number; readonly kernel: number } | undefined => {
  if (!areWindowSizes(sizes)) return undefined
  const windows = windowsOf(sizes)
  const { input, output, taps } = windowElements(windows)
  return { input, output, kernel: taps * windows.inside * windows.groups * windows.outside }
}

/** Multiplications with additions. */
const work = (sizes: readonly number[]): number => {
  const windows = windowsOf(sizes)
  const { output, taps } = windowElements(windows)
  return windows.axes.reduce(
    (each, { inputDilation }) => each / inputDilation,
    output * taps * windows.inside,
  )
}

export const convolutionRoutine: Routine<'convolution'> = {
  name: 'convolution',
  reach: (sizes) => {
    const elements = elementsOf(sizes)
    return elements && { reads: [elements.input, elements.kernel], writes: elements.output }
  },
  work,
  run: convolve,
  native: true,
}

export const correlationRoutine: Routine<'correlation'> = {
  name: 'correlation',
  reach: (sizes) => {
    const elements = elementsOf(sizes)
    return elements && { reads: [elements.input, elements.output], writes: elements.kernel }
  },
  work,
  run: correlate,
  native: true,
}

/** The sizes for images of a shape, taps, channels of the output and how the kernel moves. */
export const convolutionSizes = (
  images: readonly number[],
  taps: readonly number[],
  width: number,
  params: WindowSteps & { readonly groups: number },
): readonly number[] => {
  const [last, { groups }] = [images.length - 1, params]
  return windowSizes({
    images: images[0]!,
    groups,
    inside: images[last]! / groups,
    outside: width / groups,
    axes: axesOf(images.slice(1, last), taps, params),
  })
}
