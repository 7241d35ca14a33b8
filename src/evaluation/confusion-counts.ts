import { checkOptions } from '../core/tensor/check-options.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { decidedOf, classRows, labelsOf } from './class-rows.ts'
import type { ClassPredictions } from './predictions.ts'
import { rowWeights, type RowWeights, type WeightedRows } from './row-weights.ts'

/**
 * How many rows of each class were taken for each class: what every metric of decided classes is computed from.
 *
 * @category Metrics of classes
 */
export interface ConfusionCounts {
  readonly names: readonly string[]
  /** `counts[i][j]` rows of class i were taken for class j; sums of weights where rows have them. */
  readonly counts: readonly (readonly number[])[]
  /** Rows; with weights, the effective number of them, which intervals go by. */
  readonly rows: number
}

/** Counts of pairs of classes, each row as much as it weighs. */
export const countPairs = (
  decided: Int32Array,
  labels: Int32Array,
  names: readonly string[],
  { of, effective }: RowWeights,
): ConfusionCounts => {
  const classes = names.length
  const cells = new Float64Array(classes * classes)
  labels.forEach((label, row) => {
    const cell = label * classes + decided[row]!
    // eslint-disable-next-line functional/immutable-data -- a tally made here
    cells[cell] = cells[cell]! + of[row]!
  })
  return {
    names,
    counts: names.map((_, i) => Array.from(cells.subarray(i * classes, (i + 1) * classes))),
    rows: effective,
  }
}

/**
 * Counts rows by their class and by the class that is most probable.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions and classes do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, confusionCounts } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]]), ['no', 'yes'])
 * confusionCounts(said, tensor([0, 1, 0], { dtype: 'int32' })).counts // => [[1, 1], [0, 1]]
 * ```
 * @category Metrics of classes
 */
export const confusionCounts = (
  predictions: ClassPredictions,
  y: Tensor,
  options: WeightedRows = {},
): ConfusionCounts => {
  checkOptions('confusionCounts', options, { weights: true })
  const rows = classRows('confusionCounts', predictions, y, options)
  return countPairs(decidedOf(rows), rows.labels, rows.names, rows.weights)
}

/**
 * Counts rows by their class and by the class that was decided on, where there are no probabilities.
 *
 * @param decided numbers of classes `[n]`, as `y`.
 * @throws ShapeError, DTypeError, ArgumentError where these are not as many classes from 0 to the number of names.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { confusionOfClasses } from 'puregrad/evaluation'
 * const int32 = { dtype: 'int32' } as const
 * confusionOfClasses(tensor([0, 1, 1], int32), tensor([0, 1, 0], int32), { names: ['no', 'yes'] }).counts // => [[1, 1], [0, 1]]
 * ```
 * @category Metrics of classes
 */
export const confusionOfClasses = (
  decided: Tensor,
  y: Tensor,
  options: WeightedRows & { readonly names: readonly string[] },
): ConfusionCounts => {
  checkOptions('confusionOfClasses', options, { names: true, weights: true })
  const { names, weights } = options
  const [taken, labels] = [
    labelsOf('confusionOfClasses', 'decided', decided, names.length),
    labelsOf('confusionOfClasses', 'y', y, names.length),
  ]
  if (taken.length !== labels.length || labels.length === 0)
    throw new ShapeError(
      `confusionOfClasses: expected as many decided classes as classes, and at least one, got ${showShape(decided.shape)} and ${showShape(y.shape)}`,
    )
  return countPairs(taken, labels, names, rowWeights('confusionOfClasses', labels.length, weights))
}
