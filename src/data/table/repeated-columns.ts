/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   cells of two columns are compared until they differ */
import { toTypedArray } from '../../core/autodiff/read.ts'
import type { ColumnReport } from './table-report.ts'
import type { Column, Table } from './table.ts'

/** Columns are first compared on so many rows. */
const comparedRows = 1000

/** Of more different values than this share of the rows, any two columns go with one another. */
const mostValues = 0.5

const cellsOf = (column: Column): ArrayLike<number> =>
  toTypedArray('values' in column ? column.values : column.codes)

/** The first cells, each different one by the number of its first occurrence; missing ones are alike. */
const pattern = (cells: ArrayLike<number>, rows: number): string => {
  const seen = new Map<number, number>()
  return Array.from({ length: rows }, (_, row) => {
    const known = seen.get(cells[row]!)
    if (known === undefined) seen.set(cells[row]!, seen.size)
    return known ?? seen.size - 1
  }).join()
}

/** Whether each value of one column goes with one value of the other, and the other way round. */
const goTogether = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  const [there, back] = [new Map<number, number>(), new Map<number, number>()]
  for (let row = 0; row < a.length; row++) {
    const [x, y] = [a[row]!, b[row]!]
    const [known, knownBack] = [there.get(x), back.get(y)]
    if (known === undefined && knownBack === undefined) {
      there.set(x, y)
      back.set(y, x)
    } else if (!Object.is(known, y) || !Object.is(knownBack, x)) return false
  }
  return true
}

/**
 * For each column that says the same as an earlier one in other words (every value of one goes with one value of the
 * other), the name of that one. Columns of one value, and those whose cells hardly occur twice, are not compared.
 */
export const repeatedColumns = (
  table: Table,
  reports: readonly ColumnReport[],
): ReadonlyMap<string, string> => {
  const rows = Math.min(table.n, comparedRows)
  const earlier = new Map<string, Column>()
  const found = new Map<string, string>()
  table.columns.forEach((column, i) => {
    const { distinct, exact } = reports[i]!
    if (!exact || distinct < 2 || distinct > mostValues * table.n) return
    const cells = cellsOf(column)
    const own = pattern(cells, rows)
    const known = earlier.get(own)
    if (!own.includes('1')) return
    if (known === undefined) earlier.set(own, column)
    else if (goTogether(cellsOf(known), cells)) found.set(column.name, known.name)
  })
  return found
}
