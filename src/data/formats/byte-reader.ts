/* eslint-disable functional/no-let, functional/no-loop-statements --
   a reader is a place in a file, which moves */
import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'
import { joinBytes } from './join-bytes.ts'

/** A place in a sequence of bytes. */
export interface ByteReader {
  /** The next bytes: so many, or as many as there are before the end. */
  readonly read: (count: number) => Promise<E.Either<DataError, Uint8Array>>
  readonly close: () => Promise<void>
}

/** Bytes in portions of any size from chunks of any size; holds one chunk beside the portion. */
export const byteReader = (chunks: AsyncGenerator<E.Either<DataError, Uint8Array>, void>): ByteReader => {
  let rest: Uint8Array = new Uint8Array(0)
  return {
    read: async (count) => {
      let parts: readonly Uint8Array[] = []
      let missing = count
      while (missing > 0) {
        if (rest.length === 0) {
          const next = await chunks.next()
          if (next.done === true) break
          if (E.isLeft(next.value)) return next.value
          rest = next.value.right
        }
        const part = rest.subarray(0, missing)
        parts = [...parts, part]
        rest = rest.subarray(part.length)
        missing -= part.length
      }
      const [only] = parts
      return E.right(only !== undefined && parts.length === 1 ? only : joinBytes(parts))
    },
    close: async () => {
      await chunks.return(undefined)
    },
  }
}
