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
  {
    trials,
    eta = 3,
    minBudget = 1,
    key,
    directions = ['min'],
  }: SearchOptions & { readonly trials: number; readonly eta?: number; readonly minBudget?: number },
): Search<C> => {
  checkCount('successiveHalving', 'the number of trials', trials)
  checkCount('successiveHalving', 'eta', eta, 2)
  checkBudget('successiveHalving', minBudget)
  return {
    spec: { kind: 'halving', space: space.spec, trials, eta, minBudget, key: keyWords(key), directions },
    space,
    directions,
    brackets: [{ first: 0, rungs: halvingRungs(trials, eta, minBudget) }],
    configOf: drawn(space, key),
    key,
  }
}
