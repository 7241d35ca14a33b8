/** When to stop: after `patience` values in a row without an improvement of more than `minDelta`. */
export interface StoppingRule {
  /** Whether small or large values are good. */
  readonly mode: 'min' | 'max'
  /** How many values without an improvement are waited for; `Infinity` never stops. */
  readonly patience: number
  /** How much better than the last counted improvement a value has to be to restart the waiting; ≥ 0. */
  readonly minDelta: number
}

/** What early stopping remembers of the values seen so far. */
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

/** Nothing seen yet. */
export const notStarted: StoppingState = { seen: 0, best: undefined, reference: undefined, waited: 0 }

/**
 * One step of the fold over a sequence of values of any metric.
 *
 * Laws, for every sequence: `best` is the first arg-min (arg-max) of the values that are numbers, whatever
 * `minDelta` is; NaN is never best and counts as no improvement.
 *
 * @example
 * ```ts
 * import { notStarted, observe, patienceSpent, type StoppingRule } from 'puregrad/training'
 * const rule: StoppingRule = { mode: 'min', patience: 2, minDelta: 0 }
 * const seen = [0.9, 0.5, NaN, 0.5].reduce((state, value) => observe(rule, state, value), notStarted)
 * seen.best // => { value: 0.5, index: 1 }
 * patienceSpent(rule, seen) // => true
 * ```
 */
export const observe = (rule: StoppingRule, state: StoppingState, value: number): StoppingState => {
  const better = (other: number | undefined, by: number): boolean =>
    !Number.isNaN(value) &&
    (other === undefined || (rule.mode === 'min' ? value < other - by : value > other + by))
  const counts = better(state.reference, rule.minDelta)
  return {
    seen: state.seen + 1,
    best: better(state.best?.value, 0) ? { value, index: state.seen } : state.best,
    reference: counts ? value : state.reference,
    waited: counts ? 0 : state.waited + 1,
  }
}

/** Whether the values without an improvement have used up the patience. */
export const patienceSpent = (rule: StoppingRule, state: StoppingState): boolean =>
  state.waited >= rule.patience && state.seen > 0
