import { windowElements, windowsOf, type WindowAxis, type Windows } from '../../../core/kernel/windows.ts'
import { sizeOf } from '../../../core/tensor/shape.ts'
import type { Instruction, Place, StridedPlace } from '../kernel-program.ts'
import { binderOf, type Binder } from './binder.ts'
import { indexText } from './body-text.ts'
import { positionLines } from './element-nest.ts'
import { elementKernel, type Kernel } from './kernel.ts'
import { productKernels, type Product } from './product.ts'
import type { Site } from './site.ts'

/*
 * Convolutions are products. The rows of the one are output pixels, its columns output channels, and what is added up are
 * the taps and the channels of the input; the factor that would hold every window is never written but read where windows
 * and images meet. The derivative by the kernel is the product of that factor, transposed, with the cotangent:
 *
 *   images [2, 8, 8, 3], taps 3 · 3, 16 channels out:   [2 · 6 · 6, 9 · 3] · [9 · 3, 16]
 */

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

/** The position along an axis that output `o` and tap `t` meet at, where there is one. */
const meetingLines = (
  { input, stride, dilation, inputDilation, low }: WindowAxis,
  axis: number,
): readonly string[] => {
  const name = `i${String(axis)}`
  return [
    `let at${String(axis)} = o${String(axis)} * ${String(stride)} + t${String(axis)} * ${String(dilation)} - ${String(low)};`,
    `let ${name} = at${String(axis)} / ${String(inputDilation)};`,
    `if (at${String(axis)} < 0 || ${name} >= ${String(input)}${inputDilation === 1 ? '' : ` || at${String(axis)} % ${String(inputDilation)} != 0`}) { return -1; }`,
  ]
}

/** A function that finds the pixel of the images, −1 where there is none, from the numbers of an output pixel and a tap. */
const sourceFunction = ({ images, axes }: Windows): string =>
  [
    'fn sourceOf(pixel: i32, tap: i32) -> i32 {',
    ...positionLines('pixel', [images, ...axes.map(({ output }) => output)], ['image', 'o0', 'o1', 'o2']),
    ...positionLines(
      'tap',
      axes.map(({ taps }) => taps),
      ['t0', 't1', 't2'],
    ),
    ...axes.flatMap(meetingLines),
    `return ((image * ${String(axes[0]!.input)} + i0) * ${String(axes[1]!.input)} + i1) * ${String(axes[2]!.input)} + i2;`,
    '}',
  ].join('\n')

const channelAt = (place: Place, channels: number, pixel: string, channel: string): string =>
  indexText(place.offset, [
    [pixel, channels],
    [channel, 1],
  ])

/** A function that reads what a window sees: 0 outside of the images. */
const seenFunction = (binder: Binder, windows: Windows, x: Place): string => {
  const { groups, inside } = windows
  const index = indexText(x.offset, [
    ['source', groups * inside],
    ['group', inside],
    [`channel % ${String(inside)}`, 1],
  ])
  return `${sourceFunction(windows)}
fn seen(group: i32, pixel: i32, channel: i32) -> f32 {
let source = sourceOf(pixel, channel / ${String(inside)});
if (source < 0) { return 0f; }
return ${binder.load(x, 'float32', index)};
}`
}

/** Elements in rows of all groups, of one group each. */
const inGroups = (place: Place, groups: number, columns: number): StridedPlace => ({
  place,
  outerStrides: [columns],
  rowStride: groups * columns,
  columnStride: 1,
})

const nowhere = (place: Place): StridedPlace => ({ place, outerStrides: [0], rowStride: 0, columnStride: 0 })

/** Images and a kernel → outputs; images and outputs → a kernel. */
export const convolutionKernels = (site: Site, { name, sizes, reads, out }: Routine): readonly Kernel[] => {
  const windows = windowsOf(sizes)
  const { images, groups, inside, outside, axes } = windows
  const [x, other] = reads as readonly [Place, Place]
  const pixels = images * sizeOf(axes.map(({ output }) => output))
  const taps = windowElements(windows).taps * inside
  const isForward = name === 'convolution'
  const [row, at] = isForward ? ['pixel', 'channel'] : ['channel', 'pixel']
  const product: Product = {
    kind: 'matmul',
    dtype: 'float32',
    outer: [groups],
    m: isForward ? pixels : taps,
    n: outside,
    k: isForward ? taps : pixels,
    // Neighbours in memory are channels.
    a: {
      ...nowhere(x),
      [isForward ? 'columnStride' : 'rowStride']: 1,
      [isForward ? 'rowStride' : 'columnStride']: 2,
    },
    b: inGroups(other, groups, outside),
    c: inGroups(out, groups, outside),
    readerOfA: (binder) =>
      `${seenFunction(binder, windows, x)}
fn elementOfA(group: i32, ${row}: i32, ${at}: i32) -> f32 { return seen(group, pixel, channel); }`,
  }
  return productKernels(site, product)
}

/** One invocation for each channel of a pixel. */
const eachChannel = (count: number, channels: number): readonly string[] =>
  positionLines('i', [count / Math.max(channels, 1), channels], ['pixel', 'channel'])

/** The tap of each window where its largest element is: the first of several and of NaNs. */
export const windowArgmaxKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const windows = windowsOf(sizes)
  const { output, taps } = windowElements(windows)
  const [x] = reads as readonly [Place]
  if (output === 0) return []
  const binder = binderOf(site.placementOf)
  const read = binder.load(x, 'float32', channelAt(x, windows.inside, 'source', 'channel'))
  return [
    elementKernel(
      binder,
      output,
      [
        ...eachChannel(output, windows.inside),
        'var best = 0f;',
        'var position = -1;',
        `for (var tap = 0; tap < ${String(taps)}; tap++) {`,
        'let source = sourceOf(pixel, tap);',
        'if (source >= 0) {',
        `let value = ${read};`,
        'if (position < 0 || (!isNan(best) && (isNan(value) || lessOf(best, value)))) { best = value; position = tap; }',
        '}',
        '}',
        binder.store(out, 'float32', indexText(out.offset, [['i', 1]]), 'f32(position)'),
      ],
      { declarations: [sourceFunction(windows)] },
    ),
  ]
}

/** Of each window the element at the tap that is given for it. */
export const windowTakeKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const windows = windowsOf(sizes)
  const { output, taps } = windowElements(windows)
  const [x, given] = reads as readonly [Place, Place]
  if (output === 0) return []
  const binder = binderOf(site.placementOf)
  const tap = binder.load(given, 'float32', indexText(given.offset, [['i', 1]]))
  const read = binder.load(x, 'float32', channelAt(x, windows.inside, 'source', 'channel'))
  return [
    elementKernel(
      binder,
      output,
      [
        ...eachChannel(output, windows.inside),
        `let tap = ${tap};`,
        'var value = 0f;',
        `if (!isNan(tap) && tap >= 0f && tap < ${String(taps)}f && floor(tap) == tap) {`,
        'let source = sourceOf(pixel, i32(tap));',
        `if (source >= 0) { value = ${read}; }`,
        '}',
        binder.store(out, 'float32', indexText(out.offset, [['i', 1]]), 'value'),
      ],
      { declarations: [sourceFunction(windows)] },
    ),
  ]
}

/** The output position along an axis from which tap `t` meets the input `i`. */
const backLines = (
  { output, stride, dilation, inputDilation, low }: WindowAxis,
  axis: number,
): readonly string[] => {
  const [at, o] = [`at${String(axis)}`, `o${String(axis)}`]
  return [
    `let ${at} = i${String(axis)} * ${String(inputDilation)} + ${String(low)} - t${String(axis)} * ${String(dilation)};`,
    `let ${o} = ${at} / ${String(stride)};`,
    `if (${at} < 0 || ${o} >= ${String(output)}${stride === 1 ? '' : ` || ${at} % ${String(stride)} != 0`}) { continue; }`,
  ]
}

/** Each input adds up the elements of the windows that have chosen it, tap by tap. */
export const windowPutKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const windows = windowsOf(sizes)
  const { images, inside, axes } = windows
  const { input, taps } = windowElements(windows)
  const [y, given] = reads as readonly [Place, Place]
  if (input === 0) return []
  const binder = binderOf(site.placementOf)
  const at = (place: Place): string =>
    binder.load(place, 'float32', channelAt(place, inside, 'pixel', 'channel'))
  return [
    elementKernel(binder, input, [
      ...positionLines(
        'i',
        [images, ...axes.map((axis) => axis.input), inside],
        ['image', 'i0', 'i1', 'i2', 'channel'],
      ),
      'var total = 0f;',
      `for (var tap = 0; tap < ${String(taps)}; tap++) {`,
      ...positionLines(
        'tap',
        axes.map((axis) => axis.taps),
        ['t0', 't1', 't2'],
      ),
      ...axes.flatMap(backLines),
      `let pixel = ((image * ${String(axes[0]!.output)} + o0) * ${String(axes[1]!.output)} + o1) * ${String(axes[2]!.output)} + o2;`,
      `if (${at(given)} == f32(tap)) { total = total + ${at(y)}; }`,
      '}',
      binder.store(out, 'float32', indexText(out.offset, [['i', 1]]), 'total'),
    ]),
  ]
}
