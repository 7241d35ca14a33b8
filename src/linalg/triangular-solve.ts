import { operations as o } from '../core/autodiff/apply.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { swapped } from '../core/primitive/matrices.ts'
import * as primitive from '../core/primitive/triangular-solve.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Matmulable, MatmulShape, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { shaped, solvedFor, squareOf } from './matrices.ts'

/**
 * Which triangle {@link triangularSolve} takes, and how.
 *
 * @category Systems of equations
 */
export interface TriangularSolveOptions<Side extends 'left' | 'right' = 'left' | 'right'> {
  /** The lower triangle (the default), otherwise the upper one; the other one is not read. */
  readonly lower?: boolean
  /** The triangle is transposed after it is taken. */
  readonly transposed?: boolean
  /** The diagonal is taken for ones and not read. */
  readonly unitDiagonal?: boolean
  /** On which side of X the matrix stands: TX = B (the default) or XT = B. */
  readonly side?: Side
}

/**
 * X of TX = B, where T is a triangle of A `[…b, n, n]`, transposed if asked for. B is a vector `[n]` or columns
 * `[…c, n, m]`, batch axes broadcast; with the matrix on the right, XT = B, rows `[…c, m, n]`. The gradient by A lies in
 * that triangle.
 *
 * With an exact zero on the diagonal, where there is no solution or more than one, all of X is NaN.
 *
 * @throws ShapeError where the rows differ; DTypeError for unequal dtypes; ArgumentError for unknown options.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { triangularSolve } from 'puregrad/linalg'
 * const t = tensor([[2, 0], [1, 3]])
 * toArray(triangularSolve(t, tensor([2, 7]))) // => [1, 2]
 * toArray(triangularSolve(t, tensor([4, 6]), { transposed: true })) // => [1, 2]
 * ```
 * @category Systems of equations
 */
export const triangularSolve = <
  A extends Shape,
  B extends Shape,
  const Side extends 'left' | 'right' = 'left',
>(
  a: Tensor<A>,
  b: Tensor<B> & ([Side] extends ['left'] ? Matmulable<A, B> : unknown),
  options: TriangularSolveOptions<Side> = {},
): Tensor<[Side] extends ['left'] ? MatmulShape<A, B> : Shape> => {
  checkOptions('triangularSolve', options, { lower: true, transposed: true, unitDiagonal: true, side: true })
  const { lower = true, transposed = false, unitDiagonal: unit = false, side = 'left' } = options
  checkChoice('triangularSolve', 'lower', lower, [true, false])
  checkChoice('triangularSolve', 'transposed', transposed, [true, false])
  checkChoice('triangularSolve', 'unitDiagonal', unit, [true, false])
  checkChoice('triangularSolve', 'side', side, ['left', 'right'])
  const [matrix, given] = [squareOf(a, 'triangularSolve'), tensorOf(b, 'triangularSolve')]
  const isRight = side === 'right'
  // XT = B is TᵀXᵀ = Bᵀ.
  const turned = (x: AnyValue): AnyValue => (isRight && x.rank > 1 ? asValue(swapped(o, x)) : x)
  const x = solvedFor('triangularSolve', [matrix], turned(given), ([t], columns) =>
    o.bind(primitive.triangularSolve, [t!, columns], { lower, transposed: transposed !== isRight, unit }),
  )
  return shaped(turned(x))
}
