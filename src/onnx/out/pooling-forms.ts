import { windowAxes, type WindowParameters } from '../../core/kernel/pooling.ts'
import type { WindowPutParameters } from '../../core/primitive/pooling.ts'
import { viewOf } from '../../core/tensor/concrete.ts'
import { bufferFrom, type DType } from '../../core/tensor/dtype.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import type { Extents } from './extent.ts'
import type { Lifted, Write } from './form.ts'
import type { Graph } from './graph.ts'
import { plain, reshaped } from './movement-forms.ts'
import { converted, shapeOf, type Operand } from './operand.ts'
import { reductionForms } from './reduction-forms.ts'

/*
 * Windows as tables of positions: MaxPool passes over NaN, and its positions are those of elements, not of taps. Pixels are
 * one axis, images [n, pixels, channels], windows [n, windows, channels].
 */

/** The input pixel of each tap, −1 outside, window by window. */
const sourcesOf = (
  space: readonly number[],
  params: Lifted<WindowParameters>,
): readonly (readonly number[])[] => {
  const { taps, strides, dilation, low, high } = params
  const axes = windowAxes(space, {
    taps: plain(taps),
    strides: plain(strides),
    dilation: plain(dilation),
    low: plain(low),
    high: plain(high),
  })
  return axes.reduce<readonly (readonly number[])[]>(
    (windows, { input, taps: count, output, stride, dilation: apart, low: before }) =>
      windows.flatMap((sources) =>
        Array.from({ length: output }, (_, at) =>
          sources.flatMap((source) =>
            Array.from({ length: count }, (__, tap) => {
              const i = stride * at + apart * tap - before
              return source < 0 || i < 0 || i >= input ? -1 : source * input + i
            }),
          ),
        ),
      ),
    [[0]],
  )
}

const table = (g: Graph, values: readonly number[], dtype: DType, shape: readonly number[]): string =>
  g.tensor(viewOf(bufferFrom(dtype, values), dtype, shape))

const asPixels = (shape: Extents): Extents => [
  shape[0]!,
  { rows: 0, plus: sizeOf(plain(shape.slice(1, -1))) },
  shape[shape.length - 1]!,
]

/** From a number in each window, `[n, windows, channels]`, what a table `[windows · taps]` has there. */
const lookedUp = (g: Graph, windows: number, taps: number, at: string, values: string): string => {
  const first = table(
    g,
    Array.from({ length: windows }, (_, q) => q * taps),
    'int32',
    [windows, 1],
  )
  return g.op('Gather', [values, g.op('Add', [at, first])], { axis: { int: 0 } })
}

/** The elements inside of each window, the first again for those outside: the first of the largest stays the first. */
const windowArgmax: Write<WindowParameters> = (g, [x], params, output) => {
  const { dtype, name } = x!
  const shape = shapeOf(x!)
  const sources = sourcesOf(plain(shape.slice(1, -1)), params)
  const [windows, taps] = [sources.length, sources[0]!.length]
  const order = sources.map((window) => {
    const inside = window.flatMap((source, tap) => (source < 0 ? [] : [tap]))
    return window.map((_, i) => inside[i] ?? inside[0]!)
  })
  const positions = order.flatMap((list, q) => list.map((tap) => sources[q]![tap]!))
  const elements = g.op(
    'Gather',
    [reshaped(g, name, shape, asPixels(shape)), table(g, positions, 'int32', [windows, taps])],
    { axis: { int: 1 } },
  )
  const [n, , channels] = asPixels(output.shape)
  const gathered = [n!, { rows: 0, plus: windows }, { rows: 0, plus: taps }, channels!]
  const at = reductionForms.argmax.write(
    g,
    [{ name: elements, shape: gathered, dtype }],
    { axis: 2 },
    { shape: asPixels(output.shape), dtype: 'int32' },
  )
  const found = lookedUp(g, windows, taps, at, table(g, order.flat(), dtype, [windows * taps]))
  return reshaped(g, found, asPixels(output.shape), output.shape)
}

/** Where the elements at the given taps are: positions of pixels as int64, 0 for those outside, and which are inside. */
const placesOf = (
  g: Graph,
  taps: Operand,
  space: readonly number[],
  params: Lifted<WindowParameters>,
): { readonly at: string; readonly inside: string } => {
  const sources = sourcesOf(space, params)
  const [windows, count] = [sources.length, sources[0]!.length]
  const shape = shapeOf(taps)
  const tap = converted(g, reshaped(g, taps.name, shape, asPixels(shape)), taps.dtype, 'int32')
  const source = lookedUp(g, windows, count, tap, table(g, sources.flat(), 'int32', [windows * count]))
  const zero = g.scalar(0, 'int32')
  return {
    at: converted(g, g.op('Max', [source, zero]), 'int32', 'int64'),
    inside: g.op('GreaterOrEqual', [source, zero]),
  }
}

const windowTake: Write<WindowParameters> = (g, [x, taps], params, output) => {
  const shape = shapeOf(x!)
  const { at, inside } = placesOf(g, taps!, plain(shape.slice(1, -1)), params)
  const found = g.op('GatherElements', [reshaped(g, x!.name, shape, asPixels(shape)), at], {
    axis: { int: 1 },
  })
  const shown = g.op('Where', [inside, found, g.scalar(0, output.dtype)])
  return reshaped(g, shown, asPixels(output.shape), output.shape)
}

const windowPut: Write<WindowPutParameters> = (g, [y, taps], { space, ...params }, output) => {
  const shape = shapeOf(y!)
  const { at, inside } = placesOf(g, taps!, plain(space), params)
  const zero = g.scalar(0, output.dtype)
  const updates = g.op('Where', [inside, reshaped(g, y!.name, shape, asPixels(shape)), zero])
  const zeros = g.op('Expand', [zero, g.sizes(asPixels(output.shape))])
  const added = g.op('ScatterElements', [zeros, at, updates], {
    axis: { int: 1 },
    reduction: { text: 'add' },
  })
  return reshaped(g, added, asPixels(output.shape), output.shape)
}

/** Windows for every channel by itself. */
export const poolingForms = {
  windowArgmax: {
    operators: ['Gather', 'ArgMax', 'IsNaN', 'ReduceMax', 'Add', 'Reshape', 'Cast', 'Where'],
    note: 'by a table of positions, since MaxPool passes over NaN and says no taps',
    write: windowArgmax,
  },
  windowTake: {
    operators: ['GatherElements', 'Gather', 'Add', 'Max', 'GreaterOrEqual', 'Reshape', 'Cast', 'Where'],
    note: 'likewise',
    write: windowTake,
  },
  windowPut: {
    operators: [
      'ScatterElements',
      'Gather',
      'Add',
      'Max',
      'GreaterOrEqual',
      'Expand',
      'Reshape',
      'Cast',
      'Where',
    ],
    note: 'likewise, reduction add into zeros',
    write: windowPut,
  },
} as const
