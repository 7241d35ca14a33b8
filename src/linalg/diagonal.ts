import { operations as o } from '../core/autodiff/apply.ts'
import type { AnyValue } from '../core/autodiff/value.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { rowsAndColumns } from '../core/primitive/matrices.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { ReducedShape, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf, shaped } from './matrices.ts'

/**
 * Which diagonal.
 *
 * @category Parts of matrices
 */
export interface DiagonalOptions {
  /** How far above the main diagonal (0, the default), or below it when negative. */
  readonly offset?: number
}

/** The offset of a diagonal, checked. */
export const offsetOf = (where: string, options: DiagonalOptions): number => {
  checkOptions(where, options, { offset: true })
  const { offset = 0 } = options
  checkSetting(where, 'offset', offset, { whole: true })
  return offset
}

/** A diagonal of matrices `[…b, m, n]`: every (n + 1)-th of their elements from one on. */
export const diagonalOf = (x: AnyValue, offset = 0): AnyValue => {
  const [rows, columns] = rowsAndColumns(x)
  const [row, column] = [Math.max(0, -offset), Math.max(0, offset)]
  const count = Math.max(0, Math.min(rows - row, columns - column))
  const batch = x.shape.slice(0, -2)
  return o.slice(o.reshape(x, [...batch, rows * columns]), {
    start: [...batch.map(() => 0), count === 0 ? 0 : row * columns + column],
    step: [...batch.map(() => 1), columns + 1],
    shape: [...batch, count],
  })
}

/**
 * A diagonal of matrices `[…b, m, n]`, as long as it is; without elements where the offset lies outside. A view where
 * possible. {@link diagonalMatrix} is the way back.
 *
 * @throws ShapeError for scalars and vectors; ArgumentError for an offset that is not a whole number.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { diagonal } from 'puregrad/linalg'
 * const m = tensor([[1, 2, 3], [4, 5, 6]])
 * toArray(diagonal(m)) // => [1, 5]
 * toArray(diagonal(m, { offset: 1 })) // => [2, 6]
 * toArray(diagonal(m, { offset: -1 })) // => [4]
 * ```
 * @category Parts of matrices
 */
export const diagonal = (x: Tensor, options: DiagonalOptions = {}): Tensor =>
  diagonalOf(matrixOf(x, 'diagonal'), offsetOf('diagonal', options))

/**
 * Square matrices with vectors `[…b, n]` on a diagonal and zeros elsewhere, just large enough.
 *
 * @throws ShapeError for a scalar; ArgumentError for an offset that is not a whole number.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { diagonalMatrix } from 'puregrad/linalg'
 * toArray(diagonalMatrix(tensor([1, 2]))) // => [[1, 0], [0, 2]]
 * toArray(diagonalMatrix(tensor([3]), { offset: 1 })) // => [[0, 3], [0, 0]]
 * ```
 * @category Parts of matrices
 */
export const diagonalMatrix = (x: Tensor, options: DiagonalOptions = {}): Tensor => {
  const value = tensorOf(x, 'diagonalMatrix')
  const offset = offsetOf('diagonalMatrix', options)
  if (value.rank === 0)
    throw new ShapeError(`diagonalMatrix: expected a vector or a batch of them, got shape ${showShape([])}`)
  const batch = value.shape.slice(0, -1)
  const count = value.shape[value.rank - 1] ?? 0
  const n = count + Math.abs(offset)
  const flat = o.pad(value, {
    start: [...batch.map(() => 0), count === 0 ? 0 : Math.max(0, -offset) * n + Math.max(0, offset)],
    step: [...batch.map(() => 1), n + 1],
    shape: [...batch, n * n],
  })
  return o.reshape(flat, [...batch, n, n])
}

/** The sum of the main diagonal of matrices. */
export const traceOf = (x: AnyValue): AnyValue => {
  const main = diagonalOf(x)
  return o.sum(main, [main.rank - 1])
}

/**
 * The sum of the main diagonal of matrices `[…b, m, n]`.
 *
 * @throws ShapeError for scalars and vectors.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { trace } from 'puregrad/linalg'
 * item(trace(tensor([[1, 2], [3, 4]]))) // => 5
 * ```
 * @category Parts of matrices
 */
export const trace = <S extends Shape>(x: Tensor<S>): Tensor<ReducedShape<S, readonly [-2, -1], false>> =>
  shaped(traceOf(matrixOf(x, 'trace')))
