import type { Separator } from '../formats/csv-format.ts'
import type { DecimalMark } from '../formats/strict-number.ts'
import { dateOrders, type DateOrder } from './calendar-date.ts'
import { columnFlags } from './column-flags.ts'
import type { InferredColumn } from './inferred-column.ts'
import type { ColumnStatistics, Guess, Sighting, Sightings, TableStatistics } from './column-statistics.ts'
import { allMarks, type NumberMarks, type ThousandsMark } from './number-marks.ts'
import type { ColumnFlag, KindReason } from './table-report.ts'
import type { ColumnSchema } from './table-schema.ts'
import type { ColumnKind } from './table.ts'

/** What options say about the columns of a table. */
export interface ColumnsTold {
  readonly separator: Separator
  readonly decimal?: DecimalMark | undefined
  readonly thousands?: ThousandsMark | undefined
  readonly dates?: DateOrder | undefined
  readonly kinds: Readonly<Record<string, ColumnKind>>
}

/** So many cells say whether a few others are odd, and whether different values are too many. */
const fewCells = 10
const manyCells = 20

/** With this share of its cells a column is what they are, but for a few odd ones. */
const nearlyAll = 0.9

/** Letters of a text that is no name of a category. */
const longText = 60

/** The words that deny and affirm. Single letters do not: they are names of categories as often. */
const opposites: readonly (readonly [no: string, yes: string])[] = [
  ['false', 'true'],
  ['no', 'yes'],
  ['не', 'да'],
]

/** How many cells each of several readings reads. */
const coverage = (sightings: ReadonlyMap<number, Sightings>, readings: number): readonly number[] =>
  Array.from({ length: readings }, (_, i) =>
    [...sightings].reduce((sum, [set, { count }]) => ((set & (1 << i)) === 0 ? sum : sum + count), 0),
  )

/** The first cells that a reading does not read. */
const unread = (
  { numbers, dates, digitNames, others }: ColumnStatistics,
  read: (set: number, isNumber: boolean) => boolean,
): readonly Sighting[] =>
  [
    ...[...numbers].filter(([set]) => !read(set, true)).map(([, seen]) => seen),
    ...[...dates].filter(([set]) => !read(set, false)).map(([, seen]) => seen),
    digitNames,
    others,
  ]
    .flatMap(({ first }) => first)
    .toSorted((a, b) => a.line - b.line)
    .slice(0, 3)

const present = ({ cells, missing }: ColumnStatistics): number =>
  [...missing.values()].reduce((left, count) => left - count, cells)

/** The readings of numbers that options allow, by their places in `allMarks`. */
const allowedMarks = ({ decimal, thousands }: ColumnsTold): readonly number[] =>
  [...allMarks.keys()].filter((i) => {
    const marks = allMarks[i]!
    return (
      (decimal ?? marks.decimal) === marks.decimal &&
      // Thousands that may be parted need not be.
      (thousands === undefined || marks.thousands === thousands || marks.thousands === '')
    )
  })

/** The readings that read all cells of a column. */
const survivors = (column: ColumnStatistics, allowed: readonly number[]): readonly number[] => {
  const all = present(column)
  const covered = coverage(column.numbers, allMarks.length)
  return all === 0 ? [] : allowed.filter((i) => covered[i] === all)
}

const decimalsOf = (readings: readonly number[]): ReadonlySet<DecimalMark> =>
  new Set(readings.map((i) => allMarks[i]!.decimal))

/** The decimal marks of columns that can be read in one way only. */
const decimalEvidence = (columns: readonly (readonly number[])[]): ReadonlySet<DecimalMark> =>
  new Set(
    columns
      .map(decimalsOf)
      .filter(({ size }) => size === 1)
      .flatMap((marks) => [...marks]),
  )

interface ChosenMarks {
  readonly marks: NumberMarks
  /** Another reading that would have been as good. */
  readonly other?: NumberMarks
}

/**
 * One of the readings of a column. Where 1,234 can be a fraction or a thousand, other columns decide, then the
 * separator; 1.234 is a fraction unless fractions of the table have commas.
 */
const chosenMarks = (
  readings: readonly number[],
  evidence: ReadonlySet<DecimalMark>,
  separator: Separator,
): ChosenMarks => {
  const of = (decimal: DecimalMark): NumberMarks | undefined =>
    readings.map((i) => allMarks[i]!).find((marks) => marks.decimal === decimal)
  const [point, comma] = [of('.'), of(',')]
  if (point === undefined || comma === undefined) return { marks: point ?? comma ?? allMarks[0]! }
  const onlyComma = evidence.has(',') && !evidence.has('.')
  const onlyPoint = evidence.has('.') && !evidence.has(',')
  const wholeOnly = point.thousands === '' && comma.thousands === ''
  if (wholeOnly) return { marks: onlyComma ? comma : point }
  if (point.thousands === '') return onlyComma ? { marks: comma, other: point } : { marks: point }
  if (onlyComma || onlyPoint) return { marks: onlyComma ? comma : point }
  return separator === ','
    ? { marks: point }
    : separator === ';'
      ? { marks: comma, other: point }
      : { marks: point, other: comma }
}

/** Which reading reads most cells, the earliest of equals. */
const best = (covered: readonly number[], allowed: readonly number[]): number =>
  allowed.reduce((most, i) => (covered[i]! > covered[most]! ? i : most), allowed[0] ?? 0)

const oddCells = (
  column: ColumnStatistics,
  expected: 'number' | 'date',
  reading: number,
  covered: number,
): readonly ColumnFlag[] => {
  const all = present(column)
  const first = unread(column, (set, isNumber) =>
    isNumber === (expected === 'number') ? (set & (1 << reading)) !== 0 : false,
  )
  const namesOnly = covered + column.digitNames.count === all && expected === 'number'
  return all >= fewCells && covered < all && covered >= nearlyAll * all && !namesOnly
    ? [{ kind: 'odd-cells', expected, count: all - covered, first }]
    : []
}

const wordsOf = (column: ColumnStatistics): { readonly no: string; readonly yes: string } | undefined => {
  const words = [...column.texts.keys()]
  if (words.length < 2 || words.length > 6 || column.numbers.size > 0) return undefined
  const pair = opposites.find((both) => words.every((word) => both.includes(word.toLowerCase())))
  if (pair === undefined) return undefined
  const [no, yes] = pair.map((meant) => words.find((word) => word.toLowerCase() === meant))
  return no === undefined || yes === undefined ? undefined : { no, yes }
}

const distinctCells = ({ texts, values, numbers }: ColumnStatistics): number =>
  texts.size + (numbers.size > 0 ? values.distinct : 0)

/** What a column of texts is. */
const textKind = (
  column: ColumnStatistics,
): { readonly kind: 'category' | 'text' | 'identifier'; readonly why: KindReason } => {
  const [all, distinct] = [present(column), distinctCells(column)]
  const long = column.letters > longText * all
  const name = column.digitNames.first[0]
  const kind =
    all < manyCells || (distinct <= all / 2 && !long) || distinct <= manyCells
      ? 'category'
      : distinct === all && !long
        ? 'identifier'
        : 'text'
  const why: KindReason =
    all === 0
      ? { kind: 'empty' }
      : name !== undefined && column.others.count === 0
        ? { kind: 'names-in-digits', first: name }
        : kind === 'category'
          ? { kind: 'few-values' }
          : long
            ? { kind: 'long-texts' }
            : { kind: kind === 'identifier' ? 'all-different' : 'many-values' }
  return { kind, why }
}

/** Names of columns that name rows: a word for it by itself, or at the end of a name in camel case. */
const [idWord, idEnd] = [
  /(?:^|[\s_.-])(?:id|uid|uuid|guid|key|index|ид|номер)(?:$|[\s_.-])|^№$/iu,
  /[a-z](?:Id|ID|Number|Key|Index)$/,
]

const rowNames = (name: string, { values, cells }: ColumnStatistics): KindReason | undefined =>
  !values.whole || !values.unique || values.count < cells || cells < fewCells
    ? undefined
    : values.countsRows
      ? { kind: 'counts-rows' }
      : idWord.test(name) || idEnd.test(name)
        ? { kind: 'named-identifier' }
        : undefined

interface Dated {
  readonly order: DateOrder
  readonly covered: number
  readonly other: DateOrder | undefined
}

const datedBy = (column: ColumnStatistics, told: DateOrder | undefined): Dated => {
  const covered = coverage(column.dates, dateOrders.length)
  const allowed = [...dateOrders.keys()].filter(
    (i) => told === undefined || i === 0 || dateOrders[i] === told,
  )
  const found = best(covered, allowed)
  const other = [...dateOrders.keys()].find((i) => i !== found && covered[i] === covered[found])
  return {
    order: dateOrders[found]!,
    covered: covered[found]!,
    other: told === undefined && other !== undefined ? dateOrders[other] : undefined,
  }
}

/** A column whose kind no option says. */
const inferred = (
  name: string,
  column: ColumnStatistics,
  chosen: ChosenMarks | undefined,
  told: ColumnsTold,
): InferredColumn => {
  const all = present(column)
  if (chosen !== undefined) {
    const { marks, other } = chosen
    const rowName = rowNames(name, column)
    return rowName !== undefined
      ? { schema: { name, kind: 'identifier' }, why: rowName, flags: [] }
      : {
          schema: { name, kind: 'number', ...marks },
          why: { kind: 'numbers', ...marks },
          flags: other === undefined ? [] : [{ kind: 'ambiguous-numbers', taken: marks, other }],
        }
  }
  const dated = datedBy(column, told.dates)
  if (all > 0 && dated.covered === all) {
    const { order, other } = dated
    return {
      schema: { name, kind: 'date', order },
      why: { kind: 'dates', order },
      flags: other === undefined ? [] : [{ kind: 'ambiguous-dates', taken: order, other }],
    }
  }
  const words = wordsOf(column)
  if (words !== undefined)
    return { schema: { name, kind: 'boolean', ...words }, why: { kind: 'two-words', ...words }, flags: [] }
  const covered = coverage(column.numbers, allMarks.length)
  const reading = best(covered, allowedMarks(told))
  const odd = [
    ...oddCells(column, 'number', reading, covered[reading]!),
    ...oddCells(column, 'date', dateOrders.indexOf(dated.order), dated.covered),
  ]
  const { kind, why } = textKind(column)
  // Measurements with an odd cell among them name nothing.
  return odd.length > 0 && kind === 'identifier'
    ? { schema: { name, kind: 'text' }, why: { kind: 'many-values' }, flags: odd }
    : { schema: { name, kind }, why, flags: odd }
}

/** A column whose kind an option says; the cells that do not fit are found when it is read. */
const toldColumn = (
  name: string,
  kind: ColumnKind,
  column: ColumnStatistics,
  evidence: ReadonlySet<DecimalMark>,
  told: ColumnsTold,
): InferredColumn => {
  const why: KindReason = { kind: 'told' }
  if (kind === 'number') {
    const covered = coverage(column.numbers, allMarks.length)
    const allowed = allowedMarks(told)
    const most = covered[best(covered, allowed)]
    const readings = allowed.filter((i) => covered[i] === most)
    const { marks } = chosenMarks(readings, evidence, told.separator)
    return { schema: { name, kind, ...marks }, why, flags: [] }
  }
  if (kind === 'date')
    return { schema: { name, kind, order: datedBy(column, told.dates).order }, why, flags: [] }
  if (kind === 'boolean') {
    const [no = 'false', yes = 'true'] = [...column.texts.keys()].sort()
    return { schema: { name, kind, ...(wordsOf(column) ?? { no, yes }) }, why, flags: [] }
  }
  return { schema: { name, kind }, why, flags: [] }
}

/**
 * What the columns of a table are, by what was counted in a pass over all of its cells. A column is of numbers, dates or
 * two opposite words only if every cell that has a value is; one odd cell makes it a column of texts, which is flagged.
 */
export const inferColumns = (
  names: readonly string[],
  { columns }: Pick<TableStatistics, 'columns'>,
  told: ColumnsTold,
): readonly InferredColumn[] => {
  const allowed = allowedMarks(told)
  const readings = columns.map((column) => survivors(column, allowed))
  const evidence = decimalEvidence(readings)
  return columns.map((column, i) => {
    const name = names[i]!
    const kind = Object.hasOwn(told.kinds, name) ? told.kinds[name] : undefined
    const own = readings[i]!
    const chosen = own.length === 0 ? undefined : chosenMarks(own, evidence, told.separator)
    const found =
      kind === undefined
        ? inferred(name, column, chosen, told)
        : toldColumn(name, kind, column, evidence, told)
    return { ...found, flags: [...found.flags, ...columnFlags(column, found)] }
  })
}

/** How the numbers and dates of a column are written, as far as its kind says. */
export const guessOfSchema = (schema: ColumnSchema): Guess => ({
  marks:
    schema.kind === 'number'
      ? { decimal: schema.decimal, thousands: schema.thousands, percent: schema.percent }
      : allMarks[0]!,
  order: schema.kind === 'date' ? schema.order : 'ymd',
})
