import { operations as o } from '../core/autodiff/apply.ts'
import * as primitive from '../core/primitive/qr.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf } from './matrices.ts'

/**
 * Which form of a decomposition.
 *
 * @category Decompositions
 */
export interface DecompositionOptions {
  /** Square orthogonal factors, instead of as many columns as the smaller side has. */
  readonly full?: boolean
}

/**
 * The factors of `qr`.
 *
 * @category Decompositions
 */
export interface QR {
  /** Orthonormal columns, `[…b, m, k]`. */
  readonly q: Tensor
  /** Upper triangular, `[…b, k, n]`, the diagonal 0 or more. */
  readonly r: Tensor
}

/**
 * A = QR of matrices `[…b, m, n]` with orthonormal columns of Q and an upper triangular R, by Householder reflections;
 * k = min(m, n), or m in the full form. The diagonal of R is 0 or more: of a matrix whose first k columns are linearly
 * independent these factors are the only ones.
 *
 * Derivatives exist where the first min(m, n) columns are linearly independent, in the reduced form or where m ≤ n; where
 * they are not, derivatives are not finite. A matrix with an element that is not finite gives NaN.
 *
 * @throws ShapeError for less than two axes; DTypeError for integers; ArgumentError where a derivative of the full form is
 * asked for and m > n.
 * @example
 * ```ts
 * import { matmul, tensor, toArray } from 'puregrad'
 * import { qr } from 'puregrad/linalg'
 * const { q, r } = qr(tensor([[3, 1], [4, 2]]))
 * toArray(r) // => [[5, 2.2], [0, 0.4]]
 * toArray(matmul(q, r)) // => [[3, 1], [4, 2]]
 * ```
 * @category Decompositions
 */
export const qr = (a: Tensor, options: DecompositionOptions = {}): QR => {
  checkOptions('qr', options, { full: true })
  const { full = false } = options
  checkChoice('qr', 'full', full, [true, false])
  const matrix = matrixOf(a, 'qr')
  const [q, r] = primitive.qrParts(o, o.bind(primitive.qr, [matrix], { full }), matrix, full)
  return { q, r }
}
