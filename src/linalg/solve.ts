import { operations as o } from '../core/autodiff/apply.ts'
import type { AnyValue } from '../core/autodiff/value.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { stopGradient } from '../core/primitive/elementwise.ts'
import { luFactor } from '../core/primitive/lu-factor.ts'
import * as primitive from '../core/primitive/solve.ts'
import type { Matmulable, MatmulShape, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { identityLike, shaped, solvedFor, squareOf } from './matrices.ts'

/** The factors of a matrix as something to compute with, which carries no derivative. */
export const factorsOf = (a: AnyValue): AnyValue => o.call(luFactor, o.call(stopGradient, a))

/**
 * X of AX = B for square A `[…b, n, n]`. B is a vector `[n]` or columns `[…c, n, m]`, batch axes broadcast.
 *
 * A is factored once, with partial pivoting; derivatives of every order solve with the same factors. Where a pivot is
 * exactly 0, so that there is no solution or more than one, all of X is NaN, in compiled programs and outside. For nearly
 * singular A rounding is magnified by its condition.
 *
 * @throws ShapeError where A is not square or the rows differ; DTypeError for integers or unequal dtypes.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { solve } from 'puregrad/linalg'
 * const a = tensor([[2, 1], [1, 3]])
 * toArray(solve(a, tensor([4, 7]))) // => [1, 2]
 * toArray(solve(a, tensor([[4, 5], [7, 5]]))) // => [[1, 2], [2, 1]]
 * ```
 * @category Systems of equations
 */
export const solve = <A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B> & Matmulable<A, B>,
): Tensor<MatmulShape<A, B>> => {
  const matrix = squareOf(a, 'solve')
  const right = tensorOf(b, 'solve')
  return shaped(
    solvedFor('solve', [matrix, factorsOf(matrix)], right, ([x, factors], columns) =>
      o.bind(primitive.solve, [x!, factors!, columns], { transposed: false }),
    ),
  )
}

/**
 * A⁻¹ of square A `[…b, n, n]`, NaN where A is singular. To solve a system, `solve` is faster and more exact.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { inverse } from 'puregrad/linalg'
 * toArray(inverse(tensor([[2, 0], [0, 4]]))) // => [[0.5, 0], [0, 0.25]]
 * ```
 * @category Systems of equations
 */
export const inverse = <S extends Shape>(a: Tensor<S> & Matmulable<S, S>): Tensor<S> => {
  const matrix = squareOf(a, 'inverse')
  return shaped(
    o.bind(primitive.solve, [matrix, factorsOf(matrix), identityLike(matrix)], {
      transposed: false,
    }),
  )
}
