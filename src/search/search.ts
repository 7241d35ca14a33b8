import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, randomBits, type Key } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Direction } from '../criteria/dominance.ts'
import type { History, Report } from './history.ts'
import type { Bracket } from './bracket-schedule.ts'
import type { Pending, Schedule } from './schedule.ts'
import type { Space } from './space.ts'

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
  /** Which trials there are, and to how many budgets at most. */
  readonly brackets: readonly Bracket[]
  /**
   * The configuration of a trial: from the key at its id, and where the search learns from results, from the reports of
   * the history that its strategy says.
   */
  readonly configOf: (id: number, history?: History) => C
  readonly schedule: Schedule
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
  /** Of an asynchronous search: at how many reports it was asked for, which its report says again. */
  readonly after?: number
}

/** The seeds of the trials of a key that were asked for. */
const seeds = new WeakMap<Key, Map<number, number>>()

/** The seed of a trial: 53 random bits of the key at its id. */
const seedOf = (key: Key, id: number): number => {
  const own = seeds.get(key) ?? new Map<number, number>()
  const known = own.get(id)
  if (known !== undefined) return known
  const [high = 0, low = 0] = toTypedArray(randomBits(foldIn(foldIn(key, id), 'evaluation'), [2]))
  const seed = Math.floor(high / 2 ** 11) * 2 ** 32 + low
  // eslint-disable-next-line functional/immutable-data -- a key gives the same again
  own.set(id, seed)
  seeds.set(key, own)
  return seed
}

/** A trial up to a budget, with all that its evaluation may depend on. */
export const taskOf = <C>(search: Search<C>, history: History, trial: Pending): Task<C> => ({
  id: trial.id,
  config: search.configOf(trial.id, history),
  budget: trial.budget,
  seed: seedOf(search.key, trial.id),
  ...(trial.after === undefined ? {} : { after: trial.after }),
})

/**
 * All trials that can be run now and have not been: none once the search is finished. A trial depends on the search, on
 * its id and, where the strategy learns from results, on the reports of trials that all have ended before it is asked
 * for; so what is asked for does not depend on who was faster. An asynchronous search learns from whatever is known when
 * it is asked, and a report says again `after` how many that was. A trial that failed is never run further.
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
  search.schedule.pending(history).map((trial) => taskOf(search, history, trial))

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
  const { id, budget, result, after } = settled(report)
  const named = `tell: trial ${id} at budget ${budget}`
  if (result.kind === 'measured' && result.objectives.length !== search.directions.length)
    throw new ArgumentError(
      `${named} has ${result.objectives.length} objectives, the search ${search.directions.length}`,
    )
  const told = { id, budget, result, ...(after === undefined ? {} : { after }) }
  const known = history.find((other) => other.id === id && other.budget === budget)
  if (known !== undefined) {
    if (!same(known, told)) throw new ArgumentError(`${named} was told otherwise before`)
    return history
  }
  if (!search.schedule.asked(history, told)) throw new ArgumentError(`${named} was not asked for`)
  return search.schedule.extended(history, told)
}
