/* eslint-disable functional/no-loop-statements -- rows are written into buffers made here */
import * as E from 'fp-ts/lib/Either.js'
import { tensor, type Key } from '../../core/numeric/index.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { ArgumentError, ShapeError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import type { Minibatch, MinibatchOptions } from './minibatches.ts'
import { pooledBatches } from './pooled-batches.ts'
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
  /** The classes in the order of their numbers; `scanRows` finds them. Absent where targets are numbers. */
  readonly classNames?: readonly string[]
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

/** The targets of rows: numbers of classes, or the numbers themselves. */
const targetsOf = (
  rows: readonly StreamedRow[],
  file: string,
  positions: ReadonlyMap<string, number> | undefined,
  dtype: FloatDType,
): E.Either<DataError, Tensor> => {
  const odd = rows.find(({ value }) => (value === undefined) !== (positions !== undefined))
  if (odd !== undefined)
    throw new ArgumentError(
      positions === undefined
        ? `streamBatches: ${file}, ${odd.place} has a class: expected classNames, which scanRows finds`
        : `streamBatches: ${file}, ${odd.place} has a number as its target: expected no classNames`,
    )
  if (positions === undefined)
    return E.right(
      tensor(
        Float64Array.from(rows, ({ value = NaN }) => value),
        { dtype },
      ),
    )
  const unknown = rows.find(({ label }) => !positions.has(label))
  return unknown === undefined
    ? E.right(tensor(Int32Array.from(rows, ({ label }) => positions.get(label) ?? 0)))
    : E.left({
        kind: 'unknown-class',
        file,
        place: unknown.place,
        message: `${file}, ${unknown.place}: expected a class among ${showNames([...positions.keys()])}, got '${showText(unknown.label, 60)}'`,
      })
}

const batchOf = (
  rows: readonly StreamedRow[],
  file: string,
  positions: ReadonlyMap<string, number> | undefined,
  dtype: FloatDType,
): E.Either<DataError, Minibatch> => {
  const width = rows[0]?.x.length ?? 0
  const x = new Float64Array(rows.length * width)
  for (const [i, row] of rows.entries()) {
    if (row.x.length !== width)
      throw new ShapeError(
        `streamBatches: the row at ${row.place} has ${row.x.length} features, others ${width}`,
      )
    x.set(row.x, i * width)
  }
  const y = targetsOf(rows, file, positions, dtype)
  if (E.isLeft(y)) return y
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
  return E.right({ x: tensor(x, { shape: [rows.length, width], dtype }), y: y.right })
}

/**
 * Mini-batches of rows that do not have to fit in memory. At most `size + prefetch` rows are held: those of the batch,
 * and those read ahead while the batch is in use, from which a shuffled batch is drawn. So a small `prefetch` shuffles
 * little; the order of a file sorted by class has to be broken elsewhere. Every row comes once in an epoch; the same key
 * gives the same batches; iterating again reads the rows again. Leaving off closes the source. Rows of a regression have no
 * class names, and y is floating.
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
  const { size, prefetch = size, classNames, dtype = 'float32', signal } = options
  checkStreaming('streamBatches', size, prefetch)
  if (classNames !== undefined && new Set(classNames).size < classNames.length)
    throw new ArgumentError(`streamBatches: every class has its own name, got ${showNames(classNames)}`)
  const positions = classNames === undefined ? undefined : new Map(classNames.map((name, i) => [name, i]))
  return {
    [Symbol.asyncIterator]: () =>
      pooledBatches(rows, {
        ...options,
        stopped: () => (signal?.aborted === true ? aborted(rows.file) : undefined),
        batchOf: (taken) => batchOf(taken, rows.file, positions, dtype),
      }),
  }
}

/** @throws ArgumentError unless these are numbers of rows. */
export const checkStreaming = (where: string, size: number, prefetch: number): void => {
  if (![size, prefetch].every((count) => Number.isInteger(count) && count >= 1))
    throw new ArgumentError(`${where}: size and prefetch are positive integers, got ${size} and ${prefetch}`)
}
