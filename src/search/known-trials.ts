import * as E from 'fp-ts/lib/Either.js'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Direction } from '../criteria/dominance.ts'
import type { History } from './history.ts'
import type { TrialCourse } from './learning-search.ts'
import type { Search } from './search.ts'
import type { Space } from './space.ts'
import type { AxisValues } from './space-axes.ts'
import { searchResult } from './search-result.ts'

/**
 * What another search measured of a configuration, as plain data.
 *
 * @category Searches
 */
export interface KnownTrial {
  readonly config: unknown
  readonly objectives: readonly number[]
}

/**
 * What of another search can be used, and how much cannot.
 *
 * @category Searches
 */
export interface KnownTrials {
  readonly known: readonly KnownTrial[]
  /** Trials that were measured, but whose configurations the space does not have. */
  readonly outside: number
  /** Trials that failed. */
  readonly failed: number
  /** Trials that were measured to smaller budgets only. */
  readonly shorter: number
}

/**
 * What can be learned from another search: those of its trials that were measured to its greatest budget and whose
 * configurations lie in a space, for `known` of {@link tpeSearch} and {@link nsga2Search}; the others are counted. An
 * older journal is read by {@link readSearchJournal}. Its objectives have to be those of the new search, in their order.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, knownTrials, randomSearch, spaces, tell, tpeSearch } from 'puregrad/search'
 * const older = randomSearch(spaces.uniform(0, 2), { trials: 40, key: key(0) })
 * const history = ask(older, emptyHistory).reduce(
 *   (sofar, { id, budget, config }) => tell(older, sofar, { id, budget, result: { kind: 'measured', objectives: [config] } }),
 *   emptyHistory,
 * )
 * const space = spaces.uniform(0, 1)
 * const { known, outside } = knownTrials(space, older, history)
 * known.length + outside // => 40
 * const search = tpeSearch(space, { trials: 10, known, key: key(1) })
 * ask(search, emptyHistory).every(({ config }) => config < 0.6) // => true
 * ```
 * @category Searches
 */
export const knownTrials = <C, D>(space: Space<C>, older: Search<D>, history: History): KnownTrials => {
  const { ranked } = searchResult(older, history)
  const encoded = ranked.map(({ id, config, objectives }) => ({
    id,
    config: space.codec.decode(older.space.codec.encode(config)),
    objectives,
  }))
  const ids = (kind: 'measured' | 'failed'): ReadonlySet<number> =>
    new Set(
      history.flatMap(({ id, result }) =>
        (result.kind === 'measured') === (kind === 'measured') ? [id] : [],
      ),
    )
  const [failed, measured] = [ids('failed'), ids('measured')]
  return {
    known: encoded
      .toSorted((a, b) => a.id - b.id)
      .flatMap(({ config, objectives }) =>
        E.isRight(config) ? [{ config: space.codec.encode(config.right), objectives }] : [],
      ),
    outside: encoded.filter(({ config }) => E.isLeft(config)).length,
    failed: failed.size,
    shorter: [...measured].filter((id) => !failed.has(id) && !ranked.some((each) => each.id === id)).length,
  }
}

/** @throws ArgumentError for a configuration that the space does not have, or another number of objectives. */
export const knownCourses = <C>(
  where: string,
  space: Space<C>,
  known: readonly KnownTrial[],
  directions: readonly Direction[],
  valuesOf: (config: C) => AxisValues,
  budget: number,
): readonly TrialCourse<C>[] => {
  if (!Array.isArray(known)) throw new ArgumentError(`${where}: known: expected a list of known trials`)
  return known.map(({ config, objectives }, i) => {
    const decoded = space.codec.decode(config)
    if (E.isLeft(decoded))
      throw new ArgumentError(
        `${where}: known[${i}] has a configuration that is not of the space; knownTrials leaves such ones out and counts them`,
      )
    if (
      !Array.isArray(objectives) ||
      objectives.length !== directions.length ||
      !objectives.every(Number.isFinite)
    )
      throw new ArgumentError(
        `${where}: known[${i}]: expected ${directions.length} finite objectives, got ${JSON.stringify(objectives)}`,
      )
    return {
      // Below those of the search, so that ids stay apart.
      id: i - known.length,
      config: decoded.right,
      values: valuesOf(decoded.right),
      reports: [{ id: i - known.length, budget, result: { kind: 'measured', objectives } }],
      ended: true,
    }
  })
}
