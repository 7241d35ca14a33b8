import { operations as o } from '../core/autodiff/apply.ts'
import { custom } from '../core/autodiff/custom.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { abs, add, exp, floor, log, mul, sign as signOf } from '../core/numeric/arithmetic.ts'
import { prod, sum } from '../core/numeric/reduce.ts'
import { rowOrder, triangles } from '../core/primitive/lu-factor.ts'
import { triangleOf } from '../core/primitive/matrices.ts'
import * as primitive from '../core/primitive/solve.ts'
import type { Matmulable, ReducedShape, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { diagonalOf, traceOf } from './diagonal.ts'
import { shaped, squareOf } from './matrices.ts'
import { factorsOf } from './solve.ts'

/** The pivots of factors. */
const pivots = (factors: AnyValue): Tensor => diagonalOf(asValue(triangles(o, factors)))

/** 1 or −1, as the number of inversions among the rows is even or odd. */
const parity = (factors: AnyValue): AnyValue => {
  const order = asValue(rowOrder(o, factors))
  const n = order.shape[order.rank - 1] ?? 0
  const square = [...order.shape, n]
  const down = o.broadcastTo(o.reshape(order, [...order.shape, 1]), square)
  const across = o.broadcastTo(o.reshape(order, [...order.shape.slice(0, -1), 1, n]), square)
  // Row i above row j of PA, though it comes after it in A.
  const inversions = triangleOf(o, o.cast(o.less(across, down), 'int32'), false, 1)
  const half = mul(o.cast(o.sum(inversions, [order.rank - 1, order.rank]), 'float64'), 0.5)
  const isOdd = mul(o.sub(asValue(half), asValue(floor(half))), 4)
  return o.cast(o.sub(o.constant(1, half), asValue(isOdd)), factors.dtype)
}

/**
 * 0 with the derivative of log|det A|, tr(A⁻¹dA): what is computed by the factors alone moves by it. So derivatives of every
 * order solve with the same factors.
 */
const relativeChange = /* @__PURE__ */ custom(
  (_: Tensor, factors: Tensor): Tensor =>
    o.constant(0, { shape: factors.shape.slice(0, -2), dtype: factors.dtype }),
  {
    jvp: ([a, factors], [change]) =>
      traceOf(
        o.bind(primitive.solve, [asValue(a), asValue(factors), asValue(change)], { transposed: false }),
      ),
  },
)

/**
 * The determinant of square A `[…b, n, n]`, of which it leaves the batch; 1 for n = 0. That of a large matrix leaves the range
 * of floats: {@link slogdet} does not.
 *
 * Its derivative is det(A)·tr(A⁻¹dA), which is NaN where A is exactly singular.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { det } from 'puregrad/linalg'
 * item(det(tensor([[1, 2], [3, 4]]))) // => -2
 * ```
 * @category Determinants and traces
 */
export const det = <S extends Shape>(
  a: Tensor<S> & Matmulable<S, S>,
): Tensor<ReducedShape<S, readonly [-2, -1], false>> => {
  const matrix = squareOf(a, 'det')
  const factors = factorsOf(matrix)
  const value = mul(prod(pivots(factors), { axis: -1 }), parity(factors))
  return shaped(mul(value, exp(relativeChange(matrix, factors))))
}

/**
 * det A = sign · exp(logAbsDet).
 *
 * @category Determinants and traces
 */
export interface Slogdet<S extends Shape = Shape> {
  /** −1, 0 or 1; constant to derivatives. */
  readonly sign: Tensor<S>
  /** log|det A|, −∞ for singular A. */
  readonly logAbsDet: Tensor<S>
}

/**
 * The sign of the determinant of square A `[…b, n, n]` and the logarithm of its absolute value, which does not leave the range
 * of floats. For a singular A these are 0 and −∞, and the derivative is NaN; else d log|det A| = tr(A⁻¹dA).
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { slogdet } from 'puregrad/linalg'
 * const { sign, logAbsDet } = slogdet(tensor([[0, 1e30], [1e30, 0]]))
 * item(sign) // => -1
 * item(logAbsDet) // => 138.15511
 * ```
 * @category Determinants and traces
 */
export const slogdet = <S extends Shape>(
  a: Tensor<S> & Matmulable<S, S>,
): Slogdet<ReducedShape<S, readonly [-2, -1], false>> => {
  const matrix = squareOf(a, 'slogdet')
  const factors = factorsOf(matrix)
  const diagonal = pivots(factors)
  const sign = mul(prod(signOf(diagonal), { axis: -1 }), parity(factors))
  const value = sum(log(abs(diagonal)), { axis: -1 })
  return { sign: shaped(sign), logAbsDet: shaped(add(value, relativeChange(matrix, factors))) }
}
