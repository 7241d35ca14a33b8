/* eslint-disable functional/no-let, functional/no-loop-statements --
   tables are passed on as they are filled, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import type { DataError } from '../data-error.ts'
import { byteChunks } from '../formats/byte-chunks.ts'
import { mainDecimal, tableFiller, type TableFiller } from './fill-table.ts'
import { longReadingNames, stoppedBy, type LongReading } from './reading-options.ts'
import { tableRows } from './table-rows.ts'
import type { TableSchema } from './table-schema.ts'
import { emptyTable } from './table-passes.ts'
import type { Table } from './table.ts'

/**
 * How a file is read in parts.
 *
 * @category Tables
 */
export interface TableStreamOptions extends LongReading {
  /** What the file is: that of another table which was read, or what `scanTable` finds. */
  readonly schema: TableSchema
  /** Rows of each part but the last; 1000 unless told otherwise. */
  readonly rows?: number
  /** As for `readTable`. */
  readonly maxBytes?: number
}

/**
 * Tables one after another; what goes wrong is the last value, a left one.
 *
 * @category Tables
 */
export interface TableStream extends AsyncIterable<E.Either<DataError, Table<'raw'>>> {
  /** What messages call it. */
  readonly file: string
}

const chunkSize = 2 ** 18

async function* partsOf(
  file: string,
  { schema, rows: size = 1000, maxBytes, progress, signal }: TableStreamOptions,
): AsyncGenerator<E.Either<DataError, Table<'raw'>>, void> {
  const rows = tableRows(file, schema.format, mainDecimal(schema))
  const stopped = stoppedBy(file, signal)
  let filler: TableFiller | undefined
  /** The rows there are whole so far; whether all is well. */
  function* drained(last: boolean): Generator<E.Either<DataError, Table<'raw'>>, boolean> {
    for (;;) {
      const next = rows.next()
      if (E.isLeft(next)) {
        yield next
        return false
      }
      if (next.right !== undefined) {
        const made: E.Either<DataError, TableFiller> =
          filler === undefined
            ? tableFiller(
                file,
                (rows.names() ?? []).map(({ name }) => name),
                schema,
                size,
              )
            : E.right(filler)
        if (E.isLeft(made)) {
          yield made
          return false
        }
        filler = made.right
        filler.take(next.right)
      }
      const ready = filler?.rows() ?? 0
      if (filler !== undefined && (ready === size || (last && next.right === undefined && ready > 0))) {
        const part = filler.finish()
        yield part
        if (E.isLeft(part)) return false
      }
      if (next.right === undefined) {
        if (last && filler === undefined) yield E.left(emptyTable(file, schema.format.header))
        return true
      }
    }
  }
  let bytes = 0
  for await (const chunk of byteChunks(file, { chunkSize, maxBytes })) {
    const failure = stopped()
    const pushed =
      failure !== undefined ? E.left(failure) : E.isLeft(chunk) ? chunk : rows.push(chunk.right, false)
    if (E.isLeft(pushed)) {
      yield pushed
      return
    }
    bytes += E.isRight(chunk) ? chunk.right.length : 0
    progress?.({ bytes, pass: 1 })
    if (!(yield* drained(false))) return
  }
  const ended = rows.push(new Uint8Array(0), true)
  if (E.isLeft(ended)) yield ended
  else yield* drained(true)
}

/**
 * A file of any size, gzipped or not, as tables of a few rows each, read as a schema says: for predictions, and for
 * training on more than memory holds. One part and 256 KiB of the file are held at a time. Iterating again reads the file
 * again; leaving off closes it. The levels of a column are those of its part: `category` codes of two parts are compared
 * by their names.
 *
 * @throws ArgumentError for another option, and unless `rows` is a positive integer.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { parseTable, streamTable } from 'puregrad/data'
 * const known = parseTable('age,kind\n3,cat\n5,dog\n')
 * const seen: string[] = []
 * if (E.isRight(known))
 *   for await (const part of streamTable('absent.csv', { schema: known.right.schema, rows: 100 }))
 *     seen.push(E.isRight(part) ? 'a table' : part.left.message)
 * seen // => ['absent.csv: there is no such file']
 * ```
 * @category Tables
 */
export const streamTable = (file: string, options: TableStreamOptions): TableStream => {
  checkOptions('streamTable', options, { schema: true, rows: true, maxBytes: true, ...longReadingNames })
  if (options.rows !== undefined) checkSetting('streamTable', 'rows', options.rows, count)
  return { file, [Symbol.asyncIterator]: () => partsOf(file, options) }
}
