import { permutation, slice, take, type Key } from '../../core/numeric/index.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count, countOrNone } from '../../core/tensor/setting-ranges.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Dataset } from '../dataset.ts'
import { requireRole } from '../part.ts'

/**
 * What becomes of a last batch that is smaller.
 *
 * @category Batches and streams
 */
export interface MinibatchOptions {
  /** What becomes of a last batch smaller than the others: kept (the default) or dropped. */
  readonly last?: 'keep' | 'drop'
}

/**
 * Some rows with their classes.
 *
 * @category Batches and streams
 */
export interface Minibatch {
  readonly x: Tensor
  readonly y: Tensor
  /** How much each row counts, floating `[rows]`, where the data set says so. */
  readonly weights?: Tensor
}

/**
 * The number of batches of one epoch.
 *
 * @throws ArgumentError for another option, a size that is no positive integer or a number of rows that is no integer ≥ 0.
 * @example
 * ```ts
 * import { batchCount } from 'puregrad/data'
 * batchCount(10, 4) // => 3
 * batchCount(10, 4, { last: 'drop' }) // => 2
 * ```
 * @category Batches and streams
 */
export const batchCount = (n: number, size: number, options: MinibatchOptions = {}): number => {
  checkBatches('batchCount', size, options)
  checkSetting('batchCount', 'n', n, countOrNone)
  return options.last === 'drop' ? Math.floor(n / size) : Math.ceil(n / size)
}

/** @throws ArgumentError for another option, or a size that is no positive integer. */
export const checkBatches = (where: string, size: number, options: MinibatchOptions): void => {
  checkSetting(where, 'size', size, count)
  checkOptions(where, options, { last: true })
  if (options.last !== undefined) checkChoice(where, 'last', options.last, ['keep', 'drop'])
}

/**
 * One epoch: the rows of the training part in an order drawn from the key, cut into batches. The batches are a
 * partition of the rows (without the ragged last batch if it is dropped); the same key gives the same batches.
 *
 * @throws ArgumentError for another option, and unless the size is a positive integer; RoleError for another part than the
 * training one.
 * @example
 * ```ts
 * import { key, tensor } from 'puregrad'
 * import { allForTraining, dataset, minibatches } from 'puregrad/data'
 * const raw = dataset({ x: tensor([[1], [2], [3]]), y: tensor([0, 1, 0], { dtype: 'int32' }) })
 * minibatches(allForTraining(raw), 2, key(0)).map(({ x }) => x.shape[0]) // => [2, 1]
 * ```
 * @category Batches and streams
 */
export const minibatches = (
  data: Dataset<'train'>,
  size: number,
  key: Key,
  options: MinibatchOptions = {},
): readonly Minibatch[] => {
  requireRole('minibatches', data, ['train'])
  checkBatches('minibatches', size, options)
  const order = permutation(key, data.n)
  return Array.from({ length: batchCount(data.n, size, options) }, (_, i) => {
    const rows = slice(order, [i * size], [Math.min(data.n, (i + 1) * size)])
    return {
      x: take(data.x, rows),
      y: take(data.y, rows),
      ...(data.weights === undefined ? {} : { weights: take(data.weights, rows) }),
    }
  })
}
