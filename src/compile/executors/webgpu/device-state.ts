import { PuregradError } from '../../../core/tensor/errors.ts'
import { DeviceError } from './device-error.ts'
import { computeStage } from './flags.ts'
import type { Shader } from './shader.ts'

/** What is known of a device: what was compiled for it, and whether it is lost. */
export interface DeviceState {
  readonly layouts: Map<string, GPUBindGroupLayout>
  readonly pipelines: Map<string, Promise<GPUComputePipeline>>
  /** Whether it folds right with subgroups, once it was asked. */
  folds: Promise<boolean> | undefined
  lost: string | undefined
}

const states = new WeakMap<GPUDevice, DeviceState>()

export const stateOf = (device: GPUDevice): DeviceState => {
  const known = states.get(device)
  if (known !== undefined) return known
  const state: DeviceState = { layouts: new Map(), pipelines: new Map(), folds: undefined, lost: undefined }
  states.set(device, state)
  void device.lost.then(({ reason, message }) => {
    state.lost = `${reason}: ${message}`
  })
  return state
}

/** @throws DeviceError for a device that is lost. */
export const requireDevice = (device: GPUDevice): void => {
  const { lost } = stateOf(device)
  if (lost !== undefined)
    throw new DeviceError(
      'lost',
      `WebGPU: the device is lost (${lost}); ask the adapter for another one, or use another backend`,
    )
}

/** How a shader binds, one layout for all that bind alike. */
export const layoutOf = (device: GPUDevice, { bindings, depth }: Shader): GPUBindGroupLayout => {
  const { layouts } = stateOf(device)
  const key = `${bindings.map((binding) => (typeof binding === 'number' ? 'r' : 'w')).join('')}${depth === undefined ? '' : 'u'}`
  const known = layouts.get(key)
  if (known !== undefined) return known
  const visibility = computeStage
  const layout = device.createBindGroupLayout({
    entries: [
      ...bindings.map((space, binding): GPUBindGroupLayoutEntry => ({
        binding,
        visibility,
        buffer: { type: typeof space === 'number' ? 'read-only-storage' : 'storage' },
      })),
      ...(depth === undefined ? [] : [0, 1]).map((digit): GPUBindGroupLayoutEntry => ({
        binding: bindings.length + digit,
        visibility,
        buffer: { type: 'uniform', hasDynamicOffset: true },
      })),
    ],
  })
  layouts.set(key, layout)
  return layout
}

const compile = async (device: GPUDevice, shader: Shader, path: string): Promise<GPUComputePipeline> => {
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ code: shader.text })
  const scope = device.popErrorScope()
  const layout = device.createPipelineLayout({ bindGroupLayouts: [layoutOf(device, shader)] })
  try {
    const pipeline = await device.createComputePipelineAsync({ layout, compute: { module } })
    await scope
    return pipeline
  } catch (error) {
    requireDevice(device)
    const { messages } = await module.getCompilationInfo()
    const found = messages.filter(({ type }) => type === 'error').map(({ message }) => message)
    const reason =
      found.length > 0 ? found.join('; ') : error instanceof Error ? error.message : String(error)
    throw new PuregradError(`WebGPU, ${path}: the shader does not compile: ${reason}`, { cause: error })
  }
}

/** The pipeline of a shader; the same text is compiled once for a device. */
export const pipelineOf = (device: GPUDevice, shader: Shader, path: string): Promise<GPUComputePipeline> => {
  const { pipelines } = stateOf(device)
  const known = pipelines.get(shader.text)
  if (known !== undefined) return known
  const pipeline = compile(device, shader, path)
  pipelines.set(shader.text, pipeline)
  return pipeline
}
