import { csvParseRows } from 'd3-dsv'
import * as E from 'fp-ts/lib/Either.js'
import type { FloatDType } from '../tensor/dtype.ts'
import { tensor } from '../numeric/index.ts'
import type { DataError } from './data-error.ts'
import { dataset, type Dataset } from './dataset.ts'

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
const rowsOf = (text: string): readonly Row[] => {
  const parsed = csvParseRows(text)
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

/** Numbers in order, other names alphabetically. */
const inNaturalOrder = (names: readonly string[]): readonly string[] =>
  [...names].sort((a, b) =>
    Number.isFinite(Number(a)) && Number.isFinite(Number(b))
      ? Number(a) - Number(b)
      : a < b
        ? -1
        : a > b
          ? 1
          : 0,
  )

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
 * E.isRight(good) ? good.right.classNames : [] // => ['cat', 'dog']
 * const bad = parseCsv('a,kind\n1,cat\n?,dog\n', { label: 'kind', file: 'pets.csv' })
 * E.isLeft(bad) ? bad.left.message : '' // => "pets.csv, line 3, column a: expected a number, got '?'"
 * ```
 */
export const parseCsv = (
  text: string,
  { label, file = 'CSV text', dtype = 'float32' }: CsvOptions,
): E.Either<DataError, Dataset<'raw'>> => {
  const [header, ...body] = rowsOf(text.replace(/^\uFEFF/, '')).filter((row) => !isBlank(row))
  if (header === undefined || body.length === 0)
    return E.left({
      kind: 'empty',
      file,
      message: `${file}: expected a header line and at least one row, got ${header === undefined ? 'nothing' : 'only a header'}`,
    })
  const names = header.cells.map((cell) => cell.trim())
  const repeated = firstRepeated(names)
  if (repeated !== undefined)
    return E.left({
      kind: 'duplicate-column',
      file,
      column: repeated,
      message: `${file}, line ${String(header.line)}: two columns are named '${repeated}'`,
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
      message: `${file}, line ${String(ragged.line)}: expected ${String(names.length)} cells as in the header, got ${String(ragged.cells.length)}`,
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
      message: `${file}, line ${String(body[unlabelled]?.line ?? 0)}, column ${label}: the class is missing`,
    })
  const isNumber = (cell: string): boolean => cell.trim() !== '' && Number.isFinite(Number(cell))
  const odd = body.find(({ cells }) => cells.some((cell, i) => i !== labelAt && !isNumber(cell)))
  if (odd !== undefined) {
    const at = odd.cells.findIndex((cell, i) => i !== labelAt && !isNumber(cell))
    return E.left({
      kind: 'not-a-number',
      file,
      line: odd.line,
      column: names[at] ?? '',
      message: `${file}, line ${String(odd.line)}, column ${names[at] ?? ''}: expected a number, got '${odd.cells[at] ?? ''}'`,
    })
  }
  const classNames = inNaturalOrder([...new Set(labels)])
  if (classNames.length < 2)
    return E.left({
      kind: 'one-class',
      file,
      message: `${file}, column ${label}: expected at least two classes, every row is '${classNames[0] ?? ''}'`,
    })
  const numbers = new Map(classNames.map((name, i) => [name, i]))
  return E.right(
    dataset({
      x: tensor(
        Float64Array.from(body.flatMap(({ cells }) => cells.filter((_, i) => i !== labelAt).map(Number))),
        {
          shape: [body.length, featureNames.length],
          dtype,
        },
      ) as never,
      y: tensor(
        labels.map((name) => numbers.get(name) ?? 0),
        { dtype: 'int32' },
      ),
      featureNames,
      classNames,
    }),
  )
}
