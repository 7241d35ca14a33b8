import { sizeOf } from '../tensor/shape.ts'

/**
 * One axis of space: output `o` meets tap `k` at the input `i` with `stride·o + dilation·k − low = inputDilation·i`.
 * Where there is no such whole number, the tap falls between two inputs and adds nothing; where it is outside of the input,
 * there is a zero.
 */
export interface WindowAxis {
  readonly input: number
  readonly taps: number
  readonly output: number
  readonly stride: number
  readonly dilation: number
  readonly inputDilation: number
  readonly low: number
}

/** How windows move, a number for each axis of space. */
export interface WindowSteps {
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  readonly inputDilation: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** From the first of so many elements to the last, with gaps between them. */
export const extentOf = (size: number, dilation: number): number =>
  size === 0 ? 0 : dilation * (size - 1) + 1

/** Axes of space from sizes of the input and numbers of taps. */
export const axesOf = (
  space: readonly number[],
  taps: readonly number[],
  { strides, dilation, inputDilation, low, high }: WindowSteps,
): readonly WindowAxis[] =>
  space.map((input, axis) => {
    const [stride, apart, gap] = [strides[axis]!, dilation[axis]!, inputDilation[axis]!]
    const room = extentOf(input, gap) + low[axis]! + high[axis]! - extentOf(taps[axis]!, apart)
    return {
      input,
      taps: taps[axis]!,
      output: Math.max(0, Math.floor(room / stride) + 1),
      stride,
      dilation: apart,
      inputDilation: gap,
      low: low[axis]!,
    }
  })

/** Windows that move over images `[images, …space, groups · inside]` and give `[images, …space, groups · outside]`. */
export interface Windows {
  readonly images: number
  readonly groups: number
  /** Channels of one group of the input, and of the output. */
  readonly inside: number
  readonly outside: number
  /** One to three. */
  readonly axes: readonly WindowAxis[]
}

const perAxis = 8

const single: WindowAxis = {
  input: 1,
  taps: 1,
  output: 1,
  stride: 1,
  dilation: 1,
  inputDilation: 1,
  low: 0,
}

/** As a list of whole numbers of 0 or more, the first four and eight for each of three axes: of `low` there are both signs. */
export const windowSizes = ({ images, groups, inside, outside, axes }: Windows): readonly number[] => [
  images,
  groups,
  inside,
  outside,
  ...[single, single, ...axes]
    .slice(-3)
    .flatMap(({ input, taps, output, stride, dilation, inputDilation, low }) => [
      input,
      taps,
      output,
      stride,
      dilation,
      inputDilation,
      Math.max(low, 0),
      Math.max(-low, 0),
    ]),
]

/** The inverse of {@link windowSizes}, with three axes always. */
export const windowsOf = (sizes: readonly number[]): Windows => {
  const [images = 0, groups = 0, inside = 0, outside = 0] = sizes
  const axes = [0, 1, 2].map((axis): WindowAxis => {
    const at = (i: number): number => sizes[4 + axis * perAxis + i]!
    return {
      input: at(0),
      taps: at(1),
      output: at(2),
      stride: at(3),
      dilation: at(4),
      inputDilation: at(5),
      low: at(6) - at(7),
    }
  })
  return { images, groups, inside, outside, axes }
}

/** Whether a list of numbers describes windows. */
export const areWindowSizes = (sizes: readonly number[]): boolean =>
  sizes.length === 4 + 3 * perAxis &&
  sizes.every((n) => Number.isInteger(n) && n >= 0 && n < 2 ** 31) &&
  windowsOf(sizes).groups > 0 &&
  windowsOf(sizes).axes.every(
    ({ taps, stride, dilation, inputDilation }) => Math.min(taps, stride, dilation, inputDilation) > 0,
  )

/** Numbers of elements of what windows work on. */
export const windowElements = ({
  images,
  groups,
  inside,
  outside,
  axes,
}: Windows): { readonly input: number; readonly output: number; readonly taps: number } => ({
  input: images * sizeOf(axes.map((axis) => axis.input)) * groups * inside,
  output: images * sizeOf(axes.map((axis) => axis.output)) * groups * outside,
  taps: sizeOf(axes.map(({ taps }) => taps)),
})

/** Outside of the input. */
const nowhere = -1
/** Between two inputs. */
const between = -2

/** The input position of each output and tap. */
const placesOf = ({ input, taps, output, stride, dilation, inputDilation, low }: WindowAxis): Int32Array => {
  const places = new Int32Array(output * taps)
  for (let o = 0; o < output; o++)
    for (let k = 0; k < taps; k++) {
      const at = stride * o + dilation * k - low
      const i = at / inputDilation
      places[o * taps + k] = at % inputDilation !== 0 ? between : i < 0 || i >= input ? nowhere : i
    }
  return places
}

/**
 * Calls `visit` with the number of an output pixel, that of a tap and the number of the input pixel that they meet at, −1
 * for a zero outside; pixels count over images and space, taps over the window, both ascending. `finish` is told when a
 * pixel has met all its taps.
 */
export const eachMeeting = (
  { images, axes }: Windows,
  visit: (pixel: number, tap: number, source: number) => void,
  finish: (pixel: number) => void = () => undefined,
): void => {
  const [deep = single, high = single, wide = single] = axes
  const [deepPlaces, highPlaces, widePlaces] = [placesOf(deep), placesOf(high), placesOf(wide)]
  let pixel = 0
  for (let image = 0; image < images; image++)
    for (let z = 0; z < deep.output; z++)
      for (let y = 0; y < high.output; y++)
        for (let x = 0; x < wide.output; x++) {
          for (let a = 0, tap = 0; a < deep.taps; a++) {
            const i = deepPlaces[z * deep.taps + a]!
            for (let b = 0; b < high.taps; b++) {
              const j = highPlaces[y * high.taps + b]!
              for (let c = 0; c < wide.taps; c++, tap++) {
                const k = widePlaces[x * wide.taps + c]!
                if (i === between || j === between || k === between) continue
                const outside = i === nowhere || j === nowhere || k === nowhere
                visit(pixel, tap, outside ? -1 : ((image * deep.input + i) * high.input + j) * wide.input + k)
              }
            }
          }
          finish(pixel)
          pixel++
        }
}
