/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   a pool of rows is refilled while batches are passed on, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { foldIn, uniform, type Key } from '../../core/numeric/index.ts'
import type { MinibatchOptions } from './minibatches.ts'

/** Rows read ahead of where they are needed. */
interface Pool<Row, X> {
  /** Reads until the pool is full or the rows end; one at a time. */
  readonly fill: () => Promise<void>
  /** Some rows: any of those held for numbers of [0, 1), otherwise the first ones. */
  readonly take: (count: number, draws: ArrayLike<number> | undefined) => readonly Row[]
  readonly failure: () => X | undefined
}

const poolOf = <Row, X>(
  source: AsyncIterator<E.Either<X, Row>>,
  capacity: number,
  stopped: () => X | undefined,
): Pool<Row, X> => {
  const held: Row[] = []
  let ended = false
  let failure: X | undefined
  return {
    fill: async () => {
      while (!ended && held.length < capacity) {
        failure = stopped()
        const next = failure === undefined ? await source.next() : undefined
        if (next?.done !== false) ended = true
        else if (E.isRight(next.value)) held.push(next.value.right)
        else failure = next.value.left
        ended ||= failure !== undefined
      }
    },
    take: (count, draws) => {
      const some = Math.min(count, held.length)
      if (draws === undefined) return held.splice(0, some)
      return Array.from({ length: some }, (_, i) => {
        const at = Math.floor((draws[i] ?? 0) * held.length)
        const [drawn, last] = [held[at], held.pop()] as [Row, Row]
        if (at < held.length) held[at] = last
        return drawn
      })
    },
    failure: () => failure,
  }
}

/** How rows of any kind become batches. */
export interface Pooling<Row, X, Batch> extends MinibatchOptions {
  readonly size: number
  readonly prefetch?: number
  readonly shuffle?: Key
  /** Why no further row is to be read. */
  readonly stopped: () => X | undefined
  readonly batchOf: (rows: readonly Row[]) => E.Either<X, Batch>
  readonly progress?: ((rows: number) => void) | undefined
}

/**
 * Batches of rows one after another, those of a shuffled one drawn from the rows read ahead; at most `size + prefetch` rows
 * are held.
 */
export async function* pooledBatches<Row, X, Batch>(
  rows: AsyncIterable<E.Either<X, Row>>,
  { size, prefetch = size, shuffle, last = 'keep', stopped, batchOf, progress }: Pooling<Row, X, Batch>,
): AsyncGenerator<E.Either<X, Batch>, void> {
  const source = rows[Symbol.asyncIterator]()
  const pool = poolOf(source, prefetch, stopped)
  const filled = (): Promise<void> => {
    const filling = pool.fill()
    // Looked at when it is awaited; until then the consumer may be at work on a batch.
    filling.catch(() => undefined)
    return filling
  }
  let filling = filled()
  let total = 0
  try {
    for (let index = 0; ; index++) {
      const draws =
        shuffle === undefined
          ? undefined
          : toTypedArray(uniform(foldIn(shuffle, index), [size], { dtype: 'float64' }))
      const taken: Row[] = []
      for (let some: readonly Row[] | undefined; some?.length !== 0 && taken.length < size;) {
        await filling
        const failure = pool.failure()
        if (failure !== undefined) {
          yield E.left(failure)
          return
        }
        some = pool.take(size - taken.length, draws?.subarray(taken.length))
        some.forEach((row) => taken.push(row))
        filling = filled()
      }
      if (taken.length === 0 || (taken.length < size && last === 'drop')) return
      const batch = batchOf(taken)
      total += taken.length
      if (E.isRight(batch)) progress?.(total)
      yield batch
      if (E.isLeft(batch)) return
    }
  } finally {
    await filling.catch(() => undefined)
    await source.return?.()
  }
}
