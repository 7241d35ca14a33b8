import type { FloatDType } from '../tensor/dtype.ts'

/** Cells of a row, with the line of the file it begins on. */
export interface CsvRow {
  readonly line: number
  readonly cells: readonly string[]
}

const lineBreaks = (text: string): number => text.split(/\r\n|\r|\n/).length - 1

/** How many lines a row takes: a quoted cell may hold line breaks, so rows and lines are counted apart. */
export const linesOf = (cells: readonly string[]): number =>
  1 + cells.reduce((count, cell) => count + lineBreaks(cell), 0)

/** Blank lines are no rows. */
export const isBlank = ({ cells }: Pick<CsvRow, 'cells'>): boolean =>
  cells.length === 1 && (cells[0] ?? '').trim() === ''

/** A cell as a number of the dtype; NaN for anything else, and for a number too large for the dtype. */
export const numberOf = (cell: string, dtype: FloatDType): number => {
  const value = cell.trim() === '' ? NaN : Number(cell)
  return Number.isFinite(dtype === 'float32' ? Math.fround(value) : value) ? value : NaN
}
