import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'
import { malformed } from './malformed.ts'
import { tooManyBytes, unfoldingLimit } from './max-bytes.ts'

/** Whether bytes begin like a gzip file. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/**
 * zlib leaves off where a 0 follows a member. Nothing but zeros may stand there: anything else would be lost without a
 * word.
 */
export const afterMembers = (file: string, offset: number): E.Either<DataError, never> =>
  malformed(file, offset, 'gzip', 'another member or the end', 'other bytes')

const reasonOf = (error: unknown): { readonly code: string; readonly message: string } =>
  error instanceof Error
    ? { code: 'code' in error ? String(error.code) : '', message: error.message }
    : { code: '', message: String(error) }

/**
 * The bytes in a gzip file, all its members, each checked against its CRC; a left value for damage, and where they are
 * more than the limit, as soon as they are.
 */
export const gunzipped = (
  bytes: Uint8Array,
  file: string,
  maxBytes: number | undefined,
): E.Either<DataError, Uint8Array> => {
  const limit = unfoldingLimit(bytes.length, maxBytes)
  const { gunzipSync } = process.getBuiltinModule('node:zlib')
  try {
    // With `info` the result says how far the bytes were read, which its type does not mention.
    const { buffer, engine } = gunzipSync(bytes, {
      maxOutputLength: Math.min(limit, 2 ** 32),
      chunkSize: 2 ** 18,
      info: true,
    }) as unknown as { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } }
    return bytes.findLastIndex((byte) => byte !== 0) >= engine.bytesWritten
      ? afterMembers(file, engine.bytesWritten)
      : E.right(buffer)
  } catch (error) {
    const { code, message } = reasonOf(error)
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? E.left(tooManyBytes(file, limit, true))
      : malformed(file, 0, 'gzip', 'compressed data', message)
  }
}
