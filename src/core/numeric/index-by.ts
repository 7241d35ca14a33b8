import { apply, operations as o } from '../autodiff/apply.ts'
import * as indexing from '../primitive/indexing.ts'
import * as reduction from '../primitive/reduction.ts'
import { asValue } from '../autodiff/value.ts'
import { fromElements } from '../tensor/concrete.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { isFloat, type DType } from '../tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../tensor/errors.ts'
import { checkShape, normalizeAxis, showShape } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { sub } from './arithmetic.ts'
import { showValue } from '../tensor/show-value.ts'
import { dtypeOption } from './dtype-option.ts'
import { indicesOf, tensorOf } from './operand.ts'
import type { AxisOption } from './reduce.ts'
import { flip, moveAxis, slice } from './shape.ts'

const axisOption = { axis: true } as const

/**
 * Indices as an integer tensor or as plain numbers.
 *
 * @category Indices
 */
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
 * toArray(take(tensor([[1, 2], [3, 4]]), [1], { axis: 1 })) // => [[2], [4]]
 * ```
 * @category Indices
 */
export const take = (x: Tensor, indices: Indices, options: { readonly axis?: number } = {}): Tensor => {
  checkOptions('take', options, axisOption)
  const value = tensorOf(x, 'take')
  return o.bind(indexing.gather, [value, indicesOf(indices, 'take')], {
    axis: normalizeAxis(options.axis === undefined ? 0 : options.axis, value.rank, 'take'),
    batchDims: 0,
  })
}

/**
 * For each position of `indices` the element of `x` at that index along the axis; the other axes match.
 *
 * @example
 * ```ts
 * import { takeAlongAxis, tensor, toArray } from 'puregrad'
 * const picks = tensor([[1], [0]], { dtype: 'int32' })
 * toArray(takeAlongAxis(tensor([[1, 2], [3, 4]]), picks, { axis: 1 })) // => [[2], [3]]
 * ```
 * @category Indices
 */
export const takeAlongAxis = (x: Tensor, indices: Tensor, options: AxisOption): Tensor => {
  checkOptions('takeAlongAxis', options, axisOption)
  const along = normalizeAxis(options.axis, tensorOf(x, 'takeAlongAxis').rank, 'takeAlongAxis')
  tensorOf(indices, 'takeAlongAxis', 'a tensor of indices')
  if (indices.rank !== x.rank)
    throw new ArgumentError(
      `takeAlongAxis: indices of shape ${showShape(indices.shape)} need the rank of ${showShape(x.shape)}`,
    )
  const [values, picks] = [moveAxis(x, along, -1), moveAxis(indices, along, -1)]
  const last = x.rank - 1
  return moveAxis(
    o.bind(indexing.gather, [asValue(values), asValue(picks)], { axis: last, batchDims: last }),
    -1,
    along,
  )
}

/**
 * `x` with the updates added at these positions along an axis; a position named twice receives both.
 *
 * @example
 * ```ts
 * import { scatterAdd, tensor, toArray, zeros } from 'puregrad'
 * toArray(scatterAdd(zeros([3]), [2, 2], tensor([1, 5]))) // => [0, 0, 6]
 * ```
 * @category Indices
 */
export const scatterAdd = <S extends Shape>(
  x: Tensor<S>,
  indices: Indices,
  updates: Tensor,
  options: { readonly axis?: number } = {},
): Tensor<S> => {
  checkOptions('scatterAdd', options, axisOption)
  const along = normalizeAxis(
    options.axis === undefined ? 0 : options.axis,
    tensorOf(x, 'scatterAdd').rank,
    'scatterAdd',
  )
  const size = (x.shape as readonly number[])[along] ?? 0
  const added = o.bind(
    indexing.scatterAdd,
    [tensorOf(updates, 'scatterAdd', 'a tensor of updates'), indicesOf(indices, 'scatterAdd')],
    { axis: along, batchDims: 0, size },
  )
  const sums: Tensor = o.add(asValue(x), added)
  return sums as Tensor<S>
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
 * @category Indices
 */
export const oneHot = (
  labels: Indices,
  classes: number,
  options: { readonly dtype?: DType } = {},
): Tensor => {
  const dtype = dtypeOption('oneHot', options)
  checkSetting('oneHot', 'classes', classes, { whole: true, min: 0, max: 2 ** 31 - 1 })
  const values = indicesOf(labels, 'oneHot', (label) => {
    if (label < 0 || label >= classes)
      throw new ArgumentError(
        `oneHot: expected labels from 0 to ${String(classes - 1)}, got ${String(label)}`,
      )
  })
  if (isFloat(values.dtype) || values.dtype === 'bool')
    throw new DTypeError(`oneHot: expected integer labels, got ${values.dtype}; convert them with cast`)
  const shape = [...values.shape, classes]
  checkShape(shape, 'oneHot')
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
 *
 * @example
 * ```ts
 * import { argsort, tensor, toArray } from 'puregrad'
 * toArray(argsort(tensor([30, 10, 20]))) // => [1, 2, 0]
 * ```
 * @category Indices
 */
export const argsort = (x: Tensor, options: { readonly axis?: number } = {}): Tensor => {
  checkOptions('argsort', options, axisOption)
  const along = normalizeAxis(
    options.axis === undefined ? -1 : options.axis,
    tensorOf(x, 'argsort').rank,
    'argsort',
  )
  return moveAxis(apply(reduction.argsort, [asValue(moveAxis(x, along, -1))], {}), -1, along)
}

/**
 * Sorted ascending along an axis (the last unless told otherwise). The derivative follows each element.
 *
 * @example
 * ```ts
 * import { sort, tensor, toArray } from 'puregrad'
 * toArray(sort(tensor([3, 1, 2]))) // => [1, 2, 3]
 * ```
 * @category Indices
 */
export const sort = <S extends Shape>(x: Tensor<S>, options: { readonly axis?: number } = {}): Tensor<S> => {
  checkOptions('sort', options, axisOption)
  tensorOf(x, 'sort')
  const { axis = -1 } = options
  return takeAlongAxis(x, argsort(x, { axis }), { axis }) as Tensor<S>
}

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
 * @category Indices
 */
export const topK = (x: Tensor, k: number): { readonly values: Tensor; readonly indices: Tensor } => {
  const { rank } = tensorOf(x, 'topK')
  if (rank === 0) throw new ShapeError('topK: a scalar has no axis')
  const n = x.shape[rank - 1] ?? 0
  if (!Number.isInteger(k) || k < 0 || k > n)
    throw new ArgumentError(
      `topK: k = ${showValue(k)} for an axis of size ${String(n)} in ${showShape(x.shape)}`,
    )
  // Ascending order keeps equals in place: turned round twice, once before and once after sorting, the first comes first.
  const order = sub(n - 1, flip(argsort(flip(x, { axis: -1 })), { axis: -1 }))
  const indices = slice(order, [], [...x.shape.slice(0, -1), k])
  return { values: takeAlongAxis(x, indices, { axis: -1 }), indices }
}
