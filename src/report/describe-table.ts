import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { DateOrder } from '../data/table/calendar-date.ts'
import type { Sighting } from '../data/table/column-statistics.ts'
import type { NumberMarks } from '../data/table/number-marks.ts'
import type { ColumnFlag, ColumnReport, TableReport } from '../data/table/table-report.ts'
import type { ColumnKind } from '../data/table/table.ts'
import { numberText } from './number-text.ts'
import { textTable } from './table.ts'
import type { Language, Wording } from './wording.ts'

const kindNames: Readonly<Record<ColumnKind, Wording>> = {
  number: { en: 'number', bg: 'число' },
  category: { en: 'category', bg: 'категория' },
  date: { en: 'date', bg: 'дата' },
  boolean: { en: 'yes or no', bg: 'да или не' },
  text: { en: 'text', bg: 'текст' },
  identifier: { en: 'identifier', bg: 'идентификатор' },
}

const shownCell = (cell: string): string => `'${showText(cell, 40)}'`

const places = (first: readonly Sighting[], word: string): string =>
  first.map(({ line, cell }) => `${shownCell(cell)} (${word} ${line})`).join(', ')

const example = ({ decimal, thousands }: NumberMarks): string => `1${thousands}234${decimal}5`

const orderNames: Readonly<Record<DateOrder, Wording>> = {
  ymd: { en: 'year, month, day', bg: 'година, месец, ден' },
  dmy: { en: 'day, month, year', bg: 'ден, месец, година' },
  mdy: { en: 'month, day, year', bg: 'месец, ден, година' },
}

/**
 * What a flag of a column means and what can be done, in both languages.
 *
 * @example
 * ```ts
 * import { columnFlagText } from 'puregrad/report'
 * columnFlagText({ kind: 'constant', value: 'p' }).en // => "every cell is 'p': it tells nothing; drop it"
 * ```
 * @category Language
 */
export const columnFlagText = (flag: ColumnFlag): Wording => {
  switch (flag.kind) {
    case 'empty':
      return { en: 'no cell has a value; drop it', bg: 'никоя клетка няма стойност; изключете я' }
    case 'constant':
      return {
        en: `every cell is ${shownCell(flag.value)}: it tells nothing; drop it`,
        bg: `всяка клетка е ${shownCell(flag.value)}: не казва нищо; изключете я`,
      }
    case 'sentinel':
      return {
        en: `${flag.value} occurs ${flag.count} times, away from all other numbers: if it stands for a missing one, say missing: ['${flag.value}']`,
        bg: `${flag.value} се среща ${flag.count} пъти, далеч от всички други числа: ако означава липсваща стойност, задайте missing: ['${flag.value}']`,
      }
    case 'odd-cells': {
      const [en, bg] = flag.expected === 'number' ? ['numbers', 'числа'] : ['dates', 'дати']
      return {
        en: `all cells are ${en} but ${flag.count}: ${places(flag.first, 'line')}; correct them, or name them as signs of a missing one (missing)`,
        bg: `всички клетки са ${bg} освен ${flag.count}: ${places(flag.first, 'ред')}; поправете ги или ги посочете като знаци за липсваща стойност (missing)`,
      }
    }
    case 'numbers-among-signs':
      return {
        en: `its cells are numbers with signs around them, such as ${shownCell(flag.example)}; leave the signs out, so that they are read as numbers`,
        bg: `клетките ѝ са числа с добавени знаци, например ${shownCell(flag.example)}; махнете знаците, за да се прочетат като числа`,
      }
    case 'identifier':
      return {
        en: 'it names rows and would be learnt by heart; drop it',
        bg: 'именува редовете и би била наизустена; изключете я',
      }
    case 'integer-codes':
      return {
        en: `${flag.values} whole numbers: if they are codes without an order, say kinds: 'category'`,
        bg: `${flag.values} цели числа: ако са кодове без наредба, задайте kinds: 'category'`,
      }
    case 'repeats':
      return {
        en: `it says the same as ${shownCell(flag.column)} in other words; one of the two is enough`,
        bg: `казва същото като ${shownCell(flag.column)} с други думи; една от двете стига`,
      }
    case 'ambiguous-numbers':
      return {
        en: `its numbers can be read in two ways; they are taken for such as ${example(flag.taken)}, not ${example(flag.other)}; if that is wrong, say decimal: '${flag.other.decimal}'`,
        bg: `числата могат да се прочетат по два начина; приети са за такива като ${example(flag.taken)}, а не ${example(flag.other)}; ако това е грешно, задайте decimal: '${flag.other.decimal}'`,
      }
    case 'ambiguous-dates':
      return {
        en: `its dates can be read in two ways; they are taken for ${orderNames[flag.taken].en}, not ${orderNames[flag.other].en}; if that is wrong, say dates: '${flag.other}'`,
        bg: `датите могат да се прочетат по два начина; приети са за ${orderNames[flag.taken].bg}, а не ${orderNames[flag.other].bg}; ако това е грешно, задайте dates: '${flag.other}'`,
      }
    case 'renamed':
      return flag.from === ''
        ? { en: 'the header gives it no name', bg: 'заглавният ред не ѝ дава име' }
        : {
            en: `the header calls an earlier column ${shownCell(flag.from)} too`,
            bg: `заглавният ред нарича ${shownCell(flag.from)} и по-ранна колона`,
          }
  }
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

const formOf = ({ encoding, separator, header }: TableReport, language: Language): string => {
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
  const { file, rows, columns, repeatedRows, leftOut } = report
  const size: Wording = {
    en: `${showText(file)}: rows ${rows}, columns ${columns.length}`,
    bg: `${showText(file)}: редове ${rows}, колони ${columns.length}`,
  }
  const repeated: Wording = {
    en: `rows that repeat an earlier one: ${repeatedRows}; keep them on one side of a split, or leave them out`,
    bg: `повторени редове: ${repeatedRows}; дръжте ги в една и съща част при разделянето или ги изключете`,
  }
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
    size[language],
    formOf(report, language),
    '',
    textTable(
      titles.map(([title, align]) => ({ title: title[language], align })),
      body,
    ),
    ...(flags.length + repeatedRows + leftOut.length > 0 ? [''] : []),
    ...flags,
    ...(repeatedRows > 0 ? [repeated[language]] : []),
    ...(leftOut.length > 0 ? [others[language]] : []),
  ].join('\n')
}
