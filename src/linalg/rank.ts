import { operations as o } from '../core/autodiff/apply.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { stopGradient } from '../core/primitive/elementwise.ts'
import { block, epsilonOf, withoutRow } from '../core/primitive/matrix-parts.ts'
import { rowsAndColumns } from '../core/primitive/matrices.ts'
import * as primitive from '../core/primitive/svd.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf } from './matrices.ts'

/**
 * Which singular values count.
 *
 * @category Decompositions
 */
export interface RankOptions {
  /** Values of at most this times the largest count as 0; max(m, n) times the rounding of the dtype unless told otherwise. */
  readonly tolerance?: number
}

/** The tolerance for a matrix. @throws ArgumentError for one that is not between 0 and 1. */
export const toleranceOf = (where: string, a: AnyValue, options: RankOptions): number => {
  checkOptions(where, options, { tolerance: true })
  const { tolerance = Math.min(1, Math.max(...rowsAndColumns(a)) * epsilonOf(a.dtype)) } = options
  checkSetting(where, 'tolerance', tolerance, { min: 0, max: 1 })
  return tolerance
}

/** Which of the values `[…, 1, k]`, the largest first, count. */
export const largeValues = (s: AnyValue, tolerance: number): AnyValue => {
  if (s.size === 0) return o.cast(s, 'bool')
  const largest = block(o, s, [0, 0], [1, 1])
  return o.less(o.broadcastTo(o.mul(largest, o.constant(tolerance, largest)), s.shape), s)
}

/**
 * The number of singular values above `tolerance` times the largest, of each matrix `[…b, m, n]`; int32.
 *
 * @throws ShapeError for less than two axes; DTypeError for integers; ArgumentError for a tolerance that is not between 0
 * and 1.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { matrixRank } from 'puregrad/linalg'
 * item(matrixRank(tensor([[1, 2], [2, 4]]))) // => 1
 * ```
 * @category Decompositions
 */
export const matrixRank = (a: Tensor, options: RankOptions = {}): Tensor => {
  const matrix = matrixOf(a, 'matrixRank')
  const tolerance = toleranceOf('matrixRank', matrix, options)
  const factors = o.bind(primitive.svd, [o.call(stopGradient, matrix)], { full: false })
  const [, s] = primitive.svdParts(o, factors, matrix, false)
  const counted = withoutRow(o, o.cast(largeValues(asValue(s), tolerance), 'int32'))
  return o.sum(counted, [counted.rank - 1])
}
