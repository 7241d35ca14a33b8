import * as E from 'fp-ts/lib/Either.js'
import { showText } from '../../core/tensor/show-value.ts'
import type { CsvFormat } from './csv-format.ts'
import type { ScannedRow } from './csv-scanner.ts'
import type { DataError } from '../data-error.ts'
import { showNames } from './show-names.ts'
import { strictNumber, within } from './strict-number.ts'

/** What the header of a table says, and which column holds the targets. */
export interface CsvColumns {
  readonly names: readonly string[]
  readonly labelAt: number
  readonly featureNames: readonly string[]
  /** Where the features stand in a row. */
  readonly featuresAt: readonly number[]
  /** Columns at the end without a name and without a cell: what a separator at the end of each row makes. */
  readonly absent: number
  /**
   * What makes the header look like a row of data: every feature in it is a number, and so is the target, or (unless
   * the class turns up again) the target is one of the classes.
   */
  readonly suspicion: 'none' | 'if-class' | 'certain'
}

const firstRepeated = (names: readonly string[]): string | undefined => {
  const places = new Map([...names.entries()].map(([i, name]) => [name, i]))
  return names.find((name, i) => places.get(name) !== i)
}

const sayHeader =
  'if the table has no header line, say so with the option header: false, and columns are called 1, 2, …'

const looksLikeData = (cells: readonly string[], { decimal }: CsvFormat): boolean =>
  cells.length > 1 && cells.filter((cell) => Number.isNaN(strictNumber(cell, decimal))).length <= 1

/** The columns of a table that begins with these cells: names where there is a header, else a row of data. */
export const csvColumns = (
  first: readonly string[],
  line: number,
  format: CsvFormat,
): E.Either<DataError, CsvColumns> => {
  const { file, label, header, decimal } = format
  const names = first.map((cell, i) => (header === false ? String(i + 1) : cell || `#${i + 1}`))
  const repeated = firstRepeated(names)
  const hint = header === undefined && looksLikeData(first, format) ? `; ${sayHeader}` : ''
  if (repeated !== undefined)
    return E.left({
      kind: 'duplicate-column',
      file,
      column: repeated,
      message: `${file}, line ${line}: two columns are named '${showText(repeated, 60)}'${hint}`,
    })
  const labelAt = names.indexOf(label)
  if (labelAt < 0)
    return E.left({
      kind: 'missing-column',
      file,
      column: label,
      message: `${file}: there is no column '${showText(label, 60)}'; the columns are ${showNames(names)}${hint}`,
    })
  const featuresAt = [...names.keys()].filter((i) => i !== labelAt)
  if (featuresAt.length === 0)
    return E.left({
      kind: 'empty',
      file,
      message: `${file}: there is no feature column beside '${showText(label, 60)}'`,
    })
  const numeric =
    header === undefined && featuresAt.every((i) => !Number.isNaN(strictNumber(first[i] ?? '', decimal)))
  return E.right({
    names,
    labelAt,
    featuresAt,
    featureNames: featuresAt.map((i) => names[i] ?? ''),
    absent: 0,
    suspicion: !numeric ? 'none' : Number.isNaN(strictNumber(label, decimal)) ? 'if-class' : 'certain',
  })
}

/**
 * Columns at the end without a name are none where the first row of data has nothing there either; then no row may
 * have anything there.
 */
export const withoutAbsent = (
  columns: CsvColumns,
  header: readonly string[],
  row: ScannedRow,
): CsvColumns => {
  const { names, featuresAt, featureNames, labelAt } = columns
  if (row.count !== names.length) return columns
  const lastWithContent = [...names.keys()].findLastIndex(
    (i) => i === labelAt || header[i] !== '' || row.text(i) !== '',
  )
  const absent = names.length - 1 - lastWithContent
  const kept = featuresAt.filter((i) => i <= lastWithContent)
  return absent === 0 || kept.length === 0
    ? columns
    : { ...columns, absent, featuresAt: kept, featureNames: featureNames.slice(0, kept.length) }
}

/** Whether a header that looks like data is data, now that a row with this target was read. */
export const headerIsData = (columns: CsvColumns, target: string): boolean =>
  columns.suspicion === 'certain' ||
  (columns.suspicion === 'if-class' && target === columns.names[columns.labelAt])

/** A first row that looks like one of data. */
export const undecidedHeader = ({ file }: CsvFormat, { names }: CsvColumns): DataError => ({
  kind: 'undecided',
  file,
  option: 'header',
  message: `${file}: the first row looks like data, not like names (${showNames(names.slice(0, 4))}${names.length > 4 ? ', …' : ''}); ${sayHeader}; if these are names, say header: true`,
})

/** A row of another length than the first. */
export const raggedRow = (
  { file, header }: CsvFormat,
  { names }: CsvColumns,
  { line, count }: ScannedRow,
): DataError => ({
  kind: 'ragged-row',
  file,
  line,
  message: `${file}, line ${line}: expected ${names.length} cells as in the ${header === false ? 'first row' : 'header'}, got ${count}`,
})

/** A row without a target. */
export const missingLabel = ({ file, label, task }: CsvFormat, { line }: ScannedRow): DataError => ({
  kind: 'missing-label',
  file,
  line,
  message: `${file}, line ${line}, column ${showText(label, 60)}: the ${task === 'regression' ? 'target' : 'class'} is missing`,
})

/** A cell that is to be a number and is none of the dtype. */
export const notANumber = (
  { file, decimal, dtype }: CsvFormat,
  { names }: CsvColumns,
  row: ScannedRow,
  cell: number,
): DataError => {
  const column = names[cell] ?? ''
  const text = row.text(cell)
  const expected = Number.isNaN(strictNumber(text, decimal)) ? 'a number' : `a number within ${dtype}`
  const comma = decimal === '.' && !Number.isNaN(within(strictNumber(text, ','), dtype))
  return {
    kind: 'not-a-number',
    file,
    line: row.line,
    column,
    message: `${file}, line ${row.line}, column ${showText(column, 60)}: expected ${expected}, got '${showText(text, 60)}'${comma ? "; numbers with a decimal comma are read with the option decimal: ','" : ''}`,
  }
}

/** A cell in a column that has none elsewhere. */
export const cellBeyond = (
  { file }: CsvFormat,
  { names }: CsvColumns,
  row: ScannedRow,
  cell: number,
): DataError => ({
  kind: 'not-a-number',
  file,
  line: row.line,
  column: names[cell] ?? '',
  message: `${file}, line ${row.line}, column ${names[cell] ?? ''}: expected nothing, as in the header and the row below it, got '${showText(row.text(cell), 60)}'`,
})

/** A table without rows, or without a header too. */
export const emptyTable = ({ file, header }: CsvFormat, hasHeader: boolean): DataError => ({
  kind: 'empty',
  file,
  message:
    header === false
      ? `${file}: expected at least one row, got nothing`
      : `${file}: expected a header line and at least one row, got ${hasHeader ? 'only a header' : 'nothing'}`,
})
