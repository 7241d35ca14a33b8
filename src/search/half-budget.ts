import { toTypedArray } from '../core/autodiff/read.ts'
import { key, uniform } from '../core/numeric/index.ts'
import { greatestOf } from '../core/tensor/extremes.ts'
import { hypervolume } from '../criteria/hypervolume.ts'
import { firstBest } from '../optim/improvement.ts'
import type { History } from './history.ts'
import { beyondWorst } from './promote.ts'
import type { Search } from './search.ts'

/**
 * What a search would have come to with half of its budget.
 *
 * @category Searches
 */
export interface HalfBudget {
  /** What is compared: the best value of the objective, or of several the hypervolume of the front. */
  readonly measure: 'objective' | 'hypervolume'
  /** With all trials. */
  readonly whole: number
  /** With the first ones that take half of the budget; nothing where none of them was measured to the end. */
  readonly half: number | undefined
  /** How much worse that is: in the unit of the objective, or as a share of the hypervolume. */
  readonly lost: number | undefined
  /** The same over random orders of the trials. */
  readonly orders: {
    readonly count: number
    readonly median: number
    /** Within which 95 % of the orders lie. */
    readonly interval: readonly [low: number, high: number]
    /** The share of the orders that lose nothing. */
    readonly nothing: number
  }
}

interface Trial {
  readonly spent: number
  /** At the greatest budget of all. */
  readonly objectives: readonly number[] | undefined
}

const trialsOf = (history: History): readonly Trial[] => {
  const greatest = greatestOf(
    history.flatMap(({ budget, result }) => (result.kind === 'measured' ? [budget] : [])),
  )
  const byBudget = history.toSorted((a, b) => a.budget - b.budget)
  // Of equal keys a map keeps the last, which is the greatest budget.
  const spent = new Map(byBudget.map(({ id, budget }) => [id, budget]))
  const measured = new Map(
    history.flatMap(({ id, budget, result }): readonly (readonly [number, readonly number[]])[] =>
      result.kind === 'measured' && budget === greatest ? [[id, result.objectives]] : [],
    ),
  )
  return [...spent]
    .sort(([a], [b]) => a - b)
    .map(([id, budget]) => ({ spent: budget, objectives: measured.get(id) }))
}

/** The trials of an order until half of what all take is used up. */
const firstHalf = (trials: readonly Trial[]): readonly Trial[] => {
  const whole = trials.reduce((sum, { spent }) => sum + spent, 0)
  const { count } = trials.reduce(
    ({ count, sum }, { spent }) => ({
      count: sum + spent <= whole / 2 ? count + 1 : count,
      sum: sum + spent,
    }),
    { count: 0, sum: 0 },
  )
  return trials.slice(0, count)
}

/**
 * What half of the budget would have lost: the best after the trials that take half of what all take, in the order of
 * their ids, beside the best of all; and the same over random orders of the trials, which says how much of it was luck.
 * Random orders are what a search would do that does not learn: one that does would have come to other trials. Of several
 * objectives the hypervolume of the fronts is compared, within a point a tenth of each range beyond the worst.
 *
 * Nothing for fewer than two trials that were measured to the end. The same history gives the same numbers.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, halfBudget, randomSearch, spaces, tell } from 'puregrad/search'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 10, key: key(0) })
 * const history = ask(search, emptyHistory).reduce(
 *   (sofar, { id, budget }) => tell(search, sofar, { id, budget, result: { kind: 'measured', objectives: [10 - id] } }),
 *   emptyHistory,
 * )
 * const found = halfBudget(search, history)
 * found?.whole // => 1
 * found?.half // => 6
 * found?.lost // => 5
 * ```
 * @category Searches
 */
export const halfBudget = <C>(search: Search<C>, history: History): HalfBudget | undefined => {
  const { directions } = search
  const trials = trialsOf(history)
  const ended = trials.flatMap(({ objectives }) => (objectives === undefined ? [] : [objectives]))
  if (ended.length < 2) return undefined
  const [direction = 'min'] = directions
  const single = directions.length < 2
  const reference = beyondWorst(
    directions,
    ended.map((objectives, id) => ({ id, objectives })),
  )
  const worthOf = (some: readonly Trial[]): number | undefined => {
    const points = some.flatMap(({ objectives }) => (objectives === undefined ? [] : [objectives]))
    if (points.length === 0) return undefined
    return single
      ? points[
          firstBest(
            direction,
            points.map(([value = NaN]) => value),
          )
        ]?.[0]
      : hypervolume(directions, reference, points)
  }
  const whole = worthOf(trials) ?? NaN
  const loss = (worth: number | undefined): number | undefined =>
    worth === undefined
      ? undefined
      : single
        ? Math.abs(worth - whole)
        : whole > 0
          ? Math.max(0, 1 - worth / whole)
          : 0
  const half = worthOf(firstHalf(trials))
  const count = directions.length < 3 ? 400 : 60
  const shares = toTypedArray(uniform(key(0), [count * trials.length], { dtype: 'float64' }))
  const losses = Array.from({ length: count }, (_, draw) => {
    const share = (i: number): number => Number(shares[draw * trials.length + i])
    const order = trials.map((_trial, i) => i).sort((a, b) => share(a) - share(b))
    return loss(worthOf(firstHalf(order.map((i) => trials[i]!)))) ?? Infinity
  }).sort((a, b) => a - b)
  return {
    measure: single ? 'objective' : 'hypervolume',
    whole,
    half,
    lost: loss(half),
    orders: {
      count,
      median: losses[Math.floor(count / 2)]!,
      interval: [losses[Math.floor(count * 0.025)]!, losses[Math.ceil(count * 0.975) - 1]!],
      nothing: losses.filter((each) => each === 0).length / count,
    },
  }
}
