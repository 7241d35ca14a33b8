import { normal95, type Interval } from '../training/confidence.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { errorOfMean, weightedMean } from './mean-of-rows.ts'
import type { RowWeights } from './row-weights.ts'
import { incompleteBeta, studentReach, studentTail } from './student.ts'

/**
 * How far two models are apart on the same rows.
 *
 * @category Comparisons
 */
export interface PairedDifference {
  /** The first less the second. */
  readonly difference: number
  readonly interval: Interval
  /** How probable a difference at least as great is where there is none. */
  readonly pValue: number
}

/** Two figures of the same rows and how far they are apart. */
export interface ComparedPair extends PairedDifference {
  readonly first: number
  readonly second: number
}

/**
 * Which of two classifiers is right more often, from the rows that only one of them has right: the difference of
 * accuracies with the adjusted Wald interval, and the exact two-sided test of McNemar.
 *
 * Source: Q. McNemar, Psychometrika 12, 1947; D. G. Bonett, R. M. Price, "Adjusted Wald confidence interval for a
 * difference of binomial proportions based on paired data", J. Educ. Behav. Stat. 37, 2012.
 *
 * `onlyFirst` counts the rows that only the first has right, of `rows` in all.
 * @throws ArgumentError unless 0 ≤ onlyFirst + onlySecond ≤ rows.
 * @example
 * ```ts
 * import { mcNemar } from 'puregrad/evaluation'
 * mcNemar({ onlyFirst: 12, onlySecond: 3, rows: 100 }).pValue // => 0.03515625
 * ```
 * @category Comparisons
 */
export const mcNemar = (counts: {
  readonly onlyFirst: number
  readonly onlySecond: number
  readonly rows: number
}): PairedDifference => {
  checkOptions('mcNemar', counts, { onlyFirst: true, onlySecond: true, rows: true })
  const { onlyFirst, onlySecond, rows } = counts
  checkSetting('mcNemar', 'rows', rows, { above: 0 })
  checkSetting('mcNemar', 'onlyFirst', onlyFirst, { ...notNegative, max: rows })
  checkSetting('mcNemar', 'onlySecond', onlySecond, { ...notNegative, max: rows - onlyFirst })
  const [first, second] = [(onlyFirst + 1) / (rows + 2), (onlySecond + 1) / (rows + 2)]
  const centre = first - second
  const reach = normal95 * Math.sqrt((first + second - centre ** 2) / (rows + 2))
  const [least, apart] = [Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond]
  // P(X ≤ least) of a binomial at ½; weighted rows make no whole numbers, which the beta function does not mind.
  const tail = apart === 0 ? 1 : incompleteBeta(0.5, apart - least, least + 1)
  return {
    difference: (onlyFirst - onlySecond) / rows,
    interval: [Math.max(-1, centre - reach), Math.min(1, centre + reach)],
    pValue: onlyFirst === onlySecond ? 1 : Math.min(1, 2 * tail),
  }
}

/** The mean difference of the losses of rows, with Student's interval and test. */
export const pairedMeans = (
  first: Float64Array,
  second: Float64Array,
  weights: RowWeights,
): PairedDifference => {
  const differences = first.map((value, row) => value - second[row]!)
  const difference = weightedMean(differences, weights)
  const error = errorOfMean(differences, weights)
  if (!Number.isFinite(error)) return { difference, interval: [-Infinity, Infinity], pValue: 1 }
  const freedom = weights.effective - 1
  const reach = studentReach(freedom) * error
  return {
    difference,
    interval: [difference - reach, difference + reach],
    pValue: error === 0 ? (difference === 0 ? 1 : 0) : studentTail(difference / error, freedom),
  }
}
