import { checkOptions } from '../core/tensor/check-options.ts'
import { greatestOf } from '../core/tensor/extremes.ts'
import { isRecord } from '../core/tensor/tree.ts'
import type { History } from '../search/history.ts'
import { halfBudget } from '../search/half-budget.ts'
import { searchResult, type Standing } from '../search/search-result.ts'
import type { Search } from '../search/search.ts'
import { halfBudgetText, learnsText } from './half-budget-text.ts'
import type { ReportPage, ReportSection } from './html-report.ts'
import { titled, type PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'
import { reportWords } from './report-words.ts'
import {
  hypervolumeHistory,
  importancePicture,
  objectiveName,
  parallelPicture,
  searchFront,
  searchHistory,
  slicesInOrder,
  trialCurves,
} from './search-pictures.ts'
import { comparableTrials } from './search-settings.ts'
import type { Wording } from './wording.ts'
import { settingsSection, spoken } from './training-report.ts'

const shown = (value: unknown): PictureText =>
  typeof value === 'number' ? spoken(value, 6) : typeof value === 'string' ? value : JSON.stringify(value)

/** The fields of plain data, one below another. */
const fieldsOf = (data: unknown, name = ''): readonly (readonly [string, PictureText])[] =>
  isRecord(data)
    ? Object.entries(data).flatMap(([field, value]) =>
        fieldsOf(value, name === '' ? field : `${name}.${field}`),
      )
    : [[name === '' ? 'value' : name, shown(data)]]

/** Settings as a table: the names and values of plain data. */
export const plainSettings = (data: unknown): readonly (readonly [string, PictureText])[] => fieldsOf(data)

/** The most trials of a front that are listed. */
const mostListed = 20

/** Of several objectives no trial is the best: those that none dominates, each with its settings. */
const frontSection = <C>(
  front: readonly Standing<C>[],
  names: readonly PictureText[],
): readonly ReportSection[] => {
  const listed = front.slice(0, mostListed).map(({ config, objectives }) => ({
    settings: plainSettings(config),
    objectives,
  }))
  const [first] = listed
  return first === undefined
    ? []
    : [
        {
          heading: reportWords.frontSettings,
          table: {
            columns: [...first.settings.map(([name]) => name), ...names],
            rows: listed.map(({ settings, objectives }) => [
              ...settings.map(([, value]) => value),
              ...objectives.map((value) => spoken(value)),
            ]),
          },
        },
      ]
}

/** What the trials came to, and how many there are of which kind. */
const courseSection = <C>(
  search: Search<C>,
  history: History,
  objectives: readonly PictureText[],
  about: PictureText,
): ReportSection => {
  const { budget, trials } = comparableTrials(search, history)
  const { failures } = searchResult(search, history)
  const under = (name: PictureText) => ({ objectives, title: titled(name, about) })
  const measured = new Set(history.map(({ budget }) => budget))
  const ended = new Set(
    history.flatMap(({ id, budget }) => (budget === greatestOf([...measured]) ? [id] : [])),
  )
  const early = new Set(history.map(({ id }) => id)).size - ended.size - failures.length
  return {
    heading: reportWords.trials,
    table: {
      columns: [reportWords.setting, reportWords.value],
      rows: [
        [reportWords.strategy, shown(search.spec['kind'])],
        [reportWords.trials, spoken(trials.length)],
        [reportWords.budget, spoken(budget)],
        [reportWords.failures, spoken(failures.length)],
        ...(measured.size > 1 ? [[reportWords.pruned, spoken(Math.max(0, early))] as const] : []),
      ],
    },
    ...(trials.length === 0
      ? { paragraphs: [reportWords.nothingMeasured] }
      : {
          pictures: [
            ...(search.directions.length > 1
              ? [
                  searchFront(search, history, under(words.front)),
                  hypervolumeHistory(search, history, under(words.hypervolumeHistory)),
                ]
              : [searchHistory(search, history, under(words.searchHistory))]),
            ...(measured.size > 1
              ? search.directions.map((_, objective) =>
                  trialCurves(search, history, { ...under(words.trialCurves), objective }),
                )
              : []),
          ],
        }),
  }
}

/** What half of the budget would have lost, where that can be said. */
const halfSection = <C>(search: Search<C>, history: History): readonly ReportSection[] => {
  const found = halfBudget(search, history)
  const learns = ['tpe', 'nsga2'].some((kind) => kind === search.spec['kind'])
  return found === undefined
    ? []
    : [
        {
          heading: reportWords.halfBudget,
          paragraphs: [...halfBudgetText(found), ...(learns ? [learnsText] : [])],
        },
      ]
}

/**
 * A page about a search: what its trials came to, at one budget after another where there are several, the best settings
 * or the front of several objectives, what half of the budget would have lost, parallel coordinates, how much each setting
 * matters with intervals, and each by itself.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, randomSearch, spaces, tell } from 'puregrad/search'
 * import { searchReport } from 'puregrad/report'
 * const search = randomSearch(spaces.uniform(0, 1), { trials: 9, key: key(0) })
 * const history = ask(search, emptyHistory).reduce(
 *   (sofar, { id, budget, config }) => tell(search, sofar, { id, budget, result: { kind: 'measured', objectives: [config] } }),
 *   emptyHistory,
 * )
 * searchReport(search, history).sections.flatMap(({ pictures = [] }) => pictures.map(({ kind }) => kind)) // => ['curves', 'parallel', 'importance', 'curves']
 * ```
 * @category Reports
 */
export const searchReport = <C>(
  search: Search<C>,
  history: History,
  options: { readonly title?: PictureText; readonly objectives?: readonly PictureText[] } = {},
): ReportPage => {
  checkOptions('searchReport', options, { title: true, objectives: true })
  const { title = reportWords.search, objectives = [] } = options
  const { trials } = comparableTrials(search, history)
  const { best, front } = searchResult(search, history)
  const about: Wording = {
    en: `${String(search.spec['kind'])}, ${trials.length} ${words.trials.en}`,
    bg: `${String(search.spec['kind'])}, ${trials.length} ${words.trials.bg}`,
  }
  const under = (name: PictureText) => ({ objectives, title: titled(name, about) })
  const names = search.directions.map((_, i) => objectiveName(search, { objectives }, i))
  const several = search.directions.length > 1
  const course = courseSection(search, history, objectives, about)
  const importances = search.directions.map((_, objective) =>
    importancePicture(search, history, {
      ...under(several ? titled(words.importance, names[objective]) : words.importance),
      objective,
    }),
  )
  const known = importances.filter(({ settings }) => settings.length > 0)
  return {
    title,
    sections: [
      course,
      ...(best === undefined
        ? frontSection(front, names)
        : settingsSection(reportWords.bestSettings, [
            ...plainSettings(best.config),
            ...best.objectives.map((value, i) => [names[i] ?? words.objective, spoken(value)] as const),
          ])),
      ...halfSection(search, history),
      ...(trials.length === 0
        ? []
        : [
            {
              heading: reportWords.influence,
              ...(known.length === 0 ? { paragraphs: [reportWords.tooFewTrials] } : {}),
              pictures: [parallelPicture(search, history, under(words.parallel)), ...known],
            },
            {
              heading: reportWords.slices,
              pictures: search.directions.flatMap((_, objective) =>
                slicesInOrder(
                  search,
                  history,
                  { objectives, objective },
                  importances[objective]?.settings ?? [],
                ).slice(0, several ? 4 : 8),
              ),
            },
          ]),
    ],
  }
}
