import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, randomBits, type Key } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Direction } from '../criteria/dominance.ts'
import type { History, Report } from './history.ts'
import { bestOf, type Candidate } from './promote.ts'
import type { Space } from './space.ts'

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

/**
 * A search as an immutable value; what became of it so far is a {@link History} of its own.
 *
 * @category Searches
 */
export interface Search<C> {
  /** Everything that decides how it goes, as plain data. */
  readonly spec: Readonly<Record<string, unknown>>
  readonly space: Space<C>
  /** Whether little or much of each objective is good. */
  readonly directions: readonly Direction[]
  readonly brackets: readonly Bracket[]
  /** The configuration of a trial, from the key at its id. */
  readonly configOf: (id: number) => C
  readonly key: Key
}

/**
 * A trial to run up to a budget: all that an evaluation may depend on, as plain data.
 *
 * @category Searches
 */
export interface Task<C> {
  readonly id: number
  readonly config: C
  /** How far to train in all, in epochs as a rule. */
  readonly budget: number
  /** Randomness of this trial's own, the same at every budget: `key(seed)`. */
  readonly seed: number
}

/** How far a bracket has come. */
export interface BracketPlace {
  /** The trials of the running rung. */
  readonly ids: readonly number[]
  readonly budget: number
  /** Those of them that were not reported yet; none once the bracket has ended. */
  readonly missing: readonly number[]
  /** Whether another rung follows. */
  readonly last: boolean
}

interface Promotion {
  readonly measured: readonly Candidate[]
  readonly promoted: readonly number[]
}

/** The last promotion from each rung: a rung is looked at with every report of the next ones, and never changes then. */
const promotions = new WeakMap<Rung, Promotion>()

const sameCandidates = (a: readonly Candidate[], b: readonly Candidate[]): boolean =>
  a.length === b.length &&
  a.every(({ id, objectives }, i) => id === b[i]?.id && objectives === b[i].objectives)

/** The ids of the best, in order. */
const promotedFrom = (
  rung: Rung,
  measured: readonly Candidate[],
  directions: readonly Direction[],
  places: number,
): readonly number[] => {
  const known = promotions.get(rung)
  if (known !== undefined && sameCandidates(known.measured, measured)) return known.promoted
  const promoted = bestOf(directions, measured, places)
    .map(({ id }) => id)
    .sort((a, b) => a - b)
  promotions.set(rung, { measured, promoted })
  return promoted
}

/** Where each bracket stands; the history decides it, and not the order in which it came about. */
export const bracketPlaces = <C>(
  { brackets, directions }: Pick<Search<C>, 'brackets' | 'directions'>,
  history: History,
): readonly BracketPlace[] => {
  const at = (id: number, budget: number): string => `${id} ${budget}`
  const known = new Map(history.map((report) => [at(report.id, report.budget), report.result]))
  const place = (ids: readonly number[], [rung, ...rest]: readonly [Rung, ...Rung[]]): BracketPlace => {
    const missing = ids.filter((id) => !known.has(at(id, rung.budget)))
    const [next, ...others] = rest
    const measured = ids.flatMap((id) => {
      const result = known.get(at(id, rung.budget))
      return result?.kind === 'measured' ? [{ id, objectives: result.objectives }] : []
    })
    return missing.length > 0 || next === undefined || measured.length === 0
      ? { ids, budget: rung.budget, missing, last: next === undefined }
      : place(promotedFrom(rung, measured, directions, next.size), [next, ...others])
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
}

/** The seed of a trial: 53 random bits of the key at its id. */
const seedOf = (key: Key, id: number): number => {
  const [high = 0, low = 0] = toTypedArray(randomBits(foldIn(foldIn(key, id), 'evaluation'), [2]))
  return Math.floor(high / 2 ** 11) * 2 ** 32 + low
}

/** A trial up to a budget, named. */
export type Pending = Pick<Task<unknown>, 'id' | 'budget'>

/** Which trials can be run now, without their configurations. */
export const pending = <C>(search: Search<C>, history: History): readonly Pending[] =>
  bracketPlaces(search, history).flatMap(({ missing, budget }) => missing.map((id) => ({ id, budget })))

/** A trial up to a budget, with all that its evaluation may depend on. */
export const taskOf = <C>(search: Search<C>, { id, budget }: Pending): Task<C> => ({
  id,
  config: search.configOf(id),
  budget,
  seed: seedOf(search.key, id),
})

/**
 * All trials that can be run now and have not been: none once the search is finished. A trial depends on the search and
 * on its id alone. A rung of a halving is promoted when all its trials are known, so what is asked for does not depend on
 * who was faster; a trial that failed is never promoted.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, randomSearch, spaces, tell } from 'puregrad/search'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 3, key: key(0) })
 * const [task] = ask(search, emptyHistory)
 * const history = tell(search, emptyHistory, { id: task?.id ?? 0, budget: 1, result: { kind: 'measured', objectives: [0.5] } })
 * ask(search, history).map(({ id }) => id) // => [1, 2]
 * ```
 * @category Searches
 */
export const ask = <C>(search: Search<C>, history: History): readonly Task<C>[] =>
  pending(search, history).map((trial) => taskOf(search, trial))

/** One zero instead of two, as files know one only; an objective that is not finite is a divergence. */
export const settled = (report: Report): Report => {
  const { result } = report
  if (result.kind !== 'measured') return report
  const odd = result.objectives.findIndex((value) => !Number.isFinite(value))
  return odd < 0
    ? { ...report, result: { ...result, objectives: result.objectives.map((value) => value + 0) } }
    : {
        ...report,
        result: { kind: 'diverged', message: `objective ${odd} is ${String(result.objectives[odd])}` },
      }
}

const same = (a: Report, b: Report): boolean => JSON.stringify(a.result) === JSON.stringify(b.result)

/**
 * The history with another report. Reports of one moment may come in any order, and telling one again changes nothing. An
 * objective that is not finite makes the trial a diverged one.
 *
 * @throws ArgumentError for a report that was not asked for, that contradicts an earlier one, or with another number of
 * objectives than the search has directions.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { emptyHistory, randomSearch, spaces, tell } from 'puregrad/search'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 3, key: key(0) })
 * const report = { id: 0, budget: 1, result: { kind: 'measured', objectives: [NaN] } } as const
 * tell(search, emptyHistory, report)[0]?.result.kind // => 'diverged'
 * ```
 * @category Searches
 */
export const tell = <C>(search: Search<C>, history: History, report: Report): History => {
  const { id, budget, result } = settled(report)
  const named = `tell: trial ${id} at budget ${budget}`
  if (result.kind === 'measured' && result.objectives.length !== search.directions.length)
    throw new ArgumentError(
      `${named} has ${result.objectives.length} objectives, the search ${search.directions.length}`,
    )
  const known = history.find((other) => other.id === id && other.budget === budget)
  if (known !== undefined) {
    if (!same(known, { id, budget, result })) throw new ArgumentError(`${named} was told otherwise before`)
    return history
  }
  const asked = bracketPlaces(search, history).some(
    (place) => place.budget === budget && place.missing.includes(id),
  )
  if (!asked) throw new ArgumentError(`${named} was not asked for`)
  return [...history, { id, budget, result }].sort((a, b) => a.budget - b.budget || a.id - b.id)
}
