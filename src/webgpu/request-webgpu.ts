import * as TE from 'fp-ts/lib/TaskEither.js'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { deviceCompiler } from '../compile/device/device-program.ts'
import { openDevice } from '../compile/device/open-device.ts'
import type { WebGpu } from '../compile/device/web-gpu.ts'

/**
 * Which device to ask for.
 *
 * @category Devices
 */
export interface WebGpuOptions {
  /** Where there are several: the fast one (what it is unless told otherwise), or the one that saves the battery. */
  readonly power?: 'high' | 'low'
  /**
   * What to ask: an object with the method `requestAdapter` of the standard, such as `create(['backend=vulkan'])` of the
   * package `webgpu` gives. Without it that is `navigator.gpu` where there is one, else the package.
   */
  readonly gpu?: unknown
}

/**
 * Why there is no device: nothing here speaks WebGPU, no adapter was found, or the adapter gave no device. The message
 * says what to do.
 *
 * @category Devices
 */
export interface NoWebGpu {
  readonly kind: 'unsupported' | 'no adapter' | 'no device'
  readonly message: string
}

const wayBack = 'without one, functions compile for the processor: leave out backend'

const noWebGpu = (kind: NoWebGpu['kind'], problem: string): NoWebGpu => ({
  kind,
  message: `WebGPU: ${problem}; ${wayBack}`,
})

const isGpu = (value: unknown): value is GPU =>
  typeof value === 'object' && value !== null && typeof (value as Partial<GPU>).requestAdapter === 'function'

/** Of this name, so that bundlers leave the package alone: pages have `navigator.gpu`. */
const packageName = 'webgpu'

interface WebGpuPackage {
  readonly create: (flags: readonly string[]) => GPU
}

const isInNode = (): boolean =>
  typeof (globalThis as { readonly process?: { readonly versions?: unknown } }).process?.versions === 'object'

/** What is asked for adapters. */
const findGpu: TE.TaskEither<NoWebGpu, GPU> = TE.tryCatch(
  async () => {
    const { gpu } = (globalThis as { readonly navigator?: { readonly gpu?: unknown } }).navigator ?? {}
    if (isGpu(gpu)) return gpu
    if (!isInNode()) throw new Error('this browser has none, or the page is not from a secure origin (https)')
    const { create } = (await import(
      /* @vite-ignore */ /* webpackIgnore: true */ packageName
    )) as WebGpuPackage
    return create([])
  },
  (error) =>
    noWebGpu(
      'unsupported',
      isInNode()
        ? `in Node it comes with an optional package: npm install webgpu (${reasonOf(error)})`
        : reasonOf(error),
    ),
)

/** Everything the adapter can give is asked for: defaults are meant for the smallest phone. */
const allLimits = (limits: GPUSupportedLimits): Record<string, number> =>
  Object.fromEntries(
    (
      [
        'maxBufferSize',
        'maxStorageBufferBindingSize',
        'maxStorageBuffersPerShaderStage',
        'maxComputeWorkgroupStorageSize',
        'maxComputeInvocationsPerWorkgroup',
        'maxComputeWorkgroupSizeX',
        'maxComputeWorkgroupSizeY',
        'maxComputeWorkgroupSizeZ',
        'maxComputeWorkgroupsPerDimension',
      ] as const
    ).map((name) => [name, limits[name]]),
  )

const useful = ['subgroups', 'timestamp-query'] as const

const describedBy = ({ vendor, architecture, description }: GPUAdapterInfo): string =>
  [description, vendor, architecture].filter((text) => text !== '').join(', ') || 'a device without a name'

const adapterOf = (gpu: GPU, power: 'high' | 'low'): TE.TaskEither<NoWebGpu, GPUAdapter> => {
  const none = (reason: string): NoWebGpu => noWebGpu('no adapter', `no adapter was found${reason}`)
  const powerPreference = power === 'high' ? 'high-performance' : 'low-power'
  return TE.chain(TE.fromNullable(none(': there is no GPU with a driver that can be used here')))(
    TE.tryCatch(
      async () => gpu.requestAdapter({ powerPreference }),
      (error) => none(` (${reasonOf(error)})`),
    ),
  )
}

const deviceOf =
  (gpu: GPU) =>
  (adapter: GPUAdapter): TE.TaskEither<NoWebGpu, WebGpu> =>
    TE.tryCatch(
      async () => {
        const device = await adapter.requestDevice({
          requiredFeatures: useful.filter((feature) => adapter.features.has(feature)),
          requiredLimits: allLimits(adapter.limits),
        })
        const home = openDevice(gpu, device)
        const description = describedBy(adapter.info)
        return { kind: 'webgpu', description, home, compile: deviceCompiler(home) }
      },
      (error) =>
        noWebGpu(
          'no device',
          `the adapter (${describedBy(adapter.info)}) gave no device (${reasonOf(error)})`,
        ),
    )

/**
 * A device of WebGPU: in browsers by `navigator.gpu`, in Node by the optional package `webgpu`. It is a backend of `jit`.
 * Left: there is none, with what to do.
 *
 * @throws ArgumentError for another option or value than there is.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { requestWebGpu } from 'puregrad/webgpu'
 * const nothing = { requestAdapter: () => Promise.resolve(null) }
 * const found = await requestWebGpu({ gpu: nothing })()
 * E.isLeft(found) ? found.left.kind : found.right.description // => 'no adapter'
 * ```
 * @category Devices
 */
export const requestWebGpu = (options: WebGpuOptions = {}): TE.TaskEither<NoWebGpu, WebGpu> => {
  checkOptions<WebGpuOptions>('requestWebGpu', options, { power: true, gpu: true })
  const { power = 'high', gpu } = options
  checkChoice('requestWebGpu', 'power', power, ['high', 'low'])
  if (gpu !== undefined && !isGpu(gpu))
    throw new ArgumentError(
      `requestWebGpu: gpu: expected an object with the method requestAdapter, got ${showValue(gpu)}`,
    )
  const found: TE.TaskEither<NoWebGpu, GPU> = gpu === undefined ? findGpu : TE.right(gpu)
  return TE.chain((from: GPU) => TE.chain(deviceOf(from))(adapterOf(from, power)))(found)
}

/**
 * Gives a device back at once: its values are gone, and functions that were compiled for it reject. A device nobody closes
 * goes with the process, which it does not keep from ending.
 *
 * @example
 * ```ts no-run
 * closeDevice(gpu)
 * ```
 * @category Devices
 */
export const closeDevice = (gpu: WebGpu): void => {
  gpu.home.close()
}
