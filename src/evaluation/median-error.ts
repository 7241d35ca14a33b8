import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { normal95 } from '../training/confidence.ts'
import type { Measured } from './measured.ts'
import type { ValuePredictions } from './predictions.ts'
import type { RowWeights, WeightedRows } from './row-weights.ts'
import { incompleteBeta } from './student.ts'
import { valueRows, type ValueRows } from './value-rows.ts'
import { absoluteLosses } from './value-losses.ts'
import { medianOfSorted, positionOf, sortedRows } from './weighted-median.ts'

/** P(X ≤ k) of a binomial with n trials at ½. */
const halfBinomial = (k: number, n: number): number =>
  k < 0 ? 0 : k >= n ? 1 : incompleteBeta(0.5, n - k, k + 1)

/** The greatest r for which the r-th lowest and the r-th highest of n values hold the median with 95 %; 0 for none. */
const rankOfBound = (n: number): number => {
  const near = Math.ceil(n / 2 - normal95 * Math.sqrt(n / 4)) + 2
  const candidates = Array.from({ length: 6 }, (_, i) => near - i).filter(
    (r) => r >= 1 && 2 * r <= n + 1 && halfBinomial(r - 1, n) <= 0.025,
  )
  return candidates[0] ?? 0
}

/** The median of values with the interval of order statistics, at the ranks of the effective number of rows. */
const medianOf = (values: Float64Array, weights: RowWeights): Measured => {
  const sorted = sortedRows(values, weights)
  const value = medianOfSorted(sorted)
  const rows = Math.round(weights.effective)
  const rank = rankOfBound(rows)
  if (rank === 0) return { value, interval: [0, Infinity] }
  const at = (share: number): number => sorted.values[positionOf(sorted, share)]!
  return { value, interval: [at(rank / rows), at(1 - (rank - 1) / rows)] }
}

export const medianAbsolute = (rows: ValueRows): Measured => medianOf(absoluteLosses(rows), rows.weights)

/**
 * The median of |ŷ − y|, which a few rows that are far off do not move; of several targets the mean over them in each
 * row. The interval is that of order statistics: the r-th lowest and highest value, with r the greatest for which a
 * binomial at ½ says 95 %; of fewer than 6 rows there is none.
 *
 * Source: W. R. Thompson, Annals of Mathematical Statistics 7, 1936; H. A. David, H. N. Nagaraja, Order Statistics, 2003,
 * section 7.1.
 *
 * @throws ShapeError, DTypeError, ArgumentError where estimates, truth and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { medianAbsoluteError, valuePredictions } from 'puregrad/evaluation'
 * medianAbsoluteError(valuePredictions(tensor([2.5, 0, 2, 8]), ['y']), tensor([3, -0.5, 2, 7])).value // => 0.5
 * ```
 * @category Metrics of numbers
 */
export const medianAbsoluteError = (
  predictions: ValuePredictions,
  y: Tensor,
  options: WeightedRows = {},
): Measured => {
  checkOptions('medianAbsoluteError', options, { weights: true })
  return medianAbsolute(valueRows('medianAbsoluteError', predictions, y, options))
}
