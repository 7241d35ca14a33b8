import type { TestLedger } from 'puregrad/data'
import { stageNow, walk, type Future } from './future.ts'
import type { OwnTable, Reply, RunOptions, ViewRequest } from './messages.ts'
import type { Session } from './session.ts'

/** A future on its way: the walk that it goes on by, made when it is first needed. */
export interface Walking {
  readonly future: Future
  readonly walk: Iterator<Future, void> | undefined
  /** The same on a GPU. */
  readonly walkThere?: AsyncIterator<Future, void>
}

/** What is to be done before the player rests. */
export interface Going {
  /** The epoch, and the step, at which each future rests. */
  readonly epochs: readonly number[]
  readonly steps: readonly number[]
  readonly epochsPerSecond: number
  /** When it began, and at which epoch. */
  readonly since: number
  readonly epochsBefore: number
}

/** A view that was sent: of which future, when, and how long it took to make. */
export interface Shown {
  readonly of: Future
  readonly at: number
  readonly cost: number
}

/** Everything that a player knows. */
export interface Playing {
  readonly session: readonly Walking[]
  readonly table: OwnTable | undefined
  readonly going: Going | undefined
  /** What is answered once futures on their way back have arrived. */
  readonly pending: Reply | undefined
  readonly views: readonly ViewRequest[]
  readonly ledger: TestLedger
  /** The futures of the last frame. */
  readonly sent: readonly Future[]
  readonly shown: ReadonlyMap<string, Shown>
  readonly lastFrame: number
  /** Whether the page has drawn the last frame; `undefined` for a page that does not say so. */
  readonly drawn: boolean | undefined
  readonly millisecondsPerStep: number
  /** Something has changed that no frame has told. */
  readonly untold: boolean
}

export const atRest: Playing = {
  session: [],
  table: undefined,
  going: undefined,
  pending: undefined,
  views: [],
  ledger: [],
  sent: [],
  shown: new Map(),
  lastFrame: -Infinity,
  drawn: undefined,
  millisecondsPerStep: 0,
  untold: false,
}

export const futuresOf = ({ session }: Playing): readonly Future[] => session.map(({ future }) => future)

/** Other futures; those that stay go on by the walk they had. */
export const withSession = (my: Playing, session: Session): Playing => ({
  ...my,
  session: session.map(
    (future) => my.session.find((one) => one.future === future) ?? { future, walk: undefined },
  ),
  untold: true,
})

/** Whether some future is still on its way back to an epoch. */
export const isReturning = ({ session }: Playing): boolean =>
  session.some(({ future }) => future.returningTo !== undefined)

/** Whether a future has come as far as it is to go. */
const rests = ({ session, going }: Playing, i: number): boolean => {
  const { stopped, returningTo, state } = session[i]!.future
  if (stopped !== undefined) return true
  if (returningTo !== undefined) return false
  return (
    going === undefined ||
    (state.cursor === 0 && state.epoch >= (going.epochs[i] ?? Infinity)) ||
    state.step >= (going.steps[i] ?? Infinity)
  )
}

/** The future that comes next: one on its way back, or the one that is behind; none where all rest. */
export const nextInTurn = (my: Playing): number | undefined => {
  const awake = my.session.flatMap((_, i) => (rests(my, i) ? [] : [i]))
  const place = (i: number): readonly [number, number] => {
    const { epoch, cursor } = my.session[i]!.future.state
    return [epoch, cursor]
  }
  const isBefore = (a: number, b: number): boolean => {
    const [[epochA, cursorA], [epochB, cursorB]] = [place(a), place(b)]
    return epochA < epochB || (epochA === epochB && cursorA < cursorB)
  }
  return (
    awake.find((i) => my.session[i]?.future.returningTo !== undefined) ??
    awake.reduce<number | undefined>(
      (best, i) => (best === undefined || isBefore(i, best) ? i : best),
      undefined,
    )
  )
}

const withWalking = (my: Playing, i: number, after: Walking): Playing => ({
  ...my,
  session: my.session.map((one, at) => (at === i ? after : one)),
  untold: true,
})

/** A batch further. Walks that are over are forgotten. */
export const advanced = (my: Playing, i: number): Playing => {
  const { future, walk: begun } = my.session[i]!
  const walking = begun ?? walk(future)
  const next = walking.next()
  return withWalking(
    my,
    i,
    next.done === true ? { future, walk: undefined } : { future: next.value, walk: walking },
  )
}

/** Begins a walk on a GPU where there is none yet. */
export const withWalkThere = (
  my: Playing,
  i: number,
  walkOf: (from: Future) => AsyncIterator<Future, void>,
): Playing => {
  const one = my.session[i]!
  return one.walkThere === undefined
    ? withWalking(my, i, { future: one.future, walk: undefined, walkThere: walkOf(one.future) })
    : my
}

/**
 * What has come of a walk on a GPU meanwhile; nothing where another one is under way by now, since what was asked for is
 * something else.
 */
export const advancedThere = (
  my: Playing,
  walkThere: AsyncIterator<Future, void>,
  next: IteratorResult<Future, void>,
): Playing => {
  const i = my.session.findIndex((one) => one.walkThere === walkThere)
  if (i < 0) return my
  const { future } = my.session[i]!
  return withWalking(
    my,
    i,
    next.done === true ? { future, walk: undefined } : { future: next.value, walk: undefined, walkThere },
  )
}

/** Walks begin anew: from now on something else makes their steps. */
export const withoutWalks = (my: Playing): Playing => ({
  ...my,
  session: my.session.map(({ future }) => ({ future, walk: undefined })),
  untold: true,
})

/** How many milliseconds to wait so that a run keeps its pace. */
export const waitFor = ({ session, going }: Playing, i: number, now: number): number => {
  const { future } = session[i]!
  if (going === undefined || future.returningTo !== undefined) return 0
  const { epoch, cursor } = future.state
  const made = epoch - going.epochsBefore + cursor / stageNow(future).clock.stepsPerEpoch
  return (made / going.epochsPerSecond) * 1000 - (now - going.since)
}

/** On the way to an end. What stood still may go on: the budget may have grown meanwhile. */
export const gone = (
  my: Playing,
  target: 'run' | 'batch' | 'epoch',
  { epochsPerSecond = Infinity, until = Infinity }: RunOptions,
  now: number,
): Playing => {
  const states = futuresOf(my).map(({ state }) => state)
  return {
    ...my,
    going: {
      epochs: states.map(({ epoch }) =>
        target === 'epoch' ? epoch + 1 : target === 'run' ? until : Infinity,
      ),
      steps: states.map(({ step }) => (target === 'batch' ? step + 1 : Infinity)),
      epochsPerSecond: epochsPerSecond > 0 ? epochsPerSecond : Infinity,
      since: now,
      epochsBefore: Math.min(...states.map(({ epoch }) => epoch)),
    },
    session: my.session.map((one) =>
      one.future.stopped === undefined
        ? one
        : { future: { ...one.future, stopped: undefined, problem: undefined }, walk: undefined },
    ),
    untold: true,
  }
}
