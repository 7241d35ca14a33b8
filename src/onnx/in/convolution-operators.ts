import { operations } from '../../core/autodiff/apply.ts'
import { asValue } from '../../core/autodiff/value.ts'
import {
  averagePool,
  convolution,
  maxPool,
  mean,
  max,
  reshape,
  transpose,
  type AveragePoolOptions,
} from '../../core/numeric/index.ts'
import type { WindowAxis } from '../../core/kernel/windows.ts'
import {
  adjointParameters,
  convolution as convolutionPrimitive,
  turnedKernel,
} from '../../core/primitive/convolution.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { NodeSettings } from './attributes.ts'
import { required } from './known-numbers.ts'
import type { Operator, Operators } from './operators.ts'

/* ONNX has images [n, channels, …space] and kernels [out, channels, …taps]; the library has channels last. */

const axes = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, i) => from + i)

const channelsLast = (x: Tensor): Tensor => transpose(x, [0, ...axes(x.rank - 2, 2), 1])
const channelsFirst = (x: Tensor): Tensor => transpose(x, [0, x.rank - 1, ...axes(x.rank - 2, 1)])

interface Windows {
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: readonly (readonly [before: number, behind: number])[]
}

/** The settings of windows; sizes are those of the input, taps those of the window, along each axis of space. */
const windowsOf = (settings: NodeSettings, sizes: readonly number[], taps: readonly number[]): Windows => {
  const rank = sizes.length
  const stride = settings.ints('strides') ?? axes(rank).map(() => 1)
  const dilation = settings.ints('dilations') ?? axes(rank).map(() => 1)
  const auto = settings.text('auto_pad', 'NOTSET')
  if (auto === 'NOTSET') {
    const pads = settings.ints('pads') ?? axes(2 * rank).map(() => 0)
    return { stride, dilation, padding: axes(rank).map((axis) => [pads[axis]!, pads[rank + axis]!] as const) }
  }
  const padding = sizes.map((size, axis) => {
    const reach = dilation[axis]! * (taps[axis]! - 1) + 1
    const outputs = Math.ceil(size / stride[axis]!)
    const all = auto === 'VALID' ? 0 : Math.max(0, (outputs - 1) * stride[axis]! + reach - size)
    const less = Math.floor(all / 2)
    return auto === 'SAME_LOWER' ? ([all - less, less] as const) : ([less, all - less] as const)
  })
  return { stride, dilation, padding }
}

/** With a bias, one number for each channel, that is the last input. */
const biased = (y: Tensor, bias: Tensor | undefined): Tensor =>
  bias === undefined ? y : operations.add(asValue(y), operations.broadcastTo(asValue(bias), y.shape))

const convolved: Operator = (inputs, { settings }) => {
  const [x, kernel] = [channelsLast(required(inputs, 0)), required(inputs, 1)]
  const moved = transpose(kernel, [...axes(kernel.rank - 2, 2), 1, 0])
  const windows = windowsOf(settings, x.shape.slice(1, -1), kernel.shape.slice(2))
  const y = convolution(x, moved, { ...windows, groups: settings.int('group', 1) })
  return [channelsFirst(biased(y, inputs[2]))]
}

/** The adjoint of the convolution whose input has the shape of what it gives. */
const convolvedBack: Operator = (inputs, { settings }) => {
  const [x, kernel] = [channelsLast(required(inputs, 0)), required(inputs, 1)]
  const taps = kernel.shape.slice(2)
  const groups = settings.int('group', 1)
  if (settings.text('auto_pad', 'NOTSET') !== 'NOTSET' || settings.has('output_shape'))
    throw new ArgumentError('expected a transposed convolution with pads, got auto_pad or output_shape')
  const { stride, dilation, padding } = windowsOf(settings, x.shape.slice(1, -1), taps)
  const behind = settings.ints('output_padding') ?? taps.map(() => 0)
  const along = x.shape.slice(1, -1).map((size, axis): WindowAxis => {
    const [before, after] = padding[axis]!
    const reach = dilation[axis]! * (taps[axis]! - 1) + 1
    return {
      input: (size - 1) * stride[axis]! + reach - before - after + behind[axis]!,
      taps: taps[axis]!,
      output: size,
      stride: stride[axis]!,
      dilation: dilation[axis]!,
      inputDilation: 1,
      low: before,
    }
  })
  // [groups · inside, outside, …taps] → […taps, outside, groups · inside]
  const moved = transpose(kernel, [...axes(taps.length, 2), 1, 0])
  const y = operations.bind(
    convolutionPrimitive,
    [asValue(x), turnedKernel(operations, asValue(moved), groups)],
    adjointParameters(along, groups),
  )
  return [channelsFirst(biased(y, inputs[2]))]
}

const pooled =
  (
    f: (x: Tensor, options: Windows & Pick<AveragePoolOptions, 'window'>, settings: NodeSettings) => Tensor,
  ): Operator =>
  (inputs, { settings, outputs }) => {
    const x = channelsLast(required(inputs, 0))
    const window = settings.ints('kernel_shape') ?? []
    if (settings.int('ceil_mode', 0) === 1 || outputs > 1)
      throw new ArgumentError('expected a pooling without ceil_mode and positions')
    const windows = windowsOf(settings, x.shape.slice(1, -1), window)
    return [channelsFirst(f(x, { window, ...windows }, settings))]
  }

const overSpace =
  (f: (x: Tensor, options: { readonly axis: readonly number[] }) => Tensor): Operator =>
  (inputs) => {
    const x = required(inputs, 0)
    const [n = 0, channels = 0] = x.shape
    const space = axes(x.rank - 2, 2)
    return [reshape(f(x, { axis: space }), [n, channels, ...space.map(() => 1)])]
  }

/** Convolutions and poolings. */
export const convolutionOperators: Operators = {
  AveragePool: pooled((x, { dilation, ...options }, settings) => {
    if (dilation.some((by) => by !== 1))
      throw new ArgumentError('expected an average over elements side by side, got dilations')
    return averagePool(x, { ...options, countPadding: settings.int('count_include_pad', 0) === 1 })
  }),
  Conv: convolved,
  ConvTranspose: convolvedBack,
  GlobalAveragePool: overSpace((x, options) => mean(x, options)),
  GlobalMaxPool: overSpace((x, options) => max(x, options)),
  MaxPool: pooled((x, options) => maxPool(x, options)),
}
