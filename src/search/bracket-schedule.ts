import type { Direction } from '../criteria/dominance.ts'
import type { History, TrialResult } from './history.ts'
import { bestOf, type Candidate } from './promote.ts'
import { inOrder, type Pending, type Schedule } from './schedule.ts'

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
  /** Whether no other rung follows. */
  readonly last: boolean
}

interface Promotion {
  readonly measured: readonly Candidate[]
  readonly promoted: readonly number[]
}

const sameCandidates = (a: readonly Candidate[], b: readonly Candidate[]): boolean =>
  a.length === b.length &&
  a.every(({ id, objectives }, i) => id === b[i]?.id && objectives === b[i].objectives)

/** What was made of something before, kept as long as that is in use. */
const remembered = <A extends object, B>(make: (of: A) => B): ((of: A) => B) => {
  const known = new WeakMap<A, B>()
  return (of) => {
    const found = known.get(of)
    if (found !== undefined) return found
    const made = make(of)
    known.set(of, made)
    return made
  }
}

/**
 * Rungs that wait for all their trials, so that the history decides what is asked for, and not the order in which it
 * came about. A trial that failed is never promoted.
 */
export const bracketSchedule = (brackets: readonly Bracket[], directions: readonly Direction[]): Schedule => {
  /** The last promotion from each rung: a rung is looked at with every report of the next ones, and never changes then. */
  const promotions = new WeakMap<Rung, Promotion>()
  const promotedFrom = (rung: Rung, measured: readonly Candidate[], places: number): readonly number[] => {
    const known = promotions.get(rung)
    if (known !== undefined && sameCandidates(known.measured, measured)) return known.promoted
    const promoted = bestOf(directions, measured, places)
      .map(({ id }) => id)
      .sort((a, b) => a - b)
    promotions.set(rung, { measured, promoted })
    return promoted
  }
  const placesOf = remembered((history: History): readonly BracketPlace[] => {
    const budgets = [...new Set(history.map(({ budget }) => budget))]
    const known = new Map(
      budgets.map((budget) => [
        budget,
        new Map(
          history.flatMap((each): readonly (readonly [number, TrialResult])[] =>
            each.budget === budget ? [[each.id, each.result]] : [],
          ),
        ),
      ]),
    )
    const place = (ids: readonly number[], [rung, ...rest]: readonly [Rung, ...Rung[]]): BracketPlace => {
      const results = known.get(rung.budget)
      const missing = ids.filter((id) => results?.has(id) !== true)
      const [next, ...others] = rest
      const measured = ids.flatMap((id) => {
        const result = results?.get(id)
        return result?.kind === 'measured' ? [{ id, objectives: result.objectives }] : []
      })
      return missing.length > 0 || next === undefined || measured.length === 0
        ? { ids, budget: rung.budget, missing, last: next === undefined }
        : place(promotedFrom(rung, measured, next.size), [next, ...others])
    }
    return brackets.flatMap(({ first, rungs: [rung, ...rest] }) =>
      rung === undefined
        ? []
        : [
            place(
              Array.from({ length: rung.size }, (_, i) => first + i),
              [rung, ...rest],
            ),
          ],
    )
  })
  const pending = remembered((history: History): readonly Pending[] =>
    placesOf(history).flatMap(({ missing, budget }) => missing.map((id) => ({ id, budget }))),
  )
  return {
    pending,
    asked: (history, { id, budget }) =>
      placesOf(history).some((place) => place.budget === budget && place.missing.includes(id)),
    alive: (history) => placesOf(history).flatMap(({ ids, missing, last }) => (last ? missing : ids)),
    extended: inOrder,
  }
}
