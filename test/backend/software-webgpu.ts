import { softwareGpu } from '../webgpu/software-gpu.ts'

/** What keeps devices alive: one whose instance is collected never answers. */
const instances: unknown[] = []

/**
 * A device in software, with all that its adapter allows, subgroups only if they are asked for; `undefined` where there is
 * none.
 */
export const softwareDevice = async (
  ways: 'plain' | 'subgroups' = 'plain',
): Promise<GPUDevice | undefined> => {
  const gpu = await softwareGpu()
  if (gpu === undefined) return undefined
  instances.push(gpu)
  // The names of flags, as browsers have them.
  Object.assign(globalThis, (await import('webgpu')).globals)
  const adapter = await gpu.requestAdapter()
  if (adapter === null) return undefined
  const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
  return adapter.requestDevice({
    requiredFeatures: ways === 'subgroups' ? ['subgroups'] : [],
    requiredLimits: { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize },
  })
}
