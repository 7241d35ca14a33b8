import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import * as indexing from '../primitive/indexing.ts'
import { cumsum } from '../primitive/reduction.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add, clip } from './arithmetic.ts'
import { equal, isNaN, less, logicalAnd, logicalNot, logicalOr, where } from './comparison.ts'
import { take } from './index-by.ts'
import { tensorOf, valueOf } from './operand.ts'
import { countUp, cutRows, joinedRows, orderOfRows } from './rows-of.ts'
import { positionsIn } from './search-sorted.ts'
import { segmentSum } from './segments.ts'

/**
 * How many results there are, whatever the elements.
 *
 * @category Indices
 */
export interface SizeOptions {
  /** The number of results: what there is more is left out, and what is missing filled. */
  readonly size: number
  /** What stands in the places of those that are missing. */
  readonly fill?: number
}

/**
 * The different elements of a tensor, ascending, and where they are.
 *
 * @category Indices
 */
export interface Unique {
  /** [size] */
  readonly values: Tensor
  /** The first position of each in row-major order, int32 [size]; 0 for those that are missing. */
  readonly indices: Tensor
  /** For every element, in row-major order, which of the values it is, int32. */
  readonly inverse: Tensor
  /** How often each occurs, int32 [size]; 0 for those that are missing. */
  readonly counts: Tensor
  /** How many different elements there are, int32; it may be more than `size`. */
  readonly count: Tensor
}

const runningSum = (x: AnyValue): AnyValue => o.bind(cumsum, [x], { axis: 0, reverse: false })

const ordinals = (where_: string, { size }: SizeOptions): AnyValue => {
  checkSetting(where_, 'size', size, { whole: true, min: 0, max: 2 ** 31 - 1 })
  return countUp(size)
}

/** Ascending elements, their positions before, and the number of the value each of them is. */
const numbered = (flat: AnyValue): readonly [sorted: AnyValue, order: AnyValue, ids: AnyValue] => {
  const n = flat.size
  const order = orderOfRows(flat)
  const sorted = asValue(take(flat, order))
  const [left, right] = [cutRows(sorted, 0, n - 1), cutRows(sorted, 1, n)]
  const same = logicalOr(equal(left, right), logicalAnd(isNaN(left), isNaN(right)))
  const first = o.constant(0, { shape: [1], dtype: 'int32' })
  const ids = runningSum(joinedRows([first, o.cast(asValue(logicalNot(same)), 'int32')]))
  return [sorted, order, ids]
}

/**
 * The different elements of a tensor in ascending order, so many as `size` says: a number that has to be known before, since
 * the shape of a result may not follow from elements. Missing ones are filled with the least, unless told otherwise. All
 * NaN are one, the last.
 *
 * @throws ArgumentError for a size that is not a whole number of 0 or more.
 * @example
 * ```ts
 * import { item, tensor, toArray, unique } from 'puregrad'
 * const { values, counts, inverse, count } = unique(tensor([3, 1, 3, 2]), { size: 4 })
 * toArray(values) // => [1, 2, 3, 1]
 * toArray(counts) // => [1, 1, 2, 0]
 * toArray(inverse) // => [2, 0, 2, 1]
 * item(count) // => 3
 * ```
 * @category Indices
 */
export const unique = (x: Tensor, options: SizeOptions): Unique => {
  checkOptions('unique', options, { size: true, fill: true })
  const value = tensorOf(x, 'unique')
  const { size, fill } = options
  const which = ordinals('unique', options)
  const n = value.size
  const integers = (shape: readonly number[]): AnyValue => o.constant(0, { shape, dtype: 'int32' })
  if (n === 0)
    return {
      values: o.broadcastTo(valueOf(fill ?? 0, value.dtype, 'unique'), [size]),
      indices: integers([size]),
      inverse: integers([0]),
      counts: integers([size]),
      count: integers([]),
    }
  const [sorted, order, ids] = numbered(o.reshape(value, [n]))
  const count = asValue(add(o.reshape(cutRows(ids, n - 1, n), []), 1))
  const starts = asValue(clip(positionsIn(ids, which, 'left'), 0, n - 1))
  const there = less(which, count)
  const filling = fill === undefined ? take(sorted, 0) : valueOf(fill, value.dtype, 'unique')
  const inverse = o.bind(indexing.scatterAdd, [ids, order], { axis: 0, batchDims: 0, size: n })
  const behind = o.constant(size, ids)
  const counted = segmentSum(o.constant(1, ids), asValue(where(less(ids, size), ids, behind)), {
    segments: size + 1,
  })
  return {
    values: where(there, take(sorted, starts), filling),
    indices: where(there, take(order, starts), 0),
    inverse,
    counts: cutRows(asValue(counted), 0, size),
    count,
  }
}

/**
 * The positions of the elements that are not 0 (or true) in row-major order, so many as `size` says: for each axis a vector
 * of int32. Missing ones are filled with 0 unless told otherwise.
 *
 * @throws ArgumentError for a size that is not a whole number of 0 or more.
 * @example
 * ```ts
 * import { nonZero, tensor, toArray } from 'puregrad'
 * nonZero(tensor([[0, 5], [7, 0]]), { size: 3, fill: -1 }).map(toArray) // => [[0, 1, -1], [1, 0, -1]]
 * ```
 * @category Indices
 */
export const nonZero = (x: Tensor, options: SizeOptions): readonly Tensor[] => {
  checkOptions('nonZero', options, { size: true, fill: true })
  const value = tensorOf(x, 'nonZero')
  const { size, fill = 0 } = options
  const which = ordinals('nonZero', options)
  const filling = valueOf(fill, 'int32', 'nonZero')
  const n = value.size
  const missing = o.broadcastTo(filling, [size])
  if (n === 0) return value.shape.map(() => missing)
  const found = runningSum(o.cast(o.cast(o.reshape(value, [n]), 'bool'), 'int32'))
  const positions = positionsIn(found, which, 'right')
  const there = less(positions, n)
  const at = clip(positions, 0, n - 1)
  return value.shape.map((_, axis) => {
    const after = sizeOf(value.shape.slice(axis + 1))
    const along = countUp(value.shape[axis] ?? 0)
    const places = o.reshape(o.broadcastTo(o.reshape(along, [along.size, 1]), [along.size, after]), [
      along.size * after,
    ])
    const all = o.reshape(o.broadcastTo(places, [n / places.size, places.size]), [n])
    return where(there, take(all, at), filling)
  })
}
