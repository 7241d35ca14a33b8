import { rowsAt, type Classes, type Dataset } from '../data/dataset.ts'
import { foldIn, permutation, slice, type Key } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { errorPair, type Classify, type ErrorPair, type StudyData } from './error-pair.ts'
import { checkList, sweep, type Sweep } from './sweep.ts'
import { checkOptions } from '../core/tensor/check-options.ts'

/**
 * How errors change with the number of training rows. Each number takes the first rows of one order drawn from the key,
 * so a smaller training set is part of every larger one; all fits get the same key. A dev error that still falls at
 * the end says that more rows would help; two errors that have met above the floor say that they would not.
 *
 * @throws ArgumentError where there is no size, or one that is not a whole number from 1 to the number of training rows.
 * @example
 * ```ts
 * import { full, key } from 'puregrad'
 * import { allForTraining, digits16 } from 'puregrad/data'
 * import { sampleSizeSweep } from 'puregrad/study'
 * const data = digits16({ key: key(0), n: 100 })
 * const always0 = () => (x: { readonly shape: readonly number[] }) => full([x.shape[0] ?? 0], 0, { dtype: 'int32' })
 * const { points } = sampleSizeSweep({ train: allForTraining(data), dev: data }, { sizes: [10, 50], key: key(1) }, always0)
 * points.map(({ setting, result }) => [setting, result.train.n, result.dev.n]) // => [[10, 10, 100], [50, 50, 100]]
 * ```
 * @category Sweeps
 */
export const sampleSizeSweep = (
  { train, dev }: StudyData,
  options: { readonly sizes: readonly number[]; readonly key: Key },
  fit: (train: Dataset<'train', Classes>, key: Key) => Classify,
): Sweep<number, ErrorPair> => {
  checkOptions('sampleSizeSweep', options, { sizes: true, key: true })
  const { sizes, key } = options
  checkList('sampleSizeSweep', 'sizes', sizes)
  const odd = sizes.find((size) => !Number.isInteger(size) || size < 1 || size > train.n)
  if (odd !== undefined)
    throw new ArgumentError(
      `sampleSizeSweep: a size is a whole number from 1 to ${train.n}, the number of training rows, got ${odd}`,
    )
  const order = permutation(foldIn(key, 'rows'), train.n)
  return sweep(
    sizes,
    (size) => {
      const part = rowsAt(train, slice(order, [0], [size]), 'train')
      return errorPair(fit(part, foldIn(key, 'fit')), { train: part, dev })
    },
    (errors) => errors.dev.value,
  )
}
