import type * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'

/**
 * One example on its way.
 *
 * @category Batches and streams
 */
export interface StreamedRow {
  readonly x: ArrayLike<number>
  /** The name of its class, or the target as it is written. */
  readonly label: string
  /** The target, where targets are numbers. */
  readonly value?: number
  /** Where it stands, for messages: a line or a row of the file. */
  readonly place: string
  /** Names of the features, the same array in every row; absent where the file does not name them. */
  readonly featureNames?: readonly string[]
}

/**
 * Examples one after another, from the first one each time they are asked for. What goes wrong is the last value, a
 * left one.
 *
 * @category Batches and streams
 */
export interface RowStream extends AsyncIterable<E.Either<DataError, StreamedRow>> {
  /** What messages call it. */
  readonly file: string
}
