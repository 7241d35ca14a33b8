import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'
import { joinBytes } from '../formats/join-bytes.ts'
import type { DecimalMark } from '../formats/strict-number.ts'
import { utf8Source } from '../formats/utf8-source.ts'
import type { ColumnName } from './column-names.ts'
import type { Guess, TableStatistics } from './column-statistics.ts'
import { mainDecimal, missingOf, tableFiller, type TableFiller } from './fill-table.ts'
import { findEncoding } from './find-encoding.ts'
import { gatherStatistics, type StatisticsGatherer } from './gather-statistics.ts'
import { guessesOf, inferColumns } from './infer-columns.ts'
import type { InferredColumn } from './inferred-column.ts'
import { tableLayout, type TableLayout } from './table-layout.ts'
import { missingSigns, type TableOptions } from './table-options.ts'
import type { ColumnReport, EncodingReason, Found, TableReport } from './table-report.ts'
import { tableRows, type TableRows } from './table-rows.ts'
import type { TableFormat, TableSchema } from './table-schema.ts'
import type { Table } from './table.ts'

/**
 * A table as it was read, how, and what was found in it.
 *
 * @category Tables
 */
export interface TableReading {
  readonly table: Table<'raw'>
  /** Reads another table as this one was read. */
  readonly schema: TableSchema
  readonly report: TableReport
}

/** What the layout is looked for in. */
const sampleBytes = 2 ** 18

const empty = (file: string, header: boolean): DataError => ({
  kind: 'empty',
  file,
  message: header
    ? `${file}: expected a row of names and at least one row of data, got no row of data`
    : `${file}: expected at least one row, got nothing`,
})

/** Goes through all rows of some bytes. */
const eachRow = (
  rows: TableRows,
  pieces: readonly Uint8Array[],
  take: (row: Parameters<TableFiller['take']>[0]) => E.Either<DataError, undefined>,
): E.Either<DataError, undefined> => {
  /* eslint-disable functional/no-loop-statements -- rows are taken in turn until one is wrong */
  for (const [i, piece] of pieces.entries()) {
    const pushed = rows.push(piece, i === pieces.length - 1)
    if (E.isLeft(pushed)) return pushed
    for (;;) {
      const next = rows.next()
      if (E.isLeft(next)) return next
      if (next.right === undefined) break
      const taken = take(next.right)
      if (E.isLeft(taken)) return taken
    }
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(undefined)
}

interface Gathered {
  readonly names: readonly ColumnName[]
  readonly statistics: TableStatistics
}

const gathered = (
  file: string,
  pieces: readonly Uint8Array[],
  format: TableFormat,
  decimal: DecimalMark,
  guesses: readonly Guess[] | undefined,
): E.Either<DataError, Gathered> => {
  const rows = tableRows(file, format, decimal)
  // eslint-disable-next-line functional/no-let -- begins with the first row, when the width is known
  let gatherer: StatisticsGatherer | undefined
  const plain: Guess = { marks: { decimal, thousands: '', percent: false }, order: 'ymd' }
  const done = eachRow(rows, pieces, (row) => {
    gatherer ??= gatherStatistics(
      guesses ?? Array.from({ length: row.count }, () => plain),
      decimal,
      missingOf({ format, columns: [] }).texts,
    )
    gatherer.take(row)
    return E.right(undefined)
  })
  return E.isLeft(done)
    ? done
    : gatherer === undefined
      ? E.left(empty(file, format.header))
      : E.right({ names: rows.names() ?? [], statistics: gatherer.finish() })
}

const columnReport = (
  { schema, why, flags }: InferredColumn,
  { from }: ColumnName,
  statistics: TableStatistics['columns'][number],
): ColumnReport => {
  const { missing, texts, values, numbers, textsComplete, examples, earliest, latest } = statistics
  const range =
    schema.kind === 'number' && values.count > 0
      ? { least: values.low.value, greatest: values.high.value, mean: values.sum / values.count }
      : schema.kind === 'date'
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

const filled = (
  file: string,
  pieces: readonly Uint8Array[],
  schema: TableSchema,
  expected: number,
): E.Either<DataError, { readonly table: Table<'raw'>; readonly names: readonly ColumnName[] }> => {
  const rows = tableRows(file, schema.format, mainDecimal(schema))
  // eslint-disable-next-line functional/no-let -- begins with the first row, when the names are known
  let filler: TableFiller | undefined
  const done = eachRow(rows, pieces, (row) => {
    if (filler === undefined) {
      const made = tableFiller(
        file,
        (rows.names() ?? []).map(({ name }) => name),
        schema,
        expected,
      )
      if (E.isLeft(made)) return made
      filler = made.right
    }
    filler.take(row)
    return E.right(undefined)
  })
  if (E.isLeft(done)) return done
  if (filler === undefined) return E.left(empty(file, schema.format.header))
  const table = filler.finish()
  return E.isLeft(table) ? table : E.right({ table: table.right, names: rows.names() ?? [] })
}

interface Inferred {
  readonly schema: TableSchema
  readonly report: TableReport
}

const inferredSchema = (
  file: string,
  pieces: readonly Uint8Array[],
  encoding: Found<string, EncodingReason>,
  layout: TableLayout,
  options: TableOptions,
): E.Either<DataError, Inferred> => {
  const format: TableFormat = {
    encoding: encoding.value,
    separator: layout.separator.value,
    header: layout.header.value,
    missing: missingSigns(options),
  }
  const told = {
    separator: format.separator,
    decimal: options.decimal,
    thousands: options.thousands,
    dates: options.dates,
    kinds: options.kinds ?? {},
  }
  const passed = (
    decimal: DecimalMark,
    guesses: readonly Guess[] | undefined,
    left: number,
  ): E.Either<DataError, Inferred> => {
    const all = gathered(file, pieces, format, decimal, guesses)
    if (E.isLeft(all)) return all
    const { names, statistics } = all.right
    const columns = inferColumns(
      names.map(({ name }) => name),
      statistics,
      told,
    )
    const schema = { format, columns: columns.map((column) => column.schema) }
    const next = guessesOf(columns)
    const same = guesses !== undefined && JSON.stringify(next) === JSON.stringify(guesses)
    return !same && left > 0
      ? passed(mainDecimal(schema), next, left - 1)
      : E.right({
          schema,
          report: {
            file,
            rows: statistics.rows,
            encoding,
            ...layout,
            columns: columns.map((column, i) => columnReport(column, names[i]!, statistics.columns[i]!)),
            repeatedRows: statistics.repeatedRows,
            comparedRows: statistics.comparedRows,
            leftOut: [],
          },
        })
  }
  return passed('.', undefined, 2)
}

/** The table in some bytes. */
export const tableReading = (
  file: string,
  pieces: readonly Uint8Array[],
  options: TableOptions,
): E.Either<DataError, TableReading> => {
  const { schema: told } = options
  const bytes = joinBytes(pieces)
  const encoding = findEncoding(file, bytes, told?.format.encoding ?? options.encoding)
  if (E.isLeft(encoding)) return encoding
  const head = bytes.subarray(0, sampleBytes)
  const sample = utf8Source(file, encoding.right.value).push(head, head.length === bytes.length)
  if (E.isLeft(sample)) return sample
  const layout = tableLayout(
    file,
    sample.right,
    head.length === bytes.length,
    { separator: options.separator ?? told?.format.separator, header: options.header ?? told?.format.header },
    new Set(missingSigns(options)),
  )
  const inferred = inferredSchema(file, pieces, encoding.right, layout, options)
  if (E.isLeft(inferred)) return inferred
  const schema = told ?? inferred.right.schema
  const read = filled(file, pieces, schema, inferred.right.report.rows)
  return E.isLeft(read) ? read : E.right({ table: read.right.table, schema, report: inferred.right.report })
}
