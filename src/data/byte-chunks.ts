import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from './data-error.ts'
import { malformed } from './malformed.ts'
import { unreadable } from './read-bytes.ts'
import { isGzip } from './read-decompressed.ts'

/** What is read at a time. */
const chunkSize = 2 ** 16

const openedStream = async (file: string) => {
  const handle = await process.getBuiltinModule('node:fs/promises').open(file)
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(2), 0, 2, 0)
    const source = handle.createReadStream({ start: 0, highWaterMark: chunkSize })
    if (bytesRead < 2 || !isGzip(buffer)) return source
    const gunzip = process.getBuiltinModule('node:zlib').createGunzip({ chunkSize })
    return process.getBuiltinModule('node:stream').pipeline(source, gunzip, () => undefined)
  } catch (error) {
    await handle.close()
    throw error
  }
}

const failed = (file: string, error: unknown): E.Either<DataError, never> =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
    ? malformed(file, 0, 'gzip', 'compressed data', error.message)
    : E.left(unreadable(file)(error))

/**
 * The bytes of a file, decompressed if it is gzipped, in chunks of at most 64 KiB; one that cannot be read or
 * decompressed is the last, a left value. Leaving off closes the file.
 */
export async function* byteChunks(file: string): AsyncGenerator<E.Either<DataError, Uint8Array>, void> {
  try {
    const stream = await openedStream(file)
    // eslint-disable-next-line functional/no-loop-statements -- chunks are passed on as they come
    for await (const chunk of stream) yield E.right(chunk as Uint8Array)
  } catch (error) {
    yield failed(file, error)
  }
}
