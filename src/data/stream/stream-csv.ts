/* eslint-disable functional/no-let, functional/no-loop-statements --
   rows are passed on one by one as they are read, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import { byteChunks } from '../formats/byte-chunks.ts'
import { emptyTable, notANumber } from '../formats/csv-columns.ts'
import { csvFormat, type CsvFormat, type CsvOptions } from '../formats/csv-format.ts'
import { csvReader, readFeatures } from '../formats/csv-reader.ts'
import { strictNumber } from '../formats/strict-number.ts'
import type { DataError } from '../data-error.ts'
import type { RowStream, StreamedRow } from './row-stream.ts'

async function* rowsOf(format: CsvFormat): AsyncGenerator<E.Either<DataError, StreamedRow>, void> {
  const { file, maxBytes } = format
  const reader = csvReader(format)
  let rows = 0
  const rowsSoFar = function* (): Generator<E.Either<DataError, StreamedRow>, boolean> {
    for (;;) {
      const next = reader.next()
      if (E.isLeft(next)) {
        yield next
        return false
      }
      if (next.right === undefined) return true
      const { columns, row, target } = next.right
      const x: number[] = []
      const wrong = readFeatures(next.right, format, x, 0)
      if (wrong >= 0) {
        yield E.left(notANumber(format, columns, row, wrong))
        return false
      }
      const value = format.task === 'regression' ? strictNumber(target, format.decimal) : undefined
      if (value !== undefined && !Number.isFinite(value)) {
        yield E.left(notANumber(format, columns, row, columns.labelAt))
        return false
      }
      rows++
      yield E.right({
        x,
        label: target,
        ...(value === undefined ? {} : { value }),
        place: `line ${row.line}`,
        featureNames: columns.featureNames,
      })
    }
  }
  for await (const chunk of byteChunks(file, { maxBytes })) {
    const pushed = E.isLeft(chunk) ? chunk : reader.push(chunk.right, false)
    if (E.isLeft(pushed)) {
      yield pushed
      return
    }
    if (!(yield* rowsSoFar())) return
  }
  const ended = reader.push(new Uint8Array(0), true)
  if (E.isLeft(ended)) {
    yield ended
    return
  }
  if ((yield* rowsSoFar()) && rows === 0) yield E.left(emptyTable(format, reader.hasHeader()))
}

/**
 * The rows of a CSV file one by one, as {@link parseCsv} reads them, from a file of any size, gzipped or not. One row and
 * 64 KiB of the file are held at a time; a row of more than 16 MiB is a left value. Targets are names of classes;
 * whether they are, `scanRows` tells, which sees all of them. With `task: 'regression'` they are numbers.
 *
 * @throws ArgumentError for options that are none, or have no such value.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { scanRows, streamCsv } from 'puregrad/data'
 * const scanned = await scanRows(streamCsv('absent.csv', { label: 'kind' }))()
 * E.isLeft(scanned) ? scanned.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 * @category Batches and streams
 */
export const streamCsv = (file: string, options: Omit<CsvOptions, 'file'>): RowStream => {
  const format = csvFormat('streamCsv', options, file)
  return { file, [Symbol.asyncIterator]: () => rowsOf(format) }
}
