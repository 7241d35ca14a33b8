import { permutation, slice, take, type Key } from '../numeric/index.ts'
import { ArgumentError } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Dataset } from './dataset.ts'

export interface MinibatchOptions {
  /** What becomes of a last batch smaller than the others: kept (the default) or dropped. */
  readonly last?: 'keep' | 'drop'
}

/** Some rows with their classes. */
export interface Minibatch {
  readonly x: Tensor
  readonly y: Tensor
}

/** The number of batches of one epoch. */
export const batchCount = (n: number, size: number, { last = 'keep' }: MinibatchOptions = {}): number =>
  last === 'keep' ? Math.ceil(n / size) : Math.floor(n / size)

/**
 * One epoch: the rows of the training part in an order drawn from the key, cut into batches. The batches are a
 * partition of the rows (without the ragged last batch if it is dropped); the same key gives the same batches.
 *
 * @throws ArgumentError unless the size is a positive integer.
 * @example
 * ```ts
 * import { key, tensor } from 'puregrad'
 * import { dataset, minibatches } from 'puregrad/data'
 * const raw = dataset({ x: tensor([[1], [2], [3]]), y: tensor([0, 1, 0], { dtype: 'int32' }) })
 * minibatches({ ...raw, role: 'train' }, 2, key(0)).map(({ x }) => x.shape[0]) // => [2, 1]
 * ```
 */
export const minibatches = (
  data: Dataset<'train'>,
  size: number,
  key: Key,
  options: MinibatchOptions = {},
): readonly Minibatch[] => {
  if (!Number.isInteger(size) || size < 1)
    throw new ArgumentError(`minibatches: the batch size is a positive integer, got ${String(size)}`)
  const order = permutation(key, data.n)
  return Array.from({ length: batchCount(data.n, size, options) }, (_, i) => {
    const rows = slice(order, [i * size], [Math.min(data.n, (i + 1) * size)])
    return { x: take(data.x, rows), y: take(data.y, rows) }
  })
}
