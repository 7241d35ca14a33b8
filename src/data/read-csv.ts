import type * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataError } from './data-error.ts'
import type { Classes, Dataset } from './dataset.ts'
import { parseCsv, type CsvOptions } from './parse-csv.ts'
import { readBytes } from './read-bytes.ts'

/**
 * {@link parseCsv} on a file. Besides its errors: the file cannot be read.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readCsv } from 'puregrad/data'
 * const read = await readCsv('absent.csv', { label: 'kind' })()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 */
export const readCsv = (
  file: string,
  options: Omit<CsvOptions, 'file'>,
): TE.TaskEither<DataError, Dataset<'raw', Classes>> =>
  pipe(
    readBytes(file),
    TE.flatMapEither((bytes): E.Either<DataError, Dataset<'raw', Classes>> =>
      parseCsv(new TextDecoder().decode(bytes), { ...options, file }),
    ),
  )
