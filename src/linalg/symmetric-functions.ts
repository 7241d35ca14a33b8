import { operations as o } from '../core/autodiff/apply.ts'
import { custom } from '../core/autodiff/custom.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { abs, add, div, expm1, log1p, mul, pow, sqrt, sub } from '../core/numeric/arithmetic.ts'
import { equal, greater, less, logicalAnd, logicalOr, where } from '../core/numeric/comparison.ts'
import { stopGradient } from '../core/primitive/elementwise.ts'
import * as primitive from '../core/primitive/eigh.ts'
import { lyapunov } from '../core/primitive/lyapunov.ts'
import { block, epsilonOf, product, rowsOf } from '../core/primitive/matrix-parts.ts'
import { rowsAndColumns, swapped } from '../core/primitive/matrices.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { squareOf } from './matrices.ts'

/** Eigenvalues `[…, 1, n]` and vectors; values that are negative within rounding are 0. */
const parts = (a: Tensor): readonly [values: AnyValue, vectors: AnyValue] => {
  const [values, vectors] = primitive.eighParts(o, o.call(primitive.eigh, asValue(a)))
  const [, n] = rowsAndColumns(values)
  if (n === 0) return [values, vectors]
  const most = block(o, values, [0, n - 1], [1, 1])
  const rounding = o.broadcastTo(asValue(mul(most, -n * epsilonOf(a.dtype))), values.shape)
  const isRounded = logicalAnd(less(values, 0), greater(values, rounding))
  return [asValue(where(isRounded, 0, values)), vectors]
}

/** V·diag(f(λ))·Vᵀ */
const applied = (a: Tensor, f: (values: AnyValue) => Tensor): AnyValue => {
  const [values, vectors] = parts(a)
  const [, n] = rowsAndColumns(values)
  return product(o, o.mul(vectors, rowsOf(o, asValue(f(values)), n)), swapped(o, vectors))
}

/** V·(K ∘ VᵀBV)·Vᵀ, where K is of the eigenvalues down and across. */
const weighted = (a: Tensor, b: Tensor, kernel: (down: AnyValue, across: AnyValue) => Tensor): AnyValue => {
  const [values, vectors] = parts(a)
  const across = rowsOf(o, values, rowsAndColumns(values)[1])
  const inner = product(o, swapped(o, vectors), asValue(b), vectors)
  const changed = o.mul(inner, asValue(kernel(swapped(o, across), across)))
  return product(o, vectors, changed, swapped(o, vectors))
}

const symmetric = (x: Tensor): AnyValue => asValue(mul(add(x, swapped(o, asValue(x))), 0.5))

/** X of SX + XS = B, by the eigenvalues of S. */
const lyapunovSolved = (s: Tensor, b: AnyValue): AnyValue => {
  const [values, vectors] = parts(o.call(stopGradient, asValue(s)))
  return o.call(lyapunov, asValue(s), values, vectors, b)
}

const squareRoot = (a: Tensor): Tensor =>
  custom((matrix: Tensor): Tensor => applied(matrix, sqrt), {
    jvp: (_, [da], x) => lyapunovSolved(x, symmetric(da)),
  })(a)

/**
 * The square root X of symmetric matrices `[…b, n, n]` without negative eigenvalues: the symmetric X without negative
 * eigenvalues whose square X·X is A. Of a matrix that is not symmetric the symmetric part is taken. A negative eigenvalue
 * gives NaN, unless it is smaller than n·ε times the largest, which counts as 0.
 *
 * Derivatives of every order are right for positive definite matrices, also where eigenvalues occur several times: the
 * first solves X·dX + dX·X = dA. For singular matrices they are not finite.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { symmetricSquareRoot } from 'puregrad/linalg'
 * toArray(symmetricSquareRoot(tensor([[5, 4], [4, 5]]))) // => [[2, 1], [1, 2]]
 * ```
 * @category Functions of matrices
 */
export const symmetricSquareRoot = (a: Tensor): Tensor => squareRoot(squareOf(a, 'symmetricSquareRoot'))

/**
 * (aᵖ − bᵖ)/(a − b), and its limit p·aᵖ⁻¹ where the two are equal. Near to each other by d = (a − b)/b: bᵖ⁻¹ times
 * ((1 + d)ᵖ − 1)/d, of which the first terms of the series are enough for |d| < 10⁻⁴.
 */
const powerSlope =
  (p: number) =>
  (a: AnyValue, b: AnyValue): Tensor => {
    const gap = sub(a, b)
    const isFar = greater(abs(gap), mul(abs(b), 0.1))
    const far = div(sub(pow(a, p), pow(b, p)), where(isFar, gap, 1))
    const isZero = equal(b, 0)
    const d = where(logicalOr(isFar, isZero), 0, div(gap, where(isZero, 1, b)))
    const isTiny = less(abs(d), 1e-4)
    const series = mul(
      p,
      add(1, mul(mul(d, (p - 1) / 2), add(1, mul(mul(d, (p - 2) / 3), add(1, mul(d, (p - 3) / 4)))))),
    )
    const closed = div(expm1(mul(p, log1p(d))), where(isTiny, 1, d))
    const near = mul(pow(b, p - 1), where(isTiny, series, closed))
    return where(isFar, far, near)
  }

const power = (a: Tensor, p: number): Tensor =>
  custom((matrix: Tensor): Tensor => applied(matrix, (values) => pow(values, p)), {
    jvp: ([matrix], [da]) => weighted(matrix, symmetric(da), powerSlope(p)),
  })(a)

/**
 * Aᵖ of symmetric matrices `[…b, n, n]` for any real exponent, by the powers of the eigenvalues: −½ gives the inverse
 * square root, which whitens. Of a matrix that is not symmetric the symmetric part is taken. A negative eigenvalue and an
 * exponent that is not whole give NaN, unless the eigenvalue is smaller than n·ε times the largest, which counts as 0.
 *
 * First derivatives are right also where eigenvalues occur several times (their divided differences have limits); further
 * ones where they differ. `symmetricSquareRoot` has all of them.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers; ArgumentError for an exponent that is not
 * finite.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { symmetricPower } from 'puregrad/linalg'
 * toArray(symmetricPower(tensor([[5, 4], [4, 5]]), 0.5)) // => [[2, 1], [1, 2]]
 * toArray(symmetricPower(tensor([[2, 0], [0, 4]]), -1)) // => [[0.5, 0], [0, 0.25]]
 * ```
 * @category Functions of matrices
 */
export const symmetricPower = (a: Tensor, exponent: number): Tensor => {
  const matrix = squareOf(a, 'symmetricPower')
  checkSetting('symmetricPower', 'exponent', exponent)
  return power(matrix, exponent)
}
