/* eslint-disable functional/no-let, functional/no-loop-statements --
   an event is yielded from inside the loops over epochs and batches, which only a generator's own loops can do */
import { foldIn, type Key } from '../numeric/index.ts'
import {
  notStarted,
  observe,
  patienceSpent,
  type StoppingRule,
  type StoppingState,
} from './early-stopping.ts'

/** Parameters `P` and layer state `S` as they were after an epoch. */
export interface Snapshot<P, S> {
  readonly params: P
  readonly layers: S
  /** After how many epochs; 0 for the parameters training started from. */
  readonly epoch: number
  /** The monitored value; NaN while nothing was measured. */
  readonly value: number
}

/**
 * Everything that decides how training goes on, as a value: keep it to resume, fork it to compare two futures.
 * Randomness is addressed by key, epoch and batch, so a resumed run continues exactly as an uninterrupted one.
 */
export interface TrainingState<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly key: Key
  /** Finished epochs. */
  readonly epoch: number
  /** Finished batches of the running epoch. */
  readonly cursor: number
  /** Finished steps of all epochs. */
  readonly step: number
  readonly stopping: StoppingState
  readonly best: Snapshot<P, S>
}

/** What a step reads of the training state. */
export interface StepInput<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  /** The number of steps before this one. */
  readonly step: number
}

/** What a step gives back. `loss` is the value at the parameters the step started from. */
export interface StepOutput<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly loss: number
}

/** One update on one batch: a pure function; `key` is the only source of randomness. */
export type TrainingStep<P, S, O, B> = (
  current: StepInput<P, S, O>,
  batch: B,
  key: Key,
) => StepOutput<P, S, O>

/** How to train. `B` is a batch, `M` what an evaluation reports. */
export interface Plan<P, S, O, B, M> {
  readonly step: TrainingStep<P, S, O, B>
  /** The batches of one epoch; the same key gives the same batches in the same order. */
  readonly batches: (key: Key) => Iterable<B>
  readonly batchesPerEpoch: number
  /** Measures parameters after each epoch. */
  readonly score: (params: P, layers: S) => M
  /** The measured number that decides which epoch is best. */
  readonly monitor: (metrics: M) => number
  readonly stopping: StoppingRule
  /** The budget: after so many epochs training ends. */
  readonly epochs: number
}

/**
 * Why training ended: no improvement for `patience` epochs, the budget of epochs is spent, it was aborted, or a
 * step met a loss that is not finite.
 */
export type StopReason = 'patience' | 'budget' | 'aborted' | 'non-finite'

/** The end of training. Best and last parameters are there whatever the reason. */
export interface Outcome<P, S, O> {
  readonly kind: 'done'
  readonly why: StopReason
  /** The epoch with the best monitored value, the first one among equals; the start when none was a number. */
  readonly best: Snapshot<P, S>
  /** The state after the last good step: for 'non-finite' the one whose loss is not finite, before its update. */
  readonly last: TrainingState<P, S, O>
}

/** What {@link fit} reports on the way. */
export type TrainingEvent<P, S, O, M> =
  | {
      readonly kind: 'batch'
      readonly loss: number
      readonly done: number
      readonly of: number
      readonly state: TrainingState<P, S, O>
    }
  | {
      readonly kind: 'epoch'
      readonly metrics: M
      readonly improved: boolean
      readonly done: number
      readonly of: number
      readonly state: TrainingState<P, S, O>
    }
  | Outcome<P, S, O>

/** The state training starts from. */
export const startTraining = <P, S, O>(start: {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly key: Key
}): TrainingState<P, S, O> => ({
  ...start,
  epoch: 0,
  cursor: 0,
  step: 0,
  stopping: notStarted,
  best: { params: start.params, layers: start.layers, epoch: 0, value: NaN },
})

const afterEpoch = <P, S, O>(
  state: TrainingState<P, S, O>,
  stopping: StoppingState,
  value: number,
): TrainingState<P, S, O> => ({
  ...state,
  epoch: state.epoch + 1,
  cursor: 0,
  stopping,
  best:
    stopping.best?.index === state.stopping.seen
      ? { params: state.params, layers: state.layers, epoch: state.epoch + 1, value }
      : state.best,
})

/**
 * Training as a lazy sequence of events; the last one is the {@link Outcome}. Nothing happens until the sequence
 * is consumed, and nothing outside is changed by consuming it.
 *
 * The randomness of epoch `e` comes from `foldIn(key, e)`: the order of its batches from the name `order`, batch
 * `i` from the number `i`. `signal` is looked at before each batch.
 *
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
 * const { why, best } = outcomeOf(fit(plan)(startTraining({ params: 1, layers: {}, optimizer: {}, key: key(0) })))
 * why // => 'patience'
 * best.params.toFixed(6) // => '1.414214'
 * ```
 */
export const fit = <P, S, O, B, M>(
  plan: Plan<P, S, O, B, M>,
  { signal }: { readonly signal?: AbortSignal } = {},
): ((start: TrainingState<P, S, O>) => Iterable<TrainingEvent<P, S, O, M>>) => {
  function* events(start: TrainingState<P, S, O>): Generator<TrainingEvent<P, S, O, M>, void> {
    let state = start
    const outcome = (why: StopReason): Outcome<P, S, O> => ({
      kind: 'done',
      why,
      best: state.best,
      last: state,
    })
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
        const { loss, ...updated } = plan.step(state, batch, foldIn(epochKey, state.cursor))
        if (!Number.isFinite(loss)) {
          yield outcome('non-finite')
          return
        }
        state = { ...state, ...updated, cursor: state.cursor + 1, step: state.step + 1 }
        yield { kind: 'batch', loss, done: state.cursor, of: plan.batchesPerEpoch, state }
      }
      if (aborted()) {
        yield outcome('aborted')
        return
      }
      const metrics = plan.score(state.params, state.layers)
      const value = plan.monitor(metrics)
      state = afterEpoch(state, observe(plan.stopping, state.stopping, value), value)
      const improved = state.best.epoch === state.epoch
      yield { kind: 'epoch', metrics, improved, done: state.epoch, of: plan.epochs, state }
    }
    yield outcome(patienceSpent(plan.stopping, state.stopping) ? 'patience' : 'budget')
  }
  return (start) => ({ [Symbol.iterator]: () => events(start) })
}

/**
 * {@link fit} as an asynchronous sequence that hands control back to the event loop every `yieldEvery`
 * milliseconds, so that timers, the screen and an abort get their turn.
 */
export const fitAsync = <P, S, O, B, M>(
  plan: Plan<P, S, O, B, M>,
  { yieldEvery = 30, ...options }: { readonly signal?: AbortSignal; readonly yieldEvery?: number } = {},
): ((start: TrainingState<P, S, O>) => AsyncIterable<TrainingEvent<P, S, O, M>>) => {
  async function* events(start: TrainingState<P, S, O>): AsyncGenerator<TrainingEvent<P, S, O, M>, void> {
    let since = performance.now()
    for (const event of fit(plan, options)(start)) {
      yield event
      if (performance.now() - since >= yieldEvery) {
        await new Promise((resolve) => setTimeout(resolve, 0))
        since = performance.now()
      }
    }
  }
  return (start) => ({ [Symbol.asyncIterator]: () => events(start) })
}

/** Runs training to its end and returns the outcome; `watch` sees every event. */
export const outcomeOf = <P, S, O, M>(
  events: Iterable<TrainingEvent<P, S, O, M>>,
  watch: (event: TrainingEvent<P, S, O, M>) => void = () => undefined,
): Outcome<P, S, O> => {
  let outcome: Outcome<P, S, O> | undefined
  for (const event of events) {
    watch(event)
    if (event.kind === 'done') outcome = event
  }
  if (outcome === undefined) throw new RangeError('outcomeOf: the events end without an outcome')
  return outcome
}
