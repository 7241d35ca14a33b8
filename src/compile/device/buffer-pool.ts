import { DeviceError } from '../executors/webgpu/device-error.ts'

/** Buffers of one kind, used again. */
export interface BufferPool {
  /** A buffer of at least so many bytes, with whatever was in it. */
  readonly take: (bytes: number) => Promise<GPUBuffer>
  /** What is submitted from now on may write to it. */
  readonly giveBack: (buffer: GPUBuffer) => void
  /** Bytes of all buffers there are, used and unused. */
  readonly bytes: () => number
}

/** Unused buffers beyond this are given back to the device, those of a size that has not been asked for first. */
const keptBytes = 2 ** 28

/** Sizes are multiples of what places in a buffer are multiples of. */
export const placeAlignment = 256

/**
 * The size of the buffer for so many bytes: the next of four sizes for each doubling, so that at most a fifth is unused
 * and sizes that differ little share buffers. For 1100 of 1024, 1280, 1536, 1792, 2048: 1280.
 */
export const bufferSize = (bytes: number): number => {
  if (bytes <= 4 * placeAlignment) return Math.max(1, Math.ceil(bytes / placeAlignment)) * placeAlignment
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2)
  return Math.ceil(bytes / step) * step
}

const inMegabytes = (bytes: number): string => `${String(Math.ceil(bytes / 2 ** 20))} MB`

/** Buffers of a device for one usage. */
export const bufferPool = (device: GPUDevice, usage: GPUBufferUsageFlags): BufferPool => {
  /** Sizes in the order in which they were last asked for, with their unused buffers. */
  const unused = new Map<number, GPUBuffer[]>()
  let [bytes, idle] = [0, 0]
  const drop = (buffer: GPUBuffer): void => {
    bytes -= buffer.size
    idle -= buffer.size
    buffer.destroy()
  }
  const trim = (most: number): void => {
    for (const [size, buffers] of unused) {
      while (idle > most && buffers.length > 0) drop(buffers.pop()!)
      if (buffers.length === 0) unused.delete(size)
      if (idle <= most) return
    }
  }
  const make = async (size: number): Promise<GPUBuffer | undefined> => {
    device.pushErrorScope('out-of-memory')
    const buffer = device.createBuffer({ size, usage })
    const error = await device.popErrorScope()
    if (error !== null) return undefined
    bytes += size
    return buffer
  }
  return {
    take: async (needed) => {
      const size = bufferSize(needed)
      const { maxBufferSize } = device.limits
      if (size > maxBufferSize)
        throw new DeviceError(
          'memory',
          `WebGPU: ${inMegabytes(needed)} are needed in one piece, this device has at most ` +
            `${inMegabytes(maxBufferSize)}: use smaller batches, or another backend`,
        )
      const buffers = unused.get(size) ?? []
      unused.delete(size)
      const spare = buffers.pop()
      if (buffers.length > 0) unused.set(size, buffers)
      if (spare !== undefined) {
        idle -= size
        return spare
      }
      const fresh = await make(size)
      if (fresh !== undefined) return fresh
      // What is unused may be what is missing; so may what waits for the collector, whose news come between tasks.
      trim(0)
      await device.queue.onSubmittedWorkDone()
      const second = await make(size)
      if (second !== undefined) return second
      throw new DeviceError(
        'memory',
        `WebGPU: no memory for ${inMegabytes(needed)} more (${inMegabytes(bytes)} are in use): use smaller batches, ` +
          'give up what is no longer needed (jit with donate), or use another backend',
      )
    },
    giveBack: (buffer) => {
      idle += buffer.size
      const known = unused.get(buffer.size)
      if (known === undefined) unused.set(buffer.size, [buffer])
      else known.push(buffer)
      trim(keptBytes)
    },
    bytes: () => bytes,
  }
}
