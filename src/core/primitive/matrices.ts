import { viewOf } from '../tensor/concrete.ts'
import { allocate, type DType } from '../tensor/dtype.ts'
import { ShapeError } from '../tensor/errors.ts'
import { showShape, sizeOf, sizesBetween, type Sizes } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { repeated } from './elementwise-record.ts'
import type { Operations, Typed } from './primitive.ts'
import { requireFloat } from './typing.ts'

/** The axes before the last two. */
export const batchOf = ({ shape }: Typed): Sizes => sizesBetween(shape, 0, shape.length - 2)

/** The last two sizes. */
export const rowsAndColumns = ({ shape }: Typed): readonly [rows: number, columns: number] => [
  shape[shape.length - 2] ?? 0,
  shape[shape.length - 1] ?? 0,
]

/** The last two axes exchanged; a view. */
export const swapped = <V extends Value>(o: Operations<V>, x: Value): V => {
  const axes = [...x.shape.keys()]
  const rank = axes.length
  return o.transpose(x, [...axes.slice(0, rank - 2), rank - 1, rank - 2])
}

/** Throws unless it is one square matrix of floats, or a batch of them. */
export const requireSquare = (x: Typed, name: string): void => {
  requireFloat(x, name)
  const [rows, columns] = rowsAndColumns(x)
  if (x.shape.length < 2 || rows !== columns)
    throw new ShapeError(
      `${name}: expected a square matrix or a batch of them, got shape ${showShape(x.shape)}`,
    )
}

/** The number of matrices and the size of each of them, square ones. */
export const sizesOfSquare = (x: Typed): readonly [batch: number, n: number] => [
  sizeOf(batchOf(x)),
  rowsAndColumns(x)[0],
]

/**
 * A matrix of one shape as that of the last two axes whose elements are `of(column − row)`, stretched over the others;
 * one element is stored for each diagonal.
 */
export const byDiagonals = (
  o: Operations,
  { shape }: Typed,
  dtype: DType,
  of: (diagonal: number) => number,
): Value => {
  const [rows, columns] = rowsAndColumns({ shape, dtype })
  const last = Math.max(0, rows - 1)
  const buffer = allocate(dtype, Math.max(1, rows + columns - 1))
  // eslint-disable-next-line functional/immutable-data -- made here
  buffer.forEach((_, i) => (buffer[i] = of(i - last)))
  return o.broadcastTo(viewOf(buffer, dtype, [rows, columns], [-1, 1], last), shape)
}

/** The lower or upper triangle, from a diagonal on (columns minus rows), and `zero` elsewhere. */
export const triangleOf = (
  o: Operations,
  x: Value,
  lower: boolean,
  diagonal: number,
  zero: Value = o.constant(0, x),
): Value => {
  const inside = (d: number): number => Number(lower ? d <= diagonal : d >= diagonal)
  return o.select(byDiagonals(o, x, 'bool', inside), x, zero)
}

/**
 * What solves for the columns of `b` `[…more, …batch, n, m]`, where the matrix has the axes `[…batch, n, n]` alone: the
 * further axes are further columns, so that the matrix is not repeated.
 */
export const solvedAsColumns = (
  o: Operations,
  b: Value,
  more: number,
  solved: (columns: Value) => Value,
): Value => {
  const { shape } = b
  const rank = shape.length
  const outer = [...shape.keys()].slice(0, more)
  const inner = [...shape.keys()].slice(more, rank - 1)
  const order = [...inner, ...outer, rank - 1]
  const moved = order.map((axis) => shape[axis] ?? 0)
  const flat = [...inner.map((axis) => shape[axis] ?? 0), sizeOf(moved.slice(inner.length))]
  const x = solved(o.reshape(o.transpose(b, order), flat))
  return o.transpose(
    o.reshape(x, moved),
    [...shape.keys()].map((axis) => order.indexOf(axis)),
  )
}

/** The batch of what solves with matrices for the columns of its last input. */
export const batchOfSolve = (
  o: Operations,
  inputs: readonly Value[],
  batched: readonly boolean[],
  size: number,
  bind: (inputs: readonly Value[]) => Value,
): Value => {
  const matrices = inputs.slice(0, -1)
  return batched.slice(0, -1).includes(true)
    ? bind(repeated(o, inputs, batched, size))
    : solvedAsColumns(o, inputs[inputs.length - 1]!, 1, (columns) => bind([...matrices, columns]))
}
