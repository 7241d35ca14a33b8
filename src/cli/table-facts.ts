import { showNames } from '../data/formats/show-names.ts'
import { toTypedArray } from '../core/autodiff/read.ts'
import { preparationFindings, type PreparationFinding } from '../data/prepare/preparation-findings.ts'
import type { LabelledTable } from '../data/table/table.ts'
import type { ColumnFlag, ColumnReport } from '../data/table/table-report.ts'
import { columnFlagWords } from '../report/column-flag-text.ts'
import { kindNames, repeatedRowsText, tableFormText, tableSizeText } from '../report/describe-table.ts'
import { numberText } from '../report/number-text.ts'
import { preparationFindingWords } from '../report/preparation-finding-text.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { ReadParts } from '../tabular/read-parts.ts'
import type { Speech } from '../terminal/read-arguments.ts'
import { optionRemedies } from './option-remedies.ts'

/** Why a column is no feature. */
const reasons = {
  identifier: { en: 'identifies rows', bg: 'обозначава редовете' },
  text: { en: 'text', bg: 'текст' },
  empty: { en: 'empty', bg: 'празна' },
  constant: { en: 'one value', bg: 'една стойност' },
  told: { en: 'left out as told', bg: 'пропусната по желание' },
} as const satisfies Readonly<Record<string, Wording>>

const words = {
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
    return `${kindNames[kind][language]}: ${listed(own.map(({ name }) => name))}${gaps}`
  })

const reasonOf = ({ kind, flags }: ColumnReport): keyof typeof reasons | undefined =>
  flags.some((flag) => flag.kind === 'empty')
    ? 'empty'
    : flags.some((flag) => flag.kind === 'constant')
      ? 'constant'
      : kind === 'text' || kind === 'identifier'
        ? kind
        : undefined

/** The columns that are not learnt from, by why. */
const leftOutText = (
  left: readonly { readonly name: string; readonly reason: keyof typeof reasons }[],
  language: Language,
): string =>
  [...new Set(left.map(({ reason }) => reason))]
    .map(
      (reason) =>
        `${listed(left.filter((each) => each.reason === reason).map(({ name }) => name))} (${reasons[reason][language]})`,
    )
    .join('; ')

/** What should be looked at in a column, with the remedy. */
export const noteOn = (column: string, flag: ColumnFlag): Wording => {
  const name = showNames([column])
  const { en, bg } = columnFlagWords(flag, optionRemedies.of([column]))
  return { en: `${name}: ${en}`, bg: `${name}: ${bg}` }
}

/** What is said where columns are listed by why they are left out. */
const saidElsewhere: ReadonlySet<(ColumnFlag | PreparationFinding)['kind']> = new Set([
  'empty',
  'constant',
  'identifier',
  'own-level-each-row',
] as const)

/** What was found in a table, and what should be looked at in it, before it is learnt from. */
export const tableFacts = (
  { reading: { report }, targets, labelled, parts }: ReadParts,
  { language, paint }: Speech,
): string => {
  const others = report.columns.filter(({ name }) => !targets.includes(name))
  const present = new Set(labelled.features.columns.map(({ name }) => name))
  const judged = others.map((column) => ({
    column,
    reason: present.has(column.name) ? reasonOf(column) : ('told' as const),
  }))
  const left = judged.flatMap(({ column: { name }, reason }) =>
    reason === undefined ? [] : [{ name, reason }],
  )
  const unlabelled = report.rows - labelled.n
  const notes = [
    ...(unlabelled === 0 ? [] : [words.unlabelled(unlabelled)]),
    ...(report.repeatedRows === 0 ? [] : [repeatedRowsText(report.repeatedRows)]),
    ...judged
      .filter(({ reason }) => reason !== 'told')
      .flatMap(({ column: { name, flags } }) =>
        flags.filter(({ kind }) => !saidElsewhere.has(kind)).map((flag) => noteOn(name, flag)),
      ),
    ...preparationFindings(parts.train)
      .filter(({ kind }) => !saidElsewhere.has(kind))
      .map((finding) => preparationFindingWords(finding, optionRemedies)),
  ]
  return [
    paint('strong', tableSizeText(report)[language]),
    `  ${tableFormText(report, language)}`,
    `  ${words.target[language]}: ${showNames(targets)}: ${targetText(labelled, language)}`,
    ...featuresText(
      judged.flatMap(({ column, reason }) => (reason === undefined ? [column] : [])),
      language,
    ).map((line) => `  ${line}`),
    ...(left.length === 0 ? [] : [`  ${words.leftOut[language]}: ${leftOutText(left, language)}`]),
    ...notes.map((note) => paint('near', `  ${words.look[language]}: ${note[language]}`)),
    `  ${words.parts(parts.train.n, parts.dev.n, parts.test.n)[language]}`,
  ].join('\n')
}
