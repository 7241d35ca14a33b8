import { csvParseRows } from 'd3-dsv'
import * as E from 'fp-ts/lib/Either.js'
import type { FloatDType } from '../tensor/dtype.ts'
import { tensor } from '../numeric/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  csvColumns,
  emptyTable,
  missingLabel,
  notANumber,
  openQuote,
  raggedRow,
  shortened,
} from './csv-columns.ts'
import { isBlank, linesOf, numberOf, type CsvRow } from './csv-row.ts'
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

/** Rows with their lines. */
const rowsOf = (parsed: readonly (readonly string[])[]): readonly CsvRow[] => {
  const heights = parsed.map(linesOf)
  // eslint-disable-next-line functional/no-let -- a running total; a fold that copies would be quadratic
  let next = 1
  return parsed.map((cells, i) => {
    const line = next
    next += heights[i] ?? 1
    return { line, cells }
  })
}

/** A row appended to the text: it comes back as itself unless a quote opened before it was never closed. */
const sentinel = 'end'

const parseRows = (text: string): { readonly rows: readonly CsvRow[]; readonly open: boolean } => {
  const parsed = csvParseRows(`${text}\n${sentinel}`)
  const last = parsed.at(-1)
  const open = !(last?.length === 1 && last[0] === sentinel)
  return { rows: rowsOf(open ? parsed : parsed.slice(0, -1)).filter((row) => !isBlank(row)), open }
}

/** The cells outside the label column, row by row; NaN where a cell is no number. */
const featuresOf = (
  rows: readonly CsvRow[],
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
  if (unclosed !== undefined) return E.left(openQuote(file, unclosed.line))
  if (header === undefined || body.length === 0) return E.left(emptyTable(file, header !== undefined))
  const read = csvColumns(header, label, file)
  if (E.isLeft(read)) return read
  const columns = read.right
  const { names, labelAt, featureNames } = columns
  const ragged = body.find(({ cells }) => cells.length !== names.length)
  if (ragged !== undefined) return E.left(raggedRow(columns, ragged))
  const labels = body.map(({ cells }) => (cells[labelAt] ?? '').trim())
  const unlabelled = body[labels.indexOf('')]
  if (unlabelled !== undefined) return E.left(missingLabel(columns, unlabelled.line))
  const features = featuresOf(body, labelAt, names.length, dtype)
  const bad = features.findIndex(Number.isNaN)
  const row = body[Math.floor(bad / featureNames.length)]
  if (row !== undefined) return E.left(notANumber(columns, row, bad % featureNames.length, dtype))
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
