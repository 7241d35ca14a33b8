/* eslint-disable functional/no-let, functional/no-loop-statements --
   the first rows of a text are read with each separator */
import * as E from 'fp-ts/lib/Either.js'
import { separators, type CsvFormat, type Separator } from './csv-format.ts'
import { csvScanner } from './csv-scanner.ts'

/** How many rows the separator is found by. */
const sampleRows = 20

/** What the first rows of a table look like with a separator. */
interface Trial {
  readonly separator: Separator
  /** Whether the column of the targets is there. */
  readonly hasLabel: boolean
  /** Whether quotes are as they should be, and all rows as long as the first. */
  readonly even: boolean
  readonly width: number
}

const trial = (
  sample: Uint8Array,
  whole: boolean,
  separator: Separator,
  format: CsvFormat,
): Trial | undefined => {
  const { next, push } = csvScanner(format.file, separator.charCodeAt(0))
  push(sample, whole)
  const first = next()
  if (E.isRight(first) && first.right === undefined && !whole) return undefined
  if (E.isLeft(first) || first.right === undefined)
    return { separator, hasLabel: false, even: false, width: 0 }
  const { count: width, text } = first.right
  const names = Array.from({ length: width }, (_, i) => (format.header === false ? String(i + 1) : text(i)))
  let even = true
  for (let i = 1; i < sampleRows && even; i++) {
    const row = next()
    even = E.isRight(row) && (row.right === undefined || row.right.count === width)
    if (E.isRight(row) && row.right === undefined) break
  }
  return { separator, hasLabel: names.includes(format.label) && width > 1, even, width }
}

const better = (a: Trial, b: Trial): Trial =>
  a.hasLabel !== b.hasLabel
    ? a.hasLabel
      ? a
      : b
    : a.even !== b.even
      ? a.even
        ? a
        : b
      : b.width > a.width
        ? b
        : a

/**
 * The separator of a table that begins with these bytes; undefined where more of them are needed. A separator that gives
 * the column of the targets goes before one that does not, then one with which all rows are of the same length, then the
 * one with more columns; `,` `;` tab and `|` in this order where nothing tells them apart.
 */
export const csvSeparator = (
  sample: Uint8Array,
  whole: boolean,
  format: CsvFormat,
): Separator | undefined => {
  if (format.separator !== undefined) return format.separator
  const candidates = separators.filter((separator) => separator !== format.decimal)
  const trials = candidates.map((separator) => trial(sample, whole, separator, format))
  const seen = trials.filter((found) => found !== undefined)
  const [first] = seen
  if (first === undefined || seen.length < trials.length) return undefined
  return seen.reduce(better, first).separator
}
