import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { DataError } from '../data/data-error.ts'
import { mainDecimal, tableFiller } from '../data/table/fill-table.ts'
import { tableOfCells, type CellRecord } from '../data/table/table-of-cells.ts'
import { tableRows, type TableRows } from '../data/table/table-rows.ts'
import type { TableSchema } from '../data/table/table-schema.ts'
import type { Table } from '../data/table/table.ts'
import type { ScannedRow } from '../data/formats/csv-scanner.ts'
import type { PredictionError } from './predicted-rows.ts'
import type { PredictingModel } from './trained-model.ts'

/**
 * The schema of the columns that a model reads: a file to be predicted has no targets as a rule. `others` are read besides,
 * as texts.
 */
export const readingSchema = (
  { schema, preparation, features }: PredictingModel,
  others: readonly string[] = [],
): E.Either<Extract<PredictionError, { readonly kind: 'no-schema' }>, TableSchema> => {
  const names = preparation?.columns.map(({ name }) => name) ?? features
  return schema === undefined
    ? E.left({
        kind: 'no-schema',
        message: 'the model has no schema: it was trained on arrays, and does not say how cells are read',
      })
    : E.right({
        ...schema,
        columns: [
          ...schema.columns.filter(({ name }) => names.includes(name)),
          ...others.filter((name) => !names.includes(name)).map((name) => ({ name, kind: 'text' as const })),
        ],
      })
}

/** The rows that are left, each handed to `take` before the next is asked for. */
const takeRows = (rows: TableRows, take: (row: ScannedRow) => void): E.Either<DataError, void> => {
  // eslint-disable-next-line functional/no-loop-statements -- a reader gives one row after another
  for (;;) {
    const next = rows.next()
    if (E.isLeft(next)) return next
    if (next.right === undefined) return E.right(undefined)
    take(next.right)
  }
}

/** The table in a text or its bytes, read as a schema says; other columns are left out. */
export const tableOfText = (
  file: string,
  schema: TableSchema,
  content: string | Uint8Array,
): E.Either<DataError, Table<'raw'>> => {
  const text = typeof content === 'string'
  const bytes = text ? new TextEncoder().encode(content) : content
  const format = text ? { ...schema.format, encoding: 'utf-8' } : schema.format
  const rows = tableRows(file, format, mainDecimal(schema))
  const empty: DataError = {
    kind: 'empty',
    file,
    message: `${file}: expected at least one row, got nothing`,
  }
  return pipe(
    rows.push(bytes, true),
    E.flatMap(() => rows.next()),
    E.flatMap((first) => (first === undefined ? E.left(empty) : E.right(first))),
    E.bindTo('first'),
    E.bind('filler', () =>
      tableFiller(
        file,
        (rows.names() ?? []).map(({ name }) => name),
        schema,
        1000,
      ),
    ),
    E.flatMap(({ first, filler }) => {
      filler.take(first)
      return pipe(
        takeRows(rows, filler.take),
        E.flatMap(() => filler.finish()),
      )
    }),
  )
}

/** The table of some records; names that the whole schema knows and the model does not need are left out. */
export const tableOfRecords = (
  whole: TableSchema | undefined,
  schema: TableSchema,
  rows: readonly CellRecord[],
): E.Either<DataError, Table<'raw'>> => {
  const needed = new Set(schema.columns.map(({ name }) => name))
  const spare = new Set(whole?.columns.map(({ name }) => name).filter((name) => !needed.has(name)))
  return tableOfCells(
    schema,
    rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !spare.has(name)))),
  )
}
