import { checkOptions } from '../core/tensor/check-options.ts'
import { isRecord } from '../core/tensor/tree.ts'
import type { History } from '../search/history.ts'
import { searchResult, type Standing } from '../search/search-result.ts'
import type { Search } from '../search/search.ts'
import type { ReportPage, ReportSection } from './html-report.ts'
import { titled, type PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'
import { reportWords } from './report-words.ts'
import {
  importancePicture,
  objectiveName,
  parallelPicture,
  searchFront,
  searchHistory,
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

/**
 * A page about a search: what its trials came to, the best settings, the front of several objectives, parallel
 * coordinates and the importance of the settings.
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
 * searchReport(search, history).sections.flatMap(({ pictures = [] }) => pictures.map(({ kind }) => kind)) // => ['curves', 'parallel', 'importance']
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
  const { budget, trials } = comparableTrials(search, history)
  const { best, front, failures } = searchResult(search, history)
  const about: Wording = {
    en: `${String(search.spec['kind'])}, ${trials.length} ${words.trials.en}`,
    bg: `${String(search.spec['kind'])}, ${trials.length} ${words.trials.bg}`,
  }
  const under = (name: PictureText) => ({ objectives, title: titled(name, about) })
  const names = search.directions.map((_, i) => objectiveName(search, { objectives }, i))
  const several = search.directions.length > 1
  const course: ReportSection = {
    heading: reportWords.trials,
    table: {
      columns: [reportWords.setting, reportWords.value],
      rows: [
        [reportWords.strategy, shown(search.spec['kind'])],
        [reportWords.trials, spoken(trials.length)],
        [reportWords.budget, spoken(budget)],
        [reportWords.failures, spoken(failures.length)],
      ],
    },
    ...(trials.length === 0
      ? { paragraphs: [reportWords.nothingMeasured] }
      : {
          pictures: several
            ? [
                searchFront(search, history, under(words.front)),
                searchHistory(search, history, under(words.searchHistory)),
              ]
            : [searchHistory(search, history, under(words.searchHistory))],
        }),
  }
  const importance = importancePicture(search, history, under(words.importance))
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
      ...(trials.length === 0
        ? []
        : [
            {
              heading: reportWords.influence,
              ...(importance.settings.length === 0 ? { paragraphs: [reportWords.tooFewTrials] } : {}),
              pictures: [
                parallelPicture(search, history, under(words.parallel)),
                ...(importance.settings.length === 0 ? [] : [importance]),
              ],
            },
          ]),
    ],
  }
}
