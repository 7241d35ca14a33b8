import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { checkedMaxBytes } from './max-bytes.ts'
import type { DecimalMark } from './strict-number.ts'
import { checkedEncoding } from './text-encoding.ts'

/**
 * What separates the cells of a row.
 *
 * @category Files
 */
export type Separator = ',' | ';' | '\t' | '|'

/**
 * What the targets of a table are for: to be told apart as classes, or to be estimated as numbers.
 *
 * @category Files
 */
export type Task = 'classification' | 'regression'

/**
 * How a table is to be understood.
 *
 * @category Files
 */
export interface CsvOptions {
  /** The column of the targets: by its name, or by its number (`'1'` …) where the table has no header line. */
  readonly label: string
  /** What messages call the file. */
  readonly file?: string
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
  /**
   * What the bytes of the text mean: `utf-8` unless told otherwise, or `windows-1251`, `windows-1252` (`latin1`),
   * `koi8-r`, `utf-16le` and whatever else `TextDecoder` knows. A byte order mark need not be announced.
   */
  readonly encoding?: string
  /** Found in the first rows unless told otherwise. */
  readonly separator?: Separator
  /**
   * Whether the first row names the columns. Unless told otherwise it is taken to, and a first row that looks like data
   * is a left value that asks. Without a header the columns are called `1`, `2`, …
   */
  readonly header?: boolean
  /** The mark before the fraction of a number; a point unless told otherwise. */
  readonly decimal?: DecimalMark
  /**
   * Classes unless told otherwise; but numbers with fractions, or of many different values, are a left value that asks,
   * and so is one class that is written in two ways, such as `1` and `1.0`.
   */
  readonly task?: Task
  /**
   * The most bytes that are taken, those of a compressed file after it is unfolded. Unless told otherwise, a plain file
   * may have any size, and a compressed one may unfold to 256 MiB or a hundred times its size, whichever is more.
   */
  readonly maxBytes?: number
}

/** Options of a table, checked, with what they are where nothing was said. */
export interface CsvFormat {
  readonly file: string
  readonly label: string
  readonly dtype: FloatDType
  readonly encoding: string | undefined
  readonly separator: Separator | undefined
  readonly header: boolean | undefined
  readonly decimal: DecimalMark
  readonly task: Task | undefined
  readonly maxBytes: number | undefined
}

const oneOf = (where: string, name: string, value: unknown, choices: readonly unknown[]): void => {
  if (value !== undefined && !choices.includes(value))
    throw new ArgumentError(
      `${where}: ${name}: expected ${choices.map((choice) => showValue(choice)).join(' or ')}, got ${showValue(value)}`,
    )
}

export const separators: readonly Separator[] = [',', ';', '\t', '|']

const known = {
  label: true,
  file: true,
  dtype: true,
  encoding: true,
  separator: true,
  header: true,
  decimal: true,
  task: true,
  maxBytes: true,
} as const

/**
 * @throws ArgumentError for an unknown option or a value an option cannot have.
 */
export const csvFormat = (where: string, options: CsvOptions, file: string): CsvFormat => {
  checkOptions<CsvOptions>(where, options, known)
  const { label, dtype = 'float32', encoding, separator, header, decimal = '.', task, maxBytes } = options
  if (typeof label !== 'string')
    throw new ArgumentError(`${where}: label: expected the name of a column, got ${showValue(label)}`)
  oneOf(where, 'dtype', dtype, ['float32', 'float64'])
  oneOf(where, 'separator', separator, separators)
  oneOf(where, 'header', header, [true, false])
  oneOf(where, 'decimal', decimal, ['.', ','])
  oneOf(where, 'task', task, ['classification', 'regression'])
  if (separator === ',' && decimal === ',')
    throw new ArgumentError(`${where}: separator and decimal: expected two different marks, got ',' for both`)
  checkedMaxBytes(where, maxBytes)
  return {
    file,
    label,
    dtype,
    encoding: encoding === undefined ? undefined : checkedEncoding(where, encoding),
    separator,
    header,
    decimal,
    task,
    maxBytes,
  }
}
