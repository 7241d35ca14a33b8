import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Interval } from '../training/confidence.ts'
import { studentReach, studentTail } from './student.ts'

/**
 * A figure over folds or splits.
 *
 * @category Cross-validation
 */
export interface FoldSpread {
  readonly mean: number
  /** The standard deviation over folds, of a sample; NaN for fewer than two. */
  readonly deviation: number
  /** The 95 % interval of the mean; without bounds for fewer than two folds. */
  readonly interval: Interval
  /** How probable a mean at least as far from 0 is where the expected one is 0. */
  readonly pValue: number
  /** One for each fold; NaN where a fold does not define the figure, which then is not counted. */
  readonly values: readonly number[]
}

/**
 * The mean of a figure over folds, with an interval that knows that folds share their training rows: the variance of the
 * mean of J values is taken as (1/J + n₂/n₁) · s² instead of s²/J, with n₁ rows for training and n₂ for judging, and t has
 * J − 1 degrees of freedom. The usual interval is far too narrow.
 *
 * Source: C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52, 2003; for repeated folds
 * R. R. Bouckaert, E. Frank, "Evaluating the replicability of significance tests for comparing learning algorithms",
 * PAKDD 2004.
 *
 * @throws ArgumentError unless there are rows for training and judging, and for another name in the record.
 * @example
 * ```ts
 * import { foldSpread } from 'puregrad/evaluation'
 * const { mean, interval } = foldSpread([0.8, 0.85, 0.9, 0.85, 0.85], { trainRows: 80, devRows: 20 })
 * mean // => 0.85
 * interval.map((bound) => bound.toFixed(4)) // => ['0.7842', '0.9158']
 * ```
 * @category Cross-validation
 */
export const foldSpread = (
  values: readonly number[],
  rows: { readonly trainRows: number; readonly devRows: number },
): FoldSpread => {
  checkOptions('foldSpread', rows, { trainRows: true, devRows: true })
  const { trainRows, devRows } = rows
  checkSetting('foldSpread', 'trainRows', trainRows, positive)
  checkSetting('foldSpread', 'devRows', devRows, positive)
  const known = values.filter((value) => !Number.isNaN(value))
  const n = known.length
  const mean = known.reduce((sum, value) => sum + value, 0) / n
  if (n < 2)
    return { mean, deviation: NaN, interval: n === 0 ? [NaN, NaN] : [-Infinity, Infinity], pValue: 1, values }
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  const error = Math.sqrt((1 / n + devRows / trainRows) * variance)
  const reach = studentReach(n - 1) * error
  return {
    mean,
    deviation: Math.sqrt(variance),
    interval: [mean - reach, mean + reach],
    pValue: error === 0 ? (mean === 0 ? 1 : 0) : studentTail(mean / error, n - 1),
    values,
  }
}
