import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import * as indexing from '../primitive/indexing.ts'
import { cumsum } from '../primitive/reduction.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { isFloat, type DType } from '../tensor/dtype.ts'
import { DTypeError, ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { clip, div, maximum, mul, neg, sub } from './arithmetic.ts'
import { equal, greater, greaterEqual, logicalAnd, where } from './comparison.ts'
import { take, type Indices } from './index-by.ts'
import { indicesOf, tensorOf } from './operand.ts'
import { backAlong, countUp, orderOfRows, pickedFromRows, rowsAlong } from './rows-of.ts'
import { flip } from './shape.ts'

/**
 * How many segments there are.
 *
 * @category Indices
 */
export interface SegmentOptions {
  /** Segments are numbered from 0 up to but not including this. */
  readonly segments: number
}

interface Segmented {
  /** [n, …rest] */
  readonly x: AnyValue
  /** [n] */
  readonly ids: AnyValue
  readonly segments: number
}

const segmentedBy = (where: string, x: Tensor, ids: Indices, options: SegmentOptions): Segmented => {
  checkOptions(where, options, { segments: true })
  const { segments } = options
  checkSetting(where, 'segments', segments, { whole: true, min: 0, max: 2 ** 31 - 1 })
  const value = tensorOf(x, where)
  const numbers = indicesOf(ids, where)
  if (numbers.rank !== 1 || value.rank === 0 || value.shape[0] !== numbers.shape[0])
    throw new ShapeError(
      `${where}: expected the number of a segment for each row, got ${showShape(numbers.shape)} for ${showShape(value.shape)}`,
    )
  if (value.dtype === 'bool') throw new DTypeError(`${where}: expected numbers, got bool; convert with cast`)
  return { x: value, ids: numbers, segments }
}

const added = ({ x, ids, segments }: Segmented): AnyValue =>
  o.bind(indexing.scatterAdd, [x, ids], { axis: 0, batchDims: 0, size: segments })

/** How many rows each segment has, int32. */
const countsOf = ({ x, ids, segments }: Segmented): AnyValue =>
  added({ x: o.constant(1, { shape: [x.shape[0] ?? 0], dtype: 'int32' }), ids, segments })

/** One number a segment, stretched over the rest of each row. */
const overRest = (perSegment: AnyValue, shape: readonly number[]): AnyValue =>
  o.broadcastTo(o.reshape(perSegment, [shape[0] ?? 0, ...shape.slice(1).map(() => 1)]), shape)

/**
 * The sums of the rows of each segment: `x [n, …]` and the number of a segment for each row → `[segments, …]`. A segment
 * without rows has sum 0. Rows of a segment need not lie next to each other.
 *
 * @throws ShapeError unless there is one number for each row; ArgumentError for a number that is no segment.
 * @example
 * ```ts
 * import { segmentSum, tensor, toArray } from 'puregrad'
 * toArray(segmentSum(tensor([1, 2, 4, 8]), [0, 2, 0, 2], { segments: 3 })) // => [5, 0, 10]
 * ```
 * @category Indices
 */
export const segmentSum = (x: Tensor, ids: Indices, options: SegmentOptions): Tensor =>
  added(segmentedBy('segmentSum', x, ids, options))

/**
 * The means of the rows of each segment, as {@link segmentSum} takes them; 0 for a segment without rows.
 *
 * @throws DTypeError for integers.
 * @example
 * ```ts
 * import { segmentMean, tensor, toArray } from 'puregrad'
 * toArray(segmentMean(tensor([1, 2, 4, 8]), [0, 2, 0, 2], { segments: 3 })) // => [2.5, 0, 5]
 * ```
 * @category Indices
 */
export const segmentMean = (x: Tensor, ids: Indices, options: SegmentOptions): Tensor => {
  const given = segmentedBy('segmentMean', x, ids, options)
  if (!isFloat(given.x.dtype))
    throw new DTypeError(`segmentMean: expected float32 or float64, got ${given.x.dtype}; convert with cast`)
  const sums = added(given)
  const counts = asValue(maximum(countsOf(given), 1))
  return div(sums, o.cast(overRest(counts, sums.shape), sums.dtype))
}

/** What the largest, or smallest, of no elements is. */
const emptyOf = (dtype: DType, largest: boolean): number =>
  isFloat(dtype)
    ? largest
      ? -Infinity
      : Infinity
    : dtype === 'int32'
      ? largest
        ? -(2 ** 31)
        : 2 ** 31 - 1
      : largest
        ? 0
        : 2 ** 32 - 1

/** For each segment and each place of the rest of a row the first row with the extreme element: [...rest, segments]. */
const extremeRows = ({ x, ids, segments }: Segmented, counts: AnyValue, largest: boolean): Tensor => {
  const n = x.shape[0] ?? 0
  // Ascending order keeps equals in place. The last of a segment is its largest, and the first of equals once the rows
  // are turned round; the first of a segment is its smallest.
  const turned = (value: AnyValue): AnyValue => (largest ? asValue(flip(value, { axis: 0 })) : value)
  const rows = rowsAlong(turned(x), 0)
  const byElement = orderOfRows(rows)
  const bySegment = orderOfRows(pickedFromRows(o.broadcastTo(turned(ids), rows.shape), byElement))
  const order = pickedFromRows(byElement, bySegment)
  const ends = o.bind(cumsum, [counts], { axis: 0, reverse: false })
  const at = largest ? sub(ends, 1) : sub(ends, counts)
  const found = o.bind(indexing.gather, [order, asValue(clip(at, 0, n - 1))], {
    axis: order.rank - 1,
    batchDims: 0,
  })
  return segments === 0 || !largest ? found : sub(n - 1, found)
}

const extreme = (given: Segmented, largest: boolean): Tensor => {
  const { x, segments } = given
  const shape = [segments, ...x.shape.slice(1)]
  const empty = o.constant(emptyOf(x.dtype, largest), { shape, dtype: x.dtype })
  if (x.size === 0 || segments === 0) return empty
  const counts = countsOf(given)
  const rows = asValue(extremeRows(given, counts, largest))
  const values = backAlong(pickedFromRows(rowsAlong(x, 0), rows), 0)
  return where(overRest(asValue(greater(counts, 0)), shape), values, empty)
}

/**
 * The largest rows of each segment, element by element, as {@link segmentSum} takes them; NaN if any is. The first of
 * equals has the derivative. A segment without rows has −∞, and of integers the least there is.
 *
 * @example
 * ```ts
 * import { segmentMax, tensor, toArray } from 'puregrad'
 * toArray(segmentMax(tensor([1, 2, 4, 8]), [0, 2, 0, 2], { segments: 3 })) // => [4, -Infinity, 8]
 * ```
 * @category Indices
 */
export const segmentMax = (x: Tensor, ids: Indices, options: SegmentOptions): Tensor =>
  extreme(segmentedBy('segmentMax', x, ids, options), true)

/**
 * The smallest rows of each segment, as {@link segmentMax} has the largest.
 *
 * @example
 * ```ts
 * import { segmentMin, tensor, toArray } from 'puregrad'
 * toArray(segmentMin(tensor([1, 2, 4, 8]), [0, 2, 0, 2], { segments: 3 })) // => [1, Infinity, 2]
 * ```
 * @category Indices
 */
export const segmentMin = (x: Tensor, ids: Indices, options: SegmentOptions): Tensor => {
  const given = segmentedBy('segmentMin', x, ids, options)
  // Sorted ascending NaN come last, and the smallest of floats with one among them is NaN too.
  return isFloat(given.x.dtype)
    ? neg(extreme({ ...given, x: asValue(o.neg(given.x)) }, true))
    : extreme(given, false)
}

/**
 * The products of the rows of each segment, as {@link segmentSum} takes them, in log n steps; 1 for a segment without rows.
 * Derivatives are exact also where elements are 0.
 *
 * @example
 * ```ts
 * import { segmentProd, tensor, toArray } from 'puregrad'
 * toArray(segmentProd(tensor([1, 2, 4, 8]), [0, 2, 0, 2], { segments: 3 })) // => [4, 1, 16]
 * ```
 * @category Indices
 */
export const segmentProd = (x: Tensor, ids: Indices, options: SegmentOptions): Tensor => {
  const given = segmentedBy('segmentProd', x, ids, options)
  const { x: value, ids: numbers, segments } = given
  const n = value.shape[0] ?? 0
  const shape = [segments, ...value.shape.slice(1)]
  const one = o.constant(1, { shape, dtype: value.dtype })
  if (value.size === 0 || segments === 0) return one
  const order = orderOfRows(numbers)
  const sorted = o.bind(indexing.gather, [numbers, order], { axis: 0, batchDims: 0 })
  // Products of the last 1, 2, 4, … rows of the same segment up to each row.
  const running = (products: AnyValue, by: number): AnyValue => {
    if (by >= n) return products
    const before = take(
      products,
      Array.from({ length: n }, (_, i) => Math.max(0, i - by)),
    )
    const same = equal(
      sorted,
      take(
        sorted,
        Array.from({ length: n }, (_, i) => Math.max(0, i - by)),
      ),
    )
    const inside = tensorOf(greaterEqual(countUp(n), by), 'segmentProd')
    const joins = overRest(asValue(logicalAnd(same, inside)), products.shape)
    return running(asValue(mul(products, where(joins, before, 1))), 2 * by)
  }
  const products = running(o.bind(indexing.gather, [value, order], { axis: 0, batchDims: 0 }), 1)
  const counts = countsOf(given)
  const ends = clip(sub(o.bind(cumsum, [counts], { axis: 0, reverse: false }), 1), 0, n - 1)
  return where(overRest(asValue(greater(counts, 0)), shape), take(products, ends), one)
}
