import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { wilsonInterval, type Interval } from '../training/confidence.ts'
import { classRows, decidedOf, type ClassRows } from './class-rows.ts'
import { meanOfRows } from './mean-of-rows.ts'
import type { Measured } from './measured.ts'
import type { ClassPredictions } from './predictions.ts'
import { summedWeights, type WeightedRows } from './row-weights.ts'
import { positionOf, sortedRows } from './weighted-median.ts'

/**
 * How rows are put into bins by the probability of their most probable class.
 *
 * @category Calibration
 */
export interface CalibrationOptions extends WeightedRows {
  /** 10 unless told otherwise; with bins by count there may be fewer, as equal probabilities stay together. */
  readonly bins?: number
  /** Bins of one width from 0 to 1 (the default), or such as hold as many rows as each other. */
  readonly by?: 'width' | 'count'
}

/**
 * The rows whose highest probability lies from `low` to `high`.
 *
 * @category Calibration
 */
export interface CalibrationBin {
  readonly low: number
  readonly high: number
  /** Rows in it (sums of weights where rows have them). */
  readonly rows: number
  /** The mean of the highest probabilities; NaN without rows. */
  readonly confidence: number
  /** The share of rows whose most probable class is right, with Wilson's interval. */
  readonly accuracy: Measured
}

const checkCalibration = (where: string, options: CalibrationOptions): void => {
  checkOptions(where, options, { bins: true, by: true, weights: true })
  const { bins = 10, by = 'width' } = options
  checkSetting(where, 'bins', bins, count)
  checkChoice(where, 'by', by, ['width', 'count'])
}

/** Each row's confidence, whether it is right, and its bin. */
interface BinnedRows {
  readonly confidence: Float64Array
  readonly right: Float64Array
  readonly bin: Int32Array
  readonly bounds: readonly Interval[]
}

const binned = (rows: ClassRows, { bins = 10, by = 'width' }: CalibrationOptions): BinnedRows => {
  const { classes, probabilities, labels, weights } = rows
  const decided = decidedOf(rows)
  const confidence = Float64Array.from(decided, (k, row) => probabilities[row * classes + k]!)
  const right = Float64Array.from(decided, (k, row) => (k === labels[row] ? 1 : 0))
  const sorted = sortedRows(confidence, weights)
  const edges =
    by === 'width'
      ? Array.from({ length: bins + 1 }, (_, b) => b / bins)
      : [
          ...new Set(
            Array.from(
              { length: bins },
              (_, b) => sorted.values[b === 0 ? 0 : positionOf(sorted, b / bins) + 1] ?? 1,
            ),
          ),
          1,
        ]
  const distinct = [...new Set(edges)]
  const bounds = distinct.slice(1).map((high, b): Interval => [distinct[b]!, high])
  const places = bounds.length === 0 ? [[1, 1] as const] : bounds
  // A probability on a border belongs to the bin above it, but for 1.
  const bin = Int32Array.from(confidence, (p) =>
    by === 'width'
      ? Math.min(bins - 1, Math.floor(p * bins))
      : Math.max(
          0,
          places.findLastIndex(([low]) => p >= low),
        ),
  )
  return { confidence, right, bin, bounds: places }
}

/**
 * Rows in bins of the probability of their most probable class, with the share of each bin that is right: whether
 * probabilities can be taken at their word.
 *
 * Source: A. Niculescu-Mizil, R. Caruana, "Predicting good probabilities with supervised learning", ICML 2005.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and options do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, reliabilityTable } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.9, 0.1], [0.3, 0.7]], { dtype: 'float64' }), ['no', 'yes'])
 * const table = reliabilityTable(said, tensor([0, 0], { dtype: 'int32' }))
 * table.filter(({ rows }) => rows > 0).map(({ confidence, accuracy }) => [confidence, accuracy.value]) // => [[0.7, 0], [0.9, 1]]
 * ```
 * @category Calibration
 */
export const reliabilityTable = (
  predictions: ClassPredictions,
  y: Tensor,
  options: CalibrationOptions = {},
): readonly CalibrationBin[] => {
  checkCalibration('reliabilityTable', options)
  const rows = classRows('reliabilityTable', predictions, y, options)
  const { confidence, right, bin, bounds } = binned(rows, options)
  return bounds.map(([low, high], b) => {
    const own = summedWeights(rows.weights.of.map((w, row) => (bin[row] === b ? w : 0)))
    const mean = (of: Float64Array): number =>
      own.of.reduce((sum, w, row) => sum + w * of[row]!, 0) / own.total
    const share = mean(right)
    return {
      low,
      high,
      rows: own.total,
      confidence: mean(confidence),
      accuracy: {
        value: share,
        interval:
          own.total === 0
            ? ([0, 1] as const)
            : wilsonInterval(Math.min(own.effective, share * own.effective), own.effective),
      },
    }
  })
}

export const calibrationErrorOf = (rows: ClassRows, options: CalibrationOptions): Measured => {
  const { confidence, right, bin, bounds } = binned(rows, options)
  const { of } = rows.weights
  const gaps = new Float64Array(bounds.length)
  bin.forEach((b, row) => {
    // eslint-disable-next-line functional/immutable-data -- a tally made here
    gaps[b] = gaps[b]! + of[row]! * (right[row]! - confidence[row]!)
  })
  // With the sign of its bin each row's gap has the error as its mean.
  const signed = Float64Array.from(bin, (b, row) => Math.sign(gaps[b]!) * (right[row]! - confidence[row]!))
  return meanOfRows(signed, rows.weights, [0, 1])
}

/**
 * The expected calibration error Σ n_b/n |accuracy_b − confidence_b| over bins of the probability of the most probable
 * class. It is above 0 by chance even where probabilities are right, the more so the fewer rows a bin has. The interval
 * is Student's, of the rows' gaps with the signs that their bins have.
 *
 * Source: M. Pakdaman Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
 * AAAI 2015; bins by count as K. Nguyen, B. O'Connor, EMNLP 2015.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and options do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { calibrationError, classPredictions } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.9, 0.1], [0.3, 0.7]], { dtype: 'float64' }), ['no', 'yes'])
 * calibrationError(said, tensor([0, 0], { dtype: 'int32' })).value // => 0.4
 * ```
 * @category Calibration
 */
export const calibrationError = (
  predictions: ClassPredictions,
  y: Tensor,
  options: CalibrationOptions = {},
): Measured => {
  checkCalibration('calibrationError', options)
  return calibrationErrorOf(classRows('calibrationError', predictions, y, options), options)
}
