/* eslint-disable functional/no-let, functional/no-loop-statements -- rows are taken in turn until one is wrong */
import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'
import type { ScannedRow } from '../formats/csv-scanner.ts'
import type { DecimalMark } from '../formats/strict-number.ts'
import type { BytePasses } from './byte-passes.ts'
import type { ColumnName } from './column-names.ts'
import type { Guess } from './column-statistics.ts'
import { mainDecimal, missingOf, tableFiller, type TableFiller } from './fill-table.ts'
import { gatherStatistics, type GatheredTable, type StatisticsGatherer } from './gather-statistics.ts'
import { tableRows, type TableRows } from './table-rows.ts'
import type { TableFormat, TableSchema } from './table-schema.ts'
import type { Table } from './table.ts'

/** A table without a row of data. */
export const emptyTable = (file: string, header: boolean): DataError => ({
  kind: 'empty',
  file,
  message: header
    ? `${file}: expected a row of names and at least one row of data, got no row of data`
    : `${file}: expected at least one row, got nothing`,
})

/** Takes all rows that are whole. */
const drain = (
  rows: TableRows,
  take: (row: ScannedRow) => E.Either<DataError, undefined>,
): E.Either<DataError, undefined> => {
  for (;;) {
    const next = rows.next()
    if (E.isLeft(next)) return next
    if (next.right === undefined) return E.right(undefined)
    const taken = take(next.right)
    if (E.isLeft(taken)) return taken
  }
}

/** Goes through all rows once. */
function* eachRow(
  rows: TableRows,
  take: (row: ScannedRow) => E.Either<DataError, undefined>,
): BytePasses<undefined> {
  yield 'begin'
  for (;;) {
    const piece = yield 'next'
    const pushed = rows.push(piece ?? new Uint8Array(0), piece === undefined)
    const taken = E.isLeft(pushed) ? pushed : drain(rows, take)
    if (E.isLeft(taken) || piece === undefined) return taken
  }
}

/** What a pass over the cells gives, and the names of the columns. */
export interface NamedStatistics {
  readonly names: readonly ColumnName[]
  readonly gathered: GatheredTable
}

/** How columns are taken to be written, by their names. */
export type GuessOf = (name: string, at: number) => Guess

/** Counts what the cells of a table are, and keeps the numbers of so many rows as are expected, if any are. */
export function* gatherPass(
  file: string,
  format: TableFormat,
  decimal: DecimalMark,
  guessOf: GuessOf,
  expected: number | undefined,
): BytePasses<NamedStatistics> {
  const rows = tableRows(file, format, decimal)
  const missing = missingOf({ format, columns: [] })
  let gatherer: StatisticsGatherer | undefined
  const done = yield* eachRow(rows, (row) => {
    gatherer ??= gatherStatistics(
      (rows.names() ?? []).map(({ name }, i) => guessOf(name, i)),
      decimal,
      missing,
      expected,
    )
    gatherer.take(row)
    return E.right(undefined)
  })
  if (E.isLeft(done)) return done
  return gatherer === undefined
    ? E.left(emptyTable(file, format.header))
    : E.right({ names: rows.names() ?? [], gathered: gatherer.finish() })
}

/** Makes the columns of a schema from the cells of a table of so many rows. */
export function* fillPass(file: string, schema: TableSchema, expected: number): BytePasses<Table<'raw'>> {
  const rows = tableRows(file, schema.format, mainDecimal(schema))
  let filler: TableFiller | undefined
  const done = yield* eachRow(rows, (row) => {
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
  return filler === undefined ? E.left(emptyTable(file, schema.format.header)) : filler.finish()
}
