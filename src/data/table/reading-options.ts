import { aborted } from '../stream/stream-batches.ts'
import type { DataError } from '../data-error.ts'

/**
 * How far the reading of a file is: it is gone through once to find its encoding, once to count its cells, and again
 * where cells have to be read in another way than they were counted.
 *
 * @category Tables
 */
export interface TableProgress {
  /** Bytes taken in this pass, after a compressed file is unfolded. */
  readonly bytes: number
  /** All there are, where that is known. */
  readonly total?: number
  /** The pass, from 1. */
  readonly pass: number
}

/**
 * Who is told of a long reading, and what ends it.
 *
 * @category Tables
 */
export interface LongReading {
  readonly progress?: (progress: TableProgress) => void
  /** Looked at before each piece of the file. */
  readonly signal?: AbortSignal
}

export const longReadingNames = { progress: true, signal: true } as const

/** What ends the reading of a file that was called off. */
export const stoppedBy =
  (file: string, signal: AbortSignal | undefined): (() => DataError | undefined) =>
  () =>
    signal?.aborted === true ? aborted(file) : undefined
