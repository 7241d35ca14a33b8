/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   rows are taken in turn; nobody else sees what is gathered until it is finished */
import * as E from 'fp-ts/lib/Either.js'
import { tensorIn } from '../../core/tensor/concrete.ts'
import type { DataError, UnusableColumn } from '../data-error.ts'
import type { ScannedRow } from '../formats/csv-scanner.ts'
import { strictNumber, type DecimalMark } from '../formats/strict-number.ts'
import { columnFiller, type ColumnFiller, type MissingSigns } from './column-fillers.ts'
import type { Sighting } from './column-statistics.ts'
import type { ColumnSchema, TableSchema } from './table-schema.ts'
import { rawTable, type Table } from './table.ts'
import { absentColumns, columnOfOddCells, unusableColumns } from './unusable-columns.ts'

/** Takes rows and makes tables of them. */
export interface TableFiller {
  readonly take: (row: ScannedRow) => void
  /** How many rows were taken since the last table. */
  readonly rows: () => number
  /** The table of the rows since the last one, or all columns that cannot be used. */
  readonly finish: () => E.Either<DataError, Table<'raw'>>
}

/** The decimal mark of most columns: the scanner makes numbers with it. */
export const mainDecimal = ({ columns }: TableSchema): DecimalMark => {
  const marks = columns.flatMap((column) => (column.kind === 'number' ? [column.decimal] : []))
  return 2 * marks.filter((mark) => mark === ',').length > marks.length ? ',' : '.'
}

export const missingOf = ({ format }: TableSchema): MissingSigns => ({
  texts: new Set(['', ...format.missing]),
  numbers: new Set(
    format.missing
      .flatMap((sign) => [strictNumber(sign), strictNumber(sign, ',')])
      .filter((value) => !Number.isNaN(value)),
  ),
})

/** A column, where its cells stand in a row, and what was odd in it so far. */
interface ColumnInWork {
  readonly at: number
  readonly column: ColumnSchema
  readonly filler: ColumnFiller
  odd: number
  first: Sighting | undefined
}

/**
 * What makes tables of rows whose columns have these names, as a schema says; columns are found by their names, others
 * are left out. `expected` is how many rows a table will have. A left value for columns that are not there.
 */
export const tableFiller = (
  file: string,
  names: readonly string[],
  schema: TableSchema,
  expected: number,
): E.Either<DataError, TableFiller> => {
  const places = new Map(names.map((name, i) => [name, i]))
  const absent = schema.columns.filter(({ name }) => !places.has(name))
  if (absent.length > 0)
    return E.left(
      absentColumns(
        file,
        absent.map(({ name }) => name),
        names,
      ),
    )
  const [decimal, missing] = [mainDecimal(schema), missingOf(schema)]
  const columns = schema.columns.map((column): ColumnInWork => ({
    at: places.get(column.name)!,
    column,
    filler: columnFiller(column, decimal, missing, expected),
    odd: 0,
    first: undefined,
  }))
  let lines = new Int32Array(Math.max(1, expected))
  let n = 0
  return E.right({
    take: (row) => {
      if (n === lines.length) {
        const more = new Int32Array(2 * n)
        more.set(lines)
        lines = more
      }
      lines[n++] = row.line
      for (const own of columns)
        if (!own.filler.take(row, own.at)) {
          own.odd++
          own.first ??= { line: row.line, cell: row.text(own.at) }
        }
    },
    rows: () => n,
    finish: () => {
      const problems = columns.flatMap(({ column, odd, first }): readonly UnusableColumn[] =>
        first === undefined ? [] : [columnOfOddCells(column, odd, first)],
      )
      if (problems.length > 0) return E.left(unusableColumns(file, problems))
      const own = lines.slice(0, n)
      const made = rawTable({
        file,
        n,
        columns: columns.map(({ filler }) => filler.finish()),
        lines: tensorIn(own.buffer, 0, 'int32', [n]),
      })
      n = 0
      return E.right(made)
    },
  })
}
