import type { Program } from '../../core/primitive/program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { NumberInput } from './number-inputs.ts'

/** A program on a device. */
export interface DeviceProgram {
  /** Settled when the first run can begin. */
  readonly ready: Promise<unknown>
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
    options: { readonly reproducible: boolean; readonly numbers: readonly NumberInput[] },
  ) => DeviceProgram
}
