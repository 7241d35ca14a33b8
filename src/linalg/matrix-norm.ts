import { abs } from '../core/numeric/arithmetic.ts'
import { max, norm, sum } from '../core/numeric/reduce.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { ReducedShape, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf, shaped } from './matrices.ts'

/**
 * Which norm {@link matrixNorm} takes.
 *
 * @category Norms
 */
export interface MatrixNormOptions {
  /** √Σx² (the default), the largest sum of absolute values of a column (1), or that of a row (`'inf'`). */
  readonly order?: 'frobenius' | 1 | 'inf'
}

/** The largest of the sums of absolute values along an axis, over the other one of the two; 0 for none. */
const largestSum = (x: Tensor, along: -2 | -1): Tensor => {
  const sums: Tensor = sum(abs(x), { axis: along })
  return sums.shape[sums.rank - 1] === 0 ? sum(sums, { axis: -1 }) : max(sums, { axis: -1 })
}

/**
 * A norm of matrices `[…b, m, n]`, of which it leaves the batch. The norms of vectors, of any order, are those of `norm` of
 * `puregrad`.
 *
 * @throws ShapeError for scalars and vectors; DTypeError for integers; ArgumentError for another order.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { matrixNorm } from 'puregrad/linalg'
 * const m = tensor([[1, -2], [0, 2]])
 * item(matrixNorm(m)) // => 3
 * item(matrixNorm(m, { order: 1 })) // => 4
 * item(matrixNorm(m, { order: 'inf' })) // => 3
 * ```
 * @category Norms
 */
export const matrixNorm = <S extends Shape>(
  x: Tensor<S>,
  options: MatrixNormOptions = {},
): Tensor<ReducedShape<S, readonly [-2, -1], false>> => {
  checkOptions('matrixNorm', options, { order: true })
  const { order = 'frobenius' } = options
  checkChoice('matrixNorm', 'order', order, ['frobenius', 1, 'inf'])
  const matrix = matrixOf(x, 'matrixNorm')
  return shaped(
    order === 'frobenius' ? norm(matrix, { axis: [-2, -1] }) : largestSum(matrix, order === 1 ? -2 : -1),
  )
}
