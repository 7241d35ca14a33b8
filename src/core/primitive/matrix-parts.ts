import type { DType } from '../tensor/dtype.ts'
import { ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { abs, max } from './elementwise.ts'
import { batchOf, rowsAndColumns, swapped } from './matrices.ts'
import { matmul } from './matmul.ts'
import { concat } from './movement.ts'
import type { Operations, TangentOperations, Typed } from './primitive.ts'
import { requireFloat } from './typing.ts'

/*
 * Operations on the last two axes, in the language of rules.
 */

/** Throws unless it is one matrix of floats, or a batch of them. */
export const requireMatrix = (x: Typed, name: string): void => {
  requireFloat(x, name)
  if (x.shape.length < 2)
    throw new ShapeError(`${name}: expected a matrix or a batch of them, got shape ${showShape(x.shape)}`)
}

/** The product of matrices. */
export const product = <V extends Value>(
  o: Operations<V>,
  first: Value,
  ...rest: readonly [Value, ...Value[]]
): V => rest.reduce<Value>((left, right) => o.call(matmul, left, right), first) as V

/** A block of rows and columns. */
export const block = <V extends Value>(
  o: Operations<V>,
  x: Value,
  [row, column]: readonly [row: number, column: number],
  [rows, columns]: readonly [rows: number, columns: number],
): V => {
  const batch = batchOf(x)
  return o.slice(x, {
    start: [...batch.map(() => 0), row, column],
    step: x.shape.map(() => 1),
    shape: [...batch, rows, columns],
  })
}

/** A matrix as a block at the beginning of a row of a larger one that is 0 elsewhere. */
export const widened = <V extends Value>(o: Operations<V>, x: V, columns: number): V => {
  const start = x.shape.map(() => 0)
  return x.shape[x.shape.length - 1] === columns
    ? x
    : o.pad(x, { start, step: x.shape.map(() => 1), shape: [...x.shape.slice(0, -1), columns] })
}

/** Matrices of as many columns below each other. */
export const stacked = <V extends Value>(o: Operations<V>, parts: readonly V[]): V =>
  o.bind(concat, parts, { axis: (parts[0]?.shape.length ?? 2) - 2 })

/** The diagonal of a square matrix, as a row `[…, 1, n]`. */
export const diagonalRow = <V extends Value>(o: Operations<V>, x: Value): V => {
  const batch = batchOf(x)
  const [, n] = rowsAndColumns(x)
  return o.slice(o.reshape(x, [...batch, 1, n * n]), {
    start: [...batch.map(() => 0), 0, 0],
    step: [...batch.map(() => 1), 1, n + 1],
    shape: [...batch, 1, n],
  })
}

/** A row `[…, 1, n]` as a vector `[…, n]`. */
export const withoutRow = <V extends Value>(o: Operations<V>, row: Value): V =>
  o.reshape(row, [...batchOf(row), rowsAndColumns(row)[1]])

/** A row `[…, 1, n]` as every row of a matrix of m rows. */
export const rowsOf = <V extends Value>(o: Operations<V>, row: Value, m: number): V =>
  o.broadcastTo(row, [...batchOf(row), m, rowsAndColumns(row)[1]])

/** The distance of 1 from the next number of a dtype. */
export const epsilonOf = (dtype: DType): number => (dtype === 'float32' ? 2 ** -23 : Number.EPSILON)

/**
 * 1/(vⱼ − vᵢ) of a row of values, and 0 where two are equal within rounding (n·ε times the largest): the turning of vectors
 * within a space that they share is not determined, and what is determined does not depend on it.
 */
export const inverseGaps = <V extends Value>(o: Operations<V>, values: V): V => {
  const [, n] = rowsAndColumns(values)
  const across = rowsOf(o, values, n)
  const gaps = o.sub(across, swapped(o, across))
  const size = (k: number): V => o.call(abs, block(o, values, [0, k], [1, 1]))
  const most = o.call(max, size(0), size(n - 1))
  const rounding = o.mul(most, o.constant(n * epsilonOf(values.dtype), most))
  const apart = o.less(o.broadcastTo(rounding, gaps.shape), o.call(abs, gaps))
  const one = o.constant(1, gaps)
  return o.select(apart, o.div(one, o.select(apart, gaps, one)), o.constant(0, gaps))
}

/** The tangent of a symmetric matrix of which only the symmetric part counts. */
export const symmetricPart = <V extends Value>(o: TangentOperations<V>, t: V): V => {
  const twice = o.add(t, swapped(o, t))
  return o.times(twice, o.plain.constant(0.5, twice))
}
