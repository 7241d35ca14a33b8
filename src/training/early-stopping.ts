import { barOf, directions, isBetterValue, type Direction } from '../optim/improvement.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { countOrEndless, notNegative } from '../core/tensor/setting-ranges.ts'

/**
 * When to stop: after `patience` values in a row without an improvement of more than `minDelta`.
 *
 * @category Progress
 */
export interface StoppingRule {
  /** Whether small or large values are good. */
  readonly mode: Direction
  /**
   * How many values without an improvement are waited for. 0 waits for none, and so ends, as 1 does, with the first that is
   * no improvement; `Infinity` never stops.
   */
  readonly patience: number
  /** How much better than the last counted improvement a value has to be to restart the waiting; ≥ 0. */
  readonly minDelta: number
}

/**
 * What early stopping remembers of the values seen so far.
 *
 * @category Progress
 */
export interface StoppingState {
  /** How many values were seen. */
  readonly seen: number
  /** The first best value seen and its position from 0; `undefined` until a value is a number. */
  readonly best: { readonly value: number; readonly index: number } | undefined
  /** The value an improvement is measured against: the last one that restarted the waiting. */
  readonly reference: number | undefined
  /** How many values followed the reference. */
  readonly waited: number
}

/**
 * Nothing seen yet.
 *
 * @category Progress
 */
export const notStarted: StoppingState = { seen: 0, best: undefined, reference: undefined, waited: 0 }

/**
 * Refuses a rule that is none.
 *
 * @throws ArgumentError unless the mode is 'min' or 'max', `patience` is an integer ≥ 0 or Infinity and `minDelta` is
 * finite and ≥ 0, and for another name.
 */
export const checkStoppingRule = (where: string, rule: StoppingRule): void => {
  checkOptions(where, rule, { mode: true, patience: true, minDelta: true })
  checkChoice(where, 'mode', rule.mode, directions)
  checkSetting(where, 'patience', rule.patience, countOrEndless)
  checkSetting(where, 'minDelta', rule.minDelta, notNegative)
}

/**
 * One step of the fold over a sequence of values of any metric.
 *
 * Laws, for every sequence: `best` is the first arg-min (arg-max) of the values that are numbers, whatever
 * `minDelta` is; NaN is never best and counts as no improvement.
 *
 * @throws ArgumentError for a rule that is none.
 * @example
 * ```ts
 * import { notStarted, observe, patienceSpent, type StoppingRule } from 'puregrad/training'
 * const rule: StoppingRule = { mode: 'min', patience: 2, minDelta: 0 }
 * const seen = [0.9, 0.5, NaN, 0.5].reduce((state, value) => observe(rule, state, value), notStarted)
 * seen.best // => { value: 0.5, index: 1 }
 * patienceSpent(rule, seen) // => true
 * ```
 * @category Progress
 */
export const observe = (rule: StoppingRule, state: StoppingState, value: number): StoppingState => {
  checkStoppingRule('observe', rule)
  const { mode, minDelta } = rule
  const bar =
    state.reference === undefined
      ? undefined
      : barOf(mode, state.reference, { by: minDelta, mode: 'absolute' })
  const counts = isBetterValue(mode, value, bar)
  return {
    seen: state.seen + 1,
    best: isBetterValue(mode, value, state.best?.value) ? { value, index: state.seen } : state.best,
    reference: counts ? value : state.reference,
    waited: counts ? 0 : state.waited + 1,
  }
}

/**
 * Whether the values without an improvement have used up the patience: never right after an improvement.
 *
 * @throws ArgumentError for a rule that is none.
 * @example
 * ```ts
 * import { notStarted, observe, patienceSpent, type StoppingRule } from 'puregrad/training'
 * const rule: StoppingRule = { mode: 'max', patience: 1, minDelta: 0 }
 * patienceSpent(rule, observe(rule, observe(rule, notStarted, 0.9), 0.8)) // => true
 * ```
 * @category Progress
 */
export const patienceSpent = (rule: StoppingRule, state: StoppingState): boolean => {
  checkStoppingRule('patienceSpent', rule)
  return state.waited > 0 && state.waited >= rule.patience
}
