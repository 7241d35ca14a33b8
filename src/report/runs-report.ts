import { checkOptions } from '../core/tensor/check-options.ts'
import type { RunRecord } from '../study/run-record.ts'
import type { BarsPicture } from './bars-picture.ts'
import type { ReportPage } from './html-report.ts'
import type { PictureText } from './picture-text.ts'
import { reportWords } from './report-words.ts'
import { plainSettings } from './search-report.ts'
import { settingsSection, spoken } from './training-report.ts'

/** The most runs that have a bar each. */
const mostBars = 24

const metricPicture = (runs: readonly RunRecord[], metric: string): BarsPicture => ({
  kind: 'bars',
  title: metric,
  x: { title: reportWords.run },
  y: { title: metric },
  categories: runs.slice(-mostBars).map((_, i) => String(Math.max(0, runs.length - mostBars) + i + 1)),
  series: [
    { name: metric, values: runs.slice(-mostBars).map(({ metrics }) => ({ value: metrics[metric] ?? NaN })) },
  ],
})

/**
 * A page about recorded runs: what each measured, side by side, and the settings of the last one.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { runRecord } from 'puregrad/study'
 * import { runsReport } from 'puregrad/report'
 * const run = runRecord({ spec: { units: 8 }, seed: 0, data: 'digits', version: '1', metrics: { loss: 0.5 } }, { seconds: 3 })
 * runsReport([run]).sections.map(({ table }) => table?.rows.length) // => [1, 4]
 * ```
 * @category Reports
 */
export const runsReport = (
  runs: readonly RunRecord[],
  options: { readonly title?: PictureText } = {},
): ReportPage => {
  checkOptions('runsReport', options, { title: true })
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))]
  const last = runs.at(-1)
  return {
    title: options.title ?? reportWords.runs,
    sections: [
      {
        heading: reportWords.runs,
        table: {
          columns: ['', 'id', reportWords.seed, ...metrics, reportWords.seconds],
          rows: runs.map((run, i) => [
            String(i + 1),
            run.id.slice(0, 12),
            String(run.seed),
            ...metrics.map((metric) => spoken(run.metrics[metric] ?? NaN)),
            spoken(run.seconds),
          ]),
        },
        pictures: runs.length < 2 ? [] : metrics.slice(0, 6).map((metric) => metricPicture(runs, metric)),
      },
      ...(last === undefined
        ? []
        : settingsSection(reportWords.settings, [
            ...plainSettings(last.spec),
            [reportWords.seed, String(last.seed)],
            [reportWords.data, last.data],
            [reportWords.version, last.version],
          ])),
    ],
  }
}
