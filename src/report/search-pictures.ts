import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import { hypervolume } from '../criteria/hypervolume.ts'
import type { History } from '../search/history.ts'
import { beyondWorst } from '../search/promote.ts'
import { searchResult } from '../search/search-result.ts'
import type { Search } from '../search/search.ts'
import type { SettingSpec } from '../search/space.ts'
import type { CurvesPicture } from './curves-picture.ts'
import type { FrontPicture } from './front-picture.ts'
import type { ImportancePicture } from './importance-picture.ts'
import type { ParallelPicture } from './parallel-picture.ts'
import { titled, type PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'
import { comparableTrials, searchSettings } from './search-settings.ts'
import { settingImportance } from './setting-importance.ts'

/**
 * What a picture of a search is called, and its objectives.
 *
 * @category Makers of pictures
 */
export interface SearchPictureOptions {
  readonly title?: PictureText
  /** What the objectives are, in their order; 'objective' unless told otherwise. */
  readonly objectives?: readonly PictureText[]
}

const checked = (where: string, options: SearchPictureOptions): SearchPictureOptions => {
  checkOptions(where, options, { title: true, objectives: true })
  return options
}

/** What an objective of a search is called; by its number where there are several without names. */
export const objectiveName = <C>(
  { directions }: Search<C>,
  { objectives = [] }: SearchPictureOptions,
  index: number,
): PictureText =>
  objectives[index] ??
  (directions.length < 2
    ? words.objective
    : { en: `${words.objective.en} ${index + 1}`, bg: `${words.objective.bg} ${index + 1}` })

/** How the values of a setting of numbers lie on an axis. */
const scaleOf = ({ kind }: SettingSpec): { readonly scale?: 'log'; readonly whole?: true } => ({
  ...(kind === 'logUniform' || kind === 'logInteger' ? { scale: 'log' } : {}),
  ...(kind === 'integer' || kind === 'logInteger' ? { whole: true } : {}),
})

/**
 * A search as parallel coordinates: an axis for each setting, a line for each trial at the budget to which most were
 * measured, and its first objective.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, randomSearch, spaces, tell } from 'puregrad/search'
 * import { parallelPicture } from 'puregrad/report'
 * const search = randomSearch(spaces.struct({ rate: spaces.logUniform(1e-4, 1) }), { trials: 3, key: key(0) })
 * const history = ask(search, emptyHistory).reduce(
 *   (sofar, { id, budget }) => tell(search, sofar, { id, budget, result: { kind: 'measured', objectives: [id] } }),
 *   emptyHistory,
 * )
 * const { axes, trials } = parallelPicture(search, history)
 * axes.map(({ title, scale }) => [title, scale]) // => [['rate', 'log']]
 * trials.map(({ objective }) => objective) // => [0, 1, 2]
 * ```
 * @category Makers of pictures
 */
export const parallelPicture = <C>(
  search: Search<C>,
  history: History,
  options: SearchPictureOptions = {},
): ParallelPicture => {
  const { title = words.parallel } = checked('parallelPicture', options)
  return {
    kind: 'parallel',
    title,
    axes: searchSettings(search).map(({ name, spec }) =>
      spec.kind === 'oneOf'
        ? { title: name, choices: spec.choices.map(String) }
        : { title: name, ...scaleOf(spec) },
    ),
    objective: { title: objectiveName(search, options, 0), direction: search.directions[0] ?? 'min' },
    trials: comparableTrials(search, history).trials.map(({ values, objectives }) => ({
      values,
      objective: objectives[0] ?? NaN,
    })),
  }
}

/**
 * The importance of the settings of a search for an objective, the first unless told otherwise, see
 * {@link settingImportance}.
 *
 * @throws ArgumentError for another option, and an objective that the search does not have.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { emptyHistory, randomSearch, spaces } from 'puregrad/search'
 * import { importancePicture } from 'puregrad/report'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 3, key: key(0) })
 * importancePicture(search, emptyHistory).settings // => []
 * ```
 * @category Makers of pictures
 */
export const importancePicture = <C>(
  search: Search<C>,
  history: History,
  options: SearchPictureOptions & { readonly objective?: number } = {},
): ImportancePicture => {
  checkOptions('importancePicture', options, { title: true, objectives: true, objective: true })
  const { title = words.importance, objective = 0 } = options
  return {
    kind: 'importance',
    title,
    measure: { title: words.importanceMeasure },
    settings: settingImportance(search, history, { objective }),
  }
}

/**
 * What each trial of a search came to in the order of the trials, and the best so far: of one objective, at the budget
 * to which most trials were measured.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, randomSearch, spaces, tell } from 'puregrad/search'
 * import { searchHistory } from 'puregrad/report'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 3, key: key(0) })
 * const history = ask(search, emptyHistory).reduce(
 *   (sofar, { id, budget }) => tell(search, sofar, { id, budget, result: { kind: 'measured', objectives: [[5, 3, 4][id] ?? 0] } }),
 *   emptyHistory,
 * )
 * searchHistory(search, history).series.map(({ points }) => points.map(([, y]) => y)) // => [[5, 3, 4], [5, 3, 3]]
 * ```
 * @category Makers of pictures
 */
export const searchHistory = <C>(
  search: Search<C>,
  history: History,
  options: SearchPictureOptions = {},
): CurvesPicture => {
  const { title = words.searchHistory } = checked('searchHistory', options)
  const better = search.directions[0] === 'max' ? Math.max : Math.min
  const points = comparableTrials(search, history)
    .trials.toSorted((a, b) => a.id - b.id)
    .map(({ id, objectives }) => [id + 1, objectives[0] ?? NaN] as const)
  return {
    kind: 'curves',
    title,
    x: { title: words.trial, whole: true },
    y: { title: objectiveName(search, options, 0) },
    series: [
      { name: words.trialSeries, points, mark: 'point' },
      {
        name: words.bestSoFar,
        points: points.map(
          ([x], i) =>
            [x, points.slice(0, i + 1).reduce((best, [, y]) => better(best, y), points[0]![1])] as const,
        ),
      },
    ],
  }
}

/**
 * The trials of a search with two objectives or more, by the first two, and their front.
 *
 * @throws ArgumentError for a search with one objective, and another option.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { emptyHistory, randomSearch, spaces } from 'puregrad/search'
 * import { searchFront } from 'puregrad/report'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 3, key: key(0), directions: ['min', 'max'] })
 * searchFront(search, emptyHistory, { objectives: ['loss', 'zeros'] }).y.direction // => 'max'
 * ```
 * @category Makers of pictures
 */
export const searchFront = <C>(
  search: Search<C>,
  history: History,
  options: SearchPictureOptions = {},
): FrontPicture => {
  const { title = words.front } = checked('searchFront', options)
  const [first, second] = search.directions
  if (first === undefined || second === undefined)
    throw new ArgumentError('searchFront: expected a search with two objectives, got one with one')
  return {
    kind: 'front',
    title,
    x: { title: objectiveName(search, options, 0), direction: first },
    y: { title: objectiveName(search, options, 1), direction: second },
    methods: [
      {
        name: words.trialSeries,
        points: comparableTrials(search, history).trials.map(
          ({ objectives: [x = NaN, y = NaN] }) => [x, y] as const,
        ),
      },
    ],
  }
}

/**
 * What trials came to at one budget after another: of a search that measures them at several, by an objective, the first
 * unless told otherwise, with the trial that was best in the end by itself.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, spaces, successiveHalving, tell } from 'puregrad/search'
 * import { trialCurves } from 'puregrad/report'
 * const search = successiveHalving(spaces.uniform(0, 1), { trials: 3, key: key(0) })
 * const told = (id: number, budget: number) => ({ id, budget, result: { kind: 'measured', objectives: [id / budget] } }) as const
 * const first = ask(search, emptyHistory).reduce((sofar, { id, budget }) => tell(search, sofar, told(id, budget)), emptyHistory)
 * trialCurves(search, tell(search, first, told(0, 3))).series[1]?.points // => [[1, 0], [3, 0]]
 * ```
 * @category Makers of pictures
 */
export const trialCurves = <C>(
  search: Search<C>,
  history: History,
  options: SearchPictureOptions & { readonly objective?: number } = {},
): CurvesPicture => {
  checkOptions('trialCurves', options, { title: true, objectives: true, objective: true })
  const { title = words.trialCurves, objective = 0 } = options
  const pointsOf = (id: number): readonly (readonly [number, number])[] =>
    history
      .filter((report) => report.id === id)
      .toSorted((a, b) => a.budget - b.budget)
      .flatMap(({ budget, result }) =>
        result.kind === 'measured' ? [[budget, result.objectives[objective] ?? NaN] as const] : [],
      )
  const ids = [...new Set(history.map(({ id }) => id))].sort((a, b) => a - b)
  const [best] = searchResult(search, history).ranked
  const budgets = history.map(({ budget }) => budget)
  return {
    kind: 'curves',
    title,
    x: {
      title: words.budget,
      ...(budgets.length > 0 && greatestOf(budgets) > 12 * leastOf(budgets) ? { scale: 'log' } : {}),
    },
    y: { title: objectiveName(search, options, objective) },
    series: [
      // One row of points with a gap after each trial.
      { name: words.trialSeries, points: ids.flatMap((id) => [...pointsOf(id), [NaN, NaN] as const]) },
      ...(best === undefined
        ? []
        : [{ name: words.bestTrial, mark: 'both' as const, points: pointsOf(best.id) }]),
    ],
  }
}

/** The most settings that have a picture of their own. */
const mostSlices = 8

/**
 * An objective against each setting by itself, the settings that matter most first, at most eight: a choice by its place
 * in the list that the axis names.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { emptyHistory, randomSearch, spaces } from 'puregrad/search'
 * import { settingSlices } from 'puregrad/report'
 * const space = spaces.struct({ rate: spaces.logUniform(1e-4, 1), by: spaces.oneOf('sgd', 'adam') })
 * settingSlices(randomSearch(space, { trials: 3, key: key(0) }), emptyHistory).map(({ x }) => x.title) // => ['rate', 'by: 1 sgd, 2 adam']
 * ```
 * @category Makers of pictures
 */
export const settingSlices = <C>(
  search: Search<C>,
  history: History,
  options: SearchPictureOptions & { readonly objective?: number } = {},
): readonly CurvesPicture[] => {
  checkOptions('settingSlices', options, { title: true, objectives: true, objective: true })
  return slicesInOrder(
    search,
    history,
    options,
    settingImportance(search, history, { objective: options.objective ?? 0 }),
  )
}

/** The same with the importance of the settings that was found before. */
export const slicesInOrder = <C>(
  search: Search<C>,
  history: History,
  options: SearchPictureOptions & { readonly objective?: number },
  importance: readonly { readonly name: PictureText }[],
): readonly CurvesPicture[] => {
  const { title = words.slice, objective = 0 } = options
  const { trials } = comparableTrials(search, history)
  const order = new Map(importance.map(({ name }, place) => [name, place]))
  return searchSettings(search)
    .map(({ name, spec }, axis): CurvesPicture & { readonly name: string } => ({
      name,
      kind: 'curves',
      title: titled(title, name),
      x:
        spec.kind === 'oneOf'
          ? {
              title: `${name}: ${spec.choices.map((choice, i) => `${i + 1} ${String(choice)}`).join(', ')}`,
              whole: true,
            }
          : { title: name, ...scaleOf(spec) },
      y: { title: objectiveName(search, options, objective) },
      series: [
        {
          name: words.trialSeries,
          mark: 'point',
          points: trials
            .map(({ values, objectives }): readonly [number, number] => [
              values[axis]! + (spec.kind === 'oneOf' ? 1 : 0),
              objectives[objective] ?? NaN,
            ])
            .filter(([x]) => Number.isFinite(x)),
        },
      ],
    }))
    .toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0))
    .slice(0, mostSlices)
    .map(({ name: _, ...picture }) => picture)
}

/**
 * The hypervolume of the front so far, of a search with several objectives: within a point a tenth of each range beyond
 * the worst, as a share of what it came to in the end.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { emptyHistory, randomSearch, spaces } from 'puregrad/search'
 * import { hypervolumeHistory } from 'puregrad/report'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 3, key: key(0), directions: ['min', 'max'] })
 * hypervolumeHistory(search, emptyHistory).series.map(({ points }) => points.length) // => [0]
 * ```
 * @category Makers of pictures
 */
export const hypervolumeHistory = <C>(
  search: Search<C>,
  history: History,
  options: SearchPictureOptions = {},
): CurvesPicture => {
  const { title = words.hypervolumeHistory } = checked('hypervolumeHistory', options)
  const trials = comparableTrials(search, history).trials.toSorted((a, b) => a.id - b.id)
  const reference = beyondWorst(search.directions, trials)
  const volume = (count: number): number =>
    hypervolume(
      search.directions,
      reference,
      trials.slice(0, count).map(({ objectives }) => objectives),
    )
  const whole = trials.length === 0 ? 1 : volume(trials.length)
  // At most a hundred places: each costs the sorting of all before it.
  const every = Math.max(1, Math.ceil(trials.length / 100))
  return {
    kind: 'curves',
    title,
    x: { title: words.trial, whole: true },
    y: { title: words.hypervolumeShare },
    series: [
      {
        name: words.hypervolume,
        points: trials.flatMap(({ id }, i) =>
          i % every === 0 || i === trials.length - 1 ? [[id + 1, volume(i + 1) / whole] as const] : [],
        ),
      },
    ],
  }
}
