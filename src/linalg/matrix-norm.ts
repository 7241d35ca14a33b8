import { abs } from '../core/numeric/arithmetic.ts'
import { take } from '../core/numeric/index-by.ts'
import { max, norm, sum } from '../core/numeric/reduce.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { ReducedShape, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf, shaped } from './matrices.ts'
import { singularValues } from './svd.ts'

/**
 * Which norm {@link matrixNorm} takes.
 *
 * @category Norms
 */
export interface MatrixNormOptions {
  /**
   * √Σx² (the default), the largest sum of absolute values of a column (1) or of a row (`'inf'`), the largest singular value
   * (2), the smallest (−2), or the sum of all (`'nuclear'`).
   */
  readonly order?: 'frobenius' | 1 | 'inf' | 2 | -2 | 'nuclear'
}

/** The largest of the sums of absolute values along an axis, over the other one of the two; 0 for none. */
const largestSum = (x: Tensor, along: -2 | -1): Tensor => {
  const sums: Tensor = sum(abs(x), { axis: along })
  return sums.shape[sums.rank - 1] === 0 ? sum(sums, { axis: -1 }) : max(sums, { axis: -1 })
}

/** Of singular values, the largest first; 0 for none. */
const ofValues = (s: Tensor, order: 2 | -2 | 'nuclear'): Tensor => {
  const count = s.shape[s.rank - 1] ?? 0
  if (order === 'nuclear' || count === 0) return sum(s, { axis: -1 })
  return take(s, order === 2 ? 0 : count - 1, { axis: -1 })
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
 * item(matrixNorm(tensor([[3, 0], [0, 4]]), { order: 2 })) // => 4
 * item(matrixNorm(tensor([[3, 0], [0, 4]]), { order: 'nuclear' })) // => 7
 * ```
 * @category Norms
 */
export const matrixNorm = <S extends Shape>(
  x: Tensor<S>,
  options: MatrixNormOptions = {},
): Tensor<ReducedShape<S, readonly [-2, -1], false>> => {
  checkOptions('matrixNorm', options, { order: true })
  const { order = 'frobenius' } = options
  checkChoice('matrixNorm', 'order', order, ['frobenius', 1, 'inf', 2, -2, 'nuclear'])
  const matrix = matrixOf(x, 'matrixNorm')
  if (order === 2 || order === -2 || order === 'nuclear')
    return shaped(ofValues(singularValues(matrix), order))
  return shaped(
    order === 'frobenius' ? norm(matrix, { axis: [-2, -1] }) : largestSum(matrix, order === 1 ? -2 : -1),
  )
}
