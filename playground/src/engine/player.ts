import * as E from 'fp-ts/lib/Either.js'
import { openTest, testOptimism, type TestLedger } from 'puregrad/data'
import { evaluate } from 'puregrad/training'
import { checkSettings } from './check-settings.ts'
import { frameOf } from './frame.ts'
import { settingsNow, stageNow, walk, type Future } from './future.ts'
import type { Business, OwnTable, Refusal, Reply, Request, RunOptions, ViewRequest } from './messages.ts'
import { readTable } from './own-table.ts'
import { programText } from './program-text.ts'
import { changeSession, forkSession, keepOne, rewindSession, startSession, type Session } from './session.ts'
import { summaryOf } from './summary.ts'
import { parameterCount, viewOf } from './views.ts'
import { say } from './wordings.ts'

/** How long a turn works, and how long after a frame the next one comes at the earliest, in milliseconds. */
const turnLength = 12
const framePause = 16
/** A page that does not draw, as in a tab behind others, gets a frame now and then. */
const undrawnPause = 500

/** A future on its way: the walk that it goes on by, made when it is first needed. */
interface Walking {
  readonly future: Future
  readonly walk: Iterator<Future, void> | undefined
}

type Target = 'run' | 'batch' | 'epoch'

/** What is to be done before the player rests. */
interface Going {
  readonly target: Target
  /** The epoch, and the step, at which each future rests. */
  readonly epochs: readonly number[]
  readonly steps: readonly number[]
  readonly pace: number
  readonly since: number
  readonly epochsBefore: number
}

interface Pending {
  readonly id: number
  readonly reply: () => Reply
}

export interface Player {
  readonly receive: (request: Request) => void
  /**
   * Works for a moment. Gives back after how many milliseconds it wants its next turn; `undefined` where there is
   * nothing to do until the next request.
   */
  readonly turn: () => number | undefined
}

/**
 * Trains what a page asks for and tells it, in turns of a few milliseconds, so that requests are heard in between. All
 * that changes is in here; what it holds are values.
 */
export const player = (post: (reply: Reply) => void, now: () => number = () => performance.now()): Player => {
  let session: readonly Walking[] = []
  let table: OwnTable | undefined
  let going: Going | undefined
  let pending: Pending | undefined
  let views: readonly ViewRequest[] = []
  let ledger: TestLedger = []
  /** What was sent last: each future, and how many records of its history. */
  let sent: readonly { readonly future: Future; readonly epochs: number }[] = []
  let shown = new Map<string, { readonly of: Future; readonly at: number; readonly cost: number }>()
  let lastFrame = -Infinity
  let drawn: boolean | undefined
  let stepCost = 0
  let dirty = false

  const futures = (): Session => session.map(({ future }) => future) as unknown as Session
  const refuse = (id: number, refusals: readonly Refusal[]): void => post({ kind: 'refused', id, refusals })

  const settle = (next: Session): void => {
    session = next.map((future, i) =>
      future === session[i]?.future ? session[i] : { future, walk: undefined },
    )
    dirty = true
  }

  /** How much of a history the page still has: up to where it differs. */
  const unchanged = (i: number, { history }: Future): number => {
    const before = sent[i]?.future.history ?? []
    const shared = Math.min(before.length, history.length)
    const differs = Array.from({ length: shared }, (_, at) => at).find((at) => before[at] !== history[at])
    return differs ?? shared
  }

  const viewsDue = (
    at: number,
  ): readonly { readonly future: 0 | 1; readonly view: NonNullable<ReturnType<typeof viewOf>> }[] =>
    futures().flatMap((future, i) =>
      views.flatMap((request) => {
        const name = `${String(i)} ${JSON.stringify(request)}`
        const last = shown.get(name)
        // All views together take no more than half of the time while training goes on.
        const rest = 2 * views.length * futures().length * (last?.cost ?? 0)
        if (last !== undefined && (last.of === future || (going !== undefined && at - last.at < rest)))
          return []
        const begun = now()
        const view = viewOf(future, request)
        shown.set(name, { of: future, at: now(), cost: now() - begun })
        return view === undefined ? [] : [{ future: i as 0 | 1, view }]
      }),
    )

  const business = (): Business | undefined => {
    const returning = session.find(({ future }) => future.returningTo !== undefined)?.future
    const future = returning ?? session[0]?.future
    if (future === undefined || (going === undefined && returning === undefined)) return undefined
    const perEpoch = stageNow(future).clock.stepsPerEpoch
    const target =
      returning?.returningTo ?? Math.min(going?.epochs[0] ?? Infinity, settingsNow(future).epochs)
    const left = Math.max(0, (target - future.state.epoch) * perEpoch - future.state.cursor)
    return {
      doing: returning === undefined ? 'training' : 'returning',
      step: future.state.step,
      of: future.state.step + left,
      millisecondsPerStep: stepCost,
      secondsLeft: (left * stepCost * session.length) / 1000,
    }
  }

  const frame = (): void => {
    const at = now()
    const busy = business()
    const epochs = going === undefined ? 0 : (session[0]?.future.state.epoch ?? 0) - going.epochsBefore
    const seconds = going === undefined ? 0 : (at - going.since) / 1000
    post({
      kind: 'frame',
      futures: futures().map((future, i) => frameOf(future, unchanged(i, future))),
      running: going !== undefined,
      ...(busy === undefined ? {} : { busy }),
      views: viewsDue(at),
      ...(seconds > 0.2 && epochs > 0 ? { epochsPerSecond: epochs / seconds } : {}),
    })
    sent = futures().map((future) => ({ future, epochs: future.history.length }))
    lastFrame = now()
    drawn = drawn === undefined ? undefined : false
    dirty = false
  }

  const answer = (): void => {
    if (pending === undefined || session.some(({ future }) => future.returningTo !== undefined)) return
    const { reply } = pending
    pending = undefined
    post(reply())
    dirty = true
  }

  /** Whether a future has come as far as it is to go. */
  const rests = (i: number): boolean => {
    const { future } = session[i]!
    if (future.stopped !== undefined) return true
    if (future.returningTo !== undefined) return false
    if (going === undefined) return true
    return (
      (future.state.cursor === 0 && future.state.epoch >= (going.epochs[i] ?? Infinity)) ||
      future.state.step >= (going.steps[i] ?? Infinity)
    )
  }

  const advance = (i: number): void => {
    const { future, walk: begun } = session[i]!
    const walking = begun ?? walk(future)
    const next = walking.next()
    const after: Walking =
      next.done === true ? { future, walk: undefined } : { future: next.value, walk: walking }
    session = session.map((one, at) => (at === i ? after : one))
    // A walk that is over begins again where there is more to do.
    if (next.done === true && begun !== undefined && !rests(i))
      session = session.map((one, at) => (at === i ? { future, walk: undefined } : one))
    dirty = true
  }

  /** The future that is behind the other, of those that do not rest. */
  const behind = (): number | undefined => {
    const awake = session.map((_, i) => i).filter((i) => !rests(i))
    const returning = awake.find((i) => session[i]?.future.returningTo !== undefined)
    if (returning !== undefined) return returning
    const place = (i: number): number => {
      const { epoch, cursor } = session[i]!.future.state
      return epoch + cursor / 1e6
    }
    return awake.length === 0 ? undefined : awake.reduce((a, b) => (place(b) < place(a) ? b : a))
  }

  /** How long to wait so that a run keeps its pace. */
  const wait = (i: number): number => {
    if (going === undefined || going.target !== 'run' || going.pace === Infinity) return 0
    const { future } = session[i]!
    if (future.returningTo !== undefined) return 0
    const { epoch, cursor } = future.state
    const made = epoch - going.epochsBefore + cursor / stageNow(future).clock.stepsPerEpoch
    return (made / going.pace) * 1000 - (now() - going.since)
  }

  const go = (target: Target, { epochsPerSecond = Infinity, until = Infinity }: RunOptions = {}): void => {
    const all = futures()
    going = {
      target,
      epochs: all.map(({ state }) =>
        target === 'epoch' ? state.epoch + 1 : target === 'run' ? until : Infinity,
      ),
      steps: all.map(({ state }) => (target === 'batch' ? state.step + 1 : Infinity)),
      pace: epochsPerSecond > 0 ? epochsPerSecond : Infinity,
      since: now(),
      epochsBefore: Math.min(...all.map(({ state }) => state.epoch)),
    }
    // What stood still may go on: the budget may have grown meanwhile.
    session = session.map(({ future, walk: begun }) =>
      future.stopped === undefined
        ? { future, walk: begun }
        : { future: { ...future, stopped: undefined, problem: undefined }, walk: undefined },
    )
    dirty = true
  }

  /** Answers a request once futures on their way back have arrived. */
  const changed = (id: number, result: E.Either<readonly Refusal[], Session>): void => {
    if (E.isLeft(result)) {
      refuse(id, result.left)
      return
    }
    settle(result.right)
    pending = { id, reply: () => ({ kind: 'done', id }) }
    answer()
  }

  const start = (request: Extract<Request, { kind: 'start' }>): void => {
    const { id } = request
    const checked = checkSettings(request.futures[0].settings)
    const started = E.isLeft(checked) ? checked : startSession(request.futures, request.table)
    if (E.isLeft(started)) {
      refuse(id, started.left)
      return
    }
    going = undefined
    shown = new Map()
    sent = []
    table = request.table
    session = []
    // On the way to the epochs of a link as on the way back to them.
    settle(
      started.right.map((future, i) => {
        const epoch = request.epochs[i] ?? 0
        return epoch > 0 ? { ...future, returningTo: epoch } : future
      }) as unknown as Session,
    )
    const [{ rows, timeline }] = started.right
    pending = {
      id,
      reply: () => ({
        kind: 'started',
        id,
        data: summaryOf(timeline.settings, rows, table?.file),
        parameters: parameterCount(started.right[0]),
      }),
    }
    answer()
  }

  const inspect = ({ id, table: own, label = '' }: Extract<Request, { kind: 'inspect' }>): void => {
    const read = readTable(own, label, 'float32')
    if (E.isLeft(read)) refuse(id, read.left)
    else {
      const { data, reading } = read.right
      post({
        kind: 'table',
        id,
        rows: data.n,
        columns: reading.columns,
        label: reading.label,
        classes: data.targets.names,
      })
    }
  }

  const open = ({ id, future: at, reason }: Extract<Request, { kind: 'openTest' }>): void => {
    const future = session[at]?.future
    if (future === undefined) return refuse(id, [{ message: say('There is no training.', 'Няма обучение.') }])
    const { rows, state } = future
    const opened = openTest(rows.test, ledger, reason)
    if (E.isLeft(opened))
      return refuse(id, [
        {
          message: say(
            'Say why you open the test set: each look at it makes its error less honest.',
            'Кажете защо отваряте тестовия набор: всяко поглеждане прави грешката върху него по-малко честна.',
          ),
        },
      ])
    ;({ ledger } = opened.right)
    const { net } = stageNow(future)
    const { n, loss, accuracy, accuracyInterval } = evaluate(
      net,
      state.params,
      state.layers,
      opened.right.data,
    )
    const error = 1 - accuracy
    return post({
      kind: 'opened',
      id,
      rows: n,
      error,
      interval: [1 - accuracyInterval[1], 1 - accuracyInterval[0]],
      loss,
      looks: ledger
        .filter(({ digest }) => digest === rows.test.digest)
        .map(({ reason: why, models }) => ({ reason: why, models })),
      optimism: testOptimism(ledger, rows.test, { error }),
    })
  }

  const receive = (request: Request): void => {
    // What changes the futures needs some.
    if (session.length === 0 && !['start', 'watch', 'inspect', 'drawn'].includes(request.kind)) {
      if ('id' in request) refuse(request.id, [{ message: say('There is no training.', 'Няма обучение.') }])
      return
    }
    switch (request.kind) {
      case 'start':
        return start(request)
      case 'run':
        return go('run', request.options)
      case 'pause':
        going = undefined
        dirty = true
        return
      case 'step':
        return go(request.by)
      case 'rewind':
        return changed(request.id, rewindSession(futures(), request.epoch))
      case 'change':
        return changed(request.id, changeSession(futures(), request.future, request.changes))
      case 'fork':
        return changed(request.id, forkSession(futures(), request.epoch, request.changes))
      case 'keep':
        return changed(request.id, keepOne(futures(), request.future))
      case 'watch':
        views = request.views
        dirty = true
        return
      case 'inspect':
        return inspect(request)
      case 'openTest':
        return open(request)
      case 'program':
        return post({
          kind: 'program',
          id: request.id,
          text: programText(session[request.future]?.future ?? session[0]!.future, table?.file),
        })
      case 'drawn':
        drawn = true
        return
    }
  }

  /** How long until a frame may be sent. */
  const untilFrame = (): number => {
    const pause = drawn === false ? undrawnPause : framePause
    return Math.max(0, lastFrame + pause - now())
  }

  const turn = (): number | undefined => {
    const end = now() + turnLength
    let paused = 0
    for (let i = behind(); i !== undefined; i = behind()) {
      paused = wait(i)
      if (paused > 0) break
      const begun = now()
      const { step } = session[i]!.future.state
      advance(i)
      if (session[i]!.future.state.step > step) {
        const cost = now() - begun
        stepCost = stepCost === 0 ? cost : 0.9 * stepCost + 0.1 * cost
      }
      answer()
      if (now() >= end) break
    }
    const atRest = behind() === undefined
    if (atRest && going !== undefined) {
      going = undefined
      dirty = true
    }
    const stale = futures().some((future, i) =>
      views.some((request) => shown.get(`${String(i)} ${JSON.stringify(request)}`)?.of !== future),
    )
    if ((dirty || stale) && session.length > 0 && untilFrame() === 0) frame()
    if (!atRest) return Math.max(0, Math.min(paused, untilFrame()))
    return dirty ? untilFrame() : undefined
  }

  return { receive, turn }
}
