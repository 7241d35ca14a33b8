import { tensorIn, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { frozenSizes } from '../../core/tensor/shape.ts'
import { leavesOf, withLeaves } from '../../core/tensor/tree.ts'
import { readMode } from '../executors/webgpu/flags.ts'
import { placeAlignment } from './buffer-pool.ts'
import { DeviceTensor } from './device-tensor.ts'
import type { OpenDevice } from './open-device.ts'
import { sizeInBytes } from './to-device.ts'

const inWords = (bytes: number): number => Math.ceil(bytes / 4) * 4

/** The elements of values of one device, by one copy. */
const readFrom = async (
  { device, staging, requireAlive }: OpenDevice,
  values: readonly DeviceTensor[],
): Promise<readonly ConcreteTensor[]> => {
  requireAlive()
  let bytes = 0
  const starts = values.map((value) => {
    const start = bytes
    bytes += Math.ceil(sizeInBytes(value) / placeAlignment) * placeAlignment
    return start
  })
  const buffer = await staging.take(bytes)
  const encoder = device.createCommandEncoder()
  values.forEach((value, i) => {
    const { slab, offset, bytes: length } = value.place
    if (length > 0) encoder.copyBufferToBuffer(slab.buffer, offset, buffer, starts[i]!, inWords(length))
  })
  device.queue.submit([encoder.finish()])
  try {
    await buffer.mapAsync(readMode)
  } catch (error) {
    // Loss is noted in another task.
    await Promise.race([device.lost, Promise.resolve()])
    requireAlive()
    throw error
  }
  const mapped = buffer.getMappedRange()
  const read = values.map((value, i) => {
    const start = starts[i]!
    // Memory of its own: a loss that is kept keeps nothing else.
    return tensorIn(mapped.slice(start, start + sizeInBytes(value)), 0, value.dtype, frozenSizes(value.shape))
  })
  buffer.unmap()
  staging.giveBack(buffer)
  requireAlive()
  return read
}

/**
 * A tree with its tensors here: those of a device are read, all of them by one copy, and waited for. Nothing else reads
 * from a device, and every read waits for the work before it, so that a training loop reads its loss when it is shown.
 *
 * @throws By a rejected promise: DeviceError where the device was lost; DonatedError for a value that was given up.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { fromDevice } from 'puregrad/webgpu'
 * const { x } = await fromDevice({ x: tensor([1, 2]) })
 * toArray(x) // => [1, 2]
 * ```
 * @category Devices
 */
export const fromDevice = async <T>(tree: T): Promise<T> => {
  const leaves = leavesOf(tree)
  const values = leaves.filter((leaf) => leaf instanceof DeviceTensor)
  const homes = [...new Set(values.map(({ home }) => home))]
  const found = new Map(
    (
      await Promise.all(
        homes.map(async (home) => {
          const own = [...new Set(values.filter((value) => value.home === home))]
          const read = await readFrom(home, own)
          return own.map((value, i) => [value, read[i]] as const)
        }),
      )
    ).flat(),
  )
  return withLeaves(
    tree,
    leaves.map((leaf) => (leaf instanceof DeviceTensor ? found.get(leaf) : leaf)),
  )
}
