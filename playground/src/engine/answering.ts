import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { openTest, testOptimism } from 'puregrad/data'
import { evaluate } from 'puregrad/training'
import { checkChanges, checkSettings } from './check-settings.ts'
import { timelineRefusals } from './forks.ts'
import { stageNow } from './future.ts'
import type { Fork, Refusal, Reply, Request, Timeline } from './messages.ts'
import { readTable } from './own-table.ts'
import { atRest, futuresOf, gone, isReturning, withSession, type Playing } from './playing.ts'
import { programText } from './program-text.ts'
import { changeSession, forkSession, keepOne, rewindSession, startSession, type Session } from './session.ts'
import { summaryOf } from './summary.ts'
import { parameterCount } from './views.ts'
import { say } from './wordings.ts'

/** What is known after a request, and what is answered at once. */
export type Answered = readonly [my: Playing, replies: readonly Reply[]]

type Of<K extends Request['kind']> = Extract<Request, { kind: K }>

const refused = (my: Playing, id: number, refusals: readonly Refusal[]): Answered => [
  my,
  [{ kind: 'refused', id, refusals }],
]

/** The reply that waits, where nothing keeps it waiting any more. */
export const settled = (my: Playing): Answered =>
  my.pending === undefined || isReturning(my)
    ? [my, []]
    : [{ ...my, pending: undefined, untold: true }, [my.pending]]

/** Answers once futures on their way back have arrived. An earlier request that still waits is answered at once. */
const changed = (my: Playing, id: number, result: E.Either<readonly Refusal[], Session>): Answered => {
  if (E.isLeft(result)) return refused(my, id, result.left)
  const [after, replies] = settled({ ...withSession(my, result.right), pending: { kind: 'done', id } })
  return [after, [...(my.pending === undefined ? [] : [my.pending]), ...replies]]
}

/** A timeline from a page, which may be made by hand: its settings and those of its forks are checked. */
const checkTimeline = ({ settings, forks }: Timeline): E.Either<readonly Refusal[], Timeline> =>
  pipe(
    E.Do,
    E.bind('settings', () => checkSettings(settings)),
    E.bind('forks', () =>
      pipe(
        forks,
        RA.traverse(E.Applicative)(({ epoch, changes }) =>
          pipe(
            checkChanges(changes),
            E.map((checked): Fork => ({ epoch, changes: checked })),
          ),
        ),
      ),
    ),
    E.chain((timeline) => {
      const refusals = timelineRefusals(timeline)
      return refusals.length > 0 ? E.left(refusals) : E.right(timeline)
    }),
  )

const started = (my: Playing, { id, futures, epochs, table }: Of<'start'>): Answered => {
  const session = pipe(
    futures,
    RA.traverse(E.Applicative)(checkTimeline),
    E.chain(([one, other]) => startSession(other === undefined ? [one!] : [one!, other], table)),
  )
  if (E.isLeft(session)) return refused(my, id, session.left)
  const [first] = session.right
  const { rows, timeline } = first
  const { views, ledger, drawn } = my
  // On the way to the epochs of a link as on the way back to them.
  const onTheWay = session.right.map((future, i) => {
    const epoch = epochs[i] ?? 0
    return epoch > 0 ? { ...future, returningTo: epoch } : future
  }) as unknown as Session
  return settled({
    ...withSession({ ...atRest, views, ledger, drawn, table }, onTheWay),
    pending: {
      kind: 'started',
      id,
      data: summaryOf(timeline.settings, rows, table?.file),
      parameters: parameterCount(first),
    },
  })
}

const inspected = (my: Playing, { id, table, label = '' }: Of<'inspect'>): Answered => {
  const read = readTable(table, label, 'float32')
  if (E.isLeft(read)) return refused(my, id, read.left)
  const { data, reading } = read.right
  const { columns } = reading
  return [
    my,
    [{ kind: 'table', id, rows: data.n, columns, label: reading.label, classes: data.targets.names }],
  ]
}

const opened = (my: Playing, { id, future: at, reason }: Of<'openTest'>): Answered => {
  const future = my.session[at]?.future
  if (future === undefined) return refused(my, id, [noTraining])
  const { test } = future.rows
  const open = openTest(test, my.ledger, reason)
  if (E.isLeft(open))
    return refused(my, id, [
      {
        message: say(
          'Say why you open the test set: each look at it makes its error less honest.',
          'Кажете защо отваряте тестовия набор: всяко поглеждане прави грешката върху него по-малко честна.',
        ),
      },
    ])
  const { data, ledger } = open.right
  const { params, layers } = future.state
  const { n, loss, accuracy, accuracyInterval } = evaluate(stageNow(future).net, params, layers, data)
  const error = 1 - accuracy
  const looks = ledger
    .filter(({ digest }) => digest === test.digest)
    .map(({ reason: why, models }) => ({ reason: why, models }))
  return [
    { ...my, ledger },
    [
      {
        kind: 'opened',
        id,
        rows: n,
        error,
        interval: [1 - accuracyInterval[1], 1 - accuracyInterval[0]],
        loss,
        looks,
        optimism: testOptimism(ledger, test, { error }),
      },
    ],
  ]
}

const program = (my: Playing, { id, future: at }: Of<'program'>): Answered => {
  const future = my.session[at]?.future
  return future === undefined
    ? refused(my, id, [noTraining])
    : [my, [{ kind: 'program', id, text: programText(future, my.table?.file) }]]
}

const noTraining: Refusal = { message: say('There is no such training.', 'Няма такова обучение.') }

const needsNone: readonly Request['kind'][] = ['start', 'watch', 'inspect', 'drawn']

/** What a request changes, and what is answered to it. */
export const answered = (my: Playing, request: Request, now: number): Answered => {
  if (my.session.length === 0 && !needsNone.includes(request.kind))
    return 'id' in request ? refused(my, request.id, [noTraining]) : [my, []]
  const session = (): Session => futuresOf(my) as unknown as Session
  switch (request.kind) {
    case 'start':
      return started(my, request)
    case 'run':
      return [gone(my, 'run', request.options ?? {}, now), []]
    case 'pause':
      return [{ ...my, going: undefined, untold: true }, []]
    case 'step':
      return [gone(my, request.by, {}, now), []]
    case 'rewind':
      return changed(my, request.id, rewindSession(session(), request.epoch))
    case 'change':
      return changed(my, request.id, changeSession(session(), request.future, request.changes))
    case 'fork':
      return changed(my, request.id, forkSession(session(), request.epoch, request.changes))
    case 'keep':
      return changed(my, request.id, keepOne(session(), request.future))
    case 'watch':
      return [{ ...my, views: request.views, untold: true }, []]
    case 'inspect':
      return inspected(my, request)
    case 'openTest':
      return opened(my, request)
    case 'program':
      return program(my, request)
    case 'drawn':
      return [{ ...my, drawn: true }, []]
    // What makes the steps is the worker's affair.
    case 'compute':
      return [my, []]
  }
}
