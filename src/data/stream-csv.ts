/* eslint-disable functional/no-let, functional/no-loop-statements --
   rows are passed on one by one as they are read, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import type { FloatDType } from '../tensor/dtype.ts'
import { byteChunks } from './byte-chunks.ts'
import {
  csvColumns,
  emptyTable,
  missingLabel,
  notANumber,
  raggedRow,
  type CsvColumns,
} from './csv-columns.ts'
import { csvRecords } from './csv-records.ts'
import { numberOf, type CsvRow } from './csv-row.ts'
import type { DataError } from './data-error.ts'
import type { CsvOptions } from './parse-csv.ts'
import type { RowStream, StreamedRow } from './row-stream.ts'

const rowOf = (columns: CsvColumns, row: CsvRow, dtype: FloatDType): E.Either<DataError, StreamedRow> => {
  const { names, labelAt, featureNames } = columns
  if (row.cells.length !== names.length) return E.left(raggedRow(columns, row))
  const label = (row.cells[labelAt] ?? '').trim()
  if (label === '') return E.left(missingLabel(columns, row.line))
  const x = row.cells.filter((_, i) => i !== labelAt).map((cell) => numberOf(cell, dtype))
  const bad = x.findIndex(Number.isNaN)
  return bad >= 0
    ? E.left(notANumber(columns, row, bad, dtype))
    : E.right({ x, label, place: `line ${row.line}`, featureNames })
}

async function* rowsOf(
  file: string,
  { label, dtype = 'float32' }: Omit<CsvOptions, 'file'>,
): AsyncGenerator<E.Either<DataError, StreamedRow>, void> {
  let columns: CsvColumns | undefined
  let rows = 0
  for await (const record of csvRecords(byteChunks(file), file)) {
    if (E.isLeft(record)) {
      yield record
      return
    }
    if (columns === undefined) {
      const read = csvColumns(record.right, label, file)
      if (E.isLeft(read)) {
        yield read
        return
      }
      columns = read.right
    } else {
      const row = rowOf(columns, record.right, dtype)
      yield row
      if (E.isLeft(row)) return
      rows++
    }
  }
  if (rows === 0) yield E.left(emptyTable(file, columns !== undefined))
}

/**
 * The rows of a CSV file one by one, as {@link parseCsv} reads them, from a file of any size, gzipped or not. One row and
 * 64 KiB of the file are held at a time; a row of more than 16 million letters is taken for a quote that is never
 * closed.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { scanRows, streamCsv } from 'puregrad/data'
 * const scanned = await scanRows(streamCsv('absent.csv', { label: 'kind' }))()
 * E.isLeft(scanned) ? scanned.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 */
export const streamCsv = (file: string, options: Omit<CsvOptions, 'file'>): RowStream => ({
  file,
  [Symbol.asyncIterator]: () => rowsOf(file, options),
})
