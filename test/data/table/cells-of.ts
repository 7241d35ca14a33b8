import type { Column } from '../../../src/data/index.ts'
import { numbers } from '../rows.ts'

/** The cells of a column: a number, an instant or a text, undefined where there is none. */
export const cellsOf = (column: Column): readonly (number | string | undefined)[] =>
  'values' in column
    ? numbers(column.values).map((value) => (Number.isNaN(value) ? undefined : value))
    : numbers(column.codes).map((code) => column.levels[code])
