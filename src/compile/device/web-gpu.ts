import type { DeviceBackend } from '../jit/device-backend.ts'
import type { OpenDevice } from './open-device.ts'

/**
 * A device of WebGPU, a backend of `jit`.
 *
 * @category Devices
 */
export interface WebGpu extends DeviceBackend {
  /** What it is, as the browser or the package names it. */
  readonly description: string
  /** @internal */
  readonly home: OpenDevice
}
