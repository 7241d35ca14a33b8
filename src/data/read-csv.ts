import type * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataError } from './data-error.ts'
import type { Classes, Dataset } from './dataset.ts'
import { parseCsv, type CsvOptions } from './parse-csv.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'reading it is not permitted',
}

/**
 * {@link parseCsv} on a file. Besides its errors: the file cannot be read.
 *
 * The file system is asked for when it is needed and not imported, so that bundles for browsers can hold this module.
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
    TE.tryCatch(
      async () => process.getBuiltinModule('node:fs/promises').readFile(file, 'utf8'),
      (error): DataError => {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
        return {
          kind: 'unreadable',
          file,
          message: `${file}: ${reasons[code] ?? `cannot be read (${code})`}`,
        }
      },
    ),
    TE.flatMapEither((text): E.Either<DataError, Dataset<'raw', Classes>> =>
      parseCsv(text, { ...options, file }),
    ),
  )
