import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'

/**
 * How far training is, and how fast it goes.
 *
 * @category Progress
 */
export interface Pace {
  /** Steps done and to do, of all epochs. */
  readonly done: number
  readonly of: number
  readonly stepsPerSecond: number
  /** Until the budget of epochs is spent; training can end sooner. */
  readonly secondsLeft: number
}

/**
 * Progress from the step that was reached `seconds` after this run began at the step `from`. What an earlier run did
 * counts as done, but not for the speed: a resumed run does not promise too much. With no step made nothing is known of
 * the speed: 0, and no end in sight.
 *
 * The first argument may be a whole plan.
 *
 * @throws ArgumentError for a number that is negative or NaN, or another name in the second argument.
 * @example
 * ```ts
 * import { paceOf } from 'puregrad/training'
 * // Resumed at step 600 of 1000, and 100 steps further after 10 seconds.
 * const pace = paceOf({ epochs: 10, batchesPerEpoch: 100 }, { from: 600, step: 700, seconds: 10 })
 * pace // => { done: 700, of: 1000, stepsPerSecond: 10, secondsLeft: 30 }
 * ```
 * @category Progress
 */
export const paceOf = (
  { epochs, batchesPerEpoch }: { readonly epochs: number; readonly batchesPerEpoch: number },
  run: { readonly from: number; readonly step: number; readonly seconds: number },
): Pace => {
  checkOptions('paceOf', run, { from: true, step: true, seconds: true })
  const { from, step, seconds } = run
  const endless = { ...notNegative, infinite: true }
  checkSetting('paceOf', 'epochs', epochs, endless)
  checkSetting('paceOf', 'batchesPerEpoch', batchesPerEpoch, endless)
  checkSetting('paceOf', 'from', from, notNegative)
  checkSetting('paceOf', 'step', step, notNegative)
  checkSetting('paceOf', 'seconds', seconds, notNegative)
  const of = epochs * batchesPerEpoch
  const stepsPerSecond = step === from ? 0 : (step - from) / seconds
  return { done: step, of, stepsPerSecond, secondsLeft: step >= of ? 0 : (of - step) / stepsPerSecond }
}
