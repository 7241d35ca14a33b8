import type { Targets } from '../data/dataset.ts'
import { reshape, tensor, tile } from '../core/numeric/index.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { labelsOf } from './class-rows.ts'
import { weightedMean } from './mean-of-rows.ts'
import type { ClassPredictions, Predictions, ValuePredictions } from './predictions.ts'
import { rowWeights, type WeightedRows } from './row-weights.ts'
import { columnsOf } from './value-rows.ts'
import { weightedMedian } from './weighted-median.ts'

/**
 * What can be said of classes without looking at a row: the greatest class, and the share of each.
 *
 * @category Baselines
 */
export interface ClassBaseline {
  readonly kind: 'classes'
  readonly names: readonly string[]
  /** Of the training part. */
  readonly shares: readonly number[]
}

/**
 * What can be said of numbers without looking at a row: the mean and the median of each target.
 *
 * @category Baselines
 */
export interface ValueBaseline {
  readonly kind: 'values'
  readonly names: readonly string[]
  /** Of the training part. */
  readonly means: readonly number[]
  readonly medians: readonly number[]
}

/**
 * What every model has to be better than; plain data, to be kept with a model.
 *
 * @category Baselines
 */
export type Baseline = ClassBaseline | ValueBaseline

/**
 * The baseline of a training part: the shares of its classes, or the means and medians of its targets.
 *
 * @param train a data set, a labelled table or what has the same targets.
 * @throws ShapeError, DTypeError, ArgumentError where targets and their names do not go together, or there is no row.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { baselineOf } from 'puregrad/evaluation'
 * const y = tensor([0, 1, 1, 1], { dtype: 'int32' })
 * baselineOf({ y, targets: { kind: 'classes', names: ['no', 'yes'] } }) // => { kind: 'classes', names: ['no', 'yes'], shares: [0.25, 0.75] }
 * ```
 * @category Baselines
 */
export const baselineOf = (
  train: WeightedRows & { readonly y: Tensor; readonly targets: Targets },
): Baseline => {
  const { y, targets } = train
  const { names } = targets
  const n = y.shape[0] ?? 0
  if (n === 0) throw new ShapeError(`baselineOf: expected at least one row, got y ${showShape(y.shape)}`)
  const weights = rowWeights('baselineOf', n, train.weights)
  if (targets.kind === 'classes') {
    const labels = labelsOf('baselineOf', 'y', y, names.length)
    return {
      kind: 'classes',
      names,
      shares: names.map((_, k) =>
        weightedMean(
          Array.from(labels, (label) => (label === k ? 1 : 0)),
          weights,
        ),
      ),
    }
  }
  const columns = columnsOf('baselineOf', 'y', y)
  if (columns.length !== names.length)
    throw new ShapeError(
      `baselineOf: expected y [n, ${names.length}], a column for each target, got ${showShape(y.shape)}`,
    )
  return {
    kind: 'values',
    names,
    means: columns.map((column) => weightedMean(column, weights)),
    medians: columns.map((column) => weightedMedian(column, weights)),
  }
}

const repeated = (values: readonly number[], n: number): Tensor =>
  tile(reshape(tensor([...values], { dtype: 'float64' }), [1, values.length]), [n, 1])

/** The shares for each of n rows: the class decided on is the greatest. */
export const shareOfEach = ({ names, shares }: ClassBaseline, n: number): ClassPredictions => ({
  kind: 'classes',
  names,
  probabilities: repeated(shares, n),
})

/** The mean, or the median, for each of n rows. */
export const centreOfEach = (
  { names, means, medians }: ValueBaseline,
  n: number,
  of: 'mean' | 'median',
): ValuePredictions => ({
  kind: 'values',
  names,
  estimates: repeated(of === 'mean' ? means : medians, n),
})

/**
 * What a baseline predicts for n rows: the shares of the classes, or the means.
 *
 * @example
 * ```ts
 * import { toArray } from 'puregrad'
 * import { baselinePredictions } from 'puregrad/evaluation'
 * const said = baselinePredictions({ kind: 'values', names: ['mpg'], means: [23.5], medians: [23] }, 2)
 * said.kind === 'values' ? toArray(said.estimates) : [] // => [[23.5], [23.5]]
 * ```
 * @category Baselines
 */
export const baselinePredictions = (baseline: Baseline, n: number): Predictions =>
  baseline.kind === 'classes' ? shareOfEach(baseline, n) : centreOfEach(baseline, n, 'mean')
