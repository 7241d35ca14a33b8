/* eslint-disable functional/no-let, functional/no-loop-statements --
   an event is yielded from inside the loops over epochs and batches, which only a generator's own loops can do */
import { foldIn, type Key } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { countOrEndless } from '../core/tensor/setting-ranges.ts'
import {
  checkStoppingRule,
  observe,
  patienceSpent,
  type StoppingRule,
  type StoppingState,
} from './early-stopping.ts'
import { firstNonFinite, nonFiniteLoss, type NonFiniteLoss, type NonFiniteOrigin } from './non-finite.ts'
import type { Snapshot, TrainingState } from './training-state.ts'

/**
 * What a step reads of the training state.
 *
 * @category Training
 */
export interface StepInput<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  /** The number of steps before this one. */
  readonly step: number
}

/**
 * What a step gives back. `loss` is the value at the parameters the step started from.
 *
 * @category Training
 */
export interface StepOutput<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly loss: number
}

/**
 * One update on one batch: a pure function; `key` is the only source of randomness.
 *
 * @category Training
 */
export interface TrainingStep<P, S, O, B> {
  (current: StepInput<P, S, O>, batch: B, key: Key): StepOutput<P, S, O>
  /** Where this step first meets a number that is not finite; asked only when there is one. */
  readonly explain?: (current: StepInput<P, S, O>, batch: B, key: Key) => NonFiniteOrigin | undefined
}

/**
 * How to train. `B` is a batch, `M` what an evaluation reports.
 *
 * @category Training
 */
export interface Plan<P, S, O, B, M> {
  readonly step: TrainingStep<P, S, O, B>
  /** The batches of one epoch; the same key gives the same batches in the same order. */
  readonly batches: (key: Key) => Iterable<B>
  readonly batchesPerEpoch: number
  /** Measures parameters after each epoch. */
  readonly score: (params: P, layers: S) => M
  /**
   * Which parameters are measured, and kept as the best; the current ones unless told otherwise. With
   * `averageParameters` in the optimizer, `({ optimizer, params }) => averagedParameters(optimizer, params)`.
   */
  readonly scored?: (state: TrainingState<P, S, O, M>) => P
  /** The measured number that decides which epoch is best. */
  readonly monitor: (metrics: M) => number
  readonly stopping: StoppingRule
  /** The budget: after so many epochs training ends. */
  readonly epochs: number
}

/**
 * Why training ended: no improvement for `patience` epochs, the budget of epochs is spent, it was aborted, or a
 * step met a number that is not finite.
 *
 * @category Training
 */
export type StopReason = 'patience' | 'budget' | 'aborted' | 'non-finite'

/**
 * The end of training. Best and last are there whatever the reason.
 *
 * @category Training
 */
export type Outcome<P, S, O, M = unknown> = {
  readonly kind: 'done'
  /** The epoch with the best monitored value, the first one among equals; the start when none was a number. */
  readonly best: Snapshot<P, S>
  /** The state after the last good step: for 'non-finite' the one before the step that went wrong. */
  readonly last: TrainingState<P, S, O, M>
} & (
  | { readonly why: Exclude<StopReason, 'non-finite'> }
  | { readonly why: 'non-finite'; readonly problem: NonFiniteLoss }
)

/**
 * What {@link fit} reports on the way. `done` batches of the epoch, or epochs of the budget, `of` so many.
 *
 * @category Training
 */
export type TrainingEvent<P, S, O, M> =
  | {
      readonly kind: 'batch'
      readonly loss: number
      readonly done: number
      readonly of: number
      readonly state: TrainingState<P, S, O, M>
    }
  | {
      readonly kind: 'epoch'
      readonly metrics: M
      readonly improved: boolean
      readonly done: number
      readonly of: number
      readonly state: TrainingState<P, S, O, M>
    }
  | Outcome<P, S, O, M>

/**
 * Events in order. `for await` hands control back to the event loop now and then; a plain `for` runs through. Nothing
 * happens until they are consumed, and they can be consumed again.
 *
 * @category Training
 */
export type TrainingEvents<P, S, O, M> = Iterable<TrainingEvent<P, S, O, M>> &
  AsyncIterable<TrainingEvent<P, S, O, M>>

/**
 * What ends {@link fit} early, and how often it reports.
 *
 * @category Training
 */
export interface FitOptions {
  /** Looked at before each batch. */
  readonly signal?: AbortSignal
  /** Whether there is an event after every batch as well; only epochs unless told otherwise. */
  readonly batches?: boolean
  /** After how many milliseconds `for await` lets timers, the screen and an abort have their turn; 30 unless told otherwise. */
  readonly yieldEvery?: number
}

const checkPlan = <P, S, O, B, M>(plan: Plan<P, S, O, B, M>): void => {
  checkOptions('fit', plan, {
    step: true,
    batches: true,
    batchesPerEpoch: true,
    score: true,
    scored: true,
    monitor: true,
    stopping: true,
    epochs: true,
  })
  checkSetting('fit', 'batchesPerEpoch', plan.batchesPerEpoch, countOrEndless)
  checkSetting('fit', 'epochs', plan.epochs, countOrEndless)
  checkStoppingRule('fit: stopping', plan.stopping)
}

const afterEpoch = <P, S, O, M>(
  state: TrainingState<P, S, O, M>,
  stopping: StoppingState,
  { params, value, metrics }: { readonly params: P; readonly value: number; readonly metrics: M },
): TrainingState<P, S, O, M> => ({
  ...state,
  epoch: state.epoch + 1,
  cursor: 0,
  stopping,
  best:
    stopping.best?.index === state.stopping.seen
      ? { params, layers: state.layers, epoch: state.epoch + 1, value }
      : state.best,
  history: [...state.history, metrics],
})

/** A step that was made: what it started from. */
interface Attempt<P, S, O, B, M> {
  readonly state: TrainingState<P, S, O, M>
  readonly batch: B
  readonly key: Key
  readonly loss: number
}

/** All events, those of batches included. */
function* eventsOf<P, S, O, B, M>(
  plan: Plan<P, S, O, B, M>,
  signal: AbortSignal | undefined,
  start: TrainingState<P, S, O, M>,
): Generator<TrainingEvent<P, S, O, M>, void> {
  let state = start
  let previous: Attempt<P, S, O, B, M> | undefined
  const outcome = (why: Exclude<StopReason, 'non-finite'>): Outcome<P, S, O, M> => ({
    kind: 'done',
    why,
    best: state.best,
    last: state,
  })
  /** Parameters that a step left not finite are that step's doing: it is the one that is explained and undone. */
  const nonFinite = (attempt: Attempt<P, S, O, B, M>): Outcome<P, S, O, M> => {
    const inherited =
      previous !== undefined &&
      firstNonFinite(attempt.state.params) !== undefined &&
      firstNonFinite(previous.state.params) === undefined
    const wrong = inherited ? previous! : attempt
    const origin = plan.step.explain?.(wrong.state, wrong.batch, wrong.key)
    return {
      kind: 'done',
      why: 'non-finite',
      problem: nonFiniteLoss(wrong.state, wrong.loss, origin),
      best: wrong.state.best,
      last: wrong.state,
    }
  }
  const aborted = (): boolean => signal?.aborted === true
  while (!patienceSpent(plan.stopping, state.stopping) && state.epoch < plan.epochs) {
    const epochKey = foldIn(state.key, state.epoch)
    let index = 0
    for (const batch of plan.batches(foldIn(epochKey, 'order'))) {
      if (index++ < state.cursor) continue
      if (aborted()) {
        yield outcome('aborted')
        return
      }
      const key = foldIn(epochKey, state.cursor)
      const { loss, ...updated } = plan.step(state, batch, key)
      const attempt = { state, batch, key, loss }
      if (!Number.isFinite(loss)) {
        yield nonFinite(attempt)
        return
      }
      previous = attempt
      state = { ...state, ...updated, cursor: state.cursor + 1, step: state.step + 1 }
      yield { kind: 'batch', loss, done: state.cursor, of: plan.batchesPerEpoch, state }
    }
    if (aborted()) {
      yield outcome('aborted')
      return
    }
    // The last step of an epoch has no step after it that would meet what it left.
    if (previous !== undefined && firstNonFinite(state.params) !== undefined) {
      yield nonFinite({ ...previous, state })
      return
    }
    const params = plan.scored?.(state) ?? state.params
    const metrics = plan.score(params, state.layers)
    const value = plan.monitor(metrics)
    state = afterEpoch(state, observe(plan.stopping, state.stopping, value), { params, value, metrics })
    const improved = state.best.epoch === state.epoch
    yield { kind: 'epoch', metrics, improved, done: state.epoch, of: plan.epochs, state }
  }
  yield outcome(patienceSpent(plan.stopping, state.stopping) ? 'patience' : 'budget')
}

/**
 * Training as a lazy sequence of events, one after each epoch (and each batch if asked for); the last one is the
 * {@link Outcome}. Nothing outside is changed by consuming it.
 *
 * The randomness of epoch `e` comes from `foldIn(key, e)`: the order of its batches from the name `order`, batch
 * `i` from the number `i`.
 *
 * Laws: resuming from the state of any event gives what an uninterrupted run gives, bit for bit; `best` is the first
 * arg-min (arg-max) of the monitored values whatever the reason of the end.
 *
 * @throws ArgumentError for another name in the plan or the options, a stopping rule that is none, and a budget of epochs
 * or a number of batches that is no integer ≥ 0 (or Infinity).
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { fit, outcomeOf, startTraining } from 'puregrad/training'
 * // Newton's iteration for the square root of 2, as a "training" of one number.
 * const plan = {
 *   step: ({ params }: { readonly params: number }) =>
 *     ({ params: (params + 2 / params) / 2, layers: {}, optimizer: {}, loss: Math.abs(params ** 2 - 2) }),
 *   batches: () => ['only'],
 *   batchesPerEpoch: 1,
 *   score: (params: number) => Math.abs(params ** 2 - 2),
 *   monitor: (error: number) => error,
 *   stopping: { mode: 'min', patience: 2, minDelta: 0 },
 *   epochs: 100,
 * } as const
 * const start = startTraining({ params: 1, layers: {}, optimizer: {}, key: key(0) })
 * const { why, best } = outcomeOf(fit(plan)(start))
 * why // => 'patience'
 * best.params.toFixed(6) // => '1.414214'
 *
 * const errors: string[] = []
 * for await (const event of fit({ ...plan, epochs: 3 })(start))
 *   if (event.kind === 'epoch') errors.push(`${event.done}/${event.of}: ${event.metrics.toFixed(4)}`)
 * errors // => ['1/3: 0.2500', '2/3: 0.0069', '3/3: 0.0000']
 * ```
 * @category Training
 */
export const fit = <P, S, O, B, M>(
  plan: Plan<P, S, O, B, M>,
  options: FitOptions = {},
): ((start: TrainingState<P, S, O, M>) => TrainingEvents<P, S, O, M>) => {
  checkPlan(plan)
  checkOptions('fit', options, { signal: true, batches: true, yieldEvery: true })
  const { signal, batches = false, yieldEvery = 30 } = options
  checkSetting('fit', 'yieldEvery', yieldEvery, { min: 0, infinite: true })
  const wanted = ({ kind }: TrainingEvent<P, S, O, M>): boolean => batches || kind !== 'batch'
  function* inOneGo(start: TrainingState<P, S, O, M>): Generator<TrainingEvent<P, S, O, M>, void> {
    for (const event of eventsOf(plan, signal, start)) if (wanted(event)) yield event
  }
  async function* inTurns(start: TrainingState<P, S, O, M>): AsyncGenerator<TrainingEvent<P, S, O, M>, void> {
    let since = performance.now()
    for (const event of eventsOf(plan, signal, start)) {
      if (wanted(event)) yield event
      if (performance.now() - since >= yieldEvery) {
        await new Promise((resolve) => setTimeout(resolve, 0))
        since = performance.now()
      }
    }
  }
  return (start) => ({
    [Symbol.iterator]: () => inOneGo(start),
    [Symbol.asyncIterator]: () => inTurns(start),
  })
}

/**
 * Runs training to its end in one go and returns the outcome; `watch` sees every event.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { fit, outcomeOf, startTraining } from 'puregrad/training'
 * const plan = {
 *   step: ({ params }: { readonly params: number }) => ({ params: params / 2, layers: {}, optimizer: {}, loss: params }),
 *   batches: () => ['only'],
 *   batchesPerEpoch: 1,
 *   score: (params: number) => params,
 *   monitor: (size: number) => size,
 *   stopping: { mode: 'min', patience: 2, minDelta: 0 },
 *   epochs: 3,
 * } as const
 * const start = startTraining({ params: 1, layers: {}, optimizer: {}, key: key(0) })
 * outcomeOf(fit(plan)(start)).best?.params // => 0.125
 * ```
 * @category Training
 */
export const outcomeOf = <P, S, O, M>(
  events: Iterable<TrainingEvent<P, S, O, M>>,
  watch: (event: TrainingEvent<P, S, O, M>) => void = () => undefined,
): Outcome<P, S, O, M> => {
  let outcome: Outcome<P, S, O, M> | undefined
  for (const event of events) {
    watch(event)
    if (event.kind === 'done') outcome = event
  }
  if (outcome === undefined) throw new RangeError('outcomeOf: the events end without an outcome')
  return outcome
}
