import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { wilsonInterval } from '../training/confidence.ts'
import { classRows, type ClassRows } from './class-rows.ts'
import { meanOfRows, weightedMean } from './mean-of-rows.ts'
import type { Measured } from './measured.ts'
import type { ClassPredictions } from './predictions.ts'
import type { WeightedRows } from './row-weights.ts'

/** What a probability of 0 is taken for, so that one row that was thought impossible does not make everything infinite. */
const leastProbability = Number.EPSILON

/** −log of the probability of each row's class. */
export const logLosses = ({ n, classes, probabilities, labels }: ClassRows): Float64Array =>
  Float64Array.from({ length: n }, (_, row) => {
    const p = probabilities[row * classes + labels[row]!]!
    return -Math.log(Math.min(1 - leastProbability, Math.max(leastProbability, p)))
  })

/** Σ over classes of (p − 1 or p − 0)² of each row. */
export const brierLosses = ({ n, classes, probabilities, labels }: ClassRows): Float64Array =>
  Float64Array.from({ length: n }, (_, row) =>
    probabilities
      .subarray(row * classes, (row + 1) * classes)
      .reduce((sum, p, k) => sum + (p - (k === labels[row] ? 1 : 0)) ** 2, 0),
  )

/**
 * The mean of −log p of each row's class, in nats; probabilities are kept 2⁻⁵² away from 0 and 1. The interval is
 * Student's.
 *
 * Source: I. J. Good, "Rational decisions", Journal of the Royal Statistical Society B 14, 1952.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, logLoss } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.5, 0.5], [0.2, 0.8]], { dtype: 'float64' }), ['no', 'yes'])
 * logLoss(said, tensor([0, 1], { dtype: 'int32' })).value // => 0.45814537
 * ```
 * @category Metrics of probabilities
 */
export const logLoss = (predictions: ClassPredictions, y: Tensor, options: WeightedRows = {}): Measured => {
  checkOptions('logLoss', options, { weights: true })
  const rows = classRows('logLoss', predictions, y, options)
  return meanOfRows(logLosses(rows), rows.weights, [0, Infinity])
}

/**
 * The mean of Σ (p − o)² over the classes, with o 1 for a row's class and 0 for the others: from 0 to 2. For two classes
 * it is twice the form that only looks at one of them. The interval is Student's.
 *
 * Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78, 1950.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { brierScore, classPredictions } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.5, 0.5], [0.2, 0.8]], { dtype: 'float64' }), ['no', 'yes'])
 * brierScore(said, tensor([0, 1], { dtype: 'int32' })).value // => 0.29
 * ```
 * @category Metrics of probabilities
 */
export const brierScore = (
  predictions: ClassPredictions,
  y: Tensor,
  options: WeightedRows = {},
): Measured => {
  checkOptions('brierScore', options, { weights: true })
  const rows = classRows('brierScore', predictions, y, options)
  return meanOfRows(brierLosses(rows), rows.weights, [0, 2])
}

/** Whether each row's class is among the k most probable: of classes that are as probable the first count as more. */
const amongFirst = ({ n, classes, probabilities, labels }: ClassRows, k: number): Float64Array =>
  Float64Array.from({ length: n }, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes)
    const label = labels[row]!
    const p = own[label]!
    const before = own.reduce((sum, q, j) => sum + (q > p || (q === p && j < label) ? 1 : 0), 0)
    return before < k ? 1 : 0
  })

/** The share of rows whose class is among the k most probable. */
export const topOf = (rows: ClassRows, k: number): Measured => {
  const value = weightedMean(amongFirst(rows, k), rows.weights)
  const { effective } = rows.weights
  return { value, interval: wilsonInterval(Math.min(effective, value * effective), effective) }
}

/**
 * The share of rows whose class is among the k most probable, with Wilson's interval; of equally probable classes the
 * first are taken, as in `decidedClasses`.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and weights do not go together, or k is no
 * positive integer.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, topAccuracy } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3]]), ['a', 'b', 'c'])
 * topAccuracy(said, tensor([1, 0], { dtype: 'int32' }), { k: 2 }).value // => 0.5
 * ```
 * @category Metrics of classes
 */
export const topAccuracy = (
  predictions: ClassPredictions,
  y: Tensor,
  options: WeightedRows & { readonly k: number },
): Measured => {
  checkOptions('topAccuracy', options, { k: true, weights: true })
  checkSetting('topAccuracy', 'k', options.k, count)
  return topOf(classRows('topAccuracy', predictions, y, options), options.k)
}
