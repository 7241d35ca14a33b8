import { cast, div, greater, mul, sqrt, square, sub, sum, where } from '../core/numeric/index.ts'
import { wilsonInterval } from '../training/confidence.ts'
import type { ConfusionCounts } from './confusion-counts.ts'
import { confusionMetric, ratio } from './confusion-metric.ts'
import type { Measured } from './measured.ts'

/**
 * The share of rows that are taken for their class, with Wilson's interval.
 *
 * @example
 * ```ts
 * import { accuracy } from 'puregrad/evaluation'
 * accuracy({ names: ['no', 'yes'], counts: [[50, 10], [5, 35]], rows: 100 }).value // => 0.85
 * ```
 * @category Metrics of classes
 */
export const accuracy = ({ counts, rows }: ConfusionCounts): Measured => {
  const all = counts.flat().reduce((a, b) => a + b, 0)
  const right = counts.reduce((sum, row, i) => sum + row[i]!, 0)
  return {
    value: right / all,
    interval: wilsonInterval(Math.min(rows, (right / all) * rows), rows),
  }
}

/**
 * The mean recall over the classes that have rows, 1/k by guessing among k classes whatever their shares; the interval is
 * that of the delta method.
 *
 * Source: K. H. Brodersen, C. S. Ong, K. E. Stephan, J. M. Buhmann, "The balanced accuracy and its posterior
 * distribution", ICPR 2010.
 *
 * @example
 * ```ts
 * import { balancedAccuracy } from 'puregrad/evaluation'
 * balancedAccuracy({ names: ['no', 'yes'], counts: [[90, 0], [10, 0]], rows: 100 }).value // => 0.5
 * ```
 * @category Metrics of classes
 */
export const balancedAccuracy = (confusion: ConfusionCounts): Measured =>
  confusionMetric(
    confusion,
    ({ right, truth }) => div(sum(ratio(right, truth, 0)), sum(cast(greater(truth, 0), 'float64'))),
    [0, 1],
  )

/**
 * Matthews' correlation of classes and decisions, for two classes
 * (TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)), for more as R_K; 0 where all rows are of one class or taken for one,
 * as then they do not go together. The interval is that of the delta method.
 *
 * Source: B. W. Matthews, Biochimica et Biophysica Acta 405, 1975; J. Gorodkin, "Comparing two K-category assignments by
 * a K-category correlation coefficient", Computational Biology and Chemistry 28, 2004.
 *
 * @example
 * ```ts
 * import { matthews } from 'puregrad/evaluation'
 * matthews({ names: ['no', 'yes'], counts: [[0, 1], [1, 2]], rows: 4 }).value // => -0.33333333
 * ```
 * @category Metrics of classes
 */
export const matthews = (confusion: ConfusionCounts): Measured =>
  confusionMetric(
    confusion,
    ({ right, truth, taken }) => {
      const product = mul(sub(1, sum(square(taken))), sub(1, sum(square(truth))))
      // Rounding leaves some 1e-16 of what is 0.
      const none = greater(1e-15, product)
      return where(none, 0, div(sub(sum(right), sum(mul(taken, truth))), sqrt(where(none, 1, product))))
    },
    [-1, 1],
  )

/**
 * Cohen's kappa: how far decisions agree with classes beyond chance, (p_o − p_e) / (1 − p_e). NaN where all rows are of
 * one class and taken for it. The interval is that of the delta method, which is the standard error of Fleiss, Cohen and
 * Everitt.
 *
 * Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20, 1960;
 * J. L. Fleiss, J. Cohen, B. S. Everitt, "Large sample standard errors of kappa and weighted kappa", Psychological
 * Bulletin 72, 1969.
 *
 * @example
 * ```ts
 * import { cohenKappa } from 'puregrad/evaluation'
 * cohenKappa({ names: ['yes', 'no'], counts: [[20, 5], [10, 15]], rows: 50 }).value // => 0.4
 * ```
 * @category Metrics of classes
 */
export const cohenKappa = (confusion: ConfusionCounts): Measured =>
  confusionMetric(
    confusion,
    ({ right, truth, taken }) => {
      const chance = sum(mul(truth, taken))
      const none = greater(1e-15, sub(1, chance))
      return where(none, NaN, div(sub(sum(right), chance), where(none, 1, sub(1, chance))))
    },
    [-1, 1],
  )
