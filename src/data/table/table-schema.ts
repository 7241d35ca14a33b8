import type * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decodeWith } from '../../core/codec/decode-with.ts'
import { problemAt, type DecodingError, type Problem } from '../../core/codec/decoding-error.ts'
import { oneKindOf } from '../../core/codec/one-kind-of.ts'
import { refinedCodec, textCodec } from '../../core/codec/refined-codec.ts'
import { choiceCodec } from '../../core/codec/setting-codec.ts'
import { strictRecord } from '../../core/codec/strict-record.ts'
import { separators, type Separator } from '../formats/csv-format.ts'
import { isEncoding } from '../formats/text-encoding.ts'
import { dateOrders, type DateOrder } from './calendar-date.ts'
import { decimalMarks, thousandsMarks, type NumberMarks } from './number-marks.ts'

/**
 * How the text of a table is laid out.
 *
 * @category Tables
 */
export interface TableFormat {
  /** A name that `TextDecoder` knows. */
  readonly encoding: string
  readonly separator: Separator
  /** Whether the first row names the columns; without it they are called `column1`, `column2`, … */
  readonly header: boolean
  /** What stands in a cell without a value; nothing and blanks always do. */
  readonly missing: readonly string[]
}

/**
 * What the cells of a column are and how they are written.
 *
 * @category Tables
 */
export type ColumnSchema =
  | ({ readonly name: string; readonly kind: 'number' } & NumberMarks)
  | { readonly name: string; readonly kind: 'date'; readonly order: DateOrder }
  | {
      readonly name: string
      readonly kind: 'boolean'
      /** The two words as they are written; letters may be small or capital. */
      readonly no: string
      readonly yes: string
    }
  | { readonly name: string; readonly kind: 'category' | 'text' | 'identifier' }

/**
 * All that has to be known to read another table as this one was read: plain data, which `decodeTableSchema` checks.
 *
 * @category Tables
 */
export interface TableSchema {
  readonly format: TableFormat
  readonly columns: readonly ColumnSchema[]
}

/** A codec of marks, which are described by words: a list of commas and blanks cannot be read. */
const markCodec = <A extends string>(name: string, marks: readonly A[]): t.Type<A> =>
  refinedCodec(name, (u): u is A => marks.some((mark) => mark === u))

const named = { name: textCodec }

const columnCodec: t.Type<ColumnSchema, unknown> = oneKindOf('a column', {
  number: {
    ...named,
    decimal: markCodec('a point or a comma', decimalMarks),
    thousands: markCodec('nothing, a comma, a point, a blank or an apostrophe', thousandsMarks),
    percent: choiceCodec(true, false),
  },
  date: { ...named, order: choiceCodec(...dateOrders) },
  boolean: { ...named, no: textCodec, yes: textCodec },
  category: named,
  text: named,
  identifier: named,
})

const codec = strictRecord('a schema of a table', {
  format: strictRecord('the form of a table', {
    encoding: refinedCodec(
      'an encoding that TextDecoder knows',
      (u): u is string => typeof u === 'string' && isEncoding(u),
    ),
    separator: markCodec('a comma, a semicolon, a tab or a bar', separators),
    header: choiceCodec(true, false),
    missing: t.readonlyArray(textCodec, 'a list of texts'),
  }),
  columns: t.readonlyArray(columnCodec, 'a list of columns'),
})

const subject = 'schema'

const contradictions = ({ columns }: TableSchema): readonly Problem[] => {
  const places = new Map(columns.map(({ name }, i) => [name, i]))
  return columns.flatMap((column, i) => [
    ...(places.get(column.name) === i
      ? []
      : [problemAt(subject, `columns[${i}].name`, `another column is called '${column.name}' too`)]),
    ...(column.kind === 'number' && column.decimal === column.thousands
      ? [problemAt(subject, `columns[${i}].thousands`, `expected another mark than the decimal one`)]
      : []),
  ])
}

/**
 * The schema a piece of data describes, or all that is wrong with it and where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeTableSchema, parseTable } from 'puregrad/data'
 * const read = parseTable('age,kind\n3,cat\n?,dog\n')
 * const saved = JSON.stringify(E.isRight(read) ? read.right.schema : undefined)
 * const schema = decodeTableSchema(JSON.parse(saved))
 * E.isRight(schema) ? schema.right.columns.map(({ kind }) => kind) : [] // => ['number', 'category']
 * ```
 * @category Tables
 */
export const decodeTableSchema = (data: unknown): E.Either<DecodingError, TableSchema> =>
  decodeWith(codec, subject, data, contradictions)
