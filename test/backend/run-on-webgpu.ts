import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import {
  loadWebGpuProgram,
  type DeviceBuffer,
  type WebGpuProgram,
} from '../../src/compile/executors/webgpu/load-webgpu-program.ts'
import type { Buffer } from '../../src/core/tensor/dtype.ts'

const words = (bytes: number): number => Math.max(4, Math.ceil(bytes / 4) * 4)

/** The bytes of an array on a device. */
export const onDevice = (device: GPUDevice, data: Buffer): DeviceBuffer => {
  const buffer = device.createBuffer({
    size: words(data.byteLength),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  })
  const bytes = new Uint8Array(words(data.byteLength))
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  device.queue.writeBuffer(buffer, 0, bytes)
  return { buffer, offset: 0 }
}

/** Reads bytes back. */
export const readBack = async (
  device: GPUDevice,
  { buffer, offset }: DeviceBuffer,
  bytes: number,
): Promise<ArrayBuffer> => {
  const target = device.createBuffer({
    size: words(bytes),
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  })
  const encoder = device.createCommandEncoder()
  encoder.copyBufferToBuffer(buffer, offset, target, 0, words(bytes))
  device.queue.submit([encoder.finish()])
  await target.mapAsync(GPUMapMode.READ)
  const result = target.getMappedRange().slice(0, bytes)
  target.destroy()
  return result
}

/** One run of a loaded program: the bytes of its output. */
export const runLoaded = async (
  device: GPUDevice,
  loaded: WebGpuProgram,
  program: KernelProgram,
  inputs: readonly Buffer[],
): Promise<ArrayBuffer> => {
  const given = inputs.map((data) => onDevice(device, data))
  const output = onDevice(device, new Uint8Array(program.outputBytes))
  await loaded.run(given, output)
  const bytes = await readBack(device, output, program.outputBytes)
  for (const { buffer } of [...given, output]) buffer.destroy()
  return bytes
}

/** The bytes that a program writes. */
export const outputOnDevice = async (
  device: GPUDevice,
  program: KernelProgram,
  inputs: readonly Buffer[],
): Promise<ArrayBuffer> => runLoaded(device, await loadWebGpuProgram(device, program), program, inputs)
