/* eslint-disable functional/no-let, functional/no-loop-statements --
   rows are passed on as parts come, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { tensor, type Key } from '../../core/numeric/index.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import { ShapeError } from '../../core/tensor/errors.ts'
import { allocate, type Buffer, type DType } from '../../core/tensor/dtype.ts'
import { showShape, sizeOf } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { rowsOfPart, type Dataset, type Role, type Targets } from '../dataset.ts'
import { requireRole, roles } from '../part.ts'
import type { Minibatch, MinibatchOptions } from './minibatches.ts'
import { pooledBatches } from './pooled-batches.ts'
import { checkStreaming } from './stream-batches.ts'

/**
 * How {@link streamMinibatches} makes batches of parts.
 *
 * @category Batches and streams
 */
export interface StreamMinibatchOptions extends MinibatchOptions {
  /** Rows of a batch. */
  readonly size: number
  /** How many rows are read ahead and held beside the batch; as many as a batch has unless told otherwise. */
  readonly prefetch?: number
  /** Draws every batch from the rows that are held; without it rows come in their order. */
  readonly shuffle?: Key
  /** Told before each batch how many rows it brings the total to. */
  readonly progress?: (rows: number) => void
}

/** The elements of one row of a tensor, copied: a row that waits holds no more than itself. */
interface Cells {
  readonly dtype: DType
  /** The shape of a row. */
  readonly shape: readonly number[]
  readonly elements: Buffer
}

interface Row {
  readonly x: Cells
  readonly y: Cells
  readonly weights: Cells | undefined
}

const cellsOfRows = (tensorOfRows: Tensor): ((row: number) => Cells) => {
  const { dtype, shape } = tensorOfRows
  const all = toTypedArray(tensorOfRows)
  const ofRow = shape.slice(1)
  const width = sizeOf(ofRow)
  return (row) => ({ dtype, shape: ofRow, elements: all.slice(row * width, (row + 1) * width) })
}

async function* rowsOf<X>(
  parts: AsyncIterable<E.Either<X, Dataset<'train'>>>,
): AsyncGenerator<E.Either<X, Row>, void> {
  for await (const part of parts) {
    if (E.isLeft(part)) {
      yield part
      return
    }
    requireRole('streamMinibatches', part.right, ['train'])
    const { n, weights } = part.right
    const [x, y] = [cellsOfRows(part.right.x), cellsOfRows(part.right.y)]
    const ofWeights = weights === undefined ? undefined : cellsOfRows(weights)
    for (let row = 0; row < n; row++) yield E.right({ x: x(row), y: y(row), weights: ofWeights?.(row) })
  }
}

/** The rows one under another. */
const stacked = (what: string, rows: readonly (Cells | undefined)[]): Tensor | undefined => {
  const [first] = rows
  const odd = rows.find(
    (row) => row?.dtype !== first?.dtype || row?.shape.join(',') !== first?.shape.join(','),
  )
  const shown = (cells: Cells | undefined): string =>
    cells === undefined ? 'none' : `${cells.dtype} ${showShape(cells.shape)}`
  if (rows.includes(undefined) ? first !== undefined || odd !== undefined : odd !== undefined)
    throw new ShapeError(
      `streamMinibatches: expected the same ${what} in every part, got rows of ${shown(first)} and of ${shown(odd)}`,
    )
  if (first === undefined) return undefined
  const into = allocate(first.dtype, rows.length * first.elements.length)
  rows.forEach((row, i) => {
    into.set(row?.elements ?? [], i * first.elements.length)
  })
  return tensor(into, { shape: [rows.length, ...first.shape], dtype: first.dtype })
}

const batchOf = (rows: readonly Row[]): Minibatch => {
  const of = (name: keyof Row): Tensor | undefined =>
    stacked(
      name === 'x' ? 'features' : name === 'y' ? 'targets' : 'weights',
      rows.map((row) => row[name]),
    )
  const [x, y, weights] = [of('x'), of('y'), of('weights')]
  if (x === undefined || y === undefined) throw new ShapeError('streamMinibatches: expected rows, got none')
  return { x, y, ...(weights === undefined ? {} : { weights }) }
}

/**
 * Mini-batches of training data that comes in parts, such as tables of a file larger than memory that a fitted preparation
 * has made numbers of: classes, numbers or several targets, with their weights. At most `size + prefetch` rows are held
 * beside the part at hand: those of the batch, and those read ahead, from which a shuffled batch is drawn. Every row comes
 * once in an epoch, however it came in parts; the same key gives the same batches. A left value is passed on, as the last.
 *
 * @throws ArgumentError for another option, and unless `size` and `prefetch` are positive integers; while batches are asked
 * for, RoleError for a part that is not for training and ShapeError for parts that do not go together.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { allForTraining, digits16, inParts, streamMinibatches } from 'puregrad/data'
 * const parts = inParts(allForTraining(digits16({ key: key(0), n: 100 })), 30)
 * const sizes: number[] = []
 * for await (const batch of streamMinibatches(parts, { size: 40, prefetch: 80, shuffle: key(1) }))
 *   if (E.isRight(batch)) sizes.push(batch.right.x.shape[0] ?? 0)
 * sizes // => [40, 40, 20]
 * ```
 * @category Batches and streams
 */
export const streamMinibatches = <X>(
  parts: AsyncIterable<E.Either<X, Dataset<'train'>>>,
  options: StreamMinibatchOptions,
): AsyncIterable<E.Either<X, Minibatch>> => {
  checkOptions('streamMinibatches', options, {
    size: true,
    prefetch: true,
    shuffle: true,
    last: true,
    progress: true,
  })
  const { size, prefetch = size, last } = options
  checkStreaming('streamMinibatches', size, prefetch)
  if (last !== undefined) checkChoice('streamMinibatches', 'last', last, ['keep', 'drop'])
  return {
    [Symbol.asyncIterator]: () =>
      pooledBatches<Row, X, Minibatch>(rowsOf(parts), {
        ...options,
        stopped: () => undefined,
        batchOf: (rows) => E.right(batchOf(rows)),
      }),
  }
}

/**
 * A data set as a stream of parts of so many rows, in their order: what is in memory where a stream is asked for.
 *
 * @throws ArgumentError unless the number of rows is a positive integer; RoleError for a record that is no data set.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { digits16, inParts } from 'puregrad/data'
 * const sizes: number[] = []
 * for await (const part of inParts(digits16({ key: key(0), n: 25 }), 10)) if (E.isRight(part)) sizes.push(part.right.n)
 * sizes // => [10, 10, 5]
 * ```
 * @category Batches and streams
 */
export const inParts = <R extends Role, T extends Targets>(
  data: Dataset<R, T>,
  rows: number,
): AsyncIterable<E.Either<never, Dataset<R, T>>> => {
  checkSetting('inParts', 'rows', rows, count)
  requireRole('inParts', data, roles)
  async function* partsOf(): AsyncGenerator<E.Either<never, Dataset<R, T>>, void> {
    for (let start = 0; start < data.n; start += rows) {
      const at = Int32Array.from({ length: Math.min(rows, data.n - start) }, (_, i) => start + i)
      yield E.right(await Promise.resolve(rowsOfPart(data, tensor(at))))
    }
  }
  return { [Symbol.asyncIterator]: partsOf }
}
