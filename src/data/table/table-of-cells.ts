import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { nearestName } from '../../core/tensor/nearest-name.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import type { ScannedRow } from '../formats/csv-scanner.ts'
import { showNames } from '../formats/show-names.ts'
import { tableFiller } from './fill-table.ts'
import type { ColumnSchema, TableSchema } from './table-schema.ts'
import type { Table } from './table.ts'

/**
 * The cells of a row by the names of their columns; one that is absent is missing.
 *
 * @category Tables
 */
export type CellRecord = Readonly<Record<string, string | number | boolean | null | undefined>>

type Cell = CellRecord[string]

/** A cell as it would be written in a file of the schema. */
const written = (cell: Cell, column: ColumnSchema): string =>
  cell === null || cell === undefined || Number.isNaN(cell)
    ? ''
    : typeof cell === 'boolean' && column.kind === 'boolean'
      ? cell
        ? column.yes
        : column.no
      : typeof cell === 'number' && column.kind === 'number'
        ? `${String(cell).replace('.', column.decimal)}${column.percent ? '%' : ''}`
        : String(cell).trim()

const unknownCell = (
  file: string,
  row: number,
  name: string,
  columns: readonly ColumnSchema[],
): DataError => {
  const names = columns.map((column) => column.name)
  const near = nearestName(name, names)
  return {
    kind: 'missing-column',
    file,
    column: name,
    message: `${file}, row ${row}: there is no column '${showText(name, 60)}'${near === undefined ? '; the columns are' : `; is it '${showText(near, 60)}'? The columns are`} ${showNames(names)}`,
  }
}

/**
 * A table of records, such as the fields of a form: texts are read as the schema reads them in a file, a number is the
 * number of a column of numbers whatever its marks, true and false are the words of a column of two. A cell that is
 * absent, `null` or `NaN` is missing. The line of a row is its number, from 1.
 *
 * A left value for a name that is no column, with the nearest, and for all columns with cells of another kind.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { parseTable, tableOfCells } from 'puregrad/data'
 * const known = parseTable('age;kind\n3,5;cat\n5,1;dog\n')
 * const table = E.flatMap((read: { schema: Parameters<typeof tableOfCells>[0] }) =>
 *   tableOfCells(read.schema, [{ age: 2.5, kind: 'cat' }, { kind: 'fish' }]))(known)
 * E.isRight(table) ? table.right.n : table.left.message // => 2
 * ```
 * @category Tables
 */
export const tableOfCells = (
  schema: TableSchema,
  rows: readonly CellRecord[],
  options: { readonly file?: string } = {},
): E.Either<DataError, Table<'raw'>> => {
  checkOptions<typeof options>('tableOfCells', options, { file: true })
  const { file = 'cells' } = options
  const { columns } = schema
  const known = new Set(columns.map(({ name }) => name))
  const odd = rows.flatMap((row, i) =>
    Object.keys(row)
      .filter((name) => !known.has(name))
      .map((name) => unknownCell(file, i + 1, name, columns)),
  )[0]
  if (odd !== undefined) return E.left(odd)
  if (rows.length === 0)
    return E.left({ kind: 'empty', file, message: `${file}: expected at least one row, got nothing` })
  return pipe(
    tableFiller(
      file,
      columns.map(({ name }) => name),
      schema,
      rows.length,
    ),
    E.flatMap((filler) => {
      rows.forEach((row, i) => {
        const texts = columns.map((column) =>
          written(Object.hasOwn(row, column.name) ? row[column.name] : undefined, column),
        )
        filler.take(rowOfTexts(texts, i + 1))
      })
      return filler.finish()
    }),
  )
}

/** Texts as the cells of a row that was scanned. */
const rowOfTexts = (texts: readonly string[], line: number): ScannedRow => ({
  line,
  count: texts.length,
  bytes: new Uint8Array(0),
  starts: new Int32Array(0),
  ends: new Int32Array(0),
  values: new Float64Array(texts.length).fill(NaN),
  places: new Uint8Array(texts.length),
  from: 0,
  to: 0,
  text: (cell) => texts[cell] ?? '',
})
