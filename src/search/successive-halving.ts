import { bracketSchedule, type Rung } from './bracket-schedule.ts'
import type { Search } from './search.ts'
import { checkSearch, drawn, keyWords, type SearchOptions } from './search-options.ts'
import type { Space } from './space.ts'

/**
 * minBudget · etaˢ, to 15 digits: from 0.1 by 3 comes 0.3 and not 0.30000000000000004, and no error grows from rung to
 * rung.
 */
export const grownBudget = (minBudget: number, eta: number, times: number): number =>
  Number((minBudget * eta ** times).toPrecision(15))

/** Rungs from so many trials; from one to the next an eta-th remains, with the next budget. */
export const halvingRungs = (
  trials: number,
  eta: number,
  budgetOf: (rung: number) => number,
  most = Infinity,
): readonly Rung[] => {
  const from = (rung: number): readonly Rung[] => {
    const size = Math.floor(trials / eta ** rung)
    return size < 1 || rung >= most ? [] : [{ size, budget: budgetOf(rung) }, ...from(rung + 1)]
  }
  return from(0)
}

/**
 * Which trials a halving begins with, configurations drawn at random or every point of a grid, and how.
 *
 * @category Strategies
 */
export type HalvingOptions = SearchOptions & {
  /** One trial in so many is kept; 3 unless told otherwise. */
  readonly eta?: number
  /** The budget of the first rung; 1 unless told otherwise. */
  readonly minBudget?: number
} & ({ readonly trials: number } | { readonly perAxis: number })

const known = { key: true, directions: true, eta: true, minBudget: true } as const

const checkHalving = (options: HalvingOptions): void => {
  const given: unknown = options
  if (typeof given === 'object' && given !== null && 'perAxis' in options)
    checkSearch('successiveHalving', options, { ...known, perAxis: true }, ['perAxis'])
  else
    checkSearch(
      'successiveHalving',
      options as SearchOptions & { readonly trials: number },
      { ...known, trials: true },
      ['trials'],
    )
}

/**
 * Many trials at a small budget, the best third of them (for eta = 3) at three times that, and so on to one. Only the
 * promoted are trained further, from where they were: n = 27 and eta = 3 take 81 epochs, where all to the end take 729.
 * With several objectives trials are ranked by dominance, then by what they contribute to the hypervolume.
 *
 * Sources: K. Jamieson, A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", 2016; the
 * rank for several objectives is that of SMS-EMOA.
 *
 * @throws ArgumentError for another option, a direction that is none, a number of trials, an eta or a budget that is too
 * small, or both `trials` and `perAxis`.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { spaces, successiveHalving } from 'puregrad/search'
 * const search = successiveHalving(spaces.logUniform(1e-4, 1), { trials: 27, eta: 3, minBudget: 1, key: key(0) })
 * search.brackets[0]?.rungs.map(({ size, budget }) => `${size}×${budget}`) // => ['27×1', '9×3', '3×9', '1×27']
 * ```
 * @category Strategies
 */
export const successiveHalving = <C>(space: Space<C>, options: HalvingOptions): Search<C> => {
  checkHalving(options)
  const { eta = 3, minBudget = 1, key, directions = ['min'], ...candidates } = options
  const grid = 'perAxis' in candidates ? space.grid(candidates.perAxis) : undefined
  const trials = 'trials' in candidates ? candidates.trials : (grid ?? []).length
  const spec = { kind: 'halving', space: space.spec, ...candidates, eta, minBudget, directions }
  const brackets = [
    { first: 0, rungs: halvingRungs(trials, eta, (rung) => grownBudget(minBudget, eta, rung)) },
  ]
  return {
    spec: { ...spec, key: keyWords(key) },
    space,
    directions,
    brackets,
    schedule: bracketSchedule(brackets, directions),
    configOf: grid === undefined ? drawn(space, key) : (id) => grid[id] as C,
    key,
  }
}
