import { cast, concat, div, matmul, ones, transpose } from '../../core/numeric/index.ts'
import { ShapeError } from '../../core/tensor/errors.ts'
import { showShape } from '../../core/tensor/shape.ts'
import { greatestOf, leastOf } from '../../core/tensor/extremes.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/**
 * How unequally a quadratic curves, and what that costs gradient descent.
 *
 * @category Scaling
 */
export interface ConditionReport {
  /** Curvatures along the axes of the bowl, the largest first. */
  readonly eigenvalues: readonly number[]
  /** The largest absolute eigenvalue over the smallest; infinite for a singular matrix. */
  readonly condition: number
  /** 2 / largest: gradient descent with a constant rate above it diverges. */
  readonly rateBound: number
  /** Steps of gradient descent at the best constant rate for every decimal digit of the loss gap. */
  readonly stepsPerDigit: number
}

/**
 * XᵀX / n of rows `[n, features]` in float64: the Hessian of half the mean squared error of a linear model, whatever
 * its targets. With `intercept` a column of ones comes first.
 *
 * @throws ShapeError unless x is a matrix.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { gramMatrix } from 'puregrad/data'
 * toArray(gramMatrix(tensor([[1], [3]]), { intercept: true })) // => [[1, 2], [2, 5]]
 * ```
 * @category Scaling
 */
export const gramMatrix = (
  x: Tensor,
  { intercept = false }: { readonly intercept?: boolean } = {},
): Tensor => {
  const [n = 0] = x.shape
  if (x.rank !== 2) throw new ShapeError(`gramMatrix: expected [n, features], got ${showShape(x.shape)}`)
  const rows = cast(x, 'float64')
  const design = intercept ? concat([ones([n, 1], { dtype: 'float64' }), rows], { axis: 1 }) : rows
  return div(matmul(transpose(design), design), n)
}

/**
 * The condition of a symmetric matrix `[n, n]`, a Gram matrix or a Hessian.
 *
 * Steps: at the rate 2/(L + μ) the loss gap of a quadratic with condition κ shrinks by ((κ − 1)/(κ + 1))² a step.
 * Source: Yu. Nesterov, "Introductory lectures on convex optimization", 2004, theorem 2.1.15.
 *
 * @throws ShapeError or ArgumentError as `symmetricEigen` does.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { conditionReport } from 'puregrad/data'
 * const { condition, rateBound } = conditionReport(tensor([[4, 0], [0, 1]], { dtype: 'float64' }))
 * condition // => 4
 * rateBound // => 0.5
 * ```
 * @category Scaling
 */
export const conditionReport = (matrix: Tensor): ConditionReport => {
  const { values } = symmetricEigen(matrix)
  const sizes = values.map(Math.abs)
  const [largest, smallest] = [greatestOf(sizes), leastOf(sizes)]
  const condition = largest / smallest
  return {
    eigenvalues: values,
    condition: smallest === 0 ? Infinity : condition,
    rateBound: 2 / largest,
    stepsPerDigit: Math.LN10 / (2 * Math.log1p(2 / (condition - 1))),
  }
}
