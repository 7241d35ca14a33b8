/* eslint-disable functional/no-let, functional/no-loop-statements --
   rows are counted while tables are passed on as they come, which only a generator's own loop can do */
import * as E from 'fp-ts/lib/Either.js'
import { tensor } from '../core/numeric/index.ts'
import type { DataError } from '../data/data-error.ts'
import { streamTable, type TableStreamOptions } from '../data/table/stream-table.ts'
import { tableRowsAt, type Table } from '../data/table/table.ts'
import type { PartName } from './row-dealer.ts'
import { cellsOf } from './table-cells.ts'

/** Whether each row has all its targets. */
export const rowsWithTargets = (table: Table, targets: readonly string[]): readonly boolean[] => {
  const columns = table.columns.filter(({ name }) => targets.includes(name)).map(cellsOf)
  return Array.from({ length: table.n }, (_, row) => columns.every((cells) => cells[row] !== undefined))
}

/** Rows of one part of a file, as they come: those whose targets are there, a part of the reading at a time. */
export const partTables = (
  file: string,
  options: TableStreamOptions,
  targets: readonly string[],
  isOf: { readonly part: PartName; readonly dealer: () => (row: number) => PartName },
): AsyncIterable<E.Either<DataError, Table<'raw'>>> => {
  async function* tables(): AsyncGenerator<E.Either<DataError, Table<'raw'>>, void> {
    const deal = isOf.dealer()
    let before = 0
    for await (const read of streamTable(file, options)) {
      if (E.isLeft(read)) {
        yield read
        return
      }
      const table = read.right
      const present = rowsWithTargets(table, targets)
      const first = before
      const rows = Array.from({ length: table.n }, (_, row) => row).filter(
        (row) => present[row] === true && deal(first + row) === isOf.part,
      )
      before += table.n
      if (rows.length > 0) yield E.right(tableRowsAt(table, tensor(Int32Array.from(rows)), 'raw'))
    }
  }
  return { [Symbol.asyncIterator]: tables }
}
