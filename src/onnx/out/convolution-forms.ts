import type { ConvolutionParameters, CorrelationParameters } from '../../core/primitive/convolution.ts'
import type { Lifted, Write } from './form.ts'
import type { Extent, Extents } from './extent.ts'
import type { Graph } from './graph.ts'
import { plain, reshaped, spreadApart, transposed } from './movement-forms.ts'
import { converted, shapeOf, type Operand } from './operand.ts'

/*
 * ONNX has the channels first, and onnxruntime convolves float32 alone. Axes of an operand: images [n, …space, channels],
 * kernels […taps, inside, groups · outside].
 */

const axes = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, i) => from + i)

/** `[n, …space, channels]` → `[n, channels, …space]`. */
export const channelsFirst = (g: Graph, name: string, rank: number): string =>
  transposed(g, name, [0, rank - 1, ...axes(rank - 2, 1)])

/** The inverse of {@link channelsFirst}. */
export const channelsLast = (g: Graph, name: string, rank: number): string =>
  transposed(g, name, [0, ...axes(rank - 2, 2), 1])

const times = ({ rows, plus }: Extent, by: number): Extent => ({ rows: rows * by, plus: plus * by })
const fixed = (size: number): Extent => ({ rows: 0, plus: size })

/** Images `[a, b, …space]` with what lies between their elements and around them, and the attribute for the rest. */
const surrounded = (
  g: Graph,
  name: string,
  shape: Extents,
  { inputDilation, low, high }: Lifted<ConvolutionParameters>,
): { readonly name: string; readonly pads: readonly number[] } => {
  const [gaps, pads] = [plain(inputDilation), [...plain(low), ...plain(high)]]
  const apart = gaps.every((by) => by === 1) ? name : spreadApart(g, name, shape, [1, 1, ...gaps]).name
  if (pads.every((n) => n >= 0)) return { name: apart, pads }
  const before = pads.slice(0, gaps.length)
  const after = pads.slice(gaps.length)
  return {
    name: g.op('Pad', [apart, g.ints([0, 0, ...before, 0, 0, ...after])]),
    pads: pads.map(() => 0),
  }
}

const convolved = (
  g: Graph,
  images: string,
  shape: Extents,
  kernel: string,
  params: Lifted<ConvolutionParameters>,
): string => {
  const { name, pads } = surrounded(g, images, shape, params)
  return g.op('Conv', [name, kernel], {
    strides: { ints: plain(params.strides) },
    dilations: { ints: plain(params.dilation) },
    pads: { ints: pads },
    group: { int: params.groups },
  })
}

/**
 * A convolution of spread images is the transposed one of the turned kernel, where it begins no earlier than that: the
 * name of its result, channels first.
 */
const transposedConvolved = (
  g: Graph,
  images: string,
  x: Operand,
  kernel: string,
  kernelShape: readonly number[],
  { dilation, inputDilation, low, high, groups }: Lifted<ConvolutionParameters>,
): string | undefined => {
  const rank = shapeOf(x).length
  const taps = kernelShape.slice(0, -2)
  const reach = plain(dilation).map((by, axis) => by * (taps[axis]! - 1))
  const before = reach.map((n, axis) => n - low[axis]!.plus)
  const behind = reach.map((n, axis) => n - high[axis]!.plus)
  if (
    before.some((n) => n < 0) ||
    behind.some((n, axis) => n < 0 && -n >= Math.max(inputDilation[axis]!.plus, dilation[axis]!.plus))
  )
    return undefined
  const [inside = 0, all = 0] = kernelShape.slice(-2)
  const space = axes(rank - 2)
  const turned = g.op('Slice', [
    kernel,
    g.ints(taps.map(() => -1)),
    g.ints(taps.map(() => -(2 ** 31))),
    g.ints(space),
    g.ints(taps.map(() => -1)),
  ])
  const parted = g.op('Reshape', [turned, g.ints([...taps, inside, groups, all / groups])])
  const moved = g.op('Reshape', [
    transposed(g, parted, [rank - 1, rank - 2, rank, ...space]),
    g.ints([groups * inside, all / groups, ...taps]),
  ])
  return g.op('ConvTranspose', [images, moved], {
    strides: { ints: plain(inputDilation) },
    dilations: { ints: plain(dilation) },
    pads: { ints: [...before, ...behind.map((n) => Math.max(n, 0))] },
    output_padding: { ints: behind.map((n) => Math.max(-n, 0)) },
    group: { int: groups },
  })
}

const convolution: Write<ConvolutionParameters> = (g, [x, kernel], params) => {
  const { dtype } = x!
  const [shape, kernelShape] = [shapeOf(x!), plain(shapeOf(kernel!))]
  const rank = shape.length
  const images = channelsFirst(g, converted(g, x!.name, dtype, 'float32'), rank)
  const weights = converted(g, kernel!.name, dtype, 'float32')
  const isSpread = plain(params.inputDilation).some((by) => by > 1)
  const isDense = plain(params.strides).every((by) => by === 1)
  const found =
    (isSpread && isDense ? transposedConvolved(g, images, x!, weights, kernelShape, params) : undefined) ??
    convolved(
      g,
      images,
      [shape[0]!, shape[rank - 1]!, ...shape.slice(1, -1)],
      transposed(g, weights, [rank - 1, rank - 2, ...axes(rank - 2)]),
      params,
    )
  return converted(g, channelsLast(g, found, rank), 'float32', dtype)
}

/**
 * The sum over images and pixels is a convolution over them: images as channels, outputs as the kernel, whose taps lie a
 * stride apart; what it gives beyond the taps is cut off.
 */
const correlation: Write<CorrelationParameters> = (g, [x, y], params, output) => {
  const { dtype } = x!
  const { groups } = params
  const shape = shapeOf(x!)
  const rank = shape.length
  const [n, channels] = [shape[0]!, shape[rank - 1]!]
  const space = shape.slice(1, -1)
  const inside = channels.plus / groups
  const parted = reshaped(g, converted(g, x!.name, dtype, 'float32'), shape, [
    n,
    ...space,
    fixed(groups),
    fixed(inside),
  ])
  const many = [fixed(inside), times(n, groups), ...space]
  const images = g.op(
    'Reshape',
    [transposed(g, parted, [rank, rank - 1, 0, ...axes(rank - 2, 1)]), g.sizes(many)],
    { allowzero: { int: 1 } },
  )
  const outputs = transposed(g, converted(g, y!.name, dtype, 'float32'), [rank - 1, 0, ...axes(rank - 2, 1)])
  const sums = convolved(g, images, many, outputs, {
    ...params,
    strides: params.dilation,
    dilation: params.strides,
  })
  const taps = output.shape.slice(0, -2)
  const cut = g.op('Slice', [sums, g.ints(taps.map(() => 0)), g.sizes(taps), g.ints(axes(rank - 2, 2))])
  return converted(g, transposed(g, cut, [...axes(rank - 2, 2), 0, 1]), 'float32', dtype)
}

const note = 'float64 in float32: onnxruntime has no other kernel, and 7 digits are right'

/** The convolutions, with their channels moved first. */
export const convolutionForms = {
  convolution: {
    operators: ['Conv', 'ConvTranspose', 'Transpose', 'Pad', 'Reshape', 'Slice', 'Cast'],
    note: `ConvTranspose where the input is spread; ${note}`,
    write: convolution,
  },
  correlation: {
    operators: ['Conv', 'Transpose', 'Pad', 'Reshape', 'Slice', 'Cast'],
    note: `images as channels, outputs as the kernel; ${note}`,
    write: correlation,
  },
} as const
