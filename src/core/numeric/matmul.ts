import { operations as o } from '../autodiff/apply.ts'
import * as primitive from '../primitive/matmul.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { ShapeError } from '../tensor/errors.ts'
import { broadcastShapes, showShape, sizesBetween } from '../tensor/shape.ts'
import type { Matmulable, MatmulShape, Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { tensorOf } from './operand.ts'

/**
 * The matrix product by NumPy's rules: vectors are rows on the left and columns on the right, and axes before the
 * last two are a batch that broadcasts.
 *
 * @throws ShapeError where the inner dimensions differ; DTypeError for integers or unequal dtypes.
 * @example
 * ```ts
 * import { matmul, tensor, toArray } from 'puregrad'
 * toArray(matmul(tensor([[1, 2], [3, 4]]), tensor([1, 10]))) // => [21, 43]
 * ```
 * @category Products
 */
export const matmul = <A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B> & Matmulable<A, B>,
): Tensor<MatmulShape<A, B>> => product(tensorOf(a, 'matmul'), tensorOf(b, 'matmul')) as never

const product = (a: AnyValue, b: AnyValue): Tensor => {
  if (a.rank === 0 || b.rank === 0)
    throw new ShapeError(
      `matmul: a scalar has no matrix product (${showShape(a.shape)} times ${showShape(b.shape)}); use mul`,
    )
  const [inner, other] = [a.shape[a.rank - 1], b.shape[Math.max(0, b.rank - 2)]]
  if (inner !== other)
    throw new ShapeError(
      `matmul: inner dimensions differ: ${showShape(a.shape)} ends in ${String(inner)}, ` +
        `${showShape(b.shape)} begins with ${String(other)}`,
    )
  const x = a.rank === 1 ? o.reshape(a, [1, inner ?? 0]) : a
  const y = b.rank === 1 ? o.reshape(b, [inner ?? 0, 1]) : b
  const [m = 0, k = 0] = sizesBetween(x.shape, x.shape.length - 2, x.shape.length)
  const n = y.shape[y.shape.length - 1] ?? 0
  const drop = (result: Tensor): Tensor => {
    if (a.rank > 1 && b.rank > 1) return result
    const shape = result.shape.filter(
      (_, axis) =>
        !((a.rank === 1 && axis === result.rank - 2) || (b.rank === 1 && axis === result.rank - 1)),
    )
    return o.reshape(asValue(result), shape)
  }
  // Many matrices times one: one product with more rows.
  if (y.shape.length === 2 && x.shape.length > 2) {
    const rows = x.shape.slice(0, -1)
    const flat = o.reshape(x, [rows.reduce((size, d) => size * d, 1), k])
    return drop(o.reshape(o.call(primitive.matmul, flat, y), [...rows, n]))
  }
  const batch = broadcastShapes(
    sizesBetween(x.shape, 0, x.shape.length - 2),
    sizesBetween(y.shape, 0, y.shape.length - 2),
    'matmul',
  )
  return drop(
    o.call(primitive.matmul, o.broadcastTo(x, [...batch, m, k]), o.broadcastTo(y, [...batch, k, n])),
  )
}

/**
 * Σ aᵢbᵢ of two vectors of one length.
 *
 * @example
 * ```ts
 * import { dot, item, tensor } from 'puregrad'
 * item(dot(tensor([1, 2]), tensor([3, 4]))) // => 11
 * ```
 * @category Products
 */
export const dot = (a: Tensor, b: Tensor): Tensor => {
  const [left, right] = [tensorOf(a, 'dot'), tensorOf(b, 'dot')]
  if (left.rank !== 1 || right.rank !== 1)
    throw new ShapeError(`dot: expected two vectors, got ${showShape(a.shape)} and ${showShape(b.shape)}`)
  return product(left, right)
}

/**
 * All products aᵢbⱼ of two vectors.
 *
 * @example
 * ```ts
 * import { outer, tensor, toArray } from 'puregrad'
 * toArray(outer(tensor([1, 2]), tensor([3, 4]))) // => [[3, 4], [6, 8]]
 * ```
 * @category Products
 */
export const outer = (a: Tensor, b: Tensor): Tensor => {
  const [left, right] = [tensorOf(a, 'outer'), tensorOf(b, 'outer')]
  if (left.rank !== 1 || right.rank !== 1)
    throw new ShapeError(`outer: expected two vectors, got ${showShape(a.shape)} and ${showShape(b.shape)}`)
  const shape = [a.size, b.size]
  return o.mul(o.broadcastTo(o.reshape(left, [a.size, 1]), shape), o.broadcastTo(right, shape))
}
