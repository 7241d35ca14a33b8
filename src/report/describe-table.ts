import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { ColumnReport, TableReport } from '../data/table/table-report.ts'
import type { ColumnKind } from '../data/table/table.ts'
import { columnFlagText } from './column-flag-text.ts'
import { numberText } from './number-text.ts'
import { textTable } from './table.ts'
import type { Language, Wording } from './wording.ts'

/** What the cells of a column are called. */
export const kindNames: Readonly<Record<ColumnKind, Wording>> = {
  number: { en: 'numbers', bg: 'числа' },
  category: { en: 'categories', bg: 'категории' },
  date: { en: 'dates', bg: 'дати' },
  boolean: { en: 'yes or no', bg: 'да или не' },
  text: { en: 'texts', bg: 'текстове' },
  identifier: { en: 'identifiers', bg: 'идентификатори' },
}

const encodingReasons: Readonly<Record<TableReport['encoding']['why'], Wording>> = {
  told: { en: 'as told', bg: 'както е зададено' },
  'byte-order-mark': { en: 'by the byte order mark', bg: 'по маркера за ред на байтовете (BOM)' },
  'valid-utf-8': { en: 'all bytes fit', bg: 'всички байтове са такива' },
  'every-other-byte': { en: 'every other byte is 0', bg: 'всеки втори байт е 0' },
  letters: { en: 'by its letters', bg: 'по буквите' },
}

const headerReasons: Readonly<Record<TableReport['header']['why'], Wording>> = {
  told: { en: 'as told', bg: 'както е зададено' },
  'names-above-values': { en: 'names stand above values', bg: 'над стойностите стоят имена' },
  'values-in-first-row': { en: 'the first row has values', bg: 'в първия ред има стойности' },
  'value-comes-again': { en: 'its cells occur below it', bg: 'клетките му се срещат и по-долу' },
  'counts-columns': { en: 'the first row counts the columns', bg: 'първият ред номерира колоните' },
  'nothing-against-names': {
    en: 'nothing speaks against names',
    bg: 'нищо не говори против имена',
  },
}

const separatorNames: Readonly<Record<TableReport['separator']['value'], Wording>> = {
  ',': { en: 'commas', bg: 'запетаи' },
  ';': { en: 'semicolons', bg: 'точки и запетаи' },
  '\t': { en: 'tabs', bg: 'табулации' },
  '|': { en: 'bars', bg: 'вертикални черти' },
}

/** How large a table is. */
export const tableSizeText = ({ file, rows, columns }: TableReport): Wording => ({
  en: `${showText(file)}: rows ${rows}, columns ${columns.length}`,
  bg: `${showText(file)}: редове ${rows}, колони ${columns.length}`,
})

/** That some rows repeat an earlier one, and what helps. */
export const repeatedRowsText = (count: number): Wording => ({
  en: `rows that repeat an earlier one: ${count}; keep them on one side of a split, or leave them out`,
  bg: `повторени редове: ${count}; дръжте ги в една и съща част при разделянето или ги изключете`,
})

/** How a table is written, and why it was taken to be. */
export const tableFormText = ({ encoding, separator, header }: TableReport, language: Language): string => {
  const words: Wording = {
    en: `${header.value ? 'with a header' : 'without a header: columns are called by their numbers'} (${headerReasons[header.why].en})`,
    bg: `${header.value ? 'със заглавен ред' : 'без заглавен ред: колоните носят номерата си'} (${headerReasons[header.why].bg})`,
  }
  return `${encoding.value} (${encodingReasons[encoding.why][language]}), ${separatorNames[separator.value][language]}, ${words[language]}`
}

const valuesOf = ({ kind, range, examples }: ColumnReport, language: Language): string => {
  const shown = (value: number): string =>
    kind === 'date' ? new Date(value).toISOString().slice(0, 10) : numberText(value, language)
  return range === undefined
    ? examples.map((cell) => showText(cell, 20)).join(', ')
    : `${shown(range.least)} … ${shown(range.greatest)}`
}

const titles: readonly (readonly [Wording, 'left' | 'right'])[] = [
  [{ en: 'column', bg: 'колона' }, 'left'],
  [{ en: 'kind', bg: 'вид' }, 'left'],
  [{ en: 'missing', bg: 'липсват' }, 'right'],
  [{ en: 'different', bg: 'различни' }, 'right'],
  [{ en: 'values', bg: 'стойности' }, 'left'],
]

/**
 * What was found in a table, for people: how it is written and why it was taken to be, a line for each column, and below
 * them what should be looked at, with a remedy.
 *
 * @throws ArgumentError for another option, or a language that there is not.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { parseTable } from 'puregrad/data'
 * import { describeTable } from 'puregrad/report'
 * const read = parseTable('age,kind\n3,cat\n?,cat\n', { file: 'pets.csv' })
 * const text = E.isRight(read) ? describeTable(read.right.report) : ''
 * text.split('\n').at(-1) // => "kind: every cell is 'cat': it tells nothing; drop it"
 * ```
 * @category Output
 */
export const describeTable = (
  report: TableReport,
  options: { readonly language?: Language } = {},
): string => {
  checkOptions<typeof options>('describeTable', options, { language: true })
  const { language = 'en' } = options
  checkChoice('describeTable', 'language', language, ['en', 'bg'])
  const { columns, repeatedRows, leftOut } = report
  const others: Wording = {
    en: `not in the schema, left out: ${leftOut.map((name) => showText(name, 40)).join(', ')}`,
    bg: `извън схемата, пропуснати: ${leftOut.map((name) => showText(name, 40)).join(', ')}`,
  }
  const body = columns.map((column) => [
    showText(column.name, 40),
    kindNames[column.kind][language],
    String(column.missing),
    `${column.exact ? '' : '≥ '}${column.distinct}`,
    valuesOf(column, language),
  ])
  const flags = columns.flatMap(({ name, flags: own }) =>
    own.map((flag) => `${showText(name, 40)}: ${columnFlagText(flag)[language]}`),
  )
  return [
    tableSizeText(report)[language],
    tableFormText(report, language),
    '',
    textTable(
      titles.map(([title, align]) => ({ title: title[language], align })),
      body,
    ),
    ...(flags.length + repeatedRows + leftOut.length > 0 ? [''] : []),
    ...flags,
    ...(repeatedRows > 0 ? [repeatedRowsText(repeatedRows)[language]] : []),
    ...(leftOut.length > 0 ? [others[language]] : []),
  ].join('\n')
}
