import { csvParseRows } from 'd3-dsv'
import * as E from 'fp-ts/lib/Either.js'
import type { FloatDType } from '../tensor/dtype.ts'
import { tensor } from '../numeric/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { DataError } from './data-error.ts'
import { dataset, type Classes, type Dataset } from './dataset.ts'
import { naturalOrder } from './natural-order.ts'

export interface CsvOptions {
  /** The column that names the class of a row. */
  readonly label: string
  /** What messages call the file. */
  readonly file?: string
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
}

/** Cells of a row, with the line of the file it begins on. */
interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

const lineBreaks = (text: string): number => text.split(/\r\n|\r|\n/).length - 1

/** Rows with their lines: a quoted cell may hold line breaks, so rows and lines are counted apart. Blank lines are skipped. */
const rowsOf = (parsed: readonly (readonly string[])[]): readonly Row[] => {
  const heights = parsed.map((cells) => 1 + cells.reduce((count, cell) => count + lineBreaks(cell), 0))
  // eslint-disable-next-line functional/no-let -- a running total; a fold that copies would be quadratic
  let next = 1
  return parsed.map((cells, i) => {
    const line = next
    next += heights[i] ?? 1
    return { line, cells }
  })
}

const isBlank = ({ cells }: Row): boolean => cells.length === 1 && (cells[0] ?? '').trim() === ''

/** A row appended to the text: it comes back as itself unless a quote opened before it was never closed. */
const sentinel = 'end'

const parseRows = (text: string): { readonly rows: readonly Row[]; readonly open: boolean } => {
  const parsed = csvParseRows(`${text}\n${sentinel}`)
  const last = parsed.at(-1)
  const open = !(last?.length === 1 && last[0] === sentinel)
  return { rows: rowsOf(open ? parsed : parsed.slice(0, -1)).filter((row) => !isBlank(row)), open }
}

/** A cell as a number of the dtype; NaN for anything else, and for a number too large for the dtype. */
const numberOf = (cell: string, dtype: FloatDType): number => {
  const value = cell.trim() === '' ? NaN : Number(cell)
  return Number.isFinite(dtype === 'float32' ? Math.fround(value) : value) ? value : NaN
}

/** The cells outside the label column, row by row; NaN where a cell is no number. */
const featuresOf = (
  rows: readonly Row[],
  labelAt: number,
  width: number,
  dtype: FloatDType,
): Float64Array => {
  const out = new Float64Array(rows.length * (width - 1))
  rows.forEach(({ cells }, row) => {
    cells.forEach((cell, i) => {
      // eslint-disable-next-line functional/immutable-data -- millions of cells are written once, into a buffer made here
      if (i !== labelAt) out[row * (width - 1) + i - (i > labelAt ? 1 : 0)] = numberOf(cell, dtype)
    })
  })
  return out
}

/** A cell as one line of bounded length, fit for a message. */
const shortened = (cell: string): string => {
  const line = cell.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 60)}…` : line
}

const firstRepeated = (names: readonly string[]): string | undefined =>
  names.find((name, i) => names.indexOf(name) !== i)

/**
 * A data set from CSV text: a header line, numeric features, and one column of class names. The error names the file,
 * the line and the column.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { parseCsv } from 'puregrad/data'
 * const good = parseCsv('a,b,kind\n1,2,cat\n3,4,dog\n', { label: 'kind' })
 * E.isRight(good) ? good.right.targets.names : [] // => ['cat', 'dog']
 * const bad = parseCsv('a,kind\n1,cat\n?,dog\n', { label: 'kind', file: 'pets.csv' })
 * E.isLeft(bad) ? bad.left.message : '' // => "pets.csv, line 3, column a: expected a number, got '?'"
 * ```
 */
export const parseCsv = (
  text: string,
  { label, file = 'CSV text', dtype = 'float32' }: CsvOptions,
): E.Either<DataError, Dataset<'raw', Classes>> => {
  const { rows, open } = parseRows(text.replace(/^\uFEFF/, ''))
  const [header] = rows
  const body = rows.slice(1)
  const unclosed = open ? rows.at(-1) : undefined
  if (unclosed !== undefined)
    return E.left({
      kind: 'open-quote',
      file,
      line: unclosed.line,
      message: `${file}, line ${unclosed.line}: a quote is opened and never closed`,
    })
  if (header === undefined || body.length === 0)
    return E.left({
      kind: 'empty',
      file,
      message: `${file}: expected a header line and at least one row, got ${header === undefined ? 'nothing' : 'only a header'}`,
    })
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
  const ragged = body.find(({ cells }) => cells.length !== names.length)
  if (ragged !== undefined)
    return E.left({
      kind: 'ragged-row',
      file,
      line: ragged.line,
      message: `${file}, line ${ragged.line}: expected ${names.length} cells as in the header, got ${ragged.cells.length}`,
    })
  const featureNames = names.filter((_, i) => i !== labelAt)
  if (featureNames.length === 0)
    return E.left({ kind: 'empty', file, message: `${file}: there is no feature column beside '${label}'` })
  const labels = body.map(({ cells }) => (cells[labelAt] ?? '').trim())
  const unlabelled = labels.indexOf('')
  if (unlabelled >= 0)
    return E.left({
      kind: 'missing-label',
      file,
      line: body[unlabelled]?.line ?? 0,
      message: `${file}, line ${body[unlabelled]?.line ?? 0}, column ${label}: the class is missing`,
    })
  const features = featuresOf(body, labelAt, names.length, dtype)
  const bad = features.findIndex(Number.isNaN)
  if (bad >= 0) {
    const [row, feature] = [Math.floor(bad / featureNames.length), bad % featureNames.length]
    const [line, column] = [body[row]?.line ?? 0, featureNames[feature] ?? '']
    const cell = body[row]?.cells[feature < labelAt ? feature : feature + 1] ?? ''
    const expected = Number.isNaN(numberOf(cell, 'float64')) ? 'a number' : `a number within ${dtype}`
    return E.left({
      kind: 'not-a-number',
      file,
      line,
      column,
      message: `${file}, line ${line}, column ${column}: expected ${expected}, got '${shortened(cell)}'`,
    })
  }
  const classNames = [...new Set(labels)].sort(naturalOrder)
  if (classNames.length < 2)
    return E.left({
      kind: 'one-class',
      file,
      message: `${file}, column ${label}: expected at least two classes, every row is '${shortened(classNames[0] ?? '')}'`,
    })
  const numbers = new Map(classNames.map((name, i) => [name, i]))
  return E.right(
    dataset({
      x: tensor(features, { shape: [body.length, featureNames.length], dtype }) as Tensor,
      y: tensor(
        labels.map((name) => numbers.get(name) ?? 0),
        { dtype: 'int32' },
      ),
      featureNames,
      classNames,
    }),
  )
}
