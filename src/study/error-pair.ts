import { toTypedArray } from '../core/autodiff/read.ts'
import type { Classes, Dataset, Role } from '../data/dataset.ts'
import { wilsonInterval, type Interval, type Proportion } from '../training/confidence.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * A classifier: inputs `[rows, features]` to class numbers `[rows]`.
 *
 * @category Sweeps
 */
export type Classify = (x: Tensor) => Tensor

/**
 * An error rate with its 95 % interval.
 *
 * @category Sweeps
 */
export interface MeasuredError extends Proportion {
  readonly interval: Interval
}

/**
 * The errors of a classifier on the rows it was made from and on others.
 *
 * @category Sweeps
 */
export interface ErrorPair {
  readonly train: MeasuredError
  readonly dev: MeasuredError
}

/**
 * What a study trains on and what it measures on.
 *
 * @category Sweeps
 */
export interface StudyData {
  readonly train: Dataset<'train', Classes>
  readonly dev: Dataset<Role, Classes>
}

const errorOn = (classify: Classify, { x, y, n }: Dataset<Role, Classes>): MeasuredError => {
  const classes = classify(x)
  if (classes.rank !== 1 || classes.size !== n)
    throw new ShapeError(
      `errorPair: expected a class for each of ${n} rows, [${n}], got ${showShape(classes.shape)}`,
    )
  const [given, right] = [toTypedArray(classes), toTypedArray(y)]
  const wrong = Array.from(right, (label, i) => Number(given[i]) !== label).filter((missed) => missed).length
  return { value: wrong / n, n, interval: wilsonInterval(wrong, n) }
}

/**
 * The share of rows a classifier gets wrong, on the training rows and on others, each with its 95 % interval.
 *
 * @throws ShapeError where the classifier does not give one class per row.
 * @example
 * ```ts
 * import { full, key } from 'puregrad'
 * import { allForTraining, digits16 } from 'puregrad/data'
 * import { errorPair } from 'puregrad/study'
 * const data = digits16({ key: key(0), n: 100 })
 * const { dev } = errorPair((x) => full([x.shape[0] ?? 0], 0, { dtype: 'int32' }), { train: allForTraining(data), dev: data })
 * dev.interval.map((bound) => bound.toFixed(3)) // => ['0.826', '0.945']
 * ```
 * @category Sweeps
 */
export const errorPair = (classify: Classify, { train, dev }: StudyData): ErrorPair => ({
  train: errorOn(classify, train),
  dev: errorOn(classify, dev),
})
