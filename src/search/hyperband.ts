import { ArgumentError } from '../core/tensor/errors.ts'
import { bracketSchedule, type Bracket } from './bracket-schedule.ts'
import type { Search } from './search.ts'
import { checkSearch, drawn, keyWords, type SearchOptions } from './search-options.ts'
import type { Space } from './space.ts'
import { grownBudget, halvingRungs } from './successive-halving.ts'

/** From the smallest budget by eta to the greatest; a power of eta that misses it by rounding alone is the greatest. */
const budgetsWithin = (minBudget: number, maxBudget: number, eta: number): readonly number[] => {
  const powers = Math.log(maxBudget / minBudget) / Math.log(eta)
  const steps = Math.floor(powers + 1e-9)
  return Array.from({ length: steps + 1 }, (_, s) =>
    s === steps ? maxBudget : grownBudget(minBudget, eta, s),
  )
}

/** Nobody runs more trials than this. */
const widestRange = 2 ** 20

/**
 * Several halvings side by side, from many trials that start small to few that run to the end at once: for when it is not
 * known how early trials can be told apart. Budgets grow from `minBudget` by eta, and the last is `maxBudget` itself, so
 * there are as many brackets as there are budgets: ⌊log_eta(maxBudget / minBudget)⌋ + 1, also for fractions.
 *
 * Source: L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar, "Hyperband: a novel bandit-based approach to
 * hyperparameter optimization", 2018, algorithm 1.
 *
 * @throws ArgumentError for another option, a direction that is none, an eta below 2, or a greatest budget below the
 * smallest or more than 2²⁰ times it.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { hyperband, spaces } from 'puregrad/search'
 * const search = hyperband(spaces.logUniform(1e-4, 1), { eta: 3, minBudget: 1, maxBudget: 81, key: key(0) })
 * search.brackets.map(({ rungs: [rung] }) => `${rung?.size}×${rung?.budget}`) // => ['81×1', '34×3', '15×9', '8×27', '5×81']
 * ```
 * @category Strategies
 */
export const hyperband = <C>(
  space: Space<C>,
  options: SearchOptions & { readonly eta?: number; readonly minBudget?: number; readonly maxBudget: number },
): Search<C> => {
  checkSearch(
    'hyperband',
    options,
    { eta: true, minBudget: true, maxBudget: true, key: true, directions: true },
    ['maxBudget'],
  )
  const { eta = 3, minBudget = 1, maxBudget, key, directions = ['min'] } = options
  if (maxBudget < minBudget)
    throw new ArgumentError(
      `hyperband: expected a greatest budget of at least the smallest, ${minBudget}, got ${maxBudget}`,
    )
  if (maxBudget / minBudget > widestRange)
    throw new ArgumentError(
      `hyperband: expected a greatest budget of at most ${widestRange} times the smallest, as the first bracket has so many trials, got ${maxBudget} and ${minBudget}`,
    )
  const budgets = budgetsWithin(minBudget, maxBudget, eta)
  const brackets = budgets.reduce<readonly Bracket[]>((sofar, _, i) => {
    const steps = budgets.length - 1 - i
    const trials = Math.ceil((budgets.length * eta ** steps) / (steps + 1))
    const before = sofar.at(-1)
    return [
      ...sofar,
      {
        first: before === undefined ? 0 : before.first + (before.rungs[0]?.size ?? 0),
        rungs: halvingRungs(trials, eta, (rung) => budgets[i + rung] ?? maxBudget, steps + 1),
      },
    ]
  }, [])
  return {
    spec: { kind: 'hyperband', space: space.spec, eta, minBudget, maxBudget, key: keyWords(key), directions },
    space,
    directions,
    brackets,
    schedule: bracketSchedule(brackets, directions),
    configOf: drawn(space, key),
    key,
  }
}
