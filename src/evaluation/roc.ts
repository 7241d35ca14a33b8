import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { classRows, type ClassRows } from './class-rows.ts'
import { normalMeasure, undefinedMeasure, type Measured } from './measured.ts'
import type { ClassPredictions } from './predictions.ts'
import { cumulative, positiveClass, rankedRows } from './ranked-rows.ts'
import { summedWeights, type WeightedRows } from './row-weights.ts'

/**
 * Whose curve it is, and how much rows count.
 *
 * @category Metrics of ranking
 */
export interface OneClassOptions extends WeightedRows {
  /** The number of the class to find: of two classes the second unless told otherwise, of more it has to be said. */
  readonly positive?: number
}

/**
 * What a threshold does: rows whose probability is at least as high are taken for the class.
 *
 * @category Metrics of ranking
 */
export interface RocPoint {
  readonly threshold: number
  /** FP / (FP + TN) */
  readonly falsePositiveRate: number
  /** TP / (TP + FN), the recall */
  readonly truePositiveRate: number
}

/**
 * The receiver operating characteristic: hits against false alarms at each threshold, from none taken to all. Without
 * rows of the class, or without others, the rates are NaN.
 *
 * Source: T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006, algorithm 1.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and options do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, rocCurve } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]]), ['no', 'yes'])
 * const curve = rocCurve(said, tensor([0, 1, 1], { dtype: 'int32' }))
 * curve.map((point) => [point.falsePositiveRate, point.truePositiveRate]) // => [[0, 0], [0, 0.5], [0, 1], [1, 1]]
 * ```
 * @category Metrics of ranking
 */
export const rocCurve = (
  predictions: ClassPredictions,
  y: Tensor,
  options: OneClassOptions = {},
): readonly RocPoint[] => {
  checkOptions('rocCurve', options, { positive: true, weights: true })
  const rows = classRows('rocCurve', predictions, y, options)
  const ranked = rankedRows(rows, positiveClass('rocCurve', rows.names, options.positive))
  const hits = cumulative(ranked.steps.map(({ positive }) => positive))
  const alarms = cumulative(ranked.steps.map(({ negative }) => negative))
  return [
    { threshold: Infinity, falsePositiveRate: 0 / ranked.negatives, truePositiveRate: 0 / ranked.positives },
    ...ranked.steps.map(({ score }, i) => ({
      threshold: score,
      falsePositiveRate: alarms[i]! / ranked.negatives,
      truePositiveRate: hits[i]! / ranked.positives,
    })),
  ]
}

/** The area of one class against the rest, and each row's place: the share of the other side it stands above or below. */
interface RankedArea {
  readonly area: number
  readonly places: Float64Array
  readonly isPositive: readonly boolean[]
}

const rankedArea = (rows: ClassRows, positive: number): RankedArea => {
  const { steps, stepOf, isPositive, positives, negatives } = rankedRows(rows, positive)
  const hits = cumulative(steps.map((step) => step.positive))
  const alarms = cumulative(steps.map((step) => step.negative))
  const places = Float64Array.from(stepOf, (step, row) =>
    isPositive[row] === true
      ? (negatives - alarms[step]! + steps[step]!.negative / 2) / negatives
      : (hits[step]! - steps[step]!.positive / 2) / positives,
  )
  const wins = steps.reduce(
    (sum, step, i) => sum + step.positive * (negatives - alarms[i]! + step.negative / 2),
    0,
  )
  return { area: wins / (positives * negatives), places, isPositive }
}

/** The variance of a mean of places over some of the rows, by their effective number. */
const varianceOver = (
  rows: ClassRows,
  values: Float64Array,
  mean: number,
  inside: (row: number) => boolean,
): number => {
  const { of, total, effective } = summedWeights(rows.weights.of.map((w, row) => (inside(row) ? w : 0)))
  const spread = of.reduce((sum, w, row) => sum + (w === 0 ? 0 : w * (values[row]! - mean) ** 2), 0) / total
  return effective <= 1 ? NaN : spread / (effective - 1)
}

/** The area under the ROC of one class with DeLong's interval. */
export const areaOfClass = (rows: ClassRows, positive: number): Measured => {
  const { area, places, isPositive } = rankedArea(rows, positive)
  if (Number.isNaN(area)) return undefinedMeasure
  const variance =
    varianceOver(rows, places, area, (row) => isPositive[row]!) +
    varianceOver(rows, places, area, (row) => !isPositive[row]!)
  return normalMeasure(area, Math.sqrt(variance), [0, 1])
}

/** The classes that some row is of and some is not. */
const presentClasses = ({ classes, labels }: ClassRows): readonly number[] => {
  const present = [...new Set(labels)]
  return present.length < 2
    ? []
    : Array.from({ length: classes }, (_, k) => k).filter((k) => present.includes(k))
}

/** The mean area of one class against the rest, over the classes present. */
export const meanArea = (rows: ClassRows): Measured => {
  const present = presentClasses(rows)
  if (present.length === 0) return undefinedMeasure
  if (rows.classes === 2) return areaOfClass(rows, 1)
  const { of, total } = rows.weights
  const areas = present.map((k) => {
    const ranked = rankedArea(rows, k)
    const own = of.reduce((sum, w, row) => sum + (ranked.isPositive[row] === true ? w : 0), 0)
    return { ...ranked, sides: { own, others: total - own } }
  })
  // How far the mean moves with the weight of a row: each area has a part from either side.
  const slopes = of.map((_, row) =>
    areas.reduce((sum, { area, places, isPositive, sides }) => {
      const side = isPositive[row] === true ? sides.own : sides.others
      return sum + ((places[row]! - area) * total) / side / areas.length
    }, 0),
  )
  const variance = of.reduce((sum, w, row) => sum + (w * slopes[row]!) ** 2, 0) / total ** 2
  const mean = areas.reduce((sum, { area }) => sum + area, 0) / areas.length
  return normalMeasure(mean, Math.sqrt(variance), [0, 1])
}

/**
 * The area under the ROC: the probability that a row of the class is given a higher probability of it than one of another
 * class, ties counted by half. NaN without rows of both. The interval is DeLong's, from the places of rows among those of
 * the other side; a perfect ranking has no width.
 *
 * Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the areas under two or more correlated receiver
 * operating characteristic curves", Biometrics 44, 1988.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and options do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, rocArea } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]]), ['no', 'yes'])
 * rocArea(said, tensor([0, 0, 1, 1], { dtype: 'int32' })).value // => 0.75
 * ```
 * @category Metrics of ranking
 */
export const rocArea = (
  predictions: ClassPredictions,
  y: Tensor,
  options: OneClassOptions = {},
): Measured => {
  checkOptions('rocArea', options, { positive: true, weights: true })
  const rows = classRows('rocArea', predictions, y, options)
  return areaOfClass(rows, positiveClass('rocArea', rows.names, options.positive))
}

/**
 * The mean area under the ROC of each class against the rest, over the classes that have rows; of two classes it is the
 * area of either. NaN where all rows are of one class. The interval is that of the infinitesimal jackknife: how far the
 * mean moves with each row.
 *
 * Source: F. Provost, P. Domingos, "Well-trained PETs", CeDER working paper, NYU, 2000 (there weighted by shares); the
 * mean without weights as D. J. Hand, R. J. Till, Machine Learning 45, 2001, argue for.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, meanRocArea } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.1, 0.6], [0.75, 0.15, 0.1]]), ['a', 'b', 'c'])
 * meanRocArea(said, tensor([0, 1, 2, 1], { dtype: 'int32' })).value // => 0.80555556
 * ```
 * @category Metrics of ranking
 */
export const meanRocArea = (
  predictions: ClassPredictions,
  y: Tensor,
  options: WeightedRows = {},
): Measured => {
  checkOptions('meanRocArea', options, { weights: true })
  return meanArea(classRows('meanRocArea', predictions, y, options))
}
