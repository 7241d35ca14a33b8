import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { normal95 } from '../training/confidence.ts'
import { classRows, type ClassRows } from './class-rows.ts'
import { undefinedMeasure, type Measured } from './measured.ts'
import type { ClassPredictions } from './predictions.ts'
import { cumulative, positiveClass, rankedRows } from './ranked-rows.ts'
import type { OneClassOptions } from './roc.ts'
import { summedWeights } from './row-weights.ts'

/**
 * What a threshold does: rows whose probability is at least as high are taken for the class.
 *
 * @category Metrics of ranking
 */
export interface PrecisionRecallPoint {
  readonly threshold: number
  /** TP / (TP + FN) */
  readonly recall: number
  /** TP / (TP + FP); 1 where none is taken. */
  readonly precision: number
}

/** From none taken to all. */
const curveOf = (rows: ClassRows, positive: number): readonly PrecisionRecallPoint[] => {
  const { steps, positives } = rankedRows(rows, positive)
  const hits = cumulative(steps.map((step) => step.positive))
  const alarms = cumulative(steps.map((step) => step.negative))
  return [
    { threshold: Infinity, recall: 0 / positives, precision: 1 },
    ...steps.map(({ score }, i) => ({
      threshold: score,
      recall: hits[i]! / positives,
      // Rows that weigh nothing take nothing.
      precision: hits[i]! + alarms[i]! === 0 ? 1 : hits[i]! / (hits[i]! + alarms[i]!),
    })),
  ]
}

/**
 * Precision against recall at each threshold, from none taken to all. Without rows of the class recall is NaN.
 *
 * Source: J. Davis, M. Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and options do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, precisionRecallCurve } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]]), ['no', 'yes'])
 * const curve = precisionRecallCurve(said, tensor([0, 0, 1], { dtype: 'int32' }))
 * curve.map(({ recall, precision }) => [recall, precision]) // => [[0, 1], [1, 1], [1, 0.5], [1, 0.33333333]]
 * ```
 * @category Metrics of ranking
 */
export const precisionRecallCurve = (
  predictions: ClassPredictions,
  y: Tensor,
  options: OneClassOptions = {},
): readonly PrecisionRecallPoint[] => {
  checkOptions('precisionRecallCurve', options, { positive: true, weights: true })
  const rows = classRows('precisionRecallCurve', predictions, y, options)
  return curveOf(rows, positiveClass('precisionRecallCurve', rows.names, options.positive))
}

/** Average precision of one class with its logit interval. */
export const averagePrecisionOfClass = (rows: ClassRows, positive: number): Measured => {
  const curve = curveOf(rows, positive)
  const area = curve
    .slice(1)
    .reduce((sum, { recall, precision }, i) => sum + (recall - curve[i]!.recall) * precision, 0)
  if (Number.isNaN(area)) return undefinedMeasure
  // Rounding may go beyond 1.
  const value = Math.min(1, area)
  const { effective } = summedWeights(
    rows.weights.of.map((w, row) => (rows.labels[row] === positive ? w : 0)),
  )
  if (value <= 0 || value >= 1) return { value, interval: [value, value] }
  const reach = normal95 / Math.sqrt(effective * value * (1 - value))
  const bound = (by: number): number => 1 / (1 + ((1 - value) / value) * Math.exp(-by))
  return { value, interval: [bound(-reach), bound(reach)] }
}

/**
 * The area under the curve of precision over recall as the sum Σ (R_i − R_{i−1}) · P_i over thresholds from the highest
 * down, without interpolation, which would be too good. By guessing it is the share of the class. NaN without rows of the
 * class. The interval is that of the logit with the variance 1/(n₊ · AP · (1 − AP)).
 *
 * Source: K. Boyd, K. H. Eng, C. D. Page, "Area under the precision-recall curve: point estimates and confidence
 * intervals", ECML PKDD 2013.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and options do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { averagePrecision, classPredictions } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]]), ['no', 'yes'])
 * averagePrecision(said, tensor([0, 0, 1, 1], { dtype: 'int32' })).value // => 0.83333333
 * ```
 * @category Metrics of ranking
 */
export const averagePrecision = (
  predictions: ClassPredictions,
  y: Tensor,
  options: OneClassOptions = {},
): Measured => {
  checkOptions('averagePrecision', options, { positive: true, weights: true })
  const rows = classRows('averagePrecision', predictions, y, options)
  return averagePrecisionOfClass(rows, positiveClass('averagePrecision', rows.names, options.positive))
}
