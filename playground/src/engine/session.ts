import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { forked, futureOf, reached, rewound, type Future } from './future.ts'
import type { FutureIndex, OwnTable, Refusal, Timeline } from './messages.ts'
import { rowsOf } from './rows.ts'
import type { Settings } from './settings.ts'
import { fill, say } from './wordings.ts'

/** One training, or two futures of one start side by side. */
export type Session = readonly [Future] | readonly [Future, Future]

type Result = E.Either<readonly Refusal[], Session>

/** Trainings at their start, over the same rows. */
export const startSession = (
  [first, second]: readonly [Timeline] | readonly [Timeline, Timeline],
  table?: OwnTable,
): Result =>
  pipe(
    rowsOf(first.settings, table),
    E.map((rows): Session =>
      second === undefined
        ? [futureOf(first, rows)]
        : [futureOf(first, rows), futureOf({ ...second, settings: first.settings }, rows)],
    ),
  )

const unreached = (session: Session, epoch: number): readonly Refusal[] => {
  const farthest = Math.min(...session.map(reached))
  return Number.isInteger(epoch) && epoch >= 0 && epoch <= farthest
    ? []
    : [
        {
          message: fill(
            say(
              'Epoch {epoch} was not reached yet: there are epochs 0 to {farthest}.',
              'Епоха {epoch} още не е достигната: има епохи от 0 до {farthest}.',
            ),
            { epoch: String(epoch), farthest: String(farthest) },
          ),
        },
      ]
}

/** Both futures back at the end of an epoch that both have reached. */
export const rewindSession = (session: Session, epoch: number): Result => {
  const refusals = unreached(session, epoch)
  if (refusals.length > 0) return E.left(refusals)
  const [first, second] = session
  return E.right(
    second === undefined ? [rewound(first, epoch)] : [rewound(first, epoch), rewound(second, epoch)],
  )
}

/** Settings of a future change from the last epoch it has finished on. */
export const changeSession = (session: Session, at: FutureIndex, changes: Partial<Settings>): Result => {
  const future = session[at]
  if (future === undefined) return E.left([noSecond])
  return pipe(
    forked(future, future.returningTo ?? future.state.epoch, changes),
    E.map((changed): Session => {
      const [first, second] = session
      return at === 1 ? [first, changed] : second === undefined ? [changed] : [changed, second]
    }),
  )
}

/** A second future from an epoch of the first one; the first goes on where it is. */
export const forkSession = (session: Session, epoch: number, changes: Partial<Settings>): Result => {
  const [first] = session
  const refusals = unreached([first], epoch)
  return refusals.length > 0
    ? E.left(refusals)
    : pipe(
        forked(first, epoch, changes),
        E.map((second): Session => [first, second]),
      )
}

/** One future alone. */
export const keepOne = (session: Session, at: FutureIndex): Result => {
  const future = session[at]
  return future === undefined ? E.left([noSecond]) : E.right([future])
}

const noSecond: Refusal = { message: say('There is no second future.', 'Няма второ бъдеще.') }
