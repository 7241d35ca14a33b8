import type { Direction } from '../criteria/dominance.ts'
import type { Report } from './history.ts'
import { bestOf, type Candidate } from './promote.ts'
import { byBudget, followed, inOrder, type Schedule } from './schedule.ts'

/**
 * A number of trials that are run to one budget.
 *
 * @category Searches
 */
export interface Rung {
  readonly size: number
  readonly budget: number
}

/**
 * Trials that compete: all are run to the budget of the first rung, the best of them to that of the next, and so on.
 * Budgets grow from rung to rung.
 *
 * @category Searches
 */
export interface Bracket {
  /** The id of its first trial. */
  readonly first: number
  readonly rungs: readonly Rung[]
}

/** How far a bracket has come. */
interface BracketPlace {
  /** The trials of the running rung. */
  readonly ids: readonly number[]
  readonly budget: number
  /** Those of them that were not reported yet; none once the bracket has ended. */
  readonly missing: readonly number[]
  /** What was measured in this rung so far. */
  readonly measured: readonly Candidate[]
  /** The rungs that follow. */
  readonly rest: readonly Rung[]
}

const begun = (ids: readonly number[], [rung, ...rest]: readonly [Rung, ...Rung[]]): BracketPlace => ({
  ids,
  budget: rung.budget,
  missing: ids,
  measured: [],
  rest,
})

/** The place once a trial of the running rung was reported; the last report of a rung begins the next. */
const reported = (
  directions: readonly Direction[],
  place: BracketPlace,
  { id, result }: Report,
): BracketPlace => {
  const missing = place.missing.filter((other) => other !== id)
  const measured =
    result.kind === 'measured' ? [...place.measured, { id, objectives: result.objectives }] : place.measured
  const [next, ...others] = place.rest
  if (missing.length > 0 || next === undefined || measured.length === 0)
    return { ...place, missing, measured }
  const promoted = bestOf(directions, measured, next.size).map(({ id }) => id)
  return begun(
    promoted.toSorted((a, b) => a - b),
    [next, ...others],
  )
}

/**
 * Rungs that wait for all their trials, so that the history decides what is asked for, and not the order in which it
 * came about. A trial that failed is never promoted.
 */
export const bracketSchedule = (brackets: readonly Bracket[], directions: readonly Direction[]): Schedule => {
  const places = followed<readonly BracketPlace[]>(
    () =>
      brackets.flatMap(({ first, rungs: [rung, ...rest] }) =>
        rung === undefined
          ? []
          : [
              begun(
                Array.from({ length: rung.size }, (_, i) => first + i),
                [rung, ...rest],
              ),
            ],
      ),
    (known, report) => {
      const at = known.findIndex(
        ({ budget, missing }) => budget === report.budget && missing.includes(report.id),
      )
      return at < 0 ? known : known.with(at, reported(directions, known[at]!, report))
    },
    (history) => history.toSorted(byBudget),
  )
  return {
    pending: (history) =>
      places.at(history).flatMap(({ missing, budget }) => missing.map((id) => ({ id, budget }))),
    asked: (history, { id, budget }) =>
      places.at(history).some((place) => place.budget === budget && place.missing.includes(id)),
    alive: (history) =>
      places.at(history).flatMap(({ ids, missing, rest }) => (rest.length === 0 ? missing : ids)),
    extended: (history, report) => {
      const next = inOrder(history, report)
      places.extend(history, report, next)
      return next
    },
  }
}
