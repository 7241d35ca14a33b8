/* eslint-disable functional/no-let, functional/no-loop-statements --
   chunks are passed on as they come, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'
import { afterMembers, isGzip } from './gzip.ts'
import { joinBytes } from './join-bytes.ts'
import { malformed } from './malformed.ts'
import { tooManyBytes, unfoldingLimit } from './max-bytes.ts'
import { openFile, unreadable, type OpenFile } from './read-bytes.ts'

export interface ChunkOptions {
  /** What is read at a time; 64 KiB unless told otherwise. */
  readonly chunkSize?: number
  readonly maxBytes?: number | undefined
}

/** The bytes of an open file from where it stands: it may be a pipe, which has no places. */
async function* rawChunks(handle: OpenFile, chunkSize: number): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(chunkSize), 0, chunkSize, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** The first bytes, at least two of them where there are. */
const firstBytes = async (handle: OpenFile, chunkSize: number): Promise<Uint8Array> => {
  const chunks = rawChunks(handle, chunkSize)
  const first = await chunks.next()
  if (first.done === true || first.value.length > 1) return first.value ?? new Uint8Array(0)
  const second = await chunks.next()
  return second.done === true ? first.value : joinBytes([first.value, second.value])
}

/** What compressed bytes unfold to. */
async function* unfolded(
  head: Uint8Array,
  handle: OpenFile,
  file: string,
  { chunkSize, maxBytes }: Required<ChunkOptions>,
): AsyncGenerator<E.Either<DataError, Uint8Array>, void> {
  let compressed = 0
  /** The place after the last byte that is not 0: zeros after the last member only fill it up. */
  let filled = 0
  async function* counted(): AsyncGenerator<Uint8Array, void> {
    const chunks = rawChunks(handle, chunkSize)
    for (let chunk: Uint8Array | undefined = head; chunk !== undefined;) {
      const last = chunk.findLastIndex((byte) => byte !== 0)
      if (last >= 0) filled = compressed + last + 1
      compressed += chunk.length
      yield chunk
      const next = await chunks.next()
      chunk = next.done === true ? undefined : next.value
    }
  }
  const { Readable, pipeline } = process.getBuiltinModule('node:stream')
  const gunzip = process.getBuiltinModule('node:zlib').createGunzip({ chunkSize })
  pipeline(Readable.from(counted(), { highWaterMark: 1 }), gunzip, () => undefined)
  let total = 0
  for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
    total += chunk.length
    const limit = unfoldingLimit(compressed, maxBytes)
    if (total > limit) {
      yield E.left(tooManyBytes(file, limit, true))
      return
    }
    yield E.right(chunk)
  }
  for await (const chunk of rawChunks(handle, chunkSize)) {
    const last = chunk.findLastIndex((byte) => byte !== 0)
    if (last >= 0) filled = compressed + last + 1
    compressed += chunk.length
  }
  if (filled > gunzip.bytesWritten) yield afterMembers(file, gunzip.bytesWritten)
}

const failed = (file: string, error: unknown): E.Either<DataError, never> =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
    ? malformed(file, 0, 'gzip', 'compressed data', error.message)
    : E.left(unreadable(file)(error))

/**
 * The bytes of a file, decompressed if it is gzipped, in chunks of bounded size; one that cannot be read or decompressed,
 * or is beyond the limit, is the last, a left value. Leaving off closes the file.
 */
export async function* byteChunks(
  file: string,
  { chunkSize = 2 ** 16, maxBytes }: ChunkOptions = {},
): AsyncGenerator<E.Either<DataError, Uint8Array>, void> {
  const most = maxBytes ?? Infinity
  let handle: OpenFile | undefined
  try {
    handle = await openFile(file)
    const head = await firstBytes(handle, chunkSize)
    if (isGzip(head)) {
      yield* unfolded(head, handle, file, { chunkSize, maxBytes })
      return
    }
    let total = 0
    async function* all(opened: OpenFile): AsyncGenerator<Uint8Array, void> {
      if (head.length > 0) yield head
      yield* rawChunks(opened, chunkSize)
    }
    for await (const chunk of all(handle)) {
      total += chunk.length
      if (total > most) {
        yield E.left(tooManyBytes(file, most, false))
        return
      }
      yield E.right(chunk)
    }
  } catch (error) {
    yield failed(file, error)
  } finally {
    await handle?.close().catch(() => undefined)
  }
}
