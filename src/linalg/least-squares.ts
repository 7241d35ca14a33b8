import { operations as o } from '../core/autodiff/apply.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { stopGradient } from '../core/primitive/elementwise.ts'
import { product, rowsOf } from '../core/primitive/matrix-parts.ts'
import { batchOf, byDiagonals, rowsAndColumns, swapped } from '../core/primitive/matrices.ts'
import { pseudoSolve } from '../core/primitive/pseudo-solve.ts'
import * as primitive from '../core/primitive/svd.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { broadcastShapes, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf } from './matrices.ts'
import { largeValues, toleranceOf, type RankOptions } from './rank.ts'

/** A⁺ without a derivative, by the singular values that count. */
const pseudoInverseOf = (a: AnyValue, tolerance: number): AnyValue => {
  const factors = o.bind(primitive.svd, [o.call(stopGradient, a)], { full: false })
  const [u, s, v] = primitive.svdParts(o, factors, a, false)
  const isLarge = largeValues(s, tolerance)
  const one = o.constant(1, s)
  const inverse = o.select(isLarge, o.div(one, o.select(isLarge, s, one)), o.constant(0, s))
  return product(o, o.mul(v, rowsOf(o, inverse, rowsAndColumns(v)[0])), swapped(o, u))
}

const solved = (a: AnyValue, b: AnyValue, tolerance: number): AnyValue =>
  o.bind(pseudoSolve, [a, pseudoInverseOf(a, tolerance), b], { transposed: false })

/**
 * The x that makes ‖Ax − b‖ least, and among several the shortest, by the singular values of A `[…a, m, n]`; b is a vector
 * `[m]` or columns `[…b, m, k]`, batch axes broadcast. Singular values of at most `tolerance` times the largest count as 0.
 *
 * Derivatives of every order are right as long as A keeps its rank; where the rank changes, x jumps.
 *
 * @throws ShapeError where the rows differ; DTypeError for integers or unequal dtypes; ArgumentError for a tolerance that is
 * not between 0 and 1.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { leastSquares } from 'puregrad/linalg'
 * // A line through (0, 1), (1, 3), (2, 5).
 * toArray(leastSquares(tensor([[1, 0], [1, 1], [1, 2]]), tensor([1, 3, 5]))) // => [1, 2]
 * // Of all x with x₁ + x₂ = 2, the shortest.
 * toArray(leastSquares(tensor([[1, 1]]), tensor([2]))) // => [1, 1]
 * ```
 * @category Systems of equations
 */
export const leastSquares = (a: Tensor, b: Tensor, options: RankOptions = {}): Tensor => {
  const matrix = matrixOf(a, 'leastSquares')
  const right = tensorOf(b, 'leastSquares')
  const tolerance = toleranceOf('leastSquares', matrix, options)
  const [m, n] = rowsAndColumns(matrix)
  const rows = right.rank < 2 ? right.shape[0] : rowsAndColumns(right)[0]
  if (rows !== m)
    throw new ShapeError(
      `leastSquares: ${showShape(matrix.shape)} has ${String(m)} rows, the right side ${showShape(right.shape)} ` +
        (rows === undefined ? 'is a scalar' : `has ${String(rows)}`),
    )
  const columns = right.rank === 1 ? o.reshape(right, [m, 1]) : right
  const batch = broadcastShapes(batchOf(matrix), batchOf(columns), 'leastSquares')
  const k = rowsAndColumns(columns)[1]
  const x = solved(
    o.broadcastTo(matrix, [...batch, m, n]),
    o.broadcastTo(columns, [...batch, m, k]),
    tolerance,
  )
  return right.rank === 1 ? o.reshape(x, [...batch, n]) : x
}

/**
 * The Moore–Penrose inverse A⁺ of matrices `[…b, m, n]`, `[…b, n, m]`: A⁺b is what `leastSquares` gives, which is faster
 * for few b. Singular values of at most `tolerance` times the largest count as 0.
 *
 * Derivatives of every order are right as long as A keeps its rank; where the rank changes, A⁺ jumps.
 *
 * @throws ShapeError for less than two axes; DTypeError for integers; ArgumentError for a tolerance that is not between 0
 * and 1.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { pseudoInverse } from 'puregrad/linalg'
 * toArray(pseudoInverse(tensor([[2, 0], [0, 0], [0, 4]]))) // => [[0.5, 0, 0], [0, 0, 0.25]]
 * ```
 * @category Systems of equations
 */
export const pseudoInverse = (a: Tensor, options: RankOptions = {}): Tensor => {
  const matrix = matrixOf(a, 'pseudoInverse')
  const tolerance = toleranceOf('pseudoInverse', matrix, options)
  const [m] = rowsAndColumns(matrix)
  const { dtype } = matrix
  const identity = byDiagonals(o, { shape: [...batchOf(matrix), m, m], dtype }, dtype, (d) => Number(d === 0))
  return solved(matrix, asValue(identity), tolerance)
}
