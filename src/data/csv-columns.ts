import * as E from 'fp-ts/lib/Either.js'
import type { FloatDType } from '../tensor/dtype.ts'
import { numberOf, type CsvRow } from './csv-row.ts'
import type { DataError } from './data-error.ts'

/** What the header of a table says, and which column holds the classes. */
export interface CsvColumns {
  readonly file: string
  readonly names: readonly string[]
  readonly label: string
  readonly labelAt: number
  readonly featureNames: readonly string[]
}

/** A cell as one line of bounded length, fit for a message. */
export const shortened = (cell: string): string => {
  const line = cell.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 60)}…` : line
}

const firstRepeated = (names: readonly string[]): string | undefined =>
  names.find((name, i) => names.indexOf(name) !== i)

/** The columns of a table with this header. */
export const csvColumns = (header: CsvRow, label: string, file: string): E.Either<DataError, CsvColumns> => {
  const names = header.cells.map((cell, i) => cell.trim() || `#${i + 1}`)
  const repeated = firstRepeated(names)
  if (repeated !== undefined)
    return E.left({
      kind: 'duplicate-column',
      file,
      column: repeated,
      message: `${file}, line ${header.line}: two columns are named '${repeated}'`,
    })
  const labelAt = names.indexOf(label)
  if (labelAt < 0)
    return E.left({
      kind: 'missing-column',
      file,
      column: label,
      message: `${file}: there is no column '${label}'; the columns are ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`,
    })
  const featureNames = names.filter((_, i) => i !== labelAt)
  return featureNames.length === 0
    ? E.left({ kind: 'empty', file, message: `${file}: there is no feature column beside '${label}'` })
    : E.right({ file, names, label, labelAt, featureNames })
}

/** A row of another length than the header. */
export const raggedRow = ({ file, names }: CsvColumns, { line, cells }: CsvRow): DataError => ({
  kind: 'ragged-row',
  file,
  line,
  message: `${file}, line ${line}: expected ${names.length} cells as in the header, got ${cells.length}`,
})

/** A row without a class. */
export const missingLabel = ({ file, label }: CsvColumns, line: number): DataError => ({
  kind: 'missing-label',
  file,
  line,
  message: `${file}, line ${line}, column ${label}: the class is missing`,
})

/** A feature that is no number of the dtype. */
export const notANumber = (
  { file, labelAt, featureNames }: CsvColumns,
  { line, cells }: CsvRow,
  feature: number,
  dtype: FloatDType,
): DataError => {
  const column = featureNames[feature] ?? ''
  const cell = cells[feature < labelAt ? feature : feature + 1] ?? ''
  const expected = Number.isNaN(numberOf(cell, 'float64')) ? 'a number' : `a number within ${dtype}`
  return {
    kind: 'not-a-number',
    file,
    line,
    column,
    message: `${file}, line ${line}, column ${column}: expected ${expected}, got '${shortened(cell)}'`,
  }
}

/** A quote that is still open where the text ends. */
export const openQuote = (file: string, line: number): DataError => ({
  kind: 'open-quote',
  file,
  line,
  message: `${file}, line ${line}: a quote is opened and never closed`,
})

/** A table without rows, or without a header too. */
export const emptyTable = (file: string, header: boolean): DataError => ({
  kind: 'empty',
  file,
  message: `${file}: expected a header line and at least one row, got ${header ? 'only a header' : 'nothing'}`,
})
