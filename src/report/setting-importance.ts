import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, key, uniform } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { History } from '../search/history.ts'
import type { Search } from '../search/search.ts'
import { axisLine, type SpaceAxis } from '../search/space-axes.ts'
import type { MeasuredValue } from './picture-axis.ts'
import { binEdges, grownTree, treeValue, treeVariances, type BinnedRows } from './regression-tree.ts'
import { comparableTrials, searchSettings } from './search-settings.ts'

/** The ranks of numbers from 1, equal ones sharing the mean of theirs. */
const ranksOf = (numbers: readonly number[]): readonly number[] => {
  const sorted = numbers.toSorted((a, b) => a - b)
  // Of equal keys a map keeps the last.
  const first = new Map(sorted.map((each, i) => [each, i] as const).toReversed())
  const last = new Map(sorted.map((each, i) => [each, i] as const))
  return numbers.map((each) => (first.get(each)! + last.get(each)!) / 2 + 1)
}

const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((total, each) => total + each, 0) / numbers.length

/** A value as a share of the line of its setting; the middle where the setting is not open. */
const shareOf = ({ spec }: SpaceAxis, value: number): number => {
  if (Number.isNaN(value)) return 0.5
  if (spec.kind === 'oneOf') return (value + 0.5) / spec.choices.length
  const line = axisLine(spec)
  return (line.at(value) - line.low) / (line.high - line.low)
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
/** How often the trials are drawn anew, and how many trees are grown of each draw. */
const [draws, trees] = [40, 5]

/** The share of the variance of trials that were not drawn which the trees tell; 0 where they tell nothing. */
const told = (
  { bins, outcomes }: BinnedRows,
  grown: readonly ReturnType<typeof grownTree>[],
  drawn: ReadonlySet<number>,
): number => {
  const left = Array.from(outcomes.keys()).filter((row) => !drawn.has(row))
  const mean = meanOf(left.map((row) => outcomes[row]!))
  const squares = (of: (row: number) => number): number =>
    left.reduce((sum, row) => sum + (outcomes[row]! - of(row)) ** 2, 0)
  const whole = squares(() => mean)
  return whole > 0
    ? Math.max(0, 1 - squares((row) => meanOf(grown.map((tree) => treeValue(tree, bins, row)))) / whole)
    : 0
}

/** The importance of each column, by one draw of the rows. */
const drawnImportance = (
  data: BinnedRows,
  edges: readonly (readonly number[])[],
  draw: number,
): readonly number[] => {
  const count = data.outcomes.length
  const numbers = toTypedArray(uniform(foldIn(key(0), draw), [(trees + 1) * count], { dtype: 'float64' }))
  const place = (i: number): number => Math.floor(Number(numbers[i]) * count)
  const rows = Array.from({ length: count }, (_, i) => place(i))
  const grown = Array.from({ length: trees }, (_, tree) =>
    grownTree(
      data,
      Int32Array.from({ length: count }, (_each, i) => rows[place((tree + 1) * count + i)]!),
    ),
  )
  const variances = grown.map((tree) => treeVariances(tree, edges))
  const share = told(data, grown, new Set(rows))
  return edges.map(
    (_, column) =>
      share * meanOf(variances.map(({ whole, alone }) => (whole > 0 ? alone[column]! / whole : 0))),
  )
}

/**
 * How much of the variance of an objective's ranks each setting of a search explains by itself: the main effects of
 * functional ANOVA over a forest of regression trees, over the whole space and not only where trials lie, times the share
 * that the forest tells of trials it has not seen, so that what is chance has no importance. Ranks, so that one diverged
 * trial is not all the variance. The 95 % interval is that of drawing the trials anew. The greatest first; [] for fewer
 * than 8 trials at one budget. What only settings together explain is in none. The same history gives the same numbers.
 *
 * Source: F. Hutter, H. Hoos, K. Leyton-Brown, "An efficient approach for assessing hyperparameter importance", 2014.
 *
 * @param options `objective`: which one, from 0; the first unless told otherwise.
 * @throws ArgumentError for another option, and an objective that the search does not have.
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
 * const apart = (first?.value ?? 0) > 0.85 && (second?.value ?? 1) < 0.1
 * apart // => true
 * ```
 * @category Makers of pictures
 */
export const settingImportance = <C>(
  search: Search<C>,
  history: History,
  options: { readonly objective?: number } = {},
): readonly SettingImportance[] => {
  checkOptions('settingImportance', options, { objective: true })
  const { objective = 0 } = options
  checkSetting('settingImportance', 'objective', objective, {
    min: 0,
    below: search.directions.length,
    whole: true,
  })
  const { trials } = comparableTrials(search, history)
  if (trials.length < fewest) return []
  const settings = searchSettings(search)
  const columns = settings.map((setting, axis) => trials.map(({ values }) => shareOf(setting, values[axis]!)))
  const edges = columns.map(binEdges)
  const data = {
    bins: columns.map((column, axis) =>
      Uint8Array.from(column, (value) => edges[axis]!.filter((edge) => edge < value).length),
    ),
    outcomes: Float64Array.from(ranksOf(trials.map(({ objectives }) => objectives[objective]!))),
  }
  const drawn = Array.from({ length: draws }, (_, draw) => drawnImportance(data, edges, draw))
  return settings
    .map(({ name }, axis) => {
      const found = drawn.map((each) => each[axis]!).sort((a, b) => a - b)
      const value = meanOf(found)
      return {
        name,
        value,
        interval: [
          Math.min(value, found[Math.floor(draws * 0.025)]!),
          Math.max(value, found[Math.ceil(draws * 0.975) - 1]!),
        ] as const,
      }
    })
    .toSorted((a, b) => b.value - a.value)
}
