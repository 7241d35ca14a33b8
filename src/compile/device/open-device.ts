import { bufferPool, type BufferPool } from './buffer-pool.ts'
import { forReading } from '../executors/webgpu/flags.ts'
import { DeviceError } from '../executors/webgpu/device-error.ts'
import { deviceMemory, type DeviceMemory } from './device-memory.ts'

/** A device in use, with its memory. */
export interface OpenDevice {
  readonly device: GPUDevice
  readonly memory: DeviceMemory
  /** Buffers through which values come back. */
  readonly staging: BufferPool
  /** @throws DeviceError where the device was lost, or has refused something since. */
  readonly requireAlive: () => void
  /** Waits where too many runs are under way. */
  readonly pace: () => Promise<void>
  /** Waits for those runs that were asked for earlier, so that what is not run yet takes no memory; to be followed by `leave`. */
  readonly enter: () => Promise<void>
  readonly leave: () => void
  readonly close: () => void
}

/** So many runs are submitted before those that were submitted before them have to be done. */
const runsTogether = 8

const lostMessage = ({ reason, message }: GPUDeviceLostInfo): string =>
  reason === 'destroyed'
    ? 'WebGPU: the device was closed, and its values with it'
    : `WebGPU: the device was lost (${message}): its values are gone; request another one, send there what was read ` +
      'last, or go on with another backend'

/** What devices were asked of. The package for Node crashes where that is collected before they are. */
const origins = new Set<GPU>()

/** Takes a device into use; all of it is ours. */
export const openDevice = (origin: GPU, device: GPUDevice): OpenDevice => {
  origins.add(origin)
  let failure: DeviceError | undefined
  void device.lost.then((info) => {
    failure = new DeviceError('lost', lostMessage(info))
  })
  device.addEventListener('uncapturederror', (event) => {
    failure ??= new DeviceError('refused', `WebGPU: the device refused its work: ${event.error.message}`)
  })
  let inside = 0
  const waiting: (() => void)[] = []
  let submitted = 0
  let before: Promise<unknown> = Promise.resolve()
  return {
    device,
    memory: deviceMemory(device),
    staging: bufferPool(device, forReading),
    requireAlive: () => {
      if (failure !== undefined) throw failure
    },
    enter: async () => {
      if (inside < runsTogether) inside += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
    leave: () => {
      const next = waiting.shift()
      if (next === undefined) inside -= 1
      else next()
    },
    pace: async () => {
      submitted += 1
      if (submitted % runsTogether !== 0) return
      const earlier = before
      before = device.queue.onSubmittedWorkDone()
      await earlier
    },
    close: () => {
      failure = new DeviceError(
        'lost',
        lostMessage({ reason: 'destroyed', message: '' } as GPUDeviceLostInfo),
      )
      device.destroy()
    },
  }
}
