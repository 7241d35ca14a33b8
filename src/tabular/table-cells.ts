import { toTypedArray } from '../core/autodiff/read.ts'
import type { Column, Table } from '../data/table/table.ts'

/** The cells of a column as numbers and texts; undefined where one is missing. */
export const cellsOf = (column: Column): readonly (number | string | undefined)[] =>
  'values' in column
    ? Array.from(toTypedArray(column.values), (value) => (Number.isNaN(value) ? undefined : value))
    : Array.from(toTypedArray(column.codes), (code) => column.levels[code])

/** The position of each row of some rows in the table they were taken from: rows are known by their lines. */
export const positionsIn = (table: Table, some: Table): readonly number[] => {
  const places = new Map(Array.from(toTypedArray(table.lines), (line, row) => [line, row]))
  return Array.from(toTypedArray(some.lines), (line) => places.get(line) ?? -1)
}
