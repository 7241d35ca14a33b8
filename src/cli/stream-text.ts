import { backend } from '../compile/offload/backend.ts'
import { showNames } from '../data/formats/show-names.ts'
import { kindNames } from '../report/describe-table.ts'
import { decimalText, numberText } from '../report/number-text.ts'
import { textTable } from '../report/table.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { StreamFigures } from '../tabular/judge-stream.ts'
import type { StreamedTable } from '../tabular/stream-source.ts'
import type { TableStreamTraining } from '../tabular/train-table-stream.ts'
import type { Speech } from '../terminal/read-arguments.ts'
import { recipeWord } from './recipe-word.ts'
import { problemText, said, summaryWords } from './messages.ts'
import type { Options, TableSource } from './options.ts'
import { ranOn } from './summary.ts'
import { noteOn } from './table-facts.ts'

const words = {
  found: ({ report }: StreamedTable): Wording => ({
    en: `${report.file}: ${report.rows} rows, ${report.columns.length} columns, as a stream`,
    bg: `${report.file}: ${report.rows} реда, ${report.columns.length} колони, като поток`,
  }),
  target: { en: 'target', bg: 'цел' },
  look: { en: 'look at', bg: 'обърнете внимание' },
  unlabelled: (count: number): Wording => ({
    en: `${count} rows without a target are left out`,
    bg: `${count} реда без цел са пропуснати`,
  }),
  parts: ({ train, dev, test }: StreamedTable['rows']): Wording => ({
    en: `rows: ${train} train, ${dev} dev, ${test} test, dealt by seed and number of the row`,
    bg: `редове: ${train} обучаващи, ${dev} проверяващи (dev), ${test} тестови, разпределени по семето и номера на реда`,
  }),
  prepared: (count: number, prepareRows: number): Wording => ({
    en: `columns are prepared by ${count} training rows, those among the first ${prepareRows} (--prepare-rows); the train loss is theirs too`,
    bg: `колоните се подготвят по ${count} обучаващи реда сред първите ${prepareRows} (--prepare-rows); обучаващата загуба също е върху тях`,
  }),
  baseline: {
    en: 'the baseline is of all training rows (medians of numbers: of those the columns are prepared by)',
    bg: 'базовият модел е от всички обучаващи редове (медианите: от тези, по които се подготвят колоните)',
  },
  better: {
    en: 'The network is better than the baseline on the test part.',
    bg: 'Мрежата е по-добра от базовия модел върху тестовия набор.',
  },
  notBetter: {
    en: 'The network is not shown to be better than the baseline on the test part.',
    bg: 'Не е показано, че мрежата е по-добра от базовия модел върху тестовия набор.',
  },
} as const

/** What was found in a file before it is trained on. */
export const streamFacts = (
  read: StreamedTable,
  prepareRows: number,
  { language, paint }: Speech,
): string => {
  const { report, targets, features, rows, sampleRows, baseline } = read
  const others = report.columns.filter(({ name }) => features.includes(name))
  const kinds = [...new Set(others.map(({ kind }) => kind))]
  const classes = { en: 'classes', bg: 'класа' }[language]
  return [
    paint('strong', words.found(read)[language]),
    `  ${words.target[language]}: ${showNames(targets)}${baseline.kind === 'classes' ? `: ${baseline.names.length} ${classes}` : ''}`,
    ...kinds.map((kind) => {
      const names = others.filter((column) => column.kind === kind).map(({ name }) => name)
      return `  ${kindNames[kind][language]}: ${showNames(names.slice(0, 12))}${names.length > 12 ? `, … (${names.length})` : ''}`
    }),
    ...others
      .flatMap(({ name, flags }) => flags.map((flag) => noteOn(name, flag)))
      .concat(rows.unlabelled === 0 ? [] : [words.unlabelled(rows.unlabelled)])
      .map((note) => paint('near', `  ${words.look[language]}: ${note[language]}`)),
    `  ${words.parts(rows)[language]}`,
    `  ${words.prepared(sampleRows, prepareRows)[language]}`,
    `  ${words.baseline[language]}`,
  ].join('\n')
}

/** The interval of the model lies beyond what the baseline reaches. */
const isBetter = (model: StreamFigures, baseline: StreamFigures): boolean =>
  model.kind === 'classes' && baseline.kind === 'classes'
    ? model.accuracyInterval[0] > baseline.accuracy
    : model.kind === 'values' &&
      baseline.kind === 'values' &&
      model.meanSquaredErrorInterval[1] < baseline.meanSquaredError

const figureCells = (figures: StreamFigures, language: Language): readonly string[] => {
  const digits = (value: number): string => decimalText(value, 4, language)
  const range = ([low, high]: readonly [number, number], text: (value: number) => string): string =>
    `${text(low)} … ${text(high)}`
  const number = (value: number): string => numberText(value, language, 4)
  return figures.kind === 'classes'
    ? [
        digits(figures.loss),
        range(figures.lossInterval, digits),
        digits(figures.accuracy),
        range(figures.accuracyInterval, digits),
      ]
    : [
        number(figures.rootMeanSquaredError),
        range(
          [
            Math.sqrt(Math.max(0, figures.meanSquaredErrorInterval[0])),
            Math.sqrt(figures.meanSquaredErrorInterval[1]),
          ],
          number,
        ),
        digits(figures.rSquared),
        number(figures.meanAbsoluteError),
      ]
}

/** The result for people. */
export const streamTrainingText = (trained: TableStreamTraining, speech: Speech): string => {
  const { language, paint } = speech
  const { fitted, dev, test, baselineTest } = trained
  const say = (name: keyof typeof summaryWords): string => summaryWords[name][language]
  const titles =
    test.kind === 'classes'
      ? [say('loss'), say('interval'), say('accuracy'), say('interval')]
      : [say('rmse'), say('interval'), say('rSquared'), 'MAE']
  const row = (model: string, part: 'dev' | 'test', figures: StreamFigures): readonly string[] => [
    paint('strong', recipeWord(model)[language]),
    say(part),
    String(figures.n),
    ...figureCells(figures, language),
  ]
  const problem = fitted.course?.problem
  const told = problem === undefined ? undefined : problemText(problem)
  const better = isBetter(test, baselineTest)
  return [
    ...(fitted.course === undefined
      ? []
      : [said.ended(fitted.course.epochs, fitted.course.why, fitted.course.bestEpoch)[language]]),
    ...(told === undefined ? [] : [told.what[language], ...told.advice[language]]),
    '',
    textTable(
      [
        { title: '', align: 'left' },
        { title: say('part') },
        { title: say('rows') },
        ...titles.map((title) => ({ title })),
      ],
      [row('network', 'dev', dev), row('network', 'test', test), row('baseline', 'test', baselineTest)],
    ),
    '',
    paint(better ? 'good' : 'bad', words[better ? 'better' : 'notBetter'][language]),
    ranOn(backend())[language],
  ].join('\n')
}

/** The result for programs: one JSON object. Only `seconds` depends on the machine. */
export const streamTrainingJson = (
  { fitted, dev, test, baselineTest, rows, sampleRows, report, targets }: TableStreamTraining,
  { source, seed }: Options<TableSource>,
  seconds: number,
  written: { readonly curve: string | undefined; readonly model: string | undefined },
): string =>
  JSON.stringify({
    stream: true,
    ...fitted.settings,
    rows,
    sampleRows,
    epochs: fitted.course?.epochs ?? 0,
    bestEpoch: fitted.course?.bestEpoch ?? 0,
    stopped: fitted.course?.why ?? null,
    seconds: Number(seconds.toFixed(3)),
    seed,
    backend: backend(),
    data: source.file,
    task: test.kind === 'classes' ? 'classification' : 'regression',
    targets,
    kept: 'network',
    models: { network: { dev, test }, baseline: { test: baselineTest } },
    table: report,
    curve: written.curve ?? null,
    model: written.model ?? null,
  })
