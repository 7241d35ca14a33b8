import type { Key } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { DeviceBackend } from '../compile/jit/device-backend.ts'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit } from '../compile/jit/jit.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { NonFiniteOrigin } from './non-finite.ts'
import type { Batch } from './objective.ts'
import type { StepInput } from './plan.ts'
import { stepArguments, supervisedStep, updateOf, type StepSettings } from './step.ts'

/**
 * What a step on a device gives back, all of it still there. `loss` is a scalar, the value at the parameters the step
 * started from.
 *
 * @category Training
 */
export interface DeviceStepOutput<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly loss: Tensor
}

/**
 * One update on one batch, on a device: settled when the device has its work, and not when that is done.
 *
 * @category Training
 */
export interface DeviceTrainingStep<P, S, O, B> {
  (current: StepInput<P, S, O>, batch: B, key: Key): Promise<DeviceStepOutput<P, S, O>>
  /** Where this step first meets a number that is not finite, of a state and a batch that were read. */
  readonly explain?: (current: StepInput<P, S, O>, batch: B, key: Key) => NonFiniteOrigin | undefined
}

/**
 * {@link supervisedStep} on a device: the same step, whose state stays there. Nothing is read back.
 *
 * @throws ArgumentError as `supervisedStep`.
 * @example
 * ```ts no-run
 * const step = deviceStep(gpu, { model: net, loss: softmaxCrossEntropy, optimizer })
 * const { params, loss } = await step({ params, layers, optimizer: state, step: 0 }, { x, y }, key(0))
 * ```
 * @category Training
 */
export const deviceStep = <P, S, O>(
  gpu: DeviceBackend,
  settings: StepSettings<P, S, O>,
): DeviceTrainingStep<P, S, O, Batch> => {
  checkOptions('deviceStep', settings, {
    model: true,
    loss: true,
    penalty: true,
    optimizer: true,
    after: true,
  })
  const run = jit(updateOf(settings), withFixedNumbers({ backend: gpu }))
  const { explain } = supervisedStep(settings)
  const step = (current: StepInput<P, S, O>, batch: Batch, key: Key) =>
    run(...stepArguments(current, batch), key)
  // eslint-disable-next-line functional/immutable-data -- a function made here, which nobody has seen yet
  return Object.assign(step, explain === undefined ? {} : { explain })
}
