import { ArgumentError } from '../../tensor/errors.ts'
import type { Bracket, Search } from './search.ts'
import { checkBudget, checkCount, drawn, keyWords, type SearchOptions } from './search-options.ts'
import type { Space } from './space.ts'
import { halvingRungs } from './successive-halving.ts'

/**
 * Several halvings side by side, from many trials that start small to few that run to the end at once: for when it is not
 * known how early trials can be told apart. The greatest budget is the greatest minBudget · etaˢ within `maxBudget`.
 *
 * Source: L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar, "Hyperband: a novel bandit-based approach to
 * hyperparameter optimization", 2018, algorithm 1.
 *
 * @throws ArgumentError for an eta below 2 or a greatest budget below the smallest.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { hyperband, logUniform } from 'puregrad/study'
 * const search = hyperband(logUniform(1e-4, 1), { eta: 3, minBudget: 1, maxBudget: 81, key: key(0) })
 * search.brackets.map(({ rungs: [rung] }) => `${rung?.size}×${rung?.budget}`) // => ['81×1', '34×3', '15×9', '8×27', '5×81']
 * ```
 */
export const hyperband = <C>(
  space: Space<C>,
  {
    eta = 3,
    minBudget = 1,
    maxBudget,
    key,
    directions = ['min'],
  }: SearchOptions & { readonly eta?: number; readonly minBudget?: number; readonly maxBudget: number },
): Search<C> => {
  checkCount('hyperband', 'eta', eta, 2)
  checkBudget('hyperband', minBudget)
  checkBudget('hyperband', maxBudget)
  if (maxBudget < minBudget)
    throw new ArgumentError(
      `hyperband: expected a greatest budget of at least the smallest, ${minBudget}, got ${maxBudget}`,
    )
  const grown = (budget: number): readonly number[] =>
    budget > maxBudget ? [] : [budget, ...grown(budget * eta)]
  const budgets = grown(minBudget)
  const brackets = budgets.reduce<readonly Bracket[]>((sofar, budget, i) => {
    const steps = budgets.length - 1 - i
    const trials = Math.ceil((budgets.length * eta ** steps) / (steps + 1))
    const before = sofar.at(-1)
    return [
      ...sofar,
      {
        first: before === undefined ? 0 : before.first + (before.rungs[0]?.size ?? 0),
        rungs: halvingRungs(trials, eta, budget, steps + 1),
      },
    ]
  }, [])
  return {
    spec: { kind: 'hyperband', space: space.spec, eta, minBudget, maxBudget, key: keyWords(key), directions },
    space,
    directions,
    brackets,
    configOf: drawn(space, key),
    key,
  }
}
