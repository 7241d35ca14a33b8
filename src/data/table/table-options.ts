import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import { isRecord } from '../../core/tensor/tree.ts'
import { separators, type Separator } from '../formats/csv-format.ts'
import { checkedMaxBytes } from '../formats/max-bytes.ts'
import type { DecimalMark } from '../formats/strict-number.ts'
import { checkedEncoding } from '../formats/text-encoding.ts'
import { decimalMarks, thousandsMarks, type ThousandsMark } from './number-marks.ts'
import type { TableSchema } from './table-schema.ts'
import type { ColumnKind } from './table.ts'

/**
 * What a reader is told about a table; all that it is not told it finds out.
 *
 * @category Tables
 */
export interface TableOptions {
  /** What the bytes of the text mean: `utf-8`, `windows-1251`, `windows-1252` (`latin1`), `koi8-r`, `utf-16le`, … */
  readonly encoding?: string
  readonly separator?: Separator
  /** Whether the first row names the columns; without names they are called `column1`, `column2`, … */
  readonly header?: boolean
  /** The mark before the fraction of a number. */
  readonly decimal?: DecimalMark
  /** What may part the thousands of a number; `''` for nothing. */
  readonly thousands?: ThousandsMark
  /** The order of day and month in dates whose year stands last. */
  readonly dates?: 'dmy' | 'mdy'
  /** Signs of a missing cell, besides nothing, `NA`, `N/A`, `NaN`, `null` and `?`. */
  readonly missing?: readonly string[]
  /** Whether `NA`, `N/A`, `NaN`, `null` and `?` stand for a missing cell too, which they do unless told otherwise. */
  readonly usualMissing?: boolean
  /** What some columns are, by their names. */
  readonly kinds?: Readonly<Record<string, ColumnKind>>
  /** Reads exactly as this schema says: its columns by their names, and no others. */
  readonly schema?: TableSchema
  /**
   * The most bytes that are taken, those of a compressed file after it is unfolded. Unless told otherwise, a plain file
   * may have any size, and a compressed one may unfold to 256 MiB or a hundred times its size, whichever is more.
   */
  readonly maxBytes?: number
}

/** Signs of a missing cell, besides nothing and blanks. */
const usualSigns: readonly string[] = ['NA', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', 'NULL', 'Null', 'null', '?']

/** The signs of a missing cell that options ask for; nothing is always one. */
export const missingSigns = ({ missing = [], usualMissing = true }: TableOptions): readonly string[] => [
  ...(usualMissing ? usualSigns : []),
  ...missing.map((sign) => sign.trim()).filter((sign) => sign !== ''),
]

const kinds: readonly ColumnKind[] = ['number', 'category', 'date', 'boolean', 'text', 'identifier']

export const tableOptionNames = {
  encoding: true,
  separator: true,
  header: true,
  decimal: true,
  thousands: true,
  dates: true,
  missing: true,
  usualMissing: true,
  kinds: true,
  schema: true,
  maxBytes: true,
} as const satisfies Readonly<Record<keyof TableOptions, true>>

/** What is found out by a schema cannot be told besides it. */
const besideSchema: ReadonlySet<string> = new Set<keyof TableOptions>([
  'schema',
  'maxBytes',
  'encoding',
  'separator',
  'header',
])

/** All names that a record has; none where it is no record, which is then refused. */
const named = (record: object | null): Readonly<Record<string, true>> =>
  Object.fromEntries(Object.keys(record ?? {}).map((name) => [name, true]))

/** Marks are shown in quotes: a list of commas and blanks cannot be read. */
const checkMark = (where: string, name: string, value: unknown, marks: readonly string[]): void => {
  if (value !== undefined && !marks.some((mark) => mark === value))
    throw new ArgumentError(
      `${where}: ${name}: expected ${marks.map((mark) => showValue(mark)).join(' or ')}, got ${showValue(value)}`,
    )
}

/**
 * The options with the standard name of their encoding.
 *
 * @throws ArgumentError for values an option cannot have, and options that contradict one another.
 */
export const checkedTableOptions = (where: string, options: TableOptions): TableOptions => {
  const { encoding, separator, header, decimal, thousands, dates, missing, usualMissing, schema } = options
  checkMark(where, 'separator', separator, separators)
  if (header !== undefined) checkChoice(where, 'header', header, [true, false])
  checkMark(where, 'decimal', decimal, decimalMarks)
  checkMark(where, 'thousands', thousands, thousandsMarks)
  if (dates !== undefined) checkChoice(where, 'dates', dates, ['dmy', 'mdy'])
  if (usualMissing !== undefined) checkChoice(where, 'usualMissing', usualMissing, [true, false])
  if (decimal !== undefined && decimal === thousands)
    throw new ArgumentError(
      `${where}: decimal and thousands: expected two different marks, got '${decimal}' for both`,
    )
  if (missing !== undefined && !(Array.isArray(missing) && missing.every((sign) => typeof sign === 'string')))
    throw new ArgumentError(`${where}: missing: expected a list of texts, got ${showValue(missing)}`)
  if (options.kinds !== undefined) {
    checkOptions(where, options.kinds, named(options.kinds))
    Object.entries(options.kinds).forEach(([name, kind]) => checkChoice(where, `kinds.${name}`, kind, kinds))
  }
  const odd =
    schema === undefined
      ? undefined
      : Object.entries(options).find(([name, value]) => value !== undefined && !besideSchema.has(name))
  if (odd !== undefined)
    throw new ArgumentError(
      `${where}: ${odd[0]}: the schema says this; change the schema, or leave one of the two out`,
    )
  checkedMaxBytes(where, options.maxBytes)
  if (encoding !== undefined && typeof encoding !== 'string')
    throw new ArgumentError(`${where}: encoding: expected a name, got ${showValue(encoding)}`)
  const given: unknown = schema
  if (given !== undefined && !(isRecord(given) && Array.isArray(given['columns'])))
    throw new ArgumentError(
      `${where}: schema: expected what readTable or decodeTableSchema gives, got ${showValue(schema)}`,
    )
  return encoding === undefined ? options : { ...options, encoding: checkedEncoding(where, encoding) }
}
