/* eslint-disable functional/no-let, functional/no-loop-statements --
   an event is yielded from inside the loops over epochs and batches, which only a generator's own loops can do */
import { foldIn, type Key } from '../core/numeric/index.ts'
import { observe, patienceSpent, type StoppingState } from './early-stopping.ts'
import { firstNonFinite, nonFiniteLoss, type NonFiniteOrigin } from './non-finite.ts'
import type { Outcome, Plan, StepOutput, StopReason, TrainingEvent } from './plan.ts'
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
export interface Attempt<P, S, O, B, M> {
  readonly state: TrainingState<P, S, O, M>
  readonly batch: B
  readonly key: Key
  readonly loss: number
}

/** What training needs from outside before it can go on. */
export type Request<P, S, O, B, M> =
  /** The batches of an epoch, from the first one. */
  | { readonly kind: 'begin'; readonly key: Key }
  /** The next of them. */
  | { readonly kind: 'next' }
  | {
      readonly kind: 'step'
      readonly state: TrainingState<P, S, O, M>
      readonly batch: B
      readonly key: Key
    }
  /** The parameters of a state as what they are, wherever they lie. */
  | { readonly kind: 'look'; readonly state: TrainingState<P, S, O, M> }
  /** A state and a batch from which a step goes wrong, the same way. */
  | { readonly kind: 'explain'; readonly attempt: Attempt<P, S, O, B, M> }
  | { readonly kind: 'measure'; readonly state: TrainingState<P, S, O, M> }

/** What comes back: nothing to `begin`; a batch, or the end of the epoch; and so on. */
export type Answer<P, S, O, B, M> =
  | { readonly kind: 'batch'; readonly batch: B }
  | { readonly kind: 'end' }
  | { readonly kind: 'stepped'; readonly output: StepOutput<P, S, O> }
  | { readonly kind: 'seen'; readonly params: P }
  | { readonly kind: 'explained'; readonly origin: NonFiniteOrigin | undefined }
  | { readonly kind: 'measured'; readonly params: P; readonly metrics: M }
  | undefined

/** What is the same wherever batches come from and steps are made. */
export type CoursePlan<P, S, O, B, M> = Pick<
  Plan<P, S, O, B, M>,
  'batchesPerEpoch' | 'monitor' | 'stopping' | 'epochs'
>

/** The answers of a plan whose steps are made here and at once. */
export const answerHere = <P, S, O, B, M>(
  { step }: Pick<Plan<P, S, O, B, M>, 'step'>,
  request: Extract<Request<P, S, O, B, M>, { readonly kind: 'step' | 'look' | 'explain' }>,
): Answer<P, S, O, B, M> => {
  switch (request.kind) {
    case 'step':
      return { kind: 'stepped', output: step(request.state, request.batch, request.key) }
    case 'look':
      return { kind: 'seen', params: request.state.params }
    case 'explain': {
      const { state, batch, key } = request.attempt
      return { kind: 'explained', origin: step.explain?.(state, batch, key) }
    }
  }
}

type Course<P, S, O, B, M, R> = Generator<
  TrainingEvent<P, S, O, M> | Request<P, S, O, B, M>,
  R,
  Answer<P, S, O, B, M>
>

function* isFinite<P, S, O, B, M>(
  state: TrainingState<P, S, O, M>,
): Generator<Request<P, S, O, B, M>, boolean, Answer<P, S, O, B, M>> {
  const seen = yield { kind: 'look', state }
  return seen?.kind !== 'seen' || firstNonFinite(seen.params) === undefined
}

/**
 * The end that a step brought about. Parameters that a step left not finite are that step's doing: it is the one that is
 * explained and undone.
 */
function* nonFinite<P, S, O, B, M>(
  attempt: Attempt<P, S, O, B, M>,
  previous: Attempt<P, S, O, B, M> | undefined,
): Course<P, S, O, B, M, void> {
  const inherited =
    previous !== undefined && !(yield* isFinite(attempt.state)) && (yield* isFinite(previous.state))
  const wrong = inherited ? previous : attempt
  const explained = yield { kind: 'explain', attempt: wrong }
  const origin = explained?.kind === 'explained' ? explained.origin : undefined
  yield {
    kind: 'done',
    why: 'non-finite',
    problem: nonFiniteLoss(wrong.state, wrong.loss, origin),
    best: wrong.state.best,
    last: wrong.state,
  }
}

/**
 * The course of training: all events, those of batches included, and between them requests, each answered by the value
 * that the generator is resumed with. So batches and steps that are at hand, and such as have to be waited for, make one
 * and the same training.
 */
export function* courseOf<P, S, O, B, M>(
  plan: CoursePlan<P, S, O, B, M>,
  signal: AbortSignal | undefined,
  start: TrainingState<P, S, O, M>,
): Course<P, S, O, B, M, void> {
  let state = start
  let previous: Attempt<P, S, O, B, M> | undefined
  const outcome = (why: Exclude<StopReason, 'non-finite'>): Outcome<P, S, O, M> => ({
    kind: 'done',
    why,
    best: state.best,
    last: state,
  })
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
      const { batch } = next
      const key = foldIn(epochKey, state.cursor)
      const stepped = yield { kind: 'step', state, batch, key }
      if (stepped?.kind !== 'stepped') return
      const { loss, ...updated } = stepped.output
      const attempt = { state, batch, key, loss }
      if (!Number.isFinite(loss)) {
        yield* nonFinite(attempt, previous)
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
    if (previous !== undefined && !(yield* isFinite<P, S, O, B, M>(state))) {
      yield* nonFinite({ ...previous, state }, previous)
      return
    }
    const measured = yield { kind: 'measure', state }
    if (measured?.kind !== 'measured') return
    const { metrics, params } = measured
    const value = plan.monitor(metrics)
    state = afterEpoch(state, observe(plan.stopping, state.stopping, value), { params, value, metrics })
    const improved = state.best.epoch === state.epoch
    yield { kind: 'epoch', metrics, improved, done: state.epoch, of: plan.epochs, state }
  }
  yield outcome(patienceSpent(plan.stopping, state.stopping) ? 'patience' : 'budget')
}
