import { operations as o } from '../core/autodiff/apply.ts'
import { asValue } from '../core/autodiff/value.ts'
import { arange } from '../core/numeric/create.ts'
import { lowerOf, luFactor, rowOrder, triangles } from '../core/primitive/lu-factor.ts'
import { triangleOf } from '../core/primitive/matrices.ts'
import type { Matmulable, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { shaped, squareOf } from './matrices.ts'

/**
 * A = P·L·U.
 *
 * @category Decompositions
 */
export interface Lu<S extends Shape = Shape> {
  /** A permutation: one 1 in each row and column. */
  readonly p: Tensor<S>
  /** Lower triangular with ones on its diagonal. */
  readonly l: Tensor<S>
  /** Upper triangular. */
  readonly u: Tensor<S>
}

/**
 * Gaussian elimination with partial pivoting: A = P·L·U for square A `[…b, n, n]`. Every matrix has it; a singular one has a
 * 0 on the diagonal of U, or what rounding leaves of it.
 *
 * P is constant to derivatives; those of L and U are not finite where A is singular.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { lu } from 'puregrad/linalg'
 * const { p, l, u } = lu(tensor([[1, 2], [2, 2]]))
 * toArray(p) // => [[0, 1], [1, 0]]
 * toArray(l) // => [[1, 0], [0.5, 1]]
 * toArray(u) // => [[2, 2], [0, 1]]
 * ```
 * @category Decompositions
 */
export const lu = <S extends Shape>(a: Tensor<S> & Matmulable<S, S>): Lu<S> => {
  const factors = o.call(luFactor, squareOf(a, 'lu'))
  const both = asValue(triangles(o, factors))
  const n = both.shape[both.rank - 1] ?? 0
  // Row order[i] of P has its 1 in column i.
  const order = asValue(rowOrder(o, factors))
  const across = o.broadcastTo(o.reshape(order, [...order.shape.slice(0, -1), 1, n]), both.shape)
  const rows = o.reshape(asValue(arange(n, { dtype: 'int32' })), [n, 1])
  const p = o.cast(o.equal(across, o.broadcastTo(rows, both.shape)), both.dtype)
  const [l, u] = [lowerOf(o, both), triangleOf(o, both, false, 0)].map(asValue)
  return { p: shaped(p), l: shaped(l!), u: shaped(u!) }
}
