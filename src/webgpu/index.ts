/**
 * Devices of WebGPU, on which functions compile and values stay.
 *
 * @packageDocumentation
 */
export type { DeviceWork } from '../compile/jit/device-backend.ts'
export { deviceWork } from '../compile/jit/jit.ts'
export { DeviceError } from '../compile/executors/webgpu/device-error.ts'
export { isOnDevice } from '../compile/device/device-tensor.ts'
export { fromDevice } from '../compile/device/from-device.ts'
export { closeDevice, requestWebGpu, type NoWebGpu, type WebGpuOptions } from './request-webgpu.ts'
export { toDevice } from '../compile/device/to-device.ts'
export type { WebGpu } from '../compile/device/web-gpu.ts'
