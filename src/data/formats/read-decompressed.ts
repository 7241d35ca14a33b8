import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataError } from '../data-error.ts'
import { gunzipped, isGzip } from './gzip.ts'
import { tooManyBytes } from './max-bytes.ts'
import { readBytes } from './read-bytes.ts'

/** The bytes of a file, decompressed if it is gzipped, and no more of them than the limit. */
export const readDecompressed = (
  file: string,
  maxBytes: number | undefined,
): TE.TaskEither<DataError, Uint8Array> =>
  pipe(
    readBytes(file),
    TE.flatMapEither((bytes): E.Either<DataError, Uint8Array> =>
      isGzip(bytes)
        ? gunzipped(bytes, file, maxBytes)
        : bytes.length > (maxBytes ?? Infinity)
          ? E.left(tooManyBytes(file, maxBytes ?? Infinity, false))
          : E.right(bytes),
    ),
  )
