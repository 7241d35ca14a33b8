import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { History } from '../search/history.ts'
import type { Search } from '../search/search.ts'
import type { CurvesPicture } from './curves-picture.ts'
import type { FrontPicture } from './front-picture.ts'
import type { ImportancePicture } from './importance-picture.ts'
import type { ParallelPicture } from './parallel-picture.ts'
import type { PictureText } from './picture-text.ts'
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
    axes: searchSettings(search.space.spec).map(({ name, spec }) =>
      spec.kind === 'oneOf'
        ? { title: name, choices: spec.choices.map(String) }
        : {
            title: name,
            ...(spec.kind === 'logUniform' ? { scale: 'log' as const } : {}),
            ...(spec.kind === 'integer' ? { whole: true as const } : {}),
          },
    ),
    objective: { title: objectiveName(search, options, 0), direction: search.directions[0] ?? 'min' },
    trials: comparableTrials(search, history).trials.map(({ values, objectives }) => ({
      values,
      objective: objectives[0] ?? NaN,
    })),
  }
}

/**
 * The importance of the settings of a search, see {@link settingImportance}.
 *
 * @throws ArgumentError for another option.
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
  options: SearchPictureOptions = {},
): ImportancePicture => {
  const { title = words.importance } = checked('importancePicture', options)
  return {
    kind: 'importance',
    title,
    measure: { title: words.importanceMeasure },
    settings: settingImportance(search, history),
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
