/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   a pool of rows is refilled while batches are passed on, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { foldIn, tensor, uniform, type Key } from '../../core/numeric/index.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { ArgumentError, ShapeError } from '../../core/tensor/errors.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import type { Minibatch, MinibatchOptions } from './minibatches.ts'
import type { RowStream, StreamedRow } from './row-stream.ts'
import { showNames } from '../formats/show-names.ts'

/**
 * How {@link streamBatches} makes batches of a stream.
 *
 * @category Batches and streams
 */
export interface StreamOptions extends MinibatchOptions {
  /** Rows of a batch. */
  readonly size: number
  /** The classes in the order of their numbers; `scanRows` finds them. */
  readonly classNames: readonly string[]
  /** How many rows are read ahead and held beside the batch; as many as a batch has unless told otherwise. */
  readonly prefetch?: number
  /** Draws every batch from the rows that are held; without it rows come in the order of the file. */
  readonly shuffle?: Key
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
  /** Looked at before each row is read. */
  readonly signal?: AbortSignal
  /** Told before each batch how many rows it brings the total to. */
  readonly progress?: (rows: number) => void
}

/**
 * Batches one after another; what goes wrong is the last value, a left one.
 *
 * @category Batches and streams
 */
export type BatchStream = AsyncIterable<E.Either<DataError, Minibatch>>

/** Long work on a stream that was called off. */
export const aborted = (file: string): DataError => ({
  kind: 'aborted',
  file,
  message: `${file}: reading was aborted`,
})

const batchOf = (
  rows: readonly StreamedRow[],
  file: string,
  positions: ReadonlyMap<string, number>,
  dtype: FloatDType,
): E.Either<DataError, Minibatch> => {
  const width = rows[0]?.x.length ?? 0
  const [x, y] = [new Float64Array(rows.length * width), new Int32Array(rows.length)]
  for (const [i, row] of rows.entries()) {
    const { label, place } = row
    const position = positions.get(label)
    if (position === undefined)
      return E.left({
        kind: 'unknown-class',
        file,
        place,
        message: `${file}, ${place}: expected a class among ${showNames([...positions.keys()])}, got '${showText(label, 60)}'`,
      })
    if (row.x.length !== width)
      throw new ShapeError(`streamBatches: the row at ${place} has ${row.x.length} features, others ${width}`)
    y[i] = position
    x.set(row.x, i * width)
  }
  const bad = x.findIndex((value) => !Number.isFinite(dtype === 'float32' ? Math.fround(value) : value))
  if (bad >= 0) {
    const [place, feature] = [rows[Math.floor(bad / width)]?.place ?? '', bad % width]
    return E.left({
      kind: 'not-finite',
      file,
      place,
      feature,
      message: `${file}, ${place}, feature ${feature}: expected a number within ${dtype}, got ${x[bad]}`,
    })
  }
  return E.right({ x: tensor(x, { shape: [rows.length, width], dtype }), y: tensor(y) })
}

/** Rows read ahead of where they are needed. */
interface Pool {
  /** Reads until the pool is full or the rows end; one at a time. */
  readonly fill: () => Promise<void>
  /** Some rows: any of those held for numbers of [0, 1), otherwise the first ones. */
  readonly take: (count: number, draws: ArrayLike<number> | undefined) => readonly StreamedRow[]
  readonly failure: () => DataError | undefined
}

const poolOf = (
  source: AsyncIterator<E.Either<DataError, StreamedRow>>,
  capacity: number,
  stopped: () => DataError | undefined,
): Pool => {
  const held: StreamedRow[] = []
  let ended = false
  let failure: DataError | undefined
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
        const [drawn, last] = [held[at], held.pop()] as [StreamedRow, StreamedRow]
        if (at < held.length) held[at] = last
        return drawn
      })
    },
    failure: () => failure,
  }
}

async function* batchesOf(
  rows: RowStream,
  {
    size,
    classNames,
    prefetch = size,
    shuffle,
    dtype = 'float32',
    last = 'keep',
    signal,
    progress,
  }: StreamOptions,
): AsyncGenerator<E.Either<DataError, Minibatch>, void> {
  const positions = new Map(classNames.map((name, i) => [name, i]))
  const source = rows[Symbol.asyncIterator]()
  const pool = poolOf(source, prefetch, () => (signal?.aborted === true ? aborted(rows.file) : undefined))
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
      const taken: StreamedRow[] = []
      for (let some: readonly StreamedRow[] | undefined; some?.length !== 0 && taken.length < size;) {
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
      const batch = batchOf(taken, rows.file, positions, dtype)
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

/**
 * Mini-batches of rows that do not have to fit in memory. At most `size + prefetch` rows are held: those of the batch,
 * and those read ahead while the batch is in use, from which a shuffled batch is drawn. So a small `prefetch` shuffles
 * little; the order of a file sorted by class has to be broken elsewhere. Every row comes once in an epoch; the same key
 * gives the same batches; iterating again reads the rows again. Leaving off closes the source.
 *
 * @throws ArgumentError unless `size` and `prefetch` are positive integers and the class names differ.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { streamBatches, streamCsv } from 'puregrad/data'
 * const rows = streamCsv('absent.csv', { label: 'kind' })
 * const batches = streamBatches(rows, { size: 32, classNames: ['cat', 'dog'], prefetch: 1000, shuffle: key(0) })
 * const seen: string[] = []
 * for await (const batch of batches) seen.push(E.isRight(batch) ? 'a batch' : batch.left.message)
 * seen // => ['absent.csv: there is no such file']
 * ```
 * @category Batches and streams
 */
export const streamBatches = (rows: RowStream, options: StreamOptions): BatchStream => {
  const { size, prefetch = size, classNames } = options
  if (![size, prefetch].every((count) => Number.isInteger(count) && count >= 1))
    throw new ArgumentError(
      `streamBatches: size and prefetch are positive integers, got ${size} and ${prefetch}`,
    )
  if (new Set(classNames).size < classNames.length)
    throw new ArgumentError(`streamBatches: every class has its own name, got ${showNames(classNames)}`)
  return { [Symbol.asyncIterator]: () => batchesOf(rows, options) }
}
