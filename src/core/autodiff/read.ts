import { copyElements, toNested, type ConcreteTensor, type Nested } from '../tensor/concrete.ts'
import { numberOf, type Buffer } from '../tensor/dtype.ts'
import { DTypeError, ShapeError, UnknownValueError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { requireActive } from './level.ts'
import { asValue, type AnyValue } from './value.ts'

const requireTensor = (value: Tensor, where: string): AnyValue => {
  if (!isTensor(value)) throw new DTypeError(`${where}: expected a tensor, got ${showValue(value)}`)
  return asValue(value)
}

/**
 * The concrete tensor behind a value: itself, or the innermost primal of a dual, so that control flow on data
 * works while differentiating.
 *
 * @throws UnknownValueError for a batched or symbolic value, naming the remedy.
 */
export const concreteOf = (value: Tensor, where: string): ConcreteTensor => {
  const known = requireTensor(value, where)
  switch (known.kind) {
    case 'concrete':
      return known
    case 'dual':
      requireActive(known.level, 'a derivative')
      return concreteOf(known.primal, where)
    case 'batched':
      throw new UnknownValueError(
        `${where}: under vmap this value stands for ${String(known.batchSize)} elements at once, so it cannot be read; ` +
          'choose between results with where(condition, a, b), or map that argument with `in: null`',
      )
    case 'staged':
      throw new UnknownValueError(
        `${where}: while a function is staged (by jit, scan or cond) its values are not known; ` +
          'choose between results with where(condition, a, b) or cond, or compute this outside',
      )
    case 'symbolic':
      throw new UnknownValueError(
        `${where}: a tangent is not known while a derivative rule is being recorded; ` +
          'a rule may depend on the values of primals only',
      )
  }
}

/**
 * The element of a tensor of one element.
 *
 * @throws ShapeError for more or fewer elements; UnknownValueError under `vmap`.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * item(tensor(2.5)) // => 2.5
 * ```
 * @category Elements
 */
export const item = (value: Tensor): number => {
  if (requireTensor(value, 'item').size !== 1)
    throw new ShapeError(`item: expected one element, got shape ${showShape(value.shape)}; use toArray`)
  const { view, dtype } = concreteOf(value, 'item')
  return numberOf(view.data[view.offset] ?? NaN, dtype)
}

/**
 * The elements as nested arrays, as deep as the rank; a number or boolean for a scalar.
 *
 * @throws UnknownValueError under `vmap`.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * toArray(tensor([[1, 2], [3, 4]])) // => [[1, 2], [3, 4]]
 * ```
 * @category Elements
 */
export const toArray = (value: Tensor): Nested => toNested(concreteOf(value, 'toArray'))

/**
 * A copy of the elements in row-major order.
 *
 * @throws UnknownValueError under `vmap`.
 * @example
 * ```ts
 * import { tensor, toTypedArray, transpose } from 'puregrad'
 * toTypedArray(transpose(tensor([[1, 2], [3, 4]]))) // => new Float32Array([1, 3, 2, 4])
 * ```
 * @category Elements
 */
export const toTypedArray = (value: Tensor): Buffer => copyElements(concreteOf(value, 'toTypedArray'))
