import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataError } from '../data-error.ts'
import type { Minibatch } from './minibatches.ts'
import type { BatchStream } from './stream-batches.ts'

/**
 * What one pass over a stream comes to: a step for each batch, or the left value the stream ends with.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { foldBatches, streamBatches, streamCsv } from 'puregrad/data'
 * const batches = streamBatches(streamCsv('absent.csv', { label: 'kind' }), { size: 32, classNames: ['cat', 'dog'] })
 * const counted = await foldBatches(batches, 0, (count, { x }) => count + (x.shape[0] ?? 0))()
 * E.isLeft(counted) ? counted.left.kind : counted.right // => 'unreadable'
 * ```
 * @category Batches and streams
 */
export const foldBatches =
  <A>(
    batches: BatchStream,
    start: A,
    step: (current: A, batch: Minibatch) => A,
  ): TE.TaskEither<DataError, A> =>
  async () => {
    /* eslint-disable functional/no-let, functional/no-loop-statements -- batches are consumed as they come */
    let current = start
    for await (const batch of batches) {
      if (E.isLeft(batch)) return batch
      current = step(current, batch.right)
    }
    return E.right(current)
    /* eslint-enable functional/no-let, functional/no-loop-statements */
  }
