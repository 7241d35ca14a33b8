import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { meanOfRows } from './mean-of-rows.ts'
import type { Measured } from './measured.ts'
import type { ValuePredictions } from './predictions.ts'
import type { WeightedRows } from './row-weights.ts'
import { overColumns, valueRows, type ValueRows } from './value-rows.ts'

export const squaredLosses = (rows: ValueRows): Float64Array => overColumns(rows, (t, e) => (e - t) ** 2)

export const absoluteLosses = (rows: ValueRows): Float64Array => overColumns(rows, (t, e) => Math.abs(e - t))

const nothingBelow = [0, Infinity] as const

/** The root of a mean, with the roots of its bounds. */
export const rootOf = ({ value, interval: [lower, upper] }: Measured): Measured => ({
  value: Math.sqrt(value),
  interval: [Math.sqrt(lower), Math.sqrt(upper)],
})

/**
 * The mean of (ŷ − y)² over rows and targets; the interval is Student's, of the means of rows.
 *
 * @throws ShapeError, DTypeError, ArgumentError where estimates, truth and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { meanSquaredError, valuePredictions } from 'puregrad/evaluation'
 * meanSquaredError(valuePredictions(tensor([2.5, 0, 2, 8]), ['y']), tensor([3, -0.5, 2, 7])).value // => 0.375
 * ```
 * @category Metrics of numbers
 */
export const meanSquaredError = (
  predictions: ValuePredictions,
  y: Tensor,
  options: WeightedRows = {},
): Measured => {
  checkOptions('meanSquaredError', options, { weights: true })
  const rows = valueRows('meanSquaredError', predictions, y, options)
  return meanOfRows(squaredLosses(rows), rows.weights, nothingBelow)
}

/**
 * The root of the mean of (ŷ − y)², in the units of the target; the bounds are the roots of those of the mean square.
 *
 * @throws ShapeError, DTypeError, ArgumentError where estimates, truth and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { rootMeanSquaredError, valuePredictions } from 'puregrad/evaluation'
 * rootMeanSquaredError(valuePredictions(tensor([1, 3]), ['y']), tensor([1, 1])).value // => 1.41421356
 * ```
 * @category Metrics of numbers
 */
export const rootMeanSquaredError = (
  predictions: ValuePredictions,
  y: Tensor,
  options: WeightedRows = {},
): Measured => {
  checkOptions('rootMeanSquaredError', options, { weights: true })
  return rootOf(meanSquaredError(predictions, y, options))
}

/**
 * The mean of |ŷ − y| over rows and targets; the interval is Student's, of the means of rows.
 *
 * @throws ShapeError, DTypeError, ArgumentError where estimates, truth and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { meanAbsoluteError, valuePredictions } from 'puregrad/evaluation'
 * meanAbsoluteError(valuePredictions(tensor([2.5, 0, 2, 8]), ['y']), tensor([3, -0.5, 2, 7])).value // => 0.5
 * ```
 * @category Metrics of numbers
 */
export const meanAbsoluteError = (
  predictions: ValuePredictions,
  y: Tensor,
  options: WeightedRows = {},
): Measured => {
  checkOptions('meanAbsoluteError', options, { weights: true })
  const rows = valueRows('meanAbsoluteError', predictions, y, options)
  return meanOfRows(absoluteLosses(rows), rows.weights, nothingBelow)
}

/**
 * The loss of a quantile: the mean of q · (y − ŷ) where y is above the estimate and (1 − q) · (ŷ − y) where it is below;
 * least where the estimate is the q-quantile, and half the mean absolute error for q = ½. The interval is Student's.
 *
 * Source: R. Koenker, G. Bassett, "Regression quantiles", Econometrica 46, 1978.
 *
 * @throws ShapeError, DTypeError, ArgumentError where estimates, truth and weights do not go together, or the quantile
 * is not between 0 and 1.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { quantileLoss, valuePredictions } from 'puregrad/evaluation'
 * quantileLoss(valuePredictions(tensor([0, 2, 3]), ['y']), tensor([1, 2, 3]), { quantile: 0.1 }).value // => 0.03333333
 * ```
 * @category Metrics of numbers
 */
export const quantileLoss = (
  predictions: ValuePredictions,
  y: Tensor,
  options: WeightedRows & { readonly quantile: number },
): Measured => {
  checkOptions('quantileLoss', options, { quantile: true, weights: true })
  const { quantile } = options
  checkSetting('quantileLoss', 'quantile', quantile, { above: 0, below: 1 })
  const rows = valueRows('quantileLoss', predictions, y, options)
  const losses = overColumns(rows, (t, e) => (t > e ? quantile * (t - e) : (1 - quantile) * (e - t)))
  return meanOfRows(losses, rows.weights, nothingBelow)
}

/**
 * The mean of |ŷ − y| / |y|, as a share (0.1 is 10 %); the interval is Student's. It punishes estimates that are too high
 * more than such as are too low, and has no meaning near 0, so that it is refused there.
 *
 * Source: R. J. Hyndman, A. B. Koehler, "Another look at measures of forecast accuracy", International Journal of
 * Forecasting 22, 2006.
 *
 * @throws ShapeError, DTypeError where estimates, truth and weights do not go together; ArgumentError also where a
 * target is 0.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { meanPercentageError, valuePredictions } from 'puregrad/evaluation'
 * meanPercentageError(valuePredictions(tensor([90, 220]), ['y']), tensor([100, 200])).value // => 0.1
 * ```
 * @category Metrics of numbers
 */
export const meanPercentageError = (
  predictions: ValuePredictions,
  y: Tensor,
  options: WeightedRows = {},
): Measured => {
  checkOptions('meanPercentageError', options, { weights: true })
  const rows = valueRows('meanPercentageError', predictions, y, options)
  rows.columns.forEach(({ name, truth }) => {
    const zero = truth.indexOf(0)
    if (zero >= 0)
      throw new ArgumentError(
        `meanPercentageError: ${name} is 0 in row ${zero}, of which there is no percentage; use meanAbsoluteError`,
      )
  })
  return meanOfRows(
    overColumns(rows, (t, e) => Math.abs((e - t) / t)),
    rows.weights,
    nothingBelow,
  )
}
