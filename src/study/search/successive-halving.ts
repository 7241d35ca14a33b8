import type { Rung, Search } from './search.ts'
import { checkBudget, checkCount, drawn, keyWords, type SearchOptions } from './search-options.ts'
import type { Space } from './space.ts'

/** Rungs from so many trials at so small a budget; from one to the next an eta-th remains, with eta times the budget. */
export const halvingRungs = (
  trials: number,
  eta: number,
  minBudget: number,
  most = Infinity,
): readonly Rung[] => {
  const next = (size: number, budget: number, left: number): readonly Rung[] =>
    size < 1 || left < 1 ? [] : [{ size, budget }, ...next(Math.floor(size / eta), budget * eta, left - 1)]
  return next(trials, minBudget, most)
}

/** Which trials a halving begins with, configurations drawn at random or every point of a grid, and how. */
export type HalvingOptions = SearchOptions & {
  /** One trial in so many is kept; 3 unless told otherwise. */
  readonly eta?: number
  /** The budget of the first rung; 1 unless told otherwise. */
  readonly minBudget?: number
} & ({ readonly trials: number } | { readonly perAxis: number })

/**
 * Many trials at a small budget, the best third of them (for eta = 3) at three times that, and so on to one. Only the
 * promoted are trained further, from where they were: n = 27 and eta = 3 take 81 epochs, where all to the end take 729.
 * With several objectives trials are ranked by dominance, then by what they contribute to the hypervolume.
 *
 * Sources: K. Jamieson, A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", 2016; the
 * rank for several objectives is that of SMS-EMOA.
 *
 * @throws ArgumentError for a number of trials, an eta or a budget that is too small.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { logUniform, successiveHalving } from 'puregrad/study'
 * const search = successiveHalving(logUniform(1e-4, 1), { trials: 27, eta: 3, minBudget: 1, key: key(0) })
 * search.brackets[0]?.rungs.map(({ size, budget }) => `${size}×${budget}`) // => ['27×1', '9×3', '3×9', '1×27']
 * ```
 */
export const successiveHalving = <C>(
  space: Space<C>,
  { eta = 3, minBudget = 1, key, directions = ['min'], ...candidates }: HalvingOptions,
): Search<C> => {
  const grid = 'perAxis' in candidates ? space.grid(candidates.perAxis) : undefined
  const trials = 'trials' in candidates ? candidates.trials : (grid ?? []).length
  checkCount('successiveHalving', 'the number of trials', trials)
  checkCount('successiveHalving', 'eta', eta, 2)
  checkBudget('successiveHalving', minBudget)
  const spec = { kind: 'halving', space: space.spec, ...candidates, eta, minBudget, directions }
  return {
    spec: { ...spec, key: keyWords(key) },
    space,
    directions,
    brackets: [{ first: 0, rungs: halvingRungs(trials, eta, minBudget) }],
    configOf: grid === undefined ? drawn(space, key) : (id) => grid[id] as C,
    key,
  }
}
