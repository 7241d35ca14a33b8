import type { Interval } from '../training/confidence.ts'
import { undefinedMeasure, type Measured } from './measured.ts'
import type { RowWeights } from './row-weights.ts'
import { studentReach } from './student.ts'

/** Σ w v / Σ w */
export const weightedMean = (values: ArrayLike<number>, { of, total }: RowWeights): number =>
  of.reduce((sum, w, row) => sum + (w === 0 ? 0 : w * values[row]!), 0) / total

/**
 * The standard error of a weighted mean: that of a mean over the effective number of rows. NaN for one row, or what comes
 * to little more.
 */
export const errorOfMean = (values: ArrayLike<number>, weights: RowWeights): number => {
  const { of, total, effective } = weights
  const mean = weightedMean(values, weights)
  const spread = of.reduce((sum, w, row) => sum + (w === 0 ? 0 : w * (values[row]! - mean) ** 2), 0) / total
  return effective <= 1.1 ? NaN : Math.sqrt(spread / (effective - 1))
}

/**
 * The mean of a value of each row, with the interval of Student's t: mean ± t · s/√n, t with n − 1 degrees of freedom. Of
 * one row the interval is whatever is possible.
 */
export const meanOfRows = (
  values: ArrayLike<number>,
  weights: RowWeights,
  [least, most]: Interval = [-Infinity, Infinity],
): Measured => {
  const value = weightedMean(values, weights)
  if (Number.isNaN(value)) return undefinedMeasure
  const error = errorOfMean(values, weights)
  if (!Number.isFinite(error)) return { value, interval: [least, most] }
  const reach = studentReach(weights.effective - 1) * error
  return { value, interval: [Math.max(least, value - reach), Math.min(most, value + reach)] }
}
