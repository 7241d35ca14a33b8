import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { weightedMean } from './mean-of-rows.ts'
import { undefinedMeasure, type Measured } from './measured.ts'
import type { ValuePredictions } from './predictions.ts'
import type { RowWeights, WeightedRows } from './row-weights.ts'
import { studentReach } from './student.ts'
import { valueRows, type ValueColumn, type ValueRows } from './value-rows.ts'

/** 1 − (mean of `errors`) / (mean of `deviations`), both squares of rows, and how far it moves with each row. */
interface Explained {
  readonly value: number
  /** The mean of errors over that of deviations. */
  readonly rest: number
  readonly slopes: Float64Array
}

const explainedBy = (errors: Float64Array, deviations: Float64Array, weights: RowWeights): Explained => {
  const [error, deviation] = [weightedMean(errors, weights), weightedMean(deviations, weights)]
  const rest = deviation === 0 ? NaN : error / deviation
  return { value: 1 - rest, rest, slopes: errors.map((e, row) => (e - rest * deviations[row]!) / deviation) }
}

const squaresAround = (values: Float64Array, centre: number): Float64Array =>
  values.map((value) => (value - centre) ** 2)

/** R² of a column; `centred` takes the mean of residuals away first, which is the explained variance. */
const explainedOf = ({ truth, estimates }: ValueColumn, weights: RowWeights, centred: boolean): Explained => {
  const residuals = truth.map((value, row) => value - estimates[row]!)
  return explainedBy(
    squaresAround(residuals, centred ? weightedMean(residuals, weights) : 0),
    squaresAround(truth, weightedMean(truth, weights)),
    weights,
  )
}

/** The mean over the columns that vary, by the interval of the delta method for log(1 − value). */
const meanExplained = ({ n, columns, weights }: ValueRows, centred: boolean): Measured => {
  const known = columns
    .map((column) => explainedOf(column, weights, centred))
    .filter(({ rest }) => !Number.isNaN(rest))
  if (known.length === 0) return undefinedMeasure
  const rest = known.reduce((sum, each) => sum + each.rest, 0) / known.length
  const slopes = Float64Array.from(
    { length: n },
    (_, row) => known.reduce((sum, each) => sum + each.slopes[row]!, 0) / known.length,
  )
  const { of, total, effective } = weights
  const variance = of.reduce((sum, w, row) => sum + w * slopes[row]! ** 2, 0) / total / (effective - 1)
  if (rest === 0) return { value: 1, interval: [1, 1] }
  if (!(effective > 1.1)) return { value: 1 - rest, interval: [-Infinity, 1] }
  const reach = (studentReach(effective - 1) * Math.sqrt(variance)) / rest
  return { value: 1 - rest, interval: [1 - rest * Math.exp(reach), 1 - rest * Math.exp(-reach)] }
}

export const determination = (rows: ValueRows): Measured => meanExplained(rows, false)

export const explained = (rows: ValueRows): Measured => meanExplained(rows, true)

/**
 * The coefficient of determination R² = 1 − Σ (ŷ − y)² / Σ (y − ȳ)²: 1 for exact estimates, 0 for the mean of these rows
 * themselves, negative for worse. Of several targets the mean over those that vary; NaN where none does.
 *
 * The interval is that of the delta method for log(1 − R²), the logarithm of two mean squares' ratio, which is nearly
 * normal where R² itself is skewed, and keeps the bounds below 1; it reaches as far as Student's t. It supposes nothing
 * of how residuals are distributed.
 *
 * Source: G. W. Oehlert, "A note on the delta method", The American Statistician 46, 1992.
 *
 * @throws ShapeError, DTypeError, ArgumentError where estimates, truth and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { rSquared, valuePredictions } from 'puregrad/evaluation'
 * rSquared(valuePredictions(tensor([2.5, 0, 2, 8]), ['y']), tensor([3, -0.5, 2, 7])).value // => 0.94860814
 * ```
 * @category Metrics of numbers
 */
export const rSquared = (predictions: ValuePredictions, y: Tensor, options: WeightedRows = {}): Measured => {
  checkOptions('rSquared', options, { weights: true })
  return determination(valueRows('rSquared', predictions, y, options))
}

/**
 * 1 − Var(y − ŷ) / Var(y): R² for estimates that may all be off by one and the same amount. The interval is that of
 * `rSquared`.
 *
 * @throws ShapeError, DTypeError, ArgumentError where estimates, truth and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { explainedVariance, valuePredictions } from 'puregrad/evaluation'
 * explainedVariance(valuePredictions(tensor([2.5, 0, 2, 8]), ['y']), tensor([3, -0.5, 2, 7])).value // => 0.95717345
 * ```
 * @category Metrics of numbers
 */
export const explainedVariance = (
  predictions: ValuePredictions,
  y: Tensor,
  options: WeightedRows = {},
): Measured => {
  checkOptions('explainedVariance', options, { weights: true })
  return explained(valueRows('explainedVariance', predictions, y, options))
}
