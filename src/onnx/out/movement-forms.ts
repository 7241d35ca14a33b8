import type { Region } from '../../core/primitive/primitive.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Lifted, Result, Write } from './form.ts'
import { isEmpty, sameExtents, type Extent, type Extents } from './extent.ts'
import type { Graph } from './graph.ts'
import { converted, shapeOf, type Operand } from './operand.ts'

/** The numbers of parameters that no size of the rows is in. */
export const plain = (extents: Extents): readonly number[] => extents.map(({ plus }) => plus)

export const reshaped = (g: Graph, name: string, from: Extents, to: Extents): string =>
  sameExtents(from, to) ? name : g.op('Reshape', [name, g.sizes(to)], { allowzero: { int: 1 } })

export const transposed = (g: Graph, name: string, permutation: readonly number[]): string =>
  permutation.every((axis, i) => axis === i)
    ? name
    : g.op('Transpose', [name], { perm: { ints: permutation } })

/**
 * The end, exclusive, of `count` positions from `start` in steps. Backwards to the first element it lies one before it,
 * which as a position would count from the end, so it is far before it.
 */
const endOf = (start: Extent, step: number, count: Extent): Extent => {
  const rows = start.rows + step * count.rows
  const plus = start.plus + step * count.plus
  return rows === 0 && plus < 0 ? { rows, plus: -(2 ** 31) } : { rows, plus }
}

const slice: Write<Region> = (g, [x], { start, step }, output) => {
  const steps = plain(step)
  const axes = steps.flatMap((by, axis) =>
    by === 1 && sameExtents([output.shape[axis]!], [shapeOf(x!)[axis]!]) ? [] : [axis],
  )
  if (axes.length === 0) return x!.name
  const ends = axes.map((axis) => endOf(start[axis]!, steps[axis]!, output.shape[axis]!))
  return g.op('Slice', [
    x!.name,
    g.sizes(axes.map((axis) => start[axis]!)),
    g.sizes(ends),
    g.ints(axes),
    g.ints(axes.map((axis) => steps[axis]!)),
  ])
}

/** Whether elements lie side by side, forwards. */
const isDense = (step: readonly number[], shape: Extents): boolean =>
  step.every((by, axis) => by === 1 || (shape[axis]!.rows === 0 && shape[axis]!.plus <= 1))

const minus = (a: Extent, b: Extent): Extent => ({ rows: a.rows - b.rows, plus: a.plus - b.plus })

/** Zeros before and after each axis. */
const padded = (g: Graph, x: Operand, start: Extents, output: Result): string => {
  const shape = shapeOf(x)
  const after = shape.map((size, axis) => minus(minus(output.shape[axis]!, start[axis]!), size))
  return [...start, ...after].every(({ rows, plus }) => rows === 0 && plus === 0)
    ? x.name
    : g.op('Pad', [x.name, g.sizes([...start, ...after])])
}

/** Elements with zeros between them, so that each is a number of steps behind the one before: the value and its shape. */
export const spreadApart = (
  g: Graph,
  name: string,
  shape: Extents,
  wide: readonly number[],
): { readonly name: string; readonly shape: Extents } => {
  const apart = reshaped(
    g,
    name,
    shape,
    shape.flatMap((size) => [size, { rows: 0, plus: 1 }]),
  )
  const spread = g.op('Pad', [
    apart,
    g.ints([...wide.flatMap(() => [0, 0]), ...wide.flatMap((by) => [0, by - 1])]),
  ])
  const size = ({ rows, plus }: Extent, by: number): Extent => ({ rows: rows * by, plus: plus * by })
  const spreadShape = shape.map((n, axis) => size(n, wide[axis]!))
  const flat = g.op('Reshape', [spread, g.sizes(spreadShape)], { allowzero: { int: 1 } })
  // The zeros behind the last element of an axis are no part of it: they are cut off again.
  const exact = spreadShape.map((n, axis) => ({ rows: n.rows, plus: n.plus - wide[axis]! + 1 }))
  return { name: g.op('Slice', [flat, g.ints(wide.map(() => 0)), g.sizes(exact)]), shape: exact }
}

/**
 * With steps, the elements are first spread along each axis: `[…, n, …]` to `[…, n, 1, …]`, zeros behind each, and flat
 * again; backwards they are turned round.
 */
const pad: Write<Region> = (g, [x], { start, step }, output) => {
  const steps = plain(step)
  const shape = shapeOf(x!)
  if (isDense(steps, shape)) return padded(g, x!, start, output)
  const turned = steps.flatMap((by, axis) => (by < 0 ? [axis] : []))
  const forwards =
    turned.length === 0
      ? x!.name
      : g.op('Slice', [
          x!.name,
          g.ints(turned.map(() => -1)),
          g.ints(turned.map(() => -(2 ** 31))),
          g.ints(turned),
          g.ints(turned.map(() => -1)),
        ])
  const { name: cut, shape: exact } = spreadApart(g, forwards, shape, steps.map(Math.abs))
  const first = start.map((from, axis) =>
    steps[axis]! < 0 ? minus(from, minus(exact[axis]!, { rows: 0, plus: 1 })) : from,
  )
  return padded(g, { ...x!, name: cut, shape: exact, stretched: undefined }, first, output)
}

interface Axis {
  readonly axis: number
}

interface IndexedAxis extends Axis {
  readonly batchDims: number
}

/** The number of elements. @throws ArgumentError where it grows with the square of the rows. */
const product = (extents: Extents): Extent =>
  extents.reduce(
    (a, b) => {
      if (a.rows !== 0 && b.rows !== 0)
        throw new ArgumentError('positions along two axes that both have the rows cannot be written')
      return { rows: a.rows * b.plus + a.plus * b.rows, plus: a.plus * b.plus }
    },
    { rows: 0, plus: 1 },
  )

/**
 * Positions as int64, where one that is below 0 lies outside: ONNX would count it from the end. One of uint32 is below 0 where
 * int64 is read as int32.
 */
const positions = (g: Graph, indices: Operand, size: Extent): string => {
  const wide = converted(g, indices.name, indices.dtype, 'int64')
  const outside = g.op('Less', [wide, g.count({ rows: 0, plus: 0 })])
  return g.op('Where', [outside, g.count(size), wide])
}

const gather: Write<IndexedAxis> = (g, [x, indices], { axis, batchDims }, output) => {
  const shape = shapeOf(x!)
  const at = positions(g, indices!, shape[axis]!)
  if (batchDims === 0) return g.op('Gather', [x!.name, at], { axis: { int: axis } })
  const picks = shapeOf(indices!)
  const [batch, outer, inner] = [
    shape.slice(0, batchDims),
    shape.slice(batchDims, axis),
    shape.slice(axis + 1),
  ]
  // [B, outer, n, inner] → [B, n, outer, inner], picked by [B, k, 1], and back.
  const grouped = [product(batch), product(outer), shape[axis]!, product(inner)] as const
  const front = transposed(g, reshaped(g, x!.name, shape, grouped), [0, 2, 1, 3])
  const k = product(picks.slice(batchDims))
  const listed = g.op('Reshape', [at, g.sizes([grouped[0], k, { rows: 0, plus: 1 }])], {
    allowzero: { int: 1 },
  })
  const picked = g.op('GatherND', [front, listed], { batch_dims: { int: 1 } })
  return reshaped(
    g,
    transposed(g, picked, [0, 2, 1, 3]),
    [grouped[0], grouped[1], k, grouped[3]],
    output.shape,
  )
}

const scatterAdd: Write<IndexedAxis> = (g, [updates, indices], { axis, batchDims }, output) => {
  const shape = output.shape
  const grouped = [
    product(shape.slice(0, batchDims)),
    product(shape.slice(batchDims, axis)),
    shape[axis]!,
    product(shape.slice(axis + 1)),
  ] as const
  const k = product(shapeOf(indices!).slice(batchDims))
  const at = positions(g, indices!, shape[axis]!)
  const one = { rows: 0, plus: 1 }
  const each = [grouped[0], grouped[1], k, grouped[3]]
  const listed = g.op('Expand', [
    g.op('Reshape', [at, g.sizes([batchDims === 0 ? one : grouped[0], one, k, one])], {
      allowzero: { int: 1 },
    }),
    g.sizes(each),
  ])
  const zeros = g.op('Expand', [g.scalar(0, output.dtype), g.sizes(grouped)])
  const added = g.op(
    'ScatterElements',
    [zeros, listed, reshaped(g, updates!.name, shapeOf(updates!), each)],
    {
      axis: { int: 2 },
      reduction: { text: 'add' },
    },
  )
  return reshaped(g, added, grouped, shape)
}

const concat = (g: Graph, inputs: readonly Operand[], { axis }: Lifted<Axis>): string => {
  const parts = inputs.filter(({ shape, stretched }) => !isEmpty(stretched ?? shape))
  return parts.length === 1
    ? parts[0]!.name
    : g.op(
        'Concat',
        parts.map(({ name }) => name),
        { axis: { int: axis } },
      )
}

/** The primitives that move elements. */
export const movementForms = {
  broadcastTo: {
    operators: ['Expand'],
    note: 'left out where the operator that takes it broadcasts by itself',
    write: (g: Graph, [x]: readonly Operand[], _: object, output: Result) =>
      sameExtents(shapeOf(x!), output.shape) ? x!.name : g.op('Expand', [x!.name, g.sizes(output.shape)]),
  },
  reshape: {
    operators: ['Reshape'],
    write: (g: Graph, [x]: readonly Operand[], _: object, output: Result) =>
      reshaped(g, x!.name, shapeOf(x!), output.shape),
  },
  transpose: {
    operators: ['Transpose'],
    write: (
      g: Graph,
      [x]: readonly Operand[],
      { permutation }: Lifted<{ readonly permutation: readonly number[] }>,
    ) => transposed(g, x!.name, plain(permutation)),
  },
  slice: { operators: ['Slice'], write: slice },
  pad: {
    operators: ['Pad', 'Reshape', 'Slice'],
    note: 'Pad alone without steps; with steps the elements are spread first',
    write: pad,
  },
  concat: { operators: ['Concat'], write: concat },
  gather: {
    operators: ['Gather', 'GatherND', 'Reshape', 'Transpose', 'Cast', 'Less', 'Where'],
    note: 'GatherND where positions differ by a batch; a position below 0 is refused as one beyond the end is',
    write: gather,
  },
  scatterAdd: {
    operators: ['ScatterElements', 'Expand', 'Reshape', 'Cast', 'Less', 'Where'],
    note: 'reduction add into zeros; a position below 0 is refused as one beyond the end is',
    write: scatterAdd,
  },
} as const
