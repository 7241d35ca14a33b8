import { operations as o } from '../core/autodiff/apply.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import * as primitive from '../core/primitive/cholesky.ts'
import { triangularSolve } from '../core/primitive/triangular-solve.ts'
import type { Matmulable, MatmulShape, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { shaped, solvedFor, squareOf } from './matrices.ts'

/**
 * The lower triangular L of A = LLᵀ, for symmetric positive definite A `[…b, n, n]`. A that is not symmetric is taken for
 * (A + Aᵀ)/2, so that the gradient is symmetric as A is.
 *
 * Where A is not positive definite the lower triangle is NaN, in compiled programs and outside: look at one element of the
 * diagonal to know. A small multiple of the identity added to A helps where that is rounding.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { cholesky } from 'puregrad/linalg'
 * toArray(cholesky(tensor([[4, 2], [2, 10]]))) // => [[2, 0], [1, 3]]
 * toArray(cholesky(tensor([[1, 2], [2, 1]]))) // => [[NaN, 0], [NaN, NaN]]
 * ```
 * @category Decompositions
 */
export const cholesky = <S extends Shape>(a: Tensor<S> & Matmulable<S, S>): Tensor<S> =>
  shaped(o.call(primitive.cholesky, squareOf(a, 'cholesky')))

/**
 * X of LLᵀX = B from the factor L `[…b, n, n]` that {@link cholesky} gives, whose lower triangle is read: two triangular
 * solutions, half the work of `solve`. B is a vector `[n]` or columns `[…c, n, m]`, batch axes broadcast.
 *
 * @throws ShapeError where the rows differ; DTypeError for unequal dtypes.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { cholesky, choleskySolve } from 'puregrad/linalg'
 * const l = cholesky(tensor([[4, 2], [2, 10]]))
 * toArray(choleskySolve(l, tensor([6, 12]))) // => [1, 1]
 * ```
 * @category Systems of equations
 */
export const choleskySolve = <A extends Shape, B extends Shape>(
  l: Tensor<A>,
  b: Tensor<B> & Matmulable<A, B>,
): Tensor<MatmulShape<A, B>> =>
  shaped(
    solvedFor(
      'choleskySolve',
      [squareOf(l, 'choleskySolve')],
      tensorOf(b, 'choleskySolve'),
      ([factor], columns) => {
        const divided = (x: typeof columns, transposed: boolean): typeof columns =>
          o.bind(triangularSolve, [factor!, x], { lower: true, transposed, unit: false })
        return divided(divided(columns, false), true)
      },
    ),
  )
