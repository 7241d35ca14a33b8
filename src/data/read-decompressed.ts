import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataError } from './data-error.ts'
import { malformed } from './malformed.ts'
import { readBytes } from './read-bytes.ts'

/** Whether bytes begin like a gzip file. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const gunzipped = (bytes: Uint8Array, file: string): E.Either<DataError, Uint8Array> =>
  pipe(
    E.tryCatch(
      (): Uint8Array => process.getBuiltinModule('node:zlib').gunzipSync(bytes),
      (error) => (error instanceof Error ? error.message : String(error)),
    ),
    E.orElse((reason): E.Either<DataError, Uint8Array> =>
      malformed(file, 0, 'gzip', 'compressed data', reason),
    ),
  )

/** The bytes of a file, decompressed if it is gzipped. */
export const readDecompressed = (file: string): TE.TaskEither<DataError, Uint8Array> =>
  pipe(
    readBytes(file),
    TE.flatMapEither((bytes): E.Either<DataError, Uint8Array> =>
      isGzip(bytes) ? gunzipped(bytes, file) : E.right(bytes),
    ),
  )
