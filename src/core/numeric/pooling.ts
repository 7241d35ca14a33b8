import { operations as o } from '../autodiff/apply.ts'
import type { AnyValue } from '../autodiff/value.ts'
import type { WindowParameters } from '../kernel/pooling.ts'
import { axesOf } from '../kernel/windows.ts'
import { convolution } from '../primitive/convolution.ts'
import { windowArgmax, windowTake } from '../primitive/pooling.ts'
import { requireFloat } from '../primitive/typing.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { viewOf } from '../tensor/concrete.ts'
import { bufferFrom, type DType } from '../tensor/dtype.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { addressable, showShape, sizeOf, type Sizes } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { take } from './index-by.ts'
import { matmul } from './matmul.ts'
import { tensorOf } from './operand.ts'
import { mean } from './reduce.ts'
import { moveAxis } from './shape.ts'
import { paddingOf, perAxis, spaceOf, type Padding, type PerAxis } from './window-options.ts'

/**
 * The windows of a pooling.
 *
 * @category Convolutions
 */
export interface MaxPoolOptions {
  readonly window: PerAxis
  /** From one window to the next; the window unless told otherwise, so that they lie side by side. */
  readonly stride?: PerAxis
  /** `'valid'` unless told otherwise; smaller than the window, so that none lies outside. */
  readonly padding?: Padding
  /** From one element of a window to the next; 1 unless told otherwise. */
  readonly dilation?: PerAxis
}

const windowOptions = { window: true, stride: true, padding: true, dilation: true } as const

const floatImages = (where: string, x: Tensor): AnyValue => {
  const images = tensorOf(x, where)
  spaceOf(where, images)
  requireFloat(images, where)
  return images
}

export const windowsOver = (
  where: string,
  images: { readonly shape: Sizes },
  { window, stride = window, padding = 'valid', dilation = 1 }: MaxPoolOptions,
): WindowParameters => {
  const space = spaceOf(where, images)
  const taps = perAxis(where, 'window', window, space.length)
  const strides = perAxis(where, 'stride', stride, space.length)
  const apart = perAxis(where, 'dilation', dilation, space.length)
  const surround = paddingOf(where, padding, space, { taps, strides, dilation: apart })
  const { low, high } = surround
  const empty = taps.some((n, axis) => Math.max(low[axis]!, high[axis]!) > apart[axis]! * (n - 1))
  if (empty)
    throw new ArgumentError(
      `${where}: padding: expected less than the window ${showShape(taps)}, got ${showShape(low)} before and ` +
        `${showShape(high)} behind`,
    )
  return { taps, strides, dilation: apart, low, high }
}

/**
 * The largest element of each window, for every channel of images `[n, …space, channels]` by itself. Padding is smaller than
 * every element. NaN is larger than every number.
 *
 * The derivative goes to the first of the largest elements of a window, in row-major order, and nothing to the others.
 *
 * @throws ShapeError for what are no images, or a window larger than they are; ArgumentError for options that are none;
 * DTypeError for integers.
 * @example
 * ```ts
 * import { maxPool, reshape, tensor, toArray } from 'puregrad'
 * const x = reshape(tensor([1, 5, 2, 3]), [1, 4, 1])
 * toArray(reshape(maxPool(x, { window: 2 }), [-1])) // => [5, 3]
 * toArray(reshape(maxPool(x, { window: 3, stride: 1, padding: 'same' }), [-1])) // => [5, 5, 5, 3]
 * ```
 * @category Convolutions
 */
export const maxPool = (x: Tensor, options: MaxPoolOptions): Tensor => {
  checkOptions('maxPool', options, windowOptions)
  const images = floatImages('maxPool', x)
  return largestOf(images, windowsOver('maxPool', images, options))
}

const largestOf = (images: AnyValue, windows: WindowParameters): Tensor =>
  o.bind(windowTake, [images, o.bind(windowArgmax, [images], windows)], windows)

/**
 * The windows of {@link averagePool}.
 *
 * @category Convolutions
 */
export interface AveragePoolOptions extends Omit<MaxPoolOptions, 'dilation'> {
  /** Whether zeros of the padding count as elements; false unless told otherwise. */
  readonly countPadding?: boolean
}

/** One number for each place of space, the product of one for each of its axes, as `[1, …space, 1]`. */
const productOver = (axes: readonly (readonly number[])[], dtype: DType): Tensor => {
  const elements = axes.reduce((all, list) => all.flatMap((x) => list.map((y) => x * y)), [1])
  return viewOf(bufferFrom(dtype, elements), dtype, [1, ...axes.map(({ length }) => length), 1])
}

/**
 * The mean of each window, for every channel of images `[n, …space, channels]` by itself.
 *
 * @throws ShapeError for what are no images, or a window larger than they are; ArgumentError for options that are none;
 * DTypeError for integers.
 * @example
 * ```ts
 * import { averagePool, reshape, tensor, toArray } from 'puregrad'
 * const x = reshape(tensor([1, 5, 2, 4]), [1, 4, 1])
 * toArray(reshape(averagePool(x, { window: 2 }), [-1])) // => [3, 3]
 * const around = { window: 3, stride: 2, padding: 1 }
 * toArray(reshape(averagePool(x, around), [-1])) // => [3, 3.6666667]
 * toArray(reshape(averagePool(x, { ...around, countPadding: true }), [-1])) // => [2, 3.6666667]
 * ```
 * @category Convolutions
 */
export const averagePool = (x: Tensor, options: AveragePoolOptions): Tensor => {
  const where = 'averagePool'
  checkOptions(where, options, { window: true, stride: true, padding: true, countPadding: true })
  const { countPadding = false, ...windows } = options
  checkChoice(where, 'countPadding', countPadding, [true, false])
  const images = floatImages(where, x)
  const params = windowsOver(where, images, windows)
  const { taps, strides, dilation, low, high } = params
  const space = spaceOf(where, images)
  const [channels, size] = [images.shape[images.rank - 1]!, sizeOf(taps)]
  const full = { strides, dilation, inputDilation: space.map(() => 1), low, high }
  const share = o.constant(1 / size, { shape: [...taps, 1, channels], dtype: images.dtype })
  if (channels === 0) return largestOf(images, params)
  const means: AnyValue = o.bind(convolution, [images, share], { ...full, groups: channels })
  if (countPadding || [...low, ...high].every((n) => n === 0)) return means
  // Of so many elements of a window one in `taps / inside` is in the image.
  const missing = axesOf(space, taps, full).map(({ input, output, stride, dilation, low: before, ...axis }) =>
    Array.from({ length: output }, (_, i) => {
      const inside = Array.from({ length: axis.taps }, (__, k) => stride * i + dilation * k - before)
      return axis.taps / inside.filter((at) => at >= 0 && at < input).length
    }),
  )
  const factor = tensorOf(productOver(missing, images.dtype), where)
  return o.mul(means, o.broadcastTo(factor, means.shape))
}

/** Where bin i of `bins` over n elements begins and ends: from ⌊i·n/bins⌋ to before ⌈(i + 1)·n/bins⌉. */
const binsOf = (n: number, bins: number): readonly (readonly [start: number, end: number])[] =>
  Array.from(
    { length: bins },
    (_, i) => [Math.floor((i * n) / bins), Math.ceil(((i + 1) * n) / bins)] as const,
  )

/** The sizes asked for. @throws ArgumentError where an image has nothing to fill them with. */
const adapted = (where: string, images: AnyValue, size: PerAxis): readonly [Sizes, readonly number[]] => {
  const space = spaceOf(where, images)
  if (space.some((n) => n === 0))
    throw new ArgumentError(`${where}: there is nothing in images of shape ${showShape(images.shape)}`)
  const bins = perAxis(where, 'size', size, space.length)
  addressable([images.shape[0]!, ...bins, images.shape[images.rank - 1]!], where)
  return [space, bins]
}

/**
 * The means of images `[n, …space, channels]` over a grid of this size, `[n, …size, channels]`: bin i of m over an axis of k
 * elements goes from ⌊i·k/m⌋ to before ⌈(i + 1)·k/m⌉. Size 1 is the mean over all of space.
 *
 * @throws ShapeError for what are no images; ArgumentError for a size that is none; DTypeError for integers.
 * @example
 * ```ts
 * import { adaptiveAveragePool, reshape, tensor, toArray } from 'puregrad'
 * const x = reshape(tensor([1, 5, 2, 4, 3]), [1, 5, 1])
 * toArray(reshape(adaptiveAveragePool(x, 1), [-1])) // => [3]
 * toArray(reshape(adaptiveAveragePool(x, 2), [-1])) // => [2.6666667, 3]
 * ```
 * @category Convolutions
 */
export const adaptiveAveragePool = (x: Tensor, size: PerAxis): Tensor => {
  const where = 'adaptiveAveragePool'
  const images = floatImages(where, x)
  const [space, bins] = adapted(where, images, size)
  const n = images.shape[0]!
  const channels = images.shape[images.rank - 1]!
  if (space.every((length, axis) => length % bins[axis]! === 0)) {
    const parted = space.flatMap((length, axis) => [bins[axis]!, length / bins[axis]!])
    return mean(o.reshape(images, [n, ...parted, channels]), { axis: space.map((_, axis) => 2 * axis + 2) })
  }
  return space.reduce<Tensor>((y, length, axis) => {
    const shares = binsOf(length, bins[axis]!)
    const elements = Array.from({ length }, (_, i) =>
      shares.map(([start, end]) => (i >= start && i < end ? 1 / (end - start) : 0)),
    ).flat()
    const matrix = viewOf(bufferFrom(x.dtype, elements), x.dtype, [length, shares.length])
    return moveAxis(matmul(moveAxis(y, axis + 1, -1), matrix), -1, axis + 1)
  }, images)
}

/**
 * The largest elements of images `[n, …space, channels]` over a grid of this size, `[n, …size, channels]`, with the bins of
 * {@link adaptiveAveragePool} and the derivative of {@link maxPool}.
 *
 * @throws ShapeError for what are no images; ArgumentError for a size that is none; DTypeError for integers.
 * @example
 * ```ts
 * import { adaptiveMaxPool, reshape, tensor, toArray } from 'puregrad'
 * const x = reshape(tensor([1, 5, 2, 4, 3]), [1, 5, 1])
 * toArray(reshape(adaptiveMaxPool(x, 2), [-1])) // => [5, 4]
 * ```
 * @category Convolutions
 */
export const adaptiveMaxPool = (x: Tensor, size: PerAxis): Tensor => {
  const where = 'adaptiveMaxPool'
  const images = floatImages(where, x)
  const [space, bins] = adapted(where, images, size)
  const widths = space.map((length, axis) =>
    binsOf(length, bins[axis]!).reduce((most, [start, end]) => Math.max(most, end - start), 0),
  )
  // Bins side by side, their last element repeated in those that are shorter: the first of the largest stays the first.
  const beside = space.reduce<Tensor>((y, length, axis) => {
    const width = widths[axis]!
    if (width * bins[axis]! === length) return y
    const places = binsOf(length, bins[axis]!).flatMap(([start, end]) =>
      Array.from({ length: width }, (_, i) => Math.min(start + i, end - 1)),
    )
    return take(y, places, { axis: axis + 1 })
  }, images)
  const none = space.map(() => 0)
  return largestOf(tensorOf(beside, where), {
    taps: widths,
    strides: widths,
    dilation: space.map(() => 1),
    low: none,
    high: none,
  })
}
