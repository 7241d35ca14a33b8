import type { Direction } from '../criteria/index.ts'
import type { History, Report } from './history.ts'
import { bestOf } from './promote.ts'
import type { Search } from './search.ts'

/** A trial with what was measured of it at a budget. */
export interface Standing<C> {
  readonly id: number
  readonly config: C
  readonly budget: number
  readonly objectives: readonly number[]
}

/** What a search has come to so far. */
export interface SearchResult<C> {
  /** The best of the trials that were run to the greatest budget of all that were measured. */
  readonly best: Standing<C> | undefined
  /** The best of all that was measured at any budget: another one where the long run made a trial worse. */
  readonly bestEver: Standing<C> | undefined
  /** Trials of the greatest budget, the best first; with several objectives, by dominance. */
  readonly ranked: readonly Standing<C>[]
  readonly failures: readonly Report[]
  /** What all trials were trained, each counted once to its greatest budget. */
  readonly spent: number
  /** What it would take if every report were trained from nothing. */
  readonly spentWithoutResuming: number
}

const ordered = <C>(
  directions: readonly Direction[],
  standings: readonly Standing<C>[],
): readonly Standing<C>[] => bestOf(directions, standings, standings.length)

/**
 * What is known at a history, of a search that is finished or not.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, randomSearch, searchResult, tell, uniform } from 'puregrad/study'
 * const search = randomSearch(uniform(0, 1), { trials: 2, key: key(0) })
 * const history = ask(search, emptyHistory).reduce(
 *   (sofar, { id, budget }) => tell(search, sofar, { id, budget, result: { kind: 'measured', objectives: [id === 1 ? 0.1 : 0.7] } }),
 *   emptyHistory,
 * )
 * searchResult(search, history).best?.id // => 1
 * ```
 */
export const searchResult = <C>(search: Search<C>, history: History): SearchResult<C> => {
  const standings = history.flatMap(({ id, budget, result }): readonly Standing<C>[] =>
    result.kind === 'measured'
      ? [{ id, config: search.configOf(id), budget, objectives: result.objectives }]
      : [],
  )
  const greatest = Math.max(...standings.map(({ budget }) => budget))
  const ranked = ordered(
    search.directions,
    standings.filter(({ budget }) => budget === greatest),
  )
  // A trial has one id at several budgets: its best report stands for it.
  const ever = bestOf(
    search.directions,
    standings.map((standing, i) => ({ id: i, objectives: standing.objectives })),
    1,
  )[0]
  // Budgets rise along a history, so the last one of a trial is its greatest.
  const budgets = new Map(history.map(({ id, budget }) => [id, budget]))
  return {
    best: ranked[0],
    bestEver: ever === undefined ? undefined : standings[ever.id],
    ranked,
    failures: history.filter(({ result }) => result.kind !== 'measured'),
    spent: [...budgets.values()].reduce((total, budget) => total + budget, 0),
    spentWithoutResuming: history.reduce((total, { budget }) => total + budget, 0),
  }
}
