import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { DataError } from '../data-error.ts'
import { byteChunks } from '../formats/byte-chunks.ts'
import { runFrom } from './byte-passes.ts'
import { longReadingNames, stoppedBy, type LongReading } from './reading-options.ts'
import { checkedTableOptions, tableOptionNames, type TableOptions } from './table-options.ts'
import { tableReading, type TableReading } from './table-reading.ts'

/** What is read at a time. */
const chunkSize = 2 ** 20

/** Pieces in memory as they would come from a file. */
async function* handedOver(
  pieces: readonly Uint8Array[],
): AsyncGenerator<E.Either<DataError, Uint8Array>, void> {
  // eslint-disable-next-line functional/no-loop-statements -- one after another
  for (const piece of pieces) yield await Promise.resolve(E.right(piece))
}

/**
 * {@link parseTable} on a file, which may be gzipped. Besides its errors: the file cannot be read or decompressed, unfolds
 * to more than `maxBytes`, or reading was called off.
 *
 * The text is held while it is read, and the numbers once: of a file of numbers that is 110 MB long and 377 MB as float64
 * the greatest memory is 1.8 times the latter.
 *
 * @throws ArgumentError for options that are none, or have no such value.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readTable } from 'puregrad/data'
 * const read = await readTable('absent.csv')()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 * @category Tables
 */
export const readTable = (
  file: string,
  options: TableOptions & LongReading = {},
): TE.TaskEither<DataError, TableReading> => {
  checkOptions('readTable', options, { ...tableOptionNames, ...longReadingNames })
  const { progress, signal, ...rest } = options
  const checked = checkedTableOptions('readTable', rest)
  const stopped = stoppedBy(file, signal)
  return async () => {
    const pieces: Uint8Array[] = []
    /* eslint-disable functional/no-loop-statements, functional/immutable-data -- pieces are gathered as they come */
    for await (const chunk of byteChunks(file, { chunkSize, maxBytes: checked.maxBytes })) {
      if (E.isLeft(chunk)) return chunk
      const failure = stopped()
      if (failure !== undefined) return E.left(failure)
      pieces.push(chunk.right)
    }
    /* eslint-enable functional/no-loop-statements, functional/immutable-data */
    const total = pieces.reduce((sum, piece) => sum + piece.length, 0)
    return runFrom(
      () => handedOver(pieces),
      tableReading(file, checked, total),
      stopped,
      (bytes, pass) => progress?.({ bytes, total, pass }),
    )()
  }
}
