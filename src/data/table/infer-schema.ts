import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'
import type { DecimalMark } from '../formats/strict-number.ts'
import { utf8Source } from '../formats/utf8-source.ts'
import { runOver, type BytePasses } from './byte-passes.ts'
import { columnFlags } from './column-flags.ts'
import type { ColumnName } from './column-names.ts'
import type { ColumnStatistics, Guess } from './column-statistics.ts'
import { mainDecimal } from './fill-table.ts'
import { findEncoding } from './find-encoding.ts'
import type { GatheredTable } from './gather-statistics.ts'
import { guessOfSchema, inferColumns } from './infer-columns.ts'
import type { InferredColumn } from './inferred-column.ts'
import { allMarks } from './number-marks.ts'
import { tableLayout, type TableLayout } from './table-layout.ts'
import { missingSigns, type TableOptions } from './table-options.ts'
import { gatherPass, type GuessOf, type NamedStatistics } from './table-passes.ts'
import type { ColumnReport, EncodingReason, Found, TableReport } from './table-report.ts'
import type { ColumnSchema, TableFormat, TableSchema } from './table-schema.ts'
import { absentColumns } from './unusable-columns.ts'

/** What the layout is looked for in. */
const sampleBytes = 2 ** 18

/** How a table is written, and what was found in it. */
export interface InferredTable {
  readonly schema: TableSchema
  readonly report: TableReport
  /** What the last pass kept: the numbers of the columns whose numbers are read as it guessed. */
  readonly gathered: GatheredTable
  readonly names: readonly ColumnName[]
}

const plainGuess: Guess = { marks: allMarks[0]!, order: 'ymd' }

const columnReport = (
  { schema, why, flags }: InferredColumn,
  from: string | undefined,
  { missing, texts, values, numbers, textsComplete, examples, earliest, latest }: ColumnStatistics,
): ColumnReport => {
  const range =
    schema.kind === 'number' && values.count > 0
      ? { least: values.low.value, greatest: values.high.value, mean: values.sum / values.count }
      : schema.kind === 'date' && !Number.isNaN(earliest)
        ? { least: earliest, greatest: latest }
        : undefined
  return {
    name: schema.name,
    kind: schema.kind,
    why,
    missing: [...missing.values()].reduce((sum, count) => sum + count, 0),
    missingSigns: Object.fromEntries(missing),
    distinct: texts.size + (numbers.size > 0 ? values.distinct : 0),
    exact: textsComplete && values.complete,
    examples,
    ...(range === undefined ? {} : { range }),
    flags: from === undefined ? flags : [{ kind: 'renamed', from }, ...flags],
  }
}

/** The columns of a schema as they are found in a file that has others too. */
const bySchema = (
  file: string,
  { columns }: TableSchema,
  { names, gathered }: NamedStatistics,
): E.Either<DataError, readonly InferredColumn[]> => {
  const places = new Map(names.map(({ name }, i) => [name, i]))
  const absent = columns.filter(({ name }) => !places.has(name))
  return absent.length > 0
    ? E.left(
        absentColumns(
          file,
          absent.map(({ name }) => name),
          names.map(({ name }) => name),
        ),
      )
    : E.right(
        columns.map((schema) => {
          const found = { schema, why: { kind: 'told' } as const }
          return { ...found, flags: columnFlags(gathered.columns[places.get(schema.name)!]!, found) }
        }),
      )
}

const reportOf = (
  file: string,
  layout: TableLayout,
  encoding: Found<string, EncodingReason>,
  columns: readonly InferredColumn[],
  { names, gathered }: NamedStatistics,
): TableReport => {
  const places = new Map(names.map(({ name }, i) => [name, i]))
  const kept = new Set(columns.map(({ schema }) => schema.name))
  return {
    file,
    rows: gathered.rows,
    encoding,
    ...layout,
    columns: columns.map((column) => {
      const at = places.get(column.schema.name)!
      return columnReport(column, names[at]!.from, gathered.columns[at]!)
    }),
    repeatedRows: gathered.repeatedRows,
    comparedRows: gathered.comparedRows,
    leftOut: names.map(({ name }) => name).filter((name) => !kept.has(name)),
  }
}

/** Whether numbers and dates are written in two schemas in the same way. */
const writtenAlike = (a: readonly ColumnSchema[], b: readonly ColumnSchema[]): boolean =>
  a.length === b.length &&
  a.every((column, i) => JSON.stringify(guessOfSchema(column)) === JSON.stringify(guessOfSchema(b[i]!)))

/** A separator at the end of each row makes a column without a name and without a cell. */
const withoutAbsent = (
  columns: readonly InferredColumn[],
  names: readonly ColumnName[],
): readonly InferredColumn[] => {
  const last = columns.findLastIndex(({ why }, i) => why.kind !== 'empty' || names[i]?.from !== '')
  return last < 0 ? columns : columns.slice(0, last + 1)
}

/** The first bytes, at least so many of them where there are. */
function* firstBytes(): BytePasses<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  yield 'begin'
  // eslint-disable-next-line functional/no-let -- pieces come one by one
  let bytes = new Uint8Array(0)
  // eslint-disable-next-line functional/no-loop-statements -- until there are enough
  while (bytes.length < sampleBytes) {
    const piece = yield 'next'
    if (piece === undefined) return E.right({ bytes, whole: true })
    const joined = new Uint8Array(bytes.length + Math.min(piece.length, sampleBytes))
    joined.set(bytes)
    joined.set(piece.subarray(0, sampleBytes), bytes.length)
    bytes = joined
  }
  return E.right({ bytes, whole: false })
}

/** The place after the last line feed or carriage return; a row that is cut off says nothing. */
const lastLineEnd = (bytes: Uint8Array): number => 1 + Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13))

/** How the inference is to go about it. */
interface InferenceSettings {
  /** The bytes of the file, where they are known: from them follows how many rows are expected. */
  readonly size: number | undefined
  /** Whether numbers are kept as they are counted. */
  readonly keep: boolean
  /** Whether all rows are looked at, or only the first. */
  readonly rows: 'all' | 'first'
}

/** How a table is laid out, by its first bytes, and whole rows from its beginning, in UTF-8. */
interface TableForm {
  readonly format: TableFormat
  readonly layout: TableLayout
  readonly encoding: Found<string, EncodingReason>
  readonly head: Uint8Array
}

function* tableForm(file: string, options: TableOptions): BytePasses<TableForm> {
  const told = options.schema?.format
  const first = yield* firstBytes()
  if (E.isLeft(first)) return first
  const { bytes, whole } = first.right
  const encoding = yield* findEncoding(file, bytes, options.encoding ?? told?.encoding)
  if (E.isLeft(encoding)) return encoding
  const sample = utf8Source(file, encoding.right.value).push(bytes, whole)
  if (E.isLeft(sample)) return sample
  const missing = told?.missing ?? missingSigns(options)
  const layout = tableLayout(
    file,
    sample.right,
    whole,
    {
      separator: options.separator ?? told?.separator,
      header: options.header ?? told?.header,
    },
    new Set(missing),
  )
  const format: TableFormat = {
    encoding: encoding.right.value,
    separator: layout.separator.value,
    header: layout.header.value,
    missing,
  }
  const head = sample.right.subarray(0, whole ? sample.right.length : lastLineEnd(sample.right))
  return E.right({ format, layout, encoding: encoding.right, head })
}

/** How many rows a file of so many bytes has, if all are as long as those at its beginning. */
const expectedRows = (size: number, head: Uint8Array, rows: number): number =>
  Math.ceil((size / Math.max(1, head.length)) * rows * 1.02) + 16

/**
 * How a table is written and what is in it: the form by its first bytes, the kinds of columns by all of its cells, or
 * those of the first rows.
 */
export function* inferSchema(
  file: string,
  options: TableOptions,
  { size, keep, rows }: InferenceSettings,
): BytePasses<InferredTable> {
  const found = yield* tableForm(file, options)
  if (E.isLeft(found)) return found
  const { format, layout, encoding, head } = found.right
  const told = options.schema
  const inferred = (statistics: NamedStatistics): E.Either<DataError, readonly InferredColumn[]> =>
    told === undefined
      ? E.right(
          inferColumns(
            statistics.names.map(({ name }) => name),
            statistics.gathered,
            { ...options, separator: format.separator, kinds: options.kinds ?? {} },
          ),
        )
      : bySchema(file, told, statistics)
  const ofHead = (decimal: DecimalMark, guessOf: GuessOf): E.Either<DataError, NamedStatistics> =>
    runOver([head], gatherPass(file, { ...format, encoding: 'utf-8' }, decimal, guessOf, undefined))

  const rough = ofHead('.', () => plainGuess)
  const roughColumns = E.isRight(rough) ? inferred(rough.right) : rough
  const expected =
    keep && E.isRight(rough) ? expectedRows(size ?? 0, head, rough.right.gathered.rows) : undefined

  function* passes(known: readonly ColumnSchema[], left: number): BytePasses<InferredTable> {
    const guesses = new Map(known.map((column) => [column.name, guessOfSchema(column)]))
    const guessOf = (name: string): Guess => guesses.get(name) ?? plainGuess
    const decimal = mainDecimal({ format, columns: known })
    const statistics: E.Either<DataError, NamedStatistics> =
      rows === 'first'
        ? ofHead(decimal, guessOf)
        : yield* gatherPass(file, format, decimal, guessOf, expected)
    if (E.isLeft(statistics)) return statistics
    const { names, gathered } = statistics.right
    const all = inferred(statistics.right)
    if (E.isLeft(all)) return all
    const alike = writtenAlike(
      all.right.map(({ schema }) => schema),
      known,
    )
    if (!alike && left > 0)
      return yield* passes(
        all.right.map(({ schema }) => schema),
        left - 1,
      )
    const columns = told === undefined ? withoutAbsent(all.right, names) : all.right
    return E.right({
      schema: { format, columns: columns.map(({ schema }) => schema) },
      report: reportOf(file, layout, encoding, columns, statistics.right),
      names,
      // Numbers that were read by another guess are not those of the schema.
      gathered: alike ? gathered : { ...gathered, numbers: [] },
    })
  }
  return yield* passes(
    told?.columns ?? (E.isRight(roughColumns) ? roughColumns.right.map(({ schema }) => schema) : []),
    2,
  )
}
