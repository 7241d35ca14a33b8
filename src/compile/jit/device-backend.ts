import type { FactorPrecision } from '../executors/kernel-program.ts'
import type { Program } from '../../core/primitive/program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { NumberInput } from './number-inputs.ts'

/**
 * What a call of a function that was compiled for a device takes.
 *
 * @category Devices
 */
export interface DeviceWork {
  /** How often a shader is started; conditions count with the longer way, loops of unknown length once. */
  readonly dispatches: number
  /**
   * What there is no shader for, in words: each is run by the processor in the middle of a call, for which what it reads
   * comes here and what it has written goes back.
   */
  readonly onProcessor: readonly string[]
}

/** Of what runs nothing there. */
export const noDeviceWork: DeviceWork = { dispatches: 0, onProcessor: [] }

/** A program on a device. */
export interface DeviceProgram {
  /** Settled when the first run on such tensors can begin. */
  readonly ready: (leaves: readonly ConcreteTensor[]) => Promise<DeviceWork>
  /**
   * Runs on the tensors and numbers of the arguments, wherever those tensors lie; the results lie on the device. Those at
   * the indices `givenUp` are given up once the run has succeeded.
   */
  readonly runAsync: (
    leaves: readonly ConcreteTensor[],
    numbers: readonly number[],
    givenUp: readonly number[],
  ) => Promise<readonly ConcreteTensor[]>
}

/**
 * A device that runs compiled functions on values that stay on it: what `requestWebGpu` of `puregrad/webgpu` gives.
 *
 * @category Compilation
 */
export interface DeviceBackend {
  readonly kind: 'webgpu'
  /**
   * Compiles a program that is ready to be lowered.
   *
   * @internal
   */
  readonly compile: (
    program: Program,
    options: {
      readonly reproducible: boolean
      readonly products: FactorPrecision
      readonly numbers: readonly NumberInput[]
    },
  ) => DeviceProgram
}
