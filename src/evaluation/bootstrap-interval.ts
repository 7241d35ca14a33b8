import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, uniform, type Key } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Interval } from '../training/confidence.ts'

/**
 * The 95 % interval of any figure of rows, for one that has none of its own: rows are drawn with replacement again and
 * again, and the middle 95 % of the figures are taken. A figure that is NaN for some draw is left out of these.
 *
 * Source: B. Efron, "Bootstrap methods: another look at the jackknife", The Annals of Statistics 7, 1979; the percentile
 * interval in B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
 *
 * @param statistic the figure of the rows at these positions, as many as there are.
 * @param options 1000 resamples unless told otherwise; the key is the only source of randomness.
 * @throws ArgumentError unless there are rows and resamples, and for another option.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { bootstrapInterval } from 'puregrad/evaluation'
 * const errors = [1, 2, 3, 4, 5, 6, 7, 8, 9]
 * const median = (rows: readonly number[]) => rows.map((row) => errors[row] ?? NaN).sort((a, b) => a - b)[4] ?? NaN
 * const [lower, upper] = bootstrapInterval(9, median, { key: key(0), resamples: 200 })
 * lower < 5 && upper > 5 // => true
 * ```
 * @category Intervals
 */
export const bootstrapInterval = (
  n: number,
  statistic: (rows: readonly number[]) => number,
  options: { readonly key: Key; readonly resamples?: number },
): Interval => {
  checkOptions('bootstrapInterval', options, { key: true, resamples: true })
  const { key, resamples = 1000 } = options
  checkSetting('bootstrapInterval', 'n', n, count)
  checkSetting('bootstrapInterval', 'resamples', resamples, count)
  const found = Array.from({ length: resamples }, (_, i) =>
    statistic(
      Array.from(toTypedArray(uniform(foldIn(key, i), [n], { dtype: 'float64' })), (u) => Math.floor(u * n)),
    ),
  )
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b)
  const last = found.length - 1
  return [found[Math.floor(0.025 * last)] ?? NaN, found[Math.ceil(0.975 * last)] ?? NaN]
}
