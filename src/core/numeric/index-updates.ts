import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { ArgumentError, DTypeError, ShapeError } from '../tensor/errors.ts'
import { normalizeAxis, showShape } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { isRecord } from '../tensor/tree.ts'
import { add, maximum, minimum, mul } from './arithmetic.ts'
import { greater, where } from './comparison.ts'
import type { Indices } from './index-by.ts'
import { take } from './index-by.ts'
import { indicesOf, tensorOf, valueOf, type Operand } from './operand.ts'
import { countUp } from './rows-of.ts'
import { segmentMax, segmentMin, segmentProd, segmentSum } from './segments.ts'
import { moveAxis, reshape, slice } from './shape.ts'

/**
 * A box of a tensor as `slice` has it: along each axis from `starts` up to but without `stops`, in `steps`.
 *
 * @category Indices
 */
export interface Box {
  readonly starts: readonly number[]
  readonly stops?: readonly number[]
  readonly steps?: readonly number[]
}

/**
 * Along which axis positions are; the first unless told otherwise.
 *
 * @category Indices
 */
export interface UpdateOptions {
  readonly axis?: number
}

/**
 * A tensor with some of its elements changed: `x` itself stays as it is. The places are positions along an axis, or a
 * {@link Box}; the values stretch to the places by NumPy's rule.
 *
 * @category Indices
 */
export type IndexUpdate = <S extends Shape>(
  x: Tensor<S>,
  places: Indices | Box,
  values: Operand,
  options?: UpdateOptions,
) => Tensor<S>

/** How updates meet what is there: of pairs of elements, and of all updates of one position. */
interface Meeting {
  readonly pairs: (old: AnyValue, update: AnyValue) => Tensor
  /** The updates of each of so many positions in one, [k, …] → [n, …]; anything where there are none. */
  readonly gathered: (updates: AnyValue, positions: AnyValue, n: number) => Tensor
}

const isBox = (places: unknown): places is Box =>
  !isTensor(places) && isRecord(places) && !Array.isArray(places) && 'starts' in places

const stretched = (where: string, values: Operand, x: AnyValue, shape: readonly number[]): AnyValue => {
  const update = valueOf(values, x.dtype, where)
  if (update.dtype !== x.dtype)
    throw new DTypeError(
      `${where}: expected values of ${x.dtype}, got ${update.dtype}; convert them with cast`,
    )
  const fits =
    update.rank <= shape.length &&
    update.shape.every((n, i) => n === 1 || n === shape[shape.length - update.rank + i])
  if (!fits)
    throw new ShapeError(
      `${where}: values of shape ${showShape(update.shape)} do not stretch to the places ${showShape(shape)}`,
    )
  return o.broadcastTo(update, shape)
}

const inBox = (where_: string, x: AnyValue, box: Box, values: Operand, { pairs }: Meeting): Tensor => {
  checkOptions(where_, box, { starts: true, stops: true, steps: true })
  const { starts, stops = [], steps = [] } = box
  const cut = asValue(slice(x, starts, stops, steps))
  const changed = asValue(pairs(cut, stretched(where_, values, x, cut.shape)))
  if (cut.size === 0) return x
  const region = {
    start: x.shape.map((n, axis) => {
      const [start, step] = [starts[axis], steps[axis] ?? 1]
      if (start === undefined) return step > 0 ? 0 : n - 1
      const at = start < 0 ? start + n : start
      return Math.min(n - 1, Math.max(0, at))
    }),
    step: x.shape.map((_, axis) => steps[axis] ?? 1),
    shape: x.shape,
  }
  const inside = o.cast(o.pad(o.constant(1, { shape: cut.shape, dtype: 'int32' }), region), 'bool')
  return o.select(inside, o.pad(changed, region), x)
}

const atPositions = (
  where_: string,
  x: AnyValue,
  places: Indices,
  values: Operand,
  axis: number,
  { pairs, gathered }: Meeting,
): Tensor => {
  const indices = indicesOf(places, where_)
  const n = x.shape[axis] ?? 0
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const updates = stretched(where_, values, x, [...before, ...indices.shape, ...after])
  const k = indices.size
  // [k, …before, …after]
  const rows = asValue(moveAxis(reshape(updates, [...before, k, ...after]), axis, 0))
  if (k === 0 || x.size === 0) return x
  const positions = o.reshape(indices, [k])
  const hits = asValue(segmentSum(o.constant(1, { shape: [k], dtype: 'int32' }), positions, { segments: n }))
  const found = moveAxis(gathered(rows, positions, n), 0, axis)
  const hit = o.broadcastTo(o.reshape(asValue(greater(hits, 0)), [n, ...after.map(() => 1)]), x.shape)
  return where(hit, pairs(x, asValue(found)), x)
}

const update =
  (where_: string, meeting: Meeting): IndexUpdate =>
  <S extends Shape>(x: Tensor<S>, places: Indices | Box, values: Operand, options: UpdateOptions = {}) => {
    checkOptions(where_, options, { axis: true })
    const value = tensorOf(x, where_)
    if (isBox(places) && options.axis !== undefined)
      throw new ArgumentError(`${where_}: a box is of all axes, so that \`axis\` means nothing`)
    const changed: Tensor = isBox(places)
      ? inBox(where_, value, places, values, meeting)
      : atPositions(
          where_,
          value,
          places,
          values,
          normalizeAxis(options.axis ?? 0, value.rank, where_),
          meeting,
        )
    return changed as Tensor<S>
  }

/** The last of the updates of each position, as they are: of the first position where there are none. */
const lastOf = (rows: AnyValue, positions: AnyValue, n: number): Tensor => {
  const k = positions.size
  const last = asValue(segmentMax(countUp(k), positions, { segments: n }))
  return take(rows, maximum(last, 0))
}

/**
 * `x` with these values at positions along an axis, or in a box. Where a position is named twice the last one stays.
 *
 * @throws ShapeError for values that do not stretch to the places; ArgumentError for a position outside the axis;
 * DTypeError for values of another dtype.
 * @example
 * ```ts
 * import { setAt, tensor, toArray, zeros } from 'puregrad'
 * toArray(setAt(tensor([1, 2, 3]), [2, 0], tensor([8, 9]))) // => [9, 2, 8]
 * toArray(setAt(zeros([2, 3]), { starts: [0, 1], stops: [2, 3] }, 7)) // => [[0, 7, 7], [0, 7, 7]]
 * ```
 * @category Indices
 */
export const setAt: IndexUpdate = /* @__PURE__ */ update('setAt', {
  pairs: (_, updates) => updates,
  gathered: lastOf,
})

/**
 * `x` with these values added at positions along an axis, or in a box; a position named twice receives both.
 *
 * @throws As {@link setAt}.
 * @example
 * ```ts
 * import { addAt, tensor, toArray } from 'puregrad'
 * toArray(addAt(tensor([1, 2, 3]), [2, 2], 10)) // => [1, 2, 23]
 * ```
 * @category Indices
 */
export const addAt: IndexUpdate = /* @__PURE__ */ update('addAt', {
  pairs: (old, updates) => add(old, updates),
  gathered: (rows, positions, n) => segmentSum(rows, positions, { segments: n }),
})

/**
 * `x` multiplied by these values at positions along an axis, or in a box; a position named twice by both.
 *
 * @throws As {@link setAt}.
 * @example
 * ```ts
 * import { multiplyAt, tensor, toArray } from 'puregrad'
 * toArray(multiplyAt(tensor([1, 2, 3]), [2, 2], 10)) // => [1, 2, 300]
 * ```
 * @category Indices
 */
export const multiplyAt: IndexUpdate = /* @__PURE__ */ update('multiplyAt', {
  pairs: (old, updates) => mul(old, updates),
  gathered: (rows, positions, n) => segmentProd(rows, positions, { segments: n }),
})

/**
 * `x`, at positions along an axis or in a box no less than these values; NaN if either is.
 *
 * @throws As {@link setAt}.
 * @example
 * ```ts
 * import { maxAt, tensor, toArray } from 'puregrad'
 * toArray(maxAt(tensor([1, 2, 3]), [0, 2, 2], tensor([5, 1, 4]))) // => [5, 2, 4]
 * ```
 * @category Indices
 */
export const maxAt: IndexUpdate = /* @__PURE__ */ update('maxAt', {
  pairs: (old, updates) => maximum(old, updates),
  gathered: (rows, positions, n) => segmentMax(rows, positions, { segments: n }),
})

/**
 * `x`, at positions along an axis or in a box no more than these values; NaN if either is.
 *
 * @throws As {@link setAt}.
 * @example
 * ```ts
 * import { minAt, tensor, toArray } from 'puregrad'
 * toArray(minAt(tensor([1, 2, 3]), { starts: [1] }, 2)) // => [1, 2, 2]
 * ```
 * @category Indices
 */
export const minAt: IndexUpdate = /* @__PURE__ */ update('minAt', {
  pairs: (old, updates) => minimum(old, updates),
  gathered: (rows, positions, n) => segmentMin(rows, positions, { segments: n }),
})
