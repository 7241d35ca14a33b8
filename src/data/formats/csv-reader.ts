/* eslint-disable functional/no-let, functional/no-loop-statements --
   a reader is a place in a text that comes in pieces */
import * as E from 'fp-ts/lib/Either.js'
import {
  cellBeyond,
  csvColumns,
  headerIsData,
  missingLabel,
  raggedRow,
  undecidedHeader,
  withoutAbsent,
  type CsvColumns,
} from './csv-columns.ts'
import type { CsvFormat } from './csv-format.ts'
import { csvScanner, type CsvScanner, type ScannedRow } from './csv-scanner.ts'
import { csvSeparator } from './csv-separator.ts'
import type { DataError } from '../data-error.ts'
import { joinBytes } from './join-bytes.ts'
import { numberIn, within, type DecimalMark } from './strict-number.ts'
import { utf8Source } from './utf8-source.ts'

/** A row of data; good until the reader moves on. */
export interface CsvRow {
  readonly row: ScannedRow
  readonly columns: CsvColumns
  /** The cell of the targets. */
  readonly target: string
}

/** A place in the bytes of a table. */
export interface CsvReader {
  readonly push: (bytes: Uint8Array, last: boolean) => E.Either<DataError, undefined>
  /** The next row; nothing where more bytes are needed, or none are left. */
  readonly next: () => E.Either<DataError, CsvRow | undefined>
  /** Whether the header has been read. */
  readonly hasHeader: () => boolean
}

/** What the separator is looked for in, unless the first row is longer. */
const sampleBytes = 2 ** 16

/** The rows of a table, as they are needed for a data set. */
export const csvReader = (format: CsvFormat): CsvReader => {
  const { file, encoding, header } = format
  const source = utf8Source(file, encoding)
  let sample: readonly Uint8Array[] = []
  let sampled = 0
  let needed = sampleBytes
  let scanner: CsvScanner | undefined
  let columns: CsvColumns | undefined
  let names: readonly string[] | undefined

  const begin = (last: boolean): void => {
    if (sampled < needed && !last) return
    const start = joinBytes(sample)
    const separator = csvSeparator(start, last, format)
    sample = [start]
    needed = 2 * sampled
    if (separator === undefined) return
    scanner = csvScanner(file, separator.charCodeAt(0), format.decimal)
    scanner.push(start, last)
    sample = []
  }

  const checked = (row: ScannedRow, known: CsvColumns): E.Either<DataError, CsvRow> => {
    if (row.count !== known.names.length) return E.left(raggedRow(format, known, row))
    for (let i = row.count - known.absent; i < row.count; i++)
      if (row.text(i) !== '') return E.left(cellBeyond(format, known, row, i))
    const target = row.text(known.labelAt)
    return target === ''
      ? E.left(missingLabel(format, row))
      : headerIsData(known, target)
        ? E.left(undecidedHeader(format, known))
        : E.right({ row, columns: known, target })
  }

  const next = (): E.Either<DataError, CsvRow | undefined> => {
    const found = scanner?.next() ?? E.right(undefined)
    if (E.isLeft(found) || found.right === undefined) return found as E.Either<DataError, undefined>
    const row = found.right
    if (columns !== undefined) {
      if (names !== undefined) {
        columns = withoutAbsent(columns, names, row)
        names = undefined
      }
      return checked(row, columns)
    }
    const cells = Array.from({ length: row.count }, (_, i) => row.text(i))
    const read = csvColumns(cells, row.line, format)
    if (E.isLeft(read)) return read
    columns = read.right
    if (header === false) return checked(row, columns)
    names = cells
    return next()
  }

  return {
    push: (bytes, last) => {
      const text = source.push(bytes, last)
      if (E.isLeft(text)) return text
      if (scanner !== undefined) scanner.push(text.right, last)
      else {
        sample = [...sample, text.right]
        sampled += text.right.length
        begin(last)
      }
      return E.right(undefined)
    },
    next,
    hasHeader: () => columns !== undefined && header !== false,
  }
}

/** Writes the features of a row to `out` from `at` on; gives the column of the first that is no number, -1 for none. */
export const readFeatures = (
  { row, columns }: CsvRow,
  { decimal, dtype }: { readonly decimal: DecimalMark; readonly dtype: CsvFormat['dtype'] },
  out: Float32Array | Float64Array | number[],
  at: number,
): number => {
  const { featuresAt } = columns
  const { bytes, starts, ends, values } = row
  for (let i = 0; i < featuresAt.length; i++) {
    const cell = featuresAt[i]!
    const plain = values[cell]!
    const value = Number.isNaN(plain)
      ? within(numberIn(bytes, starts[cell]!, ends[cell]!, decimal), dtype)
      : plain
    if (Number.isNaN(value)) return cell
    // eslint-disable-next-line functional/immutable-data -- written once, into what the caller made for it
    out[at + i] = value
  }
  return -1
}
