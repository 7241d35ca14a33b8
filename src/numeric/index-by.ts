import { apply, operations as o } from '../autodiff/apply.ts'
import type { AnyValue } from '../autodiff/value.ts'
import { fromElements } from '../tensor/concrete.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { isFloat, type DType } from '../tensor/dtype.ts'
import { ArgumentError, DTypeError } from '../tensor/errors.ts'
import { normalizeAxis, showShape } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { sub } from './arithmetic.ts'
import { indicesOf } from './operand.ts'
import { flip, moveAxis, slice } from './shape.ts'

/** Indices as an integer tensor or as plain numbers. */
export type Indices = Tensor | number | readonly number[]

/**
 * The slices of `x` at these positions along an axis: the axis is replaced by the axes of `indices`.
 *
 * @throws ArgumentError for a position outside the axis or a number that is not an integer; DTypeError for a tensor of
 * indices that is not of integers.
 * @example
 * ```ts
 * import { take, tensor, toArray } from 'puregrad'
 * toArray(take(tensor([10, 20, 30]), [2, 0])) // => [30, 10]
 * ```
 */
export const take = (x: Tensor, indices: Indices, axis = 0): Tensor =>
  o.gather(x as AnyValue, indicesOf(indices, 'take'), {
    axis: normalizeAxis(axis, x.rank, 'take'),
    batchDims: 0,
  })

/**
 * For each position of `indices` the element of `x` at that index along the axis; the other axes match.
 *
 * @example
 * ```ts
 * import { takeAlongAxis, tensor, toArray } from 'puregrad'
 * const picks = tensor([[1], [0]], { dtype: 'int32' })
 * toArray(takeAlongAxis(tensor([[1, 2], [3, 4]]), picks, 1)) // => [[2], [3]]
 * ```
 */
export const takeAlongAxis = (x: Tensor, indices: Tensor, axis: number): Tensor => {
  const along = normalizeAxis(axis, x.rank, 'takeAlongAxis')
  if (indices.rank !== x.rank)
    throw new ArgumentError(
      `takeAlongAxis: indices of shape ${showShape(indices.shape)} need the rank of ${showShape(x.shape)}`,
    )
  const [values, picks] = [moveAxis(x, along, -1), moveAxis(indices, along, -1)]
  const last = x.rank - 1
  return moveAxis(o.gather(values as AnyValue, picks as AnyValue, { axis: last, batchDims: last }), -1, along)
}

/**
 * `x` with the updates added at these positions along an axis; a position named twice receives both.
 *
 * @example
 * ```ts
 * import { scatterAdd, tensor, toArray, zeros } from 'puregrad'
 * toArray(scatterAdd(zeros([3]), [2, 2], tensor([1, 5]))) // => [0, 0, 6]
 * ```
 */
export const scatterAdd = <S extends Shape>(
  x: Tensor<S>,
  indices: Indices,
  updates: Tensor,
  axis = 0,
): Tensor<S> => {
  const along = normalizeAxis(axis, x.rank, 'scatterAdd')
  const size = (x.shape as readonly number[])[along] ?? 0
  const added = o.scatterAdd(updates as AnyValue, indicesOf(indices, 'scatterAdd'), {
    axis: along,
    batchDims: 0,
    size,
  })
  return o.add(x as Tensor as AnyValue, added) as Tensor as Tensor<S>
}

/**
 * Labels as rows of zeros with a one: `[…]` integers → `[…, classes]`. An element of a tensor that is no class gives a
 * row of zeros.
 *
 * @throws ArgumentError for a number that is no class; DTypeError for a tensor of labels that is not of integers.
 * @example
 * ```ts
 * import { oneHot, toArray } from 'puregrad'
 * toArray(oneHot([1, 0], 2)) // => [[0, 1], [1, 0]]
 * ```
 */
export const oneHot = (
  labels: Indices,
  classes: number,
  { dtype = 'float32' }: { readonly dtype?: DType } = {},
): Tensor => {
  checkSetting('oneHot', 'classes', classes, { whole: true, min: 0 })
  const values = indicesOf(labels, 'oneHot', (label) => {
    if (label < 0 || label >= classes)
      throw new ArgumentError(
        `oneHot: expected labels from 0 to ${String(classes - 1)}, got ${String(label)}`,
      )
  })
  if (isFloat(values.dtype) || values.dtype === 'bool')
    throw new DTypeError(`oneHot: expected integer labels, got ${values.dtype}; convert them with cast`)
  const shape = [...values.shape, classes]
  const columns = fromElements(
    Array.from({ length: classes }, (_, i) => i),
    { dtype: values.dtype },
  )
  const spread = o.broadcastTo(o.reshape(values, [...values.shape, 1]), shape)
  return o.cast(o.equal(spread, o.broadcastTo(columns, shape)), dtype)
}

/**
 * The positions (int32) that sort an axis ascending (the last unless told otherwise); equal elements keep their
 * order and NaN go last.
 */
export const argsort = (x: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor => {
  const along = normalizeAxis(axis, x.rank, 'argsort')
  return moveAxis(apply('argsort', [moveAxis(x, along, -1) as AnyValue], {}), -1, along)
}

/**
 * Sorted ascending along an axis (the last unless told otherwise). The derivative follows each element.
 *
 * @example
 * ```ts
 * import { sort, tensor, toArray } from 'puregrad'
 * toArray(sort(tensor([3, 1, 2]))) // => [1, 2, 3]
 * ```
 */
export const sort = <S extends Shape>(
  x: Tensor<S>,
  { axis = -1 }: { readonly axis?: number } = {},
): Tensor<S> => takeAlongAxis(x, argsort(x, { axis }), axis) as Tensor<S>

/**
 * The `k` largest elements of the last axis, largest first, with their positions; of equals the first comes first, as in
 * `argmax`. NaN counts as larger than any number, as it does for `max`.
 *
 * @throws ArgumentError unless 0 ≤ k ≤ the size of the axis.
 * @example
 * ```ts
 * import { tensor, toArray, topK } from 'puregrad'
 * const { values, indices } = topK(tensor([3, 1, 2]), 2)
 * toArray(values) // => [3, 2]
 * toArray(indices) // => [0, 2]
 * ```
 */
export const topK = (x: Tensor, k: number): { readonly values: Tensor; readonly indices: Tensor } => {
  const n = x.shape[x.rank - 1] ?? 0
  if (!Number.isInteger(k) || k < 0 || k > n)
    throw new ArgumentError(
      `topK: k = ${String(k)} for an axis of size ${String(n)} in ${showShape(x.shape)}`,
    )
  // Ascending order keeps equals in place: turned round twice, once before and once after sorting, the first comes first.
  const order = sub(n - 1, flip(argsort(flip(x, -1)), -1))
  const indices = slice(order, [], [...x.shape.slice(0, -1), k])
  return { values: takeAlongAxis(x, indices, -1), indices }
}
