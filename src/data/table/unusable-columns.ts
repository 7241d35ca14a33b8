import { nearestName } from '../../core/tensor/nearest-name.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { showNames } from '../formats/show-names.ts'
import type { DataError, UnusableColumn } from '../data-error.ts'
import type { Sighting } from './column-statistics.ts'
import type { ColumnSchema } from './table-schema.ts'

/** What a cell of a column is expected to be, in words. */
const expectedIn = (schema: ColumnSchema): string => {
  switch (schema.kind) {
    case 'number':
      return `a number${schema.decimal === ',' ? ' with a decimal comma' : ''}${schema.thousands === '' ? '' : `, thousands parted by '${schema.thousands}'`}${schema.percent ? ', then %' : ''}`
    case 'date':
      return {
        ymd: 'a date such as 2024-02-29',
        dmy: 'a date such as 29.02.2024',
        mdy: 'a date such as 02/29/2024',
      }[schema.order]
    case 'boolean':
      return `${schema.no} or ${schema.yes}`
    case 'category':
    case 'text':
    case 'identifier':
      return 'a text'
  }
}

/** Columns of the schema that the file does not have. */
export const absentColumns = (
  file: string,
  absent: readonly string[],
  names: readonly string[],
): DataError => {
  const error = unusableColumns(
    file,
    absent.map((name) => absentColumn(name, names)),
  )
  // One name that holds them all shows another separator.
  return { ...error, message: `${error.message}; the columns of the file are ${showNames(names)}` }
}

const absentColumn = (name: string, names: readonly string[]): UnusableColumn => {
  const near = nearestName(name, names)
  return {
    column: name,
    problem: 'absent',
    message: `${showText(name, 60)}: there is no such column${near === undefined ? '' : `; is it ${showText(near, 60)}?`}`,
  }
}

/** A column with cells that its kind does not have. */
export const columnOfOddCells = (schema: ColumnSchema, count: number, first: Sighting): UnusableColumn => ({
  column: schema.name,
  problem: 'odd-cells',
  line: first.line,
  cell: first.cell,
  count,
  message: `${showText(schema.name, 60)}, line ${first.line}: expected ${expectedIn(schema)}, got '${showText(first.cell, 60)}'${count > 1 ? ` (and ${count - 1} more such cells)` : ''}`,
})

/** All columns that cannot be used, and what helps. */
export const unusableColumns = (file: string, columns: readonly UnusableColumn[]): DataError => {
  const odd = columns.some(({ problem }) => problem === 'odd-cells')
  const remedy = odd
    ? "; correct the cells, name them as signs of a missing one (missing), or read the column as another kind (kinds, or the schema's kind)"
    : ''
  return {
    kind: 'unusable-columns',
    file,
    columns,
    message: `${file}: ${columns.length === 1 ? 'a column' : `${columns.length} columns`} cannot be read: ${columns.map(({ message }) => message).join('; ')}${remedy}`,
  }
}
