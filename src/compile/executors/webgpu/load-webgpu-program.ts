import { PuregradError } from '../../../core/tensor/errors.ts'
import { requireWellFormed } from '../check-kernel-program.ts'
import type { KernelProgram } from '../kernel-program.ts'
import type { Binding, Placement } from './binder.ts'
import { DeviceError } from './device-error.ts'
import { bufferUsage, forPrograms, forReading, readMode } from './flags.ts'
import { layoutOf, pipelineOf, requireDevice } from './device-state.ts'
import { encodingOf, type Encoding } from './encoding.ts'
import { gridOf } from './kernel.ts'
import { digits, type Shader } from './shader.ts'
import {
  aligned,
  alignment,
  deepestCount,
  dispatchesIn,
  dispatchesOf,
  planOf,
  processorsPart,
  type Action,
} from './plan.ts'
import type { ProcessorWork } from './processor-work.ts'
import { foldsInSubgroups } from './subgroups.ts'

/** Elements in the memory of a device: a multiple of 256 bytes behind the beginning of a buffer. */
export interface DeviceBuffer {
  readonly buffer: GPUBuffer
  readonly offset: number
}

/** A kernel program made ready to run on a device. */
export interface WebGpuProgram {
  /**
   * Encodes one run, submits it and resolves when it is submitted; a program with conditions that depend on data, or
   * with instructions that the processor runs, waits for these alone. Writes the output slab and nothing else. The buffer of the output is none of those of the inputs;
   * all of them have the usages STORAGE, COPY_SRC and COPY_DST, and are a multiple of 4 bytes long.
   *
   * @throws PuregradError where the device is lost or a buffer is too short.
   */
  readonly run: (inputs: readonly DeviceBuffer[], output: DeviceBuffer) => Promise<void>
  /** Dispatches of a run. */
  readonly dispatches: number
  /** The instructions that the processor runs, and why. */
  readonly onProcessor: readonly string[]
}

/** A dispatch with its pipeline, and what it bound last. */
interface Ready {
  readonly pipeline: GPUComputePipeline
  readonly layout: GPUBindGroupLayout
  readonly groups: { readonly bound: readonly DeviceBuffer[]; readonly group: GPUBindGroup }[]
}

/** What the runs of a program share. */
interface Loaded {
  readonly device: GPUDevice
  readonly program: KernelProgram
  readonly memory: GPUBuffer
  /** A number every 256 bytes, from 0: the counters of loops. */
  readonly counters: GPUBuffer | undefined
  readonly ready: ReadonlyMap<Shader, Ready>
  readonly actions: readonly Action[]
}

/** One run. */
interface Run extends Loaded {
  readonly inputs: readonly DeviceBuffer[]
  readonly output: DeviceBuffer
  readonly encoding: Encoding
}

/** Bind groups that a dispatch keeps: those of runs whose outputs become inputs in turn. */
const groupsKept = 4

const bytesOfBinding = ({ program, memory }: Loaded, binding: Binding): number =>
  binding === 'memory'
    ? memory.size
    : binding === 'output'
      ? program.outputBytes
      : program.inputBytes[binding]!

const bufferOf = ({ memory, inputs, output }: Run, binding: Binding): DeviceBuffer =>
  binding === 'memory' ? { buffer: memory, offset: 0 } : binding === 'output' ? output : inputs[binding]!

const groupOf = (run: Run, shader: Shader, { layout, groups }: Ready): GPUBindGroup => {
  const bound = shader.bindings.map((binding) => bufferOf(run, binding))
  const known = groups.find((group) =>
    group.bound.every(({ buffer, offset }, i) => buffer === bound[i]!.buffer && offset === bound[i]!.offset),
  )
  if (known !== undefined) return known.group
  const { counters, device } = run
  const group = device.createBindGroup({
    layout,
    entries: [
      ...bound.map(({ buffer, offset }, i) => ({
        binding: i,
        resource: {
          buffer,
          offset,
          size: Math.max(4, Math.ceil(bytesOfBinding(run, shader.bindings[i]!) / 4) * 4),
        },
      })),
      ...(shader.depth === undefined || counters === undefined
        ? []
        : [0, 1].map((digit) => ({
            binding: bound.length + digit,
            resource: { buffer: counters, offset: 0, size: 16 },
          }))),
    ],
  })
  groups.unshift({ bound, group })
  groups.length = Math.min(groups.length, groupsKept)
  return group
}

const dispatch = (run: Run, shader: Shader, counters: readonly number[]): void => {
  const ready = run.ready.get(shader)!
  const pass = run.encoding.pass()
  const count = shader.depth === undefined ? undefined : counters[shader.depth]!
  pass.setPipeline(ready.pipeline)
  pass.setBindGroup(
    0,
    groupOf(run, shader, ready),
    count === undefined ? [] : [alignment * (count % digits), alignment * Math.floor(count / digits)],
  )
  pass.dispatchWorkgroups(...gridOf(shader.workgroups))
}

/** Reads a boolean back, once everything before it is done. */
const readCondition = async (run: Run, { binding, bytes }: Placement): Promise<boolean> => {
  const { device, encoding } = run
  const { buffer, offset } = bufferOf(run, binding)
  const word = device.createBuffer({ size: 4, usage: forReading })
  encoding.copy(buffer, offset + Math.floor(bytes / 4) * 4, word, 0, 4)
  encoding.submit()
  await word.mapAsync(readMode)
  const holds = new Uint8Array(word.getMappedRange())[bytes % 4] !== 0
  word.destroy()
  return holds
}

/** Runs what has no shader on the processor, on memory that is read and sent back. */
const runHere = async (run: Run, { spans, bytes, run: compute }: ProcessorWork): Promise<void> => {
  const { device, encoding } = run
  const reach = spans.map((span) => {
    const { buffer, offset } = bufferOf(run, span.binding)
    const length = Math.min(span.to - span.from, buffer.size - offset - span.from)
    return { ...span, buffer, offset: offset + span.from, length }
  })
  const staging = device.createBuffer({ size: Math.max(4, bytes), usage: forReading })
  try {
    for (const { buffer, offset, at, length } of reach) encoding.copy(buffer, offset, staging, at, length)
    encoding.submit()
    await staging.mapAsync(readMode)
    const before = staging.getMappedRange().slice(0, bytes)
    const after = new ArrayBuffer(bytes)
    compute([before], [0], after, 0)
    for (const { buffer, offset, at, length, writes } of reach)
      if (writes) device.queue.writeBuffer(buffer, offset, after, at, length)
  } finally {
    staging.destroy()
  }
}

/** Writes the commands of actions; where a condition is waited for, a promise. */
const runAll = async (run: Run, actions: readonly Action[], counters: readonly number[]): Promise<void> => {
  for (const action of actions)
    switch (action.kind) {
      case 'dispatch':
        dispatch(run, action.shader, counters)
        break
      case 'processor':
        await runHere(run, action.work)
        break
      case 'loop':
        for (let i = 0; i < action.count; i++) {
          await runAll(run, action.body, [...counters, i])
          await run.encoding.relieve()
        }
        break
      case 'while':
        for (let i = 0; i < (action.atMost ?? Infinity); i++) {
          await runAll(run, action.condition, counters)
          if (!(await readCondition(run, action.predicate))) break
          await runAll(run, action.body, counters)
        }
        break
      case 'if':
        await runAll(
          run,
          (await readCondition(run, action.predicate)) ? action.onTrue : action.onFalse,
          counters,
        )
    }
}

/** The limits of the device that a program has to keep. */
const requireLimits = ({ limits }: GPUDevice, program: KernelProgram, memoryBytes: number): void => {
  const pieces: readonly (readonly [string, number])[] = [
    ['the memory of the program', memoryBytes],
    ['its output', program.outputBytes],
    ...program.inputBytes.map((bytes, i) => [`input ${String(i)}`, bytes] as const),
  ]
  for (const limit of ['maxStorageBufferBindingSize', 'maxBufferSize'] as const) {
    const large = pieces.find(([, bytes]) => bytes > limits[limit])
    if (large !== undefined)
      throw new DeviceError(
        'memory',
        `WebGPU: ${large[0]} takes ${String(large[1])} bytes, more than the ${limit} of the device, ${String(limits[limit])}; use another backend, or smaller arrays`,
      )
  }
}

/** Runs something between error scopes, so that what the device refuses is an error here. */
const scoped = async <T>(device: GPUDevice, what: string, work: () => T): Promise<T> => {
  device.pushErrorScope('out-of-memory')
  device.pushErrorScope('validation')
  const result = work()
  const errors = await Promise.all([device.popErrorScope(), device.popErrorScope()])
  const error = errors.find((each) => each !== null)
  requireDevice(device)
  if (error != null) throw new PuregradError(`WebGPU, ${what}: ${error.message}`)
  return result
}

const countersFor = (device: GPUDevice, count: number): GPUBuffer | undefined => {
  if (count === 0) return undefined
  const size = Math.min(count, digits) * alignment
  const buffer = device.createBuffer({ size, usage: bufferUsage.uniform, mappedAtCreation: true })
  const words = new Uint32Array(buffer.getMappedRange())
  for (let i = 0; i * alignment < size; i++) words[(i * alignment) / 4] = i
  buffer.unmap()
  return buffer
}

const memoryFor = (device: GPUDevice, program: KernelProgram, bytes: number): GPUBuffer => {
  const memory = device.createBuffer({
    size: Math.max(alignment, bytes),
    usage: forPrograms,
  })
  const constants = new Uint8Array(aligned(program.constants.length))
  constants.set(program.constants)
  if (constants.length > 0) device.queue.writeBuffer(memory, 0, constants)
  return memory
}

const requireBuffers = (
  { inputBytes, outputBytes }: KernelProgram,
  inputs: readonly DeviceBuffer[],
  output: DeviceBuffer,
): void => {
  const check = (name: string, given: DeviceBuffer | undefined, bytes: number): void => {
    if (given === undefined || given.buffer.size - given.offset < bytes || given.offset % alignment !== 0)
      throw new PuregradError(
        `WebGPU: ${name} expected ${String(bytes)} bytes at a multiple of ${String(alignment)}, got ` +
          (given === undefined
            ? 'nothing'
            : `${String(given.buffer.size - given.offset)} at ${String(given.offset)}`),
      )
  }
  inputBytes.forEach((bytes, i) => {
    check(`input ${String(i)}`, inputs[i], bytes)
  })
  check('the output', output, outputBytes)
}

/**
 * Makes a kernel program ready to run on a device; its shaders are compiled in the background. What there is no WGSL for
 * runs on the processor, in the middle of each run.
 *
 * @throws PuregradError for a program that is not well-formed; DeviceError where it goes beyond a limit of the device.
 */
export const loadWebGpuProgram = async (
  device: GPUDevice,
  program: KernelProgram,
): Promise<WebGpuProgram> => {
  requireDevice(device)
  requireWellFormed(program)
  if (program.reproducible)
    throw new PuregradError(
      'WebGPU: a reproducible program gives the same bytes everywhere, which takes float64; use another backend, or leave `reproducible` out',
    )
  const plan = planOf(program, {
    hasSubgroups: await foldsInSubgroups(device),
    bindings: device.limits.maxStorageBuffersPerShaderStage,
    workgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
  })
  requireLimits(device, program, plan.memoryBytes)
  const dispatches = dispatchesIn(plan.actions)
  const pipelines = await Promise.all(dispatches.map(({ shader, path }) => pipelineOf(device, shader, path)))
  const ready = new Map(
    dispatches.map(({ shader }, i): readonly [Shader, Ready] => [
      shader,
      { pipeline: pipelines[i]!, layout: layoutOf(device, shader), groups: [] },
    ]),
  )
  const [memory, counters] = await scoped(device, 'memory of a program', () => [
    memoryFor(device, program, plan.memoryBytes),
    countersFor(device, deepestCount(plan.actions)),
  ])
  const loaded: Loaded = { device, program, memory, counters, ready, actions: plan.actions }
  const runNow = async (inputs: readonly DeviceBuffer[], output: DeviceBuffer): Promise<void> => {
    requireDevice(device)
    const run: Run = { ...loaded, inputs, output, encoding: encodingOf(device) }
    for (const { input, bytes, at } of plan.brought) {
      const { buffer, offset } = inputs[input]!
      if (bytes > 0) run.encoding.copy(buffer, offset, memory, at, Math.ceil(bytes / 4) * 4)
    }
    try {
      await runAll(run, plan.actions, [])
    } catch (error) {
      requireDevice(device)
      throw error
    }
    run.encoding.submit()
  }
  // Runs share memory, so that one begins when the one before it is submitted.
  let last: Promise<unknown> = Promise.resolve()
  return {
    run: (inputs, output) => {
      requireBuffers(program, inputs, output)
      const run = last.then(() => runNow(inputs, output))
      last = run.catch(() => undefined)
      return run
    },
    dispatches: dispatchesOf(plan.actions),
    onProcessor: processorsPart(plan.actions),
  }
}
