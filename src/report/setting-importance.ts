import type { History } from '../search/history.ts'
import type { Search } from '../search/search.ts'
import type { MeasuredValue } from './picture-axis.ts'
import { comparableTrials, searchSettings } from './search-settings.ts'

/** The ranks of numbers from 1, equal ones sharing the mean of theirs. */
const ranksOf = (numbers: readonly number[]): readonly number[] =>
  numbers.map((each) => {
    const [below, equal] = [numbers.filter((x) => x < each).length, numbers.filter((x) => x === each).length]
    return below + (equal + 1) / 2
  })

const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((total, each) => total + each, 0) / numbers.length

/** The group of each value: a choice its own, numbers in groups of about equal size, equal numbers in one. */
const groupsOf = (values: readonly number[], isChoice: boolean): readonly number[] => {
  if (isChoice) return values
  const most = Math.max(2, Math.min(8, Math.round(Math.sqrt(values.length))))
  const ranks = ranksOf(values)
  return ranks.map((rank) => Math.min(most - 1, Math.floor(((rank - 0.5) / values.length) * most)))
}

/**
 * ε² of a grouping: the share of the variance between groups, less what chance alone would give; between 0 and 1, and 0
 * where there are as many groups as values. Source: T. L. Kelley, "An unbiased correlation ratio measure", 1935.
 */
const epsilonSquared = (groups: readonly number[], outcomes: readonly number[]): number => {
  const all = meanOf(outcomes)
  const names = [...new Set(groups)]
  const [n, k] = [outcomes.length, names.length]
  const total = outcomes.reduce((sum, each) => sum + (each - all) ** 2, 0)
  if (total === 0 || k < 2 || n <= k) return 0
  const between = names.reduce((sum, name) => {
    const inside = outcomes.filter((_, i) => groups[i] === name)
    return sum + inside.length * (meanOf(inside) - all) ** 2
  }, 0)
  return Math.max(0, 1 - ((1 - between / total) * (n - 1)) / (n - k))
}

/** The jackknife's 95 % interval of a measure in [0, 1]. Source: B. Efron, C. Stein, Annals of Statistics 9, 1981. */
const jackknife = (n: number, without: (left: number | undefined) => number): MeasuredValue => {
  const value = without(undefined)
  const parts = Array.from({ length: n }, (_, i) => without(i))
  const mean = meanOf(parts)
  const error = Math.sqrt(((n - 1) / n) * parts.reduce((sum, each) => sum + (each - mean) ** 2, 0))
  return { value, interval: [Math.max(0, value - 1.96 * error), Math.min(1, value + 1.96 * error)] }
}

/**
 * How much a setting matters by itself.
 *
 * @category Makers of pictures
 */
export interface SettingImportance extends MeasuredValue {
  readonly name: string
}

/** The fewest trials that importance is told of. */
const fewest = 8

/**
 * How much of the variance of an objective's ranks each setting of a search explains by itself: the main effects of
 * functional ANOVA (F. Hutter, H. Hoos, K. Leyton-Brown, "An efficient approach for assessing hyperparameter
 * importance", ICML 2014), with the marginals as means over groups of about equal size instead of those of a forest,
 * and freed of what chance alone would give (Kelley's ε²). Ranks, so that one diverged trial is not all the variance.
 * The greatest first; [] for fewer than 8 trials at one budget. What only two settings together explain is in none.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, randomSearch, spaces, tell } from 'puregrad/search'
 * import { settingImportance } from 'puregrad/report'
 * const space = spaces.struct({ rate: spaces.uniform(0, 1), idle: spaces.uniform(0, 1) })
 * const search = randomSearch(space, { trials: 60, key: key(0) })
 * const history = ask(search, emptyHistory).reduce(
 *   (sofar, { id, budget, config }) => tell(search, sofar, { id, budget, result: { kind: 'measured', objectives: [config.rate] } }),
 *   emptyHistory,
 * )
 * const [first, second] = settingImportance(search, history)
 * first?.name // => 'rate'
 * const apart = (first?.value ?? 0) > 0.9 && (second?.value ?? 1) < 0.3
 * apart // => true
 * ```
 * @category Makers of pictures
 */
export const settingImportance = <C>(search: Search<C>, history: History): readonly SettingImportance[] => {
  const { trials } = comparableTrials(search, history)
  if (trials.length < fewest) return []
  const ranks = ranksOf(trials.map(({ objectives }) => objectives[0] ?? NaN))
  return searchSettings(search.space.spec)
    .map(({ name, spec }, axis) => {
      const groups = groupsOf(
        trials.map(({ values }) => values[axis]!),
        spec.kind === 'oneOf',
      )
      const kept = (left: number | undefined) => (_: number, i: number) => i !== left
      return {
        name,
        ...jackknife(trials.length, (left) =>
          epsilonSquared(groups.filter(kept(left)), ranks.filter(kept(left))),
        ),
      }
    })
    .toSorted((a, b) => b.value - a.value)
}
