import { ArgumentError } from '../../core/tensor/errors.ts'
import { bytesOf } from '../../core/tensor/dtype.ts'
import { copyElements, isContiguous, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { frozenSizes, showShape, sizeOf } from '../../core/tensor/shape.ts'
import { asValue } from '../../core/autodiff/value.ts'
import { mapTree, withLeaves } from '../../core/tensor/tree.ts'
import { DeviceTensor } from './device-tensor.ts'
import type { OpenDevice } from './open-device.ts'
import type { WebGpu } from './web-gpu.ts'

/** How many bytes a tensor takes. */
export const sizeInBytes = ({ shape, dtype }: Pick<ConcreteTensor, 'shape' | 'dtype'>): number =>
  sizeOf(shape) * bytesOf(dtype)

/** Writes the elements of a tensor to a place in a buffer, a multiple of 256 with room up to the next one. */
export const writeElements = (
  { device }: OpenDevice,
  tensor: ConcreteTensor,
  buffer: GPUBuffer,
  offset: number,
): void => {
  const bytes = sizeInBytes(tensor)
  if (bytes === 0) return
  const data = isContiguous(tensor)
    ? new Uint8Array(tensor.elementMemory, tensor.firstByte, bytes)
    : new Uint8Array(copyElements(tensor).buffer)
  const whole = bytes - (bytes % 4)
  device.queue.writeBuffer(buffer, offset, data, 0, whole)
  if (whole === bytes) return
  // Only words are written: what is left of the last one is filled.
  const rest = new Uint8Array(4)
  rest.set(data.subarray(whole))
  device.queue.writeBuffer(buffer, offset + whole, rest)
}

/** A tensor of this device, from one of it or from a tensor whose elements are here. */
export const sent = async (
  home: OpenDevice,
  tensor: ConcreteTensor,
  where: string,
): Promise<DeviceTensor> => {
  if (tensor instanceof DeviceTensor) {
    requireOfDevice(home, tensor, where)
    return tensor
  }
  const { memory } = home
  const slab = await memory.take(sizeInBytes(tensor))
  writeElements(home, tensor, slab.buffer, 0)
  const made = new DeviceTensor(frozenSizes(tensor.shape), tensor.dtype, home, slab, 0)
  memory.unpin(slab)
  return made
}

/** @throws ArgumentError for a value of another device. */
export const requireOfDevice = (home: OpenDevice, tensor: DeviceTensor, where: string): void => {
  if (tensor.home !== home)
    throw new ArgumentError(
      `${where}: the ${tensor.dtype} tensor of shape ${showShape(tensor.shape)} lies on another device: read it with ` +
        'fromDevice there, and send it here with toDevice',
    )
}

/**
 * A tree with its tensors on a device: data and parameters that many calls read are sent once. What lies there already is
 * itself, and so is float64, which a device has not: it stays here, where what depends on it alone is computed.
 *
 * @throws By a rejected promise: ArgumentError for a tensor of another
 * device, or one whose elements are not known; DeviceError where the device was lost or has no memory.
 * @example
 * ```ts no-run
 * const params = await toDevice(gpu, network.init(key(0)).params)
 * ```
 * @category Devices
 */
export const toDevice = async <T>(gpu: WebGpu, tree: T): Promise<T> => {
  const { home } = gpu
  home.requireAlive()
  const leaves: ConcreteTensor[] = []
  mapTree(tree, (leaf, path) => {
    const value = asValue(leaf)
    if (value.kind !== 'concrete')
      throw new ArgumentError(
        `toDevice: ${path === '' ? 'the tensor' : path} is ${String(leaf)}, a value of a transformation: only tensors can be sent`,
      )
    leaves.push(value)
    return leaf
  })
  return withLeaves(
    tree,
    await Promise.all(
      leaves.map(async (leaf) => (leaf.dtype === 'float64' ? leaf : sent(home, leaf, 'toDevice'))),
    ),
  )
}
