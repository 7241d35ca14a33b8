/* eslint-disable functional/no-let, functional/no-loop-statements -- pieces are handed over in turn */
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataError } from '../data-error.ts'

/** What a pass over the bytes of a table asks for: to begin again at the first byte, or the next piece. */
type Request = 'begin' | 'next'

/**
 * Work that goes over the bytes of a table once or more, whether they lie in memory or are read as they are needed: it
 * asks for pieces, gets nothing after the last one, and does not get what could not be read.
 */
export type BytePasses<A> = Generator<Request, E.Either<DataError, A>, Uint8Array | undefined>

/** Hands over pieces that lie in memory, the same ones in each pass. */
export const runOver = <A>(pieces: readonly Uint8Array[], passes: BytePasses<A>): E.Either<DataError, A> => {
  let at = 0
  for (let asked = passes.next(); ;) {
    if (asked.done === true) return asked.value
    at = asked.value === 'begin' ? 0 : at + 1
    asked = passes.next(asked.value === 'begin' ? undefined : pieces[at - 1])
  }
}

/** How long the work goes on before others have their turn, in milliseconds. */
const turn = 40

/** What the work tells: how many bytes were taken in this pass, and which pass it is, from 1. */
export type PassProgress = (bytes: number, pass: number) => void

/**
 * Hands over pieces as they come from a source that each pass opens anew, and lets others have their turn. The first
 * piece that cannot be read ends the work; `stopped` is asked before each piece.
 */
export const runFrom =
  <A>(
    open: () => AsyncIterable<E.Either<DataError, Uint8Array>>,
    passes: BytePasses<A>,
    stopped: () => DataError | undefined,
    progress: PassProgress,
  ): TE.TaskEither<DataError, A> =>
  async () => {
    let source: AsyncIterator<E.Either<DataError, Uint8Array>> | undefined
    let [bytes, pass, since] = [0, 0, Date.now()]
    try {
      for (let asked = passes.next(); ;) {
        if (asked.done === true) return asked.value
        const failure = stopped()
        if (failure !== undefined) return E.left(failure)
        if (asked.value === 'begin') {
          await source?.return?.()
          source = open()[Symbol.asyncIterator]()
          bytes = 0
          pass++
          asked = passes.next(undefined)
          continue
        }
        const next = await source?.next()
        const piece = next?.done === false ? next.value : undefined
        if (piece !== undefined && E.isLeft(piece)) return piece
        bytes += piece?.right.length ?? 0
        progress(bytes, pass)
        if (Date.now() - since > turn) {
          await new Promise((resolve) => setTimeout(resolve, 0))
          since = Date.now()
        }
        asked = passes.next(piece?.right)
      }
    } finally {
      await source?.return?.()
    }
  }
