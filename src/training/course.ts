/* eslint-disable functional/no-let, functional/no-loop-statements --
   an event is yielded from inside the loops over epochs and batches, which only a generator's own loops can do */
import { foldIn, type Key } from '../core/numeric/index.ts'
import { observe, patienceSpent, type StoppingState } from './early-stopping.ts'
import { firstNonFinite, nonFiniteLoss } from './non-finite.ts'
import type { Outcome, Plan, StopReason, TrainingEvent } from './plan.ts'
import type { TrainingState } from './training-state.ts'

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

/** What training needs from outside before it can go on: the batches of an epoch, the next of them, a measurement. */
type Request<P, S> =
  | { readonly kind: 'begin'; readonly key: Key }
  | { readonly kind: 'next' }
  | { readonly kind: 'measure'; readonly params: P; readonly layers: S }

/** What comes back: nothing to `begin`; a batch, or the end of the epoch; what was measured. */
export type Answer<B, M> =
  | { readonly kind: 'batch'; readonly batch: B }
  | { readonly kind: 'end' }
  | { readonly kind: 'measured'; readonly metrics: M }
  | undefined

/** What is the same wherever batches come from. */
export type CoursePlan<P, S, O, B, M> = Omit<Plan<P, S, O, B, M>, 'batches' | 'score'>

/**
 * The course of training: all events, those of batches included, and between them requests, each answered by the value
 * that the generator is resumed with. So batches that are at hand and batches that have to be waited for make one and the
 * same training.
 */
export function* courseOf<P, S, O, B, M>(
  plan: CoursePlan<P, S, O, B, M>,
  signal: AbortSignal | undefined,
  start: TrainingState<P, S, O, M>,
): Generator<TrainingEvent<P, S, O, M> | Request<P, S>, void, Answer<B, M>> {
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
    yield { kind: 'begin', key: foldIn(epochKey, 'order') }
    for (let index = 0; ; index++) {
      const next = yield { kind: 'next' }
      if (next?.kind !== 'batch') break
      if (index < state.cursor) continue
      if (aborted()) {
        yield outcome('aborted')
        return
      }
      const key = foldIn(epochKey, state.cursor)
      const { loss, ...updated } = plan.step(state, next.batch, key)
      const attempt = { state, batch: next.batch, key, loss }
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
    const measured = yield { kind: 'measure', params, layers: state.layers }
    if (measured?.kind !== 'measured') return
    const { metrics } = measured
    const value = plan.monitor(metrics)
    state = afterEpoch(state, observe(plan.stopping, state.stopping, value), { params, value, metrics })
    const improved = state.best.epoch === state.epoch
    yield { kind: 'epoch', metrics, improved, done: state.epoch, of: plan.epochs, state }
  }
  yield outcome(patienceSpent(plan.stopping, state.stopping) ? 'patience' : 'budget')
}
