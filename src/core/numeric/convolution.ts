import { operations as o } from '../autodiff/apply.ts'
import type { Typed } from '../primitive/primitive.ts'
import {
  adjointParameters,
  convolution as convolutionPrimitive,
  turnedKernel,
  type ConvolutionParameters,
} from '../primitive/convolution.ts'
import type { WindowAxis } from '../kernel/windows.ts'
import { requireFloat, requireSameDType } from '../primitive/typing.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { ShapeError } from '../tensor/errors.ts'
import { count, countOrNone } from '../tensor/setting-ranges.ts'
import { showShape, type Sizes } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { tensorOf } from './operand.ts'
import { padWith, paddingModes, type PaddingMode } from './pad-with.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import {
  paddingOf,
  perAxis,
  reachOf,
  spaceOf,
  surroundOf,
  type Padding,
  type PerAxis,
} from './window-options.ts'

/**
 * How the kernel of {@link convolution} moves.
 *
 * @category Convolutions
 */
export interface ConvolutionOptions {
  /** From one window to the next; 1 unless told otherwise. */
  readonly stride?: PerAxis
  /** `'valid'` unless told otherwise. */
  readonly padding?: Padding
  /** What the padding holds; zeros unless told otherwise. */
  readonly paddingMode?: PaddingMode
  /** From one tap of the kernel to the next; 1 unless told otherwise. */
  readonly dilation?: PerAxis
  /** Channels are dealt to so many convolutions side by side; 1 unless told otherwise. */
  readonly groups?: number
}

/** Images and kernel of one float dtype and one rank, `inside` being the channels that the kernel has to take. */
const checkedKernel = (
  where: string,
  x: Typed,
  kernel: Typed,
  groups: number,
  channelsAt: 'before' | 'last',
): readonly number[] => {
  const space = spaceOf(where, x)
  checkSetting(where, 'groups', groups, count)
  requireSameDType([x, kernel], where)
  requireFloat(x, where)
  const rank = space.length
  const channels = x.shape[rank + 1]!
  const taps = kernel.shape.slice(0, -2)
  const [inside, outside] = kernel.shape.slice(-2)
  const form = channelsAt === 'before' ? `${String(channels / groups)}, out` : `out, ${String(channels)}`
  if (channels % groups !== 0)
    throw new ShapeError(`${where}: ${String(channels)} channels do not divide into ${String(groups)} groups`)
  if (
    kernel.shape.length !== rank + 2 ||
    (channelsAt === 'before' ? inside !== channels / groups : outside !== channels) ||
    taps.some((n) => n < 1)
  )
    throw new ShapeError(
      `${where}: images ${showShape(x.shape)}${groups === 1 ? '' : ` in ${String(groups)} groups`} take a kernel ` +
        `[${[...space.map((_, axis) => `k${String(axis + 1)}`), form].join(', ')}], got ${showShape(kernel.shape)}`,
    )
  if (outside! % groups !== 0)
    throw new ShapeError(
      `${where}: ${String(outside)} channels of the kernel ${showShape(kernel.shape)} do not divide into ` +
        `${String(groups)} groups`,
    )
  return taps
}

/** The parameters of a convolution, whatever its padding holds. */
const moved = (
  where: string,
  images: Typed,
  kernel: Typed,
  options: ConvolutionOptions,
): ConvolutionParameters => {
  const { stride = 1, padding = 'valid', dilation = 1, groups = 1 } = options
  const taps = checkedKernel(where, images, kernel, groups, 'before')
  const space = spaceOf(where, images)
  const strides = perAxis(where, 'stride', stride, space.length)
  const apart = perAxis(where, 'dilation', dilation, space.length)
  const { low, high } = paddingOf(where, padding, space, { taps, strides, dilation: apart })
  return { strides, dilation: apart, inputDilation: space.map(() => 1), low, high, groups }
}

/** The shape of the convolution of images and a kernel of these shapes. */
export const shapeOfConvolution = (
  where: string,
  images: Sizes,
  kernel: Sizes,
  options: ConvolutionOptions,
): Sizes => {
  const inputs = [images, kernel].map((shape): Typed => ({ shape, dtype: 'float32' }))
  return convolutionPrimitive.type(inputs, moved(where, inputs[0]!, inputs[1]!, options)).shape
}

/**
 * Images `[n, …space, channels]` and a kernel `[…taps, channels / groups, out]` → `[n, …space, out]`, over one, two or three
 * axes of space: each output pixel is the sum, over the taps, of the input pixel there times the matrix of the tap. The
 * kernel is not turned: mathematics calls this a correlation. With as many groups as channels it is depthwise.
 *
 * Along an axis of n elements there are ⌊(n + padding − dilation·(taps − 1) − 1) / stride⌋ + 1 outputs.
 *
 * @throws ShapeError for other shapes, naming both, or a kernel larger than the padded images; ArgumentError for options
 * that are none; DTypeError for integers or two dtypes.
 * @example
 * ```ts
 * import { convolution, reshape, tensor, toArray } from 'puregrad'
 * const x = reshape(tensor([1, 2, 4, 8]), [1, 4, 1])
 * const difference = reshape(tensor([-1, 1]), [2, 1, 1])
 * toArray(reshape(convolution(x, difference), [-1])) // => [1, 2, 4]
 * toArray(reshape(convolution(x, difference, { padding: 'same', stride: 2 }), [-1])) // => [1, 4]
 * ```
 * @category Convolutions
 */
export const convolution = (x: Tensor, kernel: Tensor, options: ConvolutionOptions = {}): Tensor => {
  const where = 'convolution'
  checkOptions(where, options, {
    stride: true,
    padding: true,
    paddingMode: true,
    dilation: true,
    groups: true,
  })
  const { paddingMode = 'zeros' } = options
  checkChoice(where, 'paddingMode', paddingMode, paddingModes)
  const [images, weights] = [tensorOf(x, where), tensorOf(kernel, where)]
  const params = moved(where, images, weights, options)
  const { low, high } = params
  if (paddingMode === 'zeros' || [...low, ...high].every((n) => n === 0))
    return o.bind(convolutionPrimitive, [images, weights], params)
  const widths: readonly (readonly [number, number])[] = [
    [0, 0],
    ...low.map((before, axis) => [before, high[axis]!] as const),
    [0, 0],
  ]
  const none = low.map(() => 0)
  return o.bind(convolutionPrimitive, [tensorOf(padWith(images, widths, paddingMode), where), weights], {
    ...params,
    low: none,
    high: none,
  })
}

/**
 * How the kernel of {@link transposedConvolution} moves: as that of the convolution that it transposes.
 *
 * @category Convolutions
 */
export interface TransposedConvolutionOptions {
  /** From one window to the next in the output; 1 unless told otherwise. */
  readonly stride?: PerAxis
  /** What surrounds the output before it is cut away; `'same'` gives `stride` outputs for each input. `'valid'` unless told otherwise. */
  readonly padding?: Padding
  /** More elements behind the output: a convolution with a stride gives one size for several. 0 unless told otherwise. */
  readonly outputPadding?: PerAxis
  readonly dilation?: PerAxis
  readonly groups?: number
}

/** The convolution that is transposed: its input is the output. */
const transposedAxes = (
  where: string,
  images: Typed,
  kernel: Typed,
  options: TransposedConvolutionOptions,
): readonly WindowAxis[] => {
  const { stride = 1, padding = 'valid', outputPadding = 0, dilation = 1, groups = 1 } = options
  const taps = checkedKernel(where, images, kernel, groups, 'last')
  const space = spaceOf(where, images)
  const strides = perAxis(where, 'stride', stride, space.length)
  const apart = perAxis(where, 'dilation', dilation, space.length)
  const behind = perAxis(where, 'outputPadding', outputPadding, space.length, countOrNone)
  const reach = taps.map((n, axis) => reachOf(n, apart[axis]!))
  const { low, high } = surroundOf(where, padding, space.length, (axis) => reach[axis]! - strides[axis]!)
  return space.map((size, axis) => {
    const [step, all] = [strides[axis]!, reach[axis]!]
    const more = padding === 'same' ? Math.max(0, step - all) : 0
    const input = (size - 1) * step + all - low[axis]! - high[axis]! + more + behind[axis]!
    if (input < 1)
      throw new ShapeError(
        `${where}: padding ${showShape(low)} before and ${showShape(high)} behind leaves nothing of ${showShape(space)}`,
      )
    return {
      input,
      taps: taps[axis]!,
      output: size,
      stride: step,
      dilation: apart[axis]!,
      inputDilation: 1,
      low: low[axis]!,
    }
  })
}

/** The shape of the transposed convolution of images and a kernel of these shapes. */
export const shapeOfTransposedConvolution = (
  where: string,
  images: Sizes,
  kernel: Sizes,
  options: TransposedConvolutionOptions,
): Sizes => {
  const inputs = [images, kernel].map((shape): Typed => ({ shape, dtype: 'float32' }))
  const axes = transposedAxes(where, inputs[0]!, inputs[1]!, options)
  return [images[0]!, ...axes.map(({ input }) => input), kernel[kernel.length - 2]! * (options.groups ?? 1)]
}

/**
 * The adjoint of {@link convolution} with the same kernel and options: images `[n, …space, channels]` and a kernel
 * `[…taps, out / groups, channels]` → `[n, …space, out]`, each input pixel spread over its window.
 *
 * Along an axis of n elements there are (n − 1)·stride + dilation·(taps − 1) + 1 − padding + outputPadding outputs.
 *
 * @throws ShapeError for other shapes, or a padding that leaves nothing; ArgumentError for options that are none;
 * DTypeError for integers or two dtypes.
 * @example
 * ```ts
 * import { reshape, tensor, toArray, transposedConvolution } from 'puregrad'
 * const x = reshape(tensor([1, 2, 3]), [1, 3, 1])
 * const twice = reshape(tensor([1, 1]), [2, 1, 1])
 * toArray(reshape(transposedConvolution(x, twice, { stride: 2 }), [-1])) // => [1, 1, 2, 2, 3, 3]
 * ```
 * @category Convolutions
 */
export const transposedConvolution = (
  x: Tensor,
  kernel: Tensor,
  options: TransposedConvolutionOptions = {},
): Tensor => {
  const where = 'transposedConvolution'
  checkOptions(where, options, {
    stride: true,
    padding: true,
    outputPadding: true,
    dilation: true,
    groups: true,
  })
  const { groups = 1 } = options
  const [images, weights] = [tensorOf(x, where), tensorOf(kernel, where)]
  const axes = transposedAxes(where, images, weights, options)
  return o.bind(
    convolutionPrimitive,
    [images, turnedKernel(o, weights, groups)],
    adjointParameters(axes, groups),
  )
}
