import { greatestOf } from '../core/tensor/extremes.ts'
import { paretoRanks } from '../criteria/dominance.ts'
import type { History, Report } from './history.ts'
import { bestOf } from './promote.ts'
import type { Search } from './search.ts'

/**
 * A trial with what was measured of it at a budget.
 *
 * @category Searches
 */
export interface Standing<C> {
  readonly id: number
  readonly config: C
  readonly budget: number
  readonly objectives: readonly number[]
}

/**
 * What a search has come to so far.
 *
 * @category Searches
 */
export interface SearchResult<C> {
  /** Of one objective: the best of the trials that were run to the greatest budget of all that were measured. */
  readonly best: Standing<C> | undefined
  /** Of one objective: the best of all that was measured at any budget, another one where more training did harm. */
  readonly bestEver: Standing<C> | undefined
  /** Trials of the greatest budget that no other one dominates: with one objective, those that are equal to the best. */
  readonly front: readonly Standing<C>[]
  /** Trials of the greatest budget, the best first; with several objectives, front by front. */
  readonly ranked: readonly Standing<C>[]
  readonly failures: readonly Report[]
  /** What all trials were trained, each counted once to its greatest budget. */
  readonly spent: number
  /** What it would take if every report were trained from nothing. */
  readonly spentWithoutResuming: number
}

/**
 * What is known at a history, of a search that is finished or not.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, randomSearch, searchResult, spaces, tell } from 'puregrad/search'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 2, key: key(0) })
 * const history = ask(search, emptyHistory).reduce(
 *   (sofar, { id, budget }) => tell(search, sofar, { id, budget, result: { kind: 'measured', objectives: [id === 1 ? 0.1 : 0.7] } }),
 *   emptyHistory,
 * )
 * searchResult(search, history).best?.id // => 1
 * ```
 * @category Searches
 */
export const searchResult = <C>(search: Search<C>, history: History): SearchResult<C> => {
  const standings = history.flatMap(({ id, budget, result }): readonly Standing<C>[] =>
    result.kind === 'measured'
      ? [{ id, config: search.configOf(id, history), budget, objectives: result.objectives }]
      : [],
  )
  const greatest = greatestOf(standings.map(({ budget }) => budget))
  const finalists = standings.filter(({ budget }) => budget === greatest)
  const ranked = bestOf(search.directions, finalists, finalists.length)
  const ranks = paretoRanks(
    search.directions,
    ranked.map(({ objectives }) => objectives),
  )
  const single = search.directions.length === 1
  // A trial is measured at several budgets: what counts here is the place in the history.
  const [ever] = single
    ? bestOf(
        search.directions,
        standings.map(({ objectives }, id) => ({ id, objectives })),
        1,
      )
    : []
  // Budgets rise along a history, so the last one of a trial is its greatest.
  const budgets = new Map(history.map(({ id, budget }) => [id, budget]))
  return {
    best: single ? ranked[0] : undefined,
    bestEver: ever === undefined ? undefined : standings[ever.id],
    front: ranked.filter((_, i) => ranks[i] === 0),
    ranked,
    failures: history.filter(({ result }) => result.kind !== 'measured'),
    spent: [...budgets.values()].reduce((total, budget) => total + budget, 0),
    spentWithoutResuming: history.reduce((total, { budget }) => total + budget, 0),
  }
}
