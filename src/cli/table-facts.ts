import { showNames } from '../data/formats/show-names.ts'
import { toTypedArray } from '../core/autodiff/read.ts'
import type { Separator } from '../data/formats/csv-format.ts'
import { preparationFindings } from '../data/prepare/preparation-findings.ts'
import type { LabelledTable } from '../data/table/table.ts'
import type { ColumnReport, TableReport } from '../data/table/table-report.ts'
import { numberText } from '../report/number-text.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { ReadParts } from '../tabular/read-parts.ts'
import type { Speech } from '../terminal/read-arguments.ts'
import { findingWords, flagText, kindWords, reasonWord } from './table-words.ts'

const separators: Readonly<Record<Separator, Wording>> = {
  ',': { en: 'commas', bg: 'запетаи' },
  ';': { en: 'semicolons', bg: 'точки и запетаи' },
  '\t': { en: 'tabs', bg: 'табулации' },
  '|': { en: 'bars', bg: 'вертикални черти' },
}

const words = {
  table: (report: TableReport): Wording => ({
    en: `${report.file}: ${report.rows} rows, ${report.columns.length} columns (${report.encoding.value}, ${separators[report.separator.value].en}, ${report.header.value ? 'a' : 'no'} header line)`,
    bg: `${report.file}: ${report.rows} реда, ${report.columns.length} колони (${report.encoding.value}, ${separators[report.separator.value].bg}, ${report.header.value ? 'със' : 'без'} заглавен ред)`,
  }),
  target: { en: 'target', bg: 'цел' },
  missing: (count: number): Wording => ({
    en: `${count} missing`,
    bg: `${count} липсващи`,
  }),
  unlabelled: (count: number): Wording => ({
    en: `${count} rows without a target are left out`,
    bg: `${count} реда без цел са пропуснати`,
  }),
  leftOut: { en: 'left out', bg: 'пропуснати' },
  look: { en: 'look at', bg: 'обърнете внимание' },
  repeated: (count: number): Wording => ({
    en: `${count} rows repeat an earlier one: the same row may be in the training and in the test part`,
    bg: `${count} реда повтарят по-ранен: един и същи ред може да попадне и в обучаващия, и в тестовия набор`,
  }),
  parts: (train: number, dev: number, test: number): Wording => ({
    en: `rows: ${train} train, ${dev} dev, ${test} test`,
    bg: `редове: ${train} обучаващи, ${dev} проверяващи (dev), ${test} тестови`,
  }),
} as const

/** Names of a terminal line's worth. */
const mostNames = 12

const listed = (names: readonly string[]): string =>
  names.length > mostNames ? `${showNames(names.slice(0, mostNames))}, … (${names.length})` : showNames(names)

const countsOf = ({ y, targets }: LabelledTable): readonly string[] => {
  const labels = Array.from(toTypedArray(y), Number)
  return targets.names.map(
    (name, k) => `${name} ${labels.reduce((count, label) => count + Number(label === k), 0)}`,
  )
}

/** Most classes that a line lists. */
const mostClasses = 12

const targetText = (data: LabelledTable, language: Language): string => {
  const { targets, y } = data
  if (targets.kind === 'classes') {
    const counts = countsOf(data)
    const more = counts.length > mostClasses ? ', …' : ''
    const classes = { en: 'classes', bg: 'класа' }[language]
    return `${targets.names.length} ${classes}: ${counts.slice(0, mostClasses).join(', ')}${more}`
  }
  const values = Array.from(toTypedArray(y), Number)
  const width = targets.names.length
  return targets.names
    .map((name, column) => {
      const own = values.filter((_, i) => i % width === column)
      const [least, greatest] = own.reduce(
        ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
        [Infinity, -Infinity],
      )
      const text = (value: number): string => numberText(value, language, 4)
      const mean = own.reduce((a, b) => a + b, 0) / own.length
      const middle = { en: 'mean', bg: 'средно' }[language]
      return `${width > 1 ? `${name} ` : ''}${text(least)} … ${text(greatest)}, ${middle} ${text(mean)}`
    })
    .join('; ')
}

/** The columns that are learnt from, by kind. */
const featuresText = (columns: readonly ColumnReport[], language: Language): readonly string[] =>
  [...new Set(columns.map(({ kind }) => kind))].map((kind) => {
    const own = columns.filter((column) => column.kind === kind)
    const missing = own.reduce((total, column) => total + column.missing, 0)
    const gaps = missing === 0 ? '' : ` (${words.missing(missing)[language]})`
    return `${kindWords[kind][language]}: ${listed(own.map(({ name }) => name))}${gaps}`
  })

const isOfUse = ({ kind, flags }: ColumnReport): boolean =>
  kind !== 'text' &&
  kind !== 'identifier' &&
  !flags.some((flag) => flag.kind === 'empty' || flag.kind === 'constant')

const leftOutText = (report: TableReport, data: LabelledTable, language: Language): readonly string[] => {
  const present = new Set(data.features.columns.map(({ name }) => name))
  const left = report.columns
    .filter(({ name }) => !data.targets.names.includes(name) || data.targets.kind === 'classes')
    .flatMap((column) => {
      const reason = !present.has(column.name)
        ? 'told'
        : column.flags.some(({ kind }) => kind === 'empty')
          ? 'empty'
          : column.flags.some(({ kind }) => kind === 'constant')
            ? 'constant'
            : column.kind
      return present.has(column.name) && isOfUse(column) ? [] : [{ name: column.name, reason }]
    })
  return [...new Set(left.map(({ reason }) => reason))].map(
    (reason) =>
      `${listed(left.filter((each) => each.reason === reason).map(({ name }) => name))} (${reasonWord(reason)[language]})`,
  )
}

/** What was found in a table, and what should be looked at in it, before it is learnt from. */
export const tableFacts = (
  { reading: { report }, targets, labelled, parts }: ReadParts,
  { language, paint }: Speech,
): string => {
  const others = report.columns.filter(({ name }) => !targets.includes(name))
  const present = new Set(labelled.features.columns.map(({ name }) => name))
  const left = leftOutText({ ...report, columns: others }, labelled, language)
  const flags = others
    .filter(({ name }) => present.has(name))
    .flatMap(({ name, flags: own }) => own.flatMap((flag) => flagText(name, flag) ?? []))
  const unlabelled = report.rows - labelled.n
  const notes = [
    ...(unlabelled === 0 ? [] : [words.unlabelled(unlabelled)]),
    ...(report.repeatedRows === 0 ? [] : [words.repeated(report.repeatedRows)]),
    ...flags,
    ...preparationFindings(parts.train).flatMap((finding) => findingWords(finding) ?? []),
  ]
  return [
    paint('strong', words.table(report)[language]),
    `  ${words.target[language]}: ${showNames(targets)}: ${targetText(labelled, language)}`,
    ...featuresText(
      others.filter((column) => present.has(column.name) && isOfUse(column)),
      language,
    ).map((line) => `  ${line}`),
    ...(left.length === 0 ? [] : [`  ${words.leftOut[language]}: ${left.join('; ')}`]),
    ...notes.map((note) => paint('near', `  ${words.look[language]}: ${note[language]}`)),
    `  ${words.parts(parts.train.n, parts.dev.n, parts.test.n)[language]}`,
  ].join('\n')
}
