import {
  add,
  convolution as convolve,
  reshape,
  transposedConvolution as convolveBack,
  type ConvolutionOptions as Moves,
  type Key,
  type Padding,
  type PaddingMode,
  type PerAxis,
} from '../core/numeric/index.ts'
import { paddingModes } from '../core/numeric/pad-with.ts'
import { shapeOfConvolution, shapeOfTransposedConvolution } from '../core/numeric/convolution.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { showShape, sizeOf, type Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { initializerSetting } from './initializer-codec.ts'
import {
  checkInitializer,
  heNormal,
  initialize,
  zerosInitializer,
  type InitializerSpec,
} from './initializers.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, LayerStart, NoState } from './layer.ts'
import {
  alongAxes,
  biasSetting,
  checkPadding,
  checkPerAxis,
  imageOf,
  paddingSetting,
  perAxisOrNoneSetting,
  perAxisSetting,
} from './window-settings.ts'

/**
 * The parameters of {@link convolution} and {@link transposedConvolution}.
 *
 * @category Layers
 */
export interface ConvolutionParams {
  /** `[…kernel, input channels / groups, channels]`, of a transposed one `[…kernel, channels / groups, input channels]`. */
  readonly weight: Tensor
  /** `[channels]`; nothing where there is no bias. */
  readonly bias?: Tensor
}

interface KernelOptions {
  /** The sizes of the kernel along the axes of space. */
  readonly kernel: PerAxis
  readonly stride?: PerAxis
  readonly padding?: Padding
  readonly dilation?: PerAxis
  readonly groups?: number
  /** He's normal initializer unless told otherwise, of fan in taps · input channels / groups. */
  readonly weight?: InitializerSpec
  /** Zeros unless told otherwise; false for none, as before a batch normalization. */
  readonly bias?: InitializerSpec | false
}

/**
 * How the kernel of {@link convolution} moves, as the function of that name has it, and how its parameters start.
 *
 * @category Layers
 */
export interface ConvolutionLayerOptions extends KernelOptions {
  readonly paddingMode?: PaddingMode
}

/**
 * How the kernel of {@link transposedConvolution} moves, as the function of that name has it, and how its parameters start.
 *
 * @category Layers
 */
export interface TransposedConvolutionLayerOptions extends KernelOptions {
  readonly outputPadding?: PerAxis
}

const known = {
  kernel: true,
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
  weight: true,
  bias: true,
} as const

const settled = (where: string, channels: number, options: KernelOptions): Required<KernelOptions> => {
  const { kernel, stride = 1, padding = 'valid', dilation = 1, groups = 1 } = options
  const { weight = heNormal, bias = zerosInitializer } = options
  checkSetting(where, 'channels', channels, count)
  checkPerAxis(where, 'kernel', kernel)
  checkPerAxis(where, 'stride', stride)
  checkPadding(where, padding)
  checkPerAxis(where, 'dilation', dilation)
  checkSetting(where, 'groups', groups, count)
  if (channels % groups !== 0)
    throw new ShapeError(`${where}: ${channels} channels do not divide into ${groups} groups`)
  checkInitializer(where, 'weight', weight)
  if (bias !== false) checkInitializer(where, 'bias', bias)
  return { kernel, stride, padding, dilation, groups, weight, bias }
}

/** A kernel `[…taps, inside, outside]`, which starts as the matrix `[taps · inside, outside]` would. */
const started = (
  { weight, bias }: Required<KernelOptions>,
  key: Key,
  shape: Sizes,
  channels: number,
  dtype: FloatDType,
): LayerStart<ConvolutionParams, NoState> => {
  const rows = shape.slice(0, -1)
  const matrix = initialize(weight, key, [sizeOf(rows), shape.at(-1) ?? 0], dtype)
  const kernel: Tensor = reshape(matrix, shape)
  return {
    params:
      bias === false
        ? { weight: kernel }
        : { weight: kernel, bias: initialize(bias, key, [channels], dtype) },
    state: {},
  }
}

const applied = (
  where: string,
  { weight, bias }: ConvolutionParams,
  x: Tensor,
  f: (x: Tensor, kernel: Tensor) => Tensor,
): Tensor => {
  if (x.rank !== weight.rank)
    throw new ShapeError(
      `${where}: expected images [rows, …space, channels] for its weight ${showShape(weight.shape)}, got ${showShape(x.shape)}`,
    )
  const y = f(x, weight)
  return bias === undefined ? y : add(y, bias)
}

/**
 * A convolution with a learned kernel and a bias: `[rows, …space, input channels]` → `[rows, …space, channels]`, over one, two
 * or three axes of space. The input channels are inferred by the network.
 *
 * @throws ArgumentError for an empty name, another option or one out of range; ShapeError for inputs that are no images, or
 * smaller than the kernel.
 * @example
 * ```ts
 * import { key, ones } from 'puregrad'
 * import { convolution, evalMode, network } from 'puregrad/nn'
 * const net = network([8, 8, 1], convolution('edges', 4, { kernel: 3, padding: 'same', stride: 2 }))
 * const { params, state } = net.init(key(0))
 * params.edges.weight.shape // => [3, 3, 1, 4]
 * net.apply(evalMode, params, state, ones([5, 8, 8, 1]))[0].shape // => [5, 4, 4, 4]
 * ```
 * @category Layers
 */
export const convolution = <const K extends string>(
  name: K,
  channels: number,
  options: ConvolutionLayerOptions,
): Layer<K, ConvolutionParams, NoState> => {
  const where = `convolution '${name}'`
  namedLayer('convolution', name)
  checkOptions(where, options, { ...known, paddingMode: true })
  const { paddingMode = 'zeros', ...others } = options
  checkChoice(where, 'paddingMode', paddingMode, paddingModes)
  const settings = settled(where, channels, others)
  const { kernel, stride, padding, dilation, groups } = settings
  const moves: Moves = { stride, padding, paddingMode, dilation, groups }
  const kernelFor = (input: Sizes): Sizes => {
    const image = imageOf(where, input)
    return [...alongAxes(where, 'kernel', kernel, image.space.length), image.channels / groups, channels]
  }
  return {
    name,
    spec: { kind: 'convolution', name, channels, paddingMode, ...settings },
    shape: (input) => shapeOfConvolution(where, [1, ...input], kernelFor(input), moves).slice(1),
    init: (key, input, dtype) => started(settings, key, kernelFor(input), channels, dtype),
    apply: (_, params, state, x) => [
      applied(where, params, x, (images, w) => convolve(images, w, moves)),
      state,
    ],
  }
}

/** {@link convolution} as data. */
export const convolutionKind = /* @__PURE__ */ layerKind(
  'convolution',
  {
    name: layerName,
    channels: count,
    kernel: perAxisSetting,
    stride: perAxisSetting,
    padding: paddingSetting,
    paddingMode: paddingModes,
    dilation: perAxisSetting,
    groups: count,
    weight: initializerSetting,
    bias: biasSetting,
  },
  ({ name, channels, kernel, stride, padding, paddingMode, dilation, groups, weight, bias }) =>
    convolution(name, channels, { kernel, stride, padding, paddingMode, dilation, groups, weight, bias }),
)

/**
 * The adjoint of a convolution with a learned kernel, and a bias: `[rows, …space, input channels]` → `[rows, …space, channels]`,
 * each input spread over a window. With padding `'same'` there are `stride` outputs for each input.
 *
 * @throws ArgumentError for an empty name, another option or one out of range; ShapeError for inputs that are no images.
 * @example
 * ```ts
 * import { key, ones } from 'puregrad'
 * import { evalMode, network, transposedConvolution } from 'puregrad/nn'
 * const net = network([4, 4, 6], transposedConvolution('larger', 3, { kernel: 3, padding: 'same', stride: 2 }))
 * const { params, state } = net.init(key(0))
 * params.larger.weight.shape // => [3, 3, 3, 6]
 * net.apply(evalMode, params, state, ones([5, 4, 4, 6]))[0].shape // => [5, 8, 8, 3]
 * ```
 * @category Layers
 */
export const transposedConvolution = <const K extends string>(
  name: K,
  channels: number,
  options: TransposedConvolutionLayerOptions,
): Layer<K, ConvolutionParams, NoState> => {
  const where = `transposedConvolution '${name}'`
  namedLayer('transposedConvolution', name)
  checkOptions(where, options, { ...known, outputPadding: true })
  const { outputPadding = 0, ...others } = options
  checkPerAxis(where, 'outputPadding', outputPadding, 0)
  const settings = settled(where, channels, others)
  const { kernel, stride, padding, dilation, groups } = settings
  const moves = { stride, padding, outputPadding, dilation, groups }
  const kernelFor = (input: Sizes): Sizes => {
    const image = imageOf(where, input)
    return [...alongAxes(where, 'kernel', kernel, image.space.length), channels / groups, image.channels]
  }
  return {
    name,
    spec: { kind: 'transposedConvolution', name, channels, outputPadding, ...settings },
    shape: (input) => shapeOfTransposedConvolution(where, [1, ...input], kernelFor(input), moves).slice(1),
    init: (key, input, dtype) => started(settings, key, kernelFor(input), channels, dtype),
    apply: (_, params, state, x) => [
      applied(where, params, x, (images, w) => convolveBack(images, w, moves)),
      state,
    ],
  }
}

/** {@link transposedConvolution} as data. */
export const transposedConvolutionKind = /* @__PURE__ */ layerKind(
  'transposedConvolution',
  {
    name: layerName,
    channels: count,
    kernel: perAxisSetting,
    stride: perAxisSetting,
    padding: paddingSetting,
    outputPadding: perAxisOrNoneSetting,
    dilation: perAxisSetting,
    groups: count,
    weight: initializerSetting,
    bias: biasSetting,
  },
  ({ name, channels, kernel, stride, padding, outputPadding, dilation, groups, weight, bias }) =>
    transposedConvolution(name, channels, {
      kernel,
      stride,
      padding,
      outputPadding,
      dilation,
      groups,
      weight,
      bias,
    }),
)

/**
 * What describes {@link convolution} as plain data.
 *
 * @category Layers
 */
export type ConvolutionSpec = SpecOfLayer<typeof convolutionKind>
/**
 * What describes {@link transposedConvolution} as plain data.
 *
 * @category Layers
 */
export type TransposedConvolutionSpec = SpecOfLayer<typeof transposedConvolutionKind>
