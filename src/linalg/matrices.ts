import { operations as o } from '../core/autodiff/apply.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { batchOf, byDiagonals, requireSquare, solvedAsColumns } from '../core/primitive/matrices.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { broadcastShapes, showShape } from '../core/tensor/shape.ts'
import type { Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** The value of an argument that has to be a matrix or a batch of them. */
export const matrixOf = (x: unknown, where: string): AnyValue => {
  const value = tensorOf(x, where)
  if (value.rank < 2)
    throw new ShapeError(
      `${where}: expected a matrix or a batch of them, got shape ${showShape(value.shape)}`,
    )
  return value
}

/** The value of an argument that has to be a square matrix of floats or a batch of them. */
export const squareOf = (x: unknown, where: string): AnyValue => {
  const value = tensorOf(x, where)
  requireSquare(value, where)
  return value
}

/** A result of the shape that the types of the arguments tell. */
export const shaped = <S extends Shape>(x: Tensor): Tensor<S> => x as Tensor<S>

/** The identity of the shape and dtype of a square matrix. */
export const identityLike = (a: AnyValue): AnyValue =>
  asValue(byDiagonals(o, a, a.dtype, (d) => Number(d === 0)))

/**
 * X of a system with matrices of the sizes `[…b, n, n]`, the first of which has exactly these, and a right side: a vector
 * `[n]` or columns `[…c, n, m]`, whose batch axes broadcast with those of the matrices. `solved` gets all with the same
 * batch axes; those that only the columns have become more columns of the one matrix.
 */
export const solvedFor = (
  where: string,
  matrices: readonly AnyValue[],
  right: AnyValue,
  solved: (matrices: readonly AnyValue[], columns: AnyValue) => AnyValue,
): AnyValue => {
  const a = matrices[0]!
  const n = a.shape[a.rank - 1]
  const rows = right.rank < 2 ? right.shape[0] : right.shape[right.rank - 2]
  if (n !== rows)
    throw new ShapeError(
      `${where}: ${showShape(a.shape)} has ${String(n)} rows, the right side ${showShape(right.shape)} ` +
        (rows === undefined ? 'is a scalar' : `has ${String(rows)}`),
    )
  const b = right.rank === 1 ? o.reshape(right, [...right.shape, 1]) : right
  const solveColumns = (columns: AnyValue): AnyValue => {
    const batch = broadcastShapes(batchOf(a), batchOf(columns), where)
    const spread = (x: AnyValue): AnyValue => o.broadcastTo(x, [...batch, ...x.shape.slice(-2)])
    return solved(matrices.map(spread), spread(columns))
  }
  const x =
    a.rank === 2 && b.rank > 2
      ? asValue(solvedAsColumns(o, b, b.rank - 2, (columns) => solveColumns(asValue(columns))))
      : solveColumns(b)
  return right.rank === 1 ? o.reshape(x, x.shape.slice(0, -1)) : x
}
