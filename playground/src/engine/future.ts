import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { foldIn, key, leavesOf } from 'puregrad'
import { fit, startTraining, type NonFiniteLoss, type TrainingEvent } from 'puregrad/training'
import type { Params } from './layers.ts'
import { checkChanges } from './check-settings.ts'
import { forkRefusals, forkedAt, settingsAt } from './forks.ts'
import type { EpochRecord, Refusal, Stopped, Timeline } from './messages.ts'
import type { Rows } from './rows.ts'
import type { Settings } from './settings.ts'
import { enter, recordOf, stagesOf, trainingKey, type Stage, type State } from './stage.ts'

/** States at the ends of some epochs, so that others are near. */
interface Kept {
  /** Those of every so many epochs are kept, and the start. */
  readonly every: number
  readonly states: ReadonlyMap<number, State>
}

/**
 * A training as a value: where it is, how it came there, and states on the way. Nothing changes it; {@link walk} gives
 * the futures after it, again the same ones each time.
 */
export interface Future {
  readonly rows: Rows
  readonly stageAt: (timeline: Timeline, epoch: number) => Stage
  readonly timeline: Timeline
  /** At an end of an epoch it is as the stage before it left it. */
  readonly state: State
  /** The state at the end of the last whole epoch. */
  readonly epochEnd: State
  readonly kept: Kept
  /** What was measured in every epoch that was ever reached, the start first. */
  readonly history: readonly EpochRecord[]
  /** The epoch it is on the way back to. */
  readonly returningTo: number | undefined
  readonly batchLoss: number | undefined
  readonly stopped: Stopped | undefined
  readonly problem: NonFiniteLoss | undefined
}

const keptBytes = 48 * 2 ** 20

const bytesOf = (tree: unknown): number =>
  leavesOf(tree).reduce((sum, { size, dtype }) => sum + size * (dtype === 'float64' ? 8 : 4), 0)

/** How many states are kept: fewer of a large network. */
const mostKept = ({ params, layers, optimizer }: State): number =>
  Math.max(8, Math.min(200, Math.floor(keptBytes / (2 * bytesOf(params) + bytesOf([layers, optimizer]) + 1))))

const keep = ({ every, states }: Kept, state: State): Kept => {
  if (state.epoch % every !== 0 || states.has(state.epoch)) return { every, states }
  const more = new Map(states).set(state.epoch, state)
  if (more.size <= mostKept(state)) return { every, states: more }
  return { every: 2 * every, states: new Map([...more].filter(([epoch]) => epoch % (2 * every) === 0)) }
}

/** The start of a training: the same settings and rows give the same bytes. */
export const futureOf = (timeline: Timeline, rows: Rows): Future => {
  const stageAt = stagesOf(rows)
  // The start is that of the first settings, whatever changes before the first step.
  const { settings, net, optimizer } = stageAt({ ...timeline, forks: [] }, 0)
  const { params, state: layers } = net.init(foldIn(key(settings.seed), 'parameters'), {
    dtype: settings.precision,
  })
  const start = startTraining({
    params,
    layers,
    optimizer: optimizer.init(params),
    key: trainingKey(settings),
  })
  return {
    rows,
    stageAt,
    timeline,
    state: start,
    epochEnd: start,
    kept: keep({ every: 1, states: new Map() }, start),
    history: [recordOf(net, rows, params, layers, 0)],
    returningTo: undefined,
    batchLoss: undefined,
    stopped: undefined,
    problem: undefined,
  }
}

/** The settings in force where a future is. */
export const settingsNow = ({ timeline, state }: Future): Settings => settingsAt(timeline, state.epoch)

/** The stage that a future is in. */
export const stageNow = ({ stageAt, timeline, state }: Future): Stage => stageAt(timeline, state.epoch)

/** The farthest epoch that was ever measured. */
export const reached = ({ history }: Future): number => history.length - 1

const epochEnded = (future: Future, ended: State): Future => {
  const { epoch } = ended
  const measured = ended.history.at(-1)
  // What was measured is kept once, and not with every state.
  const state: State = { ...ended, history: [] }
  return {
    ...future,
    state,
    epochEnd: state,
    kept: keep(future.kept, state),
    history:
      measured === undefined || future.history.length > epoch
        ? future.history
        : [...future.history, { ...measured, epoch }],
    returningTo: future.returningTo === epoch ? undefined : future.returningTo,
  }
}

/** The state that the stage of a future goes on from. */
export const entered = ({ stageAt, timeline, state }: Future): State => {
  const begins = state.cursor === 0 && timeline.forks.some(({ epoch }) => epoch === state.epoch)
  return begins
    ? enter(
        state,
        stageAt(
          { ...timeline, forks: timeline.forks.filter(({ epoch }) => epoch < state.epoch) },
          state.epoch,
        ),
        stageAt(timeline, state.epoch),
      )
    : state
}

/** A future that an event leads to, and how it goes on from there. */
interface Onward {
  readonly future: Future
  readonly then: 'the next event' | 'another stage' | 'rest'
}

/** What an event of training makes of a future; one that was on its way back rests where it has arrived. */
export const onward = (
  future: Future,
  event: TrainingEvent<Params, Params, readonly unknown[], EpochRecord>,
): Onward => {
  switch (event.kind) {
    case 'batch':
      return { future: { ...future, state: event.state, batchLoss: event.loss }, then: 'the next event' }
    case 'epoch': {
      const next = epochEnded(future, event.state)
      const arrived = future.returningTo !== undefined && next.returningTo === undefined
      const isStageOver = next.timeline.forks.some(({ epoch }) => epoch === event.state.epoch)
      return { future: next, then: arrived ? 'rest' : isStageOver ? 'another stage' : 'the next event' }
    }
    case 'done':
      return {
        future: {
          ...future,
          // What the stage begins with is not kept apart from what it went on from.
          state: event.last.step === future.state.step ? future.state : event.last,
          returningTo: undefined,
          ...(event.why === 'non-finite'
            ? { stopped: event.why, problem: event.problem }
            : {
                stopped: event.why === 'patience' ? ('patience' as const) : ('budget' as const),
                problem: undefined,
              }),
        },
        then: 'rest',
      }
  }
}

/** A future that goes on, and whether it is already where it was on its way to. */
export const setOut = (from: Future): { readonly future: Future; readonly isThere: boolean } => {
  const future: Future = { ...from, stopped: undefined, problem: undefined }
  const isThere = future.returningTo === future.state.epoch && future.state.cursor === 0
  return { future: isThere ? { ...future, returningTo: undefined } : future, isThere }
}

/**
 * The futures after one, a batch at a time, and one more where an epoch ends or training does. It ends there, or
 * where a future that was on the way back has arrived.
 */
/* eslint-disable functional/no-let, functional/no-loop-statements --
   a future is yielded from inside the loops over stages and events, which only a generator's own loops can do */
export function* walk(from: Future): Generator<Future, void> {
  const { future: first, isThere } = setOut(from)
  if (isThere) {
    yield first
    return
  }
  let next: Onward = { future: first, then: 'another stage' }
  while (next.then === 'another stage')
    for (const event of fit(stageNow(next.future).plan, { batches: true })(entered(next.future))) {
      next = onward(next.future, event)
      yield next.future
      if (next.then !== 'the next event') break
    }
}

/* eslint-enable functional/no-let, functional/no-loop-statements */

/** The last state at hand that is not after an epoch. */
const nearest = ({ kept, epochEnd }: Future, epoch: number): State =>
  [...kept.states.values(), epochEnd]
    .filter((state) => state.epoch <= epoch)
    .reduce((best, state) => (state.epoch > best.epoch ? state : best))

/**
 * A future back (or forward, to an epoch it has reached before) at the end of an epoch. Where that state is not kept, it
 * begins at the nearest one before it, and is `returningTo` that epoch: {@link walk} brings it there.
 *
 * @throws RangeError for an epoch that was never reached.
 */
export const rewound = (future: Future, epoch: number): Future => {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > reached(future))
    throw new RangeError(
      `rewound: expected an epoch from 0 to ${String(reached(future))}, got ${String(epoch)}`,
    )
  const state = nearest(future, epoch)
  return {
    ...future,
    state,
    epochEnd: state,
    returningTo: state.epoch === epoch ? undefined : epoch,
    batchLoss: undefined,
    stopped: undefined,
    problem: undefined,
  }
}

/** The future that other settings from an epoch on lead to, or why they cannot change there. */
export const forked = (
  future: Future,
  epoch: number,
  changes: Partial<Settings>,
): E.Either<readonly Refusal[], Future> =>
  pipe(
    checkChanges(changes),
    E.chain((checked) => {
      const refusals = forkRefusals(settingsAt(future.timeline, epoch), checked)
      return refusals.length > 0 ? E.left(refusals) : E.right(checked)
    }),
    E.map((checked) => {
      const timeline = forkedAt(future.timeline, epoch, checked)
      const back = rewound(future, epoch)
      return {
        ...back,
        timeline,
        history: future.history.slice(0, epoch + 1),
        kept: {
          ...future.kept,
          states: new Map([...future.kept.states].filter(([at]) => at <= epoch)),
        },
      }
    }),
  )

/** {@link walk} in one go, up to the end of an epoch or of training. */
export const trained = (future: Future, epoch: number): Future => {
  const isThere = ({ returningTo, state }: Future): boolean =>
    returningTo === undefined && state.epoch >= epoch && state.cursor === 0
  if (isThere(future)) return future
  // eslint-disable-next-line functional/no-let -- the last of many futures, of which a list would hold them all
  let now = future
  // eslint-disable-next-line functional/no-loop-statements -- as above
  for (const next of walk(future)) {
    now = next
    if (isThere(next)) break
  }
  return now
}
