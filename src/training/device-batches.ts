import { toDevice } from '../compile/device/to-device.ts'
import type { WebGpu } from '../compile/device/web-gpu.ts'
import { jit } from '../compile/jit/jit.ts'
import { permutation, slice, take, type Key } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Dataset } from '../data/dataset.ts'
import { requireRole } from '../data/part.ts'
import { batchCount, checkBatches, type MinibatchOptions } from '../data/stream/minibatches.ts'
import type { Batch } from './objective.ts'

const rowsOf = ({ x, y, weights }: Batch, rows: Tensor): Batch => ({
  x: take(x, rows),
  y: take(y, rows),
  ...(weights === undefined ? {} : { weights: take(weights, rows) }),
})

/**
 * `minibatches` of rows that lie on a device: the data are sent once, and what is sent for a batch is the numbers of its
 * rows. The same key gives the same batches as there.
 *
 * @throws As `minibatches`; by a rejected promise: DeviceError where the device is lost or has no memory.
 * @example
 * ```ts no-run
 * const batches = await deviceBatches(gpu, train, 32)
 * for await (const { x, y } of batches(key(0))) state = await step(state, { x, y })
 * ```
 * @category Batches and streams
 */
export const deviceBatches = (
  gpu: WebGpu,
  data: Dataset<'train'>,
  size: number,
  options: MinibatchOptions = {},
): Promise<(order: Key) => AsyncIterable<Batch>> => {
  requireRole('deviceBatches', data, ['train'])
  checkBatches('deviceBatches', size, options)
  return batchesThere(gpu, data, size, batchCount(data.n, size, options))
}

const batchesThere = async (
  gpu: WebGpu,
  { n, x, y, weights }: Dataset<'train'>,
  size: number,
  count: number,
): Promise<(order: Key) => AsyncIterable<Batch>> => {
  const there: Batch = await toDevice(gpu, { x, y, ...(weights === undefined ? {} : { weights }) })
  const pick = jit(rowsOf, { backend: gpu })
  async function* batches(order: Key): AsyncGenerator<Batch, void> {
    const rows = permutation(order, n)
    // eslint-disable-next-line functional/no-loop-statements -- batches are made one at a time, when they are asked for
    for (const i of Array.from({ length: count }).keys())
      yield await pick(there, slice(rows, [i * size], [Math.min(n, (i + 1) * size)]))
  }
  return (order) => ({ [Symbol.asyncIterator]: () => batches(order) })
}
