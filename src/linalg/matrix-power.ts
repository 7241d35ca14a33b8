import { operations as o } from '../core/autodiff/apply.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { matmul } from '../core/primitive/matmul.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Matmulable, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { identityLike, shaped, squareOf } from './matrices.ts'
import { inverse } from './solve.ts'

/** aⁿ for n of 1 or more, by squaring. */
const raised = (a: AnyValue, n: number): AnyValue => {
  if (n === 1) return a
  const half = raised(a, Math.floor(n / 2))
  const even = o.call(matmul, half, half)
  return n % 2 === 0 ? even : o.call(matmul, even, a)
}

/**
 * The power of square A `[…b, n, n]` to a whole number, by repeated squaring: the identity for 0, powers of the inverse for
 * negative numbers.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers; ArgumentError for a power that is not whole.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { matrixPower } from 'puregrad/linalg'
 * toArray(matrixPower(tensor([[1, 1], [0, 1]]), 10)) // => [[1, 10], [0, 1]]
 * toArray(matrixPower(tensor([[1, 1], [0, 1]]), -2)) // => [[1, -2], [0, 1]]
 * ```
 * @category Functions of matrices
 */
export const matrixPower = <S extends Shape>(a: Tensor<S> & Matmulable<S, S>, power: number): Tensor<S> => {
  const matrix = squareOf(a, 'matrixPower')
  checkSetting('matrixPower', 'power', power, { whole: true })
  return shaped(
    power === 0
      ? identityLike(matrix)
      : raised(power < 0 ? asValue(inverse<Shape>(matrix)) : matrix, Math.abs(power)),
  )
}
