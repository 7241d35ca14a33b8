import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { byteChunks } from './byte-chunks.ts'
import { csvDataset } from './csv-dataset.ts'
import { csvFormat, type CsvOptions, type Task } from './csv-format.ts'
import type { DataError } from '../data-error.ts'
import type { CsvDataset } from './parse-csv.ts'
import { plainSize } from './read-bytes.ts'

/** What is read at a time. */
const chunkSize = 2 ** 18

/**
 * {@link parseCsv} on a file, which may be gzipped. The text is not held, only the numbers. Besides its errors: the file
 * cannot be read or decompressed, unfolds to more than `maxBytes`, or does not fit in memory as one data set.
 *
 * @throws ArgumentError for options that are none, or have no such value.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readCsv } from 'puregrad/data'
 * const read = await readCsv('absent.csv', { label: 'kind' })()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 * @category Files
 */
export const readCsv = <const T extends Task | undefined = undefined>(
  file: string,
  options: Omit<CsvOptions, 'file'> & { readonly task?: T },
): TE.TaskEither<DataError, CsvDataset<T>> => {
  const format = csvFormat('readCsv', options, file)
  return async () => {
    const table = csvDataset(format, await plainSize(file))
    // eslint-disable-next-line functional/no-loop-statements -- chunks are taken in turn until one is wrong
    for await (const chunk of byteChunks(file, { chunkSize, maxBytes: format.maxBytes })) {
      const taken = E.isLeft(chunk) ? chunk : table.push(chunk.right, false)
      if (E.isLeft(taken)) return taken
    }
    const ended = table.push(new Uint8Array(0), true)
    // The task of the format decides the kind of targets.
    return E.isLeft(ended) ? ended : (table.finish() as E.Either<DataError, CsvDataset<T>>)
  }
}
