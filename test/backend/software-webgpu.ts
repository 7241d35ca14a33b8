import { softwareGpu } from '../webgpu/software-gpu.ts'

/** What keeps devices alive: one whose instance is collected never answers. */
const instances: unknown[] = []

/** A device in software, with all that its adapter allows; `undefined` where there is none. */
export const softwareDevice = async (): Promise<GPUDevice | undefined> => {
  const gpu = await softwareGpu()
  if (gpu === undefined) return undefined
  instances.push(gpu)
  // The names of flags, as browsers have them.
  Object.assign(globalThis, (await import('webgpu')).globals)
  const adapter = await gpu.requestAdapter()
  if (adapter === null) return undefined
  const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
  return adapter.requestDevice({
    requiredLimits: { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize },
  })
}
